#pragma once

#include <cstdint>

namespace dickejump {

/// The equal ticks of a run, 0 = t_0 < t_1 < .. < t_ticks = duration [1/gamma]: where samplers and observers
/// meet. A function of model, protocol and method only, so that what is observed never changes a trajectory.
struct TickGrid {
    double duration = 0.0;
    std::int64_t ticks = 1;

    double time(std::int64_t tick) const {
        return duration * (static_cast<double>(tick) / static_cast<double>(ticks));
    }
    double tick() const { return duration / static_cast<double>(ticks); }
};

}  // namespace dickejump
