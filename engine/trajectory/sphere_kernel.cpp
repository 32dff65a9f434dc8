#include "dickejump/trajectory/sphere_kernel.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "dickejump/random/stream.hpp"
#include "model/sphere_steps.hpp"
#include "random/split_mix.hpp"
#include "trajectory/run_setup.hpp"
#include "trajectory/vector_targets.hpp"

#ifndef DICKEJUMP_SPHERE_KERNEL_ONCE
#define DICKEJUMP_SPHERE_KERNEL_ONCE

namespace dickejump::sphere {

/// A step in which a crossing lies: angles from the level at its ends, in the direction of the crossing.
struct Hits {
    std::vector<double> step, before, after;  ///< step: index in the run, -1 if none yet
};

/// Where all trajectories of a block stand between two windows. Padded to whole vectors of any target.
struct Walks {
    std::array<std::vector<std::uint64_t>, 4> path, beside, counts, touch;  ///< generators
    std::vector<double> x, n;
    Hits first, last;
};

struct Task {
    double levels;                   ///< N + 1
    double way;                      ///< +1 upwards, -1 downwards
    double first_level, last_level;  ///< in x, seen upwards
    int steps_per_tick;
    Quantities wanted;
    const SphereStep* steps;  ///< of the window
    std::int64_t first_step;  ///< of the window, in the run
    Walks* walks;
    Window* window;
};

/// P(X <= k) >= p for a standard normal z with p = P(Z <= z): the quantile of a Poisson law.
double poisson_quantile(double mean, double z);

}  // namespace dickejump::sphere

#endif

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "trajectory/sphere_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// After highway.h, which it needs.
#include <hwy/contrib/math/math-inl.h>

#include "random/lane_random-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace dickejump::HWY_NAMESPACE {

namespace {

using sphere::Task;

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

/// What chance decides of a step: q and the sine of the way around.
struct Turn {
    Real q, sine;
};

HWY_INLINE Turn turn(LaneGenerator& random, const SphereStep& step) {
    const Reals d;
    const Real e = negative_logarithm(open_unit(random.upper_bits()));
    const Real half_turns = hn::Sub(open_unit(random.upper_bits()), hn::Set(d, 0.5));
    const Real q = hn::Mul(e, hn::NegMulAdd(hn::Set(d, step.square), e, hn::Set(d, step.linear)));
    return {hn::Min(hn::Max(q, hn::Zero(d)), hn::Set(d, 2.0)), sine_of_half_turns(half_turns)};
}

/// Boost, rotate, boost. Kept as a ratio to the end, so that one division does for both boosts.
HWY_INLINE Real moved(Real x, const SphereStep& step, const Turn& turn) {
    const Reals d;
    const Real one = hn::Set(d, 1.0), first = hn::Set(d, step.first), second = hn::Set(d, step.second);
    const Real top = hn::Add(x, first), bottom = hn::MulAdd(x, first, one);
    const Real rest = hn::Mul(hn::Sub(bottom, top), hn::Add(bottom, top));
    const Real circle = hn::Mul(turn.q, hn::Sub(hn::Set(d, 2.0), turn.q));
    // Beyond a pole by rounding, the circle of latitude is a point.
    const Real radius = hn::Sqrt(hn::Max(hn::Mul(rest, circle), hn::Zero(d)));
    const Real turned = hn::MulAdd(turn.sine, radius, hn::NegMulAdd(top, turn.q, top));
    return hn::Div(hn::MulAdd(second, bottom, turned), hn::MulAdd(second, turned, bottom));
}

HWY_INLINE LaneGenerator load(const std::array<std::vector<std::uint64_t>, 4>& state, std::size_t at) {
    const Words w;
    return {hn::LoadU(w, state[0].data() + at), hn::LoadU(w, state[1].data() + at),
            hn::LoadU(w, state[2].data() + at), hn::LoadU(w, state[3].data() + at)};
}
HWY_INLINE void store(const LaneGenerator& g, std::array<std::vector<std::uint64_t>, 4>& state,
                      std::size_t at) {
    const Words w;
    hn::StoreU(g.a, w, state[0].data() + at), hn::StoreU(g.b, w, state[1].data() + at);
    hn::StoreU(g.c, w, state[2].data() + at), hn::StoreU(g.d, w, state[3].data() + at);
}

/// The path of one vector of trajectories, and what is summed along a tick.
struct Path {
    LaneGenerator random;
    Real x;
    Real x_dt, round_dt;  // int x dt and int (1 - x^2) dt in the mean between the ends of steps
    Real noise, bend;     // variance of the first; half the variance of int (x - mean path)^2 dt
};

template <bool integral, bool jumps, bool crossings>
class Runner {
public:
    explicit Runner(const Task& task) : task_(task), walks_(*task.walks), window_(*task.window) {}

