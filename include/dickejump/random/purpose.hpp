#pragma once

#include <cstdint>

namespace dickejump {

/// What a random stream is for. Every stream of the project is listed here, so that no two uses of one
/// trajectory can share numbers. Values are part of the reproducibility contract: append, never renumber.
enum class Purpose : std::uint64_t {
    ladder = 1,         ///< a single ladder trajectory (library use)
    scan_up = 2,        ///< the up leg of a scan
    scan_down = 3,      ///< the down leg of a scan
    wavefunction = 32,  ///< an ensemble of ladder, effective or three-level trajectories
    diffusion = 33,     ///< trajectories under continuous measurement of the cavity output
    test = 1000,        ///< free for tests
};

}  // namespace dickejump
