#include "dickejump/model/stop_request.hpp"

#include <string>

namespace dickejump {

std::string_view name(StopReason reason) {
    switch (reason) {
        case StopReason::completed:
            return "completed";
        case StopReason::target_error:
            return "target_error";
        case StopReason::time_limit:
            return "time_limit";
        case StopReason::interrupted:
            return "interrupted";
    }
    return "unknown";
}

Stopped::Stopped(StopReason reason)
    : std::runtime_error("stopped before there was a result (" + std::string(name(reason)) + ")"),
      reason_(reason) {}

}  // namespace dickejump
