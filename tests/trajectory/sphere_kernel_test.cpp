#include "dickejump/trajectory/sphere_kernel.hpp"

#include <doctest/doctest.h>
#include <hwy/targets.h>

#include <vector>

#include "support/lane_kernel_checks.hpp"

using namespace dickejump;
using namespace dickejump::test;

TEST_CASE("the sphere kernel gives the same bytes on AVX2 and AVX-512") {
    check_targets(scan<SphereKernel>(1000), false);
    check_targets(scan<SphereKernel>(100'000'001), false);
    check_targets(corners<SphereKernel>(200), false);
}

TEST_CASE("a trajectory of the sphere kernel depends neither on the columns nor on its neighbours") {
    check_independence(scan<SphereKernel>(1001));
}

TEST_CASE("jumps of the sphere kernel balance, levels and integrals stay on the ladder") {
    check_balance(scan<SphereKernel>(400));
    check_balance(scan<SphereKernel>(DickeLadder::max_atoms));
}

TEST_CASE("the sphere kernel chooses steps by the drive, and takes those it is given") {
    CHECK(scan<SphereKernel>(1000, 150).steps_per_tick() == 1);
    CHECK(scan<SphereKernel>(1000, 25).steps_per_tick() == 5);
    const DickeLadder ladder(1000);
    const SphereKernel four(ladder, PumpSchedule::constant(1.0), {.duration = 1.0, .ticks = 100},
                            StartState::dicke(0), 4);
    CHECK(four.steps_per_tick() == 4);
    CHECK_THROWS_AS(SphereKernel(ladder, PumpSchedule::constant(1.0), {.duration = 1.0, .ticks = 100},
                                 StartState::dicke(0), -1),
                    InvalidInput);
}

TEST_CASE("the sphere kernel refuses what it cannot run") {
    check_refusals<SphereKernel>();
}
