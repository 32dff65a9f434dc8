// What runs and likelihoods of atoms that act one by one take: usage dickejump_single_atoms sphere|filter.
//   sphere  SpinSphereKernel at 1, 2 and 4 steps a tick: time, and what it says, with errors
//   filter  SpinFilter on one record each: microseconds a click, seconds a pass of eight thetas

#include <cmath>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "dickejump/estimate/moments.hpp"
#include "dickejump/estimate/spin_filter.hpp"
#include "dickejump/exact/steady_state.hpp"
#include "dickejump/record/record.hpp"
#include "dickejump/trajectory/observer.hpp"
#include "dickejump/trajectory/spin_sampler.hpp"
#include "dickejump/trajectory/spin_sphere_kernel.hpp"

using namespace dickejump;

namespace {

double processor_time() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// From s = -8 to 8 in this time.
PumpSchedule scan(double atoms, double duration) {
    return PumpSchedule::linear(1.0 - 16.0 / atoms, 1.0 + 16.0 / atoms, duration);
}

void sphere() {
    constexpr std::int64_t atoms = 100'000, runs = 100'000;
    constexpr double n = 1e5;
    for (const double emission : {0.1, 0.5})
        for (const int steps : {1, 2, 4}) {
            const SpinSphereKernel kernel(LocalSpins(atoms, {.emission = emission}), scan(n, 4.0),
                                          {.duration = 4.0, .ticks = 200}, StartState::steady(1.0 - 16.0 / n),
                                          steps);
            Moments x, j2, first;
            const double begin = processor_time();
            for (std::int64_t run = 0; run < runs; run += 1000)
                kernel({.seed = 1, .first_trajectory = run, .count = 1000, .purpose = Purpose::scan_up},
                       Quantities::spin | Quantities::crossings_up, [&](const Window& window) {
                           for (int tick = 0; tick < window.ticks; ++tick)
                               for (int lane = 0; lane < window.lanes; ++lane) {
                                   const auto cell = window.at(tick, lane);
                                   const auto number = window.first_tick + tick + 1;
                                   if (number == 100) x.add(2.0 * window.n[cell] / n - 1.0);
                                   const double j = window.twice_j[cell] / n;
                                   if (number == 200) j2.add(j * j);
                               }
                           if (!window.last()) return;
                           for (const double time : window.first_crossing)
                               if (!std::isnan(time)) first.add(4.0 * (time - 2.0));
                       });
            const double took = processor_time() - begin;
            std::printf(
                "G %.1f, %d steps a tick: %.1f us a unit of time, <x> %.4f(%.4f), (2j/N)^2 %.4f(%.4f), s "
                "%.3f(%.3f)\n",
                emission, steps, 1e6 * took / (4.0 * static_cast<double>(runs)), x.mean()->value,
                x.mean()->error, j2.mean()->value, j2.mean()->error, first.mean()->value,
                first.mean()->error);
        }
}

void filter() {
    for (const std::int64_t atoms : {30, 60, 100})
        for (const double efficiency : {0.5, 0.05}) {
            const auto n = static_cast<double>(atoms);
            const auto pump = scan(n, 16.0);
            const auto start = StartState::steady(1.0 - 16.0 / n);
            const LocalSpins spins(atoms, {.emission = 0.1});
            Detector detector;
            detector.name = "cavity";
            detector[Channel::cavity] = ChannelDetector{.efficiency = efficiency};
            PhotonRecords records(3, 0, Direction::up, 0.0);
            run(SpinSampler(spins, pump, {.duration = 16.0, .ticks = 100}, start),
                {.seed = 3, .first_trajectory = 0, .count = 1, .purpose = Purpose::scan_up}, records);
            const auto clicks = detect(detector, records.photons[0], 3, 0, Direction::up, 16.0);
            const SpinFilter likelihood(spins, pump, 16.0,
                                        exact::start_populations(DickeLadder(atoms), start), detector);
            const double begin = processor_time();
            likelihood(clicks, {-0.1, -0.05, -0.01, -1e-3, 1e-3, 0.01, 0.05, 0.1});
            const double took = processor_time() - begin;
            std::printf("N = %ld, cavity=%g, %zu clicks: %.0f us a click, %.3f s a pass\n",
                        static_cast<long>(atoms), efficiency, clicks.size(),
                        1e6 * took / static_cast<double>(clicks.size()), took);
        }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc == 2 && std::strcmp(argv[1], "sphere") == 0) return sphere(), 0;
    if (argc == 2 && std::strcmp(argv[1], "filter") == 0) return filter(), 0;
    std::fprintf(stderr, "usage: dickejump_single_atoms sphere|filter\n");
    return 2;
}
