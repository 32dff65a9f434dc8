#include "dickejump/record/loop_sampler.hpp"

#include <doctest/doctest.h>

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
    REQUIRE(run.pumps.size() == 200);
    std::size_t cavity = 0;
    std::int64_t downs = 0;
    for (std::size_t k = 0; k < 200; ++k) {
        CHECK(run.pumps[k] == (run.n[k] < 8 ? 1.5 : 0.5));
        CHECK(run.n[k + 1] - run.n[k] == run.ups[k] - run.downs[k]);
        CHECK(run.clicks_before[k] <= run.clicks_before[k + 1]);
        downs += run.downs[k];
    }
    CHECK(run.n.front() == run.start);
    CHECK(run.clicks_before.back() == run.clicks.size());
    for (std::size_t i = 0; i < run.clicks.size(); ++i) {
        cavity += run.clicks[i].channel == Channel::cavity;
        if (i > 0) CHECK(run.clicks[i].time >= run.clicks[i - 1].time);
    }
    CHECK(static_cast<std::int64_t>(cavity) == downs);  // efficiency 1
}

TEST_CASE("a detector that nobody listens to leaves the trajectory alone, and so do others") {
    const auto steady = [](const LoopTick&) { return 1.0; };
    const LoopSampler blind(DickeLadder(15), grid), seeing(DickeLadder(15), grid, eye(), 0.7);
    const auto a = blind(3, 8, 4, steady), b = seeing(3, 8, 4, steady), c = blind(3, 9, 4, steady);
    CHECK(a.n == b.n);
    CHECK(a.pumping == b.pumping);
    CHECK(a.n != c.n);
    CHECK(a.clicks.empty());
}

TEST_CASE("without a pump and without atoms excited nothing happens") {
    const auto run = LoopSampler(DickeLadder(5), grid)(1, 0, 0, [](const LoopTick&) { return 0.0; });
    CHECK(run.n.back() == 0);
    CHECK(run.pumping[0] == doctest::Approx(5.0 * 0.01));
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
