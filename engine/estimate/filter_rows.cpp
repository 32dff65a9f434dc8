#include "estimate/filter_rows.hpp"

#include "trajectory/vector_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "estimate/filter_rows.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "estimate/filter_propagation-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace dickejump::HWY_NAMESPACE {

namespace {

/// The sums of a pass over levels in order.
struct Summing {
    Real zeroth, first, second;

    static HWY_INLINE Summing begin() {
        const Real zero = hn::Zero(Reals());
        return {zero, zero, zero};
    }
    HWY_INLINE void add(double distance, const Real& x) {
        zeroth = hn::Add(zeroth, x);
        const Real once = hn::Mul(all(distance), x);
        first = hn::Add(first, once);
        second = hn::MulAdd(all(distance), once, second);
    }
    HWY_INLINE void put(const Lane& lane, Sums& sums) const {
        lane.put(zeroth, sums.zeroth);
        lane.put(first, sums.first);
        lane.put(second, sums.second);
    }
};

/// Calls pass(lane) for as many lanes at a time as there are in a vector.
template <class Pass>
HWY_INLINE void each_lane(const Pass& pass) {
    for (std::size_t first = 0; first < numeric::row_width; first += hn::Lanes(Reals()))
        pass(Lane{first});
}

}  // namespace

void propagate_rows(const Levels& levels, Stretch stretch, const Step& step, int poles, numeric::Row* p,
                    numeric::Row* work, Sums& sums) {
    each_lane([&](const Lane lane) {
        if (poles == 1)
            propagate_lanes<1>(levels, stretch, step, lane, p, work, sums);
        else if (poles == 2)
            propagate_lanes<2>(levels, stretch, step, lane, p, work, sums);
        else
            propagate_lanes<3>(levels, stretch, step, lane, p, work, sums);
    });
}

void lower_rows(const Levels& levels, Stretch stretch, const numeric::Row& down,
                const numeric::Row& background, numeric::Row* p, Sums& sums) {
    sums.origin = (stretch.lo + stretch.hi) / 2;
    each_lane([&](const Lane lane) {
        Summing summing = Summing::begin();
        const Real d = lane.of(down), b = lane.of(background);
        Real here = lane.of(p[stretch.lo]);
        for (auto n = stretch.lo; n <= stretch.hi; ++n) {
            const Real above = n < stretch.hi ? lane.of(p[n + 1]) : hn::Zero(Reals());
            const Real x = hn::MulAdd(hn::Mul(d, all(levels.up()[n])), above, hn::Mul(b, here));
            lane.put(x, p[n]);
            summing.add(static_cast<double>(n - sums.origin), x);
            here = above;
        }
        summing.put(lane, sums);
    });
}

void raise_rows(const Levels& levels, Stretch stretch, const numeric::Row& up, const numeric::Row& background,
                numeric::Row* p, Sums& sums) {
    sums.origin = (stretch.lo + stretch.hi) / 2;
    each_lane([&](const Lane lane) {
        Summing summing = Summing::begin();
        const Real u = lane.of(up), b = lane.of(background);
        Real below = hn::Zero(Reals());
        for (auto n = stretch.lo; n <= stretch.hi; ++n) {
            const Real here = lane.of(p[n]);
            const Real x = hn::MulAdd(hn::Mul(u, all(levels.up()[n - 1])), below, hn::Mul(b, here));
            lane.put(x, p[n]);
            summing.add(static_cast<double>(n - sums.origin), x);
            below = here;
        }
        summing.put(lane, sums);
    });
}

void weigh_rows(const Levels& levels, Stretch stretch, const numeric::Row& side,
                const numeric::Row& background, numeric::Row* p, Sums& sums) {
    sums.origin = (stretch.lo + stretch.hi) / 2;
    each_lane([&](const Lane lane) {
        Summing summing = Summing::begin();
        const Real s = lane.of(side), b = lane.of(background);
        for (auto n = stretch.lo; n <= stretch.hi; ++n) {
            const Real x = hn::Mul(hn::MulAdd(s, all(levels.number()[n]), b), lane.of(p[n]));
            lane.put(x, p[n]);
            summing.add(static_cast<double>(n - sums.origin), x);
        }
        summing.put(lane, sums);
    });
}

}  // namespace dickejump::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace dickejump {

HWY_EXPORT(propagate_rows);
HWY_EXPORT(lower_rows);
HWY_EXPORT(raise_rows);
HWY_EXPORT(weigh_rows);

namespace filter_rows {

Levels::Levels(std::int64_t atoms) : atoms_(atoms) {
    const auto size = static_cast<double>(atoms);
    for (double n = -1.0; n <= size + 1.0; n += 1.0) {
        number_.push_back(n);
        up_.push_back((size - n) * (n + 1.0));
    }
}

void propagate(const Levels& levels, Stretch stretch, const Step& step, int poles, Row* p, Row* work,
               Sums& sums) {
    HWY_DYNAMIC_DISPATCH(propagate_rows)(levels, stretch, step, poles, p, work, sums);
}

void lower(const Levels& levels, Stretch stretch, const Row& down, const Row& background, Row* p,
           Sums& sums) {
    HWY_DYNAMIC_DISPATCH(lower_rows)(levels, stretch, down, background, p, sums);
}

void raise(const Levels& levels, Stretch stretch, const Row& up, const Row& background, Row* p, Sums& sums) {
    HWY_DYNAMIC_DISPATCH(raise_rows)(levels, stretch, up, background, p, sums);
}

void weigh(const Levels& levels, Stretch stretch, const Row& side, const Row& background, Row* p,
           Sums& sums) {
    HWY_DYNAMIC_DISPATCH(weigh_rows)(levels, stretch, side, background, p, sums);
}

}  // namespace filter_rows
}  // namespace dickejump

#endif
