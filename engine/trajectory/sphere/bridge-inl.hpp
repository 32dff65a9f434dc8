// Whether the path of a step touches the levels of a crossing.
//
// Included by sphere_kernel.cpp, once for every target: the guard opens again for each.
#if defined(DICKEJUMP_TRAJECTORY_SPHERE_BRIDGE_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef DICKEJUMP_TRAJECTORY_SPHERE_BRIDGE_INL
#undef DICKEJUMP_TRAJECTORY_SPHERE_BRIDGE_INL
#else
#define DICKEJUMP_TRAJECTORY_SPHERE_BRIDGE_INL
#endif

#include <hwy/highway.h>

#include <cmath>
// After highway.h, which it needs.
#include <hwy/contrib/math/math-inl.h>

#include "random/lane_random-inl.hpp"
#include "trajectory/sphere/generators-inl.hpp"
#include "trajectory/sphere/single_atoms-inl.hpp"
#include "trajectory/sphere/walks.hpp"

HWY_BEFORE_NAMESPACE();
namespace dickejump::HWY_NAMESPACE {

namespace {

/// A bridge is near a level if it may touch it: exp(-36) never happens.
constexpr double near_in_spreads = 18.0;

/// The largest part by which the drift changes the exponent of a touch.
constexpr double most_tilted = 0.5;

/// (1 - Phi)/phi of a standard normal law at z >= 0, to 6 %: too large about z = 1.
HWY_INLINE Real mills_ratio(Real z) {
    const Reals d;
    return hn::Div(hn::Set(d, 2.0), hn::Add(z, hn::Sqrt(hn::MulAdd(z, z, hn::Set(d, 2.546479089470325)))));
}

HWY_INLINE Real step_tilt(const SphereStep& step, double direction, double deviation) {
    return in_lanes(direction * step.tilt * deviation);
}
HWY_INLINE Real step_tilt(const LaneStep& step, double direction, double deviation) {
    return hn::Mul(step.tilt, in_lanes(direction * deviation));
}

/// Note the steps of the lanes that touch, of those that are near, given E ~ Exp(1); x seen upwards. `index`:
/// of the step in the run; `lane`: the first of the vector.
template <class Step>
HWY_INLINE void note_touches(const sphere::WindowTask& task, Real x0, Real x1, Real e,
                             hn::Mask<Reals> first_near, hn::Mask<Reals> last_near, const Step& step,
                             double index, std::size_t lane) {
    const Reals d;
    const Real zero = hn::Zero(d), one = hn::Set(d, 1.0);
    const auto angle = [&](Real x) HWY_ATTR { return hn::Asin(d, hn::Max(hn::Min(x, one), hn::Neg(one))); };
    const Real phi0 = angle(x0), phi1 = angle(x1);
    // A change of sides is a negative product.
    const Real reach = hn::Mul(e, hn::Set(d, 0.5 * step.spread));
    const double deviation = std::sqrt(step.spread);
    const Real tilt = step_tilt(step, 0.5 * task.direction, deviation);
    const auto note = [&](double level, hn::Mask<Reals> near, sphere::CrossedSteps& crossed,
                          bool keep) HWY_ATTR {
        const Real c = hn::Set(d, std::asin(level));
        const Real p0 = hn::Sub(phi0, c), p1 = hn::Sub(phi1, c);
        const Real z = hn::Mul(hn::Add(p0, p1), hn::Set(d, 1.0 / deviation));
        const Real most = hn::Set(d, most_tilted);
        const Real part = hn::Mul(hn::CopySign(tilt, hn::Mul(z, tilt)), mills_ratio(hn::Abs(z)));
        const Real less = hn::Min(hn::Max(hn::Sub(part, in_lanes(step.bow)), hn::Neg(most)), most);
        const Real product = hn::Mul(p0, p1);
        auto hit = hn::And(near, hn::Gt(reach, hn::NegMulAdd(product, less, product)));
        const Real was = hn::LoadU(d, crossed.step.data() + lane);
        if (keep) hit = hn::And(hit, hn::Lt(was, zero));
        const auto set = [&](std::vector<double>& column, Real value) HWY_ATTR {
            const Real past = hn::LoadU(d, column.data() + lane);
            hn::StoreU(hn::IfThenElse(hit, value, past), d, column.data() + lane);
        };
        set(crossed.step, hn::Set(d, index));
        set(crossed.before, p0);
        set(crossed.after, p1);
    };
    note(task.first_level, first_near, task.walks->first, true);
    note(task.last_level, last_near, task.walks->last, false);
}

/// Without drift the bridge touches with probability exp(-2 phi0 phi1/v), phi the angles from the level: if E
/// > 2 phi0 phi1/v, E ~ Exp(1). Only the lanes that are near draw, so that what the others do does not matter
/// to them. The exponent of e^-E bounds E, which spares most of them the logarithm and the angles.
template <class Step>
HWY_NOINLINE void look_closely(const sphere::WindowTask& task, Real before, Real after, const Step& step,
                               double index, std::size_t lane) {
    const Reals d;
    const Real direction = hn::Set(d, task.direction);
    const Real x0 = hn::Mul(direction, before), x1 = hn::Mul(direction, after);
    const Real first_level = hn::Set(d, task.first_level), last_level = hn::Set(d, task.last_level);
    const double tilted =
        1.0 / (1.0 - std::min(most_tilted, 0.63 * step.most_tilt() * std::sqrt(step.spread)));
    const Real near = hn::Set(d, near_in_spreads * tilted * step.spread);
    const Real first_product = hn::Mul(hn::Sub(x0, first_level), hn::Sub(x1, first_level)),
               last_product = hn::Mul(hn::Sub(x0, last_level), hn::Sub(x1, last_level));
    auto first_near = hn::And(hn::Lt(x0, first_level), hn::Lt(first_product, near));
    auto last_near = hn::And(hn::Gt(x1, last_level), hn::Lt(last_product, near));

    const Words w;
    auto random = load_generators(task.walks->touch, lane);
    const auto old = random;
    const Real u = open_unit(random.upper_bits());
    const auto drawn = hn::RebindMask(w, hn::Or(first_near, last_near));
    const LaneGenerator kept{hn::IfThenElse(drawn, random.a, old.a), hn::IfThenElse(drawn, random.b, old.b),
                             hn::IfThenElse(drawn, random.c, old.c), hn::IfThenElse(drawn, random.d, old.d)};
    store_generators(kept, task.walks->touch, lane);

    // The biased exponent of u in the mantissa of 2^52; 0.694 is more than ln 2.
    const Word exponent = hn::Or(hn::ShiftRight<52>(hn::BitCast(w, u)), hn::Set(w, 0x4330000000000000u));
    const Real reach = hn::Mul(hn::Sub(hn::Set(d, 0x1p52 + 1023.0), hn::BitCast(d, exponent)),
                               hn::Set(d, 0.694 * 0.5 * tilted * step.spread));
    first_near = hn::And(first_near, hn::Lt(first_product, reach));
    last_near = hn::And(last_near, hn::Lt(last_product, reach));
    if (!hn::AllFalse(d, hn::Or(first_near, last_near)))
        note_touches(task, x0, x1, negative_logarithm(u), first_near, last_near, step, index, lane);
}

/// Note the steps whose path touches a level. Far from them, which is nearly always, one look at the ends is
/// enough: asin x - asin c is not smaller than x - c. Here both levels, which are one or the edges of the
/// cells beside J_z = 0, are seen as one.
template <class Step>
HWY_INLINE void look_for_crossings(const sphere::WindowTask& task, Real before, Real after, const Step& step,
                                   double index, std::size_t lane) {
    const Reals d;
    const double slack = 3.0 * (task.first_level - task.last_level);
    const Real near = hn::Set(d, near_in_spreads * (1.0 + 1.0) * step.spread + slack);
    if (HWY_LIKELY(hn::AllFalse(d, hn::Lt(hn::Mul(before, after), near)))) return;
    look_closely(task, before, after, step, index, lane);
}

}  // namespace

}  // namespace dickejump::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
