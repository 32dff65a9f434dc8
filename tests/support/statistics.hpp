#pragma once

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

/// p-values for tests. They share nothing with the library's own statistics, which they judge.
namespace dickejump::test {

/// P(|Z| >= |z|) of a standard normal Z.
inline double two_sided(double z) {
    return 2.0 * boost::math::cdf(boost::math::complement(boost::math::normal(), std::abs(z)));
}

/// P(X >= x), X ~ chi-square with `degrees` degrees of freedom: small if x is too large.
inline double chi_square_p_value(double x, double degrees) {
    return boost::math::cdf(boost::math::complement(boost::math::chi_squared(degrees), x));
}

/// The same for both tails: small if x is too large or too small.
inline double chi_square_two_sided(double x, double degrees) {
    const double below = boost::math::cdf(boost::math::chi_squared(degrees), x);
    return std::min(1.0, 2.0 * std::min(below, chi_square_p_value(x, degrees)));
}

/// Pearson's test that the counts were drawn with the given probabilities (which sum to 1).
inline double counts_p_value(std::span<const std::int64_t> counts, std::span<const double> probabilities) {
    double total = 0.0, x = 0.0;
    for (const auto count : counts)
        total += static_cast<double>(count);
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const double expected = total * probabilities[i], off = static_cast<double>(counts[i]) - expected;
        x += off * off / expected;
    }
    return chi_square_p_value(x, static_cast<double>(counts.size()) - 1.0);
}

/// Kolmogorov-Smirnov test that `values` are uniform on (0, 1). The limiting law at Stephens' effective
/// argument (J. R. Stat. Soc. B 32, 115 (1970)): better than 1 % from some ten values on.
inline double uniformity_p_value(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const auto n = static_cast<double>(values.size());
    double distance = 0.0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto rank = static_cast<double>(i);
        distance = std::max({distance, values[i] - rank / n, (rank + 1.0) / n - values[i]});
    }
    const double x = distance * (std::sqrt(n) + 0.12 + 0.11 / std::sqrt(n));
    if (x < 0.3) return 1.0;  // the series below converges slowly where it is 1 to 1e-5
    double p = 0.0;
    for (int k = 1; k <= 100; ++k)
        p += (k % 2 == 1 ? 2.0 : -2.0) * std::exp(-2.0 * k * k * x * x);
    return std::clamp(p, 0.0, 1.0);
}

/// Distance of the mean of independent values from `expected`, in standard errors.
inline double mean_z(std::span<const double> values, double expected) {
    const auto n = static_cast<double>(values.size());
    double mean = 0.0, square = 0.0;
    for (const double value : values)
        mean += value / n;
    for (const double value : values)
        square += (value - mean) * (value - mean);
    return (mean - expected) / std::sqrt(square / (n - 1.0) / n);
}

}  // namespace dickejump::test
