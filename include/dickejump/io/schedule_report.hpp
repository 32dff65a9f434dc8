#pragma once

#include <string>

#include "dickejump/study/schedule/best_schedule.hpp"

namespace dickejump {

/// One JSON object: the schedule, what it, the linear scan and the parked pump tell, the limit of all
/// protocols, and where it comes from. All without errors; what is not known is null.
std::string to_json(const ScheduleResult& result);
/// The schedule, columns time,pump, as other studies read it.
std::string to_csv(const ScheduleResult& result);

}  // namespace dickejump
