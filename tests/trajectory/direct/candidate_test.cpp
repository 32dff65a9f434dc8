#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "trajectory/vector_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "trajectory/direct/candidate_test.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "trajectory/direct/candidate-inl.hpp"

// A candidate with chance that the test knows, on the best target of this processor: every lane has the same.

#ifndef DICKEJUMP_CANDIDATE_TEST_ONCE
#define DICKEJUMP_CANDIDATE_TEST_ONCE
namespace dickejump::test {

/// A lane before a candidate, and after it.
struct OneLane {
    double n, left, pump, rest;
    double n_dt = 0.0, first = -1.0, last = -1.0;
    double slope = 0.0, ceiling = 0.0;
    std::int64_t part = 0;
    double lost = 0.0, top = 0.0;  // of spins
    bool idle = false, over = false, acts = false;
};

struct Candidate {
    double atoms;
    double slope = 0.0, tick = 1.0;              // of a pump without knots
    const direct::LinearParts* parts = nullptr;  // of one with knots
    double arrival = -10.0, departure = -10.0;   // levels that an upward jump leads to; none
    bool spins = false;                          // single atoms act
    double on_ground = 0.0, per_excited = 0.0;
    double exponential, u;  // chance
};

}  // namespace dickejump::test
#endif

HWY_BEFORE_NAMESPACE();
namespace dickejump::HWY_NAMESPACE {

test::OneLane advance_one(const test::Candidate& candidate, test::OneLane lane) {
    const Reals d;
    const auto c = [&](double value) HWY_ATTR { return hn::Set(d, value); };
    const auto name = [&](double level) HWY_ATTR { return c(jump_name(level - 1.0, 1)); };
    const Shared shared{.atoms = c(candidate.atoms),
                        .slope = c(candidate.slope),
                        .tick = c(candidate.tick),
                        .rise = c(candidate.slope * candidate.tick),
                        .fall = c(std::max(0.0, -candidate.slope * candidate.tick)),
                        .parts = candidate.parts,
                        .arrival = name(candidate.arrival),
                        .departure = name(candidate.departure),
                        .on_ground = c(candidate.on_ground),
                        .per_excited = c(candidate.per_excited)};
    const Words w;
    const Word none = hn::Zero(w);
    LaneVector lanes{.random = {none, none, none, none},
                     .n = c(lane.n),
                     .left = c(lane.left),
                     .pump = c(lane.pump),
                     .rest = c(lane.rest),
                     .n_dt = c(lane.n_dt),
                     .first = c(lane.first),
                     .last = c(lane.last),
                     .slope = c(lane.slope),
                     .ceiling = c(lane.ceiling),
                     .part = hn::Set(Indices(), lane.part),
                     .lost = c(lane.lost),
                     .top = c(lane.top),
                     .jumps = c(0.0),
                     .pumped = c(0.0)};
    const Draw chance{c(-candidate.exponential), c(candidate.u)};
    const auto outcome = candidate.spins
                             ? advance<Needs{true, true, false, true, false, true}>(lanes, chance, shared)
                         : candidate.parts ? advance<Needs{true, true, false, false}>(lanes, chance, shared)
                                           : advance<Needs{true, true, false, true}>(lanes, chance, shared);
    lane.n = hn::GetLane(lanes.n), lane.left = hn::GetLane(lanes.left), lane.pump = hn::GetLane(lanes.pump);
    lane.rest = hn::GetLane(lanes.rest), lane.n_dt = hn::GetLane(lanes.n_dt);
    lane.first = hn::GetLane(lanes.first), lane.last = hn::GetLane(lanes.last);
    lane.slope = hn::GetLane(lanes.slope), lane.ceiling = hn::GetLane(lanes.ceiling);
    lane.part = hn::GetLane(lanes.part);
    lane.idle = !hn::AllFalse(d, outcome.idle), lane.over = !hn::AllFalse(d, outcome.over);
    if (candidate.spins) lane.acts = !hn::AllFalse(d, outcome.acts);
    return lane;
}

}  // namespace dickejump::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace dickejump {

HWY_EXPORT(advance_one);

}

using namespace dickejump;
using test::Candidate;
using test::OneLane;

namespace {

OneLane advance(const Candidate& candidate, const OneLane& lane) {
    return HWY_DYNAMIC_DISPATCH(dickejump::advance_one)(candidate, lane);
}

}  // namespace

// Three atoms at n = 1: A = 4, B = 3.

