#pragma once

#include <string>

namespace dickejump::cli {

/// A terminal that knows no escape codes, by TERM.
bool is_dumb_terminal();

/// One line on stderr, in colours unless NO_COLOR is set or the terminal is a dumb one; a host is told
/// instead of warnings and what else is worth knowing.
void log_error(const std::string& message);
void log_warning(const std::string& message);
void log_info(const std::string& message);

/// Warns of more than 10^12 quantum jumps, which take hours. @param what  makes them: "this loop"
void warn_of_jumps(const std::string& what, double jumps);

}  // namespace dickejump::cli
