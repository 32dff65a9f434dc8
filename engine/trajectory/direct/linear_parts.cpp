#include "trajectory/direct/linear_parts.hpp"

#include <algorithm>

namespace dickejump::direct {

void LinearParts::resize(std::size_t parts) {
    for (auto* column : {&length, &slope, &pump, &ceiling, &rest})
        column->resize(parts);
    next.resize(parts), closes_tick.resize(parts);
}

std::size_t most_parts(const PumpSchedule& pump, std::int64_t ticks) {
    return static_cast<std::size_t>(ticks) + pump.pieces().size() + 1;
}

void fill_window(LinearParts& parts, std::size_t at, const PumpSchedule& pump, const TickGrid& grid,
                 std::int64_t first_tick, int ticks) {
    const auto pieces = pump.pieces();
    const double window_end = grid.time(first_tick + ticks);
    std::size_t piece = 0;
    const auto add = [&](double from, double to, bool closes_tick) {
        parts.length[at] = to - from;
        parts.pump[at] = std::max(0.0, pieces[piece].at(to));
        parts.ceiling[at] = std::max(parts.pump[at], pieces[piece].at(from));
        parts.slope[at] = pieces[piece].slope;
        parts.rest[at] = window_end - to;
        parts.closes_tick[at] = closes_tick;
        parts.next[at] = static_cast<std::int64_t>(at) + 1;
        ++at;
    };
    for (auto tick = first_tick; tick < first_tick + ticks; ++tick) {
        double from = grid.time(tick);
        const double to = grid.time(tick + 1);
        while (pieces[piece].end <= from)
            ++piece;
        for (; pieces[piece].end < to; ++piece) {
            add(from, pieces[piece].end, false);
            from = pieces[piece].end;
        }
        add(from, to, true);
    }
    add(window_end, window_end, false);
    --parts.next[at - 1];
}

}  // namespace dickejump::direct
