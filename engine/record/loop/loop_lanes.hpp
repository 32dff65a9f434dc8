#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "dickejump/record/loop_kernel.hpp"
#include "record/loop/click_counter.hpp"
#include "record/loop/loop_image.hpp"
#include "record/loop/registration.hpp"

namespace dickejump::loop {

/// What a call of the kernel is about. All of it outlives the lanes.
struct LoopSetup {
    const DickeLadder& ladder;
    const TickGrid& grid;
    const std::optional<Detector>& detector;
    double side_rate;
    const LoopKernel::Task& task;
    const Lanes& lanes;
    const LoopKernel::Sink& sink;
};

/// All of the lanes of a loop but the steps that they make: gives runs to those that are free, closes ticks,
/// asks servos.
class LoopLanes {
public:
    /// @param slots  lanes of the vectors, at most `most_lanes`
    LoopLanes(const LoopSetup& setup, std::size_t slots);

    LoopImage image{};
    LoopLog log{};  ///< filled by the steps where `how().log`

    /// Lanes that are ever used, from the first one on.
    std::size_t slots() const { return lanes_.size(); }
    /// How the lanes are to move.
    const LoopSteps& how() const { return how_; }
    /// Runs under way; 0 once there are no more.
    int busy() const { return busy_; }
    /// After a chunk of steps. @param over  a bit for every lane without time left, free ones as well
    void close(std::uint32_t over);

private:
    struct Lane {
        std::int64_t trajectory = 0;
        LoopRun run = {};
        double known = 0.0;                             ///< by a servo on counts
        Controller controller = {};                     ///< of any other
        std::size_t clicks_before = 0;                  ///< of the tick before this one
        std::vector<Landing> path = {};                 ///< of the tick
        std::optional<Registration> registration = {};  ///< where a detector has dead time or jitter
        std::optional<Xoshiro> seen = {}, placed = {}, jitter = {};  ///< chances of the detector
    };

    void begin_run(std::size_t slot);
    void end_run(std::size_t slot);
    /// Room for more ticks of a run, where it is: all at once would keep who waits for a stop waiting.
    void extend(std::size_t slot);
    void set(std::size_t slot);
    double ask(std::size_t slot);
    void see_clicks(std::size_t slot, LoopStep& step);
    void place(std::size_t slot, const TickClicks& clicks, LoopStep& step);
    void keep_path(std::size_t slot);

    const LoopSetup setup_;
    LoopSteps how_;
    std::optional<ClickCounter> counter_;
    const PerfectServo* perfect_;
    const CountServo* counts_;
    bool timed_;       // whether anybody asks when clicks were
    bool in_vectors_;  // whether the steps have asked the servo already
    double tick_;
    // The tick under way of each lane, null in a free one, and the last that there is room for.
    std::array<LoopStep*, most_lanes> step_{}, last_{};
    std::array<std::int64_t, most_lanes> index_{};  // of that tick
    int next_ = 0, busy_ = 0;                       // runs that were begun, and that are under way
    std::vector<Lane> lanes_;
};

}  // namespace dickejump::loop
