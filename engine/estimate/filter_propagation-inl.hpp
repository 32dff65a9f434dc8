// Tested by tests/estimate/filter_rows_test.cpp.

// One step of a filter between clicks, in vector lanes. Included once for every target by filter_rows.cpp (no
// #pragma once: the guard below opens again for each target).
#if defined(DICKEJUMP_ESTIMATE_FILTER_PROPAGATION_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef DICKEJUMP_ESTIMATE_FILTER_PROPAGATION_INL
#undef DICKEJUMP_ESTIMATE_FILTER_PROPAGATION_INL
#else
#define DICKEJUMP_ESTIMATE_FILTER_PROPAGATION_INL
#endif

#include <hwy/highway.h>

#include "estimate/filter_rows.hpp"

HWY_BEFORE_NAMESPACE();
namespace dickejump::HWY_NAMESPACE {

namespace {

namespace hn = hwy::HWY_NAMESPACE;
using filter_rows::Levels, filter_rows::Stretch, filter_rows::Step, filter_rows::Sums;

using Reals = hn::CappedTag<double, numeric::row_width>;
using Real = hn::Vec<Reals>;

HWY_INLINE Real all(double x) {
    return hn::Set(Reals(), x);
}

/// Rows as one pass over the levels sees them: from a lane on.
struct Lane {
    std::size_t first;

    HWY_INLINE Real of(const numeric::Row& row) const {
        return hn::Load(Reals(), reinterpret_cast<const double*>(&row) + first);
    }
    HWY_INLINE void put(const Real& x, numeric::Row& row) const {
        hn::Store(x, Reals(), reinterpret_cast<double*>(&row) + first);
    }
};

/// A pole of an approximant in the upper half plane, and its residue.
struct Pole {
    double re, im, weight_re, weight_im;
};

/// The Pade approximant (2 poles - 1, 2 poles) of exp.
template <std::size_t poles>
struct Approximant;
template <>
struct Approximant<1> {
    static constexpr Pole pole[]{{2.0, 1.4142135623730950488, 1.0, -3.535533905932737622}};
};
template <>
struct Approximant<2> {
    static constexpr Pole pole[]{
        {4.7871931031284660171, 1.5674764168952081241, 13.301539995971487047, -60.071732737047443329},
        {3.2128068968715339829, 4.7730874332766424998, -11.301539995971487047, 12.471675850250231306}};
};
template <>
struct Approximant<3> {
    static constexpr Pole pole[]{
        {7.4906375288096300922, 1.6215023887783939784, 185.54487885755513041, -917.7923648638088502},
        {6.4705149367015697536, 4.9001211474213864242, -226.06041189362895375, 305.10335904505314999},
        {4.0388475344888001542, 8.345600414872215668, 43.515533036073823344, -14.015306215640605794}};
};

/// What an elimination hands from level to level for one pole. Imaginary parts stand with the sign turned.
struct Eliminated {
    Real ratio_re, ratio_im, value_re, value_im;
};

/// How a level hangs together with its neighbours: before it in an elimination, and behind.
struct Coupling {
    Real diagonal, before, behind;
};

/// An elimination from one end of the stretch, for all poles.
template <std::size_t poles>
struct Chain {
    Eliminated at[poles];

    HWY_INLINE void begin() {
        const Real zero = hn::Zero(Reals());
        for (auto& e : at)
            e = {zero, zero, zero, zero};
    }

