// One candidate jump in every lane of a vector.
//
// Included by direct_kernel.cpp and loop_kernel.cpp, once for every target: the guard opens again for each.
#if defined(DICKEJUMP_TRAJECTORY_DIRECT_CANDIDATE_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef DICKEJUMP_TRAJECTORY_DIRECT_CANDIDATE_INL
#undef DICKEJUMP_TRAJECTORY_DIRECT_CANDIDATE_INL
#else
#define DICKEJUMP_TRAJECTORY_DIRECT_CANDIDATE_INL
#endif

#include <hwy/highway.h>

#include <cstdint>
#include <vector>

#include "random/lane_random-inl.hpp"
#include "trajectory/direct/linear_parts.hpp"

HWY_BEFORE_NAMESPACE();
namespace dickejump::HWY_NAMESPACE {

namespace {

using Indices = hn::ScalableTag<std::int64_t>;
using Index = hn::Vec<Indices>;
using Flags = hn::Mask<Reals>;

/// What is computed and kept of the steps. `one_slope`: w has no knots within the run. `linewidth`: the
/// ladder has one. `spins`: single atoms act too, and j changes. `held`: w stays as it is within a part, and
/// somebody else begins the next one; jumps and int A_n dt of the part are kept too.
struct Needs {
    bool integral, crossings, tags, one_slope, linewidth = false, spins = false, held = false;
};

/// What all lanes share. Times in 1/gamma, rates in gamma. A `part` is a tick, or if w has knots one of
/// `LinearParts`.
struct Shared {
    Real atoms;
    Real linewidth{};                  // gamma_r/(2 delta)
    Real slope, tick;                  // one slope: dw/dt, length of a tick
    Real rise, fall;                   // how far w goes in a tick; how far down, if it does
    const direct::LinearParts* parts;  // knots
    Real arrival, departure;           // names of the jumps that are crossings, see `note_crossings`
    Real on_ground{}, per_excited{};   // spins: what single atoms do, see `LocalRate`
};

/// One vector of trajectories under way.
struct LaneVector {
    LaneGenerator random;
    Real n;               // level
    Real left;            // time left in the part
    Real pump;            // w at the end of the part
    Real rest;            // one slope: ticks after this one; knots: time after this part, in this window
    Real n_dt;            // int n dt since the window began
    Real first, last;     // crossings, as time left in the window; -1 if there is none
    Real slope, ceiling;  // knots: dw/dt and the highest w of the part
    Index part;           // knots: row of `LinearParts`
    Real lost{}, top{};   // spins: N/2 - j, and the highest n of this j: the ends of its ladder
    Real jumps, pumped;   // held: in this part, and int A_n dt
};

/// What chance decides of the next candidate, ahead of knowing where it starts from.
struct Draw {
    Real log_u, u;  ///< of two uniform numbers: its waiting time, and what becomes of it
};

HWY_INLINE Draw draw(LaneGenerator& random) {
    const Real log_u = logarithm(open_unit(random.upper_bits()));
    return {log_u, open_unit(random.upper_bits())};
}

/// What a step was: every lane that made no collective jump, those of them in which a part ended, and (spins)
/// in which a single atom does something.
struct Outcome {
    Flags idle, over, acts{};
};

/// Until the end of the window.
template <Needs needs>
HWY_INLINE Real time_left(const LaneVector& lanes, const Shared& shared) {
    if constexpr (needs.one_slope) return hn::MulAdd(lanes.rest, shared.tick, lanes.left);
    return hn::Add(lanes.rest, lanes.left);
}

/// Begin the next part in the lanes whose part is `over`; `left` is the time left in the others.
template <Needs needs>
HWY_INLINE void begin_parts(LaneVector& lanes, Flags over, Real left, const Shared& shared) {
    const Reals d;
    if constexpr (needs.held) {
        lanes.left = left;  // none in those lanes: nothing moves any more
    } else if constexpr (needs.one_slope) {
        lanes.rest = hn::IfThenElse(over, hn::Sub(lanes.rest, hn::Set(d, 1.0)), lanes.rest);
        // After the last tick there is no time left, and nothing moves any more.
        const Flags next = hn::And(over, hn::Ge(lanes.rest, hn::Zero(d)));
        lanes.left = hn::IfThenElse(next, shared.tick, left);
        lanes.pump = hn::IfThenElse(next, hn::Add(lanes.pump, shared.rise), lanes.pump);
    } else {
        lanes.left = left;
        if (hn::AllFalse(d, over)) return;
        const auto& parts = *shared.parts;
        const Indices k;
        const auto next = [&](Real old, const std::vector<double>& column) HWY_ATTR {
            return hn::IfThenElse(over, hn::GatherIndex(d, column.data(), lanes.part), old);
        };
        lanes.part = hn::IfThenElse(hn::RebindMask(k, over),
                                    hn::GatherIndex(k, parts.next.data(), lanes.part), lanes.part);
        lanes.left = next(lanes.left, parts.length);
        lanes.pump = next(lanes.pump, parts.pump);
        lanes.slope = next(lanes.slope, parts.slope);
        lanes.ceiling = next(lanes.ceiling, parts.ceiling);
        lanes.rest = next(lanes.rest, parts.rest);
    }
}

/// A jump's name is the level that it starts from and a quarter of its step: one comparison tells a crossing.
inline double jump_name(double from, int step) {
    return from + 0.25 * step;
}

template <Needs needs>
HWY_INLINE void note_crossings(LaneVector& lanes, Real from, Real step, const Shared& shared) {
    const Reals d;
    const Real name = hn::MulAdd(step, hn::Set(d, 0.25), from);
    const Real rest = time_left<needs>(lanes, shared);
    lanes.last = hn::IfThenElse(hn::Eq(name, shared.departure), rest, lanes.last);
    lanes.first = hn::IfThenElse(hn::Eq(name, shared.arrival), hn::Max(rest, lanes.first), lanes.first);
}

/// One candidate jump, or the end of a part, in every lane: candidates come at the rate v A_n + B_n, v the
/// highest w of the part, and are jumps up with probability w A_n/(v A_n + B_n), jumps down with
/// B_n/(v A_n + B_n). Every operation from n to the next n waits for the one before: their chain is kept
/// short.
///
/// Where single atoms act, A and B are those of the ladder of j, and the rate has theirs besides; what an
/// atom does, the caller decides.
template <Needs needs>
HWY_INLINE Outcome advance(LaneVector& lanes, const Draw& chance, const Shared& shared) {
    const Reals d;
    const Real one = hn::Set(d, 1.0), zero = hn::Zero(d);
    const Real below_top = hn::Sub(needs.spins ? lanes.top : shared.atoms, lanes.n);
    const Real level = needs.spins ? hn::Sub(lanes.n, lanes.lost) : lanes.n;
    const Real pumping = hn::MulAdd(below_top, level, below_top);
    Real emission = hn::MulAdd(below_top, level, level), unit = one;
    if constexpr (needs.linewidth) {
        // A_n is divided by a factor that depends on n: rates are taken in units of 1/factor instead.
        const Real relative = hn::MulAdd(shared.linewidth, lanes.n, shared.linewidth);
        unit = hn::MulAdd(relative, relative, one);
        emission = hn::Mul(emission, unit);
    }
    Real rest = emission;  // all that does not depend on w
    if constexpr (needs.spins) {
        const Real local = hn::MulAdd(shared.per_excited, lanes.n, shared.on_ground);
        rest = hn::MulAdd(below_top, level, hn::Add(level, local));
    }
    const Real ceiling = needs.held        ? lanes.pump
                         : needs.one_slope ? hn::Add(lanes.pump, shared.fall)
                                           : lanes.ceiling;
    const Real rate = hn::MulAdd(ceiling, pumping, rest);
    // A rate of 0 (n = 0 without a pump) makes the waiting infinite.
    const Real beyond = hn::MulAdd(chance.log_u, hn::Div(unit, rate), lanes.left);
    const Flags over = hn::Le(beyond, zero);
    const Real left = hn::Max(beyond, zero);
    const Real stay = hn::Sub(lanes.left, left);

    const Real pump = needs.held
                          ? lanes.pump
                          : hn::NegMulAdd(needs.one_slope ? shared.slope : lanes.slope, left, lanes.pump);
    const Real mark = hn::Mul(chance.u, rate);
    const Flags idle = needs.held ? over : hn::Or(over, hn::Ge(mark, hn::MulAdd(pump, pumping, emission)));
    Outcome outcome{idle, over};
    if constexpr (needs.spins)
        outcome.acts = hn::AndNot(over, hn::And(idle, hn::Lt(mark, hn::MulAdd(pump, pumping, rest))));
    const Real step = hn::IfThenZeroElse(idle, hn::CopySign(one, hn::MulSub(pump, pumping, mark)));
    if constexpr (needs.integral) lanes.n_dt = hn::MulAdd(lanes.n, stay, lanes.n_dt);
    if constexpr (needs.held) {
        const Real rate_up = needs.linewidth ? hn::Div(pumping, unit) : pumping;
        lanes.pumped = hn::MulAdd(rate_up, stay, lanes.pumped);
        lanes.jumps = hn::MulAdd(step, step, lanes.jumps);
    }
    const Real from = lanes.n;
    lanes.n = hn::Add(lanes.n, step);
    begin_parts<needs>(lanes, over, left, shared);
    if constexpr (needs.crossings) note_crossings<needs>(lanes, from, step, shared);
    return outcome;
}

}  // namespace

}  // namespace dickejump::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
