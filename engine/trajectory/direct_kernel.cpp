#include "dickejump/trajectory/direct_kernel.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "dickejump/random/stream.hpp"
#include "trajectory/run_setup.hpp"
#include "trajectory/vector_targets.hpp"

#ifndef DICKEJUMP_DIRECT_KERNEL_ONCE
#define DICKEJUMP_DIRECT_KERNEL_ONCE

namespace dickejump::direct {

/// Where all trajectories of a block stand between two windows: what is carried from one to the next.
struct Walks {
    std::vector<std::uint64_t> a, b, c, d;  ///< generators
    std::vector<double> n, first, last;     ///< level and crossings
};

/// Stretches of constant slope of w, none longer than a tick. The last entry is never entered.
struct Segments {
    std::vector<double> length, pump, slope, end;
    std::vector<std::int32_t> tick;  ///< the row that its end closes, -1 if a knot within a tick
    bool uniform = true;             ///< whether all lie on one piece of w, which needs no look-up
};

struct Task {
    double atoms;
    CrossingLevels levels;
    Quantities wanted;
    const Segments* segments;
    Walks* walks;
    Window* window;
};

}  // namespace dickejump::direct

#endif

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "trajectory/direct_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "random/lane_random-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace dickejump::HWY_NAMESPACE {

namespace {

using direct::Task;
using Indices = hn::ScalableTag<std::int64_t>;
using Index = hn::Vec<Indices>;

/// One vector of trajectories under way.
struct Batch {
    LaneGenerator random;
    Real n, left, pump, slope;  // level; time left in the segment, w now, dw/dt
    Index segment;
    Real jumps, n_dt, pumping_dt;  // of this tick
    Real end, first, last;         // of the segment; crossings
};

/// dt/(E/R) - see the header - at x = a E/R^2, |x| < 2^-11.
HWY_INLINE Real short_wait(Real x) {
    const Reals d;
    const Real high = hn::MulAdd(x, hn::Set(d, 0.875), hn::Set(d, -0.625));
    const Real low = hn::MulAdd(x, hn::Set(d, 0.5), hn::Set(d, -0.5));
    return hn::MulAdd(x, hn::MulAdd(hn::Mul(x, x), high, low), hn::Set(d, 1.0));
}

/// What chance decides of the next jump, ahead of knowing where it starts from.
struct Draw {
    Real hazard, u;
};

HWY_INLINE Draw draw(LaneGenerator& random) {
    const Real hazard = negative_logarithm(open_unit(random.upper_bits()));
    return {hazard, open_unit(random.upper_bits())};
}

/// One jump, or the end of a segment, in every lane. Returns where a segment ended. Every operation from n to
/// the next n waits for the one before: their chain is kept short, and what can be done beside it is.
template <bool count, bool integrate, bool note>
HWY_INLINE hn::Mask<Reals> advance(Batch& batch, const Draw& chance, Real atoms, const Task& task) {
    const Reals d;
    const Real one = hn::Set(d, 1.0), zero = hn::Zero(d);
    const Real a = hn::Sub(atoms, batch.n);
    const Real pumping = hn::MulAdd(a, batch.n, a), emission = hn::MulAdd(a, batch.n, batch.n);
    const Real rate = hn::MulAdd(batch.pump, pumping, emission);
    // A rate of 0 (n = 0 without a pump) must not divide; what comes of the substitute is never in time.
    const Real reciprocal = hn::Div(one, hn::Max(rate, hn::Set(d, 1e-150)));
    const Real growth = hn::Mul(batch.slope, pumping);
    const Real for_up = hn::NegMulAdd(chance.u, pumping, pumping), for_down = hn::Mul(chance.u, emission);

    const Real plain = hn::Mul(chance.hazard, reciprocal);
    const Real x = hn::Mul(hn::Mul(growth, reciprocal), plain);
    const Real stretch = short_wait(x);
    Real dt = hn::Mul(plain, stretch);
    Real pump = hn::MulAdd(hn::Mul(batch.slope, plain), stretch, batch.pump);
    const auto far = hn::Ge(hn::Abs(x), hn::Set(d, 0x1p-11));
    if (HWY_UNLIKELY(!hn::AllFalse(d, far))) {
        const Real square = hn::MulAdd(hn::Add(growth, growth), chance.hazard, hn::Mul(rate, rate));
        const Real root = hn::Sqrt(hn::Max(square, zero));
        const Real wait = hn::Div(hn::Add(chance.hazard, chance.hazard), hn::Add(rate, root));
        // A falling pump may run dry before the hazard is used up.
        const Real exact = hn::IfThenElse(hn::Lt(square, zero), hn::Set(d, 1e300), wait);
        dt = hn::IfThenElse(far, exact, dt);
        pump = hn::IfThenElse(far, hn::MulAdd(batch.slope, exact, batch.pump), pump);
    }

    const auto over = hn::Ge(dt, batch.left);
    // Up if u (w A + B) < w A, at the w of the jump.
    const Real step = hn::IfThenZeroElse(over, hn::CopySign(one, hn::MulSub(pump, for_up, for_down)));
    if constexpr (integrate) {
        const Real stay = hn::Min(dt, batch.left);
        batch.n_dt = hn::MulAdd(batch.n, stay, batch.n_dt);
        batch.pumping_dt = hn::MulAdd(pumping, stay, batch.pumping_dt);
    }
    batch.left = hn::Sub(batch.left, dt);  // reloaded where the segment is over, as the pump
    batch.pump = pump;
    batch.n = hn::Add(batch.n, step);
    if constexpr (count) batch.jumps = hn::MulAdd(step, step, batch.jumps);
    if constexpr (note) {
        const auto way = hn::Eq(step, hn::Set(d, static_cast<double>(task.levels.step)));
        const auto left =
            hn::And(way, hn::Eq(batch.n, hn::Set(d, static_cast<double>(task.levels.departed))));
        const auto came = hn::And(way, hn::Eq(batch.n, hn::Set(d, static_cast<double>(task.levels.arrived))));
        const Real now = hn::Sub(batch.end, batch.left);
        batch.last = hn::IfThenElse(left, now, batch.last);
        batch.first = hn::IfThenElse(hn::And(came, hn::IsNaN(batch.first)), now, batch.first);
    }
    return over;
}

/// Runs every walk of the block through one window.
template <bool count, bool integrate, bool note>
class Runner {
public:
    explicit Runner(const Task& task) : task_(task), walks_(*task.walks), window_(*task.window) {}

    void operator()() {
        const auto width = hn::Lanes(d_);
        for (std::size_t slot = 0; slot < most * width; ++slot)
            load(slot);
        // The tail: fewer walks than lanes are left. They move together, so that no vector runs empty.
        run<most>(width * most / 2);
        gather(width);
        run<most / 2>(width);
        gather(width);
        run<1>(0);
    }

private:
    static constexpr std::size_t most = 2;  ///< vectors at once: their latencies overlap
    static constexpr std::size_t slots = most * HWY_MAX_BYTES / sizeof(double);
    static constexpr std::size_t idle = ~std::size_t{0};

    /// The lanes in memory, while they are not in registers.
    struct Image {
        HWY_ALIGN std::uint64_t a[slots], b[slots], c[slots], d[slots];
        HWY_ALIGN double n[slots], left[slots], pump[slots], slope[slots];
        HWY_ALIGN std::int64_t segment[slots];
        HWY_ALIGN double jumps[slots], n_dt[slots], pumping_dt[slots], end[slots], first[slots], last[slots];
        std::size_t walk[slots];
        double n_before[slots];  // level when the tick began
    };

    /// The next walk that waits goes into a slot; without one the slot idles in a segment without end.
    void load(std::size_t slot) {
        const auto& segments = *task_.segments;
        auto& i = image_;
        i.jumps[slot] = i.n_dt[slot] = i.pumping_dt[slot] = 0.0;
        i.segment[slot] = 0;
        i.slope[slot] = segments.slope[0];
        i.end[slot] = segments.end[0];
        if (next_ == walks_.n.size()) {
            i.walk[slot] = idle;
            i.a[slot] = i.b[slot] = i.c[slot] = i.d[slot] = 1;
            i.n[slot] = 0.5 * task_.atoms;
            i.left[slot] = std::numeric_limits<double>::infinity();
            i.slope[slot] = 0.0;
            i.pump[slot] = 1.0;
            i.first[slot] = i.last[slot] = 0.0;
            return;
        }
        const auto k = next_++;
        ++busy_;
        i.walk[slot] = k;
        i.a[slot] = walks_.a[k], i.b[slot] = walks_.b[k], i.c[slot] = walks_.c[k], i.d[slot] = walks_.d[k];
        i.n[slot] = i.n_before[slot] = walks_.n[k];
        i.left[slot] = segments.length[0];
        i.pump[slot] = segments.pump[0];
        i.first[slot] = walks_.first[k], i.last[slot] = walks_.last[k];
    }

    void save(std::size_t slot) {
        const auto& i = image_;
        const auto k = i.walk[slot];
        walks_.a[k] = i.a[slot], walks_.b[k] = i.b[slot], walks_.c[k] = i.c[slot], walks_.d[k] = i.d[slot];
        walks_.n[k] = i.n[slot];
        walks_.first[k] = i.first[slot], walks_.last[k] = i.last[slot];
        --busy_;
    }

    HWY_INLINE void to_memory(const Batch& batch, std::size_t at) {
        auto& i = image_;
        const Words w;
        const Indices k;
        hn::Store(batch.random.a, w, i.a + at), hn::Store(batch.random.b, w, i.b + at);
        hn::Store(batch.random.c, w, i.c + at), hn::Store(batch.random.d, w, i.d + at);
        hn::Store(batch.n, d_, i.n + at), hn::Store(batch.left, d_, i.left + at);
        hn::Store(batch.pump, d_, i.pump + at), hn::Store(batch.slope, d_, i.slope + at);
        hn::Store(batch.segment, k, i.segment + at);
        hn::Store(batch.jumps, d_, i.jumps + at);
        hn::Store(batch.n_dt, d_, i.n_dt + at), hn::Store(batch.pumping_dt, d_, i.pumping_dt + at);
        hn::Store(batch.end, d_, i.end + at);
        hn::Store(batch.first, d_, i.first + at), hn::Store(batch.last, d_, i.last + at);
    }
    HWY_INLINE void from_memory(Batch& batch, std::size_t at) const {
        const auto& i = image_;
        const Words w;
        const Indices k;
        batch.random = {hn::Load(w, i.a + at), hn::Load(w, i.b + at), hn::Load(w, i.c + at),
                        hn::Load(w, i.d + at)};
        batch.n = hn::Load(d_, i.n + at), batch.left = hn::Load(d_, i.left + at);
        batch.pump = hn::Load(d_, i.pump + at), batch.slope = hn::Load(d_, i.slope + at);
        batch.segment = hn::Load(k, i.segment + at);
        batch.jumps = hn::Load(d_, i.jumps + at);
        batch.n_dt = hn::Load(d_, i.n_dt + at), batch.pumping_dt = hn::Load(d_, i.pumping_dt + at);
        batch.end = hn::Load(d_, i.end + at);
        batch.first = hn::Load(d_, i.first + at), batch.last = hn::Load(d_, i.last + at);
    }

    /// Until no more than `enough` walks are under way.
    template <std::size_t vectors>
    void run(std::size_t enough) {
        const auto width = hn::Lanes(d_);
        const Real atoms = hn::Set(d_, task_.atoms);
        Batch batch[vectors];
        for (std::size_t u = 0; u < vectors; ++u)
            from_memory(batch[u], u * width);
        while (busy_ > enough) {
            hn::Mask<Reals> over[vectors];
            Draw chance[vectors];
            for (std::size_t u = 0; u < vectors; ++u)
                chance[u] = draw(batch[u].random);
            for (std::size_t u = 0; u < vectors; ++u)
                over[u] = advance<count, integrate, note>(batch[u], chance[u], atoms, task_);
            for (std::size_t u = 0; u < vectors; ++u)
                if (!hn::AllFalse(d_, over[u])) end_segment(batch[u], over[u], u * width);
        }
        for (std::size_t u = 0; u < vectors; ++u)
            to_memory(batch[u], u * width);
    }

    HWY_INLINE void end_segment(Batch& batch, hn::Mask<Reals> over, std::size_t at) {
        const auto& segments = *task_.segments;
        const Indices k;
        const Reals d;
        auto& i = image_;
        // What a row needs, to memory; the rest stays in registers.
        hn::Store(batch.n, d, i.n + at);
        hn::Store(batch.segment, k, i.segment + at);
        if constexpr (count) hn::Store(batch.jumps, d, i.jumps + at);
        if constexpr (integrate)
            hn::Store(batch.n_dt, d, i.n_dt + at), hn::Store(batch.pumping_dt, d, i.pumping_dt + at);
        std::uint8_t bytes[8] = {};
        hn::StoreMaskBits(d, over, bytes);
        bool finished = false, within = false;
        for (unsigned bits = bytes[0]; bits != 0; bits &= bits - 1) {
            const auto slot = at + static_cast<std::size_t>(__builtin_ctz(bits));
            const auto tick = segments.tick[static_cast<std::size_t>(i.segment[slot])];
            if (tick >= 0)
                close_tick(slot, tick);
            else
                within = true;
            finished = finished || static_cast<std::size_t>(i.segment[slot]) + 2 == segments.length.size();
        }
        batch.segment =
            hn::IfThenElse(hn::RebindMask(k, over), hn::Add(batch.segment, hn::Set(k, 1)), batch.segment);
        if (HWY_LIKELY(segments.uniform)) {
            const Real index = hn::ConvertTo(d, batch.segment);
            const auto along = [&](const std::vector<double>& column) HWY_ATTR {
                return hn::MulAdd(index, hn::Set(d, column[1] - column[0]), hn::Set(d, column[0]));
            };
            batch.left = hn::IfThenElse(over, hn::Set(d, segments.length[0]), batch.left);
            batch.pump = hn::IfThenElse(over, hn::Max(along(segments.pump), hn::Zero(d)), batch.pump);
            if constexpr (note) batch.end = hn::IfThenElse(over, along(segments.end), batch.end);
        } else {
            const auto next = [&](Real old, const std::vector<double>& column) HWY_ATTR {
                return hn::IfThenElse(over, hn::GatherIndex(d, column.data(), batch.segment), old);
            };
            batch.left = next(batch.left, segments.length);
            batch.pump = next(batch.pump, segments.pump);
            batch.slope = next(batch.slope, segments.slope);
            if constexpr (note) batch.end = next(batch.end, segments.end);
        }
        if (HWY_LIKELY(!within)) {
            if constexpr (count) batch.jumps = hn::IfThenZeroElse(over, batch.jumps);
            if constexpr (integrate) {
                batch.n_dt = hn::IfThenZeroElse(over, batch.n_dt);
                batch.pumping_dt = hn::IfThenZeroElse(over, batch.pumping_dt);
            }
        }
        if (HWY_UNLIKELY(finished || within)) {
            to_memory(batch, at);
            for (unsigned bits = bytes[0]; bits != 0; bits &= bits - 1) {
                const auto slot = at + static_cast<std::size_t>(__builtin_ctz(bits));
                const auto ended = static_cast<std::size_t>(i.segment[slot]) - 1;
                if (within && segments.tick[ended] >= 0)
                    i.jumps[slot] = i.n_dt[slot] = i.pumping_dt[slot] = 0.0;
                if (ended + 2 == segments.length.size()) {
                    save(slot);
                    load(slot);
                }
            }
            from_memory(batch, at);
        }
    }

    HWY_INLINE void close_tick(std::size_t slot, std::int32_t tick) {
        auto& i = image_;
        const auto cell = window_.at(tick, static_cast<int>(i.walk[slot]));
        window_.n[cell] = static_cast<std::int32_t>(i.n[slot]);
        if constexpr (count) {
            const double net = i.n[slot] - i.n_before[slot];
            window_.jumps_up[cell] = static_cast<std::int64_t>(0.5 * (i.jumps[slot] + net));
            window_.jumps_down[cell] = static_cast<std::int64_t>(0.5 * (i.jumps[slot] - net));
            i.n_before[slot] = i.n[slot];
        }
        if constexpr (integrate) {
            window_.n_dt[cell] = i.n_dt[slot];
            window_.pumping_dt[cell] = i.pumping_dt[slot];
        }
    }

    /// Move the walks under way to the first slots.
    void gather(std::size_t width) {
        auto& i = image_;
        std::size_t to = 0;
        for (std::size_t from = 0; from < most * width; ++from) {
            if (i.walk[from] == idle) continue;
            const auto move = [&](auto& column) { std::swap(column[to], column[from]); };
            move(i.a), move(i.b), move(i.c), move(i.d);
            move(i.n), move(i.left), move(i.pump), move(i.slope), move(i.segment);
            move(i.jumps), move(i.n_dt), move(i.pumping_dt), move(i.end), move(i.first), move(i.last);
            move(i.walk), move(i.n_before);
            ++to;
        }
    }

    const Reals d_{};
    const Task& task_;
    direct::Walks& walks_;
    Window& window_;
    Image image_;
    std::size_t next_ = 0;  // the walk that waits
    std::size_t busy_ = 0;  // walks under way
};

}  // namespace

void run_window(const Task& task) {
    const bool jumps = any(task.wanted, Quantities::jumps),
               integrals = any(task.wanted, Quantities::time_integrals),
               crossings = any(task.wanted, Quantities::crossings_up | Quantities::crossings_down);
    const auto go = [&](auto j, auto i, auto c) { Runner<j, i, c>{task}(); };
    const std::true_type yes;
    const std::false_type no;
    const auto with = [&](auto j, auto i) { crossings ? go(j, i, yes) : go(j, i, no); };
    const auto with_jumps = [&](auto j) { integrals ? with(j, yes) : with(j, no); };
    jumps ? with_jumps(yes) : with_jumps(no);
}

}  // namespace dickejump::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace dickejump {

