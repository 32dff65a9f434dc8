#include "dickejump/study/scan/simulated_scan.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <memory>
#include <string>

#include "dickejump/model/invalid_input.hpp"
#include "study/scan/scan_block.hpp"
#include "study/scan/scan_results.hpp"

namespace dickejump {

namespace {

/// What legs need before their runs does not wait for the other leg's.
void side_by_side(std::size_t count, int threads, const std::function<void(std::size_t)>& task) {
    detail::in_order(
        static_cast<std::int64_t>(count), threads,
        [&](std::int64_t i) -> std::shared_ptr<void> {
            task(static_cast<std::size_t>(i));
            return nullptr;
        },
        [](std::int64_t, const std::shared_ptr<void>&) { return true; });
}

template <std::size_t size>
const EstimatorTally* find(const std::array<Estimator, size>& names,
                           const std::vector<EstimatorTally>& tallies, Estimator estimator) {
    const auto found = std::find(names.begin(), names.end(), estimator);
    return found == names.end() ? nullptr : &tallies[static_cast<std::size_t>(found - names.begin())];
}

bool reached(const ScanTally& tally, const std::vector<PreparedLeg>& legs,
             const std::vector<Detector>& detectors, const TargetError& target) {
    const auto small = [&](const EstimatorTally* estimator) {
        if (!estimator) return true;  // this record does not have it
        const auto mean = estimator->runs.mean();
        return estimator->runs.count() >= 2 && mean->error <= target.error;
    };
    const bool perfect = !target.detector;
    const auto asked = [&](const Detector& detector) {
        return !target.detector || *target.detector == detector.name;
    };
    if (target.estimator == Estimator::loop) {
        bool fine = !perfect || small(&*tally.loop);
        for (std::size_t d = 0; d < detectors.size(); ++d)
            if (asked(detectors[d])) fine = fine && small(&tally.detector_loops[d]);
        return fine;
    }
    for (std::size_t i = 0; i < legs.size(); ++i) {
        if (target.direction && *target.direction != legs[i].leg.direction()) continue;
        const auto& leg = tally.legs[i];
        if (perfect && !small(find(leg_estimators, leg.estimators, target.estimator))) return false;
        for (std::size_t d = 0; d < detectors.size(); ++d)
            if (asked(detectors[d]) &&
                !small(find(record_estimators, leg.detectors[d].estimators, target.estimator)))
                return false;
    }
    return true;
}

}  // namespace

Simulation simulate_prepared(const DickeLadder& ladder, const ScanRun& run, const ExactScan& exact,
                             std::vector<PreparedLeg> prepared) {
    // Calibrations do not depend on the runs; doing them first keeps a failure from costing the runs.
    std::vector<CrossingCalibrations> crossings(prepared.size());
    side_by_side(prepared.size(), run.ensemble.threads, [&](std::size_t i) {
        const auto& leg = prepared[i].leg;
        crossings[i] = exact.method == ExactMethod::populations
                           ? calibrate_crossings(ladder, leg)
                           : calibrate_crossings(ladder, run.scan, leg, run.method, run.steps_per_tick,
                                                 run.ensemble.seed, run.ensemble.threads);
    });

    const ScanBlock block(ladder, run, std::move(prepared));
    const auto& legs = block.legs();
    Watch<ScanTally> watch;
    watch.time_limit = run.time_limit;
    watch.interrupt = run.interrupt;
    watch.show = run.show;
    if (!run.targets.empty())
        watch.good_enough = [&](const ScanTally& tally) {
            return std::all_of(run.targets.begin(), run.targets.end(), [&](const TargetError& target) {
                return reached(tally, legs, run.detectors, target);
            });
        };
    const auto outcome = simulate(run.ensemble, block, watch);

    ScanResult result;
    result.trajectories = outcome.trajectories;
    result.stop_reason = outcome.stop_reason;
    result.seconds = outcome.seconds;
    if (!outcome.result) return {std::move(result), {}};
    add_results(ladder, run, exact, legs, crossings, *outcome.result, result);
    return {std::move(result), outcome.result};
}

std::optional<Estimate> EstimatorResult::delta_w(std::int64_t atoms) const {
    const auto spread = runs.deviation();
    // An estimate that does not answer to the pump at all measures nothing.
    if (!spread || !calibration || calibration->slope < 1e-9) return {};
    const double scale = 2.0 / (static_cast<double>(atoms) * calibration->slope);
    // Spread and slope come from different runs.
    const double delta = scale * spread->value;
    const double relative = spread->value > 0.0 ? std::hypot(spread->error / spread->value,
                                                             calibration->slope_error / calibration->slope)
                                                : 0.0;
    return Estimate{delta, delta * relative};
}

namespace {

/// How wrong the sphere is on every leg, and in how many steps a tick. Legs share the number of steps.
std::vector<LegBias> sphere_biases(const DickeLadder& ladder, const ScanRun& run) {
    const auto directions = run.scan.directions();
    std::vector<LegBias> biases(directions.size());
    side_by_side(directions.size(), run.ensemble.threads, [&](std::size_t i) {
        const ScanLeg leg(ladder, run.scan, directions[i]);
        const auto bias =
            run.steps_per_tick > 0
                ? sphere_bias(ladder, leg.pump(), leg.grid(), leg.start_state(), run.steps_per_tick)
                : sphere_bias_within(ladder, leg.pump(), leg.grid(), leg.start_state(), run.bias_tolerance);
        biases[i] = {directions[i], bias, leg.speed() * (bias.step.crossing + bias.model.crossing)};
    });
    return biases;
}

}  // namespace

void check(const ScanRun& run, std::int64_t atoms, Problems& problems) {
    check(run.scan, atoms, problems);
    problems.require(std::isfinite(run.bias_tolerance) && run.bias_tolerance > 0.0,
                     "bias-tolerance = " + text(run.bias_tolerance) +
                         " (a largest error is positive) pass "
                         "--bias-tolerance E with E > 0");
    if (run.method == Method::sphere) {
        problems.require(run.scan.half_width <= 0.1 * static_cast<double>(atoms),
                         "method = sphere with half-width = " + text(run.scan.half_width) +
                             " (beyond N/10 a run sits on a few "
                             "levels, which a sphere does not have) use --method exact, or more atoms");
    }
    problems.require(run.ensemble.trajectories >= 1,
                     "trajectories = " + std::to_string(run.ensemble.trajectories) +
                         " (an ensemble needs at least one) pass --trajectories M with M >= 1");
    problems.require(run.ensemble.threads >= 0,
                     "threads = " + std::to_string(run.ensemble.threads) +
                         " (a number of threads) pass --threads K with K >= 1, or 0 for all");
    problems.require(
        !(run.time_limit <= 0.0) && !std::isnan(run.time_limit),
        "time-limit = " + text(run.time_limit) + " (seconds, more than 0) pass --time-limit SECONDS");
    problems.require(run.points >= 2, "points = " + std::to_string(run.points) +
                                          " (a curve has two ends) pass --points P with P >= 2");
    problems.require(
        std::isfinite(run.side_rate) && run.side_rate >= 0.0,
        "side-rate = " + text(run.side_rate) + " (a rate is not negative) pass --side-rate G with G >= 0");
    problems.require(run.keep_records >= 0, "keep-records = " + std::to_string(run.keep_records) +
                                                " (a number of records) pass --keep-records K with K >= 0");
    problems.require(run.keep_records == 0 || !run.detectors.empty(),
                     "keep-records (records are what a detector makes) pass --detector too");
    problems.require(!run.signals || !run.detectors.empty(),
                     "signals (of counts, which a detector makes) pass --detector too");
    if (problems.empty()) {
        const ScanLeg leg(DickeLadder(atoms), run.scan, run.scan.directions().front());
        for (const auto& detector : run.detectors) {
            check(detector, run.side_rate, leg.duration(), leg.grid().tick(), problems);
            if (run.method == Method::sphere)
                check_counting(detector, atoms, DickeLadder(atoms).pump(run.scan.half_width), run.side_rate,
                               problems);
            const auto same = [&](const Detector& other) { return other.name == detector.name; };
            problems.require(std::count_if(run.detectors.begin(), run.detectors.end(), same) == 1,
                             "detector " + detector.name + " (given more than once) give each its own name");
        }
    }
    const auto directions = run.scan.directions();
    for (const auto& target : run.targets) {
        const bool of_record = target.estimator == Estimator::fit ||
                               target.estimator == Estimator::maximum_likelihood ||
                               target.estimator == Estimator::bayes;
        problems.require(!of_record || !run.detectors.empty(),
                         "target-error for " + std::string(name(target.estimator)) +
                             " (it belongs to detectors) pass --detector too");
        if (target.detector)
            problems.require(std::any_of(run.detectors.begin(), run.detectors.end(),
                                         [&](const Detector& d) { return d.name == *target.detector; }),
                             "target-error for the detector " + *target.detector +
                                 " (there is none of that name) pass it with --detector");
        problems.require(
            std::isfinite(target.error) && target.error > 0.0,
            "target-error " + text(target.error) + " (an error to reach is positive) pass NAME:E with E > 0");
        if (target.estimator == Estimator::loop)
            problems.require(directions.size() == 2,
                             "target-error for loop (it needs both legs) pass --direction both");
        if (target.direction)
            problems.require(
                std::find(directions.begin(), directions.end(), *target.direction) != directions.end(),
                "target-error for the leg " + std::string(name(*target.direction)) +
                    " (it does not run) pass --direction both");
    }
}

ScanResult simulate_scan(const DickeLadder& ladder, const ScanRun& asked, const ExactScan& exact) {
    Problems problems;
    check(asked, ladder.atoms(), problems);
    problems.raise();
    ScanRun run = asked;
    std::vector<LegBias> biases;
    if (run.method == Method::sphere) {
        biases = sphere_biases(ladder, run);
        for (const auto& leg : biases)
            run.steps_per_tick = std::max(run.steps_per_tick, leg.bias.steps_per_tick);
    }
    std::vector<PreparedLeg> legs;
    for (const auto& leg : exact.legs)
        legs.push_back(prepare(ladder, run, leg));
    auto result = simulate_prepared(ladder, run, exact, std::move(legs)).result;
    result.biases = std::move(biases);
    return result;
}

}  // namespace dickejump
