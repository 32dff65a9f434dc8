#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

#include "dickejump/model/invalid_input.hpp"
#include "dickejump/trajectory/ladder_setup.hpp"
#include "dickejump/trajectory/window.hpp"

namespace dickejump {

/// What every sampler demands of its run.
inline void check_run(const LadderSetup& setup, Problems& problems) {
    const auto& [ladder, pump, grid, start] = setup;
    problems.require(std::isfinite(grid.duration) && grid.duration > 0.0,
                     "duration = " + text(grid.duration) + " (a run lasts some time) make it positive");
    problems.require(grid.ticks >= 1,
                     "ticks = " + std::to_string(grid.ticks) + " (a run has at least one tick) pass more");
    problems.require(start.kind == StartState::Kind::steady || (start.n >= 0 && start.n <= ladder.atoms()),
                     "start level n = " + std::to_string(start.n) + " (the ladder has 0.." +
                         std::to_string(ladder.atoms()) + ") choose one of them");
    problems.require(
        start.kind == StartState::Kind::dicke || (std::isfinite(start.pump) && start.pump >= 0.0),
        "start pump = " + text(start.pump) + " (a rate is not negative) pass w >= 0");
}

/// As above, on its own. @throws InvalidInput with everything that is wrong.
inline void check_run(const LadderSetup& setup) {
    Problems problems;
    check_run(setup, problems);
    problems.raise();
}

/// Where a run starts, for a uniform number that a known level does not use.
inline std::int64_t start_level(const LadderSetup& setup, double u) {
    return setup.start.kind == StartState::Kind::dicke
               ? setup.start.n
               : steady_state_quantile(setup.ladder, setup.start.pump, u);
}

/// @throws InvalidInput if more is wanted than there is, or both directions at once.
inline void check_wanted(Quantities provides, Quantities wanted) {
    Problems problems;
    problems.require(contains(provides, wanted),
                     "quantities wanted (this kernel does not have all of them) use LadderSampler");
    problems.require(!contains(wanted, Quantities::crossings_up | Quantities::crossings_down),
                     "crossings wanted both ways (a run is observed in one direction) ask for one");
    problems.raise();
}

/// The same for one call of a sampler. @throws InvalidInput also if there are no lanes, they begin before the
/// first trajectory, or nobody looks.
inline void check_call(Quantities provides, Quantities wanted, const Lanes& lanes, const WindowSink& sink) {
    check_wanted(provides, wanted);
    Problems problems;
    problems.require(lanes.count >= 1, "lanes = " + std::to_string(lanes.count) +
                                           " (a call simulates at least one trajectory) give more");
    problems.require(lanes.first_trajectory >= 0,
                     "first trajectory = " + std::to_string(lanes.first_trajectory) +
                         " (they are counted from 0) start there or later");
    problems.require(bool{sink}, "no sink (windows are shown to somebody) pass a function that takes them");
    problems.raise();
}

inline bool any(Quantities wanted, Quantities quantity) {
    return (wanted & quantity) != Quantities::none;
}

/// A window of at most `ticks` ticks with the columns that are wanted.
inline Window make_window(const TickGrid& grid, std::int64_t ticks, int lanes, Quantities wanted) {
    Window window;
    window.grid = grid;
    window.lanes = lanes;
    const auto count = static_cast<std::size_t>(lanes);
    const auto cells = static_cast<std::size_t>(std::min(ticks, grid.ticks)) * count;
    window.start.resize(count);
    window.n.resize(cells);
    if (any(wanted, Quantities::jumps)) window.jumps_up.resize(cells), window.jumps_down.resize(cells);
    if (any(wanted, Quantities::level_integral)) window.n_dt.resize(cells);
    if (any(wanted, Quantities::crossings_up | Quantities::crossings_down))
        window.first_crossing.resize(count), window.last_crossing.resize(count);
    if (any(wanted, Quantities::time_tags)) window.tags.resize(count);
    if (any(wanted, Quantities::spin)) window.twice_j.resize(cells), window.local_jumps.resize(cells);
    return window;
}

/// The levels of a crossing of J_z = 0: where a run first arrives (2n >= N upwards), and where a jump takes
/// it when it leaves for good (2n <= N behind it).
struct CrossingLevels {
    std::int64_t arrived, departed;
    int step;  ///< +1 upwards, -1 downwards

    static CrossingLevels of(const DickeLadder& ladder, bool up) {
        const std::int64_t above = (ladder.atoms() + 1) / 2, below = ladder.atoms() / 2;
        return up ? CrossingLevels{above, below + 1, 1} : CrossingLevels{below, above - 1, -1};
    }
};

}  // namespace dickejump
