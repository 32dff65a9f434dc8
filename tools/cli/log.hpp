#pragma once

#include <string>

namespace dickejump::cli {

/// One line on stderr.
/// Whether escape codes are not wanted: NO_COLOR is set, or the terminal is a dumb one.
bool plain_terminal();

void log_error(const std::string& message);
void log_warning(const std::string& message);
void log_info(const std::string& message);

}  // namespace dickejump::cli
