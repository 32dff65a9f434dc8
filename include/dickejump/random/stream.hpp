#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <span>

#include "dickejump/random/purpose.hpp"

namespace dickejump {

/// Independent random words for one purpose of one trajectory: Philox4x32-10 in counter mode
/// (Salmon et al., SC'11, doi:10.1145/2063384.2063405).
///
/// Key: the seed. Counter: 48 bits of block, 64 of trajectory, 16 of purpose; two 64-bit words a block. Any
/// word of any stream can be had without the ones before it, so trajectory k is the same whoever runs it.
/// Satisfies UniformRandomBitGenerator.
class Stream {
public:
    /// One word: 64 random bits.
    using result_type = std::uint64_t;
    /// What one evaluation of Philox gives.
    using Block = std::array<std::uint64_t, 2>;

    /// The same three give the same words, whatever else was drawn.
    Stream(std::uint64_t seed, std::uint64_t trajectory, Purpose purpose)
        : seed_(seed), trajectory_(trajectory), purpose_(purpose) {}

    /// Smallest word.
    static constexpr result_type min() { return 0; }
    /// Largest word.
    static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }

    /// The next word.
    result_type operator()() {
        if (used_ == words_.size()) {
            words_ = block(next_block_++);
            used_ = 0;
        }
        return words_[used_++];
    }

    /// Fill `blocks` with the next whole blocks, in bulk; words left over by operator() are skipped.
    void fill(std::span<Block> blocks);

private:
    Block block(std::uint64_t index) const;

    std::uint64_t seed_;
    std::uint64_t trajectory_;
    Purpose purpose_;
    std::uint64_t next_block_ = 0;
    Block words_{};
    std::size_t used_ = 2;
};

/// A double strictly inside (0, 1) from the upper 52 bits of a word: the middle of one of 2^52 equal cells.
inline double open_unit(std::uint64_t word) {
    return (static_cast<double>(word >> 12) + 0.5) * 0x1p-52;
}

}  // namespace dickejump
