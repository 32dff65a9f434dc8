// Integrals along the path of a tick.
//
// Included by sphere_kernel.cpp, once for every target: the guard opens again for each.
#if defined(DICKEJUMP_TRAJECTORY_SPHERE_PATH_INTEGRALS_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef DICKEJUMP_TRAJECTORY_SPHERE_PATH_INTEGRALS_INL
#undef DICKEJUMP_TRAJECTORY_SPHERE_PATH_INTEGRALS_INL
#else
#define DICKEJUMP_TRAJECTORY_SPHERE_PATH_INTEGRALS_INL
#endif

#include <hwy/highway.h>

#include "model/sphere_steps.hpp"
#include "random/lane_random-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace dickejump::HWY_NAMESPACE {

namespace {

/// Nearly a standard normal, symmetric and at most 4.06, from one word: a cubic of the sum of its four
/// sixteen-bit parts that has the first five moments of a normal (its sixth is 14.4 instead of 15).
HWY_INLINE Real normal_of_parts(Word word) {
    const Reals d;
    const Words w;
    const Word low = hn::Set(w, 0x0000ffff0000ffffu);
    const Word pairs = hn::Add(hn::And(word, low), hn::And(hn::ShiftRight<16>(word), low));
    const Word sum = hn::And(hn::Add(pairs, hn::ShiftRight<32>(pairs)), hn::Set(w, 0xffffffffu));
    // The sum in the mantissa of 2^52, from which its mean goes with the 2^52.
    const Real t =
        hn::Sub(hn::BitCast(d, hn::Or(sum, hn::Set(w, 0x4330000000000000u))), hn::Set(d, 0x1p52 + 131070.0));
    const Real slope =
        hn::MulAdd(hn::Mul(t, t), hn::Set(d, 0x1.8cc1609743b3bp-52), hn::Set(d, 0x1.a4ce9e3b4b7aap-16));
    return hn::Mul(t, slope);
}

/// What is summed along the steps of a tick. The mean path of a step is the straight line between its ends.
struct PathSums {
    Real x_dt;        // int x dt along the mean path
    Real x_variance;  // variance of int x dt about that
    // For jumps only. 1 - x^2 is the squared radius of the circle of latitude.
    Real radius2_dt;  // int (1 - x^2) dt in the mean
    Real bend;        // half the variance of int (x - mean path)^2 dt
};

HWY_INLINE PathSums no_steps() {
    const Real zero = hn::Zero(Reals());
    return {zero, zero, zero, zero};
}

template <bool jumps>
HWY_INLINE void add_step(PathSums& sums, Real before, Real after, const SphereStep& step) {
    const Reals d;
    const auto c = [&](double value) HWY_ATTR { return hn::Set(d, value); };
    const Real sum = hn::Add(before, after), middle = hn::Mul(sum, c(0.5));
    const Real radius2 = hn::Max(hn::NegMulAdd(middle, middle, c(1.0)), hn::Zero(d));
    const Real spread = hn::Mul(radius2, c(step.spread));
    sums.x_dt = hn::MulAdd(middle, c(step.length), sums.x_dt);
    sums.x_variance = hn::MulAdd(spread, c(step.length * step.length / 12.0), sums.x_variance);
    if constexpr (jumps) {
        // x0^2 + x0 x1 + x1^2 = (x0 + x1)^2 - x0 x1.
        const Real squares = hn::MulSub(sum, sum, hn::Mul(before, after));
        sums.radius2_dt =
            hn::Add(sums.radius2_dt, hn::MulAdd(c(-step.length / 3.0), squares, c(step.length)));
        sums.radius2_dt = hn::MulAdd(spread, c(-step.length / 6.0), sums.radius2_dt);
        sums.bend = hn::MulAdd(hn::Mul(spread, spread), c(step.length * step.length / 90.0), sums.bend);
    }
}

/// A tick.
struct TickSpan {
    double length;   ///< int dt
    double rate_dt;  ///< int (w + 1) dt
};

HWY_INLINE Real half_of(double levels) {
    return in_lanes(0.5 * levels);
}
HWY_INLINE Real half_of(Real levels) {
    return hn::Mul(levels, in_lanes(0.5));
}
HWY_INLINE Real quarter_square_of(double levels) {
    return in_lanes(0.25 * levels * levels);
}
HWY_INLINE Real quarter_square_of(Real levels) {
    return hn::Mul(half_of(levels), half_of(levels));
}

struct TickIntegrals {
    Real x_dt;
    Real jumps;  // int (w A_n + B_n) dt, the mean number of jumps up and down; only if asked for
};

/// The integrals of a tick with the noise of the path, which is `normal` standard deviations. `levels` is
/// N + 1, or 2j + 1 of every lane.
template <bool jumps, class Levels>
HWY_INLINE TickIntegrals with_noise(const PathSums& sums, Real normal, const TickSpan& tick, Levels levels) {
    const Reals d;
    const auto c = [&](double value) HWY_ATTR { return hn::Set(d, value); };
    const Real zero = hn::Zero(d), half_levels = half_of(levels);
    const double tau = tick.length;
    // Limited alike on both sides, so that a run near a pole stays on the ladder, and its rates positive, in
    // the mean over the tick.
    const Real room = hn::Max(hn::Mul(c(0.75), hn::Sub(c(tau), hn::Abs(sums.x_dt))), zero);
    const Real free = hn::Mul(normal, hn::Sqrt(sums.x_variance));
    const Real off = hn::Min(hn::Max(free, hn::Neg(room)), room);
    TickIntegrals integrals;
    integrals.x_dt = hn::Add(sums.x_dt, off);
    if constexpr (jumps) {
        const Real mean_x = hn::Mul(sums.x_dt, c(1.0 / tau));
        const Real bend = hn::Mul(hn::Sqrt(sums.bend), hn::MulSub(normal, normal, c(1.0)));
        const Real radius2_dt = hn::Sub(hn::NegMulAdd(hn::Add(mean_x, mean_x), off, sums.radius2_dt), bend);
        // int (A + B)/2 dt = N'^2/4 int (1 - x^2) dt - tau/6: the lattice has 1/12 less <m^2>.
        const Real both = hn::MulAdd(quarter_square_of(levels), radius2_dt, c(-tau / 6.0));
        // int (w A + B) dt = (w + 1) int (A + B)/2 dt - (w - 1) int J_z dt.
        const double rate = tick.rate_dt / tick.length;
        const Real expected =
            hn::MulAdd(c(rate), both, hn::Mul(hn::Mul(c(2.0 - rate), half_levels), integrals.x_dt));
        integrals.jumps = hn::Max(expected, zero);
    }
    return integrals;
}

}  // namespace

}  // namespace dickejump::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