HWY_EXPORT(run_window);

namespace {

/// Ticks a window. A window of 128 trajectories with all columns stays within the second-level cache.
constexpr std::int64_t window_ticks = 64;

/// The segments of ticks (first, first + count].
direct::Segments segments_of(const PumpSchedule& pump, const TickGrid& grid, std::int64_t first, int count) {
    direct::Segments segments;
    const auto pieces = pump.pieces();
    std::size_t piece = 0;
    const auto add = [&](double begin, double end, std::int32_t tick) {
        segments.length.push_back(end - begin);
        segments.pump.push_back(std::max(0.0, pieces[piece].at(begin)));
        segments.slope.push_back(pieces[piece].slope);
        segments.end.push_back(end);
        segments.tick.push_back(tick);
    };
    for (int row = 0; row < count; ++row) {
        double begin = grid.time(first + row);
        const double end = grid.time(first + row + 1);
        while (pieces[piece].end <= begin)
            ++piece;
        for (; pieces[piece].end < end; ++piece) {
            add(begin, pieces[piece].end, -1);
            begin = pieces[piece].end;
        }
        add(begin, end, row);
    }
    for (std::size_t i = 0; i < segments.tick.size(); ++i)
        segments.uniform =
            segments.uniform && segments.tick[i] >= 0 && segments.slope[i] == segments.slope[0];
    // Lanes gather from here in the moment before they are reloaded.
    segments.length.push_back(std::numeric_limits<double>::infinity());
    segments.pump.push_back(pieces[piece].at(grid.time(first + count)));
    segments.slope.push_back(0.0);
    segments.end.push_back(grid.time(first + count) + grid.tick());
    segments.tick.push_back(-1);
    return segments;
}

}  // namespace

