#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace dickejump::clicks {

/// What `read` returns, run in a process of its own: a library that does not survive a damaged file takes
/// only that process with it. It has 60 s of processor time, and memory for a small multiple of the file.
/// @param size  bytes of the file
/// @throws InvalidInput with what `read` threw as one, or saying that `file` is damaged if reading it crashes
///         or does not end
std::string guarded(const std::string& file, std::size_t size, const std::function<std::string()>& read);

}  // namespace dickejump::clicks
