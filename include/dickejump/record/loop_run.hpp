#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "dickejump/record/detector.hpp"

namespace dickejump {

/// What is known at the start of a tick, when a controller sets the pump.
struct LoopTick {
    std::int64_t index;              ///< 0, 1, ..
    double time;                     ///< [1/gamma]
    std::int64_t n;                  ///< the true level, for servos that may know it
    std::span<const Photon> clicks;  ///< of the tick before, in order of time
};

/// Sets the pump w >= 0 [gamma] for a tick. Asked once a tick, in order; one for each run.
using Controller = std::function<double(const LoopTick&)>;

/// One tick of a run of a closed loop.
struct LoopStep {
    double pump = 0.0;                        ///< w as the controller set it [gamma]
    double pumping = 0.0;                     ///< int A_n dt
    std::int32_t n = 0;                       ///< where it begins; single atoms change it too
    std::int32_t ups = 0,                     ///< J+
        downs = 0;                            ///< J-
    std::array<std::int32_t, 3> clicks = {};  ///< of the detector, by Channel
};

/// One run of a closed loop.
struct LoopRun {
    std::int64_t start = 0,            ///< n at t = 0
        end = 0,                       ///< and where the run ends
        twice_j = -1;                  ///< 2j there, where single atoms act; else -1
    std::vector<LoopStep> ticks = {};  ///< in order
    /// Of the detector, in order of time; empty where they are counted only.
    std::vector<Photon> clicks = {};
};

/// Adds to `problems` what the detector of a loop cannot have where each click is taken for what it is: as
/// `check(detector)`, and dead time, jitter, a gate or bins.
void check_loop(const Detector& detector, Problems& problems);

}  // namespace dickejump
