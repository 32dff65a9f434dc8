#include "trajectory/sphere/crossing_times.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <utility>
#include <vector>

#include "support/statistics.hpp"

using namespace dickejump;
using namespace dickejump::test;
using sphere::CrossingTimes;
using sphere::Walks;

namespace {

/// P(a bridge from a > 0 to b, of this variance a step, has been at 0 by the part t of the step | it ever
/// is): by reflection, Phi(-(a (1-t) + b t)/s) + exp(-2 a b/v) Phi((b t - a (1-t))/s), s = sqrt(v t (1-t)),
/// over its value at t = 1.
double hit_by(double a, double b, double variance, double t) {
    const auto normal = [](double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); };
    const double s = std::sqrt(variance * t * (1.0 - t)), reflected = std::exp(-2.0 * a * b / variance);
    const double by = normal(-(a * (1.0 - t) + b * t) / s) + reflected * normal((b * t - a * (1.0 - t)) / s);
    return by / (b < 0.0 ? 1.0 : reflected);
}

SphereSteps three_steps() {
    SphereSteps steps;
    for (int i = 0; i < 3; ++i) {
        SphereStep step{};
        step.begin = 0.5 * i, step.length = 0.5, step.spread = 0.04;
        steps.steps.push_back(step);
    }
    return steps;
}

Walks two_walks() {
    return {
        {DickeLadder(10), PumpSchedule::constant(1.0), {.duration = 1.5, .ticks = 3}, StartState::dicke(0)},
        {.seed = 3, .count = 2}};
}

Window crossings_of(CrossingTimes& times) {
    Window window;
    window.first_crossing.resize(2), window.last_crossing.resize(2);
    times.write(window);
    return window;
}

void note(sphere::CrossedSteps& crossed, std::size_t lane, double step, double before, double after) {
    crossed.step[lane] = step, crossed.before[lane] = before, crossed.after[lane] = after;
}

}  // namespace

TEST_CASE("the first hit of a bridge has the law that reflection gives it") {
    // False alarm 1e-6 each; a variance a quarter too large is seen.
    for (const auto& ends : {std::pair{-0.2, 0.3}, {-0.5, 0.01}, {0.1, 0.2}, {-0.02, 0.9}, {0.3, 0.3}}) {
        const double a = ends.first, b = ends.second;
        CAPTURE(a);
        CAPTURE(b);
        SplitMix random{17};
        std::vector<double> p, wrong;
        for (int i = 0; i < 20'000; ++i) {
            const double t = sphere::first_hit(a, b, 0.04, random);
            CHECK((t > 0.0 && t <= 1.0));
            const double side = a < 0.0 ? -1.0 : 1.0;
            p.push_back(hit_by(side * a, side * b, 0.04, t));
            wrong.push_back(hit_by(side * a, side * b, 0.05, t));
        }
        CHECK(uniformity_p_value(p) > 1e-6);
        CHECK(uniformity_p_value(wrong) < 1e-6);
    }
}

TEST_CASE("a bridge that ends at the level may take all its time, and one without noise goes straight") {
    SplitMix random{5};
    for (int i = 0; i < 1000; ++i) {
        const double t = sphere::first_hit(-0.2, 0.0, 0.04, random);
        CHECK((t > 0.0 && t <= 1.0));
    }
    CHECK(sphere::first_hit(1e9, 0.0, 1e-9, random) == 1.0);
    CHECK(sphere::first_hit(-1.0, 3.0, 1e-14, random) == doctest::Approx(0.25).epsilon(1e-5));
}

TEST_CASE("a run without a crossing has none") {
    const auto steps = three_steps();
    const auto walks = two_walks();
    CrossingTimes times(steps, walks);
    const auto window = crossings_of(times);
    for (std::size_t lane = 0; lane < 2; ++lane) {
        CHECK(std::isnan(window.first_crossing[lane]));
        CHECK(std::isnan(window.last_crossing[lane]));
    }
}

TEST_CASE("crossings lie in their steps, stay where they are, and move when their step does") {
    const auto steps = three_steps();
    auto walks = two_walks();
    CrossingTimes times(steps, walks);
    note(walks.first, 1, 1.0, -0.1, 0.2);
    note(walks.last, 1, 1.0, -0.1, 0.2);
    const auto before = crossings_of(times);
    CHECK(std::isnan(before.first_crossing[0]));
    CHECK(before.first_crossing[1] > 0.5);
    CHECK(before.last_crossing[1] >= before.first_crossing[1]);  // in the same step: after the first
    CHECK(before.last_crossing[1] < 1.0);
    const auto again = crossings_of(times);
    CHECK(again.first_crossing[1] == before.first_crossing[1]);
    CHECK(again.last_crossing[1] == before.last_crossing[1]);
    note(walks.last, 1, 2.0, 0.1, 0.3);
    const auto after = crossings_of(times);
    CHECK(after.first_crossing[1] == before.first_crossing[1]);
    CHECK(after.last_crossing[1] > 1.0);
    CHECK(after.last_crossing[1] < 1.5);
    // All of it is a function of keys and steps, not of when it was asked for.
    CrossingTimes late(steps, walks);
    CHECK(crossings_of(late).first_crossing[1] == after.first_crossing[1]);
    CHECK(crossings_of(late).last_crossing[1] == after.last_crossing[1]);
    walks.keys[1] ^= 1;
    CrossingTimes other(steps, walks);
    CHECK(crossings_of(other).first_crossing[1] != after.first_crossing[1]);
}

TEST_CASE(
    "the last crossing has the law of a first one in the mirror of time, also in the step of the first") {
    // 1 - t of the last crossing from a to b has the law of the first one from b to a.
    const auto steps = three_steps();
    constexpr std::size_t count = 20'000;
    for (const double first_step : {0.0, 2.0}) {
        Walks walks({DickeLadder(10),
                     PumpSchedule::constant(1.0),
                     {.duration = 1.5, .ticks = 3},
                     StartState::dicke(0)},
                    {.seed = 8, .count = count});
        for (std::size_t lane = 0; lane < count; ++lane) {
            note(walks.first, lane, first_step, -0.2, 0.3);
            note(walks.last, lane, 2.0, -0.2, 0.3);
        }
        CrossingTimes times(steps, walks);
        Window window;
        window.first_crossing.resize(count), window.last_crossing.resize(count);
        times.write(window);
        std::vector<double> p;
        bool ordered = true;
        for (std::size_t lane = 0; lane < count; ++lane) {
            p.push_back(hit_by(0.3, -0.2, 0.04, (1.5 - window.last_crossing[lane]) / 0.5));
            ordered = ordered && window.last_crossing[lane] >= window.first_crossing[lane];
        }
        CHECK(uniformity_p_value(p) > 1e-6);
        CHECK(ordered);
    }
}
