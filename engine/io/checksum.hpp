#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace dickejump {

/// Letters, then version, length and xxHash of the content as 64-bit little-endian numbers, then the content.
std::string sealed(std::string_view letters, std::uint64_t version, std::string_view content);

/// Version and content. @param kind  of file, for messages
/// @throws InvalidInput if the letters are others, or a bit of the bytes is not as it was written
std::pair<std::uint64_t, std::string_view> unsealed(std::string_view letters, std::string_view bytes,
                                                    const std::string& name, const std::string& kind);

/// The same with letters and numbers behind the content, for readers who know only its beginning.
std::string with_trailer(std::string_view letters, std::uint64_t version, std::string content);
std::pair<std::uint64_t, std::string_view> without_trailer(std::string_view letters, std::string_view bytes,
                                                           const std::string& name, const std::string& kind);

}  // namespace dickejump
