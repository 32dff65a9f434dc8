#pragma once

#include <span>
#include <string_view>

namespace dickejump::fuzz {

/// A reader of what others wrote, given any bytes. It may refuse them with InvalidInput; all else that comes
/// out of it is a fault.
struct Entry {
    std::string_view name;  ///< and that of its folder in tests/fuzz_corpus
    void (*read)(std::string_view bytes);
};

std::span<const Entry> entries();

/// Gives an entry these bytes; a refusal is an answer. @return whether they were taken
bool taken(const Entry& entry, std::string_view bytes);

}  // namespace dickejump::fuzz
