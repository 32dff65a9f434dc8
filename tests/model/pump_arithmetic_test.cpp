#include "dickejump/model/pump_schedule.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "dickejump/model/invalid_input.hpp"

// Schedules as such are tested in model_test.cpp; here what is computed from them. All numbers are binary
// fractions, so that every comparison is exact.

using namespace dickejump;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// w: 1 -> 3 over 0..2, 3 -> 0.5 over 2..4, 0.5 until 5, 0.5 -> 2 over 5..8, then 2.
PumpSchedule hilly() {
    return PumpSchedule::piecewise_linear(std::vector{0.0, 2.0, 4.0, 5.0, 8.0},
                                          std::vector{1.0, 3.0, 0.5, 0.5, 2.0});
}

void check_same(const PumpSchedule& schedule, const std::vector<double>& times,
                const std::vector<double>& pumps) {
    const auto pieces = schedule.pieces();
    REQUIRE(pieces.size() == times.size());
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        CHECK(pieces[i].begin == times[i]);
        CHECK(pieces[i].end == (i + 1 < pieces.size() ? times[i + 1] : infinity));
        CHECK(pieces[i].pump == pumps[i]);
    }
    CHECK(pieces.back().slope == 0.0);
}

}  // namespace

TEST_CASE("the extremes of a pump are at the knots of the run or at its end") {
    const auto check = [](double until, double lowest, double highest) {
        CAPTURE(until);
        const auto extremes = hilly().extremes(until);
        CHECK(extremes.lowest == lowest);
        CHECK(extremes.highest == highest);
    };
    check(0.0, 1.0, 1.0);
    check(1.0, 1.0, 2.0);  // within a piece
    check(2.0, 1.0, 3.0);  // at a knot
    check(3.0, 1.0, 3.0);  // where w is down at 1.75 again
    check(4.0, 0.5, 3.0);
    check(100.0, 0.5, 3.0);
    check(infinity, 0.5, 3.0);
    CHECK(PumpSchedule::constant(0.75).extremes(infinity).lowest == 0.75);
    CHECK(PumpSchedule::constant(0.75).extremes(0.0).highest == 0.75);
}

TEST_CASE("a knot at the very end of a run counts, one after it does not") {
    const auto late = PumpSchedule::piecewise_linear(std::vector{0.0, 1.0, 2.0}, std::vector{1.0, 1.0, 9.0});
    CHECK(late.extremes(1.0).highest == 1.0);
    CHECK(late.extremes(2.0).highest == 9.0);
    const auto dry = PumpSchedule::linear(1.0, 0.0, 2.0);
    CHECK(dry.extremes(1.5).lowest == 0.25);
    CHECK(dry.extremes(2.0).lowest == 0.0);
}

TEST_CASE("a pump that runs dry is never below 0, however its line rounds") {
    for (int i = 1; i < 200; ++i) {
        const double first = 0.1 * i, last = 0.3 * i;
        const auto dry = PumpSchedule::linear(first, 0.0, last);
        CHECK(dry.extremes(last).lowest == 0.0);
        for (const double before : {std::nextafter(last, 0.0), last * (1.0 - 1e-15)})
            CHECK(dry.extremes(before).lowest >= 0.0);
    }
}

TEST_CASE("the farthest pump from another may lie on either side of it") {
    const auto extremes = hilly().extremes(infinity);  // 0.5 .. 3
    CHECK(extremes.farthest_from(1.0) == 2.0);
    CHECK(extremes.farthest_from(2.5) == 2.0);
    CHECK(extremes.farthest_from(0.0) == 3.0);
    CHECK(extremes.farthest_from(4.0) == 3.5);
}

TEST_CASE("the integral of a pump is the sum of its trapezia") {
    CHECK(hilly().integral(0.0) == 0.0);
    CHECK(hilly().integral(1.0) == 1.5);
    CHECK(hilly().integral(2.0) == 4.0);
    CHECK(hilly().integral(3.0) == 4.0 + 2.375);
    CHECK(hilly().integral(4.0) == 7.5);
    CHECK(hilly().integral(5.0) == 8.0);
    CHECK(hilly().integral(8.0) == 11.75);
    CHECK(hilly().integral(10.0) == 15.75);
    CHECK(PumpSchedule::constant(0.0).integral(1e9) == 0.0);
}

TEST_CASE("the integral over a part of a piece starts where it is told to") {
    const auto piece = hilly().pieces()[1];  // 3 -> 0.5 over 2..4
    CHECK(piece.integral(2.0, 2.0) == 3.5);
    CHECK(piece.integral(2.0, 0.0) == 0.0);
    CHECK(piece.integral(3.0, 1.0) == 1.125);
}

TEST_CASE("a schedule that is held keeps its knots before, and loses those after") {
    check_same(hilly().held_from(3.0), {0.0, 2.0, 3.0}, {1.0, 3.0, 1.75});
    check_same(hilly().held_from(2.0), {0.0, 2.0}, {1.0, 3.0});
    check_same(hilly().held_from(0.5), {0.0, 0.5}, {1.0, 1.5});
    check_same(hilly().held_from(8.0), {0.0, 2.0, 4.0, 5.0, 8.0}, {1.0, 3.0, 0.5, 0.5, 2.0});
    check_same(hilly().held_from(infinity), {0.0, 2.0, 4.0, 5.0, 8.0}, {1.0, 3.0, 0.5, 0.5, 2.0});
    CHECK(hilly().held_from(3.0).at(2.5) == hilly().at(2.5));
    CHECK(hilly().held_from(3.0).at(50.0) == 1.75);
    for (const double time : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN()})
        CHECK_THROWS_AS(hilly().held_from(time), InvalidInput);
}

TEST_CASE("an affine schedule is stretched about a pump and shifted, and stays a pump") {
    const std::vector<double> times{0.0, 2.0, 4.0, 5.0, 8.0};
    check_same(hilly().affine(1.0, 0.0), times, {1.0, 3.0, 0.5, 0.5, 2.0});
    check_same(hilly().affine(2.0, 0.25), times, {2.25, 6.25, 1.25, 1.25, 4.25});
    check_same(hilly().affine(4.0, 2.0, 1.0), times, {2.0, 10.0, 0.0, 0.0, 6.0});
    check_same(hilly().affine(-1.0, 3.0), times, {2.0, 0.0, 2.5, 2.5, 1.0});
    // Below 0 at the knots at 4 and 5: put at 0 there.
    check_same(hilly().affine(1.0, -1.0), times, {0.0, 2.0, 0.0, 0.0, 1.0});
    CHECK(hilly().affine(1.0, -1.0).at(3.0) == 1.0);  // the line to the new knot
    CHECK_THROWS_AS(hilly().affine(infinity, 0.0), InvalidInput);
    CHECK_THROWS_AS(hilly().affine(1.0, infinity), InvalidInput);
    CHECK_THROWS_AS(hilly().affine(infinity, -infinity), InvalidInput);  // no number at all
}

TEST_CASE("stretched about a pump close to it, a schedule keeps the digits of their difference") {
    const double step = 0x1p-40, factor = 0x1p39 + 1.0;
    const auto stretched = PumpSchedule::linear(1.0, 1.0 + step, 1.0).affine(factor, 0.0, 1.0);
    CHECK(stretched.at(1.0) == step * factor);
    const auto lossy = PumpSchedule::linear(1.0, 1.0 + step, 1.0).affine(factor, -factor);
    CHECK(lossy.at(1.0) != step * factor);
}
