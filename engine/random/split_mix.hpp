#pragma once

#include <cstdint>
#include <limits>

namespace dickejump {

/// SplitMix64 (Steele, Lea & Flood, OOPSLA 2014): fills the states of other generators from one word, and
/// serves the rare scalar draws beside a vector kernel. Satisfies UniformRandomBitGenerator.
struct SplitMix {
    using result_type = std::uint64_t;

    std::uint64_t state;

    static constexpr result_type min() { return 0; }
    static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }

    result_type operator()() {
        std::uint64_t z = state += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
};

}  // namespace dickejump
