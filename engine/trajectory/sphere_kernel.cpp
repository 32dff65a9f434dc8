#include "dickejump/trajectory/sphere_kernel.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "dickejump/trajectory/spin_sphere_kernel.hpp"
#include "model/checks.hpp"
#include "model/sphere_steps.hpp"
#include "trajectory/run_setup.hpp"
#include "trajectory/sphere/crossing_times.hpp"
#include "trajectory/sphere/walks.hpp"
#include "trajectory/vector_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "trajectory/sphere_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "trajectory/sphere/window_loop-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace dickejump::HWY_NAMESPACE {

/// Take all trajectories through a window.
void walk_window(const sphere::WindowTask& task) {
    const std::true_type yes;
    const std::false_type no;
    const auto walk = [&](auto i, auto j, auto c) {
        task.with_spins ? WindowLoop<i, j, c, true>{task}() : WindowLoop<i, j, c, false>{task}();
    };
    const auto with_jumps = [&](auto i, auto j) {
        any(task.wanted, Quantities::crossings_up | Quantities::crossings_down) ? walk(i, j, yes)
                                                                                : walk(i, j, no);
    };
    const auto with_integral = [&](auto i) {
        any(task.wanted, Quantities::jumps) ? with_jumps(i, yes) : with_jumps(i, no);
    };
    any(task.wanted, Quantities::level_integral) ? with_integral(yes) : with_integral(no);
}

}  // namespace dickejump::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace dickejump {

HWY_EXPORT(walk_window);

namespace {

constexpr std::int64_t window_ticks = 64;

}  // namespace

SphereKernel::SphereKernel(DickeLadder ladder, PumpSchedule pump, TickGrid grid, StartState start,
                           int steps_per_tick)
    : setup_{ladder, std::move(pump), grid, start}, steps_per_tick_(steps_per_tick) {
    Problems problems;
    check_run(setup_, problems);
    check_ideal(setup_.ladder, problems);
    problems.require(steps_per_tick >= 0, "steps per tick = " + std::to_string(steps_per_tick) +
                                              " (a tick has whole steps) pass 1 or more, or 0 for a choice");
    problems.raise();
    if (steps_per_tick_ == 0) steps_per_tick_ = default_sphere_steps(ladder, setup_.pump, grid);
    steps_ = std::make_shared<const SphereSteps>(sphere_steps(ladder, setup_.pump, grid, steps_per_tick_));
}

namespace {

/// @param alone  what single atoms do
void run_on_sphere(const LadderSetup& setup, const SphereSteps& steps, int steps_per_tick,
                   const LocalRates& alone, const Lanes& lanes, Quantities wanted, const WindowSink& sink) {
    auto window = make_window(setup.grid, window_ticks, lanes.count, wanted);
    sphere::Walks walks(setup, lanes);
    for (std::size_t lane = 0; lane < window.start.size(); ++lane)
        window.start[lane] = static_cast<std::int32_t>(walks.n[lane]);

    // Upwards a run arrives at ceil(N/2) and leaves floor(N/2): levels that differ by one if N is odd.
    const double levels = static_cast<double>(setup.ladder.atoms()) + 1.0;
    const double apart = setup.ladder.atoms() % 2 == 0 ? 0.0 : 1.0 / levels;
    sphere::WindowTask task{.levels = levels,
                            .direction = contains(wanted, Quantities::crossings_down) ? -1.0 : 1.0,
                            .first_level = apart,
                            .last_level = -apart,
                            .steps_per_tick = steps_per_tick,
                            .wanted = wanted,
                            .with_spins = alone.any() || contains(wanted, Quantities::spin),
                            .alone = alone,
                            .steps = steps.steps.data(),
                            .first_step = 0,
                            .walks = &walks,
                            .window = &window};
    sphere::CrossingTimes crossings(steps, walks);
    for (std::int64_t tick = 0; tick < setup.grid.ticks; tick += window_ticks) {
        window.first_tick = tick;
        window.ticks = static_cast<int>(std::min(window_ticks, setup.grid.ticks - tick));
        task.first_step = tick * steps_per_tick;
        task.steps = steps.steps.data() + task.first_step;
        HWY_DYNAMIC_DISPATCH(walk_window)(task);
        if (!window.first_crossing.empty()) crossings.write(window);
        sink(window);
    }
}

}  // namespace

void SphereKernel::operator()(const Lanes& lanes, Quantities wanted, const WindowSink& sink) const {
    check_call(provides, wanted, lanes, sink);
    run_on_sphere(setup_, *steps_, steps_per_tick_, {}, lanes, wanted, sink);
}

SpinSphereKernel::SpinSphereKernel(LocalSpins spins, PumpSchedule pump, TickGrid grid, StartState start,
                                   int steps_per_tick)
    : spins_(spins), sphere_(DickeLadder(spins.atoms()), std::move(pump), grid, start, steps_per_tick) {
    if (steps_per_tick > 0) return;
    // What single atoms change in a step is small.
    constexpr double most = 0.005;
    const auto& [emission, pumping, dephasing] = spins.rates();
    const auto alone =
        static_cast<int>(std::ceil((emission + pumping + dephasing) * grid.tick() / most * (1.0 - 1e-12)));
    if (alone > sphere_.steps_per_tick())
        sphere_ = SphereKernel(sphere_.ladder(), sphere_.setup().pump, grid, start, alone);
}

void SpinSphereKernel::operator()(const Lanes& lanes, Quantities wanted, const WindowSink& sink) const {
    check_call(provides, wanted, lanes, sink);
    run_on_sphere(sphere_.setup(), sphere_.steps(), sphere_.steps_per_tick(), spins_.rates(), lanes, wanted,
                  sink);
}

}  // namespace dickejump

#endif
