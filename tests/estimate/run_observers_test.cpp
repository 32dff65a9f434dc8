#include "dickejump/estimate/run_observers.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <cmath>

#include "dickejump/random/purpose.hpp"
#include "dickejump/trajectory/ladder_sampler.hpp"
#include "dickejump/trajectory/observer.hpp"

using namespace dickejump;
using doctest::Approx;

namespace {

/// Keeps every level of every tick, to reckon with.
struct Everything {
    static constexpr Quantities needs = Quantities::jumps | Quantities::level_integral;

    void observe(const Window& window) {
        for (int lane = 0; lane < window.lanes; ++lane)
            for (int tick = 0; tick < window.ticks; ++tick) {
                levels[static_cast<std::size_t>(lane)].push_back(window.n[window.at(tick, lane)]);
                n_dt[static_cast<std::size_t>(lane)] += window.n_dt[window.at(tick, lane)];
                up += window.jumps_up[window.at(tick, lane)];
                down += window.jumps_down[window.at(tick, lane)];
            }
    }

    std::vector<std::vector<std::int64_t>> levels;
    std::vector<double> n_dt;
    std::int64_t up = 0, down = 0;
};

const LadderSampler& sampler() {
    static const LadderSampler made(DickeLadder(15), PumpSchedule::linear(0.2, 1.8, 2.0),
                                    {.duration = 2.0, .ticks = 500}, StartState::dicke(0));
    return made;
}

constexpr Lanes lanes{.seed = 4, .first_trajectory = 0, .count = 9, .purpose = Purpose::test};

}  // namespace

TEST_CASE("observers of a block say what its levels say") {
    Everything all{.levels = std::vector<std::vector<std::int64_t>>(9), .n_dt = std::vector<double>(9)};
    JumpCount jumps;
    InversionIntegral integral(15);
    InversionSamples samples(15, {1, 250, 251, 500});
    Crossings<Direction::up> crossings(15);
    run(sampler(), lanes, all, jumps, integral, samples, crossings);
    CHECK(jumps.up == all.up);
    CHECK(jumps.down == all.down);
    for (std::size_t lane = 0; lane < 9; ++lane) {
        CHECK(integral.value[lane] == Approx(all.n_dt[lane] - 7.5 * 2.0));
        const auto& levels = all.levels[lane];
        for (const auto& [i, tick] :
             {std::pair<std::size_t, std::size_t>{0, 0}, {1, 249}, {2, 250}, {3, 499}})
            CHECK(samples.values[i * 9 + lane] == static_cast<double>(levels[tick]) - 7.5);
        // The first crossing lies before the end of the first tick that ends beyond, or well before.
        const auto beyond = std::find_if(levels.begin(), levels.end(), [](auto n) { return 2 * n > 15; });
        if (beyond != levels.end())
            CHECK(crossings.first[lane] <= 2.0 * static_cast<double>(beyond - levels.begin() + 1) / 500.0);
        CHECK(std::isnan(crossings.last[lane]) == (2 * levels.back() <= 15));
        if (!std::isnan(crossings.last[lane])) CHECK(crossings.first[lane] <= crossings.last[lane]);
    }
}

TEST_CASE("an absent observer needs nothing and sees nothing") {
    Maybe<JumpCount> absent, present{JumpCount{}};
    CHECK(absent.wanted() == Quantities::none);
    CHECK(present.wanted() == Quantities::jumps);
    run(sampler(), lanes, absent, present);
    CHECK_FALSE(absent.observer.has_value());
    CHECK(present.observer->up > 0);
}

TEST_CASE("a block ends within once it is asked to") {
    std::atomic<bool> flag{false};
    StopWatcher watcher{StopRequest(&flag)};
    run(sampler(), lanes, watcher);
    flag = true;
    CHECK_THROWS_AS(run(sampler(), lanes, watcher), Stopped);
}
