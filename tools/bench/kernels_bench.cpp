#include <benchmark/benchmark.h>

#include <type_traits>

#include "dickejump/exact/hierarchy.hpp"
#include "dickejump/exact/sphere_bias.hpp"
#include "dickejump/record/loop_kernel.hpp"
#include "dickejump/record/loop_sampler.hpp"
#include "dickejump/trajectory/direct_kernel.hpp"
#include "dickejump/trajectory/ladder_sampler.hpp"
#include "dickejump/trajectory/sphere_kernel.hpp"
#include "dickejump/trajectory/spin_kernel.hpp"
#include "dickejump/trajectory/uniformisation_kernel.hpp"

// Kernels on a scan upwards from the ground state at r = 16, one thread. Counters: time a jump and a
// trajectory (goals with 512-bit units: direct 1.5 ns a jump at N = 100..300, uniformisation 0.5 ns a jump at
// N = 1000, sphere 1 us a trajectory with crossings at any N).

namespace {

using namespace dickejump;

constexpr double rate = 16.0;
constexpr auto all = Quantities::jumps | Quantities::level_integral | Quantities::crossings_up;

struct Scan {
    DickeLadder ladder;
    double half_width;

    PumpSchedule pump() const {
        return PumpSchedule::linear(ladder.pump(-half_width), ladder.pump(half_width),
                                    2.0 * half_width / rate);
    }
    TickGrid grid() const { return {.duration = 2.0 * half_width / rate, .ticks = 200}; }
};

template <class Kernel>
Kernel kernel_of(const Scan& scan) {
    const auto start = StartState::dicke(0);
    if constexpr (std::is_same_v<Kernel, SpinKernel>)
        return {LocalSpins(scan.ladder.atoms(), {.emission = 0.01}), scan.pump(), scan.grid(), start};
    else
        return {scan.ladder, scan.pump(), scan.grid(), start};
}

template <class Kernel>
void trajectories(benchmark::State& state, Quantities wanted) {
    const Scan scan{DickeLadder(state.range(0)), static_cast<double>(state.range(1))};
    const auto kernel = kernel_of<Kernel>(scan);
    std::int64_t first = 0;
    for (auto _ : state) {
        kernel({.seed = 1, .first_trajectory = first, .count = 128}, wanted, [](const Window& window) {
            benchmark::DoNotOptimize(window.n.data());
            benchmark::ClobberMemory();
        });
        first += 128;
    }
    const auto runs = static_cast<double>(state.iterations()) * 128.0;
    const auto exact = exact::solve_hierarchy(scan.ladder, scan.pump(), scan.grid().duration,
                                              StartState::dicke(0), std::vector{scan.grid().duration});
    // Up and down jumps differ by the last n.
    const double jumps = 2.0 * exact.solution.up_jumps - exact.solution.jz_mean[0] -
                         0.5 * static_cast<double>(scan.ladder.atoms());
    state.counters["per_trajectory"] =
        benchmark::Counter(runs, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
    state.counters["per_jump"] =
        benchmark::Counter(runs * jumps, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void ladder(benchmark::State& state) {
    trajectories<LadderSampler>(state, all);
}
void direct(benchmark::State& state) {
    trajectories<DirectKernel>(state, all);
}
void uniformisation(benchmark::State& state) {
    trajectories<UniformisationKernel>(state, all);
}
void spins(benchmark::State& state) {
    trajectories<SpinKernel>(state, all | Quantities::spin);
}
void sphere(benchmark::State& state) {
    trajectories<SphereKernel>(state, all);
}
void sphere_scan(benchmark::State& state) {
    trajectories<SphereKernel>(state, Quantities::crossings_up | Quantities::level_integral);
}
void sphere_crossings(benchmark::State& state) {
    trajectories<SphereKernel>(state, Quantities::crossings_up);
}
void sphere_states(benchmark::State& state) {
    trajectories<SphereKernel>(state, Quantities::none);
}
void uniformisation_states(benchmark::State& state) {
    trajectories<UniformisationKernel>(state, Quantities::none);
}
void uniformisation_tags(benchmark::State& state) {
    trajectories<UniformisationKernel>(state, all | Quantities::time_tags);
}
void direct_states(benchmark::State& state) {
    trajectories<DirectKernel>(state, Quantities::none);
}

BENCHMARK(ladder)->Args({100, 20})->Args({1000, 16})->Unit(benchmark::kMillisecond);
BENCHMARK(direct)->Args({100, 20})->Args({300, 20})->Args({1000, 16})->Unit(benchmark::kMillisecond);
BENCHMARK(spins)->Args({100, 20})->Args({1000, 16})->Unit(benchmark::kMillisecond);
BENCHMARK(direct_states)->Args({100, 20})->Args({1000, 16})->Unit(benchmark::kMillisecond);
BENCHMARK(uniformisation)
    ->Args({100, 20})
    ->Args({200, 20})
    ->Args({300, 20})
    ->Args({1000, 16})
    ->Args({10000, 16})
    ->Unit(benchmark::kMillisecond);
BENCHMARK(uniformisation_tags)->Args({100, 20})->Args({1000, 16})->Unit(benchmark::kMillisecond);
BENCHMARK(uniformisation_states)->Args({100, 20})->Args({1000, 16})->Unit(benchmark::kMillisecond);
BENCHMARK(sphere)
    ->Args({1000, 24})
    ->Args({10000, 24})
    ->Args({1000000, 24})
    ->Args({100000000, 24})
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(sphere_scan)->Args({1000, 24})->Args({100000000, 24})->Unit(benchmark::kMicrosecond);
BENCHMARK(sphere_crossings)->Args({1000, 24})->Args({100000000, 24})->Unit(benchmark::kMicrosecond);
BENCHMARK(sphere_states)->Args({1000, 24})->Args({100000000, 24})->Unit(benchmark::kMicrosecond);

void hierarchy(benchmark::State& state) {
    const Scan scan{DickeLadder(state.range(0)), 24.0};
    for (auto _ : state)
        benchmark::DoNotOptimize(exact::solve_hierarchy(scan.ladder, scan.pump(), scan.grid().duration,
                                                        StartState::steady(scan.ladder.pump(-24.0))));
}
BENCHMARK(hierarchy)->Arg(1000)->Arg(100000000)->Unit(benchmark::kMillisecond);

void bias(benchmark::State& state) {
    const Scan scan{DickeLadder(1'000'000), 24.0};
    for (auto _ : state)
        benchmark::DoNotOptimize(sphere_bias(scan.ladder, scan.pump(), scan.grid(), StartState::dicke(0), 1));
}
BENCHMARK(bias)->Unit(benchmark::kMillisecond);

/// Closed loops for T = 20 with ticks of 0.2/N: in lanes with a perfect servo (0) or one that counts photons
/// to the side (1), and one run at a time with a perfect one (2).
void loop(benchmark::State& state) {
    const DickeLadder ladder(state.range(0));
    const TickGrid grid{.duration = 20.0, .ticks = 100 * ladder.atoms()};
    Detector side;
    side.name = "side";
    side[Channel::side] = ChannelDetector{};
    const bool counts = state.range(1) == 1;
    const LoopKernel kernel(ladder, grid, counts ? std::optional(side) : std::nullopt, 5.0);
    LoopKernel::Task task{.servo = PerfectServo{{0.5}}};
    if (counts) task.servo = CountServo(ladder, {0.5}, Dither(), side, 5.0, grid.tick(), 0.05);
    const LoopSampler sampler(ladder, grid);
    std::int64_t first = 0;
    double jumps = 0.0;
    const auto add = [&](const LoopRun& run) {
        for (const auto& tick : run.ticks)
            jumps += tick.ups + tick.downs;
    };
    for (auto _ : state) {
        if (state.range(1) < 2)
            kernel({.seed = 1, .first_trajectory = first, .count = 128}, task,
                   [&](std::int64_t, const LoopRun& run) { add(run); });
        else
            add(sampler(1, first, {}, [&](const LoopTick& tick) {
                return ProportionalServo{0.5}.pump(
                    ProportionalServo::error_signal(ladder, static_cast<double>(tick.n)));
            }));
        first += 128;
    }
    state.counters["per_jump"] =
        benchmark::Counter(jumps, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(loop)->Args({100, 0})->Args({100, 1})->Args({100, 2})->Args({1000, 0})->Unit(
    benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
