#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "dickejump/model/dicke_ladder.hpp"
#include "dickejump/model/tick_grid.hpp"
#include "dickejump/record/detector.hpp"
#include "dickejump/record/loop_run.hpp"
#include "dickejump/record/loop_servo.hpp"
#include "dickejump/trajectory/window.hpp"

namespace dickejump {

/// Closed loops with a run in every vector lane: the law of `LoopSampler` at some ten times its speed. Other
/// random numbers, so other runs.
///
/// Exact: within a tick the pump is constant, and a jump up or down comes after Exp(1)/(w A_n + B_n); at its
/// end the lane's servo sets the pump for the next one. Lanes make steps by the chunk; one whose tick has
/// ended waits for the end of the chunk, whatever the others do.
///
/// Clicks of a tick are counted, given its jumps and int n dt: which jumps were seen, side light and
/// background do not act back on the atoms. Their times, if wanted, are drawn given the counts: whether
/// anybody asks for them changes nothing else.
///
/// A detector may have dead time, which goes on from tick to tick, and jitter: a click that it moves is heard
/// of in the tick of the time that is reported, or of its arrival if that is later.
///
/// Run k draws its jumps from Stream{seed, k, Purpose::loop} and its clicks from
/// Stream{seed, k, Purpose::loop_detector}, each of which seeds a generator of its own (xoshiro256+). It is a
/// function of seed, k, ladder, grid, start, shift and servo; a detector that no servo listens to leaves it
/// alone. As of DirectKernel, vector widths give the same bits (the portable target the same law).
class LoopKernel {
public:
    /// What is known of clicks: how many in each tick, or also when.
    enum class Clicks { counted, timed };

    /// @param side_rate  Gamma [gamma]
    /// @throws InvalidInput as LoopSampler, but for dead time and jitter
    LoopKernel(const DickeLadder& ladder, const TickGrid& grid, std::optional<Detector> detector = {},
               double side_rate = 0.0);

    /// The atoms in the loop.
    const DickeLadder& ladder() const { return ladder_; }
    /// When the servo is asked.
    const TickGrid& grid() const { return grid_; }

    /// What every run has.
    struct Task {
        LoopServo servo = {};                    ///< sets the pump
        std::optional<std::int64_t> start = {};  ///< n at t = 0; empty: uniform on 0..N
        double theta = 0.0;               ///< the true pump is what is set plus this, not below 0 [gamma]
        Clicks clicks = Clicks::counted;  ///< a servo of any other kind is shown their times all the same
    };
    /// Takes a run when it is done. In no particular order.
    /// @param run  to be read, or taken
    using Sink = std::function<void(std::int64_t trajectory, LoopRun& run)>;

    /// Runs all trajectories of `lanes`; of their purpose nothing is asked.
    /// @throws InvalidInput if the start is not on the ladder, theta is not finite, there are no lanes or
    /// they begin before 0, there is no servo or no sink, a servo sets no rate, or one on clicks has no
    /// detector; Stopped
    void operator()(const Lanes& lanes, const Task& task, const Sink& sink) const;

private:
    DickeLadder ladder_;
    TickGrid grid_;
    std::optional<Detector> detector_;
    double side_rate_;
};

}  // namespace dickejump
