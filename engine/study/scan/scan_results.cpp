#include "study/scan/scan_results.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace dickejump {

namespace {

ScanCurve curve(const ScanLeg& leg, const LegTally& tally, std::int64_t intervals,
                const exact::Solution& exact) {
    ScanCurve result{.direction = leg.direction(), .points = {}, .crossing = {}};
    for (std::int64_t i = 0; i <= intervals; ++i) {
        const double time = leg.grid().time(i * (leg.grid().ticks / intervals));
        const auto point = static_cast<std::size_t>(i);
        const auto moments = tally.curve.at(point);
        // Where there is a chance at all, a rare event moves J_z by a level.
        const double level = exact.jz_variance[point] > 0.0 ? 1.0 : 0.0;
        result.points.push_back({time, leg.scaled_pump(time), moments.mean(level), moments.variance(level)});
        if (tally.spin) result.points.back().j2_mean = tally.spin->j2[point].mean();
    }
    if (tally.crossing)
        if (const auto time = tally.crossing->time())
            result.crossing = Estimate{leg.scaled_pump(time->value), std::abs(leg.speed()) * time->error};
    return result;
}

EstimatorResult result_of(Estimator estimator, std::optional<Direction> direction,
                          std::optional<std::string> detector, const EstimatorTally& tally,
                          const std::optional<Calibration>& calibration, std::int64_t atoms) {
    return {.estimator = estimator,
            .direction = direction,
            .detector = std::move(detector),
            .runs = tally.runs,
            .missing = tally.missing_runs,
            .missing_reasons = {},
            .gated = {},
            .calibration = calibration,
            .delta_w = sensitivity(tally.runs.deviation(), calibration, atoms),
            .histogram = tally.histogram,
            .coverage = {},
            .each = tally.each ? tally.each->items : std::vector<double>{}};
}

/// 1/sqrt(information).
std::optional<Estimate> bound_from(const Estimate& information) {
    if (!(information.value > 0.0)) return {};
    const double bound = 1.0 / std::sqrt(information.value);
    return Estimate{bound, 0.5 * bound * information.error / information.value};
}

/// Of the legs of a detector; empty without unknown parameters.
std::optional<FisherMatrix> matrix_of(const PreparedScan::Plan& plan,
                                      std::initializer_list<const DetectorTally*> legs) {
    std::vector<const Covariance*> matrices;
    for (const auto* leg : legs) {
        if (!leg->matrix || leg->matrix->count() == 0) return {};
        matrices.push_back(&*leg->matrix);
    }
    return FisherMatrix::of(matrices, plan.config.unknown);
}

/// Estimates and bound of every detector on one leg.
void add_detected(const PreparedScan::Plan& plan, const PreparedLeg& leg, const LegTally& tally,
                  ScanResult& result) {
    const auto direction = leg.leg.direction();
    for (std::size_t d = 0; d < leg.detectors.size(); ++d) {
        const auto& prepared = leg.detectors[d];
        const auto& detected = *prepared.detected;
        const auto& seen = tally.detectors[d];
        const auto& name = detected.detector().name;
        for (const auto estimator : all_estimators) {
            const auto& runs = seen.estimators.of[estimator];
            if (!runs) continue;
            auto entry = result_of(estimator, direction, name, *runs,
                                   prepared.calibration.calibrations[estimator], plan.ladder.atoms());
            if (estimator == Estimator::maximum_likelihood) {
                entry.coverage =
                    Coverage::of(seen.likelihood_intervals.hold68, seen.likelihood_intervals.hold95,
                                 seen.likelihood_intervals.runs);
                entry.missing_reasons = seen.no_maximum;
            }
            if (traits(estimator).from != EstimatorTraits::From::likelihood) entry.gated = detected.gated();
            if (estimator == Estimator::bayes)
                entry.coverage = Coverage::of(seen.posterior_intervals.hold68,
                                              seen.posterior_intervals.hold95, seen.posterior_intervals.runs);
            result.estimators.push_back(std::move(entry));
        }
        const auto information = seen.information.mean();
        result.detected_bounds.push_back(
            {.detector = name,
             .direction = direction,
             .value = prepared.bounded && information ? bound_from(*information) : std::nullopt,
             .matrix = prepared.bounded ? matrix_of(plan, {&seen}) : std::nullopt,
             .exact_likelihood = detected.likelihood_is_exact(),
             .smoothing_width = detected.smoothing().width});
    }
}

/// Pairs of legs, as each detector sees them.
void add_detected_loops(const PreparedScan::Plan& plan, const ScanTally& tally, ScanResult& result) {
    for (std::size_t d = 0; d < plan.config.detectors.size(); ++d) {
        const auto &up = plan.legs[0].detectors[d], &down = plan.legs[1].detectors[d];
        const auto& name = plan.config.detectors[d].name;
        if (tally.loop)
            result.estimators.push_back(
                result_of(Estimator::loop, {}, name, tally.detector_loops[d],
                          halfway(up.calibration.calibrations[Estimator::mid_crossing],
                                  down.calibration.calibrations[Estimator::mid_crossing]),
                          plan.ladder.atoms()));
        const auto a = *tally.legs[0].detectors[d].information.mean(),
                   b = *tally.legs[1].detectors[d].information.mean();
        result.detected_bounds.push_back(
            {.detector = name,
             .direction = {},
             .value = up.bounded && down.bounded
                          ? bound_from({a.value + b.value, std::hypot(a.error, b.error)})
                          : std::nullopt,
             .matrix = up.bounded && down.bounded
                           ? matrix_of(plan, {&tally.legs[0].detectors[d], &tally.legs[1].detectors[d]})
                           : std::nullopt,
             .exact_likelihood = up.detected->likelihood_is_exact(),
             .smoothing_width = 0.0});
    }
}

}  // namespace