TEST_CASE("a candidate waits E over the rate at the highest pump, and is a jump up, down or none") {
    // A tick of 1 in which w rises from 1 to 2: the rate is 2 A + B = 11. A candidate at t = 1/2, where w =
    // 3/2 and w A = 6: up below 6/11, down below 9/11.
    const Candidate at_half{.atoms = 3.0, .slope = 1.0, .exponential = 5.5, .u = 0.0};
    const OneLane lane{.n = 1.0, .left = 1.0, .pump = 2.0, .rest = 4.0};
    const auto with = [&](double u) {
        auto candidate = at_half;
        candidate.u = u;
        return advance(candidate, lane);
    };
    for (const double u : {1e-9, 6.0 / 11.0 - 1e-9}) {
        CHECK(with(u).n == 2.0);
        CHECK_FALSE(with(u).idle);
    }
    for (const double u : {6.0 / 11.0 + 1e-9, 9.0 / 11.0 - 1e-9}) {
        CHECK(with(u).n == 0.0);
        CHECK_FALSE(with(u).idle);
    }
    for (const double u : {9.0 / 11.0 + 1e-9, 1.0 - 1e-9}) {
        CHECK(with(u).n == 1.0);
        CHECK(with(u).idle);
        CHECK_FALSE(with(u).over);
    }
    const auto after = with(0.3);
    CHECK(after.left == doctest::Approx(0.5).epsilon(1e-15));
    CHECK(after.n_dt == doctest::Approx(0.5).epsilon(1e-15));  // n = 1 for half a tick
    CHECK(after.pump == 2.0);
    CHECK(after.rest == 4.0);
}

TEST_CASE("a falling pump is highest where the tick begins") {
    // w: 2 -> 1, at t = 1/2 as above.
    const OneLane lane{.n = 1.0, .left = 1.0, .pump = 1.0, .rest = 4.0};
    const auto with = [&](double u) {
        return advance({.atoms = 3.0, .slope = -1.0, .exponential = 5.5, .u = u}, lane);
    };
    CHECK(with(6.0 / 11.0 - 1e-9).n == 2.0);
    CHECK(with(6.0 / 11.0 + 1e-9).n == 0.0);
    CHECK(with(9.0 / 11.0 + 1e-9).idle);
    CHECK(with(0.3).left == doctest::Approx(0.5).epsilon(1e-15));
}

TEST_CASE("a candidate behind the end of the tick is dropped, and the next tick begins") {
    const OneLane lane{.n = 1.0, .left = 0.25, .pump = 2.0, .rest = 4.0, .n_dt = 3.0};
    const auto after = advance({.atoms = 3.0, .slope = 0.5, .exponential = 20.0, .u = 1e-9}, lane);
    CHECK(after.idle);
    CHECK(after.over);
    CHECK(after.n == 1.0);
    CHECK(after.left == 1.0);
    CHECK(after.pump == 2.5);
    CHECK(after.rest == 3.0);
    CHECK(after.n_dt == 3.25);
}

TEST_CASE("after the last tick of a window nothing moves any more") {
    OneLane lane{.n = 1.0, .left = 0.25, .pump = 2.0, .rest = 0.0, .n_dt = 3.0};
    for (int i = 0; i < 3; ++i) {
        lane = advance({.atoms = 3.0, .slope = 0.5, .exponential = 20.0, .u = 1e-9}, lane);
        CHECK(lane.over);
        CHECK(lane.left == 0.0);
        CHECK(lane.rest < 0.0);
        CHECK(lane.pump == 2.0);
        CHECK(lane.n == 1.0);
        CHECK(lane.n_dt == 3.25);
    }
}

TEST_CASE("without a rate a tick passes without a candidate, however early it would be") {
    const OneLane ground{.n = 0.0, .left = 1.0, .pump = 0.0, .rest = 2.0};
    const auto after = advance({.atoms = 3.0, .exponential = 1e-16, .u = 1e-9}, ground);
    CHECK(after.over);
    CHECK(after.n == 0.0);
    CHECK(after.left == 1.0);
    CHECK(after.rest == 1.0);
}

TEST_CASE("at the ends of the ladder there is one way only") {
    for (const double u : {1e-16, 0.5, 1.0 - 0x1p-53}) {
        CHECK(advance({.atoms = 3.0, .exponential = 0.1, .u = u},
                      {.n = 0.0, .left = 1.0, .pump = 1.0, .rest = 0.0})
                  .n == 1.0);
        CHECK(advance({.atoms = 3.0, .exponential = 0.1, .u = u},
                      {.n = 3.0, .left = 1.0, .pump = 1.0, .rest = 0.0})
                  .n == 2.0);
    }
}

