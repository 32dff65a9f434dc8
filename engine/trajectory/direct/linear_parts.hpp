#pragma once

#include <cstdint>
#include <vector>

#include "dickejump/model/pump_schedule.hpp"
#include "dickejump/model/tick_grid.hpp"

namespace dickejump::direct {

/// The parts of windows in which w is linear, none longer than a tick; only where w has knots. As columns,
/// from which the lanes of a vector gather. Times in 1/gamma, rates in gamma.
struct LinearParts {
    std::vector<double> length, slope;  ///< slope: dw/dt
    std::vector<double> pump, ceiling;  ///< w at its end, the highest w in it
    std::vector<double> rest;           ///< time from its end to that of the window
    std::vector<std::int64_t> next;     ///< the part after it
    std::vector<char> closes_tick;      ///< whether a tick ends with it

    void resize(std::size_t parts);
};

/// Parts that a window of so many ticks can have at most, with the one at its end.
std::size_t most_parts(const PumpSchedule& pump, std::int64_t ticks);

/// Write the parts of the window of the ticks (first_tick, first_tick + ticks], from the row `at` on. The
/// window ends with a part of no length that follows itself: whoever is through stays there.
void fill_window(LinearParts& parts, std::size_t at, const PumpSchedule& pump, const TickGrid& grid,
                 std::int64_t first_tick, int ticks);

}  // namespace dickejump::direct
