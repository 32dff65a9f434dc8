#include "trajectory/uniformisation/pack.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <memory>

#include "dickejump/random/stream.hpp"

using namespace dickejump;
using namespace dickejump::uniformisation;

TEST_CASE("a pack starts from the streams of its trajectories, in the order that results depend on") {
    const LadderSetup setup{DickeLadder(100),
                            PumpSchedule::constant(1.0),
                            {.duration = 1.0, .ticks = 1},
                            StartState::steady(0.9)};
    const auto pack = std::make_unique<Pack>();
    start(*pack, setup, 5, Purpose::test, 128);
    for (int lane = 0; lane < pack_size; ++lane) {
        CAPTURE(lane);
        Stream stream(5, static_cast<std::uint64_t>(128 + lane), Purpose::test);
        const auto n = steady_state_quantile(setup.ladder, 0.9, open_unit(stream()));
        CHECK(pack->level[lane] == n);
        CHECK(pack->n[lane] == static_cast<std::uint16_t>(n * unit_of(100) - origin_of(100)));
        CHECK(pack->decision_keys[lane] == stream());
        CHECK(pack->time_keys[lane] == stream());
        if (lane % 4 == 0) {
            CHECK(pack->random[0][lane / 4] == stream());
            CHECK(pack->random[1][lane / 4] == stream());
        }
        if (lane == 1) CHECK(pack->surplus_chance.state == stream());
        CHECK_FALSE(pack->arrived[lane]);
        CHECK(std::isnan(pack->first_time[lane]));
        CHECK(std::isnan(pack->last_time[lane]));
    }
}

TEST_CASE("the place of an event names the segment, its lane's number of events and itself") {
    Segment segment{};
    segment.index = 12, segment.begin = 0.5, segment.length = 0.25, segment.end = 0.75;
    const auto pack = std::make_unique<Pack>();
    pack->events[9] = 77;
    SegmentTask task{};
    task.segment = &segment, task.pack = pack.get();
    const auto place = place_of(task, 9, 33);
    CHECK(place.segment == 12);
    CHECK(place.events == 77);
    CHECK(place.event == 33);
    CHECK(place.begin == 0.5);
    CHECK(place.length == 0.25);
    CHECK(place.end == 0.75);
}
