#include "dickejump/trajectory/ladder_sampler.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "dickejump/model/invalid_input.hpp"
#include "support/scripted_walk.hpp"

using namespace dickejump;
using namespace dickejump::test;

namespace {

struct Run {
    std::vector<Window> windows;

    /// Column values of one lane over all windows.
    template <class Column>
    auto lane(int lane, Column Window::*column) const {
        Column values;
        for (const auto& window : windows)
            for (int tick = 0; tick < window.ticks; ++tick)
                values.push_back((window.*column)[window.at(tick, lane)]);
        return values;
    }
    std::vector<Jump> tags(int lane) const {
        std::vector<Jump> all;
        for (const auto& window : windows) {
            const auto& some = window.tags[static_cast<std::size_t>(lane)];
            all.insert(all.end(), some.begin(), some.end());
        }
        return all;
    }
};

Run run(const LadderSampler& sampler, const Lanes& lanes, Quantities wanted) {
    Run result;
    sampler(lanes, wanted, [&](const Window& window) { result.windows.push_back(window); });
    return result;
}

LadderSampler scan_sampler(std::int64_t atoms = 20, std::int64_t ticks = 150) {
    return {DickeLadder(atoms),
            PumpSchedule::linear(0.4, 1.6, 3.0),
            {.duration = 3.0, .ticks = ticks},
            StartState::steady(0.4)};
}

bool same(const std::vector<double>& a, const std::vector<double>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](double x, double y) { return test::same(x, y); });
}

}  // namespace

TEST_CASE("more lanes leave the first ones unchanged, and a lane is its trajectory wherever it stands") {
    constexpr auto all = whole_story | Quantities::crossings_up;
    const auto sampler = scan_sampler();
    const auto few = run(sampler, {.seed = 5, .first_trajectory = 0, .count = 3}, all);
    const auto many = run(sampler, {.seed = 5, .first_trajectory = 0, .count = 21}, all);
    const auto later = run(sampler, {.seed = 5, .first_trajectory = 2, .count = 1}, all);
    const auto compare = [&](const Run& a, int lane_a, const Run& b, int lane_b) {
        const auto at_a = static_cast<std::size_t>(lane_a), at_b = static_cast<std::size_t>(lane_b);
        CHECK(a.windows.back().start[at_a] == b.windows.back().start[at_b]);
        CHECK(a.lane(lane_a, &Window::n) == b.lane(lane_b, &Window::n));
        CHECK(a.lane(lane_a, &Window::jumps_up) == b.lane(lane_b, &Window::jumps_up));
        CHECK(a.lane(lane_a, &Window::jumps_down) == b.lane(lane_b, &Window::jumps_down));
        CHECK(same(a.lane(lane_a, &Window::n_dt), b.lane(lane_b, &Window::n_dt)));
        CHECK(a.tags(lane_a) == b.tags(lane_b));
        CHECK(same_or_both_missing(a.windows.back().first_crossing[at_a],
                                   b.windows.back().first_crossing[at_b]));
        CHECK(
            same_or_both_missing(a.windows.back().last_crossing[at_a], b.windows.back().last_crossing[at_b]));
    };
    for (int lane = 0; lane < 3; ++lane)
        compare(few, lane, many, lane);
    compare(later, 0, many, 2);
    CHECK(many.tags(0) != many.tags(1));
}

TEST_CASE("other seeds, purposes and trajectories are other runs") {
    const auto sampler = scan_sampler();
    const auto tags = [&](const Lanes& lanes) { return run(sampler, lanes, Quantities::time_tags).tags(0); };
    const auto base = tags({.seed = 5, .first_trajectory = 9, .purpose = Purpose::scan_up});
    CHECK(base == tags({.seed = 5, .first_trajectory = 9, .purpose = Purpose::scan_up}));
    CHECK(base != tags({.seed = 6, .first_trajectory = 9, .purpose = Purpose::scan_up}));
    CHECK(base != tags({.seed = 5, .first_trajectory = 10, .purpose = Purpose::scan_up}));
    CHECK(base != tags({.seed = 5, .first_trajectory = 9, .purpose = Purpose::scan_down}));
}

