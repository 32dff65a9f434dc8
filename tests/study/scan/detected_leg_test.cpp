#include "study/scan/detected_leg.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "dickejump/estimate/run_observers.hpp"
#include "dickejump/record/record.hpp"
#include "dickejump/study/scan/prepared_scan.hpp"
#include "study/scan/detector_calibration.hpp"
#include "support/detectors.hpp"

using namespace dickejump;
using namespace dickejump::test;
using doctest::Approx;

namespace {

const ScanConfig scan{.atoms = 8, .rate = 4.0, .half_width = 3.0, .seed = 9, .side_rate = 1.5};

ScanLeg bare_leg(const ScanConfig& config = scan, Direction direction = Direction::up) {
    return {DickeLadder(config.atoms), config.protocol(), direction};
}

DetectedLeg leg_of(const Detector& detector, const ScanConfig& config = scan,
                   Direction direction = Direction::up) {
    return {bare_leg(config, direction), detector, resolved(config)};
}

DetectorCalibration calibrated(const Detector& detector, const ScanConfig& config = scan, int threads = 2) {
    return calibrate(leg_of(detector, config), EstimatorSet::of(config.estimators), resolved(config),
                     {.threads = threads});
}

RunPhotons photons_of(std::int64_t trajectory, const ScanConfig& config = scan,
                      Direction direction = Direction::up, PhotonDetail detail = PhotonDetail::times) {
    const auto leg = bare_leg(config, direction);
    return run_with_photons(make_sampler(Method::exact, leg.setup()),
                            {.seed = 9, .first_trajectory = trajectory, .count = 1, .purpose = leg.purpose()},
                            direction, 1.5, detail, {});
}

RecordEstimates estimate(const DetectedLeg& detected, const Record& record, double scale) {
    return detected.estimate(record, EstimatorSet::of({}), scale);
}

bool same(double a, double b) {
    return a == b || (std::isnan(a) && std::isnan(b));
}

}  // namespace

TEST_CASE("estimates and calibrations of a record do not depend on the threads") {
    const auto detector = detector_of("cavity=0.5");
    const auto one = calibrated(detector, scan, 1), two = calibrated(detector, scan, 3);
    CHECK(one.scale == two.scale);
    for (const auto estimator : all_estimators) {
        if (estimator == Estimator::loop) continue;
        REQUIRE(one.calibrations[estimator].has_value());
        CHECK(one.calibrations[estimator]->slope == two.calibrations[estimator]->slope);
        CHECK(one.calibrations[estimator]->offset == two.calibrations[estimator]->offset);
        CHECK(one.calibrations[estimator]->source == Calibration::Source::monte_carlo);
    }
}

TEST_CASE("only what is wanted is estimated and calibrated") {
    auto config = scan;
    config.estimators = {Estimator::area, Estimator::fit};
    const auto some = calibrated(detector_of("cavity=0.5"), config),
               all = calibrated(detector_of("cavity=0.5"));
    CHECK(some.scale == 0.0);  // no likelihood, no scale
    for (const auto estimator : all_estimators) {
        const bool wanted = estimator == Estimator::area || estimator == Estimator::fit;
        CHECK(some.calibrations[estimator].has_value() == wanted);
        if (wanted) CHECK(some.calibrations[estimator]->slope == all.calibrations[estimator]->slope);
    }
    const auto detected = leg_of(detector_of("cavity=0.5"));
    const auto record = detected.record(photons_of(3), 0, 3);
    const auto estimates = detected.estimate(record, EstimatorSet::of({Estimator::bayes}), all.scale).s;
    CHECK(std::isnan(estimates[Estimator::area]));
    CHECK(estimates[Estimator::bayes] == estimate(detected, record, all.scale).s[Estimator::bayes]);
}

TEST_CASE("seen completely from a known start, a record has the area and crossings of its run") {
    auto from_ground = scan;
    from_ground.initial = Initial::ground;
    from_ground.ticks = 2000;
    for (const auto direction : {Direction::up, Direction::down}) {
        CAPTURE(name(direction));
        const auto leg = bare_leg(from_ground, direction);
        const auto detected = leg_of(detector_of("cavity=1,pump=1"), from_ground, direction);
        for (std::int64_t trajectory = 0; trajectory < 10; ++trajectory) {
            InversionIntegral integral(8);
            run(make_sampler(Method::exact, leg.setup()),
                {.seed = 9, .first_trajectory = trajectory, .count = 1, .purpose = leg.purpose()}, integral);
            const auto estimates =
                estimate(detected,
                         detected.record(photons_of(trajectory, from_ground, direction), 0, trajectory), 0.2);
            // The signal stands at ends of ticks: a jump counts for half a tick too little on average.
            CHECK(estimates.s[Estimator::area] == Approx(leg.area(integral.value[0])).epsilon(0.02));
            // There is a maximum, or it is at the boundary where the pump touches 0.
            CHECK(estimates.likelihood.found() == !estimates.likelihood.no_maximum.has_value());
            CHECK(estimates.likelihood.no_maximum.value_or(NoMaximum::boundary) == NoMaximum::boundary);
            CHECK(estimates.likelihood.posterior.known());
        }
    }
}

