#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "dickejump/estimate/covariance.hpp"
#include "dickejump/estimate/curve_moments.hpp"
#include "dickejump/estimate/mean_crossing.hpp"
#include "dickejump/estimate/moments.hpp"
#include "dickejump/estimate/run_observers.hpp"
#include "dickejump/record/record.hpp"
#include "dickejump/study/scan/detected_leg.hpp"
#include "dickejump/study/scan/simulated_scan.hpp"

namespace dickejump {

inline constexpr std::array leg_estimators{Estimator::first_crossing, Estimator::last_crossing,
                                           Estimator::mid_crossing, Estimator::area};
/// As RecordEstimates::in_order.
inline constexpr std::array record_estimators{
    Estimator::first_crossing, Estimator::last_crossing, Estimator::mid_crossing,
    Estimator::area,           Estimator::fit,           Estimator::maximum_likelihood,
    Estimator::bayes};

/// Merge lists of tallies item by item.
template <class Tally>
void merge_each(std::vector<Tally>& into, const std::vector<Tally>& from) {
    for (std::size_t i = 0; i < into.size(); ++i)
        into[i].merge(from[i]);
}

/// Runs of one estimator, as they come.
struct EstimatorTally {
    Moments runs;
    std::int64_t missing_runs = 0;
    Histogram histogram;

    void add(double s) {
        if (std::isnan(s)) {
            ++missing_runs;
            return;
        }
        runs.add(s);
        histogram.add(s);
    }
    void merge(const EstimatorTally& other) {
        runs.merge(other.runs);
        missing_runs += other.missing_runs;
        histogram.merge(other.histogram);
    }
};

/// Counts of one detector in the bins of the curves. `pairs`, for bins from the middle on: the counts a of
/// the middle bin and b of this one, and (a - a0)(b - b0) about their expected values, whose errors the
/// correlations need.
struct SignalTally {
    std::vector<Moments> signal, counts;
    std::vector<Covariance> pairs;

    explicit SignalTally(std::size_t bins)
        : signal(bins), counts(bins), pairs(bins - bins / 2, Covariance(3)) {}
    void merge(const SignalTally& other) {
        merge_each(signal, other.signal);
        merge_each(counts, other.counts);
        merge_each(pairs, other.pairs);
    }
};

/// One detector on one leg.
struct DetectorTally {
    std::vector<EstimatorTally> estimators;  ///< as record_estimators
    Moments information;
    std::int64_t intervals = 0;             ///< runs that give them ..
    std::array<std::int64_t, 4> holding{};  ///< .. and hold theta = 0: likelihood 68, 95, posterior 68, 95
    std::optional<SignalTally> signal;

    void add(const RecordEstimates& estimates, std::int64_t atoms) {
        const auto values = estimates.in_order(atoms);
        for (std::size_t i = 0; i < values.size(); ++i)
            estimators[i].add(values[i]);
        const auto& likelihood = estimates.likelihood;
        information.add(likelihood.information);
        if (!likelihood.found()) return;
        ++intervals;
        const std::array claims{likelihood.confidence68(), likelihood.confidence95(), likelihood.credible68,
                                likelihood.credible95};
        for (std::size_t i = 0; i < claims.size(); ++i)
            holding[i] += claims[i].contains(0.0);
    }
    void merge(const DetectorTally& other) {
        merge_each(estimators, other.estimators);
        information.merge(other.information);
        intervals += other.intervals;
        for (std::size_t i = 0; i < holding.size(); ++i)
            holding[i] += other.holding[i];
        if (signal) signal->merge(*other.signal);
    }
};

struct LegTally {
    CurveMoments curve;
    std::optional<MeanCrossing> crossing;
    JumpCount jumps;
    std::vector<EstimatorTally> estimators;  ///< as leg_estimators
    std::vector<DetectorTally> detectors;

    void merge(const LegTally& other) {
        curve.merge(other.curve);
        if (crossing) crossing->merge(*other.crossing);
        jumps.merge(other.jumps);
        merge_each(estimators, other.estimators);
        merge_each(detectors, other.detectors);
    }
};

struct ScanTally {
    std::vector<LegTally> legs;
    std::optional<EstimatorTally> loop;
    std::vector<EstimatorTally> detector_loops;
    std::optional<Covariance> samples;  ///< of J_z at the compared points of all legs

    void merge(const ScanTally& other) {
        merge_each(legs, other.legs);
        if (loop) loop->merge(*other.loop);
        merge_each(detector_loops, other.detector_loops);
        if (samples) samples->merge(*other.samples);
    }
};

/// Estimates of the runs of one block of one leg, and the samples that a comparison wants.
struct LegRuns {
    std::vector<double> mid;                        ///< [lane] in s
    std::vector<double> samples;                    ///< [lane][point]
    std::vector<std::vector<double>> detector_mid;  ///< [detector][lane] in s
};

/// A leg ready to run.
struct PreparedLeg {
    ScanLeg leg;
    ScanSampler sampler;
    std::optional<MeanCrossing> crossing;
    std::int64_t intervals;
    std::vector<std::int64_t> sample_ticks;
    std::vector<std::shared_ptr<const DetectedLeg>> detected;
    std::vector<std::vector<double>>
        expected_counts;  ///< [detector][bin] of its main channel, for SignalTally
};

/// Everything about one leg that does not depend on the run.
PreparedLeg prepare(const DickeLadder& ladder, const ScanRun& run, const ExactLeg& exact);

/// The task of `simulate`: one block of all legs.
class ScanBlock {
public:
    ScanBlock(const DickeLadder& ladder, const ScanRun& run, std::vector<PreparedLeg> legs);

    ScanTally operator()(const Block& block) const;
    const std::vector<PreparedLeg>& legs() const { return legs_; }

private:
    EstimatorTally empty_estimator() const;
    LegTally empty_leg(const PreparedLeg& leg) const;
    EstimatorTally loops(const std::vector<double>& up, const std::vector<double>& down) const;
    template <Direction d>
    void run_leg(const PreparedLeg& prepared, const Lanes& lanes, LegTally& tally, LegRuns& runs) const;
    /// What one detector makes of its record of one run.
    void see(const PreparedLeg& leg, std::size_t detector, const Record& record, DetectorTally& tally,
             std::vector<double>& mid) const;
    Covariance samples(const std::vector<LegRuns>& runs, std::size_t lanes) const;

    DickeLadder ladder_;
    Scan scan_;
    double side_rate_;
    bool signals_;
    std::vector<PreparedLeg> legs_;
    Eigen::Index dimension_ = 0;
};

}  // namespace dickejump
