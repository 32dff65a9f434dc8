// Random numbers in vector lanes. Included once for every target by the kernels (no #pragma once: the guard
// below opens again for each target).
#if defined(DICKEJUMP_RANDOM_LANE_RANDOM_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef DICKEJUMP_RANDOM_LANE_RANDOM_INL
#undef DICKEJUMP_RANDOM_LANE_RANDOM_INL
#else
#define DICKEJUMP_RANDOM_LANE_RANDOM_INL
#endif

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace dickejump::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Reals = hn::ScalableTag<double>;
using Words = hn::ScalableTag<std::uint64_t>;
using Real = hn::Vec<Reals>;
using Word = hn::Vec<Words>;

/// The state of one xoshiro256 generator a lane (Blackman & Vigna, ACM TOMS 47, 36 (2021)).
struct LaneGenerator {
    Word a, b, c, d;

    HWY_INLINE void step() {
        const Word t = hn::ShiftLeft<17>(b);
        c = hn::Xor(c, a);
        d = hn::Xor(d, b);
        b = hn::Xor(b, c);
        a = hn::Xor(a, d);
        c = hn::Xor(c, t);
        d = hn::RotateRight<19>(d);
    }
    /// xoshiro256+: its upper bits, which are all that a uniform double uses, pass every known test.
    HWY_INLINE Word upper_bits() {
        const Word word = hn::Add(a, d);
        step();
        return word;
    }
    /// xoshiro256++: good in every bit.
    HWY_INLINE Word all_bits() {
        const Word word = hn::Add(hn::RotateRight<41>(hn::Add(a, d)), a);
        step();
        return word;
    }
};

/// The state of one xoroshiro128++ generator a lane (same reference): good in every bit, and in half the
/// registers.
struct BitGenerator {
    Word a, b;

    HWY_INLINE Word operator()() {
        const Word word = hn::Add(hn::RotateRight<47>(hn::Add(a, b)), a);
        b = hn::Xor(b, a);
        a = hn::Xor3(hn::RotateRight<15>(a), b, hn::ShiftLeft<21>(b));
        b = hn::RotateRight<36>(b);
        return word;
    }
};

/// A number that is the same in all lanes, or one that each has.
HWY_INLINE Real in_lanes(double value) {
    return hn::Set(Reals(), value);
}
HWY_INLINE Real in_lanes(Real value) {
    return value;
}

/// The middle of one of 2^52 equal cells of (0, 1).
HWY_INLINE Real open_unit(Word word) {
    const Reals d;
    const Words w;
    const auto one = hn::Set(w, 0x3ff0000000000000u);
    return hn::Sub(hn::BitCast(d, hn::Or(hn::ShiftRight<12>(word), one)), hn::Set(d, 1.0 - 0x1p-53));
}

/// u = 2^exponent (1 + z)/(1 - z) with z = offset/sum, |z| < 0.1716: the parts of a logarithm before its one
/// division, which callers can share with another.
struct LogarithmParts {
    Real exponent, offset, sum;
};

HWY_INLINE LogarithmParts logarithm_parts(Real u) {
    const Reals d;
    const Words w;
    constexpr std::uint64_t sqrt_half = 0x3fe6a09e667f3bcd;
    const Word above = hn::Sub(hn::BitCast(w, u), hn::Set(w, sqrt_half));
    // The exponent (-1074..1023, biased to be positive) becomes a double by way of the mantissa of 2^52.
    const Word biased = hn::ShiftRight<52>(hn::Add(above, hn::Set(w, std::uint64_t{1024} << 52)));
    const Real exponent =
        hn::Sub(hn::BitCast(d, hn::Or(biased, hn::Set(w, 0x4330000000000000u))), hn::Set(d, 0x1p52 + 1024.0));
    const Word mantissa = hn::And(above, hn::Set(w, 0x000fffffffffffffu));
    const Real m = hn::BitCast(d, hn::Add(mantissa, hn::Set(w, sqrt_half)));
    return {exponent, hn::Sub(m, hn::Set(d, 1.0)), hn::Add(m, hn::Set(d, 1.0))};
}

/// ln u, given z. artanh(z)/z is a polynomial of degree 7 in z^2, interpolated at Chebyshev's nodes: its
/// relative error is below 1e-17, and the whole within 2 ulp.
HWY_INLINE Real logarithm(Real exponent, Real z) {
    const Reals d;
    const Real y = hn::Mul(z, z), y2 = hn::Mul(y, y);
    const auto c = [&](double value) HWY_ATTR { return hn::Set(d, value); };
    const Real low = hn::MulAdd(hn::MulAdd(y, c(0x1.c71c62e5800a1p-4), c(0x1.2492492df148dp-3)), y2,
                                hn::MulAdd(y, c(0x1.99999999952e2p-3), c(0x1.5555555555558p-2)));
    const Real high = hn::MulAdd(y2, c(0x1.2b584aae78a57p-4),
                                 hn::MulAdd(y, c(0x1.39fe606542ddep-4), c(0x1.7462b4ab2ef6bp-4)));
    const Real series = hn::MulAdd(high, hn::Mul(y2, y2), low);
    const Real twice = hn::Add(z, z);
    // exponent ln 2 in two parts, the first exact.
    const Real tail = hn::MulAdd(exponent, c(0x1.ef35793c7673p-45), hn::Mul(hn::Mul(twice, y), series));
    return hn::MulAdd(exponent, c(0x1.62e42fefa38p-1), hn::Add(twice, tail));
}

/// ln u on its own.
HWY_INLINE Real logarithm(Real u) {
    const auto parts = logarithm_parts(u);
    return logarithm(parts.exponent, hn::Div(parts.offset, parts.sum));
}
HWY_INLINE Real negative_logarithm(Real u) {
    return hn::Neg(logarithm(u));
}

}  // namespace dickejump::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
