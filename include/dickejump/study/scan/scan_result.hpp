#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dickejump/estimate/calibration.hpp"
#include "dickejump/estimate/fisher_matrix.hpp"
#include "dickejump/estimate/histogram.hpp"
#include "dickejump/estimate/likelihood_estimate.hpp"
#include "dickejump/estimate/moments.hpp"
#include "dickejump/exact/sphere_bias.hpp"
#include "dickejump/record/detector.hpp"
#include "dickejump/study/provenance.hpp"
#include "dickejump/study/scan/exact_scan.hpp"
#include "dickejump/study/scan/scan_config.hpp"

namespace dickejump {

/// One point of a curve over trajectories.
struct CurvePoint {
    double time,                           ///< [1/gamma]
        scaled_pump;                       ///< s there
    std::optional<Estimate> jz_mean,       ///< <J_z> over trajectories
        jz_variance;                       ///< Var J_z over trajectories
    std::optional<Estimate> j2_mean = {};  ///< of the local model
};

/// What the trajectories of one leg show.
struct ScanCurve {
    Direction direction;               ///< of the leg
    std::vector<CurvePoint> points;    ///< in order of time; on the way down s falls
    std::optional<Estimate> crossing;  ///< s at <J_z> = 0 of the mean over trajectories
};

/// How often intervals that claim 68 % and 95 % hold the true value, with binomial errors.
struct Coverage {
    Estimate at68,  ///< of intervals that claim 68 %
        at95;       ///< that claim 95 %

    /// Of so many runs; empty of none. @throws InvalidInput if more hold it than there are, or fewer than
    /// none
    static std::optional<Coverage> of(std::int64_t holding68, std::int64_t holding95, std::int64_t runs);
};

/// Statistics of one estimator over runs.
struct EstimatorResult {
    Estimator estimator;                                  ///< what was made of each run
    std::optional<Direction> direction;                   ///< empty for loop
    std::optional<std::string> detector;                  ///< empty for the perfect record
    Moments runs;                                         ///< of the runs that have the estimate, in s
    std::int64_t missing = 0;                             ///< runs without it
    std::optional<NoMaximumCounts> missing_reasons = {};  ///< of maximum_likelihood
    /// Of what is read from the signal of a gated detector: the part of the leg that it is read from.
    std::optional<ScaledRange> gated = {};
    std::optional<Calibration> calibration;  ///< offset and slope; empty where they are not known
    std::optional<Estimate> delta_w;   ///< sensitivity of one run, delta w/gamma: comparable with the bounds
    Histogram histogram;               ///< of the runs' estimates [s]
    std::optional<Coverage> coverage;  ///< of estimators that give intervals
    /// [trajectory] every run's estimate in s, NaN where it is missing; empty unless they are kept.
    std::vector<double> each = {};

    /// Over the runs that have it. Errors are NaN where they are not known: of a single run, where so few
    /// runs differ that they are a rare event's, and where all runs are alike.
    std::optional<Estimate> mean() const { return runs.mean(finest); }
    /// Standard deviation over runs [s].
    std::optional<Estimate> deviation() const { return runs.deviation(finest); }
    /// Root mean square distance from the true s = 0 [s].
    std::optional<Estimate> rmse() const { return runs.rmse(0.0, finest); }

