#pragma once

#include <cmath>

#include "dickejump/random/stream.hpp"

namespace dickejump {

/// Shows the times of arrivals that come at a constant rate, up to the duration of the run, in order.
template <class See>
void each_background(double rate, Stream stream, double duration, const See& see) {
    for (double time = 0.0; (time += -std::log(open_unit(stream())) / rate) < duration;)
        see(time);
}

}  // namespace dickejump
