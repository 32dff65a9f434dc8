#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "dickejump/trajectory/window.hpp"
#include "trajectory/uniformisation/pack_size.hpp"
#include "trajectory/uniformisation/shown_lanes.hpp"

namespace dickejump::uniformisation {

/// Where the columns of a pack in a tick go: null if not wanted.
struct TickColumns {
    std::int32_t* n;
    std::int64_t *up, *down;
    double* n_dt;
};

/// The columns of a tick of a pack: those of the window, or, where the window shows only a part of the pack,
/// others from which that part is copied.
class ColumnsOfPack {
public:
    ColumnsOfPack(Window& window, const ShownLanes& shown) : window_(window), shown_(shown) {}

    TickColumns operator()(int tick) {
        const auto to = [&](auto& column, auto& spare) {
            return column.empty() ? nullptr : shown_.all() ? column.data() + cell(tick) : spare.data();
        };
        return {.n = to(window_.n, n_),
                .up = to(window_.jumps_up, up_),
                .down = to(window_.jumps_down, down_),
                .n_dt = to(window_.n_dt, n_dt_)};
    }

    /// The columns of the tick are full.
    void show(int tick) {
        if (shown_.all()) return;
        const auto copy = [&](const auto& spare, auto& column) {
            if (!column.empty())
                std::copy(spare.data() + shown_.begin, spare.data() + shown_.end, column.data() + cell(tick));
        };
        copy(n_, window_.n), copy(up_, window_.jumps_up), copy(down_, window_.jumps_down);
        copy(n_dt_, window_.n_dt);
    }

private:
    std::size_t cell(int tick) const { return window_.at(tick, shown_.in_window(shown_.begin)); }

    Window& window_;
    ShownLanes shown_;
    std::array<std::int32_t, pack_size> n_;
    std::array<std::int64_t, pack_size> up_, down_;
    std::array<double, pack_size> n_dt_;
};

}  // namespace dickejump::uniformisation