TEST_CASE("what is asked for never changes a run, and only that is delivered") {
    const auto sampler = scan_sampler();
    const Lanes lanes{.seed = 8, .first_trajectory = 3, .count = 5};
    const auto reference = run(sampler, lanes, whole_story | Quantities::crossings_up);
    for (unsigned set = 0; set < 32; ++set) {
        const auto wanted = Quantities(set);
        if (contains(wanted, Quantities::crossings_up | Quantities::crossings_down)) continue;
        const auto result = run(sampler, lanes, wanted);
        const bool jumps = contains(wanted, Quantities::jumps),
                   tags = contains(wanted, Quantities::time_tags);
        const bool integral = contains(wanted, Quantities::level_integral);
        const bool crossings =
            contains(wanted, Quantities::crossings_up) || contains(wanted, Quantities::crossings_down);
        for (const auto& window : result.windows) {
            CHECK(window.jumps_up.empty() == !jumps);
            CHECK(window.jumps_down.empty() == !jumps);
            CHECK(window.n_dt.empty() == !integral);
            CHECK(window.tags.empty() == !tags);
            CHECK(window.first_crossing.empty() == !crossings);
            CHECK(window.last_crossing.empty() == !crossings);
        }
        for (int lane = 0; lane < lanes.count; ++lane) {
            CHECK(result.lane(lane, &Window::n) == reference.lane(lane, &Window::n));
            if (jumps) CHECK(result.lane(lane, &Window::jumps_up) == reference.lane(lane, &Window::jumps_up));
            if (jumps)
                CHECK(result.lane(lane, &Window::jumps_down) == reference.lane(lane, &Window::jumps_down));
            if (integral) CHECK(same(result.lane(lane, &Window::n_dt), reference.lane(lane, &Window::n_dt)));
            if (tags) CHECK(result.tags(lane) == reference.tags(lane));
        }
    }
}

TEST_CASE("windows follow one another without gaps and end with the grid") {
    for (const std::int64_t ticks : {1, 63, 64, 65, 150}) {
        const auto result = run(scan_sampler(6, ticks), {.count = 2}, whole_story);
        std::int64_t next = 0;
        for (const auto& window : result.windows) {
            CHECK(window.first_tick == next);
            CHECK(window.lanes == 2);
            CHECK(window.ticks >= 1);
            CHECK(window.n.size() >= static_cast<std::size_t>(2 * window.ticks));
            next += window.ticks;
            CHECK(window.last() == (next == ticks));
            for (const auto& tags : window.tags)
                for (const auto& tag : tags) {
                    CHECK(tag.time > window.grid.time(window.first_tick));
                    CHECK(tag.time <= window.grid.time(next));
                }
        }
        CHECK(next == ticks);
    }
}

TEST_CASE("the tick grid decides nothing about the jumps") {
    const Lanes lanes{.seed = 2, .count = 3};
    for (int lane = 0; lane < lanes.count; ++lane)
        CHECK(run(scan_sampler(20, 7), lanes, whole_story).tags(lane) ==
              run(scan_sampler(20, 300), lanes, whole_story).tags(lane));
}

TEST_CASE("crossings of the sampler are those of its time tags") {
    for (const std::int64_t atoms : {20, 21}) {
        const Lanes lanes{.seed = 4, .count = 30};
        const auto up = run(scan_sampler(atoms), lanes, Quantities::crossings_up | Quantities::time_tags);
        const auto down = run(scan_sampler(atoms), lanes, Quantities::crossings_down | Quantities::time_tags);
        int crossed = 0;
        for (int lane = 0; lane < lanes.count; ++lane)
            for (const auto* result : {&up, &down}) {
                const auto at = static_cast<std::size_t>(lane);
                const auto& window = result->windows.back();
                const auto expected =
                    brute_crossings(atoms, window.start[at], result->tags(lane), result == &up);
                CHECK(same_or_both_missing(window.first_crossing[at], expected.first));
                CHECK(same_or_both_missing(window.last_crossing[at], expected.last));
                crossed += !std::isnan(expected.first);
            }
        CHECK(crossed > 20);
    }
}