    void operator()() {
        const auto width = hn::Lanes(d_);
        const auto lanes = static_cast<std::size_t>(window_.lanes);
        std::size_t lane = 0;
        for (; lane + (most - 1) * width < lanes; lane += most * width)
            run<most>(lane);
        for (; lane < lanes; lane += width)
            run<1>(lane);
    }

private:
    static constexpr std::size_t most = 4;  ///< vectors at once: their latencies overlap
    /// What is summed along steps: int x dt, and int (1 - x^2) dt too.
    static constexpr bool beside = integral || jumps;

    template <std::size_t vectors>
    void run(std::size_t at) {
        const auto width = hn::Lanes(d_);
        Path path[vectors];
        for (std::size_t u = 0; u < vectors; ++u) {
            path[u].random = load(walks_.path, at + u * width);
            path[u].x = hn::LoadU(d_, walks_.x.data() + at + u * width);
        }
        const SphereStep* step = task_.steps;
        double index = static_cast<double>(task_.first_step);
        for (int tick = 0; tick < window_.ticks; ++tick) {
            for (std::size_t u = 0; u < vectors; ++u)
                path[u].x_dt = path[u].round_dt = path[u].noise = path[u].bend = hn::Zero(d_);
            for (int i = 0; i < task_.steps_per_tick; ++i, ++step, index += 1.0) {
                // One thing for all vectors at a time: each waits for its own root and division.
                Turn turns[vectors];
                Real before[vectors];
                for (std::size_t u = 0; u < vectors; ++u)
                    turns[u] = turn(path[u].random, *step);
                for (std::size_t u = 0; u < vectors; ++u) {
                    before[u] = path[u].x;
                    path[u].x = moved(before[u], *step, turns[u]);
                }
                if constexpr (beside)
                    for (std::size_t u = 0; u < vectors; ++u)
                        add(path[u], before[u], *step);
                if constexpr (crossings)
                    for (std::size_t u = 0; u < vectors; ++u)
                        look(before[u], path[u].x, *step, index, at + u * width);
            }
            Span span{};
            for (const auto* part = step - task_.steps_per_tick; part < step; ++part) {
                span.length += part->length;
                span.rate_dt += part->spread;
            }
            for (std::size_t u = 0; u < vectors; ++u)
                close_tick(path[u], tick, span, at + u * width);
        }
        for (std::size_t u = 0; u < vectors; ++u) {
            store(path[u].random, walks_.path, at + u * width);
            hn::StoreU(path[u].x, d_, walks_.x.data() + at + u * width);
        }
    }

    HWY_INLINE void add(Path& path, Real before, const SphereStep& step) const {
        const auto c = [&](double value) HWY_ATTR { return hn::Set(d_, value); };
        const Real after = path.x, sum = hn::Add(before, after);
        const Real half = hn::Mul(sum, c(0.5));
        const Real radius = hn::Max(hn::NegMulAdd(half, half, c(1.0)), hn::Zero(d_));
        const Real spread = hn::Mul(radius, c(step.spread));
        path.x_dt = hn::MulAdd(half, c(step.length), path.x_dt);
        path.noise = hn::MulAdd(spread, c(step.length * step.length / 12.0), path.noise);
        if constexpr (!jumps) return;
        // x0^2 + x0 x1 + x1^2 = (x0 + x1)^2 - x0 x1.
        const Real squares = hn::MulSub(sum, sum, hn::Mul(before, after));
        path.round_dt =
            hn::Add(path.round_dt, hn::MulAdd(hn::Set(d_, -step.length / 3.0), squares, c(step.length)));
        path.round_dt = hn::MulAdd(spread, c(-step.length / 6.0), path.round_dt);
        path.bend = hn::MulAdd(hn::Mul(spread, spread), c(step.length * step.length / 90.0), path.bend);
    }

