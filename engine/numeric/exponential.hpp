#pragma once

#include <cstdint>
#include <cstring>

#include "numeric/each_width.hpp"

namespace dickejump::numeric {

namespace detail {

/// Whole numbers as wide as Real.
template <class Real>
struct BitsOf {
    using type = decltype(Real{} < Real{});  // what vectors of doubles are compared to
};
template <>
struct BitsOf<double> {
    using type = std::uint64_t;
};

/// x = k ln 2 + r with k whole and |r| <= ln(2)/2. `shifted` holds k in its low bits.
template <class Real>
struct ReducedExponent {
    Real r, shifted;
};

/// Of an x below -700 as of -700. ln 2 in two parts, of which k times the first is exact (Cody & Waite,
/// 1980).
template <class Real>
DICKEJUMP_INLINE ReducedExponent<Real> reduced_exponent(Real x) {
    constexpr double log2_e = 0x1.71547652b82fep0, ln2_high = 0x1.62e42fefa38p-1,
                     ln2_low = 0x1.ef35793c7673p-45;
    const Real least = Real{} - 700.0, shifter = Real{} + 0x1.8p52;  // adding it rounds to a whole number
    x = x > least ? x : least;
    const Real shifted = x * log2_e + shifter;
    const Real k = shifted - shifter;
    return {(x - k * ln2_high) - k * ln2_low, shifted};
}

/// 2^k times a number near 1, by adding to its exponent.
template <class Real>
DICKEJUMP_INLINE Real scaled_by_power(Real value, Real shifted) {
    typename BitsOf<Real>::type bits, power;  // std::bit_cast does not take vectors
    static_assert(sizeof(bits) == sizeof(Real));
    std::memcpy(&bits, &value, sizeof(Real));
    std::memcpy(&power, &shifted, sizeof(Real));
    bits += power << 52;
    std::memcpy(&value, &bits, sizeof(Real));
    return value;
}

}  // namespace detail

/// exp(x) within 2 ulp: the Taylor series of exp(r) up to r^13 leaves 2e-17. For x up to 700; what is below
/// -700 counts as -700. Arithmetic only, so that a loop over it runs on whatever vectors there are, with the
/// same bits on all. `Real` is double or a vector of doubles (row.hpp). Cost: about 30 multiplications and
/// additions.
template <class Real>
DICKEJUMP_INLINE Real exponential(Real x) {
    const auto [r, shifted] = detail::reduced_exponent(x);
    Real series = r * (1.0 / 6227020800.0) + 1.0 / 479001600.0;
    series = series * r + 1.0 / 39916800.0;
    series = series * r + 1.0 / 3628800.0;
    series = series * r + 1.0 / 362880.0;
    series = series * r + 1.0 / 40320.0;
    series = series * r + 1.0 / 5040.0;
    series = series * r + 1.0 / 720.0;
    series = series * r + 1.0 / 120.0;
    series = series * r + 1.0 / 24.0;
    series = series * r + 1.0 / 6.0;
    series = series * r + 0.5;
    return detail::scaled_by_power<Real>(1.0 + (r + r * r * series), shifted);
}

/// The same to a relative error of 4e-13, the series up to r^10: for weights that are known no better.
template <class Real>
DICKEJUMP_INLINE Real rough_exponential(Real x) {
    const auto [r, shifted] = detail::reduced_exponent(x);
    Real series = r * (1.0 / 3628800.0) + 1.0 / 362880.0;
    series = series * r + 1.0 / 40320.0;
    series = series * r + 1.0 / 5040.0;
    series = series * r + 1.0 / 720.0;
    series = series * r + 1.0 / 120.0;
    series = series * r + 1.0 / 24.0;
    series = series * r + 1.0 / 6.0;
    series = series * r + 0.5;
    series = series * r + 1.0;
    series = series * r + 1.0;
    return detail::scaled_by_power(series, shifted);
}

}  // namespace dickejump::numeric
