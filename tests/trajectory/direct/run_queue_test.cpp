#include "trajectory/direct/run_queue.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "dickejump/random/stream.hpp"

using namespace dickejump;
using direct::Assignment;
using direct::RunQueue;

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
constexpr auto all = Quantities::jumps | Quantities::level_integral | Quantities::crossings_up;

LadderSetup setup_of(std::int64_t ticks) {
    return {DickeLadder(10),
            PumpSchedule::linear(0.5, 1.5, 2.0),
            {.duration = 2.0, .ticks = ticks},
            StartState::dicke(4)};
}

/// A run whose level goes up by one in every tick but the third, with `jumps` jumps in each.
void play(const Assignment& assignment, std::int64_t jumps) {
    auto n = assignment.n;
    for (int t = 0; t < assignment.window->ticks; ++t) {
        n += t == 2 ? 0 : 1;
        assignment.rows()[t] = {.n_dt = 0.5 * (t + 1), .jumps = jumps * (t + 1), .n = n};
    }
}

}  // namespace

TEST_CASE("a run gets a generator from its own stream for every window, after the word of its start") {
    const auto setup = setup_of(100);  // windows of 40, 40, 20
    const Lanes lanes{.seed = 3, .first_trajectory = 7, .count = 2, .purpose = Purpose::test};
    std::vector<Stream> streams{Stream(3, 7, Purpose::test), Stream(3, 8, Purpose::test)};
    for (auto& stream : streams)
        stream();
    const WindowSink sink = [](const Window&) {};
    RunQueue queue(setup, lanes, all, sink);
    Assignment assignment;
    int windows = 0;
    while (queue.assign(assignment)) {
        for (const auto word : assignment.random)
            CHECK(word == streams[assignment.run]());
        play(assignment, 1);
        queue.finish(assignment, missing, missing);
        ++windows;
    }
    CHECK(windows == 6);
}

TEST_CASE("a run is two windows ahead of the slowest at most") {
    const auto setup = setup_of(200);
    std::vector<std::int64_t> shown;
    const WindowSink sink = [&](const Window& window) { shown.push_back(window.first_tick); };
    RunQueue queue(setup, {.count = 2}, all, sink);
    Assignment slow, quick;
    REQUIRE(queue.assign(slow));
    REQUIRE(queue.assign(quick));
    CHECK(slow.run == 0);
    CHECK(quick.run == 1);
    Assignment nothing;
    CHECK_FALSE(queue.assign(nothing));  // both are at work
    for (const std::int64_t first_tick : {0, 40}) {
        CHECK(quick.window->first_tick == first_tick);
        play(quick, 2);
        queue.finish(quick, missing, missing);
        CHECK(queue.assign(quick) == (first_tick == 0));
    }
    CHECK(shown.empty());
    // As soon as the slow one has finished the first window, there is work for both.
    play(slow, 2);
    queue.finish(slow, missing, missing);
    CHECK(shown == std::vector<std::int64_t>{0});
    REQUIRE(queue.assign(slow));
    CHECK(slow.run == 0);  // the earliest window first
    CHECK(slow.window->first_tick == 40);
    REQUIRE(queue.assign(quick));
    CHECK(quick.run == 1);
    CHECK(quick.window->first_tick == 80);
}

TEST_CASE("the rows of runs become columns: counts and integrals of a tick, levels and starts") {
    const auto setup = setup_of(50);  // windows of 40 and 10
    std::vector<Window> shown;
    const WindowSink sink = [&](const Window& window) { shown.push_back(window); };
    RunQueue queue(setup, {.count = 3}, all, sink);
    Assignment assignment;
    while (queue.assign(assignment)) {
        play(assignment, 5 + 2 * static_cast<std::int64_t>(assignment.run));
        queue.finish(assignment, missing, missing);
    }
    REQUIRE(shown.size() == 2);
    CHECK(shown[0].first_tick == 0);
    CHECK(shown[0].ticks == 40);
    CHECK(shown[1].first_tick == 40);
    CHECK(shown[1].ticks == 10);
    for (const auto& window : shown)
        for (int lane = 0; lane < 3; ++lane) {
            CHECK(window.start[static_cast<std::size_t>(lane)] == 4);
            std::int32_t n = window.first_tick == 0 ? 4 : 4 + 39;
            for (int t = 0; t < window.ticks; ++t) {
                const auto cell = window.at(t, lane);
                const int net = t == 2 ? 0 : 1, jumps = 5 + 2 * lane;
                n += net;
                CHECK(window.n[cell] == n);
                CHECK(window.jumps_up[cell] == (jumps + net) / 2);
                CHECK(window.jumps_down[cell] == (jumps - net) / 2);
                CHECK(window.n_dt[cell] == 0.5);
            }
        }
}

