#include "trajectory/uniformisation/crossings.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <memory>

#include "trajectory/uniformisation/event_times.hpp"

using namespace dickejump;
using namespace dickejump::uniformisation;

namespace {

constexpr int quiet = 5, busy = 9;  // lanes

struct Setting {
    std::unique_ptr<Pack> pack = std::make_unique<Pack>();
    Segment segment{};
    SegmentTask task{};

    Setting() {
        segment.index = 3, segment.begin = 1.0, segment.length = 0.5, segment.end = 1.5;
        task.segment = &segment, task.pack = pack.get(), task.done = 112;
        for (int lane = 0; lane < pack_size; ++lane) {
            pack->events[lane] = 200, pack->time_keys[lane] = 1000u + static_cast<unsigned>(lane);
            pack->first_time[lane] = pack->last_time[lane] = std::nan("");
        }
        clear();
    }
    void clear() {
        for (int k = 0; k < block_size; ++k)
            pack->arrivals[k] = pack->departures[k] = 0;
    }
    double time(int lane, std::int32_t event) const {
        const auto place = place_of(task, lane, event);
        return EventTimes(pack->time_keys[lane], place)(event);
    }
};

Window window_of(int lanes) {
    Window window;
    window.lanes = lanes;
    window.first_crossing.assign(static_cast<std::size_t>(lanes), -7.0);
    window.last_crossing = window.first_crossing;
    return window;
}

}  // namespace

TEST_CASE(
    "of the crossings of blocks the first is kept and the last replaced, each as an event of the segment") {
    Setting setting;
    auto& pack = *setting.pack;
    const auto bit = LaneBits{1} << busy;
    pack.arrivals[4] = pack.arrivals[20] = bit;
    pack.departures[5] = pack.departures[30] = bit;
    note_crossings(setting.task, block_size);
    CHECK(pack.first[busy].event == 112 + 5);
    CHECK(pack.last[busy].event == 112 + 31);
    CHECK(pack.first[busy].segment == 3);
    CHECK(pack.first[busy].events == 200);
    CHECK(pack.arrived[busy]);
    CHECK_FALSE(pack.arrived[quiet]);
    CHECK_FALSE(pack.last_is_new[quiet]);
    setting.clear();
    setting.task.done = 168;
    pack.arrivals[0] = pack.departures[1] = bit;
    note_crossings(setting.task, block_size);
    CHECK(pack.first[busy].event == 112 + 5);
    CHECK(pack.last[busy].event == 168 + 2);
}

TEST_CASE("events that the block does not have are not looked at") {
    Setting setting;
    setting.pack->arrivals[30] = setting.pack->departures[30] = ~LaneBits{0};
    note_crossings(setting.task, 30);
    CHECK_FALSE(setting.pack->arrived[busy]);
    CHECK_FALSE(setting.pack->last_is_new[busy]);
}

TEST_CASE("a window shows the times of the crossings so far, of its own lanes") {
    Setting setting;
    auto& pack = *setting.pack;
    pack.arrivals[4] = pack.departures[6] = LaneBits{1} << busy;
    note_crossings(setting.task, block_size);
    // Lanes 5 .. 9 of the pack are the window's 0 .. 4.
    const ShownLanes shown{.begin = quiet, .end = busy + 1, .offset = -quiet};
    auto window = window_of(5);
    write_crossings(pack, shown, window);
    CHECK(window.first_crossing[4] == setting.time(busy, 112 + 5));
    CHECK(window.last_crossing[4] == setting.time(busy, 112 + 7));
    CHECK(std::isnan(window.first_crossing[0]));
    CHECK(std::isnan(window.last_crossing[0]));
    // The next window without a crossing shows the same, one with another departure that.
    const double first = window.first_crossing[4];
    window = window_of(5);
    write_crossings(pack, shown, window);
    CHECK(window.first_crossing[4] == first);
    CHECK(window.last_crossing[4] == setting.time(busy, 112 + 7));
    setting.segment.index = 4, setting.segment.begin = 1.5, setting.segment.end = 2.0;
    setting.clear();
    pack.departures[0] = LaneBits{1} << busy;
    note_crossings(setting.task, block_size);
    write_crossings(pack, shown, window);
    CHECK(window.first_crossing[4] == first);
    CHECK(window.last_crossing[4] > 1.5);
}
