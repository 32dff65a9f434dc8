#pragma once

#include "dickejump/study/scan/scan_result.hpp"

namespace dickejump::cli {

/// Warns of detectors whose background is more than their photons, by the exact means of the scan.
void warn_of_background(const ScanConfig& config, const ExactScan& exact);

/// Warns of a pump at which every atom is excited, as a frequency in Hz without its unit would be [gamma].
void warn_of_pump(double pump, std::int64_t atoms);

/// Warns of target errors that a run ended without. @param targets  those that were asked for
void warn_of_targets(const ScanResult& result);

}  // namespace dickejump::cli
