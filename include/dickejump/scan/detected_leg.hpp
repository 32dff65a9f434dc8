#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "dickejump/estimate/likelihood_estimate.hpp"
#include "dickejump/estimate/record_signal.hpp"
#include "dickejump/record/detector.hpp"
#include "dickejump/scan/exact_scan.hpp"
#include "dickejump/scan/protocol.hpp"

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

/// One leg of a scan as one detector sees it: everything that turns clicks into estimates, and their
/// calibration from a fixed number of runs of their own.
class DetectedLeg {
public:
    /// @param exact    the leg's exact means
    /// @param smoothing  of the signal; empty: Smoothing::by_default
    /// @param threads  for the calibration runs; does not change them
    DetectedLeg(const DickeLadder& ladder, const Scan& scan, const ScanLeg& leg, const ExactLeg& exact,
                const Detector& detector, double side_rate, const std::optional<Smoothing>& smoothing,
                std::uint64_t seed, int threads);

    const Detector& detector() const { return detector_; }
    const Smoothing& smoothing() const { return smoothing_; }
    const RecordSignal& signal() const { return signal_; }
    const LikelihoodFilter& filter() const { return filter_; }
    /// Clicks of a run, as the estimators want them: times as they are, or spread over bins.
    std::vector<Photon> clicks(std::span<const Photon> photons, std::int64_t trajectory) const;
    RecordEstimates estimate(std::span<const Photon> clicks) const;
    /// As RecordEstimates::in_order; empty where no calibration run has the estimate.
    const std::array<std::optional<Calibration>, RecordEstimates::count>& calibrations() const {
        return calibrations_;
    }
    /// Whether records can bound theta at all: not where a J+ click under no pump would tell everything.
    bool bounded() const { return bounded_; }

private:
    /// All but the likelihood.
    RecordEstimates estimate_signal(std::span<const Photon> clicks) const;
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
    RecordSignal signal_;
    Smoothing smoothing_;
    LikelihoodFilter filter_;
    double scale_ = 0.0;  ///< expected standard error of theta; 0 for a detector that learns nothing
    bool bounded_;
    double reach_;                        ///< largest shift that `fit` tries, in s
    std::vector<double> shifts_;          ///< that it tries
    std::vector<float> shifted_;          ///< [shift][tick] the mean curve so shifted
    std::vector<double> shifted_square_;  ///< [shift] sum of squares
    std::array<std::optional<Calibration>, RecordEstimates::count> calibrations_;
};

}  // namespace dickejump
