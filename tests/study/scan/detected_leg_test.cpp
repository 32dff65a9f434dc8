#include "dickejump/study/scan/detected_leg.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "dickejump/estimate/run_observers.hpp"
#include "dickejump/record/record.hpp"
#include "dickejump/study/scan/simulated_scan.hpp"
#include "dickejump/trajectory/observer.hpp"
#include "support/detectors.hpp"

using namespace dickejump;
using namespace dickejump::test;
using doctest::Approx;

namespace {

const Scan scan{.rate = 4.0, .half_width = 3.0};
const DickeLadder ladder(8);

DetectedLeg leg_of(const Detector& detector, const Scan& s = scan, Direction direction = Direction::up,
                   int threads = 1) {
    const auto exact = solve_scan(ladder, s, 2);
    return {ladder, s,      ScanLeg(ladder, s, direction), exact.leg(direction), detector, 1.5, std::nullopt,
            9,      threads};
}

std::vector<Photon> photons_of(std::int64_t trajectory, const Scan& s = scan,
                               Direction direction = Direction::up) {
    const ScanLeg leg(ladder, s, direction);
    PhotonRecords records(9, trajectory, direction, 1.5);
    run(leg.sampler(Method::exact),
        {.seed = 9, .first_trajectory = trajectory, .count = 1, .purpose = leg.purpose()}, records);
    return records.photons[0];
}

bool same(double a, double b) {
    return a == b || (std::isnan(a) && std::isnan(b));
}

}  // namespace

TEST_CASE("estimates and calibrations of a record do not depend on the threads") {
    const auto one = leg_of(detector_of("cavity=0.5")),
               two = leg_of(detector_of("cavity=0.5"), scan, Direction::up, 2);
    for (std::size_t i = 0; i < RecordEstimates::count; ++i) {
        REQUIRE(one.calibrations()[i].has_value());
        CHECK(one.calibrations()[i]->slope == two.calibrations()[i]->slope);
        CHECK(one.calibrations()[i]->offset == two.calibrations()[i]->offset);
        CHECK(one.calibrations()[i]->source == Calibration::Source::monte_carlo);
    }
    const auto clicks = one.clicks(photons_of(3), 3);
    CHECK(clicks == two.clicks(photons_of(3), 3));
    const auto a = one.estimate(clicks).in_order(8), b = two.estimate(clicks).in_order(8);
    for (std::size_t i = 0; i < a.size(); ++i)
        CHECK(same(a[i], b[i]));
}

TEST_CASE("seen completely from a known start, a record has the area and crossings of its run") {
    const Scan from_ground{.rate = 4.0, .half_width = 3.0, .initial = Scan::Initial::ground, .ticks = 2000};
    for (const auto direction : {Direction::up, Direction::down}) {
        CAPTURE(name(direction));
        const ScanLeg leg(ladder, from_ground, direction);
        const auto detected = leg_of(detector_of("cavity=1,pump=1"), from_ground, direction);
        for (std::int64_t trajectory = 0; trajectory < 10; ++trajectory) {
            InversionIntegral integral(8);
            run(leg.sampler(Method::exact),
                {.seed = 9, .first_trajectory = trajectory, .count = 1, .purpose = leg.purpose()}, integral);
            const auto estimates = detected.estimate(
                detected.clicks(photons_of(trajectory, from_ground, direction), trajectory));
            // The signal stands at ends of ticks: a jump counts for half a tick too little on average.
            CHECK(estimates.area == Approx(leg.area(integral.value[0])).epsilon(0.02));
            CHECK(estimates.likelihood.found());
        }
    }
}

TEST_CASE("estimates in order are in nominal s") {
    const auto detected = leg_of(detector_of("cavity=1,pump=1"));
    const auto estimates = detected.estimate(detected.clicks(photons_of(1), 1));
    const auto values = estimates.in_order(8);
    CHECK(same(values[0], estimates.first));
    CHECK(same(values[1], estimates.last));
    CHECK(same(values[2], 0.5 * (estimates.first + estimates.last)));
    CHECK(values[3] == estimates.area);
    CHECK(same(values[4], estimates.fit));
    CHECK(values[5] == Approx(-4.0 * estimates.likelihood.maximum));
    CHECK(values[6] == Approx(-4.0 * estimates.likelihood.posterior_mean));
}

TEST_CASE("the area of a complete record answers to the pump as the master equation says") {
    const auto exact = solve_scan(ladder, scan, 2);
    const auto detected = leg_of(detector_of("cavity=1,pump=1"));
    const auto& area = *detected.calibrations()[3];
    const double wanted = exact.leg(Direction::up).area.slope;
    MESSAGE("slope of the area " << area.slope << " +- " << area.slope_error << ", exact " << wanted);
    // A new seed fails with probability 1e-6. The slope is that of a finite shift, as long as half this scan:
    // hence a tenth more.
    CHECK(std::abs(area.slope - wanted) < 4.9 * area.slope_error + 0.1 * wanted);
    // Nothing is lost to first order by the best estimates: their slope is near 1.
    CHECK(detected.calibrations()[5]->slope == Approx(1.0).epsilon(0.1));
}