    HWY_INLINE void add(const Coupling& level, const Real& right) {
        Real re[poles], im[poles], square[poles], inverse[poles];
        for (std::size_t k = 0; k < poles; ++k) {
            constexpr auto& pole = Approximant<poles>::pole;
            re[k] = hn::NegMulAdd(level.before, at[k].ratio_re, hn::Sub(level.diagonal, all(pole[k].re)));
            im[k] = hn::MulAdd(level.before, at[k].ratio_im, all(-pole[k].im));
            square[k] = hn::MulAdd(re[k], re[k], hn::Mul(im[k], im[k]));
        }
        invert(square, inverse);
        for (std::size_t k = 0; k < poles; ++k) {
            const Real inverse_re = hn::Mul(re[k], inverse[k]), inverse_im = hn::Mul(im[k], inverse[k]);
            const Real right_re = hn::NegMulAdd(level.before, at[k].value_re, right),
                       right_im = hn::Mul(level.before, at[k].value_im);
            at[k].ratio_re = hn::Mul(level.behind, inverse_re);
            at[k].ratio_im = hn::Mul(level.behind, inverse_im);
            at[k].value_re = hn::MulAdd(right_im, inverse_im, hn::Mul(right_re, inverse_re));
            at[k].value_im = hn::NegMulAdd(right_im, inverse_re, hn::Mul(right_re, inverse_im));
        }
    }

    HWY_INLINE void keep(const Lane& lane, numeric::Row* work) const {
        for (std::size_t k = 0; k < poles; ++k) {
            lane.put(at[k].ratio_re, work[4 * k]);
            lane.put(at[k].ratio_im, work[4 * k + 1]);
            lane.put(at[k].value_re, work[4 * k + 2]);
            lane.put(at[k].value_im, work[4 * k + 3]);
        }
    }

private:
    /// Inverses, with one division for all.
    static HWY_INLINE void invert(const Real (&x)[poles], Real (&inverse)[poles]) {
        if constexpr (poles == 1) {
            inverse[0] = hn::Div(all(1.0), x[0]);
        } else if constexpr (poles == 2) {
            const Real both = hn::Div(all(1.0), hn::Mul(x[0], x[1]));
            inverse[0] = hn::Mul(both, x[1]);
            inverse[1] = hn::Mul(both, x[0]);
        } else {
            const Real two = hn::Mul(x[0], x[1]), three = hn::Div(all(1.0), hn::Mul(two, x[2]));
            const Real both = hn::Mul(three, x[2]);
            inverse[0] = hn::Mul(both, x[1]);
            inverse[1] = hn::Mul(both, x[0]);
            inverse[2] = hn::Mul(three, two);
        }
    }
};

/// The solutions at the level last put in, for all poles.
template <std::size_t poles>
struct Solution {
    Real re[poles], im[poles];

