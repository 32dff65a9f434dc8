#include "trajectory/uniformisation/shown_lanes.hpp"

#include <doctest/doctest.h>

using namespace dickejump;
using uniformisation::ShownLanes;

TEST_CASE("a window shows those lanes of a pack that were asked for") {
    const auto check = [](const Lanes& lanes, std::int64_t first, int begin, int end, int in_window,
                          bool all) {
        const auto shown = ShownLanes::of(lanes, first);
        CHECK(shown.begin == begin);
        CHECK(shown.end == end);
        CHECK(shown.in_window(begin) == in_window);
        CHECK(shown.all() == all);
    };
    check({.first_trajectory = 0, .count = 64}, 0, 0, 64, 0, true);
    check({.first_trajectory = 0, .count = 65}, 64, 0, 1, 64, false);
    // Trajectories 20 .. 109: lanes 20 .. 63 of the first pack, 0 .. 45 of the second.
    check({.first_trajectory = 20, .count = 90}, 0, 20, 64, 0, false);
    check({.first_trajectory = 20, .count = 90}, 64, 0, 46, 44, false);
    // In the midst of packs: 63 .. 256.
    check({.first_trajectory = 63, .count = 194}, 0, 63, 64, 0, false);
    check({.first_trajectory = 63, .count = 194}, 64, 0, 64, 1, true);
    check({.first_trajectory = 63, .count = 194}, 128, 0, 64, 65, true);
    check({.first_trajectory = 63, .count = 194}, 256, 0, 1, 193, false);
    // One lane, far away.
    check({.first_trajectory = 1'000'000'000'037, .count = 1}, 1'000'000'000'000, 37, 38, 0, false);
}