    /// Whether the path of a step touches the levels. Far from them, which is nearly always, one look at the
    /// ends is enough: asin x - asin c is not smaller than x - c, and exp(-36) never happens. Here both
    /// levels, which are one or the cells beside J_z = 0, are seen as one.
    HWY_INLINE void look(Real before, Real after, const SphereStep& step, double index, std::size_t at) {
        const double slack = 3.0 * (task_.first_level - task_.last_level);
        if (HWY_LIKELY(
                hn::AllFalse(d_, hn::Lt(hn::Mul(before, after), hn::Set(d_, 18.0 * step.spread + slack)))))
            return;
        look_closely(before, after, step, index, at);
    }

    /// The bridge touches with probability exp(-2 phi0 phi1/v), phi the angles from the level: if E > 2 phi0
    /// phi1/v, E ~ Exp(1). Only the lanes that look draw, so that what the others do does not matter to them.
    /// The exponent of e^-E bounds E, which spares most of them the logarithm and the angles.
    HWY_NOINLINE void look_closely(Real before, Real after, const SphereStep& step, double index,
                                   std::size_t at) {
        const Real way = hn::Set(d_, task_.way);
        const Real x0 = hn::Mul(way, before), x1 = hn::Mul(way, after);
        const Real first_level = hn::Set(d_, task_.first_level), last_level = hn::Set(d_, task_.last_level);
        const Real near = hn::Set(d_, 18.0 * step.spread);
        const Real first_product = hn::Mul(hn::Sub(x0, first_level), hn::Sub(x1, first_level)),
                   last_product = hn::Mul(hn::Sub(x0, last_level), hn::Sub(x1, last_level));
        auto first_near = hn::And(hn::Lt(x0, first_level), hn::Lt(first_product, near));
        auto last_near = hn::And(hn::Gt(x1, last_level), hn::Lt(last_product, near));

        const Words w;
        auto random = load(walks_.touch, at);
        const auto old = random;
        const Real u = open_unit(random.upper_bits());
        const auto drawn = hn::RebindMask(w, hn::Or(first_near, last_near));
        const LaneGenerator kept{
            hn::IfThenElse(drawn, random.a, old.a), hn::IfThenElse(drawn, random.b, old.b),
            hn::IfThenElse(drawn, random.c, old.c), hn::IfThenElse(drawn, random.d, old.d)};
        store(kept, walks_.touch, at);

        // The biased exponent of u in the mantissa of 2^52; 0.694 is more than ln 2.
        const Word exponent = hn::Or(hn::ShiftRight<52>(hn::BitCast(w, u)), hn::Set(w, 0x4330000000000000u));
        const Real reach = hn::Mul(hn::Sub(hn::Set(d_, 0x1p52 + 1023.0), hn::BitCast(d_, exponent)),
                                   hn::Set(d_, 0.694 * 0.5 * step.spread));
        first_near = hn::And(first_near, hn::Lt(first_product, reach));
        last_near = hn::And(last_near, hn::Lt(last_product, reach));
        if (!hn::AllFalse(d_, hn::Or(first_near, last_near)))
            touch(x0, x1, negative_logarithm(u), first_near, last_near, step, index, at);
    }

