#include "dickejump/trajectory/spin_kernel.hpp"

#include <doctest/doctest.h>
#include <hwy/targets.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "support/lane_kernel_checks.hpp"

using namespace dickejump;
using namespace dickejump::test;

namespace {

constexpr LocalRates some{.emission = 0.3, .pumping = 0.1, .dephasing = 0.2};

SpinKernel spin_scan(std::int64_t atoms, std::int64_t ticks, LocalRates rates = some) {
    return scan_of<SpinKernel>(LocalSpins(atoms, rates), ticks);
}
SpinKernel spin_corners(std::int64_t atoms, LocalRates rates = some) {
    return corners_of<SpinKernel>(LocalSpins(atoms, rates));
}

/// The columns of j are those of N/2; the rest is the direct kernel's, byte for byte.
void check_ladder(const SpinKernel& kernel, const DirectKernel& direct) {
    const Lanes lanes{.seed = 3, .first_trajectory = 5, .count = 70};
    for (const auto wanted :
         {Quantities::none, Quantities::jumps | Quantities::level_integral, everything<DirectKernel>}) {
        auto told = tell(kernel, lanes, wanted | Quantities::spin);
        CHECK(std::all_of(told.twice_j.begin(), told.twice_j.end(),
                          [&](auto twice_j) { return twice_j == atoms_of(kernel); }));
        CHECK(std::all_of(told.local.begin(), told.local.end(), [](auto jumps) { return jumps == 0; }));
        CHECK(told.twice_j.size() == told.n.size());
        told.twice_j.clear(), told.local.clear();
        CHECK(same_bytes(told, tell(direct, lanes, wanted)));
    }
}

}  // namespace

TEST_CASE("without local rates the trajectories are those of the direct kernel, on every target") {
    const auto check = [] {
        for (const std::int64_t atoms : {1, 2, 21, 100}) {
            check_ladder(spin_scan(atoms, 70, {}), scan<DirectKernel>(atoms, 70));
            check_ladder(spin_corners(atoms, {}), corners<DirectKernel>(atoms));
        }
    };
    check();
    for (const std::int64_t target : {HWY_AVX3, HWY_AVX2, HWY_SCALAR})
        with_targets(target, check);
}

TEST_CASE("the spin kernel gives the same bytes on AVX2 and AVX-512") {
    check_targets(spin_scan(100, 150), false);
    check_targets(spin_scan(21, 7), false);
    check_targets(spin_corners(50), false);
    check_targets(spin_scan(100, 150, {.emission = 0.01}), false);
}

TEST_CASE("a trajectory of the spin kernel depends neither on the columns nor on its neighbours") {
    check_independence(spin_scan(60, 150));
    check_independence(spin_corners(60));
    check_independence(spin_scan(60, 150, {.emission = 0.01}));
}

TEST_CASE("time tags of the spin kernel are the jumps, levels, integrals and crossings of the run") {
    const auto check = [](std::int64_t atoms, Quantities crossings, LocalRates rates) {
        check_tags(spin_scan(atoms, 70, rates), crossings);
        check_tags(spin_corners(atoms, rates), crossings);
    };
    for (const std::int64_t atoms : {1, 2, 3, 41, 200})
        for (const auto crossings : {Quantities::crossings_up, Quantities::crossings_down}) {
            check(atoms, crossings, some);
            check(atoms, crossings, {.emission = 0.02});
            // Many more local jumps than collective ones.
            check(atoms, crossings, {.emission = 30.0, .pumping = 40.0, .dephasing = 50.0});
        }
    hwy::SetSupportedTargetsForTest(HWY_SCALAR);
    check(50, Quantities::crossings_up, some);
    hwy::SetSupportedTargetsForTest(0);
}

TEST_CASE("|j, m> of the spin kernel is a state of its atoms, and only single atoms change j") {
    for (const std::int64_t atoms : {1, 2, 3, 40, 401})
        for (const auto& rates : {some, LocalRates{.dephasing = 20.0}, LocalRates{.emission = 5.0}}) {
            const LocalSpins spins(atoms, rates);
            const auto kernel = scan_of<SpinKernel>(spins, 70);
            const auto told = tell(kernel, {.seed = 7, .count = 70}, everything<SpinKernel>);
            const auto lanes = told.start.size();
            bool there = true, balanced = true, quiet = true;
            std::int32_t least = static_cast<std::int32_t>(atoms);
            for (std::size_t i = 0; i < told.n.size(); ++i) {
                const SpinState at{told.twice_j[i], 2 * told.n[i] - atoms};
                Problems problems;
                check_spin(atoms, at, problems);
                there = there && problems.empty();
                const bool first = i < lanes;
                const auto net =
                    told.n[i] - (first ? told.start[i] : told.n[i - lanes]) - (told.up[i] - told.down[i]);
                const auto loss = std::abs(told.twice_j[i] - (first ? atoms : told.twice_j[i - lanes]));
                balanced = balanced && told.up[i] >= 0 && told.down[i] >= 0 && std::abs(net) <= told.local[i];
                quiet = quiet && loss <= 2 * told.local[i];
                if (rates.pumping == 0.0 && rates.dephasing == 0.0)
                    balanced = balanced && net == -told.local[i];
                if (rates.emission == 0.0) balanced = balanced && net == 0;
                least = std::min(least, told.twice_j[i]);
            }
            CHECK(there);
            CHECK(balanced);
            CHECK(quiet);
            CHECK((atoms < 40 || least < atoms));
        }
}

TEST_CASE("the ground state of the spin kernel stays without a pump, but for single atoms that are pumped") {
    const auto last = [](LocalRates rates) {
        const SpinKernel kernel(LocalSpins(50, rates), PumpSchedule::constant(0.0),
                                {.duration = 1.0, .ticks = 10}, StartState::dicke(0));
        const auto told = tell(kernel, {.seed = 1, .count = 20}, everything<SpinKernel>);
        return std::pair(*std::max_element(told.n.begin(), told.n.end()),
                         *std::max_element(told.local.begin(), told.local.end()));
    };
    CHECK(last({.emission = 1.0}) == std::pair<std::int32_t, std::int64_t>(0, 0));
    CHECK(last({.emission = 1.0, .dephasing = 100.0}) == std::pair<std::int32_t, std::int64_t>(0, 0));
    CHECK(last({.pumping = 1.0}).second > 0);
}

TEST_CASE("the spin kernel refuses what it cannot run") {
    const auto make = [](TickGrid grid, StartState start) {
        return SpinKernel(LocalSpins(100, some), PumpSchedule::constant(1.0), grid, start);
    };
    const TickGrid fine{.duration = 1.0, .ticks = 4};
    CHECK_NOTHROW(make(fine, StartState::dicke(100)));
    CHECK_THROWS_AS(make({.duration = 0.0, .ticks = 4}, StartState::dicke(0)), InvalidInput);
    CHECK_THROWS_AS(make({.duration = 1.0, .ticks = 0}, StartState::dicke(0)), InvalidInput);
    CHECK_THROWS_AS(make(fine, StartState::dicke(101)), InvalidInput);
    CHECK_THROWS_AS(
        tell(make(fine, StartState::dicke(0)), {}, Quantities::crossings_up | Quantities::crossings_down),
        InvalidInput);
}

TEST_CASE("the spin kernel stops within a window when it is asked to") {
    const std::atomic<bool> asked = true;
    const auto kernel = spin_scan(1000, 150);
    CHECK_THROWS_AS(kernel(Lanes{.seed = 1, .count = 128, .stop = StopRequest(&asked)}, Quantities::none,
                           [](const Window&) {}),
                    Stopped);
}
