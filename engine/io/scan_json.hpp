#pragma once

#include "dickejump/io/scan_report.hpp"
#include "io/report_parts.hpp"

namespace dickejump {

// Parts that the reports of a scan and of a study of scans share.
Json protocol_json(std::int64_t atoms, const ScanProtocol& scan);
Json bounds_json(const ExactScan& exact);
/// @throws InvalidInput if a leg has not a number for every point
void check_curves(const ExactScan& exact);
Json estimators_json(const ScanResult& result);
Json bias_json(const ScanResult& result);

}  // namespace dickejump
