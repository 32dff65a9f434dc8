#pragma once

#include <algorithm>
#include <cstdint>

#include "dickejump/trajectory/window.hpp"
#include "trajectory/uniformisation/pack_size.hpp"

namespace dickejump::uniformisation {

/// The lanes of a pack that a window shows: all trajectories of a pack are always simulated together, though
/// perhaps only some were asked for.
struct ShownLanes {
    int begin, end;       ///< of the pack
    std::int64_t offset;  ///< the window's lane of the pack's lane 0; negative if that is not shown

    /// Of the pack of the trajectories first_trajectory, .. , first_trajectory + 63.
    static ShownLanes of(const Lanes& lanes, std::int64_t first_trajectory) {
        const auto offset = first_trajectory - lanes.first_trajectory;
        const auto end = std::min<std::int64_t>(pack_size, lanes.count - offset);
        return {static_cast<int>(std::max<std::int64_t>(0, -offset)), static_cast<int>(end), offset};
    }
    bool all() const { return begin == 0 && end == pack_size; }
    int in_window(int lane) const { return static_cast<int>(offset + lane); }
};

}  // namespace dickejump::uniformisation
