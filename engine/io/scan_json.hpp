#pragma once

#include <cstdint>

#include "dickejump/io/scan_report.hpp"
#include "io/report_parts.hpp"

namespace dickejump {

// Parts that the reports of a scan and of a sweep share.
Json bounds_json(const ExactScan& exact, Scan::Legs legs);
Json estimators_json(const ScanResult& result, const ExactScan& exact, std::int64_t atoms);
Json bias_json(const ScanResult& result);

}  // namespace dickejump
