#pragma once

// Tested through pack_test.cpp: numbers only.

#include <cstdint>

namespace dickejump::uniformisation {

/// Trajectories that share generators, and how many share each: a word has four sixteen-bit random numbers.
inline constexpr int pack_size = 64;
inline constexpr int lanes_per_generator = 4;
inline constexpr int generators = pack_size / lanes_per_generator;

/// A bit for each lane of a pack.
using LaneBits = std::uint64_t;

}  // namespace dickejump::uniformisation
