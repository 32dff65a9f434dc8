#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace dickejump {

/// The equal ticks of a run, 0 = t_0 < t_1 < .. < t_ticks = duration [1/gamma]: where samplers and observers
/// meet. A function of model, protocol and method only, so that what is observed never changes a trajectory.
struct TickGrid {
    double duration = 0.0;   ///< of the run [1/gamma]
    std::int64_t ticks = 1;  ///< equal parts of it

    /// End of tick number `tick`, 0 for the start [1/gamma].
    double time(std::int64_t tick) const {
        return duration * (static_cast<double>(tick) / static_cast<double>(ticks));
    }
    /// Length of one [1/gamma].
    double tick() const { return duration / static_cast<double>(ticks); }
};

/// The ticks first, first + 1, .., last - 1 of a run.
struct TickRange {
    std::int64_t first = 0,  ///< first of them
        last = 0;            ///< one behind the last

    /// How many there are.
    std::int64_t size() const { return last - first; }
    /// Whether there is none.
    bool empty() const { return last <= first; }
    /// Those of the values of a run that are of these ticks. @param values  [tick]
    template <class T>
    std::span<const T> of(std::span<const T> values) const {
        return values.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(size()));
    }
};

}  // namespace dickejump