TEST_CASE("of a detector without memory counts say what times say, and nothing else is counted") {
    const auto signal_only = EstimatorSet::of({Estimator::area, Estimator::fit, Estimator::mid_crossing});
    auto noisy = detector_of("cavity=0.3,pump=1");
    noisy[Channel::cavity]->background = 5.0;
    noisy[Channel::pump]->background = 0.5;
    for (const auto& seen : {detector_of("cavity=1,pump=1"), detector_of("cavity=0.5"),
                             detector_of("cavity=0.7,pump=0.2"), detector_of("pump=0"), noisy}) {
        CAPTURE(seen.name);
        const auto detected = leg_of(seen);
        CHECK(detected.photons_for(signal_only) == PhotonDetail::counts);
        CHECK(detected.photons_for(EstimatorSet::of({Estimator::bayes})) == PhotonDetail::times);
        for (std::int64_t run = 0; run < 20; ++run) {
            const auto times = detected.record(photons_of(run), 0, run),
                       counts = detected.record(photons_of(run, scan, Direction::up, PhotonDetail::counts), 0,
                                                run);
            CHECK(std::holds_alternative<std::vector<Photon>>(times));
            CHECK(std::holds_alternative<CountRecord>(counts));
            CHECK(detected.jz(counts) == detected.jz(times));
            for (const auto c : channels)
                if (detected.detector()[c])
                    CHECK(binned(counts, c, detected.leg().grid(), 10) ==
                          binned(times, c, detected.leg().grid(), 10));
        }
    }
    auto gated = detector_of("cavity=1"), coarse = gated, blurred = gated, slow = gated;
    gated.gate_open = 0.1;
    coarse.bin_width = 0.1;
    blurred[Channel::cavity]->jitter = 0.01;
    slow[Channel::cavity]->dead_time = 0.01;
    for (const auto& other : {gated, blurred, slow, detector_of("side=1")})
        CHECK(leg_of(other).photons_for(signal_only) == PhotonDetail::clicks);
    CHECK(leg_of(coarse).photons_for(signal_only) == PhotonDetail::times);
}

TEST_CASE("what is estimated from counts is estimated from times too, to the last bit") {
    // Beside a detector of the side all count their clicks as the run goes; beside one of coarse bins records
    // have times.
    auto config = scan;
    config.trajectories = 200;
    config.detectors = {detector_of("cavity=1,pump=1")};
    config.estimators = {Estimator::area, Estimator::mid_crossing, Estimator::fit};
    auto beside = config;
    auto side = detector_of("side=0.5"), coarse = detector_of("cavity=0.5");
    coarse.bin_width = 0.1;
    beside.detectors.push_back(side);
    const auto by_counts = simulate(prepare(config)), by_clicks = simulate(prepare(beside));
    beside.detectors.push_back(coarse);
    const auto by_times = simulate(prepare(beside));
    CHECK(by_counts.jumps == by_times.jumps);
    for (const auto& entry : by_clicks.estimators) {
        const auto* other = by_times.find(entry.estimator, entry.direction, entry.detector);
        REQUIRE(other);
        CHECK(other->runs.mean()->value == entry.runs.mean()->value);
        CHECK(other->runs.variance()->value == entry.runs.variance()->value);
        // Of so few runs an estimate of the side may have none.
        REQUIRE(other->calibration.has_value() == entry.calibration.has_value());
        if (entry.calibration) CHECK(other->calibration->slope == entry.calibration->slope);
    }
    for (const auto& entry : by_counts.estimators) {
        const auto* other = by_times.find(entry.estimator, entry.direction, entry.detector);
        REQUIRE(other);
        CHECK(other->runs.mean()->value == entry.runs.mean()->value);
        CHECK(other->runs.variance()->value == entry.runs.variance()->value);
        REQUIRE(entry.calibration.has_value());
        CHECK(other->calibration->slope == entry.calibration->slope);
    }
}

