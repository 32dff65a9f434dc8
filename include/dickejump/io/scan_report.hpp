#pragma once

#include <string>

#include "dickejump/study/scan/compare_scan.hpp"
#include "dickejump/study/scan/exact_scan.hpp"
#include "dickejump/study/scan/scan_result.hpp"

namespace dickejump {

/// One JSON object on one line, what `dickejump scan --json` prints; numbers that do not exist are null.
/// Keys: `model`, `protocol`, `ensemble`, `curves` (a list by leg), `hysteresis` (crossings of the mean and
/// the width of the loop), `estimators` (a list by leg and detector), `bounds` (a list by leg), `exact`
/// (curves and hysteresis of the master equation), `config` (every key of the configuration), `provenance`;
/// of the sphere also `bias`, and where asked for `detectors` (signals) and `records`.
/// @throws InvalidInput if exact curves have not a number for every point, as do all of these
std::string to_json(const ScanResult& result);
/// The exact side alone: the same keys without errors and estimators.
std::string to_json(const ExactScan& exact);
/// p_value, z by leg, agrees, reason, alpha, trajectories, stop_reason, jumps.
std::string to_json(const ScanComparison& comparison);

/// The curves, one row a point: direction, scaled_pump, time, jz_mean, jz_mean_error, jz_variance,
/// jz_variance_error and the master equation's exact_jz_mean, exact_jz_variance.
std::string to_csv(const ScanResult& result);
/// direction, scaled_pump, time, jz_mean, jz_variance.
std::string to_csv(const ExactScan& exact);

/// The clicks of a kept record in order of time, one row each: channel, time [1/gamma]; of a detector without
/// time tags only the header.
std::string to_csv(const KeptRecord& record);

}  // namespace dickejump
