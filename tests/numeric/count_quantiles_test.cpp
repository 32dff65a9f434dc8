#include "numeric/count_quantiles.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/poisson.hpp>
#include <cmath>
#include <initializer_list>

using namespace dickejump::numeric;

namespace {

/// The smallest k with P(X <= k) >= u, from the distribution function of a library.
template <class Law>
double smallest_above(const Law& law, double u) {
    double k = std::max(0.0, std::floor(boost::math::mean(law)));
    while (k > 0.0 && boost::math::cdf(law, k - 1.0) >= u)
        k -= 1.0;
    while (boost::math::cdf(law, k) < u)
        k += 1.0;
    return k;
}

}  // namespace

TEST_CASE("quantiles of counts are those of their laws: exactly if few, to one count if many") {
    for (const double u : {1e-6, 0.01, 0.3, 0.5, 0.77, 0.999, 1.0 - 1e-9}) {
        CAPTURE(u);
        for (const double mean : {0.01, 0.7, 5.0, 29.0})
            CHECK(poisson_quantile(mean, u) == smallest_above(boost::math::poisson(mean), u));
        for (const double mean : {31.0, 200.0, 4e4})
            CHECK(std::abs(poisson_quantile(mean, u) - smallest_above(boost::math::poisson(mean), u)) <=
                  1.0 + 2e-3 * std::sqrt(mean));
        for (const double p : {0.001, 0.2, 0.5, 0.9, 0.9999}) {
            CAPTURE(p);
            for (const double trials : {1.0, 20.0})
                CHECK(binomial_quantile(trials, p, u) == smallest_above(boost::math::binomial(trials, p), u));
            for (const double trials : {1e3, 1e6})
                CHECK(std::abs(binomial_quantile(trials, p, u) -
                               smallest_above(boost::math::binomial(trials, p), u)) <=
                      1.0 + 2e-3 * std::sqrt(trials * p * (1.0 - p)));
        }
    }
}

TEST_CASE("what cannot happen counts nothing, what must happen everything") {
    CHECK(poisson_quantile(0.0, 0.9) == 0.0);
    CHECK(poisson_quantile(-1.0, 0.9) == 0.0);
    CHECK(binomial_quantile(0.0, 0.5, 0.9) == 0.0);
    CHECK(binomial_quantile(1e17, 1.0, 0.3) == 1e17);
    CHECK(binomial_quantile(9.0, 0.0, 0.3) == 0.0);
}

TEST_CASE("counts rise with u, across the change of method too") {
    for (const double mean : {29.9, 30.1}) {
        double last = 0.0;
        for (int i = 1; i < 2000; ++i) {
            const double k = poisson_quantile(mean, i / 2000.0),
                         m = binomial_quantile(60.0, mean / 60.0, i / 2000.0);
            CHECK(k >= last);
            CHECK(m <= 60.0);
            last = k;
        }
    }
}