TEST_CASE("estimates are in nominal s") {
    const auto detected = leg_of(detector_of("cavity=1,pump=1"));
    const auto estimates = estimate(detected, detected.record(photons_of(2), 0, 2), 0.2);
    REQUIRE(estimates.likelihood.found());
    CHECK(same(estimates.s[Estimator::mid_crossing],
               0.5 * (estimates.s[Estimator::first_crossing] + estimates.s[Estimator::last_crossing])));
    CHECK(estimates.s[Estimator::maximum_likelihood] == Approx(-4.0 * estimates.likelihood.maximum));
    CHECK(estimates.s[Estimator::bayes] == Approx(-4.0 * estimates.likelihood.posterior.mean()));
    CHECK(std::isnan(estimates.s[Estimator::loop]));
}

TEST_CASE("the area of a complete record answers to the pump as the master equation says") {
    const auto exact = solve({.atoms = 8, .rate = 4.0, .half_width = 3.0, .points = 2});
    const auto calibration = calibrated(detector_of("cavity=1,pump=1"));
    const auto& area = *calibration.calibrations[Estimator::area];
    const double wanted = exact.leg(Direction::up).area.slope;
    MESSAGE("slope of the area " << area.slope << " +- " << area.slope_error << ", exact " << wanted);
    // A new seed fails with probability 1e-6. The slope is that of a finite shift, as long as half this scan:
    // hence a tenth more.
    CHECK(std::abs(area.slope - wanted) < 4.9 * area.slope_error + 0.1 * wanted);
    // Nothing is lost to first order by the best estimate where no boundary is near: its slope is near 1.
    const ScanConfig wide{.atoms = 30, .rate = 4.0, .half_width = 8.0, .seed = 9};
    CHECK(
        calibrated(detector_of("cavity=1,pump=1"), wide).calibrations[Estimator::maximum_likelihood]->slope ==
        Approx(1.0).epsilon(0.1));
}

TEST_CASE("what is read from the signal of a gated detector is read from within its gate") {
    auto gated = detector_of("side=1");
    gated.gate_open = 0.5;  // of a leg from t = 0 to 1.5
    gated.gate_close = 1.2;
    const auto part = leg_of(gated), whole = leg_of(detector_of("side=1"));
    CHECK_FALSE(whole.gated().has_value());
    REQUIRE(part.gated().has_value());
    CHECK(part.gated()->from == Approx(-1.0).epsilon(0.01));
    CHECK(part.gated()->to == Approx(1.8).epsilon(0.01));
    const auto photons = photons_of(5);
    const auto record = part.record(photons, 0, 5);
    const auto signal = part.jz(record), all = whole.jz(whole.record(photons, 0, 5));
    double integral = 0.0;
    for (std::size_t tick = 0; tick < signal.size(); ++tick) {
        const double end = part.leg().grid().time(static_cast<std::int64_t>(tick + 1));
        const bool open = end - part.leg().grid().tick() >= 0.5 - 1e-9 && end <= 1.2 + 1e-9;
        CHECK(std::isnan(signal[tick]) == !open);
        if (!open) continue;
        CHECK(signal[tick] == all[tick]);
        integral += signal[tick] * part.leg().grid().tick();
    }
    const auto estimates = estimate(part, record, 0.0);
    CHECK(estimates.s[Estimator::area] == Approx(part.leg().area(integral)));
    CHECK(std::isfinite(estimates.s[Estimator::fit]));
    for (const auto crossing : {Estimator::first_crossing, Estimator::last_crossing})
        if (const double s = estimates.s[crossing]; std::isfinite(s)) {
            CHECK(s >= part.gated()->from);
            CHECK(s <= part.gated()->to);
        }
    // A gate that is never open for a tick.
    auto shut = detector_of("side=1");
    shut.gate_open = 0.5011;
    shut.gate_close = 0.5012;
    const auto never = leg_of(shut);
    const auto nothing = estimate(never, never.record(photons, 0, 5), 0.0);
    for (const auto estimator : all_estimators)
        CHECK(std::isnan(nothing.s[estimator]));
}

TEST_CASE("why a record has no maximum is said: no clicks, the boundary, nothing to tell") {
    const auto detected = leg_of(detector_of("side=1"));
    const auto none = estimate(detected, Record(std::vector<Photon>{}), 0.5).likelihood;
    CHECK_FALSE(none.found());
    CHECK(none.no_maximum == NoMaximum::no_clicks);
    CHECK(none.posterior.known());
    std::vector<Photon> late;
    for (double t = 0.002; t < 1.5; t += 0.01)
        late.push_back({t, Channel::side});
    CHECK(estimate(detected, Record(late), 0.5).likelihood.no_maximum == NoMaximum::boundary);
    CHECK(estimate(detected, Record(late), 0.0).likelihood.no_maximum == NoMaximum::flat);
}