    static constexpr double finest = 1e-9;  ///< in s; runs that differ by less are alike
};

/// Lower bound on delta w/gamma from what a detector sees of one run, 1/sqrt(Fisher information of its
/// record); empty where it sees nothing, the information has no bound, or no likelihood was asked for.
struct DetectedBound {
    std::string detector;                     ///< its name
    std::optional<Direction> direction;       ///< empty: both legs together
    std::optional<Estimate> value;            ///< on delta w/gamma
    std::optional<FisherMatrix> matrix = {};  ///< with unknown parameters; value takes them as known
    bool exact_likelihood = true;  ///< otherwise approximate: paralysable dead time, jitter or bins
    double smoothing_width = 0.0;  ///< of the signal from which crossings are read [1/gamma]; 0 for both legs
};

/// What the counts of one detector say of J_z along a leg, over all runs; bins are the intervals of the
/// curves.
struct DetectedSignal {
    std::string detector;                              ///< its name
    Direction direction;                               ///< of the leg
    Channel channel;                                   ///< whose counts these are
    std::vector<double> scaled_pump,                   ///< of bin centres
        lag;                                           ///< delays from the bin at s = 0 [1/gamma]
    std::vector<std::optional<Estimate>> jz,           ///< [bin] mean of J_z
        fano;                                          ///< [bin] Var/mean of counts over runs
    std::vector<std::optional<Estimate>> jz_variance;  ///< [bin] shot noise removed; side clicks only
    std::vector<std::optional<Estimate>> g2;           ///< [lag] <:C(0) C(lag):>/(<C(0)><C(lag)>)
    std::vector<std::optional<Estimate>> czz;          ///< [lag] covariance of J_z; side clicks only
};

/// One record with what lies behind it and what was made of it.
struct KeptRecord {
    std::string detector;                             ///< its name
    Direction direction;                              ///< of the leg
    std::int64_t trajectory;                          ///< index of the run
    std::vector<double> scaled_pump;                  ///< of bin ends
    std::vector<std::int64_t> n;                      ///< true level at bin ends
    std::array<std::vector<std::int64_t>, 3> counts;  ///< [channel][bin]
    std::vector<double> filter_mean,                  ///< of n given the record up to the bin's end
        filter_deviation;                             ///< its standard deviation
    std::array<std::vector<double>, 3> clicks;  ///< [channel] times of all clicks [1/gamma]; of a detector
                                                ///< without time tags none
    bool time_tags;                             ///< whether the detector has them
    double maximum_likelihood,                  ///< in s; NaN if there is none
        standard_error;                         ///< in s, from the curvature; NaN likewise
    std::optional<NoMaximum> no_maximum;        ///< why
};

/// Largest systematic errors of an estimator of single runs, absolute.
struct EstimatorBias {
    Estimator estimator;  ///< of single runs
    double mean,          ///< of the runs' mean [s]
        deviation;        ///< of their standard deviation [s]
    double slope;         ///< of their mean with the pump [s per s]
};

/// The systematic errors of the sphere method on one leg; times are in s here. Step, model and rounding to
/// levels together where not said otherwise.
struct LegBias {
    Direction direction;                         ///< of the leg
    SphereBias bias;                             ///< of the mean of x, in its parts
    double crossing;                             ///< of the mean crossing [s]
    double jz_mean;                              ///< of <J_z>, the largest over the ticks [N/2]
    double jz_variance;                          ///< of Var J_z [(N/2)^2]
    std::vector<EstimatorBias> estimators = {};  ///< of the perfect record, those asked for
};

/// What a scan says: everything that is needed to print, save or compare it.
struct ScanResult {
    ScanConfig config;                   ///< resolved: running it gives the same bytes
    ExactScan exact;                     ///< the same scan from the master equation, at the same points
    std::vector<ScanCurve> curves = {};  ///< one a leg
    std::optional<Estimate> width = {};  ///< of the mean loop
    std::vector<EstimatorResult> estimators = {};     ///< perfect record first, then by detector
    std::vector<DetectedBound> detected_bounds = {};  ///< by detector and leg
    std::vector<DetectedSignal> signals = {};         ///< by detector and leg, if they were asked for
    std::vector<KeptRecord> records = {};             ///< the first `keep_records` of every detector and leg
    std::vector<LegBias> biases = {};                 ///< of the sphere method
    std::int64_t trajectories = 0;                    ///< pairs of legs, with both
    double jumps = 0.0;  ///< of all kinds, legs and trajectories; of the sphere their mean number
    StopReason stop_reason = StopReason::completed;  ///< `completed` only with all trajectories
    double seconds = 0.0;                            ///< of the runs
    int threads = 0;                                 ///< as asked for
    Provenance provenance = {};                      ///< where and with what it was made

    /// Null if there is none.
    const EstimatorResult* find(Estimator estimator, std::optional<Direction> direction = {},
                                std::optional<std::string> detector = {}) const;
    /// The bound of the record that an estimator used; empty for the perfect record.
    std::optional<double> bound_of_record(const EstimatorResult& estimator) const;
};

}  // namespace dickejump