    /// Note the touches of lanes that are near, given E.
    HWY_INLINE void touch(Real x0, Real x1, Real e, hn::Mask<Reals> first_near, hn::Mask<Reals> last_near,
                          const SphereStep& step, double index, std::size_t at) {
        const Real zero = hn::Zero(d_);
        const Real one = hn::Set(d_, 1.0);
        const auto angle = [&](Real x)
                               HWY_ATTR { return hn::Asin(d_, hn::Max(hn::Min(x, one), hn::Neg(one))); };
        const Real phi0 = angle(x0), phi1 = angle(x1);
        // A change of sides is a negative product.
        const Real scaled = hn::Mul(e, hn::Set(d_, 0.5 * step.spread));
        const auto note = [&](double level, hn::Mask<Reals> near, sphere::Hits& hits, bool keep) HWY_ATTR {
            const Real c = hn::Set(d_, std::asin(level));
            const Real p0 = hn::Sub(phi0, c), p1 = hn::Sub(phi1, c);
            auto hit = hn::And(near, hn::Gt(scaled, hn::Mul(p0, p1)));
            const Real was = hn::LoadU(d_, hits.step.data() + at);
            if (keep) hit = hn::And(hit, hn::Lt(was, zero));
            hn::StoreU(hn::IfThenElse(hit, hn::Set(d_, index), was), d_, hits.step.data() + at);
            const auto set = [&](std::vector<double>& column, Real value) HWY_ATTR {
                const Real past = hn::LoadU(d_, column.data() + at);
                hn::StoreU(hn::IfThenElse(hit, value, past), d_, column.data() + at);
            };
            set(hits.before, p0);
            set(hits.after, p1);
        };
        note(task_.first_level, first_near, walks_.first, true);
        note(task_.last_level, last_near, walks_.last, false);
    }

    template <class V, class T>
    void write(V values, std::vector<T>& column, int tick, std::size_t at) const {
        const hn::DFromV<V> tag;
        const auto lanes = static_cast<std::size_t>(window_.lanes), width = hn::Lanes(d_);
        T* row = column.data() + window_.at(tick, 0) + at;
        if (HWY_LIKELY(at + width <= lanes)) {
            hn::StoreU(values, tag, row);
            return;
        }
        HWY_ALIGN T all[HWY_MAX_BYTES / sizeof(T)];
        hn::Store(values, tag, all);
        for (std::size_t i = 0; at + i < lanes; ++i)
            row[i] = all[i];
    }

    /// The steps of a tick.
    struct Span {
        double length, rate_dt;  ///< int dt, int (w + 1) dt
    };

    HWY_INLINE void close_tick(const Path& path, int tick, const Span& span, std::size_t at) {
        const auto c = [&](double value) HWY_ATTR { return hn::Set(d_, value); };
        const Real half_levels = c(0.5 * task_.levels), zero = hn::Zero(d_);
        const Real level = hn::Floor(hn::MulAdd(half_levels, path.x, half_levels));
        const Real n = hn::Min(hn::Max(level, zero), c(task_.levels - 1.0));
        write(hn::DemoteTo(hn::Rebind<std::int32_t, Reals>(), n), window_.n, tick, at);
        if constexpr (beside) {
            // From a generator beside the path's own, so that the path does not depend on what is asked.
            auto random = load(walks_.beside, at);
            const Real normal = normal_of_parts(random.all_bits());
            store(random, walks_.beside, at);
            const double tau = span.length, rate = span.rate_dt / span.length;
            // Limited alike on both sides, so that a run near a pole stays on the ladder, and its rates
            // positive, in the mean over the tick.
            const Real room = hn::Max(hn::Mul(c(0.75), hn::Sub(c(tau), hn::Abs(path.x_dt))), zero);
            const Real free = hn::Mul(normal, hn::Sqrt(path.noise));
            const Real off = hn::Min(hn::Max(free, hn::Neg(room)), room);
            const Real x_dt = hn::Add(path.x_dt, off);
            if constexpr (integral)
                write(hn::MulAdd(half_levels, x_dt, c(0.5 * (task_.levels - 1.0) * tau)), window_.n_dt, tick,
                      at);
            if constexpr (!jumps) return;
            const Real mean = hn::Mul(path.x_dt, c(1.0 / tau));
            const Real bent = hn::Mul(hn::Sqrt(path.bend), hn::MulSub(normal, normal, c(1.0)));
            const Real round_dt = hn::Sub(hn::NegMulAdd(hn::Add(mean, mean), off, path.round_dt), bent);
            // int A dt = N'^2/4 int (1 - x^2) dt - N'/2 int x dt - tau/6: the lattice has 1/12 less <m^2>.
            const double quarter = 0.25 * task_.levels * task_.levels;
            const Real both = hn::MulAdd(c(quarter), round_dt, c(-tau / 6.0));
            // int (w A + B) dt = (w + 1) int (A + B)/2 dt - (w - 1) int J_z dt.
            const Real expected =
                hn::MulAdd(c(rate), both, hn::Mul(hn::Mul(c(2.0 - rate), half_levels), x_dt));
            count_jumps(n, hn::Max(expected, zero), tick, at);
            hn::StoreU(n, d_, walks_.n.data() + at);
        }
    }

