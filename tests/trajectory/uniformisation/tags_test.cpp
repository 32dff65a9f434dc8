#include "trajectory/uniformisation/tags.hpp"

#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <vector>

#include "trajectory/uniformisation/event_times.hpp"

using namespace dickejump;
using namespace dickejump::uniformisation;

TEST_CASE("jumps of the blocks of a segment become tags with the times of their events, of the lanes shown") {
    const auto pack = std::make_unique<Pack>();
    Segment segment{};
    segment.index = 3, segment.begin = 1.0, segment.length = 0.5, segment.end = 1.5;
    std::vector<Jump> of_lane_2, of_lane_63;
    std::array<std::vector<Jump>*, pack_size> shown{};
    shown[2] = &of_lane_2, shown[63] = &of_lane_63;
    SegmentTask task{};
    task.segment = &segment, task.pack = pack.get(), task.shown = shown.data();
    for (int lane = 0; lane < pack_size; ++lane)
        pack->events[lane] = 100 + lane, pack->time_keys[lane] = 50u + static_cast<unsigned>(lane);
    for (int k = 0; k < block_size; ++k)
        pack->up_lanes[k] = pack->down_lanes[k] = 0;

    // Lane 2: up at the event 1, down at 3; and up at 60. Lane 63: down at 3. Lane 7 is not shown.
    pack->up_lanes[0] = LaneBits{1} << 2 | LaneBits{1} << 7;
    pack->down_lanes[2] = LaneBits{1} << 2 | LaneBits{1} << 63;
    task.done = 0;
    note_jumps(task, block_size);
    pack->up_lanes[0] = pack->down_lanes[2] = 0;
    pack->up_lanes[3] = LaneBits{1} << 2;
    pack->up_lanes[50] = LaneBits{1} << 2;  // beyond the last event of the block
    task.done = 56;
    note_jumps(task, 44);
    write_tags(task);

    const auto time = [&](int lane, std::int32_t event) {
        const auto place = place_of(task, lane, event);
        return EventTimes(pack->time_keys[lane], place)(event);
    };
    CHECK(of_lane_2 == std::vector<Jump>{{time(2, 1), Process::collective_pumping},
                                         {time(2, 3), Process::collective_emission},
                                         {time(2, 60), Process::collective_pumping}});
    CHECK(of_lane_63 == std::vector<Jump>{{time(63, 3), Process::collective_emission}});
    CHECK(of_lane_2[0].time < of_lane_2[1].time);
    CHECK(of_lane_2[1].time < of_lane_2[2].time);
    CHECK(pack->lane_jumps[7].event.empty());
    // All of it is told, and not again.
    write_tags(task);
    CHECK(of_lane_2.size() == 3);
    CHECK(of_lane_63.size() == 1);
}
