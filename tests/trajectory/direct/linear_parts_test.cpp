#include "trajectory/direct/linear_parts.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

using namespace dickejump;
using direct::LinearParts;

namespace {

/// w: 1 -> 3 over 0..0.75, 3 -> 0 over 0.75..1.5, then 0. All numbers are binary fractions.
PumpSchedule peak() {
    return PumpSchedule::piecewise_linear(std::vector{0.0, 0.75, 1.5}, std::vector{1.0, 3.0, 0.0});
}

LinearParts filled(const PumpSchedule& pump, const TickGrid& grid, std::int64_t first_tick, int ticks,
                   std::size_t at = 0) {
    LinearParts parts;
    parts.resize(at + direct::most_parts(pump, ticks));
    fill_window(parts, at, pump, grid, first_tick, ticks);
    return parts;
}

}  // namespace

TEST_CASE("the parts of a window end at its ticks and at the knots within them") {
    // Ticks end at 0.5, 1, 1.5, 2; the knot at 0.75 cuts the second, that at 1.5 is the end of the third.
    const auto parts = filled(peak(), {.duration = 2.0, .ticks = 4}, 0, 4);
    const auto check = [&](std::size_t i, double length, double slope, double pump, double ceiling,
                           double rest, bool closes_tick) {
        CAPTURE(i);
        CHECK(parts.length[i] == length);
        CHECK(parts.slope[i] == doctest::Approx(slope).epsilon(1e-15));
        CHECK(parts.pump[i] == doctest::Approx(pump).epsilon(1e-15));
        CHECK(parts.ceiling[i] == doctest::Approx(ceiling).epsilon(1e-15));
        CHECK(parts.rest[i] == rest);
        CHECK(static_cast<bool>(parts.closes_tick[i]) == closes_tick);
        CHECK(parts.next[i] == static_cast<std::int64_t>(i) + 1);
    };
    check(0, 0.5, 8.0 / 3.0, 1.0 + 4.0 / 3.0, 1.0 + 4.0 / 3.0, 1.5, true);
    check(1, 0.25, 8.0 / 3.0, 3.0, 3.0, 1.25, false);
    check(2, 0.25, -4.0, 2.0, 3.0, 1.0, true);
    check(3, 0.5, -4.0, 0.0, 2.0, 0.5, true);
    check(4, 0.5, 0.0, 0.0, 0.0, 0.0, true);
    // Whoever is through stays where no time passes.
    CHECK(parts.length[5] == 0.0);
    CHECK(parts.rest[5] == 0.0);
    CHECK(parts.next[5] == 5);
    CHECK_FALSE(static_cast<bool>(parts.closes_tick[5]));
}

TEST_CASE("a later window is filled from its row on, and leaves those before alone") {
    const TickGrid grid{.duration = 2.0, .ticks = 4};
    const auto whole = filled(peak(), grid, 0, 4), later = filled(peak(), grid, 2, 1, 7);
    for (std::size_t i = 0; i < 7; ++i)
        CHECK(later.length[i] == 0.0);
    CHECK(later.length[7] == whole.length[3]);
    CHECK(later.pump[7] == whole.pump[3]);
    CHECK(later.rest[7] == 0.0);
    CHECK(later.next[7] == 8);
    CHECK(later.next[8] == 8);
}

TEST_CASE("many knots in a tick are all parts of it, and the room for them is enough") {
    std::vector<double> times, pumps;
    for (int i = 0; i <= 64; ++i)
        times.push_back(0.03125 * i), pumps.push_back(i % 2 == 0 ? 0.5 : 2.0);
    const auto pump = PumpSchedule::piecewise_linear(times, pumps);
    const TickGrid grid{.duration = 2.0, .ticks = 3};
    const auto parts = filled(pump, grid, 0, 3);
    double time = 0.0, integral = 0.0;
    int ticks = 0;
    std::size_t i = 0;
    for (; parts.next[i] != static_cast<std::int64_t>(i); ++i) {
        const double begin = parts.pump[i] - parts.slope[i] * parts.length[i];
        CHECK(begin == doctest::Approx(pump.at(time)).epsilon(1e-12));
        CHECK(parts.ceiling[i] == doctest::Approx(std::max(begin, parts.pump[i])).epsilon(1e-12));
        integral += 0.5 * (begin + parts.pump[i]) * parts.length[i];
        time += parts.length[i];
        CHECK(parts.rest[i] == doctest::Approx(2.0 - time).epsilon(1e-12));
        ticks += parts.closes_tick[i];
    }
    CHECK(i == 64 + 2);  // the two inner ends of ticks are no knots
    CHECK(ticks == 3);
    CHECK(time == doctest::Approx(2.0).epsilon(1e-14));
    CHECK(integral == doctest::Approx(2.5).epsilon(1e-13));
}

TEST_CASE("no part has a pump below 0, however a ramp to 0 rounds") {
    for (int i = 1; i < 60; ++i) {
        const auto pump = PumpSchedule::piecewise_linear(std::vector{0.0, 0.1 * i, 0.1 * i + 1.0},
                                                         std::vector{0.7 / i, 0.0, 1.0});
        const auto parts = filled(pump, {.duration = 0.1 * i, .ticks = 3}, 0, 3);
        for (const double w : parts.pump)
            CHECK(w >= 0.0);
    }
}