    /// Jumps up and down: their sum is Poisson with the parity of their difference, and not below it.
    HWY_INLINE void count_jumps(Real n, Real mean, int tick, std::size_t at) {
        const auto c = [&](double value) HWY_ATTR { return hn::Set(d_, value); };
        auto random = load(walks_.counts, at);
        const Real e = negative_logarithm(open_unit(random.upper_bits()));
        const Real sine = sine_of_half_turns(hn::Sub(open_unit(random.upper_bits()), c(0.5)));
        store(random, walks_.counts, at);
        const Real z = hn::Mul(sine, hn::Sqrt(hn::Add(e, e)));
        const Real net = hn::Sub(n, hn::LoadU(d_, walks_.n.data() + at));
        // Cornish-Fisher: the quantile of a Poisson law by that of a normal.
        const Real bend = hn::MulAdd(hn::Mul(z, c(1.0 / 6.0)), z, c(-1.0 / 6.0));
        Real sum = hn::MulAdd(hn::Sqrt(mean), z, hn::Add(mean, bend));
        const auto few = hn::Lt(mean, c(32.0));
        if (HWY_UNLIKELY(!hn::AllFalse(d_, few))) {
            HWY_ALIGN double means[HWY_MAX_BYTES / sizeof(double)], normals[HWY_MAX_BYTES / sizeof(double)],
                totals[HWY_MAX_BYTES / sizeof(double)];
            hn::Store(mean, d_, means), hn::Store(z, d_, normals), hn::Store(sum, d_, totals);
            for (std::size_t i = 0; i < hn::Lanes(d_); ++i)
                if (means[i] < 32.0) totals[i] = sphere::poisson_quantile(means[i], normals[i]);
            sum = hn::Load(d_, totals);
        }
        // Downs = (sum - net)/2, rounded: of a sum of the wrong parity to the even of its neighbours, so
        // neither way more often.
        const Real least = hn::Max(hn::Neg(net), hn::Zero(d_));
        const Real downs = hn::Max(hn::Round(hn::Mul(hn::Sub(sum, net), c(0.5))), least);
        // Counts reach 10^17, where a double no longer holds their difference.
        const hn::ScalableTag<std::int64_t> whole;
        const auto down = hn::ConvertTo(whole, downs);
        write(hn::Add(down, hn::ConvertTo(whole, net)), window_.jumps_up, tick, at);
        write(down, window_.jumps_down, tick, at);
    }

    const Reals d_{};
    const Task& task_;
    sphere::Walks& walks_;
    Window& window_;
};

}  // namespace

void run_sphere(const Task& task) {
    const std::true_type yes;
    const std::false_type no;
    const auto go = [&](auto i, auto j, auto c) { Runner<i, j, c>{task}(); };
    const auto with = [&](auto i, auto j) {
        any(task.wanted, Quantities::crossings_up | Quantities::crossings_down) ? go(i, j, yes)
                                                                                : go(i, j, no);
    };
    const auto with_integral = [&](auto i) {
        any(task.wanted, Quantities::jumps) ? with(i, yes) : with(i, no);
    };
    any(task.wanted, Quantities::level_integral) ? with_integral(yes) : with_integral(no);
}

}  // namespace dickejump::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace dickejump {

