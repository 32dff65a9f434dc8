#pragma once

#include <string>

#include "dickejump/study/measure/measure.hpp"

namespace dickejump {

/// One JSON object: protocol, ensemble, estimators (values theta in gamma), bounds, coverage, and where it
/// comes from. Numbers with {"value", "error"}; what is not known is null.
std::string to_json(const MeasureResult& result);

}  // namespace dickejump
