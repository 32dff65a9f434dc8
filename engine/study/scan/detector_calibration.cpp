#include "study/scan/detector_calibration.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "dickejump/ensemble/simulate.hpp"
#include "dickejump/estimate/covariance.hpp"
#include "dickejump/estimate/moments.hpp"
#include "dickejump/estimate/run_observers.hpp"

namespace dickejump {

namespace {

using From = EstimatorTraits::From;

constexpr int pilot_runs = 16;
constexpr std::int64_t signal_runs = 1024, likelihood_runs = 256;

/// Runs of a detector's own, beyond those of any ensemble.
class CalibrationRuns {
public:
    CalibrationRuns(const DetectedLeg& detected, const ScanConfig& config, PhotonDetail detail)
        : detected_(detected), config_(config), detail_(detail) {}

    /// Calls visit(record) for the runs of a block under a pump shifted by theta.
    template <class Visit>
    void each(const Block& block, double theta, const Visit& visit) const {
        constexpr int together = 16;  // whose photons are held in memory at a time
        const auto& leg = detected_.leg();
        const auto sampler = make_paired_sampler(config_.method, leg.setup(theta), config_.steps_per_tick,
                                                 config_.model.local_rates());
        for (int done = 0; done < block.count; done += together) {
            const auto trajectory = first_calibration_run + block.first_trajectory() + done;
            const Lanes lanes{.seed = block.seed,
                              .first_trajectory = trajectory,
                              .count = std::min(together, block.count - done),
                              .purpose = leg.purpose(),
                              .stop = block.stop};
            StopWatcher watcher{block.stop};
            const std::array detectors{&detected_.detector()};
            const auto photons = run_with_photons(sampler, lanes, leg.direction(), config_.side_rate, detail_,
                                                  detectors, watcher);
            for (std::size_t lane = 0; lane < photons.size(); ++lane) {
                block.stop.check();
                visit(detected_.record(photons, lane, trajectory + static_cast<std::int64_t>(lane)));
            }
        }
    }

private:
    const DetectedLeg& detected_;
    const ScanConfig& config_;
    PhotonDetail detail_;
};

/// An estimate of theta [gamma] from a record, and the record's score.
struct Scored {
    double estimate, score;
};

/// The runs that have an estimate of either kind, in order.
struct ScoreTally {
    std::vector<Scored> maximum, posterior;
    Moments information;

