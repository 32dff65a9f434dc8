// Numbers of jumps in a tick.
//
// Included by sphere_kernel.cpp, once for every target: the guard opens again for each.
#if defined(DICKEJUMP_TRAJECTORY_SPHERE_JUMP_COUNTS_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef DICKEJUMP_TRAJECTORY_SPHERE_JUMP_COUNTS_INL
#undef DICKEJUMP_TRAJECTORY_SPHERE_JUMP_COUNTS_INL
#else
#define DICKEJUMP_TRAJECTORY_SPHERE_JUMP_COUNTS_INL
#endif

#include <hwy/highway.h>

#include "random/lane_random-inl.hpp"
#include "trajectory/sphere/jump_counts.hpp"
#include "trajectory/sphere/step-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace dickejump::HWY_NAMESPACE {

namespace {

struct JumpCounts {
    hn::Vec<hn::ScalableTag<std::int64_t>> up, down;
};

/// Jumps up and down whose difference is `net`: their sum is Poisson of this mean with the parity of their
/// difference, and not below it.
HWY_INLINE JumpCounts count_jumps(LaneGenerator& random, Real mean, Real net) {
    const Reals d;
    const auto c = [&](double value) HWY_ATTR { return hn::Set(d, value); };
    const Real e = negative_logarithm(open_unit(random.upper_bits()));
    const Real sine = sine_of_half_turns(hn::Sub(open_unit(random.upper_bits()), c(0.5)));
    const Real z = hn::Mul(sine, hn::Sqrt(hn::Add(e, e)));  // a standard normal number (Box & Muller 1958)
    // Cornish-Fisher: the quantile of a Poisson law by that of a normal.
    const Real skewness = hn::MulAdd(hn::Mul(z, c(1.0 / 6.0)), z, c(-1.0 / 6.0));
    Real sum = hn::MulAdd(hn::Sqrt(mean), z, hn::Add(mean, skewness));
    constexpr double few = 32.0;
    if (HWY_UNLIKELY(!hn::AllFalse(d, hn::Lt(mean, c(few))))) {
        HWY_ALIGN double means[HWY_MAX_BYTES / sizeof(double)], normals[HWY_MAX_BYTES / sizeof(double)],
            totals[HWY_MAX_BYTES / sizeof(double)];
        hn::Store(mean, d, means), hn::Store(z, d, normals), hn::Store(sum, d, totals);
        for (std::size_t i = 0; i < hn::Lanes(d); ++i)
            if (means[i] < few) totals[i] = sphere::poisson_quantile(means[i], normals[i]);
        sum = hn::Load(d, totals);
    }
    // Downs = (sum - net)/2, rounded: of a sum of the wrong parity to the even of its neighbours, so neither
    // way more often.
    const Real least = hn::Max(hn::Neg(net), hn::Zero(d));
    const Real downs = hn::Max(hn::Round(hn::Mul(hn::Sub(sum, net), c(0.5))), least);
    // Counts reach 10^17, where a double no longer holds their difference.
    const hn::ScalableTag<std::int64_t> whole;
    const auto down = hn::ConvertTo(whole, downs);
    return {hn::Add(down, hn::ConvertTo(whole, net)), down};
}

}  // namespace

}  // namespace dickejump::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
