// What single atoms do to trajectories on the sphere: its size, 2j + 1, becomes a number of every lane.
//
// Tested through spin_sphere_kernel_test.cpp.
//
// Included by sphere_kernel.cpp, once for every target: the guard opens again for each.
#if defined(DICKEJUMP_TRAJECTORY_SPHERE_SINGLE_ATOMS_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef DICKEJUMP_TRAJECTORY_SPHERE_SINGLE_ATOMS_INL
#undef DICKEJUMP_TRAJECTORY_SPHERE_SINGLE_ATOMS_INL
#else
#define DICKEJUMP_TRAJECTORY_SPHERE_SINGLE_ATOMS_INL
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cmath>

#include "dickejump/model/local_spins.hpp"
#include "model/sphere_steps.hpp"
#include "random/lane_random-inl.hpp"
#include "trajectory/sphere/jump_counts-inl.hpp"
#include "trajectory/sphere/path_integrals-inl.hpp"
#include "trajectory/sphere/step-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace dickejump::HWY_NAMESPACE {

namespace {

/// A SphereStep on a sphere of every lane's own size.
struct LaneStep {
    Real first, second, linear, square, polar, first_turn, second_turn;
    double length, spread, begin;
    Real tilt, bow;
    double highest_tilt;

    double most_tilt() const { return highest_tilt; }
};

/// How a step changes with the size of the sphere, which is `share` of that of N: kappa is in proportion to
/// it, so the boosts are, and theta = g tau (1 + a share^2 + b share^4) to the sixth order in kappa tau.
HWY_INLINE LaneStep step_of_share(const SphereStep& step, Real share) {
    const Reals d;
    const auto c = [&](double value) HWY_ATTR { return hn::Set(d, value); };
    const double boost = step.first_boost + step.second_boost, flat = 0.5 * step.spread;
    const double theta_of_all = std::sqrt(1.5 * step.square);
    const double fourth = boost * boost * boost * boost / 120.0;
    const double second = flat > 0.0 ? theta_of_all / flat - 1.0 - fourth : 0.0;
    const Real one = c(1.0), zero = hn::Zero(d), share2 = hn::Mul(share, share);
    const Real more = hn::Max(hn::Mul(share2, hn::MulAdd(c(fourth), share2, c(second))), zero);
    const Real theta = hn::MulAdd(c(flat), more, c(flat)), theta2 = hn::Mul(theta, theta);
    // mu = (1 - exp(-2 theta))/2.
    const Real mu = hn::Mul(
        theta, hn::NegMulAdd(
                   theta, hn::NegMulAdd(theta, hn::NegMulAdd(theta, c(1.0 / 3.0), c(2.0 / 3.0)), one), one));
    const Real eta = hn::Mul(theta2, c(1.0 / 3.0));
    const auto tanh = [&](double all) HWY_ATTR {
        const Real b = hn::Mul(share, c(all)), b2 = hn::Mul(b, b);
        const Real series = hn::MulAdd(
            b2, hn::MulAdd(b2, hn::MulAdd(b2, c(-17.0 / 315.0), c(2.0 / 15.0)), c(-1.0 / 3.0)), one);
        return hn::Mul(b, series);
    };
    const Real turn = hn::Mul(hn::Mul(share, theta), c(boost / 6.0));
    const auto tanh_turn = [&](Real t) HWY_ATTR {
        const Real most = hn::Mul(hn::Sub(one, hn::Abs(t)), c(0.9 / 37.0));
        return hn::Min(hn::Max(hn::Mul(turn, hn::NegMulAdd(t, t, one)), hn::Neg(most)), most);
    };
    LaneStep lanes;
    lanes.first = tanh(step.first_boost), lanes.second = tanh(step.second_boost);
    lanes.linear = hn::Mul(c(2.0), hn::MulAdd(c(2.0), eta, mu)), lanes.square = hn::Mul(c(2.0), eta);
    lanes.polar = hn::Mul(c(0.5), hn::Div(more, hn::Add(one, more)));
    lanes.first_turn = tanh_turn(lanes.first), lanes.second_turn = tanh_turn(lanes.second);
    lanes.length = step.length, lanes.spread = step.spread, lanes.begin = step.begin;
    lanes.tilt = hn::Mul(share, c(step.tilt));
    lanes.bow = hn::MulAdd(hn::Mul(share2, c(boost * boost)), c(1.0 / 6.0), hn::Mul(theta2, c(1.0 / 6.0)));
    lanes.highest_tilt = step.most_tilt();
    return lanes;
}

/// A Poisson number of this mean: the quantile by Cornish and Fisher, of few by adding up the law.
HWY_INLINE Real poisson_number(LaneGenerator& random, Real mean) {
    const Reals d;
    const auto c = [&](double value) HWY_ATTR { return hn::Set(d, value); };
    const Real e = negative_logarithm(open_unit(random.upper_bits()));
    const Real sine = sine_of_half_turns(hn::Sub(open_unit(random.upper_bits()), c(0.5)));
    const Real z = hn::Mul(sine, hn::Sqrt(hn::Add(e, e)));  // Box & Muller
    const Real skewness = hn::MulAdd(hn::Mul(z, c(1.0 / 6.0)), z, c(-1.0 / 6.0));
    Real sum = hn::MulAdd(hn::Sqrt(mean), z, hn::Add(mean, skewness));
    constexpr double few = 8.0;
    if (!hn::AllFalse(d, hn::Lt(mean, c(few)))) {
        HWY_ALIGN double means[HWY_MAX_BYTES / sizeof(double)], normals[HWY_MAX_BYTES / sizeof(double)],
            totals[HWY_MAX_BYTES / sizeof(double)];
        hn::Store(mean, d, means), hn::Store(z, d, normals), hn::Store(sum, d, totals);
        for (std::size_t i = 0; i < hn::Lanes(d); ++i)
            if (means[i] < few)
                totals[i] = means[i] > 0.0 ? sphere::poisson_quantile(means[i], normals[i]) : 0.0;
        sum = hn::Load(d, totals);
    }
    return hn::Max(hn::Round(sum), hn::Zero(d));
}

/// Rates at which single atoms change j and m, of all their processes: to less j, to more j, at the same j;
/// in all, weighed with how m changes, and of those that change it.
struct AloneRates {
    Real less, more, same, less_m, more_m, same_m, less_moves, more_moves;
};

/// @param levels  2j + 1  @param m  J_z
HWY_INLINE AloneRates alone_rates(const LocalRates& rates, double atoms, Real levels, Real m) {
    const Reals d;
    const auto c = [&](double value) HWY_ATTR { return hn::Set(d, value); };
    const Real zero = hn::Zero(d), one = c(1.0), half = c(0.5 * atoms);
    const Real j = hn::Mul(hn::Sub(levels, one), c(0.5)), above = hn::Add(j, m), below = hn::Sub(j, m);
    // a1 and a2 of LocalSpins; a1 = 0 at j = 0.
    const Real down = hn::IfThenElseZero(hn::Gt(j, c(0.25)),
                                         hn::Div(hn::Add(c(0.25 * (atoms + 1.0)), hn::Mul(levels, c(0.25))),
                                                 hn::Mul(hn::Max(j, c(0.25)), levels)));
    const Real up = hn::Div(hn::Max(hn::Sub(half, j), zero), hn::Mul(hn::Add(levels, one), levels));
    const auto positive = [&](Real x) HWY_ATTR { return hn::Max(x, zero); };
    const auto way = [&](double rate, Real total, Real less, Real more, double dm, AloneRates& sum) HWY_ATTR {
        const Real r = c(rate), all = hn::Mul(r, positive(total));
        const Real l = hn::Min(hn::Mul(r, positive(hn::Mul(down, less))), all);
        const Real u = hn::Min(hn::Mul(r, positive(hn::Mul(up, more))), hn::Sub(all, l));
        const Real s = hn::Sub(hn::Sub(all, l), u), step = c(dm);
        sum.less = hn::Add(sum.less, l), sum.more = hn::Add(sum.more, u);
        sum.less_m = hn::MulAdd(step, l, sum.less_m), sum.more_m = hn::MulAdd(step, u, sum.more_m);
        // Dephasing that leaves j alone does nothing.
        if (dm == 0.0) return;
        sum.same = hn::Add(sum.same, s), sum.same_m = hn::MulAdd(step, s, sum.same_m);
        sum.less_moves = hn::Add(sum.less_moves, l), sum.more_moves = hn::Add(sum.more_moves, u);
    };
    AloneRates sum{zero, zero, zero, zero, zero, zero, zero, zero};
    way(rates.emission, hn::Add(half, m), hn::Mul(above, hn::Sub(above, one)),
        hn::Mul(hn::Add(below, one), hn::Add(below, c(2.0))), -1.0, sum);
    if (rates.pumping > 0.0)
        way(rates.pumping, hn::Sub(half, m), hn::Mul(below, hn::Sub(below, one)),
            hn::Mul(hn::Add(above, one), hn::Add(above, c(2.0))), 1.0, sum);
    if (rates.dephasing > 0.0)
        way(rates.dephasing, c(0.5 * atoms), hn::Mul(above, below),
            hn::Mul(hn::Add(above, one), hn::Add(below, one)), 0.0, sum);
    return sum;
}

/// A lane's sphere, and how single atoms have changed m and how often in the tick.
struct Sphere {
    Real levels, changed, jumps;
};

/// Single atoms act for a time: Poisson numbers of the changes of j at the rates half way, and of each the
/// changes of m in mean and variance.
HWY_INLINE void act_alone(LaneGenerator& random, const LocalRates& rates, double atoms, double time,
                          Sphere& sphere, Real& x) {
    const Reals d;
    const auto c = [&](double value) HWY_ATTR { return hn::Set(d, value); };
    const Real zero = hn::Zero(d), one = c(1.0), half = c(0.5), levels = sphere.levels;
    const Real m = hn::Mul(hn::Mul(half, levels), x);
    const auto now = alone_rates(rates, atoms, levels, m);
    const Real ahead = c(0.5 * time);
    const Real levels_then =
        hn::Min(hn::Max(hn::MulAdd(c(time), hn::Sub(now.more, now.less), levels), one), c(atoms + 1.0));
    const Real room_then = hn::Mul(half, levels_then);
    const Real drift = hn::Add(now.less_m, hn::Add(now.more_m, now.same_m));
    const Real m_then = hn::Min(hn::Max(hn::MulAdd(ahead, drift, m), hn::Neg(room_then)), room_then);
    const auto then = alone_rates(rates, atoms, levels_then, m_then);

    const Real tau = c(time);
    const Real less =
        hn::Min(poisson_number(random, hn::Mul(tau, then.less)), hn::Mul(half, hn::Sub(levels, one)));
    const Real more = hn::Min(poisson_number(random, hn::Mul(tau, then.more)),
                              hn::Mul(half, hn::Sub(c(atoms + 1.0), levels)));
    const Real same = poisson_number(random, hn::Mul(tau, then.same));
    Real mean = zero, variance = zero;
    const auto add = [&](Real count, Real rate, Real rate_m, Real moves) HWY_ATTR {
        const Real inverse = hn::IfThenElseZero(hn::Gt(rate, zero), hn::Div(one, hn::Max(rate, c(1e-300))));
        const Real step = hn::Mul(rate_m, inverse), square = hn::Mul(moves, inverse);
        mean = hn::MulAdd(count, step, mean);
        variance = hn::MulAdd(count, hn::Max(hn::NegMulAdd(step, step, square), zero), variance);
    };
    add(less, then.less, then.less_m, then.less_moves), add(more, then.more, then.more_m, then.more_moves);
    add(same, then.same, then.same_m, then.same);
    const Real normal = normal_of_parts(random.all_bits());
    // None changes m by more than 1.
    const Real all = hn::Add(less, hn::Add(more, same));
    const Real moved = hn::Min(hn::Max(hn::MulAdd(hn::Sqrt(variance), normal, mean), hn::Neg(all)), all);

    sphere.levels = hn::MulAdd(c(2.0), hn::Sub(more, less), levels);
    const Real room = hn::Mul(half, sphere.levels);
    const Real next = hn::Min(hn::Max(hn::Add(m, moved), hn::Neg(room)), room);
    sphere.changed = hn::Add(sphere.changed, hn::Sub(next, m));
    sphere.jumps = hn::Add(sphere.jumps, all);
    x = hn::Div(next, room);
}

}  // namespace

}  // namespace dickejump::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
