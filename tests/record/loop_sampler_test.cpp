#include "dickejump/record/loop_sampler.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "dickejump/model/invalid_input.hpp"

using namespace dickejump;

namespace {

const TickGrid grid{.duration = 2.0, .ticks = 200};

Detector eye() {
    Detector d;
    d.name = "eye";
    d[Channel::cavity] = ChannelDetector{.efficiency = 1.0};
    d[Channel::side] = ChannelDetector{.efficiency = 0.5, .background = 3.0};
    return d;
}

}  // namespace

TEST_CASE("a run adds up: jumps and levels, clicks and ticks") {
    const LoopSampler sampler(DickeLadder(15), grid, eye(), 0.7);
    const auto run = sampler(3, 8, {}, [](const LoopTick& tick) {
        CHECK(tick.time == doctest::Approx(0.01 * static_cast<double>(tick.index)));
        for (const auto& click : tick.clicks)
            CHECK((click.time >= tick.time - 0.01 - 1e-12 && click.time <= tick.time));
        return tick.n < 8 ? 1.5 : 0.5;
    });
    REQUIRE(run.ticks.size() == 200);
    std::size_t cavity = 0, clicks = 0;
    std::int64_t downs = 0;
    for (std::size_t k = 0; k < 200; ++k) {
        const auto& tick = run.ticks[k];
        CHECK(tick.pump == (tick.n < 8 ? 1.5 : 0.5));
        CHECK((k + 1 < 200 ? run.ticks[k + 1].n : run.end) - tick.n == tick.ups - tick.downs);
        clicks += static_cast<std::size_t>(tick.clicks[0] + tick.clicks[1] + tick.clicks[2]);
        CHECK(tick.clicks[0] == tick.downs);  // efficiency 1
        downs += tick.downs;
    }
    CHECK(run.ticks.front().n == run.start);
    CHECK(clicks == run.clicks.size());
    for (std::size_t i = 0; i < run.clicks.size(); ++i) {
        cavity += run.clicks[i].channel == Channel::cavity;
        if (i > 0) CHECK(run.clicks[i].time >= run.clicks[i - 1].time);
    }
    CHECK(static_cast<std::int64_t>(cavity) == downs);
}

TEST_CASE("a detector that nobody listens to leaves the trajectory alone, and so do others") {
    const auto steady = [](const LoopTick&) { return 1.0; };
    const LoopSampler blind(DickeLadder(15), grid), seeing(DickeLadder(15), grid, eye(), 0.7);
    const auto a = blind(3, 8, 4, steady), b = seeing(3, 8, 4, steady), c = blind(3, 9, 4, steady);
    const auto same = [](const LoopStep& x, const LoopStep& y) {
        return x.n == y.n && x.pumping == y.pumping;
    };
    CHECK(std::equal(a.ticks.begin(), a.ticks.end(), b.ticks.begin(), b.ticks.end(), same));
    CHECK_FALSE(std::equal(a.ticks.begin(), a.ticks.end(), c.ticks.begin(), c.ticks.end(), same));
    CHECK(a.clicks.empty());
}

TEST_CASE("without a pump and without atoms excited nothing happens") {
    const auto run = LoopSampler(DickeLadder(5), grid)(1, 0, 0, [](const LoopTick&) { return 0.0; });
    CHECK(run.end == 0);
    CHECK(run.ticks[0].pumping == doctest::Approx(5.0 * 0.01));
}

TEST_CASE("what a loop does not have is refused") {
    const DickeLadder ladder(5);
    auto late = eye(), gated = eye(), binned = eye();
    late[Channel::cavity]->dead_time = 0.1;
    gated.gate_open = 1.0;
    binned.time_tags = false;
    for (const auto& detector : {late, gated, binned})
        CHECK_THROWS_AS(LoopSampler(ladder, grid, detector, 0.5), InvalidInput);
    CHECK_THROWS_AS(LoopSampler(ladder, grid, {}, -1.0), InvalidInput);
    CHECK_THROWS_AS(LoopSampler(ladder, {.duration = 0.0, .ticks = 3}), InvalidInput);
    const LoopSampler sampler(ladder, grid);
    CHECK_THROWS_AS(sampler(1, 0, 6, [](const LoopTick&) { return 1.0; }), InvalidInput);
    for (const double pump :
         {-0.1, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
        CHECK_THROWS_AS(sampler(1, 0, 2, [=](const LoopTick&) { return pump; }), InvalidInput);
}

TEST_CASE("atoms that could act one by one, at rates of 0, are the ladder draw by draw") {
    const auto servo = [](const LoopTick& tick) { return tick.n < 8 ? 1.5 : 0.5; };
    const LoopSampler ladder(DickeLadder(15), grid, eye()),
        spins(DickeLadder(15), grid, eye(), 0.0, LocalRates{});
    const auto a = ladder(3, 8, {}, servo), b = spins(3, 8, {}, servo);
    CHECK(a.end == b.end);
    CHECK(a.twice_j == -1);
    CHECK(b.twice_j == 15);
    REQUIRE(a.clicks.size() == b.clicks.size());
    for (std::size_t i = 0; i < a.clicks.size(); ++i)
        CHECK(a.clicks[i].time == b.clicks[i].time);
    for (std::size_t k = 0; k < a.ticks.size(); ++k)
        CHECK(a.ticks[k].pumping == b.ticks[k].pumping);
}

TEST_CASE("a photon to the side is an emission of a single atom, which the atoms feel") {
    Detector side;
    side.name = "side";
    side[Channel::side] = ChannelDetector{.efficiency = 1.0};
    // Without a pump every atom goes down, by itself or with the others.
    const LoopSampler sampler(DickeLadder(6), {.duration = 60.0, .ticks = 10}, side, 0.0,
                              LocalRates{.emission = 2.0});
    std::int64_t single = 0;
    for (std::int64_t k = 0; k < 50; ++k) {
        const auto run = sampler(1, k, 6, [](const LoopTick&) { return 0.0; });
        std::int64_t downs = 0;
        for (const auto& tick : run.ticks)
            downs += tick.downs;
        CHECK(run.end == 0);
        CHECK(run.twice_j == 6);  // the ground state has j = N/2
        CHECK(downs + static_cast<std::int64_t>(run.clicks.size()) == 6);
        single += static_cast<std::int64_t>(run.clicks.size());
    }
    CHECK(single > 50);
}

TEST_CASE("loops of single atoms with a side rate, a linewidth or negative rates are refused") {
    const LocalRates local{.emission = 0.1};
    CHECK_THROWS_AS(LoopSampler(DickeLadder(6), grid, eye(), 0.5, local), InvalidInput);
    CHECK_THROWS_AS(LoopSampler(DickeLadder(6, 0.1), grid, eye(), 0.0, local), InvalidInput);
    CHECK_THROWS_AS(LoopSampler(DickeLadder(6), grid, eye(), 0.0, LocalRates{.pumping = -1.0}), InvalidInput);
}
