#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "dickejump/estimate/mean_crossing.hpp"
#include "dickejump/study/scan/exact_scan.hpp"
#include "dickejump/study/scan/prepared_scan.hpp"
#include "study/scan/crossing_calibration.hpp"
#include "study/scan/detected_leg.hpp"
#include "study/scan/detector_calibration.hpp"

namespace dickejump {

/// A detector on a leg, ready to look at runs.
struct PreparedDetector {
    std::shared_ptr<const DetectedLeg> detected;
    DetectorCalibration calibration;
    /// Whether records can bound theta at all: not where a J+ click under no pump would tell everything.
    bool bounded;
    std::vector<double> expected_counts;  ///< [bin of the curves] of its main channel, dead time aside
};

/// A leg ready to run: everything about it that does not depend on the run.
struct PreparedLeg {
    ScanLeg leg;
    Sampler sampler;
    int together;  ///< trajectories simulated at a time where their photons are kept
    std::optional<MeanCrossing> crossing;
    std::int64_t intervals;  ///< of the curves
    CrossingCalibrations crossings;
    std::vector<std::int64_t> sample_ticks;  ///< at which a comparison wants J_z of each run
    std::vector<PreparedDetector> detectors;
};

/// What PreparedScan holds.
struct PreparedScan::Plan {
    ScanConfig config;  ///< resolved, with the steps of the sphere
    ScanConfig asked;   ///< resolved, as it is told: steps only if they were asked for
    DickeLadder ladder;
    EstimatorSet estimators;
    ExactScan exact;
    std::vector<LegBias> biases;
    std::vector<PreparedLeg> legs;
    double seconds;  ///< that preparing took

    /// Of the time limit, for the runs [s].
    double time_left() const { return std::max(0.0, config.time_limit - seconds); }
    bool has_loop() const { return legs.size() == 2 && estimators.contains(Estimator::loop); }
    /// Whether the sampler makes jumps that can be counted.
    bool counts_jumps() const { return config.method == Method::exact; }
};

/// Chooses the ticks of each leg at which a comparison looks at single runs.
using SampleTicks = std::vector<std::int64_t> (*)(const ScanLeg& leg, const ExactLeg& exact,
                                                  StopRequest stop);

/// As prepare, also for a comparison.
/// @param samples  null: none
/// @param calibrations  kept from before, all or the first ones; the others are run
/// @param keep  null: nobody
std::shared_ptr<const PreparedScan::Plan> make_plan(const ScanConfig& config, const RunControl& control,
                                                    SampleTicks samples = nullptr,
                                                    std::span<const double> calibrations = {},
                                                    const KeepCalibrations& keep = {});

}  // namespace dickejump
