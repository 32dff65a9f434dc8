#include "dickejump/estimate/power_law.hpp"

#include <doctest/doctest.h>

#include <boost/random/mersenne_twister.hpp>
#include <boost/random/normal_distribution.hpp>
#include <cmath>
#include <vector>

#include "dickejump/model/invalid_input.hpp"
#include "support/statistics.hpp"

using namespace dickejump;
using doctest::Approx;

namespace {

const std::vector<double> decades{1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8};

std::vector<Estimate> law(double prefactor, double exponent, double tail, double relative_error) {
    std::vector<Estimate> y;
    for (const double x : decades) {
        const double value = prefactor * std::pow(x, exponent) * std::exp(tail / x);
        y.push_back({value, relative_error * value});
    }
    return y;
}

}  // namespace

TEST_CASE("a power law is found again, whatever its errors") {
    for (const double error : {1e-6, 0.3}) {
        const auto fit = fit_power_law(decades, law(3.5, -1.25, 0.0, error));
        REQUIRE(fit);
        CHECK(fit->exponent.value == Approx(-1.25).epsilon(1e-12));
        CHECK(fit->prefactor.value == Approx(3.5).epsilon(1e-11));
        CHECK(fit->chi2 < 1e-6);
        CHECK(fit->points == 7);
        CHECK(fit->degrees == 5);
        CHECK(*fit->p_value() == Approx(1.0));
    }
    const auto corrected = fit_power_law(decades, law(3.5, -1.25, -4.4, 0.01), true);
    REQUIRE(corrected);
    CHECK(corrected->exponent.value == Approx(-1.25).epsilon(1e-12));
    CHECK(corrected->tail->value == Approx(-4.4).epsilon(1e-10));
    CHECK(corrected->degrees == 4);
}

TEST_CASE("errors of the fit are those of the textbook") {
    // Equal errors e of log y at log x with mean m and spread S = sum (log x - m)^2: var(exponent) = e^2/S,
    // and var(log prefactor) = e^2 (1/n + m^2/S).
    const double error = 0.02;
    const auto fit = *fit_power_law(decades, law(1.0, -1.0, 0.0, error));
    const double step = std::log(10.0), spread = 28.0 * step * step, middle = 5.0 * step;
    CHECK(fit.exponent.error == Approx(error / std::sqrt(spread)));
    CHECK(fit.prefactor.error == Approx(error * std::sqrt(1.0 / 7.0 + middle * middle / spread)));

    // Two points: no residual, and the exponent is the slope between them.
    const std::vector<double> x{100.0, 400.0};
    const std::vector<Estimate> y{{8.0, 0.08}, {1.0, 0.02}};
    const auto two = *fit_power_law(x, y);
    CHECK(two.exponent.value == Approx(-1.5));
    CHECK(two.exponent.error == Approx(std::hypot(0.01, 0.02) / std::log(4.0)));
    CHECK_FALSE(two.p_value().has_value());
    CHECK(two.exponent_with_scatter().error == two.exponent.error);
}

TEST_CASE("a point with a small error weighs more") {
    // Weighted mean of the two slopes that three points at equal distances have about the middle one.
    const std::vector<double> x{1.0, std::exp(1.0), std::exp(2.0)};
    const std::vector<Estimate> y{{1.0, 1e-6}, {std::exp(1.0), 1e-6 * std::exp(1.0)}, {1.0, 1e3}};
    CHECK(fit_power_law(x, y)->exponent.value == Approx(1.0).epsilon(1e-6));
}

TEST_CASE("points off the law enlarge the error, and p says so") {
    auto y = law(2.0, -1.0, 0.0, 0.01);
    y[3].value *= 1.2;  // 20 standard errors, nearly
    const auto fit = *fit_power_law(decades, y);
    CHECK(*fit.p_value() < 1e-20);
    CHECK(fit.exponent_with_scatter().error == Approx(fit.exponent.error * std::sqrt(fit.chi2 / 5.0)));
    CHECK(fit.exponent_with_scatter().error > 5.0 * fit.exponent.error);
}

TEST_CASE("what has no weight is left out, and too few points give no fit") {
    auto y = law(2.0, -1.0, 0.0, 0.01);
    y[1].error = 0.0;
    y[2].value = -1.0;
    CHECK(fit_power_law(decades, y)->points == 5);
    CHECK_FALSE(fit_power_law(std::vector{100.0}, std::vector<Estimate>{{1.0, 0.1}}));
    CHECK_FALSE(fit_power_law(std::vector{5.0, 5.0}, std::vector<Estimate>{{1.0, 0.1}, {2.0, 0.1}}));
    CHECK_FALSE(fit_power_law(std::vector{5.0, 6.0}, std::vector<Estimate>{{1.0, 0.1}, {2.0, 0.1}}, true));
    CHECK_FALSE(fit_power_law({}, {}));
}

TEST_CASE("pulls of fitted exponents are standard normal, and p-values uniform") {
    // 4000 replicas of seven noisy points with unequal errors. Each of the seven tests below fails by chance
    // once in 10^6; an error bar 12 % off, or a bias of a tenth of an error, would not pass.
    boost::random::mt19937_64 random(20);
    boost::random::normal_distribution<double> normal;
    constexpr int replicas = 4000;
    for (const bool tail : {false, true}) {
        std::vector<double> pulls, tail_pulls, p_values;
        double squares = 0.0;
        for (int k = 0; k < replicas; ++k) {
            auto y = law(1.7, -1.0, tail ? -4.0 : 0.0, 0.01);
            for (std::size_t i = 0; i < y.size(); ++i) {
                const double error = 0.004 * (1.0 + static_cast<double>(i % 3));
                y[i].value *= std::exp(error * normal(random));
                y[i].error = error * y[i].value;
            }
            const auto fit = *fit_power_law(decades, y, tail);
            pulls.push_back((fit.exponent.value + 1.0) / fit.exponent.error);
            squares += pulls.back() * pulls.back();
            if (tail) tail_pulls.push_back((fit.tail->value + 4.0) / fit.tail->error);
            p_values.push_back(*fit.p_value());
        }
        CHECK(test::two_sided(test::mean_z(pulls, 0.0)) > 1e-6);
        CHECK(test::chi_square_two_sided(squares, replicas) > 1e-6);
        // The power that is claimed above.
        CHECK(test::chi_square_two_sided(squares * 1.12 * 1.12, replicas) < 1e-6);
        CHECK(test::uniformity_p_value(p_values) > 1e-6);
        if (tail) CHECK(test::two_sided(test::mean_z(tail_pulls, 0.0)) > 1e-6);
    }
}

TEST_CASE("points have an x and a y, and those that are not finite have no weight") {
    const auto y = law(2.0, -1.0, 0.0, 0.01);
    CHECK_THROWS_AS(fit_power_law(std::vector{1.0, 2.0}, y), InvalidInput);
    CHECK_THROWS_AS(fit_power_law(decades, {}), InvalidInput);
    auto odd = y;
    odd[0].value = std::nan("");
    odd[1].error = HUGE_VAL;
    odd[2].value = HUGE_VAL;
    CHECK(fit_power_law(decades, odd)->points == 4);
    CHECK(fit_power_law(decades, odd)->exponent.value == Approx(-1.0));
}
