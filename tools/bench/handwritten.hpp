#pragma once

#include <cstdint>

/// The yardstick: an up scan from the ground state as a physicist writes it by hand, with the standard
/// library's generator and distributions, rates computed where they are needed and the closed-form waiting
/// time. Compiled for the processor at hand (-O3 -march=native), as one does with one's own code.
struct Handwritten {
    std::int64_t jumps;
    double final_jz;  ///< mean over runs
};
Handwritten handwritten(int atoms, double rate, double half_width, std::int64_t trajectories,
                        std::uint64_t seed);
