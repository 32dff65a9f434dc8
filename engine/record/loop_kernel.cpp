#include "dickejump/record/loop_kernel.hpp"

#include <cmath>
#include <string>
#include <utility>

#include "model/checks.hpp"
#include "record/loop/loop_checks.hpp"
#include "record/loop/loop_lanes.hpp"
#include "trajectory/vector_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "record/loop_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "record/loop/chunk-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace dickejump::HWY_NAMESPACE {

namespace {

// Two keep everything in registers, and their latencies overlap.
constexpr std::size_t most_vectors = 2;

template <std::size_t vectors>
std::uint32_t chunk_with(loop::LoopImage& image, loop::LoopLog& log, const loop::LoopSteps& how) {
    // What is not wanted costs little beside a log or a linewidth.
    constexpr Needs plain{
        .integral = false, .crossings = false, .tags = false, .one_slope = false, .held = true},
        integral{.integral = true, .crossings = false, .tags = false, .one_slope = false, .held = true},
        logged{.integral = true, .crossings = false, .tags = true, .one_slope = false, .held = true},
        all{.integral = true,
            .crossings = false,
            .tags = true,
            .one_slope = false,
            .linewidth = true,
            .held = true};
    if (how.linewidth != 0.0) return chunk_of<all, vectors>(image, log, how);
    if (how.log) return chunk_of<logged, vectors>(image, log, how);
    return how.n_dt ? chunk_of<integral, vectors>(image, log, how)
                    : chunk_of<plain, vectors>(image, log, how);
}

}  // namespace

std::size_t loop_slots() {
    return most_vectors * hn::Lanes(Reals());
}

/// Until every run is done.
void run_loops(loop::LoopLanes& lanes, const StopRequest& stop) {
    SparseCheck go_on{stop, 1 << 12};
    // Few runs leave lanes empty, which take time all the same.
    const bool few = lanes.slots() <= hn::Lanes(Reals());
    while (lanes.busy() > 0) {
        go_on();
        lanes.close(few ? chunk_with<1>(lanes.image, lanes.log, lanes.how())
                        : chunk_with<most_vectors>(lanes.image, lanes.log, lanes.how()));
    }
}

}  // namespace dickejump::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace dickejump {

HWY_EXPORT(loop_slots);
HWY_EXPORT(run_loops);

LoopKernel::LoopKernel(const DickeLadder& ladder, const TickGrid& grid, std::optional<Detector> detector,
                       double side_rate)
    : ladder_(ladder), grid_(grid), detector_(std::move(detector)), side_rate_(side_rate) {
    loop::check_loop(ladder_, grid_, detector_, side_rate_);
}

void LoopKernel::operator()(const Lanes& lanes, const Task& task, const Sink& sink) const {
    Problems problems;
    const auto* maker = std::get_if<ControllerMaker>(&task.servo);
    problems.require(lanes.count >= 1, "lanes = " + std::to_string(lanes.count) +
                                           " (a call simulates at least one run) give more");
    problems.require(lanes.first_trajectory >= 0,
                     "first trajectory = " + std::to_string(lanes.first_trajectory) +
                         " (they are counted from 0) start there or later");
    problems.require(bool{sink}, "no sink (runs are shown to somebody) pass a function that takes them");
    if (const auto* perfect = std::get_if<PerfectServo>(&task.servo))
        loop::check_gain(perfect->law, problems);
    problems.require(!maker || *maker, "no controller (somebody sets the pump) pass what makes one");
    problems.require(!std::holds_alternative<CountServo>(task.servo) || detector_,
                     "a servo on clicks without a detector (there are none) give the kernel one");
    problems.require(std::isfinite(task.theta),
                     "theta = " + text(task.theta) + " (a shift is finite) correct it");
    problems.require(!task.start || (*task.start >= 0 && *task.start <= ladder_.atoms()),
                     "start level n = " + std::to_string(task.start.value_or(0)) + " (the ladder has 0.." +
                         std::to_string(ladder_.atoms()) + ") choose one of them");
    problems.raise();
    const auto slots = HWY_DYNAMIC_DISPATCH(loop_slots)();
    loop::LoopLanes runs({ladder_, grid_, detector_, side_rate_, task, lanes, sink}, slots);
    HWY_DYNAMIC_DISPATCH(run_loops)(runs, lanes.stop);
}

}  // namespace dickejump

#endif
