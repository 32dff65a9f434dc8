#pragma once

#include <string>

#include "dickejump/study/calibrate/calibrate.hpp"

namespace dickejump {

/// One JSON object on one line: records, and of the first detector on the first leg ranks (counts in 20
/// bins), p_value and coverage; detectors (the same of every one), model, protocol, ensemble, config,
/// provenance.
std::string to_json(const CalibrateResult& result);

}  // namespace dickejump
