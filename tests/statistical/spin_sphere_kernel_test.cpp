#include "dickejump/trajectory/spin_sphere_kernel.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "dickejump/estimate/moments.hpp"
#include "dickejump/exact/local_equation.hpp"
#include "dickejump/exact/steady_state.hpp"
#include "dickejump/trajectory/spin_kernel.hpp"
#include "support/affordable.hpp"
#include "support/statistics.hpp"

// The sphere of spins against the rate equation and against jumps. Seeds are fixed; a check fails with
// probability 1e-6 for a new seed, and there are some fifty: 5e-5 for the file. Beside them stands their
// power: a rate 2 % off.

using namespace dickejump;
using namespace dickejump::test;

namespace {

constexpr double false_alarm = 1e-6;
constexpr std::int64_t looks = 4;

struct Told {
    Moments jz[looks], j2[looks], first, single, ups;
};

template <class Kernel>
Told told(const Kernel& kernel, std::int64_t runs) {
    Told all;
    const auto every = kernel.grid().ticks / looks;
    const auto atoms = static_cast<double>(kernel.spins().atoms());
    for (std::int64_t begin = 0; begin < runs; begin += 1000) {
        std::vector<double> single(1000, 0.0), ups(1000, 0.0);
        kernel({.seed = 4, .first_trajectory = begin, .count = 1000, .purpose = Purpose::scan_up},
               Quantities::spin | Quantities::crossings_up | Quantities::jumps, [&](const Window& window) {
                   for (int tick = 0; tick < window.ticks; ++tick)
                       for (int lane = 0; lane < window.lanes; ++lane) {
                           const auto cell = window.at(tick, lane);
                           const auto i = static_cast<std::size_t>(lane);
                           single[i] += static_cast<double>(window.local_jumps[cell]);
                           ups[i] += static_cast<double>(window.jumps_up[cell]);
                           const auto number = window.first_tick + tick + 1;
                           if (number % every != 0) continue;
                           const auto look = static_cast<std::size_t>(number / every - 1);
                           all.jz[look].add(window.n[cell] - 0.5 * atoms);
                           all.j2[look].add(SpinState{.twice_j = window.twice_j[cell]}.j2());
                       }
                   if (!window.last()) return;
                   for (const double time : window.first_crossing)
                       if (!std::isnan(time)) all.first.add(time);
               });
        for (std::size_t lane = 0; lane < 1000; ++lane)
            all.single.add(single[lane]), all.ups.add(ups[lane]);
    }
    return all;
}

double p_value(const std::optional<Estimate>& found, double truth) {
    return two_sided((found->value - truth) / found->error);
}
double p_value(const std::optional<Estimate>& a, const std::optional<Estimate>& b) {
    return two_sided((a->value - b->value) / std::hypot(a->error, b->error));
}

struct Scan {
    LocalSpins spins;
    PumpSchedule pump;
    TickGrid grid{.duration = 4.0, .ticks = 200};
    StartState start;

    Scan(std::int64_t atoms, const LocalRates& rates)
        : spins(atoms, rates),
          pump(PumpSchedule::linear(1.0 - 16.0 / static_cast<double>(atoms),
                                    1.0 + 16.0 / static_cast<double>(atoms), 4.0)),
          start(StartState::steady(1.0 - 16.0 / static_cast<double>(atoms))) {}
};

}  // namespace

