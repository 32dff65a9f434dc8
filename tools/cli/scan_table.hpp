#pragma once

#include <string>

#include "dickejump/io/scan_report.hpp"

namespace dickejump::cli {

/// `value ± error` with the error to two significant digits and the value to its places; "-" if there is
/// none.
std::string rounded(const std::optional<Estimate>& x);

/// What a person wants to read of a scan: the mean loop, the estimators against the bounds, the bounds.
std::string scan_table(const ScanResult& result);
std::string exact_scan_table(const ExactScan& exact);
std::string comparison_table(const ScanComparison& comparison);

}  // namespace dickejump::cli
