#pragma once

#include <algorithm>
#include <cstdint>

#include "dickejump/model/dicke_ladder.hpp"

namespace dickejump {

/// A servo that holds J_z = 0: from what is known of x = 2 J_z/N at the start of a tick it sets
/// w = gamma max(0, 1 - gain x) for the tick.
struct ProportionalServo {
    double gain = 0.5;  ///< how strongly w answers to x; from 1 on w may be set to 0

    /// w [gamma]; 0 where gain or x is NaN
    double pump(double x) const { return std::max(0.0, 1.0 - gain * x); }
    /// Whether some x between -1 and 1 sets w to 0, where one pumping jump tells everything.
    bool reaches_zero() const { return gain >= 1.0; }
    /// x at level n.
    static double error_signal(const DickeLadder& ladder, double n) {
        return 2.0 * ladder.jz(n) / static_cast<double>(ladder.atoms());
    }
};

}  // namespace dickejump
