#pragma once

#include <string>

#include "dickejump/io/click_file.hpp"
#include "dickejump/study/estimate/pump_estimate.hpp"

namespace dickejump {

/// What `estimate --json` prints: one object, without a newline.
/// @param read  where the records come from, as many as the result has
/// @throws InvalidInput if they are not as many, or as `check(config)`
std::string to_json(const EstimateResult& result, const ClickRecords& read, const ClickData& data);

/// A line a record, then all together: file, cycle, clicks, theta, critical pump, interval, fit.
std::string to_csv(const EstimateResult& result, const ClickRecords& read);

}  // namespace dickejump
