#pragma once

#include <cstdint>
#include <vector>

#include "dickejump/model/process.hpp"
#include "dickejump/trajectory/ladder_setup.hpp"
#include "dickejump/trajectory/window.hpp"
#include "random/split_mix.hpp"
#include "trajectory/run_setup.hpp"
#include "trajectory/uniformisation/event_times.hpp"
#include "trajectory/uniformisation/pack_size.hpp"
#include "trajectory/uniformisation/poisson_tables.hpp"
#include "trajectory/uniformisation/segments.hpp"
#include "trajectory/uniformisation/surplus_events.hpp"

namespace dickejump::uniformisation {

/// Events between two looks at the sums. A word holds a bit for each.
inline constexpr int block_size = 56;

/// The jumps of a lane in a segment.
struct LaneJumps {
    std::vector<std::int32_t> event;
    std::vector<Process> process;
};

/// 64 trajectories under way, a lane each. Vectors load from what is aligned.
struct Pack {
    alignas(64) std::uint64_t random[2][generators];  ///< four sixteen-bit lanes to each
    alignas(64) std::uint16_t n[pack_size];           ///< scaled, see `Thresholds`
    alignas(64) std::int32_t level[pack_size];        ///< n
    SplitMix surplus_chance = {};                     ///< of the pack's surplus events
    std::uint64_t decision_keys[pack_size] = {};      ///< of further bits of rho
    std::uint64_t time_keys[pack_size] = {};          ///< of the times of events

    // Of a block.
    alignas(64) std::uint16_t jumped[pack_size];    ///< number of jumps
    alignas(64) std::int16_t moved[pack_size];      ///< n less n at its begin
    alignas(64) std::int16_t moved_sum[pack_size];  ///< sum over its events of n less n at its begin
    alignas(64) std::uint16_t past_own[pack_size];  ///< the first event, from 1, that is not the lane's
    LaneBits surplus[block_size] = {}, companion[block_size] = {};  ///< by event
    LaneBits arrivals[block_size], departures[block_size];  ///< by event, if crossings are watched for
    LaneBits up_lanes[block_size], down_lanes[block_size];  ///< by event, if tags are wanted

    // Of a segment.
    alignas(64) std::uint64_t words[pack_size], noise[pack_size];
    alignas(64) std::int32_t events[pack_size];
    alignas(64) std::int32_t start[pack_size];  ///< n at its begin
    alignas(64) std::int32_t jumps[pack_size];
    alignas(64) double sum[pack_size];  ///< over its events of n less n at its begin
    SurplusEvents surplus_events;
    LaneJumps lane_jumps[pack_size];  ///< if tags are wanted
    std::vector<double> times;        ///< room for those of the jumps of a lane

    // Of a tick.
    alignas(64) std::int32_t before[pack_size];  ///< n at its begin
    alignas(64) std::int64_t tick_jumps[pack_size];
    alignas(64) double n_dt[pack_size];

    // Crossings so far. Their times are found at the end of a window.
    bool arrived[pack_size] = {};                                    ///< whether there was a first arrival
    bool first_is_new[pack_size] = {}, last_is_new[pack_size] = {};  ///< in this window
    EventPlace first[pack_size], last[pack_size];
    double first_time[pack_size], last_time[pack_size];  ///< NaN if there is none
};

/// The pack of the trajectories from `first_trajectory` on, at t = 0.
void start(Pack& pack, const LadderSetup& setup, std::uint64_t seed, Purpose purpose,
           std::int64_t first_trajectory);

/// What the events of a segment need beside the pack.
struct SegmentTask {
    const Segment* segment;
    const PoissonTable* numbers;  ///< of events
    double atoms;
    CrossingLevels levels;
    bool crossings, tags;
    std::int32_t done;  ///< events of the segment before the block
    Pack* pack;
    std::vector<Jump>* const* shown;  ///< [lane] where tags go, null for lanes that are not asked for
    SparseCheck listen = {};
};

/// All that the time of an event of a lane is a function of.
inline EventPlace place_of(const SegmentTask& task, int lane, std::int32_t event) {
    const auto& segment = *task.segment;
    return {.segment = segment.index,
            .events = task.pack->events[lane],
            .event = event,
            .begin = segment.begin,
            .length = segment.length,
            .end = segment.end};
}

/// A block of events of all lanes.
struct EventBlock {
    int events;             ///< of the lane that has most
    int shared;             ///< of the lane that has least
    std::uint64_t special;  ///< events at which some lane has a surplus event or a companion, or all for tags
};

/// Crossings to look for in a block.
enum class Watch { none, up, down };

}  // namespace dickejump::uniformisation
