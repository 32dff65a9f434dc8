#include "numeric/count_quantiles.hpp"

#include <algorithm>
#include <boost/math/special_functions/erf.hpp>
#include <cmath>

namespace dickejump::numeric {

namespace {

constexpr double few = 30.0;      ///< means below which quantiles are summed up
constexpr double beyond = 400.0;  ///< counts at which a u near 1 can no longer be told from 1

double normal_quantile(double u) {
    return -1.4142135623730951 * boost::math::erfc_inv(2.0 * u);
}

/// Quantile of a law of this mean, variance and third cumulant from that of a normal one.
double from_normal(double mean, double variance, double third, double u) {
    const double z = normal_quantile(u);
    return std::floor(mean + std::sqrt(variance) * z + (z * z - 1.0) * third / (6.0 * variance) + 0.5);
}

}  // namespace

double poisson_quantile(double mean, double u) {
    if (!(mean > 0.0)) return 0.0;
    if (mean > few) return std::max(0.0, from_normal(mean, mean, mean, u));
    double term = std::exp(-mean), sum = term, k = 0.0;
    while (sum < u && k < beyond) {
        k += 1.0;
        term *= mean / k;
        sum += term;
    }
    return k;
}

double binomial_quantile(double trials, double p, double u) {
    if (!(trials > 0.0) || !(p > 0.0)) return 0.0;
    if (p >= 1.0) return trials;
    const double q = 1.0 - p, mean = trials * p;
    if (trials * std::min(p, q) > few) {
        const double variance = mean * q;
        return std::clamp(from_normal(mean, variance, variance * (q - p), u), 0.0, trials);
    }
    // The rarer of the two outcomes is counted; u is turned round with it, so that the quantile rises with u.
    const bool rare = p <= q;
    const double odds = rare ? p / q : q / p, target = rare ? u : 1.0 - u;
    double term = std::exp(trials * std::log1p(-std::min(p, q))), sum = term, k = 0.0;
    while (sum < target && k < std::min(trials, beyond)) {
        term *= odds * (trials - k) / (k + 1.0);
        k += 1.0;
        sum += term;
    }
    return rare ? k : trials - k;
}

}  // namespace dickejump::numeric
