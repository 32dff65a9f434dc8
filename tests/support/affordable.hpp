#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace dickejump::test {

/// So many runs, or every K-th of them where DICKEJUMP_TEST_SHARE = K: the sanitizers ask about memory, not
/// about chance, and make runs some thirty times slower. Checks of chance then mean nothing, and the program
/// is run with --no-exitcode, so that what the sanitizers find is all that fails.
inline std::int64_t affordable(std::int64_t all) {
    constexpr std::int64_t fewest = 32;
    static const auto* said = std::getenv("DICKEJUMP_TEST_SHARE");
    static const std::int64_t share = said ? std::max<std::int64_t>(1, std::atoll(said)) : 1;
    return std::min(all, std::max(fewest, all / share));
}

}  // namespace dickejump::test
