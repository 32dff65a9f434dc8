#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dickejump/ensemble/ensemble.hpp"
#include "dickejump/estimate/histogram.hpp"
#include "dickejump/estimate/moments.hpp"
#include "dickejump/scan/exact_scan.hpp"
#include "dickejump/scan/protocol.hpp"

namespace dickejump {

/// The single-run estimators of the critical pump on the perfect record, in nominal s (PHYSICS of each in
/// README): crossings of J_z = 0, the area -(1/N) int J_z ds, and for pairs of legs the loop, the mean of the
/// two mid crossings.
enum class Estimator { first_crossing, last_crossing, mid_crossing, area, loop };
std::string_view name(Estimator estimator);
/// Empty if there is none of that name.
std::optional<Estimator> estimator_named(std::string_view name);

/// Stop when the standard error of an estimator's mean is at most `error` [s]; without a leg, on every leg.
struct TargetError {
    Estimator estimator;
    std::optional<Direction> direction;
    double error;
};

/// What a scan is run with. Everything but `threads`, `interrupt` and `show` shapes the result.
struct ScanRun {
    Scan scan;
    Ensemble ensemble;
    std::int64_t points = 201;  ///< of the curves, rounded down so that points are ticks
    std::vector<TargetError> targets;
    double time_limit = std::numeric_limits<double>::infinity();  ///< [s]
    const std::atomic<bool>* interrupt = nullptr;
    std::function<void(const Progress&)> show;
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

/// Statistics of one estimator over runs.
struct EstimatorResult {
    Estimator estimator;
    std::optional<Direction> direction;  ///< empty for loop
    Moments runs;                        ///< of the runs that have the estimate
    std::int64_t missing = 0;            ///< runs without it
    std::optional<Calibration> calibration;
    Histogram histogram;

    /// Spread over slope, in delta w/gamma = (2/N) std/slope: comparable with the bounds.
    std::optional<Estimate> delta_w(std::int64_t atoms) const;
};

struct ScanResult {
    std::vector<ScanCurve> curves;
    std::optional<Estimate> width;  ///< of the mean loop
    std::vector<EstimatorResult> estimators;
    std::int64_t trajectories = 0;  ///< pairs of legs, with both
    std::int64_t jumps = 0;         ///< of all kinds, legs and trajectories
    StopReason stop_reason = StopReason::completed;
    double seconds = 0.0;
};

/// Runs trajectories of every leg (independent, each with its own stream) and reduces them as they come.
/// @param exact  the same scan's exact means: where to look for the mean crossing, and the calibrations
/// @throws InvalidInput if `check` finds anything
ScanResult simulate_scan(const DickeLadder& ladder, const ScanRun& run, const ExactScan& exact);

/// Monte Carlo against the master equation, as one number.
struct ScanComparison {
    struct Point {
        Direction direction;
        double scaled_pump;
        double z;  ///< (mean - exact) / error
    };
    std::vector<Point> points;
    double p_value;  ///< Hotelling's T^2 over all points of all legs, correlations included
    ScanResult result;
};

/// How many trajectories `compare_scan` needs for its p-value to be trusted.
std::int64_t trajectories_for_comparison(const Scan& scan);

/// @throws InvalidInput also if there are too few trajectories for the test.
ScanComparison compare_scan(const DickeLadder& ladder, const ScanRun& run);

}  // namespace dickejump
