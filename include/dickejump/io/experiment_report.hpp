#pragma once

#include <string>

#include "dickejump/study/experiment/experiment.hpp"

namespace dickejump {

/// One JSON object on one line: model, protocol, ensemble, legs, combined, bounds, config, provenance.
std::string to_json(const ExperimentResult& result);
/// A line a leg: times, direction, means, spreads and calibrations of its estimators, J_z and <J^2> at its
/// end.
std::string to_csv(const ExperimentResult& result);

}  // namespace dickejump
