#include "numeric/newton.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>

using namespace dickejump::numeric;
using doctest::Approx;

TEST_CASE("Newton's method finds a root to its tolerance in a few looks") {
    int looks = 0;
    const auto cube = [&](double x) {
        ++looks;
        return ValueAndSlope{x * x * x - 2.0, 3.0 * x * x};
    };
    const double root = std::cbrt(2.0);
    CHECK(bracketed_newton(cube, {0.0, 4.0}, 1.0, 1e-13, 0.0) == Approx(root).epsilon(1e-14));
    CHECK(looks <= 8);
    CHECK(bracketed_newton(cube, {0.0, 4.0}, 4.0, 0.0, 1e-15) == Approx(root).epsilon(1e-14));
}

TEST_CASE("Newton's method stays in its bracket where the slope would throw it out") {
    // The arc tangent throws Newton's method ever farther from beyond 1.39.
    const auto arc = [](double x) { return ValueAndSlope{std::atan(x), 1.0 / (1.0 + x * x)}; };
    for (const double guess : {-50.0, 2.0, 99.0})
        CHECK(std::abs(bracketed_newton(arc, {-100.0, 100.0}, guess, 1e-13, 0.0)) < 1e-12);
    // A slope of zero, and one that is not a number.
    const auto flat = [](double x) { return ValueAndSlope{x - 0.25, 0.0}; };
    CHECK(bracketed_newton(flat, {0.0, 1.0}, 0.9, 1e-13, 0.0) == Approx(0.25).epsilon(1e-12));
    const auto unknown = [](double x) { return ValueAndSlope{x - 0.25, std::nan("")}; };
    CHECK(bracketed_newton(unknown, {0.0, 1.0}, 0.9, 1e-13, 0.0) == Approx(0.25).epsilon(1e-12));
}

TEST_CASE("the first root of a decay is found at any scale of its rate") {
    for (const double rate : {1e-12, 1.0, 1e9}) {
        CAPTURE(rate);
        // ln of a sum of two exponentials, as the norm of a wavefunction falls.
        const auto remainder = [&](double t) {
            const double fast = 0.9 * std::exp(-rate * t), slow = 0.1 * std::exp(-0.01 * rate * t);
            return Remainder{std::log(fast + slow) + 3.0, (fast + 0.01 * slow) * rate / (fast + slow)};
        };
        const auto time = first_root(remainder, 3.0 / rate, 1e4 / rate, 1e-12);
        REQUIRE(time.has_value());
        CHECK(std::abs(remainder(*time).left) < 1e-10);
        CHECK(first_root(remainder, std::nan(""), 1e4 / rate, 1e-12).has_value());
        CHECK_FALSE(first_root(remainder, 3.0 / rate, 10.0 / rate, 1e-12).has_value());
    }
}