    /// Where the chains from below and above meet.
    HWY_INLINE void meet(const Chain<poles>& below, const Chain<poles>& above, const Coupling& level,
                         const Real& right) {
        for (std::size_t k = 0; k < poles; ++k) {
            constexpr auto& pole = Approximant<poles>::pole;
            const auto &b = below.at[k], &a = above.at[k];
            const Real den_re = hn::NegMulAdd(
                level.behind, a.ratio_re,
                hn::NegMulAdd(level.before, b.ratio_re, hn::Sub(level.diagonal, all(pole[k].re))));
            const Real den_im =
                hn::MulAdd(level.behind, a.ratio_im, hn::MulAdd(level.before, b.ratio_im, all(-pole[k].im)));
            const Real right_re =
                hn::NegMulAdd(level.behind, a.value_re, hn::NegMulAdd(level.before, b.value_re, right));
            const Real right_im = hn::MulAdd(level.behind, a.value_im, hn::Mul(level.before, b.value_im));
            const Real inverse = hn::Div(all(1.0), hn::MulAdd(den_re, den_re, hn::Mul(den_im, den_im)));
            re[k] = hn::Mul(inverse, hn::MulAdd(right_re, den_re, hn::Mul(right_im, den_im)));
            im[k] = hn::Mul(inverse, hn::NegMulAdd(right_im, den_re, hn::Mul(right_re, den_im)));
        }
    }
    HWY_INLINE void next(const Lane& lane, const numeric::Row* work) {
        for (std::size_t k = 0; k < poles; ++k) {
            const Real ratio_re = lane.of(work[4 * k]), ratio_im = lane.of(work[4 * k + 1]);
            const Real new_re =
                hn::NegMulAdd(ratio_re, re[k], hn::MulAdd(ratio_im, im[k], lane.of(work[4 * k + 2])));
            im[k] = hn::NegMulAdd(ratio_im, re[k], hn::NegMulAdd(ratio_re, im[k], lane.of(work[4 * k + 3])));
            re[k] = new_re;
        }
    }
    /// 2 Re (weight . solution).
    HWY_INLINE Real value() const {
        constexpr auto& pole = Approximant<poles>::pole;
        Real sum =
            hn::MulAdd(all(2.0 * pole[0].weight_im), im[0], hn::Mul(all(2.0 * pole[0].weight_re), re[0]));
        for (std::size_t k = 1; k < poles; ++k)
            sum = hn::MulAdd(all(2.0 * pole[k].weight_im), im[k],
                             hn::MulAdd(all(2.0 * pole[k].weight_re), re[k], sum));
        return sum;
    }
};

template <std::size_t poles>
void propagate_lanes(const Levels& levels, const Stretch stretch, const Step& step, const Lane lane,
                     numeric::Row* p, numeric::Row* work, Sums& sums) {
    const double *number = levels.number(), *rate = levels.up();
    const Real pumped = lane.of(step.pumped), pumped_kept = lane.of(step.pumped_kept),
               emitted = lane.of(step.emitted), emitted_kept = lane.of(step.emitted_kept),
               side = lane.of(step.side), shift = lane.of(step.shift);
    const auto coupling = [&](std::int64_t n) {
        const Real up = all(rate[n]), down = all(rate[n - 1]);
        return Coupling{
            .diagonal = hn::NegMulAdd(
                pumped, up, hn::NegMulAdd(emitted, down, hn::NegMulAdd(side, all(number[n]), shift))),
            .before = hn::Mul(pumped_kept, down),
            .behind = hn::Mul(emitted_kept, up)};
    };
    const auto turned = [](const Coupling& c) {
        return Coupling{.diagonal = c.diagonal, .before = c.behind, .behind = c.before};
    };
    // Levels below `middle` are eliminated from below, those above from above.
    const auto middle = stretch.lo + (stretch.hi - stretch.lo + 1) / 2;
    Chain<poles> below, above;
    below.begin();
    above.begin();
    const auto work_of = [&](std::int64_t n) { return work + n * static_cast<std::int64_t>(4 * poles); };
    const auto rise = [&](std::int64_t n) {
        below.add(coupling(n), lane.of(p[n]));
        below.keep(lane, work_of(n));
    };
    const auto sink = [&](std::int64_t n) {
        above.add(turned(coupling(n)), lane.of(p[n]));
        above.keep(lane, work_of(n));
    };
    auto low = stretch.lo;
    if (middle - stretch.lo > stretch.hi - middle) rise(low++);
    for (auto high = stretch.hi; high > middle; --high) {
        rise(low++);
        sink(high);
    }
    Solution<poles> down;
    down.meet(below, above, coupling(middle), lane.of(p[middle]));
    Solution<poles> up = down;
    Real zeroth = down.value(), first = hn::Zero(Reals()), second = first;
    lane.put(zeroth, p[middle]);
    const auto bring = [&](Solution<poles>& solution, std::int64_t n) {
        solution.next(lane, work_of(n));
        const Real value = solution.value();
        lane.put(value, p[n]);
        return value;
    };
    low = middle - 1;
    for (auto high = middle + 1; high <= stretch.hi; ++high, --low) {
        const Real distance = all(number[high - middle]);
        const Real lower = bring(down, low), upper = bring(up, high);
        const Real both = hn::Add(upper, lower);
        zeroth = hn::Add(zeroth, both);
        first = hn::MulAdd(distance, hn::Sub(upper, lower), first);
        second = hn::MulAdd(hn::Mul(distance, distance), both, second);
    }
    if (low >= stretch.lo) {
        const Real distance = all(number[middle - low]);
        const Real lower = bring(down, low);
        zeroth = hn::Add(zeroth, lower);
        first = hn::NegMulAdd(distance, lower, first);
        second = hn::MulAdd(hn::Mul(distance, distance), lower, second);
    }
    sums.origin = middle;
    lane.put(zeroth, sums.zeroth);
    lane.put(first, sums.first);
    lane.put(second, sums.second);
}

}  // namespace

}  // namespace dickejump::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
