// int n dt of a segment.
//
// Included by uniformisation_kernel.cpp, once for every target: the guard opens again for each.
#if defined(DICKEJUMP_TRAJECTORY_UNIFORMISATION_LEVEL_INTEGRAL_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef DICKEJUMP_TRAJECTORY_UNIFORMISATION_LEVEL_INTEGRAL_INL
#undef DICKEJUMP_TRAJECTORY_UNIFORMISATION_LEVEL_INTEGRAL_INL
#else
#define DICKEJUMP_TRAJECTORY_UNIFORMISATION_LEVEL_INTEGRAL_INL
#endif

#include <hwy/highway.h>

#include <cstdint>

#include "random/lane_random-inl.hpp"
#include "trajectory/uniformisation/pack.hpp"

HWY_BEFORE_NAMESPACE();
namespace dickejump::HWY_NAMESPACE {

namespace {

/// Add what a block summed of n to the segment's. Whole numbers below 2^53: exact.
inline void add_block_sum(uniformisation::Pack& pack) {
    for (int lane = 0; lane < uniformisation::pack_size; ++lane) {
        const int count = pack.past_own[lane] - 1, n = pack.level[lane] - pack.start[lane];
        pack.sum[lane] += count * n + pack.moved_sum[lane];
    }
}

/// Add int n dt of the segment to the tick's. P + 1 states share the segment as a flat Dirichlet law. Given
/// their sequence, int n dt has the mean of n as its mean and the variance of n over P + 2 as its variance:
/// (J + D^2)/(12 (P + 1)) on average over the orders in which J jumps, by D in all, can come at the P events.
inline void add_level_integral(uniformisation::Pack& pack, const uniformisation::Segment& segment) {
    const Reals d;
    const Words w;
    const hn::Rebind<std::int32_t, Reals> whole;
    const hn::Rebind<float, Reals> single;
    const auto c = [&](double value) HWY_ATTR { return hn::Set(d, value); };
    const Real length = c(segment.length), one = c(1.0);
    for (std::size_t lane = 0; lane < uniformisation::pack_size; lane += hn::Lanes(d)) {
        const auto load = [&](const std::int32_t* from)
                              HWY_ATTR { return hn::PromoteTo(d, hn::Load(whole, from + lane)); };
        const Real start = load(pack.start), moved = hn::Sub(load(pack.level), start);
        const Real states = hn::Add(load(pack.events), one), share = hn::Div(one, states);
        const Real mean = hn::Mul(hn::Load(d, pack.sum + lane), share);
        // Uniform noise: its share of a sum over ticks is small, and there it is normal. Of its size, single
        // precision is plenty.
        const Word bits = hn::ShiftRight<12>(hn::Load(w, pack.noise + lane));
        const Real unit = hn::Sub(hn::BitCast(d, hn::Or(bits, hn::Set(w, 0x3ff0000000000000u))), c(1.5));
        const Real spread = hn::Mul(hn::Add(load(pack.jumps), hn::Mul(moved, moved)), share);
        const Real off = hn::Mul(unit, hn::PromoteTo(d, hn::Sqrt(hn::DemoteTo(single, spread))));
        Real n_dt = hn::Mul(length, hn::Add(hn::Add(start, mean), off));
        if (!segment.first) n_dt = hn::Add(n_dt, hn::Load(d, pack.n_dt + lane));
        hn::Store(n_dt, d, pack.n_dt + lane);
    }
}

}  // namespace

}  // namespace dickejump::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