TEST_CASE("a detector that sees nothing has no estimates, no calibrations and no information") {
    for (const std::string seen : {"cavity=0", "cavity=0,pump=0", "side=0"}) {
        CAPTURE(seen);
        const auto detected = leg_of(detector_of(seen));
        const auto estimates = detected.estimate(detected.clicks(photons_of(2), 2));
        for (const double value : estimates.in_order(8))
            CHECK(std::isnan(value));
        CHECK(estimates.likelihood.information == 0.0);
        for (const auto& calibration : detected.calibrations())
            CHECK_FALSE(calibration.has_value());
        CHECK(detected.bounded());
    }
}

TEST_CASE("background alone is not mistaken for atoms") {
    auto detector = detector_of("cavity=0");
    detector[Channel::cavity]->background = 20.0;
    const auto detected = leg_of(detector);
    const auto clicks = detected.clicks(photons_of(2), 2);
    CHECK(clicks.size() > 5);
    for (const double value : detected.estimate(clicks).in_order(8))
        CHECK(std::isnan(value));
}

TEST_CASE("records that see the pump start from none have no bound, the others do") {
    const Scan whole{.rate = 8.0, .half_width = 4.0};
    for (const auto direction : {Direction::up, Direction::down}) {
        CHECK_FALSE(leg_of(detector_of("pump=0.1"), whole, direction).bounded());
        CHECK_FALSE(leg_of(detector_of("cavity=1,pump=1"), whole, direction).bounded());
        CHECK(leg_of(detector_of("cavity=1"), whole, direction).bounded());
        CHECK(leg_of(detector_of("cavity=1,pump=0"), whole, direction).bounded());
        CHECK(leg_of(detector_of("side=1"), whole, direction).bounded());
    }
    CHECK(leg_of(detector_of("pump=1")).bounded());
}

TEST_CASE("a detector without time tags keeps its counts and an estimate near that of the tags") {
    auto coarse = detector_of("side=1");
    coarse.time_tags = false;
    coarse.bin_width = 0.05;
    const auto bins = leg_of(coarse), tags = leg_of(detector_of("side=1"));
    const auto photons = photons_of(4);
    const auto a = bins.clicks(photons, 4), b = tags.clicks(photons, 4);
    // The bin asked for is rounded to seven ticks of 0.0075.
    const double width = 7.0 * 0.0075;
    CHECK(binned(a, Channel::side, width, 29) == binned(b, Channel::side, width, 29));
    const auto from_bins = bins.estimate(a).likelihood, from_tags = tags.estimate(b).likelihood;
    REQUIRE(from_bins.found());
    CHECK(std::abs(from_bins.maximum - from_tags.maximum) < 0.3 * from_tags.standard_error);
}

TEST_CASE("a chosen smoothing is used, and the default is reported") {
    const auto detector = detector_of("side=1");
    const auto exact = solve_scan(ladder, scan, 2);
    const ScanLeg leg(ladder, scan, Direction::up);
    const Smoothing wide{.kind = Smoothing::Kind::exponential, .width = 0.2};
    const DetectedLeg chosen(ladder, scan, leg, exact.leg(Direction::up), detector, 1.5, wide, 9, 1);
    CHECK(chosen.smoothing().width == 0.2);
    CHECK(chosen.smoothing().kind == Smoothing::Kind::exponential);
    const auto usual = leg_of(detector).smoothing();
    CHECK(usual.width == Smoothing::by_default(4.0, 6.0, leg.grid().tick()).width);
}

TEST_CASE("a detector beside others reports what it reports alone, and leaves the runs alone") {
    ScanRun run;
    run.scan = scan;
    run.ensemble = {.trajectories = 130, .seed = 9, .threads = 1};
    run.side_rate = 1.5;
    const auto exact = solve_scan(ladder, scan, run.points);
    const auto bare = simulate_scan(ladder, run, exact);
    run.detectors = {detector_of("side=0.5")};
    const auto alone = simulate_scan(ladder, run, exact);
    run.detectors = {detector_of("cavity=1,pump=0.5"), detector_of("side=0.5")};
    const auto beside = simulate_scan(ladder, run, exact);
    CHECK(bare.jumps == alone.jumps);
    CHECK(bare.jumps == beside.jumps);
    for (const auto& entry : alone.estimators) {
        CAPTURE(name(entry.estimator));
        int found = 0;
        for (const auto& other : beside.estimators)
            if (other.estimator == entry.estimator && other.direction == entry.direction &&
                other.detector == entry.detector) {
                ++found;
                CHECK(other.runs.count() == entry.runs.count());
                if (entry.runs.count() > 0) CHECK(other.runs.mean()->value == entry.runs.mean()->value);
            }
        CHECK(found == 1);
    }
}
