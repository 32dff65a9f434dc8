#include "dickejump/trajectory/direct_kernel.hpp"

#include <doctest/doctest.h>
#include <hwy/targets.h>

#include <vector>

#include "support/lane_kernel_checks.hpp"

using namespace dickejump;
using namespace dickejump::test;

TEST_CASE("the direct kernel gives the same bytes on AVX2 and AVX-512") {
    check_targets(scan<DirectKernel>(100), false);
    check_targets(scan<DirectKernel>(21, 7), false);
    check_targets(corners<DirectKernel>(50), false);
}

TEST_CASE("a trajectory of the direct kernel depends neither on the columns nor on its neighbours") {
    check_independence(scan<DirectKernel>(60));
    check_independence(corners<DirectKernel>(60));
}

TEST_CASE("time tags of the direct kernel are the jumps, levels, integrals and crossings of the run") {
    for (const std::int64_t atoms : {1, 2, 41, 200})
        for (const auto crossings : {Quantities::crossings_up, Quantities::crossings_down}) {
            check_tags(scan<DirectKernel>(atoms, 70), crossings);
            check_tags(corners<DirectKernel>(atoms), crossings);
        }
    hwy::SetSupportedTargetsForTest(HWY_SCALAR);
    check_tags(scan<DirectKernel>(50, 70), Quantities::crossings_up);
    hwy::SetSupportedTargetsForTest(0);
}

TEST_CASE("jumps of the direct kernel balance, levels and integrals stay on the ladder") {
    for (const std::int64_t atoms : {1, 2, 40, 401}) {
        check_balance(scan<DirectKernel>(atoms, 70));
        check_balance(corners<DirectKernel>(atoms));
    }
}

TEST_CASE("a run of the direct kernel that starts without a pump stays on the ground for as long") {
    check_dark_start<DirectKernel>();
}

TEST_CASE("the direct kernel refuses what it cannot run") {
    check_refusals<DirectKernel>();
}
