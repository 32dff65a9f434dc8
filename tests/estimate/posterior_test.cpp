#include "dickejump/estimate/posterior.hpp"

#include <doctest/doctest.h>

#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <limits>

#include "dickejump/model/invalid_input.hpp"

using namespace dickejump;
using doctest::Approx;

TEST_CASE("a normal posterior has its mean, intervals and distribution function") {
    const Posterior posterior([](double x) { return -0.5 * std::pow((x - 0.3) / 0.1, 2); }, {-0.4, 1.0});
    const boost::math::normal_distribution<double> normal(0.3, 0.1);
    CHECK(posterior.mean() == Approx(0.3));
    for (const double probability : {0.5, 0.68, 0.95}) {
        const auto interval = posterior.interval(probability);
        CHECK(interval.low == Approx(quantile(normal, 0.5 - 0.5 * probability)).epsilon(1e-4));
        CHECK(interval.high == Approx(quantile(normal, 0.5 + 0.5 * probability)).epsilon(1e-4));
    }
    for (const double x : {0.1, 0.25, 0.3, 0.44})
        CHECK(posterior.below(x) == Approx(cdf(normal, x)).epsilon(1e-4));
    CHECK(posterior.below(-1.0) == 0.0);
    CHECK(posterior.below(2.0) == 1.0);
}

TEST_CASE("a flat posterior is its range, and what is impossible has no weight") {
    const Posterior flat([](double) { return -1234.5; }, {-1.0, 3.0});
    CHECK(flat.mean() == Approx(1.0));
    CHECK(flat.interval(0.5).low == Approx(0.0));
    CHECK(flat.interval(0.5).high == Approx(2.0));
    CHECK(flat.below(0.0) == Approx(0.25));
    const Posterior half([](double x) { return x < 0.0 ? -std::numeric_limits<double>::infinity() : 0.0; },
                         {-1.0, 1.0});
    CHECK(half.below(0.0) == 0.0);
    CHECK(half.mean() == Approx(0.5));
}

TEST_CASE("without a likelihood nothing is known, and a range that is none is refused") {
    const Posterior none;
    CHECK_FALSE(none.known());
    CHECK(std::isnan(none.mean()));
    CHECK(std::isnan(none.below(0.0)));
    CHECK_FALSE(none.interval(0.95).contains(0.0));
    const auto flat = [](double) { return 0.0; };
    for (const Interval& support : {Interval{1.0, 1.0}, {1.0, 0.0}, {std::nan(""), 1.0}, {0.0, HUGE_VAL}})
        CHECK_THROWS_AS(Posterior(flat, support), InvalidInput);
    CHECK_THROWS_AS(Posterior([](double) { return -HUGE_VAL; }, {0.0, 1.0}), InvalidInput);
}
