#include "dickejump/estimate/mean_crossing.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "dickejump/model/invalid_input.hpp"
#include "dickejump/random/stream.hpp"
#include "estimate/windows.hpp"

using namespace dickejump;
using namespace dickejump::test;
using doctest::Approx;

namespace {

constexpr std::int64_t atoms = 2000;
const TickGrid grid{.duration = 2.0, .ticks = 100};

/// Whole levels about a cubic that crosses zero at t = 0.83, with noise that is the run's own over all ticks
/// (an offset) and of each tick.
std::vector<std::vector<std::int32_t>> noisy_runs(std::size_t count, double offset, double noise,
                                                  std::uint64_t trajectory) {
    Stream random(12, trajectory, Purpose::test);
    std::vector<std::vector<std::int32_t>> runs;
    for (std::size_t run = 0; run < count; ++run) {
        const double own = offset * (open_unit(random()) - 0.5);
        runs.emplace_back();
        for (std::int64_t tick = 0; tick <= grid.ticks; ++tick) {
            const double x = grid.time(tick) - 0.83, jz = 400.0 * x - 60.0 * x * x + 30.0 * x * x * x;
            const double level = 0.5 * atoms + jz + own + noise * (open_unit(random()) - 0.5);
            runs.back().push_back(static_cast<std::int32_t>(std::lround(level)));
        }
    }
    return runs;
}

Estimate crossing(const std::vector<std::vector<std::int32_t>>& runs, int window = 100) {
    MeanCrossing mean(atoms, grid, 0.9, 0.4);
    show(grid, runs, window, mean);
    return mean.time().value();
}

}  // namespace

TEST_CASE("the mean crosses where its cubic does, in whichever windows it comes") {
    const auto runs = noisy_runs(200, 0.0, 1.0, 1);
    const auto estimate = crossing(runs);
    CHECK(std::abs(estimate.value - 0.83) < 1e-3);
    for (const int window : {1, 7, 50}) {
        CHECK(crossing(runs, window).value == Approx(estimate.value).epsilon(1e-12));
        CHECK(crossing(runs, window).error == Approx(estimate.error).epsilon(1e-9));
    }
}

TEST_CASE("the error of the crossing counts noise that all points of a run share in full") {
    // An offset of variance offset^2/12 moves a run's crossing by itself over the slope of 400.
    constexpr std::size_t count = 400;
    const auto estimate = crossing(noisy_runs(count, 200.0, 20.0, 2));
    const double expected = 200.0 / std::sqrt(12.0) / 400.0 / std::sqrt(static_cast<double>(count));
    CHECK(estimate.error == Approx(expected).epsilon(0.1));
    CHECK(std::abs(estimate.value - 0.83) < 5.0 * expected);
}

TEST_CASE("merged fits are those of all runs") {
    const auto runs = noisy_runs(60, 100.0, 20.0, 3);
    MeanCrossing all(atoms, grid, 0.9, 0.4), left = all, right = all;
    show(grid, runs, 100, all);
    show(grid, {runs.begin(), runs.begin() + 25}, 100, left);
    show(grid, {runs.begin() + 25, runs.end()}, 100, right);
    left.merge(right);
    CHECK(left.time()->value == Approx(all.time()->value).epsilon(1e-12));
    CHECK(left.time()->error == Approx(all.time()->error).epsilon(1e-9));
}

TEST_CASE("a mean that stays on one side, or fewer than two runs, cross nowhere") {
    MeanCrossing elsewhere(atoms, grid, 1.6, 0.3), alone(atoms, grid, 0.9, 0.4);
    show(grid, noisy_runs(20, 10.0, 10.0, 4), 100, elsewhere);
    CHECK_FALSE(elsewhere.time().has_value());
    show(grid, noisy_runs(1, 10.0, 10.0, 5), 100, alone);
    CHECK_FALSE(alone.time().has_value());
}

TEST_CASE("at the ends of the run, and on a few ticks, the fit takes what there is") {
    for (const double centre : {0.0, 0.02, 2.0})
        CHECK_NOTHROW(MeanCrossing(atoms, grid, centre, 1e300));
    for (const std::int64_t ticks : {1, 2, 5})
        CHECK_NOTHROW(MeanCrossing(atoms, TickGrid{.duration = 2.0, .ticks = ticks}, 1.0, 0.3));
}

TEST_CASE("a stretch outside the run, and fits of another, are refused") {
    for (const double centre : {-0.1, 2.1, std::nan(""), HUGE_VAL})
        CHECK_THROWS_AS(MeanCrossing(atoms, grid, centre, 0.4), InvalidInput);
    for (const double reach : {-0.1, std::nan(""), HUGE_VAL})
        CHECK_THROWS_AS(MeanCrossing(atoms, grid, 1.0, reach), InvalidInput);
    CHECK_THROWS_AS(MeanCrossing(atoms, TickGrid{.duration = 2.0, .ticks = 0}, 1.0, 0.4), InvalidInput);
    MeanCrossing mean(atoms, grid, 0.9, 0.4);
    for (const auto& other : {MeanCrossing(atoms + 1, grid, 0.9, 0.4), MeanCrossing(atoms, grid, 0.7, 0.4),
                              MeanCrossing(atoms, grid, 0.9, 0.2)})
        CHECK_THROWS_AS(mean.merge(other), InvalidInput);
}