DirectKernel::DirectKernel(DickeLadder ladder, PumpSchedule pump, TickGrid grid, StartState start)
    : ladder_(ladder), pump_(std::move(pump)), grid_(grid), start_(start) {
    Problems problems;
    check_run(ladder, grid, start, problems);
    problems.raise();
}

void DirectKernel::operator()(const Lanes& lanes, Quantities wanted, const WindowSink& sink) const {
    check_wanted(provides, wanted);
    auto window = make_window(grid_, window_ticks, lanes.count, wanted);
    direct::Walks walks;
    for (int lane = 0; lane < lanes.count; ++lane) {
        Stream stream(lanes.seed, static_cast<std::uint64_t>(lanes.first_trajectory + lane), lanes.purpose);
        const double u = open_unit(stream());
        const auto n =
            start_.kind == StartState::Kind::fock ? start_.n : steady_state_quantile(ladder_, start_.pump, u);
        window.start[static_cast<std::size_t>(lane)] = static_cast<std::int32_t>(n);
        walks.n.push_back(static_cast<double>(n));
        for (auto* word : {&walks.a, &walks.b, &walks.c, &walks.d})
            word->push_back(stream());
    }
    walks.first.assign(walks.n.size(), std::numeric_limits<double>::quiet_NaN());
    walks.last = walks.first;

    direct::Task task{.atoms = static_cast<double>(ladder_.atoms()),
                      .levels = CrossingLevels::of(ladder_, contains(wanted, Quantities::crossings_up)),
                      .wanted = wanted,
                      .segments = nullptr,
                      .walks = &walks,
                      .window = &window};
    for (std::int64_t tick = 0; tick < grid_.ticks; tick += window_ticks) {
        window.first_tick = tick;
        window.ticks = static_cast<int>(std::min(window_ticks, grid_.ticks - tick));
        const auto segments = segments_of(pump_, grid_, tick, window.ticks);
        task.segments = &segments;
        HWY_DYNAMIC_DISPATCH(run_window)(task);
        if (!window.first_crossing.empty()) {
            window.first_crossing = walks.first;
            window.last_crossing = walks.last;
        }
        sink(window);
    }
}

}  // namespace dickejump

#endif
