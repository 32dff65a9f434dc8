#pragma once

#include <span>
#include <vector>

#include "study/scan/scan_plan.hpp"

namespace dickejump {

/// The calibrations of all legs and their detectors, one after another.
std::vector<double> calibrations_of(const std::vector<PreparedLeg>& legs);
/// The other way round. @throws InvalidInput if they are not those of such legs
void put_calibrations(std::span<const double> calibrations, std::vector<PreparedLeg>& legs);

}  // namespace dickejump