HWY_EXPORT(run_sphere);

namespace sphere {

double poisson_quantile(double mean, double z) {
    const double p = 0.5 * std::erfc(-z * 0.70710678118654752);
    double term = std::exp(-mean), sum = term, k = 0.0;
    while (sum < p && k < 300.0) {
        k += 1.0;
        term *= mean / k;
        sum += term;
    }
    return k;
}

}  // namespace sphere

namespace {

constexpr std::int64_t window_ticks = 64;
constexpr std::size_t widest = 64;  ///< lanes of the widest group of vectors of any target

/// Where in a step a Brownian bridge from `before` to `after`, of variance `spread` a step, first is at 0,
/// given that it is there at all: z/(1 + z), z inverse Gaussian of mean |before/after| and shape
/// before^2/spread (Michael, Schucany & Haas, Am. Stat. 30, 88 (1976), in a form in which nothing cancels).
double first_hit(double before, double after, double spread, SplitMix& random) {
    const double u = open_unit(random()), v = open_unit(random()), pick = open_unit(random());
    const double normal = std::sqrt(-2.0 * std::log(u)) * std::cos(6.283185307179586 * v);
    const double shape = before * before / spread, y = normal * normal;
    const double mean = std::abs(before / after);
    double z = shape / y;  // the limit of an infinite mean
    if (mean < 1e12) {
        const double w = 0.5 * mean * y / shape;
        z = mean / (1.0 + w + std::sqrt(w * (2.0 + w)));
        if (pick * (mean + z) > mean) z = mean * mean / z;
    }
    return std::isfinite(z) ? z / (1.0 + z) : 1.0;
}

/// Times of the crossings so far. A function of the steps in which they lie and of the trajectory's key.
class CrossingTimes {
public:
    CrossingTimes(const SphereSteps& steps, const sphere::Walks& walks, std::vector<std::uint64_t> keys)
        : steps_(steps), walks_(walks), keys_(std::move(keys)), known_(keys_.size()) {}

    void write(Window& window) {
        for (std::size_t lane = 0; lane < window.first_crossing.size(); ++lane) {
            const double first = walks_.first.step[lane], last = walks_.last.step[lane];
            auto& known = known_[lane];
            if (first != known.first_step) {
                const auto& step = steps_.steps[static_cast<std::size_t>(first)];
                auto random = generator(lane, first, 0);
                known.hit =
                    first_hit(walks_.first.before[lane], walks_.first.after[lane], step.spread, random);
                known.first = step.begin + step.length * known.hit;
            }
            if (last != known.last_step) {
                // The same seen from the end; after a first hit in the same step the bridge begins at it.
                const auto& step = steps_.steps[static_cast<std::size_t>(last)];
                const double rest = first == last ? 1.0 - known.hit : 1.0;
                const double before = first == last ? 0.0 : walks_.last.before[lane];
                auto random = generator(lane, last, 1);
                const double back =
                    first_hit(walks_.last.after[lane], before, std::max(rest, 1e-300) * step.spread, random);
                known.last = step.begin + step.length * (1.0 - rest * back);
            }
            known.first_step = first;
            known.last_step = last;
            window.first_crossing[lane] = known.first;
            window.last_crossing[lane] = known.last;
        }
    }

private:
    SplitMix generator(std::size_t lane, double step, std::uint64_t which) const {
        SplitMix mix{keys_[lane] ^ std::bit_cast<std::uint64_t>(2.0 * step + 1.0)};
        return {mix() + which};
    }

    /// What does not change until the step does.
    struct Known {
        double first_step = -1.0, last_step = -1.0, hit = 0.0;
        double first = std::numeric_limits<double>::quiet_NaN();
        double last = std::numeric_limits<double>::quiet_NaN();
    };

