#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "study/scan/scan_plan.hpp"

namespace dickejump {

/// The calibrations of legs as numbers, one after another: of each leg that of its crossings, then those of
/// its detectors.
/// @param most  so many of them, the first ones
std::vector<double> calibrations_of(const std::vector<PreparedLeg>& legs,
                                    std::size_t most = std::numeric_limits<std::size_t>::max());
/// The other way round. @return how many of them there are: all, or the first ones
/// @throws InvalidInput if they are not those of such legs
std::size_t put_calibrations(std::span<const double> calibrations, std::vector<PreparedLeg>& legs);

}  // namespace dickejump
