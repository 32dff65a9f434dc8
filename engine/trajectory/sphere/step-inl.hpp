// One step on the sphere.
//
// Included by sphere_kernel.cpp, once for every target: the guard opens again for each.
#if defined(DICKEJUMP_TRAJECTORY_SPHERE_STEP_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef DICKEJUMP_TRAJECTORY_SPHERE_STEP_INL
#undef DICKEJUMP_TRAJECTORY_SPHERE_STEP_INL
#else
#define DICKEJUMP_TRAJECTORY_SPHERE_STEP_INL
#endif

#include <hwy/highway.h>

#include "model/sphere_steps.hpp"
#include "random/lane_random-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace dickejump::HWY_NAMESPACE {

namespace {

/// sin(pi v), |v| <= 1/2: interpolated at Chebyshev's nodes in v^2, error 4e-16.
HWY_INLINE Real sine_of_half_turns(Real v) {
    const Reals d;
    const auto c = [&](double value) HWY_ATTR { return hn::Set(d, value); };
    const Real y = hn::Mul(v, v), y2 = hn::Mul(y, y), y4 = hn::Mul(y2, y2);
    const Real a = hn::MulAdd(y, c(-0x1.4abbce625bd83p+2), c(0x1.921fb54442d17p+1));
    const Real b = hn::MulAdd(y, c(-0x1.32d2cce1ea145p-1), c(0x1.466bc677522bdp+1));
    const Real e = hn::MulAdd(y, c(-0x1.e30631bdf732dp-8), c(0x1.5078327046959p-4));
    const Real f = hn::MulAdd(y, c(-0x1.62903d02bb153p-16), c(0x1.e89f6fe44fe7bp-12));
    return hn::Mul(v, hn::MulAdd(hn::MulAdd(f, y2, e), y4, hn::MulAdd(b, y2, a)));
}

/// What chance decides of a step: q = 1 - cos of the angle at a pole, the sine of the way around, and the
/// tanh of the boosts.
struct Turn {
    Real q, sine, first, second;
};

/// @param step  a SphereStep, or what every lane has for one
template <class Step>
HWY_INLINE Turn draw_turn(LaneGenerator& random, const Step& step) {
    const Reals d;
    const Real e = negative_logarithm(open_unit(random.upper_bits()));
    const Real half_turns = hn::Sub(open_unit(random.upper_bits()), hn::Set(d, 0.5));
    const Real q = hn::Mul(e, hn::NegMulAdd(in_lanes(step.square), e, in_lanes(step.linear)));
    const Real excess = hn::Sub(e, hn::Set(d, 1.0));
    return {hn::Min(hn::Max(q, hn::Zero(d)), hn::Set(d, 2.0)), sine_of_half_turns(half_turns),
            hn::MulAdd(excess, in_lanes(step.first_turn), in_lanes(step.first)),
            hn::MulAdd(excess, in_lanes(step.second_turn), in_lanes(step.second))};
}

/// Boost, rotate, boost. Kept as a ratio to the end, so that one division does for both boosts.
template <class Step>
HWY_INLINE Real moved(Real x, const Step& step, const Turn& turn) {
    const Reals d;
    const Real one = hn::Set(d, 1.0), two = hn::Set(d, 2.0), first = turn.first, second = turn.second;
    const Real top = hn::Add(x, first), bottom = hn::MulAdd(x, first, one);
    const Real rest = hn::Mul(hn::Sub(bottom, top), hn::Add(bottom, top));
    // 1 - x^2 of the rotated point is rest/bottom^2; 1/bottom is near 2 - bottom.
    const Real inverse = hn::Sub(two, bottom);
    const Real polar = hn::Mul(in_lanes(step.polar), hn::Mul(inverse, inverse));
    const Real q = hn::Mul(turn.q, hn::Max(hn::NegMulAdd(polar, rest, one), hn::Zero(d)));
    const Real circle = hn::Mul(q, hn::Sub(two, q));
    // Beyond a pole by rounding, the circle of latitude is a point.
    const Real radius = hn::Sqrt(hn::Max(hn::Mul(rest, circle), hn::Zero(d)));
    const Real turned = hn::MulAdd(turn.sine, radius, hn::NegMulAdd(top, q, top));
    return hn::Div(hn::MulAdd(second, bottom, turned), hn::MulAdd(second, turned, bottom));
}

}  // namespace

}  // namespace dickejump::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
