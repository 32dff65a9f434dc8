#pragma once

#include <string>

#include "dickejump/study/steady/steady.hpp"

namespace dickejump {

/// One JSON object on one line: model, pump, ensemble, jz (mean and variance of single shots), bound,
/// estimators (by size of pool), config, provenance.
std::string to_json(const SteadyResult& result);

}  // namespace dickejump