TEST_CASE("a detector that sees nothing has no estimates, no calibrations and no information") {
    for (const std::string seen : {"cavity=0", "cavity=0,pump=0", "side=0"}) {
        CAPTURE(seen);
        const auto detected = leg_of(detector_of(seen));
        const auto calibration = calibrated(detector_of(seen));
        CHECK(calibration.scale == 0.0);
        const auto estimates = estimate(detected, detected.record(photons_of(2), 0, 2), calibration.scale);
        CHECK(estimates.likelihood.information == 0.0);
        for (const auto estimator : all_estimators) {
            CHECK(std::isnan(estimates.s[estimator]));
            CHECK_FALSE(calibration.calibrations[estimator].has_value());
        }
    }
}

TEST_CASE("background alone is not mistaken for atoms") {
    auto detector = detector_of("cavity=0");
    detector[Channel::cavity]->background = 20.0;
    const auto detected = leg_of(detector);
    const auto record = detected.record(photons_of(2), 0, 2);
    CHECK(std::get<std::vector<Photon>>(record).size() > 5);
    CHECK(calibrated(detector).scale == 0.0);
    const auto estimates = estimate(detected, record, 0.0);
    for (const auto estimator : all_estimators)
        CHECK(std::isnan(estimates.s[estimator]));
}

TEST_CASE("records that see the pump start from none have no bound, the others do") {
    ScanConfig whole{
        .atoms = 8, .rate = 8.0, .half_width = 4.0, .trajectories = 128, .seed = 9, .side_rate = 1.5};
    const auto bounds = [&](const std::string& seen, const ScanConfig& config) {
        auto one = config;
        one.detectors = {detector_of(seen)};
        one.estimators = {Estimator::maximum_likelihood};
        return simulate(prepare(one, {.threads = 2}), {.threads = 2}).detected_bounds;
    };
    for (const std::string seen : {"pump=0.1", "cavity=1,pump=1"})
        for (const auto& bound : bounds(seen, whole))
            CHECK_FALSE(bound.value.has_value());
    for (const std::string seen : {"cavity=1", "cavity=1,pump=0", "side=1"})
        for (const auto& bound : bounds(seen, whole))
            CHECK(bound.value.has_value());
    for (const auto& bound : bounds("pump=1", scan))
        CHECK(bound.value.has_value());
}

TEST_CASE("a detector without time tags keeps its counts and an estimate near that of the tags") {
    auto coarse = detector_of("side=1");
    coarse.time_tags = false;
    coarse.bin_width = 0.05;
    const auto bins = leg_of(coarse), tags = leg_of(detector_of("side=1"));
    const auto photons = photons_of(4);
    const auto a = bins.record(photons, 0, 4), b = tags.record(photons, 0, 4);
    // The bin asked for is rounded to seven ticks of 0.0075.
    const double width = 7.0 * 0.0075;
    CHECK(binned(std::get<std::vector<Photon>>(a), Channel::side, width, 29) ==
          binned(std::get<std::vector<Photon>>(b), Channel::side, width, 29));
    const auto from_bins = estimate(bins, a, 0.2).likelihood, from_tags = estimate(tags, b, 0.2).likelihood;
    REQUIRE(from_bins.found());
    CHECK(std::abs(from_bins.maximum - from_tags.maximum) < 0.3 * from_tags.standard_error);
}

TEST_CASE("a chosen smoothing is used, and the default is reported") {
    const auto detector = detector_of("side=1");
    auto config = scan;
    config.smoothing = Smoothing{.kind = Smoothing::Kind::exponential, .width = 0.2};
    const auto chosen = leg_of(detector, config);
    CHECK(chosen.smoothing().width == 0.2);
    CHECK(chosen.smoothing().kind == Smoothing::Kind::exponential);
    CHECK(leg_of(detector).smoothing().width ==
          Smoothing::by_default(4.0, 6.0, bare_leg().grid().tick()).width);
}

TEST_CASE("a detector beside others reports what it reports alone, and leaves the runs alone") {
    auto config = scan;
    config.trajectories = 130;
    const auto result = [&](std::vector<Detector> detectors) {
        config.detectors = std::move(detectors);
        return simulate(prepare(config, {.threads = 2}), {.threads = 2});
    };
    const auto bare = result({}), alone = result({detector_of("side=0.5")}),
               beside = result({detector_of("cavity=1,pump=0.5"), detector_of("side=0.5")});
    CHECK(bare.jumps == alone.jumps);
    CHECK(bare.jumps == beside.jumps);
    for (const auto& entry : alone.estimators) {
        CAPTURE(name(entry.estimator));
        const auto* other = beside.find(entry.estimator, entry.direction, entry.detector);
        REQUIRE(other);
        CHECK(other->runs.count() == entry.runs.count());
        if (entry.runs.count() > 0) CHECK(other->runs.mean()->value == entry.runs.mean()->value);
    }
}
