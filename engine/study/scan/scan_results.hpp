#pragma once

#include <optional>
#include <vector>

#include "dickejump/study/scan/simulated_scan.hpp"
#include "study/scan/scan_block.hpp"

namespace dickejump {

/// Adds to `result` what a tally of runs says: curves, estimators, bounds of detectors, signals, kept
/// records.
void add_results(const DickeLadder& ladder, const ScanRun& run, const ExactScan& exact,
                 const std::vector<PreparedLeg>& legs, const std::vector<CrossingCalibrations>& crossings,
                 const ScanTally& tally, ScanResult& result);

/// A run of prepared legs with the tally behind its result.
struct Simulation {
    ScanResult result;
    std::optional<ScanTally> tally;  ///< empty if stopped before the first block was done
};
Simulation simulate_prepared(const DickeLadder& ladder, const ScanRun& run, const ExactScan& exact,
                             std::vector<PreparedLeg> prepared);

}  // namespace dickejump
