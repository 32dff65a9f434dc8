#include <doctest/doctest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "dickejump/record/loop_kernel.hpp"
#include "support/affordable.hpp"
#include "support/statistics.hpp"

// Cavity photons alone come at a rate that is even in J_z. Under a dithered pump n swings with a known phase,
// and the rate with it, one way below J_z = 0 and the other way above: a lock-in amplifier tells them apart.

using namespace dickejump;
using namespace dickejump::test;

namespace {

constexpr std::int64_t atoms = 200;
constexpr double ticks_a_period = 20.0, swing = 0.8;

/// Multiplies the clicks of each tick by the swing that n makes, a quarter of a period behind the pump, and
/// averages over two periods.
/// @param gain  of w = gamma (1 - gain x); negative: the wrong phase
ControllerMaker lock_in(const TickGrid& grid, double gain) {
    return [grid, gain](std::int64_t) -> Controller {
        return [=, dither = Dither(swing), sum = 0.0](const LoopTick& tick) mutable {
            const double period = ticks_a_period * grid.tick(), omega = 2.0 * std::numbers::pi / period,
                         memory = 2.0 * period;
            const double before = omega * (tick.time - 0.5 * grid.tick());  // phase of the tick that was seen
            sum = sum * std::exp(-grid.tick() / memory) +
                  static_cast<double>(tick.clicks.size()) * std::sin(before);
            // n swings by a A/omega, A = N^2/4, and B_n by 1 - 2 J_z times that; half of it is in phase.
            const double amplitude = swing * 0.25 * static_cast<double>(atoms * atoms) / omega,
                         jz = 0.5 - sum / (memory * amplitude);
            return std::max(0.0, 1.0 - gain * 2.0 * jz / static_cast<double>(atoms)) * dither(tick.index);
        };
    };
}

/// J_z at the end of runs from J_z = 0.
std::vector<double> ends(double gain) {
    const TickGrid grid{.duration = 2.0, .ticks = 2000};
    Detector cavity;
    cavity.name = "cavity";
    cavity[Channel::cavity] = ChannelDetector{.efficiency = 1.0};
    const LoopKernel kernel(DickeLadder(atoms), grid, cavity);
    std::vector<double> jz;
    kernel({.seed = 12, .count = static_cast<int>(affordable(400))},
           {.servo = lock_in(grid, gain), .start = atoms / 2}, [&](std::int64_t, const LoopRun& run) {
               jz.push_back(kernel.ladder().jz(static_cast<double>(run.end)));
           });
    return jz;
}

double mean_square(const std::vector<double>& values) {
    double sum = 0.0;
    for (const double value : values)
        sum += value * value / static_cast<double>(values.size());
    return sum;
}

}  // namespace

TEST_CASE("a dithered pump locks with cavity photons alone") {
    // Free, n is uniform: <J_z^2> = N (N + 2)/12. 400 runs know a mean square to 7 % of itself, or less where
    // n is uniform: by chance each limit is passed with a probability below 1e-6.
    const double free = static_cast<double>(atoms * (atoms + 2)) / 12.0;
    const auto held = ends(0.25), parked = ends(0.0), driven = ends(-0.25);
    MESSAGE("<J_z^2>/free: held " << mean_square(held) / free << ", parked " << mean_square(parked) / free
                                  << ", driven away " << mean_square(driven) / free);
    CHECK(mean_square(held) < 0.6 * free);
    CHECK(mean_square(parked) > 0.75 * free);
    CHECK(mean_square(driven) > 1.5 * free);
}
