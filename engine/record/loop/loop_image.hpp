#pragma once

#include <cstddef>
#include <cstdint>

namespace dickejump::loop {

/// Runs side by side at most: two vectors of eight.
inline constexpr std::size_t most_lanes = 16;
/// Steps of a chunk at most.
inline constexpr int most_steps = 16;

/// The lanes of a loop between two chunks of steps. A lane without time left stays as it is.
struct LoopImage {
    alignas(64) std::uint64_t random[4][most_lanes];  ///< state of its generator
    alignas(64) double n[most_lanes];                 ///< level
    alignas(64) double left[most_lanes];              ///< time left of the tick [1/gamma]
    alignas(64) double pump[most_lanes];              ///< w [gamma]
    alignas(64) double pumped[most_lanes];            ///< int A_n dt of the tick
    alignas(64) double n_dt[most_lanes];              ///< int n dt of the tick [1/gamma]
    alignas(64) double jumps[most_lanes];             ///< of the tick
    alignas(64) double length[most_lanes];            ///< of the next tick [1/gamma]; 0: there is none

    // Of a tick that ended in the chunk. The next one has begun, under the pump of a perfect servo.
    alignas(64) double ended_pumped[most_lanes];  ///< int A_n dt
    alignas(64) double ended_n_dt[most_lanes];    ///< int n dt [1/gamma]
    alignas(64) double ended_jumps[most_lanes];   ///< J+ and J-
    alignas(64) double set[most_lanes];           ///< what a perfect servo sets next [gamma]
};

/// What every step of a chunk left behind.
struct LoopLog {
    alignas(64) double n[most_steps][most_lanes];
    alignas(64) double left[most_steps][most_lanes];
};

/// What is the same for all lanes and chunks.
struct LoopSteps {
    double atoms, linewidth;  ///< linewidth: gamma_r/(2 delta)
    double gain, theta;       ///< of a perfect servo; what is set is less than w by theta [gamma]
    int steps;                ///< of a chunk, at most `most_steps`
    bool n_dt, log;           ///< whether int n dt is wanted; the log
};

}  // namespace dickejump::loop
