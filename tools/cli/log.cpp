#include "cli/log.hpp"

#include <fmt/core.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <string_view>

#include "cli/host.hpp"
#include "cli/progress.hpp"

namespace dickejump::cli {

bool is_dumb_terminal() {
    const char* term = std::getenv("TERM");
    return !term || std::string_view(term) == "dumb";
}

namespace {
bool is_plain() {
    const char* no_color = std::getenv("NO_COLOR");
    return (no_color && *no_color) || is_dumb_terminal();
}

spdlog::logger& logger() {
    erase_progress();
    static const auto instance = [] {
        auto stderr_logger =
            is_plain() ? spdlog::stderr_logger_mt("dickejump") : spdlog::stderr_color_mt("dickejump");
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
    host() ? host()->warn(message) : logger().warn("{}", message);
}
void log_info(const std::string& message) {
    host() ? host()->inform(message) : logger().info("{}", message);
}

void warn_of_jumps(const std::string& what, double jumps) {
    constexpr double many = 1e12, seconds_a_jump = 1e-8;
    if (jumps > many)
        log_warning(fmt::format("{} may make {:.2g} quantum jumps, some {:.2g} hours of one processor", what,
                                jumps, jumps * seconds_a_jump / 3600.0));
}

}  // namespace dickejump::cli
