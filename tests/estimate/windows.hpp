#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "dickejump/trajectory/window.hpp"

namespace dickejump::test {

/// Shows an observer runs of given levels, runs[run][tick] from tick 0 on, in windows of so many ticks.
template <class Observer>
void show(const TickGrid& grid, const std::vector<std::vector<std::int32_t>>& runs, int ticks,
          Observer& observer) {
    for (std::int64_t first = 0; first < grid.ticks; first += ticks) {
        Window window;
        window.grid = grid;
        window.first_tick = first;
        window.ticks = static_cast<int>(std::min<std::int64_t>(ticks, grid.ticks - first));
        window.lanes = static_cast<int>(runs.size());
        for (const auto& run : runs)
            window.start.push_back(run[0]);
        for (int t = 0; t < window.ticks; ++t)
            for (const auto& run : runs)
                window.n.push_back(run[static_cast<std::size_t>(first + t + 1)]);
        observer.observe(window);
    }
}

}  // namespace dickejump::test
