#include "cli/log.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace dickejump::cli {

namespace {
spdlog::logger& logger() {
    static const auto instance = [] {
        auto stderr_logger = spdlog::stderr_color_mt("dickejump");
        stderr_logger->set_pattern("%n: %^%l%$: %v");
        return stderr_logger;
    }();
    return *instance;
}
}  // namespace

void log_error(const std::string& message) {
    logger().error("{}", message);
}
void log_warning(const std::string& message) {
    logger().warn("{}", message);
}
void log_info(const std::string& message) {
    logger().info("{}", message);
}

}  // namespace dickejump::cli