TEST_CASE("many atoms that act one by one have the means of the rate equation") {
    for (const auto& rates : {LocalRates{.emission = 0.1}, LocalRates{.emission = 0.05, .pumping = 0.1},
                              LocalRates{.emission = 0.1, .pumping = 0.05, .dephasing = 0.2}}) {
        const Scan scan(200, rates);
        const std::vector<double> times{1.0, 2.0, 3.0, 4.0};
        const auto truth = exact::solve_local(
            scan.spins, scan.pump, 4.0,
            exact::symmetric_populations(scan.spins, exact::start_populations(DickeLadder(200), scan.start)),
            times, exact::Sensitivity::left_out);
        const auto found =
            told(SpinSphereKernel(scan.spins, scan.pump, scan.grid, scan.start), affordable(20'000));
        for (std::size_t look = 0; look < times.size(); ++look) {
            CAPTURE(times[look]);
            CHECK(p_value(found.jz[look].mean(), truth.solution.jz_mean[look]) > false_alarm);
            CHECK(p_value(found.j2[look].mean(), truth.j2_mean[look]) > false_alarm);
            // The tails at the poles are those of a lattice only up to the cells' size.
            const auto variance = *found.jz[look].variance();
            CHECK(std::abs(variance.value / truth.solution.jz_variance[look] - 1.0) <
                  0.03 + 5.0 * variance.error / variance.value);
        }
        CHECK(p_value(found.ups.mean(), truth.solution.up_jumps) > false_alarm);
        if (rates.dephasing == 0.0)
            CHECK(p_value(found.single.mean(),
                          truth.side_photons / rates.emission * (rates.emission - rates.pumping) +
                              rates.pumping * 200.0 * 4.0) > false_alarm);
    }
    const Scan dim(200, {.emission = 0.098});
    const Scan scan(200, {.emission = 0.1});
    const auto truth = exact::solve_local(
        scan.spins, scan.pump, 4.0,
        exact::symmetric_populations(scan.spins, exact::start_populations(DickeLadder(200), scan.start)),
        std::vector<double>{4.0}, exact::Sensitivity::left_out);
    const auto wrong = told(SpinSphereKernel(dim.spins, dim.pump, dim.grid, dim.start), affordable(60'000));
    CHECK(p_value(wrong.single.mean(), truth.side_photons) < false_alarm);
    CHECK(p_value(wrong.j2[3].mean(), truth.j2_mean[0]) < false_alarm);
}

TEST_CASE("single runs of a thousand atoms cross and emit as they do jump by jump") {
    const Scan scan(1000, {.emission = 0.2, .dephasing = 0.1});
    const auto jumps = told(SpinKernel(scan.spins, scan.pump, scan.grid, scan.start), affordable(3000)),
               sphere =
                   told(SpinSphereKernel(scan.spins, scan.pump, scan.grid, scan.start), affordable(20'000));
    CHECK(p_value(sphere.first.mean(), jumps.first.mean()) > false_alarm);
    CHECK(p_value(sphere.first.deviation(), jumps.first.deviation()) > false_alarm);
    CHECK(p_value(sphere.single.mean(), jumps.single.mean()) > false_alarm);
    CHECK(p_value(sphere.ups.mean(), jumps.ups.mean()) > false_alarm);
    for (std::size_t look = 0; look < looks; ++look) {
        CHECK(p_value(sphere.j2[look].mean(), jumps.j2[look].mean()) > false_alarm);
        CHECK(p_value(sphere.j2[look].deviation(), jumps.j2[look].deviation()) > false_alarm);
    }
}

TEST_CASE("a million atoms go as a thousand do, in units of their number") {
    // j, m and s scale; what is left over is O(1/N).
    const auto found = [&](std::int64_t atoms) {
        const Scan scan(atoms, {.emission = 0.1, .pumping = 0.02});
        return told(SpinSphereKernel(scan.spins, scan.pump, scan.grid, scan.start), affordable(20'000));
    };
    const auto few = found(2000), many = found(1'000'000);
    CHECK(p_value(few.first.mean(), many.first.mean()) > false_alarm);
    for (std::size_t look = 0; look < looks; ++look) {
        const auto a = *few.j2[look].mean(), b = *many.j2[look].mean();
        constexpr double scale = 500.0 * 500.0;
        CHECK(std::abs(a.value * scale / b.value - 1.0) <
              5.0 * std::hypot(a.error / a.value, b.error / b.value) + 0.003);
    }
}
