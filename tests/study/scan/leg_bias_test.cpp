#include "study/scan/leg_bias.hpp"

#include <doctest/doctest.h>

using namespace dickejump;

TEST_CASE(
    "the bias of a leg has every estimator asked for, falls with the step and is in units of N/2 and s") {
    const ScanLeg leg(DickeLadder(10'000), {.rate = 16.0, .half_width = 24.0}, Direction::up);
    const SphereBias solved{.step = {1e-4, 2e-4, 3e-4}, .model = {1e-5, 2e-5, 3e-5}, .steps_per_tick = 1};
    auto finer = solved;
    finer.steps_per_tick = 2;
    const auto all = EstimatorSet::of({});
    const auto bias = leg_bias(leg, solved, all), fine = leg_bias(leg, finer, all);
    CHECK(bias.direction == Direction::up);
    CHECK(bias.jz_mean == doctest::Approx(1.1e-4).epsilon(1e-3));
    CHECK(bias.jz_variance == doctest::Approx(2.2e-4).epsilon(1e-3));
    CHECK(bias.crossing == doctest::Approx(16.0 * 3.3e-4).epsilon(1e-12));
    REQUIRE(bias.estimators.size() == 4);
    CHECK(bias.estimators[3].estimator == Estimator::area);
    CHECK(bias.estimators[3].mean == doctest::Approx(24.0 * 1.1e-4).epsilon(1e-3));
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(bias.estimators[i].mean > 1e-3);
        CHECK(fine.estimators[i].mean == doctest::Approx(0.5 * bias.estimators[i].mean).epsilon(1e-3));
    }
    const auto one = leg_bias(leg, solved, EstimatorSet::of({Estimator::last_crossing}));
    REQUIRE(one.estimators.size() == 1);
    CHECK(one.estimators[0].estimator == Estimator::last_crossing);
}
