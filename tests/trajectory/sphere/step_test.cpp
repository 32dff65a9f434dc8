#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "trajectory/vector_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "trajectory/sphere/step_test.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "trajectory/sphere/step-inl.hpp"

// One step with chance that the test knows, on the best target of this processor: every lane has the same.

HWY_BEFORE_NAMESPACE();
namespace dickejump::HWY_NAMESPACE {

double sine_of(double v) {
    return hn::GetLane(sine_of_half_turns(hn::Set(Reals(), v)));
}
double moved_to(double x, const SphereStep& step, double q, double sine) {
    const Reals d;
    return hn::GetLane(
        moved(hn::Set(d, x), step,
              {hn::Set(d, q), hn::Set(d, sine), hn::Set(d, step.first), hn::Set(d, step.second)}));
}
/// Both words that are drawn are `word`.
void turn_of(std::uint64_t word, const SphereStep& step, double* q, double* sine) {
    const Words w;
    LaneGenerator random{hn::Set(w, word), hn::Zero(w), hn::Zero(w), hn::Zero(w)};
    const auto turn = draw_turn(random, step);
    *q = hn::GetLane(turn.q), *sine = hn::GetLane(turn.sine);
}

}  // namespace dickejump::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace dickejump {

HWY_EXPORT(sine_of);
HWY_EXPORT(moved_to);
HWY_EXPORT(turn_of);

}  // namespace dickejump

using namespace dickejump;

namespace {

double moved(double x, const SphereStep& step, double q, double sine) {
    return HWY_DYNAMIC_DISPATCH(dickejump::moved_to)(x, step, q, sine);
}

SphereStep step_of_boosts(double first, double second) {
    SphereStep step{};
    step.first_boost = first, step.second_boost = second;
    step.first = std::tanh(first), step.second = std::tanh(second);
    return step;
}

}  // namespace

TEST_CASE("the sine of half turns is right to the last digits, odd, and 1 at a quarter of a turn") {
    double worst = 0.0;
    for (int i = -5000; i <= 5000; ++i) {
        const double v = 1e-4 * i, sine = HWY_DYNAMIC_DISPATCH(dickejump::sine_of)(v);
        worst = std::max(worst, std::abs(sine - std::sin(3.14159265358979324 * v)));
        CHECK(sine == -HWY_DYNAMIC_DISPATCH(dickejump::sine_of)(-v));
    }
    CHECK(worst < 1e-15);
    CHECK(HWY_DYNAMIC_DISPATCH(dickejump::sine_of)(0.0) == 0.0);
    CHECK(HWY_DYNAMIC_DISPATCH(dickejump::sine_of)(0.5) == doctest::Approx(1.0).epsilon(1e-15));
}

TEST_CASE("without a rotation the two boosts of a step add up") {
    for (const double x : {-0.999, -0.3, 0.0, 0.7})
        for (const auto& [first, second] : {std::pair{0.2, 0.3}, {-0.4, 0.1}, {0.0, -0.8}, {1.5, -1.5}})
            CHECK(moved(x, step_of_boosts(first, second), 0.0, 0.4) ==
                  doctest::Approx(std::tanh(std::atanh(x) + first + second)).epsilon(1e-14));
}

TEST_CASE("without boosts a step rotates: the new x is that of a point on the circle around the old one") {
    const auto still = step_of_boosts(0.0, 0.0);
    for (const double x : {-1.0, -0.6, 0.0, 0.28, 1.0})
        for (const double angle : {0.0, 0.1, 1.0, 2.5, 3.14159265358979324})
            for (const double sine : {-1.0, -0.5, 0.0, 0.7, 1.0})
                CHECK(std::abs(moved(x, still, 1.0 - std::cos(angle), sine) -
                               (x * std::cos(angle) + sine * std::sqrt(1.0 - x * x) * std::sin(angle))) <
                      1e-15);
    // Half a turn, and from a pole, whatever the way around.
    CHECK(moved(0.25, still, 2.0, 0.9) == -0.25);
    CHECK(moved(1.0, still, 0.5, 0.9) == 0.5);
    CHECK(moved(-1.0, still, 0.5, 0.9) == -0.5);
}

TEST_CASE("a step never leaves the sphere by more than a rounding") {
    double highest = 0.0;
    for (const double x : {-1.0, std::nextafter(-1.0, 0.0), -0.999999, 0.0, 0.999999, 1.0})
        for (const double boost : {-20.0, -3.0, -0.1, 0.0, 0.1, 3.0, 20.0})
            for (const double q : {0.0, 1e-16, 1e-3, 1.0, 2.0 - 1e-15, 2.0})
                for (const double sine : {-1.0, 0.0, 1.0}) {
                    const double there = moved(x, step_of_boosts(0.5 * boost, 0.5 * boost), q, sine);
                    // Where a boost is infinite in doubles, both poles meet: 0/0 is for steps that are never
                    // made, their boosts are below 0.5.
                    if (std::abs(boost) > 10.0 && std::isnan(there)) continue;
                    highest = std::max(highest, std::abs(there));
                }
    CHECK(highest <= 1.0 + 4e-16);
}

TEST_CASE("the angle of a step is exponential but for its correction, and never more than half a turn") {
    SphereStep step{};
    step.linear = 0.03, step.square = 0.0004;
    double q, sine;
    const auto turn = [&](std::uint64_t word) {
        HWY_DYNAMIC_DISPATCH(dickejump::turn_of)(word, step, &q, &sine);
    };
    // A word w makes u = (floor(w/2^12) + 1/2)/2^52, E = -ln u and the way around pi (u - 1/2).
    for (const std::uint64_t word :
         {std::uint64_t{0}, std::uint64_t{1} << 40, std::uint64_t{1} << 63, ~std::uint64_t{0}}) {
        const double u = (static_cast<double>(word >> 12) + 0.5) * 0x1p-52, e = -std::log(u);
        turn(word);
        CHECK(q == doctest::Approx(e * (step.linear - step.square * e)).epsilon(1e-14));
        CHECK(sine == doctest::Approx(std::sin(3.14159265358979324 * (u - 0.5))).epsilon(1e-14));
    }
    step.linear = 0.5;  // 36.7 of 0.5 and more are cut at 2
    turn(0);
    CHECK(q == 2.0);
    step.linear = 0.01, step.square = 0.001;  // a correction that would take more than there is
    turn(0);
    CHECK(q == 0.0);
}

#endif