TEST_CASE(
    "a crossing is kept as the time left in the window: the first of arrivals, the last of departures") {
    const auto jump = [](double n, double u, double first, double last) {
        return advance({.atoms = 3.0, .arrival = 2.0, .departure = 2.0, .exponential = 3.5, .u = u},
                       {.n = n, .left = 1.0, .pump = 1.0, .rest = 4.0, .first = first, .last = last});
    };
    // Up from 1 to 2, rate 7: half a tick and four more are left.
    CHECK(jump(1.0, 1e-9, -1.0, -1.0).first == doctest::Approx(4.5).epsilon(1e-15));
    CHECK(jump(1.0, 1e-9, -1.0, -1.0).last == doctest::Approx(4.5).epsilon(1e-15));
    CHECK(jump(1.0, 1e-9, 4.7, 4.7).first == 4.7);
    CHECK(jump(1.0, 1e-9, 4.7, 4.7).last == doctest::Approx(4.5).epsilon(1e-15));
    // Down from 1, up to 3, down to 2, and no jump: no crossings.
    CHECK(jump(1.0, 1.0 - 1e-9, -1.0, -1.0).first == -1.0);
    CHECK(jump(2.0, 1e-9, -1.0, -1.0).first == -1.0);
    CHECK(jump(2.0, 1e-9, -1.0, -1.0).last == -1.0);
    CHECK(jump(3.0, 1.0 - 1e-9, -1.0, -1.0).last == -1.0);
}

TEST_CASE("where single atoms act their rate is one more, and the collective ones are of the ladder of j") {
    // Five atoms with j = 3/2 at n = 2, so that j + m = 1: A = 4, B = 3 as above. Single atoms: 0.5 + 0.25 n
    // = 1. w rises from 1 to 2: the rate is 2 A + B + 1 = 12, and at t = 1/2 the ways end at 6/12, 9/12,
    // 10/12.
    const OneLane lane{.n = 2.0, .left = 1.0, .pump = 2.0, .rest = 4.0, .lost = 1.0, .top = 4.0};
    const auto with = [&](double u, double exponential = 6.0) {
        return advance({.atoms = 5.0,
                        .slope = 1.0,
                        .spins = true,
                        .on_ground = 0.5,
                        .per_excited = 0.25,
                        .exponential = exponential,
                        .u = u},
                       lane);
    };
    for (const double u : {1e-9, 6.0 / 12.0 - 1e-9})
        CHECK(with(u).n == 3.0);
    for (const double u : {6.0 / 12.0 + 1e-9, 9.0 / 12.0 - 1e-9})
        CHECK(with(u).n == 1.0);
    for (const double u : {9.0 / 12.0 + 1e-9, 10.0 / 12.0 - 1e-9}) {
        const auto after = with(u);
        CHECK(after.acts);
        CHECK(after.idle);
        CHECK_FALSE(after.over);
        CHECK(after.n == 2.0);  // until it is known what the atom does
        CHECK(after.left == doctest::Approx(0.5).epsilon(1e-15));
        CHECK(after.n_dt == doctest::Approx(1.0).epsilon(1e-15));
        CHECK_FALSE(with(u, 13.0).acts);  // behind the end of the tick
        CHECK(with(u, 13.0).over);
    }
    for (const double u : {1e-9, 0.6, 10.0 / 12.0 + 1e-9, 1.0 - 1e-9})
        CHECK_FALSE(with(u).acts);
    CHECK(with(10.0 / 12.0 + 1e-9).n == 2.0);
}

TEST_CASE("with knots a lane goes from part to part as the table says, and stays in the last") {
    const auto pump = PumpSchedule::piecewise_linear(std::vector{0.0, 0.5, 1.0}, std::vector{1.0, 2.0, 0.5});
    direct::LinearParts parts;
    parts.resize(direct::most_parts(pump, 2));
    fill_window(parts, 0, pump, {.duration = 2.0, .ticks = 2}, 0, 2);
    OneLane lane{.n = 1.0,
                 .left = parts.length[0],
                 .pump = parts.pump[0],
                 .rest = parts.rest[0],
                 .slope = parts.slope[0],
                 .ceiling = parts.ceiling[0]};
    // A candidate within the first part: the rate is 2 A + B = 11.
    const auto within = advance({.atoms = 3.0, .parts = &parts, .exponential = 2.75, .u = 1.0 - 1e-9}, lane);
    CHECK(within.left == doctest::Approx(0.25).epsilon(1e-15));
    CHECK(within.part == 0);
    // w = 1.5 there: up below 6/11.
    CHECK(advance({.atoms = 3.0, .parts = &parts, .exponential = 2.75, .u = 6.0 / 11.0 - 1e-9}, lane).n ==
          2.0);
    CHECK(advance({.atoms = 3.0, .parts = &parts, .exponential = 2.75, .u = 6.0 / 11.0 + 1e-9}, lane).n ==
          0.0);
    const Candidate late{.atoms = 3.0, .parts = &parts, .exponential = 100.0, .u = 1e-9};
    for (const std::int64_t part : {1, 2, 3, 3}) {
        lane = advance(late, lane);
        const auto i = static_cast<std::size_t>(part);
        CHECK(lane.over);
        CHECK(lane.part == part);
        CHECK(lane.left == parts.length[i]);
        CHECK(lane.pump == parts.pump[i]);
        CHECK(lane.slope == parts.slope[i]);
        CHECK(lane.ceiling == parts.ceiling[i]);
        CHECK(lane.rest == parts.rest[i]);
    }
    CHECK(lane.n_dt == doctest::Approx(2.0).epsilon(1e-15));
}

#endif
