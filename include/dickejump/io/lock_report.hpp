#pragma once

#include <string>

#include "dickejump/study/lock/lock.hpp"

namespace dickejump {

/// One JSON object: protocol, up_jumps, information, scaled, jz, x2, estimators, bounds, lost, and where it
/// comes from. Numbers with {"value", "error"}; what is not known is null.
std::string to_json(const LockResult& result);
/// The same of the exact chain, numbers without errors.
std::string to_json(const ExactLock& exact);

/// N delta w sqrt(gamma T)/gamma of a bound from this much information on w. Empty without information.
/// @throws InvalidInput unless there are atoms, and T is finite and positive
std::optional<Estimate> scaled_sensitivity(const LockConfig& config,
                                           const std::optional<Estimate>& information);

}  // namespace dickejump
