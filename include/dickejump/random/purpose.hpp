#pragma once

#include <cstdint>

#include "dickejump/model/direction.hpp"

namespace dickejump {

/// What a random stream is for. Every stream of the project is listed here, so that no two uses of one
/// trajectory can share numbers. Values are part of the reproducibility contract: append, never renumber.
enum class Purpose : std::uint64_t {
    ladder = 1,          ///< a single ladder trajectory (library use)
    scan_up = 2,         ///< the up leg of a scan
    scan_down = 3,       ///< the down leg of a scan
    side_up = 4,         ///< photons to the side, up leg
    side_down = 5,       ///< photons to the side, down leg
    wavefunction = 32,   ///< an ensemble of ladder, effective or three-level trajectories
    diffusion = 33,      ///< trajectories under continuous measurement of the cavity output
    steady_shot = 40,    ///< one measurement of J_z in the steady state
    measure = 45,        ///< a run under a pump at rest or of any schedule
    loop = 43,           ///< a run of a closed loop
    loop_detector = 44,  ///< what a detector sees of it
    prior = 41,          ///< the true pump of a record that calibrates a likelihood
    experiment = 42,     ///< legs and rests of an experiment, one after the other
    detector = 64,       ///< first of 32: see detector_purpose
    test = 1000,         ///< free for tests
};

/// Runs that calibrate estimators are trajectories from here on, of the same streams: no ensemble gets this
/// far.
inline constexpr std::int64_t first_calibration_run = std::int64_t{1} << 62;

/// The chances of one channel of a detector.
enum class DetectorChance : unsigned { efficiency = 0, background = 1, jitter = 2, dead_time = 3 };

/// The stream of photons to the side of a leg.
constexpr Purpose side_purpose(Direction leg) {
    return leg == Direction::up ? Purpose::side_up : Purpose::side_down;
}

/// The stream of one chance of one channel (0, 1, 2 as of Channel) on a leg.
constexpr Purpose detector_purpose(Direction leg, unsigned channel, DetectorChance chance) {
    const auto offset = 16u * (leg == Direction::up ? 0u : 1u) + 4u * channel + static_cast<unsigned>(chance);
    return Purpose(static_cast<std::uint64_t>(Purpose::detector) + offset);
}

}  // namespace dickejump
