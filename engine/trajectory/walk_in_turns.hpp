#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "dickejump/model/stop_request.hpp"
#include "dickejump/trajectory/window.hpp"

namespace dickejump {

/// Ticks a window of the reference samplers: long enough to forget the cost of passing it on, short enough to
/// stay in the cache.
inline constexpr std::int64_t window_ticks = 64;

/// A jump waits for the one before it (division, square root: some 80 cycles). Jumps of different
/// trajectories do not wait for each other, so a few take turns and the processor overlaps them.
inline constexpr int walks_together = 16;

/// Fill a window by walks, one a lane (`LadderWalk`, `SpinWalk`). Inlined, so that callers choose the
/// processor.
template <Quantities wanted, class Walk>
inline __attribute__((always_inline)) void walk_in_turns(Window& window, std::vector<Walk>& walks,
                                                         SparseCheck& listen) {
    for (int first = 0; first < window.lanes; first += walks_together) {
        const int end = std::min(first + walks_together, window.lanes);
        for (int tick = 0; tick < window.ticks; ++tick) {
            const double time = window.grid.time(window.first_tick + tick + 1);
            // Lanes that still have to jump in this tick, in any order.
            std::array<int, walks_together> active;
            int count = 0;
            for (int lane = first; lane < end; ++lane) {
                active[static_cast<std::size_t>(count)] = lane;
                count += walks[static_cast<std::size_t>(lane)].jumps_by(time);
            }
            while (count > 0) {
                listen();
                int left = 0;
                for (int i = 0; i < count; ++i) {
                    const int lane = active[static_cast<std::size_t>(i)];
                    auto& walk = walks[static_cast<std::size_t>(lane)];
                    walk.template jump<wanted>(
                        window.tags.empty() ? nullptr : &window.tags[static_cast<std::size_t>(lane)]);
                    active[static_cast<std::size_t>(left)] = lane;
                    left += walk.jumps_by(time);
                }
                count = left;
            }
            for (int lane = first; lane < end; ++lane)
                walks[static_cast<std::size_t>(lane)].template close_tick<wanted>(
                    window, window.at(tick, lane), time);
        }
    }
    if constexpr ((wanted & (Quantities::crossings_up | Quantities::crossings_down)) != Quantities::none)
        for (std::size_t lane = 0; lane < walks.size(); ++lane) {
            window.first_crossing[lane] = walks[lane].first_crossing();
            window.last_crossing[lane] = walks[lane].last_crossing();
        }
}

}  // namespace dickejump
