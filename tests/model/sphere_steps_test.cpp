#include "model/sphere_steps.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace dickejump;
using doctest::Approx;

namespace {

/// int kappa dt and int (w + 1) dt, kappa = (N + 1)(w - 1)/2, by the rule of the trapezium, exact on a ramp.
struct Integrals {
    double boost = 0.0, spread = 0.0;

    Integrals(const DickeLadder& ladder, const PumpSchedule& pump, double begin, double end, int pieces) {
        for (int i = 0; i < pieces; ++i) {
            const double h = (end - begin) / pieces, t = begin + h * i;
            const double w = 0.5 * (pump.at(t) + pump.at(t + h));
            boost += 0.5 * (static_cast<double>(ladder.atoms()) + 1.0) * (w - 1.0) * h;
            spread += (w + 1.0) * h;
        }
    }
};

}  // namespace

TEST_CASE("a step boosts by int kappa and spreads by int (w + 1), across corners too") {
    const DickeLadder ladder(40);
    const auto pump = PumpSchedule::piecewise_linear(std::vector{0.0, 0.1, 0.15}, std::vector{0.5, 1.5, 1.2});
    for (const auto& [begin, end] : {std::pair{0.0, 0.04}, {0.08, 0.2}, {0.3, 0.32}}) {
        const auto step = sphere_step(ladder, pump, begin, end);
        const Integrals expected(ladder, pump, begin, end, 12'000);
        CHECK(step.first_boost + step.second_boost == Approx(expected.boost).epsilon(1e-6));
        CHECK(step.spread == Approx(expected.spread).epsilon(1e-8));
        CHECK(step.first == std::tanh(step.first_boost));
        CHECK(step.second == std::tanh(step.second_boost));
        CHECK(step.length == Approx(end - begin));
        CHECK(step.begin == begin);
    }
}

TEST_CASE("at w = gamma a step is a rotation alone, with the noise of its length") {
    const auto step = sphere_step(DickeLadder(1000), PumpSchedule::constant(1.0), 0.5, 0.52);
    CHECK(std::abs(step.first_boost) < 1e-15);
    CHECK(std::abs(step.second_boost) < 1e-15);
    // theta = int (w + 1)/2 dt = tau; q = E (linear - square E) has the mean linear - 2 square = 1 - e^(-2
    // tau).
    CHECK(step.linear - 2.0 * step.square == Approx(-std::expm1(-0.04)).epsilon(1e-12));
    CHECK(step.spread == Approx(0.04));
}

TEST_CASE("the steps of a run are those of its ticks, in order and without gaps") {
    const DickeLadder ladder(100);
    const auto pump = PumpSchedule::linear(0.7, 1.4, 1.0);
    const TickGrid grid{.duration = 1.0, .ticks = 25};
    const auto steps = sphere_steps(ladder, pump, grid, 3).steps;
    REQUIRE(steps.size() == 75);
    double boost = 0.0, time = 0.0;
    for (const auto& step : steps) {
        CHECK(step.begin == Approx(time));
        time = step.begin + step.length;
        boost += step.first_boost + step.second_boost;
    }
    CHECK(time == Approx(1.0));
    CHECK(boost == Approx(Integrals(ladder, pump, 0.0, 1.0, 10).boost).epsilon(1e-9));
}

TEST_CASE("by default a step is short for the atoms and for the boost") {
    const TickGrid grid{.duration = 2.0, .ticks = 100};  // ticks of 0.02
    CHECK(default_sphere_steps(DickeLadder(100), PumpSchedule::constant(1.0), grid) == 1);
    // kappa = 101/2 (w - 1) = 50.5 at w = 2: 0.5/50.5 is half a tick, nearly.
    CHECK(default_sphere_steps(DickeLadder(100), PumpSchedule::constant(2.0), grid) == 3);
    CHECK(default_sphere_steps(DickeLadder(100), PumpSchedule::linear(0.0, 1.5, 2.0), grid) == 3);
    CHECK(default_sphere_steps(DickeLadder(100), PumpSchedule::constant(1.0),
                               {.duration = 2.0, .ticks = 50}) == 2);
}
