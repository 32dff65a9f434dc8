#include "dickejump/estimate/curve_fit.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "dickejump/model/invalid_input.hpp"
#include "dickejump/random/stream.hpp"

using namespace dickejump;
using doctest::Approx;

namespace {

/// A transition at s = shift, at ticks of a scan from -20 to 20 (or back).
std::vector<double> transition(double shift, double s_per_tick, std::size_t ticks = 400) {
    std::vector<double> curve(ticks);
    const double first = s_per_tick > 0.0 ? -20.0 : 20.0;
    for (std::size_t i = 0; i < ticks; ++i)
        curve[i] = 10.0 * std::tanh((first + s_per_tick * (static_cast<double>(i) + 1.0) - shift) / 3.0);
    return curve;
}

}  // namespace

TEST_CASE("a shifted curve is found at its shift, up and down") {
    for (const double s_per_tick : {0.1, -0.1}) {
        const CurveFit fit(transition(0.0, s_per_tick), 5.0, s_per_tick);
        for (const double shift : {-3.3, -0.02, 0.0, 1.7, 4.4}) {
            CAPTURE(shift);
            CHECK(fit(transition(shift, s_per_tick)) == Approx(shift).scale(1.0).epsilon(0.01));
        }
    }
}

TEST_CASE("a part of a shifted curve is found at its shift, if it holds the transition") {
    const auto curve = transition(0.0, 0.1), shifted = transition(0.7, 0.1);
    const TickRange seen{.first = static_cast<std::int64_t>(curve.size() / 4),
                         .last = static_cast<std::int64_t>(curve.size() / 4 * 3)};
    const CurveFit fit(curve, 2.0, 0.1, seen);
    CHECK(fit(seen.of(std::span<const double>(shifted))) == Approx(0.7).epsilon(0.01));
    CHECK_THROWS_AS(fit(shifted), InvalidInput);
    for (const TickRange& none : {TickRange{0, 0}, {5, 2}, {-1, 4}, {0, 1'000'000}})
        CHECK_THROWS_AS(CurveFit(curve, 2.0, 0.1, none), InvalidInput);
}

TEST_CASE("beyond its reach the fit says the end of the range") {
    const CurveFit fit(transition(0.0, 0.1), 2.0, 0.1);
    CHECK(fit(transition(6.0, 0.1)) == Approx(2.0));
    CHECK(fit(transition(-6.0, 0.1)) == Approx(-2.0));
}

TEST_CASE("white noise moves the fit by as much as least squares allow") {
    // sigma/sqrt(sum (d curve/ds)^2): 6.1 standard deviations of the sample variance for 1e-6, seed fixed.
    const auto curve = transition(0.0, 0.1), moved = transition(1e-3, 0.1);
    double steepness = 0.0;
    for (std::size_t i = 0; i < curve.size(); ++i)
        steepness += std::pow((moved[i] - curve[i]) / 1e-3, 2);
    const CurveFit fit(curve, 5.0, 0.1);
    Stream random(3, 0, Purpose::test);
    constexpr int runs = 4000;
    double squares = 0.0;
    for (int run = 0; run < runs; ++run) {
        auto noisy = curve;
        for (auto& value : noisy)  // of variance 1
            value += std::sqrt(12.0) * (std::ldexp(static_cast<double>(random() >> 11), -53) - 0.5);
        squares += std::pow(fit(noisy), 2);
    }
    const double ratio = squares / runs * steepness;
    CHECK(std::abs(ratio - 1.0) <
          4.9 * std::sqrt(2.0 / runs) + 0.02);  // 2 %: the curve bends within the noise
}

TEST_CASE("what cannot be fitted is refused") {
    const auto curve = transition(0.0, 0.1);
    CHECK_THROWS_AS(CurveFit({}, 5.0, 0.1), InvalidInput);
    CHECK_THROWS_AS(CurveFit(std::vector{1.0}, 5.0, 0.1), InvalidInput);
    for (const double reach : {0.0, -1.0, std::nan("")})
        CHECK_THROWS_AS(CurveFit(curve, reach, 0.1), InvalidInput);
    CHECK_THROWS_AS(CurveFit(curve, 5.0, 0.0), InvalidInput);
}
