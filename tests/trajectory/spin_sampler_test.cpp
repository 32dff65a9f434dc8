#include "dickejump/trajectory/spin_sampler.hpp"

#include <doctest/doctest.h>

#include <atomic>

#include "dickejump/model/invalid_input.hpp"
#include "dickejump/trajectory/ladder_sampler.hpp"
#include "support/scripted_walk.hpp"

using namespace dickejump;
using namespace dickejump::test;

namespace {

constexpr auto columns = whole_story | Quantities::crossings_up;
const TickGrid grid{.duration = 3.0, .ticks = 150};

std::vector<Window> windows(const auto& sampler, Quantities wanted, int count = 5, std::int64_t first = 7) {
    std::vector<Window> all;
    sampler(Lanes{.seed = 3, .first_trajectory = first, .count = count, .purpose = Purpose::test}, wanted,
            [&](const Window& window) { all.push_back(window); });
    return all;
}

SpinSampler spins(LocalRates rates) {
    return {LocalSpins(20, rates), PumpSchedule::linear(0.4, 1.6, 3.0), grid, StartState::steady(0.4)};
}

}  // namespace

TEST_CASE("without local rates the trajectories are the ladder's, bit by bit") {
    const LadderSampler ladder(DickeLadder(20), PumpSchedule::linear(0.4, 1.6, 3.0), grid,
                               StartState::steady(0.4));
    const auto its = windows(ladder, columns), mine = windows(spins({}), columns | Quantities::spin);
    REQUIRE(its.size() == mine.size());
    for (std::size_t w = 0; w < its.size(); ++w) {
        const auto cells = its[w].at(its[w].ticks, 0);
        for (std::size_t i = 0; i < cells; ++i) {
            CHECK(its[w].n[i] == mine[w].n[i]);
            CHECK(its[w].jumps_up[i] == mine[w].jumps_up[i]);
            CHECK(its[w].jumps_down[i] == mine[w].jumps_down[i]);
            CHECK(same(its[w].n_dt[i], mine[w].n_dt[i]));
            CHECK(mine[w].twice_j[i] == 20);
            CHECK(mine[w].local_jumps[i] == 0);
        }
        CHECK(its[w].tags == mine[w].tags);
        for (std::size_t lane = 0; lane < 5; ++lane) {
            CHECK(same_or_both_missing(its[w].first_crossing[lane], mine[w].first_crossing[lane]));
            CHECK(same_or_both_missing(its[w].last_crossing[lane], mine[w].last_crossing[lane]));
        }
    }
}

TEST_CASE("a trajectory does not depend on what runs beside it, or on what is wanted") {
    const auto sampler = spins({.emission = 0.3, .pumping = 0.1, .dephasing = 0.2});
    const auto many = windows(sampler, columns | Quantities::spin);
    const auto one = windows(sampler, Quantities::none, 1, 9);
    REQUIRE(many.size() == one.size());
    for (std::size_t w = 0; w < one.size(); ++w)
        for (int tick = 0; tick < one[w].ticks; ++tick)
            CHECK(one[w].n[one[w].at(tick, 0)] == many[w].n[many[w].at(tick, 2)]);
    CHECK(many.back().twice_j[many.back().at(many.back().ticks - 1, 0)] < 20);
}

TEST_CASE("runs that cannot be are refused") {
    CHECK_THROWS_AS(SpinSampler(LocalSpins(4, {}), PumpSchedule::constant(1.0), {.duration = 0.0, .ticks = 1},
                                StartState::dicke(0)),
                    InvalidInput);
    CHECK_THROWS_AS(SpinSampler(LocalSpins(4, {}), PumpSchedule::constant(1.0), grid, StartState::dicke(5)),
                    InvalidInput);
    CHECK_THROWS_AS(windows(spins({}), Quantities::crossings_up | Quantities::crossings_down), InvalidInput);
}

TEST_CASE("the spin sampler stops within a window when it is asked to") {
    const std::atomic<bool> asked = true;
    const auto sampler = SpinSampler(LocalSpins(1000, {.emission = 0.1}), PumpSchedule::constant(1.0), grid,
                                     StartState::dicke(500));
    CHECK_THROWS_AS(sampler(Lanes{.seed = 1, .count = 128, .stop = StopRequest(&asked)}, Quantities::none,
                            [](const Window&) {}),
                    Stopped);
}
