#pragma once

#include <bit>
#include <cstdint>

#include "numeric/each_width.hpp"

namespace dickejump::numeric {

/// -ln u within 2 ulp, for u in (1e-300, 1]. Arithmetic only, so that a loop over it runs on whatever vectors
/// there are, with the same bits on all. Cost: one division and about 25 multiplications and additions.
///
/// With u = 2^e m and m in [sqrt(1/2), sqrt(2)), ln u = e ln 2 + 2 artanh(z), z = (m - 1)/(m + 1), |z| <
/// 0.1716: ten terms of the odd series leave 2e-17.
///
/// random/lane_random-inl.hpp has another for Highway's lanes: with fused multiply-adds, and with the
/// division left to the caller, it is faster there, and its bits are not these.
DICKEJUMP_INLINE double negative_logarithm(double u) {
    constexpr std::uint64_t mantissa = 0x000fffffffffffff, sqrt_half = 0x3fe6a09e667f3bcd;
    constexpr double ln2_high = 0x1.62e42fefa38p-1, ln2_low = 0x1.ef35793c7673p-45;
    const std::uint64_t above = std::bit_cast<std::uint64_t>(u) - sqrt_half;
    // The exponent sits in the top bits of a negative number or is zero: its low bits go straight into the
    // mantissa of a double near 2^52, which is cheaper than a conversion where there is none for 64-bit
    // integers.
    const std::uint64_t exponent = (above >> 52) & 0xfff;
    const double e =
        std::bit_cast<double>(((exponent + 1024) & 0xfff) | 0x4330000000000000) - (0x1p52 + 1024.0);
    const double m = std::bit_cast<double>((above & mantissa) + sqrt_half);
    const double z = (m - 1.0) / (m + 1.0), z2 = z * z;
    double series = 1.0 / 21.0;
    series = series * z2 + 1.0 / 19.0;
    series = series * z2 + 1.0 / 17.0;
    series = series * z2 + 1.0 / 15.0;
    series = series * z2 + 1.0 / 13.0;
    series = series * z2 + 1.0 / 11.0;
    series = series * z2 + 1.0 / 9.0;
    series = series * z2 + 1.0 / 7.0;
    series = series * z2 + 1.0 / 5.0;
    series = series * z2 + 1.0 / 3.0;
    const double twice_artanh = 2.0 * z + 2.0 * z * (z2 * series);
    return -(e * ln2_high + (twice_artanh + e * ln2_low));
}

}  // namespace dickejump::numeric
