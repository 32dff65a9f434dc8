#include "study/scan/crossing_calibration.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "dickejump/exact/crossing_law.hpp"
#include "dickejump/exact/steady_state.hpp"

using namespace dickejump;
using doctest::Approx;

namespace {
constexpr Estimator crossings[] = {Estimator::first_crossing, Estimator::last_crossing,
                                   Estimator::mid_crossing};
}

TEST_CASE("crossings are calibrated in scaled pump") {
    const DickeLadder ladder(100);
    const ScanLeg leg(ladder, {.rate = 16, .half_width = 20}, Direction::up);
    const auto laws = exact::crossing_laws(ladder, leg.pump(), leg.duration(),
                                           exact::start_populations(ladder, leg.start()), Direction::up);
    const auto calibrations = exact_crossing_calibrations(leg);
    const auto& first = calibrations[Estimator::first_crossing];
    REQUIRE(first.has_value());
    CHECK(first->offset == Approx(leg.scaled_pump(laws.first.mean)));
    CHECK(first->slope == Approx(std::abs(16.0 * laws.first.slope) * 2.0 / 100.0));
    CHECK(calibrations[Estimator::mid_crossing]->offset ==
          Approx(0.5 * (first->offset + calibrations[Estimator::last_crossing]->offset)).epsilon(1e-3));
    for (const auto estimator : crossings) {
        CHECK(calibrations[estimator]->slope > 0.5);
        CHECK(calibrations[estimator]->slope < 1.2);
    }
    CHECK_FALSE(calibrations[Estimator::area].has_value());
}

TEST_CASE("crossings calibrated by paired runs are those of the master equation, on any number of threads") {
    const ScanLeg leg(DickeLadder(60), {.rate = 4, .half_width = 14}, Direction::down);
    const auto exact = exact_crossing_calibrations(leg);
    const auto runs = simulated_crossing_calibrations(leg, Method::exact, 0, {}, 7, {.threads = 1});
    const auto again = simulated_crossing_calibrations(leg, Method::exact, 0, {}, 7, {.threads = 3});
    for (const auto estimator : crossings) {
        CAPTURE(name(estimator));
        REQUIRE(runs[estimator].has_value());
        CHECK(runs[estimator]->slope == again[estimator]->slope);
        CHECK(runs[estimator]->offset == again[estimator]->offset);
        MESSAGE("slope " << runs[estimator]->slope << " +- " << runs[estimator]->slope_error << ", exact "
                         << exact[estimator]->slope);
        // Six checks at 5.2 sigma: 1e-6 together. The slope is that of a finite shift of 3 widths: a few per
        // cent.
        CHECK(std::abs(runs[estimator]->slope - exact[estimator]->slope) <
              5.2 * runs[estimator]->slope_error + 0.04);
    }
    // The chance of the two runs of a pair is the same: without that the error would be 0.04.
    CHECK(runs[Estimator::mid_crossing]->slope_error < 0.02);
}
