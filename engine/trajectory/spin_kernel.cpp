#include "dickejump/trajectory/spin_kernel.hpp"

#include <utility>

#include "trajectory/direct/run_queue.hpp"
#include "trajectory/run_setup.hpp"
#include "trajectory/vector_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "trajectory/spin_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "trajectory/direct/lane_loop-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace dickejump::HWY_NAMESPACE {

namespace {

template <Needs needs>
void empty_with(direct::RunQueue& queue) {
    constexpr std::size_t most_vectors = 3;  // as of DirectKernel
    if (static_cast<std::size_t>(queue.runs()) > hn::MaxLanes(Reals()))
        LaneLoop<needs, most_vectors>{queue}();
    else
        LaneLoop<needs, 1>{queue}();
}

constexpr Needs with(bool columns, bool tags, bool one_slope) {
    return {.integral = columns,
            .crossings = columns,
            .tags = tags,
            .one_slope = one_slope,
            .linewidth = false,
            .spins = true};
}

}  // namespace

/// Simulate all runs of a queue whose single atoms act.
void empty_spin_queue(direct::RunQueue& queue) {
    const bool columns = any(queue.wanted(), Quantities::level_integral | Quantities::crossings_up |
                                                 Quantities::crossings_down),
               tags = any(queue.wanted(), Quantities::time_tags);
    if (!queue.one_slope())
        return tags ? empty_with<with(true, true, false)>(queue)
                    : empty_with<with(true, false, false)>(queue);
    if (tags) return empty_with<with(true, true, true)>(queue);
    if (columns) return empty_with<with(true, false, true)>(queue);
    empty_with<with(false, false, true)>(queue);
}

}  // namespace dickejump::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace dickejump {

HWY_EXPORT(empty_spin_queue);

SpinKernel::SpinKernel(LocalSpins spins, PumpSchedule pump, TickGrid grid, StartState start)
    : spins_(spins), setup_{DickeLadder(spins.atoms()), std::move(pump), grid, start} {
    check_run(setup_);
}

void SpinKernel::operator()(const Lanes& lanes, Quantities wanted, const WindowSink& sink) const {
    check_call(provides, wanted, lanes, sink);
    direct::RunQueue queue(setup_, lanes, wanted, sink, &spins_);
    HWY_DYNAMIC_DISPATCH(empty_spin_queue)(queue);
}

}  // namespace dickejump

#endif
