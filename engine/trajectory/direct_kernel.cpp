#include "dickejump/trajectory/direct_kernel.hpp"

#include <utility>

#include "trajectory/direct/run_queue.hpp"
#include "trajectory/run_setup.hpp"
#include "trajectory/vector_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "trajectory/direct_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "trajectory/direct/lane_loop-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace dickejump::HWY_NAMESPACE {

namespace {

constexpr Needs with_linewidth(Needs needs) {
    needs.linewidth = true;
    return needs;
}

template <Needs needs>
void empty_with(direct::RunQueue& queue) {
    // Few trajectories leave lanes empty, which take time all the same.
    constexpr std::size_t most_vectors = 3;
    if (static_cast<std::size_t>(queue.runs()) > hn::MaxLanes(Reals()))
        LaneLoop<needs, most_vectors>{queue}();
    else
        LaneLoop<needs, 1>{queue}();
}

}  // namespace

/// Simulate all runs of the queue.
void empty_queue(direct::RunQueue& queue) {
    const bool integral = any(queue.wanted(), Quantities::level_integral),
               crossings = any(queue.wanted(), Quantities::crossings_up | Quantities::crossings_down),
               tags = any(queue.wanted(), Quantities::time_tags);
    // What is not wanted costs little beside tags or knots.
    constexpr Needs all{.integral = true, .crossings = true, .tags = true, .one_slope = false},
        all_but_tags{.integral = true, .crossings = true, .tags = false, .one_slope = false};
    if (!queue.setup().ladder.is_ideal())
        return tags ? empty_with<with_linewidth(all)>(queue)
                    : empty_with<with_linewidth(all_but_tags)>(queue);
    if (!queue.one_slope()) return tags ? empty_with<all>(queue) : empty_with<all_but_tags>(queue);
    if (tags) return empty_with<Needs{true, true, true, true}>(queue);
    if (integral && crossings) return empty_with<Needs{true, true, false, true}>(queue);
    if (integral) return empty_with<Needs{true, false, false, true}>(queue);
    if (crossings) return empty_with<Needs{false, true, false, true}>(queue);
    empty_with<Needs{false, false, false, true}>(queue);
}

}  // namespace dickejump::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace dickejump {

HWY_EXPORT(empty_queue);

DirectKernel::DirectKernel(DickeLadder ladder, PumpSchedule pump, TickGrid grid, StartState start)
    : setup_{ladder, std::move(pump), grid, start} {
    check_run(setup_);
}

void DirectKernel::operator()(const Lanes& lanes, Quantities wanted, const WindowSink& sink) const {
    check_call(provides, wanted, lanes, sink);
    direct::RunQueue queue(setup_, lanes, wanted, sink);
    HWY_DYNAMIC_DISPATCH(empty_queue)(queue);
}

}  // namespace dickejump

#endif
