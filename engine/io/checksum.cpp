#include "io/checksum.hpp"

#include <utility>

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

std::string head_of(std::string_view letters, std::uint64_t version, std::string_view content) {
    ByteWriter head;
    head.number(version);
    head.number(content.size());
    head.number(hash_of(version, content));
    return std::string(letters) + head.take();
}

constexpr std::size_t numbers = 24;  // bytes of them

/// Checks the content against what is said of it. @return the version
std::uint64_t checked(std::string_view said, std::string_view content, const std::string& name) {
    const auto refuse = [&](const std::string& why) {
        throw InvalidInput(name + " (damaged: " + why +
                           ") take a copy of it, or start again in another folder");
    };
    ByteReader in(said);
    const auto version = in.number(), length = in.number(), hash = in.number();
    if (content.size() != length) refuse("it is shorter or longer than it was written");
    if (hash_of(version, content) != hash) refuse("its checksum is another");
    return version;
}

[[noreturn]] void refuse_kind(const std::string& name, const std::string& kind) {
    throw InvalidInput(name + " (not a " + kind +
                       " of dickejump, or damaged where it says so) give another file");
}

}  // namespace

std::string sealed(std::string_view letters, std::uint64_t version, std::string_view content) {
    return head_of(letters, version, content).append(content);
}

std::pair<std::uint64_t, std::string_view> unsealed(std::string_view letters, std::string_view bytes,
                                                    const std::string& name, const std::string& kind) {
    if (!bytes.starts_with(letters) || bytes.size() < letters.size() + numbers) refuse_kind(name, kind);
    const auto content = bytes.substr(letters.size() + numbers);
    return {checked(bytes.substr(letters.size(), numbers), content, name), content};
}

std::string with_trailer(std::string_view letters, std::uint64_t version, std::string content) {
    const auto trailer = head_of(letters, version, content);
    return std::move(content) + trailer;
}

std::pair<std::uint64_t, std::string_view> without_trailer(std::string_view letters, std::string_view bytes,
                                                           const std::string& name, const std::string& kind) {
    const auto trailer = letters.size() + numbers;
    if (bytes.size() < trailer) refuse_kind(name, kind);
    const auto content = bytes.substr(0, bytes.size() - trailer);
    const auto said = bytes.substr(content.size());
    if (!said.starts_with(letters)) refuse_kind(name, kind);
    return {checked(said.substr(letters.size()), content, name), content};
}

}  // namespace dickejump