TEST_CASE("rows of spins become columns, and what single atoms did to n is no collective jump") {
    const auto setup = setup_of(50);
    const LocalSpins spins(10, {.emission = 0.1});
    std::vector<Window> shown;
    const WindowSink sink = [&](const Window& window) { shown.push_back(window); };
    RunQueue queue(setup, {.count = 2}, all | Quantities::spin, sink, &spins);
    Assignment assignment;
    std::vector<std::int64_t> begins;
    while (queue.assign(assignment)) {
        if (assignment.run == 0) begins.push_back(assignment.twice_j);
        auto n = assignment.n;
        for (int t = 0; t < assignment.window->ticks; ++t) {
            // Three collective jumps up, one down and four of single atoms: three of them down.
            n += 2 - 3;
            assignment.rows()[t] = {.n_dt = 0.0, .jumps = 4 * (t + 1), .n = n};
            assignment.spin_rows()[t] = {.twice_j = t < 10 ? assignment.twice_j : 8,
                                         .local_jumps = 4 * (t + 1),
                                         .local_change = -3 * (t + 1)};
        }
        queue.finish(assignment, missing, missing);
    }
    CHECK(begins == std::vector<std::int64_t>{10, 8});
    REQUIRE(shown.size() == 2);
    for (const auto& window : shown)
        for (int lane = 0; lane < 2; ++lane)
            for (int t = 0; t < window.ticks; ++t) {
                const auto cell = window.at(t, lane);
                CHECK(window.jumps_up[cell] == 3);
                CHECK(window.jumps_down[cell] == 1);
                CHECK(window.local_jumps[cell] == 4);
                CHECK(window.twice_j[cell] == (window.first_tick == 0 && t < 10 ? 10 : 8));
            }
}

TEST_CASE("of the crossings of all windows, the first is kept and the last replaced") {
    const auto setup = setup_of(120);
    std::vector<double> first, last;
    const WindowSink sink = [&](const Window& window) {
        first.push_back(window.first_crossing[0]), last.push_back(window.last_crossing[0]);
    };
    RunQueue queue(setup, {.count = 1}, all, sink);
    Assignment assignment;
    const std::vector<std::pair<double, double>> found{{missing, missing}, {0.9, 1.1}, {1.5, missing}};
    for (const auto& [f, l] : found) {
        REQUIRE(queue.assign(assignment));
        play(assignment, 1);
        queue.finish(assignment, f, l);
    }
    CHECK_FALSE(queue.assign(assignment));
    REQUIRE(first.size() == 3);
    CHECK(std::isnan(first[0]));
    CHECK(std::isnan(last[0]));
    CHECK(first[1] == 0.9);
    CHECK(last[1] == 1.1);
    CHECK(first[2] == 0.9);
    CHECK(last[2] == 1.1);
}

TEST_CASE("tags of a window are those that were written in it") {
    const auto setup = setup_of(80);
    std::vector<std::size_t> numbers;
    const WindowSink sink = [&](const Window& window) { numbers.push_back(window.tags[0].size()); };
    RunQueue queue(setup, {.count = 1}, Quantities::time_tags, sink);
    Assignment assignment;
    for (const std::size_t jumps : {3u, 1u}) {
        REQUIRE(queue.assign(assignment));
        CHECK(assignment.window->tags[0].empty());
        assignment.window->tags[0].resize(jumps, Jump{0.1, Process::collective_pumping});
        play(assignment, 1);
        queue.finish(assignment, missing, missing);
    }
    CHECK(numbers == std::vector<std::size_t>{3, 1});
}

TEST_CASE("a pump without knots in the run has one slope, whatever comes after") {
    const auto slope = [](const PumpSchedule& pump) {
        const LadderSetup setup{DickeLadder(10), pump, {.duration = 2.0, .ticks = 10}, StartState::dicke(0)};
        const WindowSink sink = [](const Window&) {};
        const RunQueue queue(setup, {.count = 1}, all, sink);
        return queue.one_slope() ? queue.slope() : missing;
    };
    CHECK(slope(PumpSchedule::linear(0.5, 1.5, 2.0)) == 0.5);
    CHECK(slope(PumpSchedule::linear(0.5, 2.0, 3.0)) == 0.5);
    CHECK(slope(PumpSchedule::constant(2.0)) == 0.0);
    CHECK(std::isnan(slope(PumpSchedule::linear(0.5, 1.5, 1.0))));
}
