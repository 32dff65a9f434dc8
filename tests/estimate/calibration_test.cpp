#include "dickejump/estimate/calibration.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace dickejump;
using doctest::Approx;

TEST_CASE(
    "the calibration of a mean of two estimates is the mean of theirs, and their errors add as of chance") {
    const Calibration a{
        .offset = 1.0, .slope = 0.8, .slope_error = 0.03, .source = Calibration::Source::monte_carlo},
        b{.offset = -0.4, .slope = 1.0, .slope_error = 0.04};
    const auto both = halfway(a, b);
    REQUIRE(both.has_value());
    CHECK(both->offset == Approx(0.3));
    CHECK(both->slope == Approx(0.9));
    CHECK(both->slope_error == Approx(0.025));
    CHECK(both->source == Calibration::Source::monte_carlo);
    CHECK_FALSE(halfway(a, {}).has_value());
    CHECK_FALSE(halfway({}, b).has_value());
}

TEST_CASE("sensitivity is spread over slope in pump, with both errors") {
    const Calibration calibration{.offset = 0.0, .slope = 0.5, .slope_error = 0.01};
    const auto delta_w = sensitivity(Estimate{2.0, 0.1}, calibration, 100);
    REQUIRE(delta_w.has_value());
    CHECK(delta_w->value == Approx(2.0 / 100.0 * 2.0 / 0.5));
    CHECK(delta_w->error == Approx(delta_w->value * std::hypot(0.1 / 2.0, 0.01 / 0.5)));
    CHECK_FALSE(sensitivity({}, calibration, 100).has_value());
    CHECK_FALSE(sensitivity(Estimate{2.0, 0.1}, {}, 100).has_value());
    // An estimate that does not answer to the pump measures nothing.
    CHECK_FALSE(sensitivity(Estimate{2.0, 0.1}, Calibration{.slope = 0.0}, 100).has_value());
}

TEST_CASE("paired shifts give slope and offset, about the true pump or from it") {
    PairedShift about, one_sided;
    for (int i = 0; i < 100; ++i) {
        const double chance = std::sin(i);  // common to both runs of a pair
        about.add(Estimator::area, 1.0 + chance, 3.4 + chance + 0.1 * std::cos(i), false);
        one_sided.add(Estimator::area, 1.0 + chance, 3.4 + chance, true);
    }
    const auto found = about.calibration(Estimator::area, 2.0, 10);
    REQUIRE(found.has_value());
    CHECK(found->slope == Approx(1.2).epsilon(0.02));
    CHECK(found->slope_error > 0.0);
    CHECK(found->offset == Approx(2.2).epsilon(0.02));
    CHECK(found->source == Calibration::Source::monte_carlo);
    CHECK(one_sided.calibration(Estimator::area, 2.0, 10)->offset == Approx(1.0).epsilon(0.02));
    CHECK_FALSE(about.calibration(Estimator::area, 2.0, 101).has_value());
    CHECK_FALSE(about.calibration(Estimator::fit, 2.0, 10).has_value());
}

TEST_CASE("pairs without the estimate are left out, and sums merge") {
    PairedShift all, left, right;
    const double missing = std::numeric_limits<double>::quiet_NaN();
    for (int i = 0; i < 20; ++i) {
        const double before = i == 3 ? missing : 0.1 * i,
                     after = i == 5 ? missing : 1.0 + 0.1 * i + 0.01 * (i % 3);
        all.add(Estimator::mid_crossing, before, after, false);
        (i < 9 ? left : right).add(Estimator::mid_crossing, before, after, false);
    }
    left.merge(right);
    const auto once = all.calibration(Estimator::mid_crossing, 1.0, 18),
               merged = left.calibration(Estimator::mid_crossing, 1.0, 18);
    REQUIRE(once.has_value());
    REQUIRE(merged.has_value());
    CHECK(merged->slope == Approx(once->slope).epsilon(1e-13));
    CHECK(merged->slope_error == Approx(once->slope_error).epsilon(1e-13));
    CHECK_FALSE(all.calibration(Estimator::mid_crossing, 1.0, 19).has_value());
}
