#include "dickejump/exact/sphere_bias.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "dickejump/model/invalid_input.hpp"

using namespace dickejump;

namespace {

struct Upwards {
    DickeLadder ladder;
    double rate, half_width;
    std::int64_t ticks;

    TickGrid grid() const { return {.duration = 2.0 * half_width / rate, .ticks = ticks}; }
    PumpSchedule pump() const {
        return PumpSchedule::linear(ladder.pump(-half_width), ladder.pump(half_width), grid().duration);
    }
    StartState steady() const { return StartState::steady(ladder.pump(-half_width)); }
    SphereBias bias(const StartState& start, int steps) const {
        return sphere_bias(ladder, pump(), grid(), start, steps);
    }
};

}  // namespace

TEST_CASE("the step's error falls faster than its square, and is small at the default step") {
    struct Case {
        double rate, half_width;
        std::int64_t ticks;
    };
    for (const auto& [rate, half_width, ticks] :
         {Case{1.0, 12.0, 1200}, {16.0, 24.0, 200}, {64.0, 50.0, 200}}) {
        const Upwards scan{DickeLadder(100'000'000), rate, half_width, ticks};
        CAPTURE(rate);
        const auto coarse = scan.bias(StartState::dicke(0), 1), fine = scan.bias(StartState::dicke(0), 2);
        CHECK(coarse.steps_per_tick == 1);
        CHECK(fine.steps_per_tick == 2);
        CHECK(coarse.step.mean < 3e-5);
        CHECK(coarse.step.mean > 0.0);
        CHECK(fine.step.mean < coarse.step.mean / 4.5);
    }
}

TEST_CASE("the model's error falls as 1/N^2") {
    // 0.57/N^2 in <x> and 0.7/N^2 in Var x at r = 16.
    for (const std::int64_t atoms : {100, 200, 400}) {
        const Upwards scan{DickeLadder(atoms), 16.0, 24.0, 200};
        const auto bias = scan.bias(StartState::dicke(0), 4);
        const auto n = static_cast<double>(atoms);
        CAPTURE(atoms);
        CHECK(bias.model.mean * n * n == doctest::Approx(0.57).epsilon(0.05));
        CHECK(bias.model.variance * n * n == doctest::Approx(0.7).epsilon(0.1));
        // The sphere starts in the ladder's steady state, and so it is no worse from there.
        CHECK(scan.bias(scan.steady(), 4).model.mean * n * n < 1.5);
    }
}

TEST_CASE("the number of steps is the smallest within the tolerance") {
    const Upwards scan{DickeLadder(10'000), 16.0, 24.0, 200};
    for (const double tolerance : {1e-3, 5e-5, 1e-5}) {
        const auto bias = sphere_bias_within(scan.ladder, scan.pump(), scan.grid(), scan.steady(), tolerance);
        CHECK(bias.step.mean <= tolerance);
        CHECK(bias.step.crossing > 0.0);
        if (bias.steps_per_tick > 1)
            CHECK(scan.bias(scan.steady(), bias.steps_per_tick - 1).step.mean > tolerance);
    }
}

TEST_CASE("a constant pump in its steady state has no bias to speak of") {
    const DickeLadder ladder(1'000'000);
    const TickGrid grid{.duration = 1.0, .ticks = 50};
    for (const double s : {-6.0, 0.0, 3.0}) {
        const double w = ladder.pump(s);
        const auto bias = sphere_bias(ladder, PumpSchedule::constant(w), grid, StartState::steady(w), 4);
        CHECK(bias.step.mean < 1e-4);
        CHECK(bias.model.mean < 1e-6);
    }
}

TEST_CASE("the bias refuses what it cannot say") {
    const DickeLadder ladder(10'000);
    const TickGrid grid{.duration = 1.0, .ticks = 50};
    CHECK_THROWS_AS(sphere_bias(ladder, PumpSchedule::constant(1.0), grid, StartState::dicke(0), 0),
                    InvalidInput);
    CHECK_THROWS_AS(sphere_bias(ladder, PumpSchedule::constant(2.0), grid, StartState::dicke(0), 1),
                    InvalidInput);
    CHECK_THROWS_AS(sphere_bias_within(ladder, PumpSchedule::constant(1.0), grid, StartState::dicke(0), 0.0),
                    InvalidInput);
}

TEST_CASE("the bias of no run is refused") {
    const DickeLadder ladder(10'000);
    const auto pump = PumpSchedule::constant(1.0);
    const auto start = StartState::dicke(0);
    const double not_a_number = std::nan("");
    for (const auto& grid : {TickGrid{.duration = 1.0, .ticks = 0}, TickGrid{.duration = 0.0, .ticks = 5},
                             TickGrid{.duration = not_a_number, .ticks = 5}}) {
        CHECK_THROWS_AS(sphere_bias(ladder, pump, grid, start, 1), InvalidInput);
        CHECK_THROWS_AS(sphere_bias_within(ladder, pump, grid, start, 1e-4), InvalidInput);
    }
    const TickGrid grid{.duration = 1.0, .ticks = 50};
    CHECK_THROWS_AS(sphere_bias(ladder, pump, grid, StartState::dicke(10'001), 1), InvalidInput);
    CHECK_THROWS_AS(sphere_bias(ladder, pump, grid, StartState::steady(not_a_number), 1), InvalidInput);
    // Below what rounding leaves no number of steps would do.
    for (const double tolerance : {1e-300, -1e-4, not_a_number, HUGE_VAL})
        CHECK_THROWS_AS(sphere_bias_within(ladder, pump, grid, start, tolerance), InvalidInput);
}
