#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "dickejump/estimate/count_filter.hpp"
#include "dickejump/estimate/likelihood_estimate.hpp"
#include "dickejump/estimate/record_signal.hpp"
#include "dickejump/record/count_record.hpp"
#include "dickejump/record/detector.hpp"
#include "dickejump/record/record.hpp"
#include "dickejump/study/scan/exact_scan.hpp"
#include "dickejump/study/scan/method.hpp"
#include "dickejump/study/scan/protocol.hpp"

namespace dickejump {

/// The single-run estimates of one record, in nominal s; NaN where the record has none.
struct RecordEstimates {
    double first, last, mid;  ///< crossings of the smoothed signal
    double area;              ///< -(1/N) int J_z ds of the signal
    double fit;               ///< shift of the exact mean curve, within the scan, that fits the signal best
    LikelihoodEstimate likelihood;

    static constexpr std::size_t count = 7;
    /// first, last, mid, area, fit, maximum likelihood, posterior mean, as EstimatorResult orders them.
    std::array<double, count> in_order(std::int64_t atoms) const;
};

/// The photons of some runs, one by one or counted: what their sampler knows.
struct RunPhotons {
    std::variant<std::vector<std::vector<Photon>>, std::vector<PhotonCounts>> runs;  ///< [lane]

    std::size_t size() const {
        return std::visit([](const auto& all) { return all.size(); }, runs);
    }
};

/// Run one block of any sampler past observers, keeping its photons.
template <Observer... Observers>
RunPhotons run_with_photons(const ScanSampler& sampler, const Lanes& lanes, Direction leg, double side_rate,
                            Observers&... observers) {
    return std::visit(
        [&](const auto& chosen) {
            if constexpr (contains(std::decay_t<decltype(chosen)>::provides, PhotonRecords::needs)) {
                PhotonRecords records(lanes.seed, lanes.first_trajectory, leg, side_rate);
                run(chosen, lanes, observers..., records);
                return RunPhotons{std::move(records.photons)};
            } else {
                CountedPhotons records;
                run(chosen, lanes, observers..., records);
                return RunPhotons{std::move(records.runs)};
            }
        },
        sampler);
}

/// What a detector reports of one run: clicks with their times, or counts per bin.
using Record = std::variant<std::vector<Photon>, CountRecord>;

/// Clicks of one channel of a record in equal bins of the run.
std::vector<std::int64_t> binned(const Record& record, Channel channel, const TickGrid& grid,
                                 std::size_t bins);

/// One leg of a scan as one detector sees it: everything that turns clicks into estimates, and their
/// calibration from a fixed number of runs of their own.
class DetectedLeg {
public:
    /// @param exact    the leg's exact means
    /// @param smoothing  of the signal; empty: Smoothing::by_default
    /// @param threads  for the calibration runs; does not change them
    /// @param method   that makes the runs. The exact one gives single clicks and their exact filter, the
    ///                 sphere counts per bin and the filter of the sphere.
    DetectedLeg(const DickeLadder& ladder, const Scan& scan, const ScanLeg& leg, const ExactLeg& exact,
                const Detector& detector, double side_rate, const std::optional<Smoothing>& smoothing,
                std::uint64_t seed, int threads, Method method = Method::exact, int steps_per_tick = 0);

    const Detector& detector() const { return detector_; }
    const Smoothing& smoothing() const { return smoothing_; }
    const RecordSignal& signal() const { return signal_; }
    /// Whether the likelihood is that of the record, or an approximation.
    bool likelihood_is_exact() const;
    /// What the detector reports of one of the runs.
    Record record(const RunPhotons& photons, std::size_t lane, std::int64_t trajectory) const;
    /// Clicks of a run, as the estimators want them: times as they are, or spread over bins.
    std::vector<Photon> clicks(std::span<const Photon> photons, std::int64_t trajectory) const;
    /// Counts of a run that has no single photons.
    CountRecord counts(const PhotonCounts& photons, std::int64_t trajectory) const;
    RecordEstimates estimate(const Record& record) const;
    /// J_z from the counts, tick by tick.
    std::vector<double> signal(const Record& record) const;
    /// What a record says of n as time goes by, at theta = 0.
    void follow(const Record& record, const LikelihoodFilter::Follow& tell) const;
    /// As RecordEstimates::in_order; empty where no calibration run has the estimate.
    const std::array<std::optional<Calibration>, RecordEstimates::count>& calibrations() const {
        return calibrations_;
    }
    /// Whether records can bound theta at all: not where a J+ click under no pump would tell everything.
    bool bounded() const { return bounded_; }

private:
    /// All but the likelihood.
    RecordEstimates estimate_signal(const Record& record) const;
    LikelihoodFilter::Result likelihood(const Record& record, const LikelihoodFilter::Thetas& thetas,
                                        const LikelihoodFilter::Follow& tell = {}) const;
    LikelihoodEstimate estimate_likelihood(const Record& record) const;
    /// Calls visit(trajectory, record) for calibration runs first.. under a pump shifted by theta.
    template <class Visit>
    void each_calibration_run(std::int64_t first, int count, double theta, const Visit& visit) const;
    double fit(std::span<const double> signal) const;
    void set_scale();
    void calibrate_signals(int threads);
    void calibrate_likelihood(int threads);

    DickeLadder ladder_;
    Scan scan_;
    ScanLeg leg_;
    Detector detector_;
    double side_rate_;
    std::uint64_t seed_;
    Method method_;
    int steps_per_tick_;
    RecordSignal signal_;
    Smoothing smoothing_;
    std::variant<LikelihoodFilter, CountFilter> filter_;
    double scale_ = 0.0;  ///< expected standard error of theta; 0 for a detector that learns nothing
    bool bounded_;
    double reach_;                        ///< largest shift that `fit` tries, in s
    std::vector<double> shifts_;          ///< that it tries
    std::vector<float> shifted_;          ///< [shift][tick] the mean curve so shifted
    std::vector<double> shifted_square_;  ///< [shift] sum of squares
    std::array<std::optional<Calibration>, RecordEstimates::count> calibrations_;
};

}  // namespace dickejump
