#pragma once

#include <string>

#include "dickejump/study/homodyne/homodyne.hpp"

namespace dickejump {

/// One JSON object on one line: model, detection, edges of the intervals, currents (mean, error and exact
/// mean of each quadrature, its correlation by delay), records, ensemble, config, provenance.
std::string to_json(const HomodyneResult& result);

/// A line for every interval: begin, end, then mean, error and exact mean of x, and of y.
std::string to_csv(const HomodyneResult& result);

}  // namespace dickejump