    void merge(const ScoreTally& other) {
        maximum.insert(maximum.end(), other.maximum.begin(), other.maximum.end());
        posterior.insert(posterior.end(), other.posterior.begin(), other.posterior.end());
        information.merge(other.information);
    }
};

/// d E[estimate]/d theta, over the runs that have one, is the covariance of the estimate with the score of
/// their records. Where all runs have one, the variance of the score is the Fisher information, and as the
/// estimate is nearly a multiple of the score, it is best had as their regression times the information.
std::optional<Calibration> calibration_by_score(const std::vector<Scored>& runs, const Moments& information,
                                                double scaled_per_theta) {
    const auto count = static_cast<double>(runs.size());
    if (runs.size() < 8) return {};
    Covariance numbers(2);
    for (const auto& run : runs)
        numbers.add(Eigen::Vector2d{run.estimate, run.score});
    const Eigen::Vector2d mean = numbers.mean();
    const Eigen::Matrix2d c = numbers.covariance();
    Calibration calibration{.offset = -scaled_per_theta * mean(0),
                            .slope = 0.0,
                            .slope_error = 0.0,
                            .source = Calibration::Source::monte_carlo,
                            .slope_at_spread = {}};
    if (static_cast<std::int64_t>(runs.size()) == information.count()) {
        const auto fisher = *information.mean();
        const double regression = c(0, 1) / c(1, 1);
        const double residual = std::max(0.0, c(0, 0) - regression * c(0, 1));
        calibration.slope = std::abs(regression * fisher.value);
        calibration.slope_error =
            std::hypot(std::sqrt(residual / (c(1, 1) * count)) * fisher.value, regression * fisher.error);
    } else {
        Moments products;
        for (const auto& run : runs)
            products.add((run.estimate - mean(0)) * (run.score - mean(1)));
        calibration.slope = std::abs(c(0, 1));
        calibration.slope_error = products.mean()->error;
    }
    return calibration;
}

template <class Task>
auto simulated(std::int64_t runs, std::uint64_t seed, const Task& task, const RunControl& control) {
    auto outcome = simulate({.trajectories = runs, .seed = seed}, task, {}, control);
    if (outcome.stop_reason != StopReason::completed) throw Stopped(outcome.stop_reason);
    return std::move(*outcome.result);
}

/// The scale of theta over which the likelihood changes, from a few runs at a guess that is surely not too
/// wide.
double scale_of(const DetectedLeg& detected, const CalibrationRuns& runs, std::uint64_t seed,
                StopRequest stop) {
    const auto atoms = static_cast<double>(detected.leg().ladder().atoms());
    const double guess = 0.5 / std::sqrt(atoms * (atoms + 2.0));
    const LikelihoodFilter::Thetas thetas{0, 0, 0, -0.1 * guess, 0.1 * guess, 0, 0, 0};
    double information = 0.0;
    runs.each({.index = 0, .seed = seed, .count = pilot_runs, .stop = stop}, 0.0, [&](const Record& record) {
        information += detected.likelihood(record, thetas, {}, stop).information / pilot_runs;
    });
    return information > 1e-12 ? 1.0 / std::sqrt(information) : 0.0;
}

void calibrate_signals(const DetectedLeg& detected, const CalibrationRuns& runs, const EstimatorSet& wanted,
                       std::uint64_t seed, const RunControl& control, DetectorCalibration& result) {
    const auto pumps = detected.leg().calibration_pumps();
    const auto task = [&](const Block& block) {
        std::vector<ByEstimator<double>> before;
        runs.each(block, pumps.low,
                  [&](const Record& record) { before.push_back(detected.estimate(record, wanted, 0.0).s); });
        PairedShift shifts;
        std::size_t run = 0;
        runs.each(block, pumps.high, [&](const Record& record) {
            const auto after = detected.estimate(record, wanted, 0.0).s;
            for (const auto estimator : all_estimators)
                shifts.add(estimator, before[run][estimator], after[estimator], pumps.one_sided);
            ++run;
        });
        return shifts;
    };
    const auto shifts = simulated(signal_runs, seed, task, control);
    for (const auto estimator : all_estimators)
        result.calibrations[estimator] = shifts.calibration(estimator, pumps.shift, signal_runs / 8);
}

void calibrate_likelihood(const DetectedLeg& detected, const CalibrationRuns& runs,
                          const EstimatorSet& wanted, std::uint64_t seed, const RunControl& control,
                          DetectorCalibration& result) {
    const auto task = [&](const Block& block) {
        ScoreTally tally;
        runs.each(block, 0.0, [&](const Record& record) {
            const auto estimate = detected.estimate(record, wanted, result.scale, block.stop).likelihood;
            tally.information.add(estimate.information);
            if (!std::isfinite(estimate.score)) return;
            if (estimate.found()) tally.maximum.push_back({estimate.maximum, estimate.score});
            if (estimate.posterior.known())
                tally.posterior.push_back({estimate.posterior.mean(), estimate.score});
        });
        return tally;
    };
    const auto tally = simulated(likelihood_runs, seed, task, control);
    const double per_theta = detected.leg().scaled_per_theta();
    result.calibrations[Estimator::maximum_likelihood] =
        calibration_by_score(tally.maximum, tally.information, per_theta);
    result.calibrations[Estimator::bayes] =
        calibration_by_score(tally.posterior, tally.information, per_theta);
}

}  // namespace

double expected_error(const DetectedLeg& detected, const ScanConfig& config, const RunControl& control) {
    return scale_of(detected, CalibrationRuns(detected, config, PhotonDetail::times), config.seed,
                    control.stop());
}

DetectorCalibration calibrate(const DetectedLeg& detected, const EstimatorSet& wanted,
                              const ScanConfig& config, const RunControl& control) {
    const CalibrationRuns runs(detected, config, detected.photons_for(wanted));
    DetectorCalibration result;
    const bool likelihood = wanted.any_from(From::likelihood);
    if (likelihood) result.scale = expected_error(detected, config, control);
    if (wanted.any_from(From::crossings) || wanted.any_from(From::integral) || wanted.any_from(From::signal))
        calibrate_signals(detected, runs, wanted, config.seed, control, result);
    if (result.scale > 0.0) calibrate_likelihood(detected, runs, wanted, config.seed, control, result);
    return result;
}

}  // namespace dickejump
