#include "dickejump/trajectory/spin_sphere_kernel.hpp"

#include <doctest/doctest.h>
#include <hwy/targets.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "support/lane_kernel_checks.hpp"

using namespace dickejump;
using namespace dickejump::test;

namespace {

constexpr LocalRates some{.emission = 0.3, .pumping = 0.1, .dephasing = 0.2};

SpinSphereKernel spin_scan(std::int64_t atoms, std::int64_t ticks = 150, LocalRates rates = some) {
    return scan_of<SpinSphereKernel>(LocalSpins(atoms, rates), ticks);
}

}  // namespace

TEST_CASE("without local rates the trajectories are those of the sphere") {
    const Lanes lanes{.seed = 3, .first_trajectory = 5, .count = 70};
    for (const auto wanted :
         {Quantities::none, Quantities::jumps | Quantities::level_integral, everything<SphereKernel>})
        CHECK(same_bytes(tell(spin_scan(1000, 150, {}), lanes, wanted),
                         tell(scan<SphereKernel>(1000), lanes, wanted)));
    // With spins to tell of they go another way, of the same law: no atom acts.
    const auto told = tell(spin_scan(1000, 150, {}), lanes, everything<SpinSphereKernel>);
    CHECK(
        std::all_of(told.twice_j.begin(), told.twice_j.end(), [](auto twice_j) { return twice_j == 1000; }));
    CHECK(std::all_of(told.local.begin(), told.local.end(), [](auto jumps) { return jumps == 0; }));
}

TEST_CASE("the sphere of spins gives the same bytes on AVX2 and AVX-512") {
    check_targets(spin_scan(1000), false);
    check_targets(spin_scan(1'000'001, 40), false);
    check_targets(corners_of<SpinSphereKernel>(LocalSpins(200, some)), false);
}

TEST_CASE("a trajectory of the sphere of spins depends neither on the columns nor on its neighbours") {
    check_independence(spin_scan(1001));
}

TEST_CASE("spins stay where they can be, and jumps balance but for single atoms") {
    for (const std::int64_t atoms : {40, 201, 5000, 10'000'000}) {
        CAPTURE(atoms);
        const auto told = tell(spin_scan(atoms), {.seed = 7, .count = 70}, everything<SpinSphereKernel>);
        const auto lanes = told.start.size();
        bool there = true, parity = true, balanced = true;
        double single = 0.0;
        for (std::size_t i = 0; i < told.n.size(); ++i) {
            const auto before = i < lanes ? told.start[i] : told.n[i - lanes];
            const auto twice_m = 2 * std::int64_t{told.n[i]} - atoms;
            there = there && told.twice_j[i] >= 0 && told.twice_j[i] <= atoms &&
                    std::abs(twice_m) <= told.twice_j[i];
            parity = parity && (atoms - told.twice_j[i]) % 2 == 0;
            const auto others = told.n[i] - before - (told.up[i] - told.down[i]);
            // A level is a cell: rounding may move it by one.
            balanced =
                balanced && told.up[i] >= 0 && told.down[i] >= 0 && std::abs(others) <= told.local[i] + 1;
            single += static_cast<double>(told.local[i]);
        }
        CHECK(there);
        CHECK(parity);
        CHECK(balanced);
        CHECK(single > 0.0);
    }
}

TEST_CASE("the sphere of spins steps as fine as single atoms ask, and takes the steps that it is given") {
    const auto steps = [](double emission, int asked = 0) {
        return SpinSphereKernel(LocalSpins(1000, {.emission = emission}), PumpSchedule::constant(1.0),
                                {.duration = 1.0, .ticks = 100}, StartState::dicke(0), asked)
            .steps_per_tick();
    };
    CHECK(steps(0.1) == 1);
    CHECK(steps(2.0) == 4);
    CHECK(steps(2.0, 3) == 3);
    CHECK_THROWS_AS(steps(1.0, -1), InvalidInput);
    CHECK_THROWS_AS(tell(spin_scan(100), {}, Quantities::time_tags), InvalidInput);
}
