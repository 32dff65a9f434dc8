#pragma once

#include <functional>
#include <string>

namespace dickejump::clicks {

/// What `read` returns, run in a process of its own: a library that does not survive a damaged file takes
/// only that process with it.
/// @throws InvalidInput with what `read` threw as one, or saying that `file` is damaged if it crashes, or
/// does
///         not end within `seconds` of processor time
std::string guarded(const std::string& file, const std::function<std::string()>& read, int seconds = 60);

}  // namespace dickejump::clicks
