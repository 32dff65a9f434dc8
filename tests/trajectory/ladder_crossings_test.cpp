#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "dickejump/trajectory/ladder_walk.hpp"
#include "support/scripted_walk.hpp"

// The crossings that `LadderWalk` notes.

using namespace dickejump;
using namespace dickejump::test;

TEST_CASE("crossings are the first arrival and the last departure, for odd and even N, up and down") {
    constexpr auto up = Quantities::crossings_up | Quantities::time_tags;
    constexpr auto down = Quantities::crossings_down | Quantities::time_tags;
    int wrong = 0, found = 0, missing = 0;
    for (const std::int64_t atoms : {1, 2, 3, 4, 7, 10})
        for (std::int64_t start = 0; start <= atoms; ++start)
            for (std::uint64_t run = 0; run < 40; ++run) {
                const DickeLadder ladder(atoms);
                const auto rising = PumpSchedule::linear(0.0, 2.5, 3.0),
                           falling = PumpSchedule::linear(2.5, 0.0, 3.0);
                const TickGrid grid{.duration = 3.0 * static_cast<double>(run % 4 + 1) / 4.0, .ticks = 2};
                LadderWalk climb(ladder, rising, start, Counting(run)),
                    descent(ladder, falling, start, Counting(run));
                const auto climbed = walked<up>(climb, grid), descended = walked<down>(descent, grid);
                for (const auto* window : {&climbed, &descended}) {
                    const auto expected = brute_crossings(atoms, start, window->tags[0], window == &climbed);
                    wrong += !same_or_both_missing(window->first_crossing[0], expected.first);
                    wrong += !same_or_both_missing(window->last_crossing[0], expected.last);
                    found += !std::isnan(expected.first) && expected.first < expected.last;
                    missing += std::isnan(expected.first);
                }
            }
    CHECK(wrong == 0);
    CHECK(found > 500);    // runs that cross to and fro,
    CHECK(missing > 500);  // and runs that do not arrive: both kinds are seen
}

TEST_CASE("crossings by hand: even N arrives at the middle and departs beyond it, odd N does both at once") {
    const auto pump = PumpSchedule::constant(1.0);
    const auto crossings = [&](std::int64_t atoms, std::int64_t start, const std::vector<int>& steps,
                               bool up) {
        const DickeLadder ladder(atoms);
        Script script;
        for (const int step : steps) {
            script.exponentials.push_back(1.0);
            script.uniforms.push_back(step > 0 ? 0x1p-53 : almost_one);
        }
        LadderWalk walk(ladder, pump, start, script);
        const TickGrid grid{.duration = 1e3, .ticks = 1};
        const auto window = up ? walked<Quantities::crossings_up | Quantities::time_tags>(walk, grid)
                               : walked<Quantities::crossings_down | Quantities::time_tags>(walk, grid);
        // The number of the jump, so that the levels alone matter: 1 is the first, 0 is none.
        const auto index = [&](double time) {
            int i = 0;
            for (const auto& tag : window.tags[0])
                if (++i, tag.time == time) return i;
            return 0;
        };
        return std::pair{index(window.first_crossing[0]), index(window.last_crossing[0])};
    };
    CHECK(crossings(4, 1, {1, 1, -1, -1, 1, 1}, true) == std::pair{1, 6});  // 1 2 3 2 1 2 3
    CHECK(crossings(3, 0, {1, 1, -1, 1}, true) == std::pair{2, 4});         // 0 1 2 1 2
    CHECK(crossings(4, 2, {1}, true) == std::pair{0, 1});                   // 2 3: there from the start
    CHECK(crossings(4, 1, {1, -1}, true) == std::pair{1, 0});               // 1 2 1: never beyond
    CHECK(crossings(4, 3, {-1, -1, 1, 1, -1, -1}, false) == std::pair{1, 6});
    CHECK(crossings(3, 3, {-1, -1, 1, -1}, false) == std::pair{2, 4});
    CHECK(crossings(4, 0, {1, 1, 1}, false) == std::pair{0, 0});
}
