#pragma once

#include <string>

namespace dickejump::cli {

/// One line on stderr.
void log_error(const std::string& message);
void log_warning(const std::string& message);
void log_info(const std::string& message);

}  // namespace dickejump::cli
