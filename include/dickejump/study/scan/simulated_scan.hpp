#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dickejump/ensemble/ensemble.hpp"
#include "dickejump/estimate/estimator.hpp"
#include "dickejump/estimate/histogram.hpp"
#include "dickejump/estimate/moments.hpp"
#include "dickejump/estimate/record_signal.hpp"
#include "dickejump/exact/sphere_bias.hpp"
#include "dickejump/record/detector.hpp"
#include "dickejump/study/scan/exact_scan.hpp"
#include "dickejump/study/scan/protocol.hpp"

namespace dickejump {

/// Stop when the standard error of an estimator's mean is at most `error` [s]; without a leg, on every leg,
/// without a detector, for the perfect record and every detector that have it.
struct TargetError {
    Estimator estimator;
    std::optional<Direction> direction;
    std::optional<std::string> detector;
    double error;
};

/// What a scan is run with. Everything but `threads`, `interrupt` and `show` shapes the result.
struct ScanRun {
    Scan scan = {};
    Ensemble ensemble = {};
    Method method = Method::exact;
    double bias_tolerance = 2e-4;  ///< sphere: largest error of <x>, x = 2 J_z/(N+1), by the finite step
    int steps_per_tick = 0;        ///< sphere: 0 chooses by bias_tolerance; part of the method
    std::int64_t points = 201;     ///< of the curves, rounded down so that points are ticks
    std::vector<TargetError> targets = {};
    std::vector<Detector> detectors = {};  ///< each sees every run
    double side_rate = 0.0;                ///< Gamma, emission to the side per excited atom [gamma]
    std::optional<Smoothing>
        smoothing;                  ///< of records before crossings are read; empty: Smoothing::by_default
    bool signals = false;           ///< also reduce the counts to curves
    std::int64_t keep_records = 0;  ///< the first so many records, for pictures
    double time_limit = std::numeric_limits<double>::infinity();  ///< [s]
    const std::atomic<bool>* interrupt = nullptr;
    std::function<void(const Progress&)> show = {};
    /// For tests of the tests: the simulated pump is this times the nominal one. Exact means do not know of
    /// it.
    double simulated_pump_factor = 1.0;
};

/// Adds what is wrong with a run of this many atoms to `problems`: the scan's own problems, trajectories,
/// threads, points, limits and targets.
void check(const ScanRun& run, std::int64_t atoms, Problems& problems);

/// One point of a curve over trajectories.
struct CurvePoint {
    double time, scaled_pump;
    std::optional<Estimate> jz_mean, jz_variance;
};

struct ScanCurve {
    Direction direction;
    std::vector<CurvePoint> points;
    std::optional<Estimate> crossing;  ///< s at <J_z> = 0 of the mean over trajectories
};

/// How often intervals that claim 68 % and 95 % hold the true value, with binomial errors.
struct Coverage {
    Estimate at68, at95;
};

/// Statistics of one estimator over runs.
struct EstimatorResult {
    Estimator estimator;
    std::optional<Direction> direction;   ///< empty for loop
    std::optional<std::string> detector;  ///< empty for the perfect record
    Moments runs;                         ///< of the runs that have the estimate
    std::int64_t missing = 0;             ///< runs without it
    std::optional<Calibration> calibration;
    Histogram histogram;
    std::optional<Coverage> coverage;  ///< of estimators that give intervals

    /// Spread over slope, in delta w/gamma = (2/N) std/slope: comparable with the bounds.
    std::optional<Estimate> delta_w(std::int64_t atoms) const;
};

/// Lower bound on delta w/gamma from what a detector sees of one run, 1/sqrt(Fisher information of its
/// record); empty where it sees nothing or the information has no bound.
struct DetectedBound {
    std::string detector;
    std::optional<Direction> direction;  ///< empty: both legs together
    std::optional<Estimate> value;
    bool exact_likelihood = true;  ///< otherwise approximate: paralysable dead time, jitter or bins
    double smoothing_width = 0.0;  ///< of the signal from which crossings are read [1/gamma]; 0 for both legs
};

/// What the counts of one detector say of J_z along a leg, over all runs; bins are the intervals of the
/// curves.
struct DetectedSignal {
    std::string detector;
    Direction direction;
    Channel channel;                       ///< whose counts these are
    std::vector<double> scaled_pump, lag;  ///< of bin centres; delays from the bin at s = 0 [1/gamma]
    std::vector<std::optional<Estimate>> jz, fano;     ///< [bin] mean of J_z, Var/mean of counts over runs
    std::vector<std::optional<Estimate>> jz_variance;  ///< [bin] shot noise removed; side clicks only
    std::vector<std::optional<Estimate>> g2;           ///< [lag] <:C(0) C(lag):>/(<C(0)><C(lag)>)
    std::vector<std::optional<Estimate>> czz;          ///< [lag] covariance of J_z; side clicks only
};

/// One record with what lies behind it and what was made of it.
struct KeptRecord {
    std::string detector;
    Direction direction;
    std::int64_t trajectory;
    std::vector<double> scaled_pump;                    ///< of bin ends
    std::vector<std::int64_t> n;                        ///< true level at bin ends
    std::array<std::vector<std::int64_t>, 3> counts;    ///< [channel][bin]
    std::vector<double> filter_mean, filter_deviation;  ///< of n given the record up to the bin's end
    double maximum_likelihood, standard_error;          ///< in s; NaN if there is none
};

/// The systematic errors of the sphere method on one leg; times are in s here.
struct LegBias {
    Direction direction;
    SphereBias bias;
    double crossing;  ///< of the mean crossing, step and model together [s]
};

struct ScanResult {
    std::vector<ScanCurve> curves;
    std::optional<Estimate> width;  ///< of the mean loop
    std::vector<EstimatorResult> estimators;
    std::vector<DetectedBound> detected_bounds;
    std::vector<DetectedSignal> signals;
    std::vector<KeptRecord> records;
    std::vector<LegBias> biases;    ///< of the sphere method
    std::int64_t trajectories = 0;  ///< pairs of legs, with both
    double jumps = 0.0;             ///< of all kinds, legs and trajectories; of the sphere their mean number
    StopReason stop_reason = StopReason::completed;
    double seconds = 0.0;
};

/// Runs trajectories of every leg (independent, each with its own stream) and reduces them as they come.
/// @param exact  the same scan's exact means: where to look for the mean crossing, and the calibrations
/// @throws InvalidInput if `check` finds anything
ScanResult simulate_scan(const DickeLadder& ladder, const ScanRun& run, const ExactScan& exact);

}  // namespace dickejump
