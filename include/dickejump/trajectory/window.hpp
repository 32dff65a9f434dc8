#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "dickejump/model/process.hpp"
#include "dickejump/model/stop_request.hpp"
#include "dickejump/model/tick_grid.hpp"
#include "dickejump/random/purpose.hpp"

namespace dickejump {

/// What a sampler can tell of a run beyond the state at every tick, and what an observer may need: a set of
/// flags.
enum class Quantities : unsigned {
    none = 0,
    jumps = 1,           ///< jumps up and down, per tick
    level_integral = 2,  ///< int n dt, per tick
    crossings_up = 4,    ///< first upward arrival at 2n >= N, last upward departure from 2n <= N
    crossings_down = 8,  ///< the same downward: arrival at 2n <= N, departure from 2n >= N
    time_tags = 16,      ///< every jump with its time
    spin = 32,           ///< 2j and the jumps of single atoms, per tick
};
/// All that either has.
constexpr Quantities operator|(Quantities a, Quantities b) {
    return Quantities(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
/// What both have.
constexpr Quantities operator&(Quantities a, Quantities b) {
    return Quantities(static_cast<unsigned>(a) & static_cast<unsigned>(b));
}
/// Whether every flag of `part` is set in `whole`.
constexpr bool contains(Quantities whole, Quantities part) {
    return (whole & part) == part;
}

/// Consecutive trajectories that are simulated together, one in each lane.
struct Lanes {
    std::uint64_t seed = 1;             ///< of the ensemble
    std::int64_t first_trajectory = 0;  ///< index of the one in lane 0
    int count = 1;                      ///< lanes, at least 1
    Purpose purpose = Purpose::ladder;  ///< the stream that they draw from
    StopRequest stop = {};              ///< asked within long windows, which then end with Stopped
};

/// A finished stretch of a run: the table [tick][lane] of all lanes over the ticks (first_tick, first_tick +
/// ticks].
///
/// Columns are row-major, value(t, lane) = column[t * lanes + lane] with t = 0 the tick that ends at
/// grid.time(first_tick + 1). Columns that nobody asked for are empty.
struct Window {
    TickGrid grid;                ///< of the whole run
    std::int64_t first_tick = 0;  ///< ticks of the run before this window
    int ticks = 0;                ///< in this window
    int lanes = 0;                ///< trajectories side by side

    std::vector<std::int32_t> start;        ///< [lane] n at the start of the whole run
    std::vector<std::int32_t> n;            ///< [tick][lane] n at the end of the tick
    std::vector<std::int64_t> jumps_up;     ///< [tick][lane] collective
    std::vector<std::int64_t> jumps_down;   ///< [tick][lane]
    std::vector<double> n_dt;               ///< [tick][lane] int n dt over the tick [1/gamma]
    std::vector<std::int32_t> twice_j;      ///< [tick][lane] 2j at the end of the tick
    std::vector<std::int64_t> local_jumps;  ///< [tick][lane] of all local processes
    std::vector<double> first_crossing;     ///< [lane] time of the first arrival so far, NaN if none
    std::vector<double> last_crossing;      ///< [lane] time of the last departure so far, NaN if none
    std::vector<std::vector<Jump>> tags;    ///< [lane] the jumps of this window, in order

    /// Place of a tick of the window and a lane in a column.
    std::size_t at(int tick, int lane) const {
        return static_cast<std::size_t>(tick) * static_cast<std::size_t>(lanes) +
               static_cast<std::size_t>(lane);
    }
    /// Whether the run ends with this window.
    bool last() const { return first_tick + ticks == grid.ticks; }
};

/// What every observer demands of a window: a start for every lane, levels and the columns of `needs` for
/// every tick and lane, within the run.
/// @throws InvalidInput naming what is missing
void check_window(const Window& window, Quantities needs = Quantities::none);
/// The same of one that keeps something of each of its lanes from window to window.
/// @param lanes  of which it has something: those of the window, but at the start of a run
void check_window(const Window& window, Quantities needs, std::size_t lanes);

/// Receives the windows of a block in order of time. The window is reused: copy what must outlive the call.
using WindowSink = std::function<void(const Window&)>;

}  // namespace dickejump
