#include "io/checksum.hpp"

#include "dickejump/model/invalid_input.hpp"
#include "ensemble/bytes.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace dickejump {

namespace {

/// Of everything but the hash itself.
std::uint64_t hash_of(std::uint64_t version, std::string_view content) {
    return XXH3_64bits_withSeed(content.data(), content.size(),
                                version * 0x9e3779b97f4a7c15u + content.size());
}

}  // namespace

std::string sealed(std::string_view letters, std::uint64_t version, std::string_view content) {
    ByteWriter head;
    head.number(version);
    head.number(content.size());
    head.number(hash_of(version, content));
    std::string bytes(letters);
    bytes += head.take();
    bytes += content;
    return bytes;
}

std::pair<std::uint64_t, std::string_view> unsealed(std::string_view letters, std::string_view bytes,
                                                    const std::string& name, const std::string& kind) {
    if (!bytes.starts_with(letters))
        throw InvalidInput(name + " (not a " + kind + " of dickejump, or its beginning is damaged) " +
                           "give another file");
    constexpr std::size_t head = 24;
    bytes.remove_prefix(letters.size());
    const auto refuse = [&](const std::string& why) {
        throw InvalidInput(name + " (damaged: " + why +
                           ") take a copy of it, or start again in another folder");
    };
    if (bytes.size() < head) refuse("it ends too early");
    ByteReader in(bytes.substr(0, head));
    const auto version = in.number(), length = in.number(), hash = in.number();
    const auto content = bytes.substr(head);
    if (content.size() != length) refuse("it is shorter or longer than it was written");
    if (hash_of(version, content) != hash) refuse("its checksum is another");
    return {version, content};
}

}  // namespace dickejump
