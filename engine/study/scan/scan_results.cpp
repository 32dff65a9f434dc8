#include "study/scan/scan_results.hpp"

#include <algorithm>
#include <cmath>

#include "dickejump/trajectory/observer.hpp"

namespace dickejump {

namespace {

ScanCurve curve(const ScanLeg& leg, const LegTally& tally, std::int64_t intervals) {
    ScanCurve result{.direction = leg.direction(), .points = {}, .crossing = {}};
    for (std::int64_t i = 0; i <= intervals; ++i) {
        const double time = leg.grid().time(i * (leg.grid().ticks / intervals));
        const auto moments = tally.curve.at(static_cast<std::size_t>(i));
        result.points.push_back({time, leg.scaled_pump(time), moments.mean(), moments.variance()});
    }
    if (tally.crossing)
        if (const auto time = tally.crossing->time())
            result.crossing = Estimate{leg.scaled_pump(time->value), std::abs(leg.speed()) * time->error};
    return result;
}

EstimatorResult result_of(Estimator estimator, std::optional<Direction> direction,
                          std::optional<std::string> detector, const EstimatorTally& tally,
                          const std::optional<Calibration>& calibration) {
    return {.estimator = estimator,
            .direction = direction,
            .detector = std::move(detector),
            .runs = tally.runs,
            .missing = tally.missing_runs,
            .calibration = calibration,
            .histogram = tally.histogram,
            .coverage = {}};
}

/// The calibration of the mean of two estimates.
std::optional<Calibration> halfway(const std::optional<Calibration>& a, const std::optional<Calibration>& b) {
    if (!a || !b) return {};
    return Calibration{.offset = 0.5 * (a->offset + b->offset),
                       .slope = 0.5 * (a->slope + b->slope),
                       .slope_error = 0.5 * std::hypot(a->slope_error, b->slope_error),
                       .source = a->source};
}

Estimate part_of(std::int64_t holding, std::int64_t runs) {
    const double p = static_cast<double>(holding) / static_cast<double>(runs);
    return {p, std::sqrt(p * (1.0 - p) / static_cast<double>(runs))};
}

/// 1/sqrt(information).
std::optional<Estimate> bound_from(const Estimate& information) {
    if (!(information.value > 0.0)) return {};
    const double bound = 1.0 / std::sqrt(information.value);
    return Estimate{bound, 0.5 * bound * information.error / information.value};
}

void add_detected(ScanResult& result, const PreparedLeg& leg, const LegTally& tally) {
    const auto direction = leg.leg.direction();
    for (std::size_t d = 0; d < leg.detected.size(); ++d) {
        const auto& detected = *leg.detected[d];
        const auto& seen = tally.detectors[d];
        const auto& name = detected.detector().name;
        for (std::size_t i = 0; i < record_estimators.size(); ++i) {
            auto entry = result_of(record_estimators[i], direction, name, seen.estimators[i],
                                   detected.calibrations()[i]);
            const bool likelihood = record_estimators[i] == Estimator::maximum_likelihood;
            if ((likelihood || record_estimators[i] == Estimator::bayes) && seen.intervals > 0)
                entry.coverage = Coverage{part_of(seen.holding[likelihood ? 0 : 2], seen.intervals),
                                          part_of(seen.holding[likelihood ? 1 : 3], seen.intervals)};
            result.estimators.push_back(std::move(entry));
        }
        const auto information = seen.information.mean();
        result.detected_bounds.push_back(
            {.detector = name,
             .direction = direction,
             .value = detected.bounded() && information ? bound_from(*information) : std::nullopt,
             .exact_likelihood = detected.likelihood_is_exact(),
             .smoothing_width = detected.smoothing().width});
    }
}

/// Pairs of legs, as each detector sees them.
void add_detected_loops(ScanResult& result, const std::vector<PreparedLeg>& legs, const ScanTally& tally) {
    constexpr std::size_t mid = 2;  // in record_estimators
    for (std::size_t d = 0; d < tally.detector_loops.size(); ++d) {
        const auto &up = *legs[0].detected[d], &down = *legs[1].detected[d];
        result.estimators.push_back(result_of(Estimator::loop, {}, up.detector().name,
                                              tally.detector_loops[d],
                                              halfway(up.calibrations()[mid], down.calibrations()[mid])));
        const auto a = *tally.legs[0].detectors[d].information.mean(),
                   b = *tally.legs[1].detectors[d].information.mean();
        result.detected_bounds.push_back(
            {.detector = up.detector().name,
             .direction = {},
             .value = up.bounded() && down.bounded()
                          ? bound_from({a.value + b.value, std::hypot(a.error, b.error)})
                          : std::nullopt,
             .exact_likelihood = up.likelihood_is_exact(),
             .smoothing_width = 0.0});
    }
}

DetectedSignal signal_of(const PreparedLeg& prepared, std::size_t detector, const SignalTally& tally,
                         double side_rate) {
    const auto& leg = prepared.leg;
    const auto& detected = *prepared.detected[detector];
    const auto& expected = prepared.expected_counts[detector];
    const auto bins = tally.counts.size();
    const double width = leg.duration() / static_cast<double>(bins);
    const auto channel = detected.signal().main_channel();
    const auto& settings = *detected.detector()[channel];
    DetectedSignal signal{.detector = detected.detector().name,
                          .direction = leg.direction(),
                          .channel = channel,
                          .scaled_pump = {},
                          .lag = {},
                          .jz = {},
                          .fano = {},
                          .jz_variance = {},
                          .g2 = {},
                          .czz = {}};
    const double photons =
        settings.efficiency * side_rate * width;  // counts of a bin per excited atom, on the side
    const double background = settings.background * width;
    const auto middle = bins / 2;
    const double shots = 1.0 / (photons * photons);
    const auto scaled = [](const Estimate& x, double factor) {
        return Estimate{x.value * factor, std::abs(factor) * x.error};
    };
    for (std::size_t bin = 0; bin < bins; ++bin) {
        signal.scaled_pump.push_back(leg.scaled_pump((static_cast<double>(bin) + 0.5) * width));
        signal.jz.push_back(tally.signal[bin].mean());
        const auto count = *tally.counts[bin].mean();
        const auto variance = tally.counts[bin].variance();
        if (!variance || !(count.value > 0.0)) {
            signal.fano.push_back({});
            signal.jz_variance.push_back({});
        } else {
            // Sample mean and variance are correlated by the third moment.
            const double both = tally.counts[bin].third() / static_cast<double>(tally.counts[bin].count());
            const auto error = [&](double by_mean, double by_variance) {
                const double square = by_mean * by_mean * count.error * count.error +
                                      by_variance * by_variance * variance->error * variance->error +
                                      2.0 * by_mean * by_variance * both;
                return std::sqrt(std::max(0.0, square));
            };
            const double fano = variance->value / count.value;
            signal.fano.push_back(Estimate{fano, error(-fano / count.value, 1.0 / count.value)});
            signal.jz_variance.push_back(
                channel == Channel::side
                    ? std::optional(scaled({variance->value - count.value, error(-1.0, 1.0)}, shots))
                    : std::nullopt);
        }
        if (bin < middle) continue;
        signal.lag.push_back(static_cast<double>(bin - middle) * width);
        // Covariance of the counts a and b, with shot noise (a photon paired with itself) removed at lag 0,
        // and its error by linear propagation from the means of a, b and (a - a0)(b - b0).
        const auto& pairs = tally.pairs[bin - middle];
        const Eigen::Vector3d mean = pairs.mean();
        const double off_a = mean(0) - expected[middle], off_b = mean(1) - expected[bin];
        const double shot = bin == middle ? 1.0 : 0.0;
        const double correlated = mean(2) - off_a * off_b - shot * mean(0);
        const Eigen::Vector3d gradient{-off_b - shot, -off_a, 1.0};
        const Eigen::Matrix3d spread = pairs.covariance() / static_cast<double>(pairs.count());
        const auto error = [&](const Eigen::Vector3d& g) {
            return std::sqrt(std::max(0.0, g.dot(spread * g)));
        };
        // Background is neither correlated nor counted.
        const double a = mean(0) - background, b = mean(1) - background, ab = a * b;
        const bool enough = pairs.count() > 1;
        if (enough && a > 0.0 && b > 0.0) {
            const Eigen::Vector3d of_ratio =
                gradient / ab - correlated / ab * Eigen::Vector3d{1.0 / a, 1.0 / b, 0.0};
            signal.g2.push_back(Estimate{1.0 + correlated / ab, error(of_ratio)});
        } else {
            signal.g2.push_back({});
        }
        signal.czz.push_back(enough && channel == Channel::side
                                 ? std::optional(scaled({correlated, error(gradient)}, shots))
                                 : std::nullopt);
    }
    return signal;
}

/// Runs trajectory k once more (it is a pure function of seed and k) and keeps what a picture needs.
KeptRecord kept_record(const DickeLadder& ladder, const ScanRun& run, const PreparedLeg& prepared,
                       const DetectedLeg& detected, std::int64_t trajectory) {
    const auto& leg = prepared.leg;
    const auto stride = leg.grid().ticks / prepared.intervals;
    const auto bins = static_cast<std::size_t>(prepared.intervals);
    std::vector<std::int64_t> ticks;
    for (std::int64_t i = 1; i <= prepared.intervals; ++i)
        ticks.push_back(i * stride);
    InversionSamples samples(ladder.atoms(), ticks);
    const Lanes lanes{
        .seed = run.ensemble.seed, .first_trajectory = trajectory, .count = 1, .purpose = leg.purpose()};
    const auto seen = detected.record(
        run_with_photons(prepared.sampler, lanes, leg.direction(), run.side_rate, samples), 0, trajectory);

    KeptRecord record{.detector = detected.detector().name,
                      .direction = leg.direction(),
                      .trajectory = trajectory,
                      .scaled_pump = {},
                      .n = {},
                      .counts = {},
                      .filter_mean = {},
                      .filter_deviation = {},
                      .maximum_likelihood = missing,
                      .standard_error = missing};
    const double width = leg.duration() / static_cast<double>(bins);
    for (std::size_t bin = 0; bin < bins; ++bin) {
        record.scaled_pump.push_back(leg.scaled_pump(leg.grid().time(ticks[bin])));
        record.n.push_back(static_cast<std::int64_t>(std::llround(samples.values[bin] - ladder.jz(0.0))));
    }
    for (const auto c : channels)
        if (detected.detector()[c])
            record.counts[static_cast<std::size_t>(c)] = binned(seen, c, leg.grid(), bins);
    double mean = 0.0, deviation = 0.0;
    detected.follow(seen, [&](double time, double m, double d) {
        while (record.filter_mean.size() < bins &&
               time > width * static_cast<double>(record.filter_mean.size() + 1)) {
            record.filter_mean.push_back(mean);
            record.filter_deviation.push_back(deviation);
        }
        mean = m, deviation = d;
    });
    record.filter_mean.resize(bins, mean);
    record.filter_deviation.resize(bins, deviation);
    const auto likelihood = detected.estimate(seen).likelihood;
    const double per_theta = 0.5 * static_cast<double>(ladder.atoms());
    record.maximum_likelihood = -per_theta * likelihood.maximum;
    record.standard_error = per_theta * likelihood.standard_error;
    return record;
}

/// Jumps of a leg's runs. The sphere makes no jumps: then what they are in the mean, which costs nothing.
double jumps(const ScanRun& run, const ExactLeg& exact, const JumpCount& counted, std::int64_t trajectories) {
    if (run.method == Method::exact) return static_cast<double>(counted.up + counted.down);
    const auto& [jz, ups] = std::tie(exact.solution.jz_mean, exact.solution.up_jumps);
    return static_cast<double>(trajectories) * (2.0 * ups - (jz.back() - jz.front()));
}

}  // namespace

void add_results(const DickeLadder& ladder, const ScanRun& run, const ExactScan& exact,
                 const std::vector<PreparedLeg>& legs, const std::vector<CrossingCalibrations>& crossings,
                 const ScanTally& tally, ScanResult& result) {
    for (std::size_t i = 0; i < legs.size(); ++i) {
        const auto& leg = tally.legs[i];
        result.jumps += jumps(run, exact.leg(legs[i].leg.direction()), leg.jumps, result.trajectories);
        result.curves.push_back(curve(legs[i].leg, leg, legs[i].intervals));
        const auto direction = legs[i].leg.direction();
        const std::array calibrations{crossings[i].first, crossings[i].last, crossings[i].mid,
                                      std::optional(exact.leg(direction).area)};
        for (std::size_t k = 0; k < leg_estimators.size(); ++k)
            result.estimators.push_back(
                result_of(leg_estimators[k], direction, {}, leg.estimators[k], calibrations[k]));
    }
    if (tally.loop) {
        result.estimators.push_back(
            result_of(Estimator::loop, {}, {}, *tally.loop, halfway(crossings[0].mid, crossings[1].mid)));
        const auto &up = result.curves[0].crossing, &down = result.curves[1].crossing;
        if (up && down) result.width = Estimate{up->value - down->value, std::hypot(up->error, down->error)};
    }
    for (std::size_t i = 0; i < legs.size(); ++i) {
        add_detected(result, legs[i], tally.legs[i]);
        for (std::size_t d = 0; d < run.detectors.size(); ++d) {
            const auto& detected = *legs[i].detected[d];
            if (const auto& signal = tally.legs[i].detectors[d].signal;
                signal && detected.signal().typical_count_rate() > 0.0)
                result.signals.push_back(signal_of(legs[i], d, *signal, run.side_rate));
            for (std::int64_t k = 0; k < std::min(run.keep_records, result.trajectories); ++k)
                result.records.push_back(kept_record(ladder, run, legs[i], detected, k));
        }
    }
    if (tally.loop) add_detected_loops(result, legs, tally);
}

}  // namespace dickejump