double mean_jumps_of(const ExactLeg& leg) {
    const auto& solution = leg.solution;
    // A leg that is over at once makes none, but for a rounding of <J_z>.
    return std::max(0.0, 2.0 * solution.up_jumps - (solution.jz_mean.back() - solution.jz_mean.front()));
}

void add_results(const PreparedScan::Plan& plan, const ScanTally& tally, ScanResult& result) {
    for (std::size_t i = 0; i < plan.legs.size(); ++i) {
        const auto& [prepared, leg] = std::tie(plan.legs[i], tally.legs[i]);
        const auto direction = prepared.leg.direction();
        const auto& exact = plan.exact.leg(direction);
        result.jumps +=
            plan.counts_jumps()
                ? static_cast<double>(leg.jumps.up + leg.jumps.down + (leg.spin ? leg.spin->jumps : 0))
                : static_cast<double>(result.trajectories) * mean_jumps_of(exact);
        result.curves.push_back(curve(prepared.leg, leg, prepared.intervals, exact.solution));
        auto calibrations = prepared.crossings;
        calibrations[Estimator::area] = exact.area;
        for (const auto estimator : all_estimators)
            if (const auto& runs = leg.estimators.of[estimator])
                result.estimators.push_back(
                    result_of(estimator, direction, {}, *runs, calibrations[estimator], plan.ladder.atoms()));
    }
    if (tally.loop)
        result.estimators.push_back(result_of(Estimator::loop, {}, {}, *tally.loop,
                                              halfway(plan.legs[0].crossings[Estimator::mid_crossing],
                                                      plan.legs[1].crossings[Estimator::mid_crossing]),
                                              plan.ladder.atoms()));
    if (result.curves.size() == 2) {
        const auto &up = result.curves[0].crossing, &down = result.curves[1].crossing;
        if (up && down) result.width = Estimate{up->value - down->value, std::hypot(up->error, down->error)};
    }
    for (std::size_t i = 0; i < plan.legs.size(); ++i) {
        const auto& leg = plan.legs[i];
        add_detected(plan, leg, tally.legs[i], result);
        for (std::size_t d = 0; d < leg.detectors.size(); ++d) {
            const auto& detector = leg.detectors[d];
            if (const auto& signal = tally.legs[i].detectors[d].signal;
                signal && detector.detected->signal().typical_count_rate() > 0.0)
                result.signals.push_back(signal_of(detector, *signal, plan.config.seen_side_rate()));
            for (std::int64_t k = 0; k < std::min(plan.config.keep_records, result.trajectories); ++k)
                result.records.push_back(kept_record(plan, leg, detector, k));
        }
    }
    if (plan.legs.size() == 2) add_detected_loops(plan, tally, result);
}

std::optional<Coverage> Coverage::of(std::int64_t holding68, std::int64_t holding95, std::int64_t runs) {
    if (runs < 0 || std::min(holding68, holding95) < 0 || std::max(holding68, holding95) > runs)
        throw InvalidInput(std::to_string(holding68) + " and " + std::to_string(holding95) +
                           " intervals of " + std::to_string(runs) +
                           " hold the truth (some of them do, or none) correct it");
    if (runs == 0) return {};
    const auto part = [&](std::int64_t holding) {
        const auto all = static_cast<double>(runs);
        const double p = static_cast<double>(holding) / all;
        // Of runs that are all alike nothing says how far from 0 or 1 it may be.
        const bool alike = holding == 0 || holding == runs;
        return Estimate{p, alike ? std::numeric_limits<double>::quiet_NaN() : std::sqrt(p * (1.0 - p) / all)};
    };
    return Coverage{part(holding68), part(holding95)};
}

const EstimatorResult* ScanResult::find(Estimator estimator, std::optional<Direction> direction,
                                        std::optional<std::string> detector) const {
    for (const auto& e : estimators)
        if (e.estimator == estimator && e.direction == direction && e.detector == detector) return &e;
    return nullptr;
}

std::optional<double> ScanResult::bound_of_record(const EstimatorResult& estimator) const {
    for (const auto& bound : detected_bounds)
        if (estimator.detector == bound.detector && estimator.direction == bound.direction && bound.value)
            return bound.value->value;
    return {};
}

}  // namespace dickejump
