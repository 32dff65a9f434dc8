#pragma once

#include <array>
#include <cstdint>
#include <limits>

#include "dickejump/random/stream.hpp"

namespace dickejump {

/// xoshiro256+ (Blackman & Vigna, ACM TOMS 47, 36 (2021)), as in vector lanes: good in its upper bits, which
/// are all that a uniform double uses. Satisfies UniformRandomBitGenerator.
class Xoshiro {
public:
    using result_type = std::uint64_t;

    /// Seeded by the next four words of a stream.
    explicit Xoshiro(Stream& stream) {
        for (auto& word : state_)
            word = stream();
    }

    static constexpr result_type min() { return 0; }
    static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }

    result_type operator()() {
        auto& [a, b, c, d] = state_;
        const std::uint64_t word = a + d, t = b << 17;
        c ^= a, d ^= b, b ^= c, a ^= d, c ^= t;
        d = d >> 19 | d << 45;
        return word;
    }
    /// Strictly inside (0, 1).
    double unit() { return open_unit((*this)()); }

private:
    std::array<std::uint64_t, 4> state_;
};

}  // namespace dickejump
