#pragma once

#include "dickejump/study/scan/scan_result.hpp"
#include "study/scan/scan_plan.hpp"
#include "study/scan/scan_tally.hpp"

namespace dickejump {

/// Adds to `result` what a tally of runs says: curves, estimators, bounds of detectors, signals, kept
/// records. `result.trajectories` is set already.
void add_results(const PreparedScan::Plan& plan, const ScanTally& tally, ScanResult& result);

/// Mean number of jumps of all kinds in one run of a leg.
double mean_jumps_of(const ExactLeg& leg);

/// What the counts of one detector say of J_z along a leg.
DetectedSignal signal_of(const PreparedDetector& prepared, const SignalTally& tally, double side_rate);

/// Runs trajectory k once more (it is a pure function of seed and k) and keeps what a picture needs.
KeptRecord kept_record(const PreparedScan::Plan& plan, const PreparedLeg& leg,
                       const PreparedDetector& detector, std::int64_t trajectory);

}  // namespace dickejump
