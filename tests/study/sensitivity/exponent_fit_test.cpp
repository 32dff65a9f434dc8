#include "dickejump/study/sensitivity/exponent_fit.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace dickejump;
using doctest::Approx;

TEST_CASE("exponents are fitted to 100 atoms and more, an estimator, leg and rate at a time") {
    std::vector<Sensitivity> values;
    const auto add = [&](std::int64_t atoms, double rate, std::optional<Direction> leg, double exponent,
                         double tail) {
        const auto n = static_cast<double>(atoms);
        const double delta_w = 5.0 * std::pow(n, exponent) * std::exp(tail / n);
        values.push_back({atoms, rate, Estimator::area, leg, Estimate{delta_w, 0.01 * delta_w}, 0});
    };
    for (const std::int64_t atoms : {10, 99, 100, 1000, 10'000, 100'000}) {
        add(atoms, 1.0, Direction::up, atoms < 100 ? -0.5 : -1.0, 0.0);
        add(atoms, 1.0, Direction::down, -1.0, -5.0);
        add(atoms, 16.0, Direction::up, -1.1, 0.0);
    }
    values.push_back({1'000'000, 1.0, Estimator::area, Direction::up, {}, 300});  // no run has it
    values.push_back({1000, 1.0, Estimator::loop, {}, Estimate{1e-3, 1e-5}, 0});
    const auto fits = fit_exponents(values);
    REQUIRE(fits.size() == 4);
    CHECK(fits[0].law->points == 4);
    CHECK(fits[0].law->exponent.value == Approx(-1.0));
    CHECK(fits[0].exponent()->error == Approx(fits[0].law->exponent.error));
    CHECK(fits[2].rate == 16.0);
    CHECK(fits[2].law->exponent.value == Approx(-1.1));
    CHECK_FALSE(fits[3].exponent());

    // A finite-size correction bends the plain fit; the error allows for it, and the corrected fit is right.
    const auto& bent = fits[1];
    CHECK(std::abs(bent.exponent()->value + 1.0) > 1.5 * bent.law->exponent.error);
    CHECK(std::abs(bent.exponent()->value + 1.0) < 1.0 * bent.exponent()->error);
    CHECK(bent.corrected->exponent.value == Approx(-1.0));
    CHECK(bent.corrected->tail->value == Approx(-5.0));
    CHECK(bent.finite_size_error() == Approx(std::abs(bent.exponent()->value + 1.0)));
}
