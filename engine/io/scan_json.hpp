#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>

#include "dickejump/io/scan_report.hpp"

namespace dickejump {

// Parts that the reports of a scan and of a sweep share.
nlohmann::ordered_json bounds_json(const ExactScan& exact, Scan::Legs legs);
nlohmann::ordered_json estimators_json(const ScanResult& result, const ExactScan& exact, std::int64_t atoms);
nlohmann::ordered_json bias_json(const ScanResult& result);

}  // namespace dickejump