    const SphereSteps& steps_;
    const sphere::Walks& walks_;
    std::vector<std::uint64_t> keys_;
    std::vector<Known> known_;
};

}  // namespace

SphereKernel::SphereKernel(DickeLadder ladder, PumpSchedule pump, TickGrid grid, StartState start,
                           int steps_per_tick)
    : setup_{ladder, std::move(pump), grid, start}, steps_per_tick_(steps_per_tick) {
    Problems problems;
    check_run(setup_, problems);
    problems.require(steps_per_tick >= 0, "steps per tick = " + std::to_string(steps_per_tick) +
                                              " (a tick has whole steps) pass 1 or more, or 0 for a choice");
    problems.raise();
    if (steps_per_tick_ == 0) steps_per_tick_ = default_sphere_steps(ladder, setup_.pump, grid);
    steps_ = std::make_shared<const SphereSteps>(sphere_steps(ladder, setup_.pump, grid, steps_per_tick_));
}

void SphereKernel::operator()(const Lanes& lanes, Quantities wanted, const WindowSink& sink) const {
    check_wanted(provides, wanted);
    auto window = make_window(setup_.grid, window_ticks, lanes.count, wanted);
    const auto count = static_cast<std::size_t>(lanes.count);
    const auto padded = (count + widest - 1) / widest * widest;

    sphere::Walks walks;
    std::vector<std::uint64_t> keys(count);
    for (auto* state : {&walks.path, &walks.beside, &walks.counts, &walks.touch})
        for (auto& words : *state)
            words.assign(padded, 1);
    walks.x.assign(padded, 0.0);
    walks.n = walks.x;
    for (auto* hits : {&walks.first, &walks.last}) {
        hits->step.assign(padded, -1.0);
        hits->before.assign(padded, 0.0);
        hits->after.assign(padded, 0.0);
    }
    const double levels = static_cast<double>(setup_.ladder.atoms()) + 1.0;
    for (std::size_t lane = 0; lane < count; ++lane) {
        Stream stream(lanes.seed, static_cast<std::uint64_t>(lanes.first_trajectory) + lane, lanes.purpose);
        const double u = open_unit(stream());
        const auto n = start_level(setup_, u);
        // Anywhere in the cell of its level: so the first two moments of x are the ladder's.
        const double x = 2.0 * (static_cast<double>(n) + open_unit(stream())) / levels - 1.0;
        window.start[lane] = static_cast<std::int32_t>(n);
        walks.x[lane] = x;
        walks.n[lane] = static_cast<double>(n);
        SplitMix mix{stream()};
        for (auto* state : {&walks.path, &walks.beside, &walks.counts, &walks.touch})
            for (auto& words : *state)
                words[lane] = mix();
        keys[lane] = mix();
    }

    // Upwards a run arrives at ceil(N/2) and leaves floor(N/2): levels that differ by one if N is odd.
    const double apart = setup_.ladder.atoms() % 2 == 0 ? 0.0 : 1.0 / levels;
    sphere::Task task{.levels = levels,
                      .way = contains(wanted, Quantities::crossings_down) ? -1.0 : 1.0,
                      .first_level = apart,
                      .last_level = -apart,
                      .steps_per_tick = steps_per_tick_,
                      .wanted = wanted,
                      .steps = steps_->steps.data(),
                      .first_step = 0,
                      .walks = &walks,
                      .window = &window};
    CrossingTimes crossings(*steps_, walks, std::move(keys));
    for (std::int64_t tick = 0; tick < setup_.grid.ticks; tick += window_ticks) {
        window.first_tick = tick;
        window.ticks = static_cast<int>(std::min(window_ticks, setup_.grid.ticks - tick));
        task.first_step = tick * steps_per_tick_;
        task.steps = steps_->steps.data() + task.first_step;
        HWY_DYNAMIC_DISPATCH(run_sphere)(task);
        if (!window.first_crossing.empty()) crossings.write(window);
        sink(window);
    }
}

}  // namespace dickejump

#endif
