#pragma once

#include <string>

#include "dickejump/io/provenance.hpp"
#include "dickejump/study/scan/compare_scan.hpp"
#include "dickejump/study/scan/simulated_scan.hpp"

namespace dickejump {

/// A scan with everything that its report needs.
struct ScanReport {
    DickeLadder ladder;
    ScanRun run;
    ExactScan exact;
    ScanResult result;
    Provenance provenance;
};

/// One JSON object on one line, keys as documented in README.md; numbers that do not exist are null.
std::string to_json(const ScanReport& report);
/// The exact side alone: the same keys without errors and estimators.
std::string to_json(const DickeLadder& ladder, const Scan& scan, const ExactScan& exact);
std::string to_json(const ScanComparison& comparison, double alpha);

/// The curves, one row a point: direction, scaled_pump, time, jz_mean, jz_mean_error, jz_variance,
/// jz_variance_error and the master equation's exact_jz_mean, exact_jz_variance.
std::string to_csv(const ScanReport& report);
/// direction, scaled_pump, time, jz_mean, jz_variance.
std::string to_csv(const ExactScan& exact);

}  // namespace dickejump