TEST_CASE("a trajectory of the sampler never changes") {
    // Frozen: a change here changes every published result.
    const auto result =
        run(scan_sampler(), {.seed = 1, .first_trajectory = 0, .count = 1}, Quantities::time_tags);
    const auto tags = result.tags(0);
    CHECK(result.windows[0].start[0] == 0);
    CHECK(tags.size() == 341);
    CHECK(tags.front() == Jump{0x1.ebeef98e1b775p-4, Process::collective_pumping});
    CHECK(tags.back() == Jump{0x1.7fd821dd9548bp+1, Process::collective_emission});
}

TEST_CASE("the longest ladder is walked without overflow") {
    const DickeLadder ladder(DickeLadder::max_atoms);
    const auto half = DickeLadder::max_atoms / 2;
    const LadderSampler sampler(ladder, PumpSchedule::constant(1.0), {.duration = 1e-15, .ticks = 2},
                                StartState::dicke(half));
    const auto result = run(sampler, {.count = 4}, whole_story);
    for (int lane = 0; lane < 4; ++lane) {
        std::int64_t n = half;
        for (const auto& tag : result.tags(lane))
            n += tag.dn();
        CHECK(result.lane(lane, &Window::n).back() == n);
        // About 2 N^2/4 dt = 2300 jumps, sqrt(2300) = 48.
        CHECK(result.tags(lane).size() > 1900);
        CHECK(result.tags(lane).size() < 2700);
        CHECK(result.lane(lane, &Window::n_dt)[0] == doctest::Approx(0x1p30 * 5e-16).epsilon(1e-6));
    }
}

TEST_CASE("a sampler refuses an empty grid and a start that is not on the ladder") {
    const auto make = [](TickGrid grid, StartState start) {
        return LadderSampler(DickeLadder(10), PumpSchedule::constant(1.0), grid, start);
    };
    const TickGrid fine{.duration = 1.0, .ticks = 4};
    CHECK_NOTHROW(make(fine, StartState::dicke(0)));
    CHECK_NOTHROW(make(fine, StartState::dicke(10)));
    CHECK_NOTHROW(make(fine, StartState::steady(0.0)));
    for (const double duration : {0.0, -1.0, infinity, not_a_number})
        CHECK_THROWS_AS(make({.duration = duration, .ticks = 4}, StartState::dicke(0)), InvalidInput);
    for (const std::int64_t ticks : {0, -1})
        CHECK_THROWS_AS(make({.duration = 1.0, .ticks = ticks}, StartState::dicke(0)), InvalidInput);
    for (const std::int64_t n : {-1, 11})
        CHECK_THROWS_AS(make(fine, StartState::dicke(n)), InvalidInput);
    for (const double pump : {-0.5, infinity, not_a_number})
        CHECK_THROWS_AS(make(fine, StartState::steady(pump)), InvalidInput);
    // All mistakes at once, each naming the value that was given.
    try {
        make({.duration = -2.5, .ticks = -3}, StartState::dicke(77));
        FAIL("accepted");
    } catch (const InvalidInput& refused) {
        REQUIRE(refused.problems().size() == 3);
        CHECK(refused.problems()[0].find("-2.5") != std::string::npos);
        CHECK(refused.problems()[1].find("-3") != std::string::npos);
        CHECK(refused.problems()[2].find("77") != std::string::npos);
    }
}

TEST_CASE("a sampler refuses to look for crossings both ways at once") {
    // Documented as impossible: better refused than answered for one of them.
    CHECK_THROWS_AS(run(scan_sampler(), {}, Quantities::crossings_up | Quantities::crossings_down),
                    InvalidInput);
}
