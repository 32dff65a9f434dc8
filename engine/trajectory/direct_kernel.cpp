#include "dickejump/trajectory/direct_kernel.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

#include "trajectory/direct_block.hpp"
#include "trajectory/run_setup.hpp"
#include "trajectory/vector_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "trajectory/direct_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "random/lane_random-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace dickejump::HWY_NAMESPACE {

namespace {

using direct::Block;
using Indices = hn::ScalableTag<std::int64_t>;
using Index = hn::Vec<Indices>;
using Flags = hn::Mask<Reals>;

/// What is computed and kept of the steps. `even`: w has one slope throughout.
struct Needs {
    bool integral, crossings, tags, even;
};

/// What the lanes share.
struct Law {
    Real atoms;
    Real slope, tick;                  // of an even run: dw/dt, length of a tick
    Real rise, fall;                   // how far w goes in a tick; how far down, if it does
    const direct::Segments* segments;  // of an uneven one
    Real arrival, departure;           // names of the steps that are crossings
};

/// One vector of trajectories under way.
struct Batch {
    LaneGenerator random;
    Real n;               // level
    Real left;            // time left in the segment
    Real pump;            // w at the end of the segment
    Real rest;            // even: ticks after this one; uneven: time after this segment, in this window
    Real n_dt;            // int n dt since the window began
    Real first, last;     // crossings, as time left in the window; -1 if there is none
    Real slope, ceiling;  // uneven: dw/dt and the highest w of the segment
    Index segment;        // uneven
};

/// What chance decides of the next jump, ahead of knowing where it starts from.
struct Draw {
    Real log_u, u;
};

HWY_INLINE Draw draw(LaneGenerator& random) {
    const Real log_u = logarithm(open_unit(random.upper_bits()));
    return {log_u, open_unit(random.upper_bits())};
}

/// What a step was: every lane that made no jump, and those of them in which a segment ended.
struct Outcome {
    Flags idle, over;
};

/// Until the end of the window.
template <Needs needs>
HWY_INLINE Real time_left(const Batch& batch, const Law& law) {
    if constexpr (needs.even) return hn::MulAdd(batch.rest, law.tick, batch.left);
    return hn::Add(batch.rest, batch.left);
}

/// One candidate jump, or the end of a segment, in every lane. Every operation from n to the next n waits for
/// the one before: their chain is kept short.
template <Needs needs>
HWY_INLINE Outcome advance(Batch& batch, const Draw& chance, const Law& law) {
    const Reals d;
    const Real one = hn::Set(d, 1.0), zero = hn::Zero(d);
    const Real a = hn::Sub(law.atoms, batch.n);
    const Real pumping = hn::MulAdd(a, batch.n, a), emission = hn::MulAdd(a, batch.n, batch.n);
    const Real ceiling = needs.even ? hn::Add(batch.pump, law.fall) : batch.ceiling;
    const Real rate = hn::MulAdd(ceiling, pumping, emission);
    // A rate of 0 (n = 0 without a pump) makes the waiting infinite.
    const Real beyond = hn::MulAdd(chance.log_u, hn::Div(one, rate), batch.left);
    const Flags over = hn::Le(beyond, zero);
    const Real left = hn::Max(beyond, zero);
    const Real stay = hn::Sub(batch.left, left);

    const Real pump = hn::NegMulAdd(needs.even ? law.slope : batch.slope, left, batch.pump);
    const Real mark = hn::Mul(chance.u, rate);
    const Flags idle = hn::Or(over, hn::Ge(mark, hn::MulAdd(pump, pumping, emission)));
    const Real step = hn::IfThenZeroElse(idle, hn::CopySign(one, hn::MulSub(pump, pumping, mark)));
    if constexpr (needs.integral) batch.n_dt = hn::MulAdd(batch.n, stay, batch.n_dt);
    const Real from = batch.n;
    batch.n = hn::Add(batch.n, step);
    if constexpr (needs.even) {
        batch.rest = hn::IfThenElse(over, hn::Sub(batch.rest, one), batch.rest);
        // After the last tick there is no time left, and nothing moves any more.
        const Flags next = hn::And(over, hn::Ge(batch.rest, zero));
        batch.left = hn::IfThenElse(next, law.tick, left);
        batch.pump = hn::IfThenElse(next, hn::Add(batch.pump, law.rise), batch.pump);
    } else {
        batch.left = left;
        if (!hn::AllFalse(d, over)) {
            const auto& s = *law.segments;
            const Indices k;
            const auto next = [&](Real old, const std::vector<double>& column) HWY_ATTR {
                return hn::IfThenElse(over, hn::GatherIndex(d, column.data(), batch.segment), old);
            };
            batch.segment = hn::IfThenElse(hn::RebindMask(k, over),
                                           hn::GatherIndex(k, s.next.data(), batch.segment), batch.segment);
            batch.left = next(batch.left, s.length);
            batch.pump = next(batch.pump, s.pump);
            batch.slope = next(batch.slope, s.slope);
            batch.ceiling = next(batch.ceiling, s.ceiling);
            batch.rest = next(batch.rest, s.rest);
        }
    }
    if constexpr (needs.crossings) {
        // A level and a quarter of the step from it name the step.
        const Real name = hn::MulAdd(step, hn::Set(d, 0.25), from);
        const Real rest = time_left<needs>(batch, law);
        batch.last = hn::IfThenElse(hn::Eq(name, law.departure), rest, batch.last);
        batch.first = hn::IfThenElse(hn::Eq(name, law.arrival), hn::Max(rest, batch.first), batch.first);
    }
    return {idle, over};
}

/// Runs a block, some vectors of lanes at once so that their latencies overlap.
///
/// Steps are made by the chunk, without a branch on what happens in them: that is read from a log afterwards.
template <Needs needs, std::size_t vectors>
class Runner {
public:
    explicit Runner(Block& block) : block_(block) {
        const auto& setup = block.setup();
        const auto levels =
            CrossingLevels::of(setup.ladder, contains(block.wanted(), Quantities::crossings_up));
        const auto name = [&](std::int64_t level) {
            return hn::Set(d_, static_cast<double>(level) - 0.75 * levels.step);
        };
        law_ = {.atoms = hn::Set(d_, static_cast<double>(setup.ladder.atoms())),
                .slope = hn::Set(d_, block.slope()),
                .tick = hn::Set(d_, setup.grid.tick()),
                .rise = hn::Set(d_, block.slope() * setup.grid.tick()),
                .fall = hn::Set(d_, std::max(0.0, -block.slope() * setup.grid.tick())),
                .segments = &block.segments(),
                .arrival = name(levels.arrived),
                .departure = name(levels.departed)};
        for (std::size_t slot = 0; slot < slots; ++slot)
            set_free(slot);
    }

    void operator()() {
        while (fill()) {
            make_steps();
            read_log();
            for (const auto slot : finished_) {
                const auto item = lanes_[slot].item;
                const auto time = [&](double left) {
                    return left < 0.0 ? std::numeric_limits<double>::quiet_NaN() : item.stage->end - left;
                };
                set_free(slot);
                block_.finish(item, time(image_.first[slot]), time(image_.last[slot]));
            }
            finished_.clear();
        }
    }

private:
    static constexpr std::size_t width = HWY_MAX_BYTES / sizeof(double), slots = vectors * width;
    static constexpr std::size_t chunk = 16;
    static_assert(width <= 8 && chunk % 8 == 0, "a byte holds the flags of a vector, a word eight of them");

    /// The lanes between two chunks.
    struct Image {
        HWY_ALIGN std::uint64_t a[slots], b[slots], c[slots], d[slots];
        HWY_ALIGN double n[slots], pump[slots], left[slots], rest[slots], n_dt[slots];
        HWY_ALIGN double first[slots], last[slots], slope[slots], ceiling[slots];
        HWY_ALIGN std::int64_t segment[slots];
    };
    /// What the steps of a chunk left behind, [step][slot]; of `Outcome` [vector][step], a bit a lane.
    struct Log {
        HWY_ALIGN double n[chunk][slots], n_dt[chunk][slots], left[chunk][slots];
        HWY_ALIGN std::uint8_t idle[vectors][chunk], over[vectors][chunk];
    };
    struct Lane {
        direct::Item item;
        direct::Row *row, *end;  ///< what to write next, and where the window ends; null in a free lane
        std::int64_t base;       ///< steps before this window, and those of it that were no jumps
        std::int64_t segment;    ///< uneven: under way
        double latest;           ///< time of the last tag
    };

    /// Give every free lane something to do. Returns whether any lane has.
    bool fill() {
        direct::Item item;
        while (!free_.empty() && block_.next(item)) {
            load(free_.back(), item);
            free_.pop_back();
        }
        return free_.size() < slots;
    }

    void load(std::size_t slot, const direct::Item& item) {
        const auto& stage = *item.stage;
        auto& i = image_;
        i.a[slot] = item.random[0], i.b[slot] = item.random[1];
        i.c[slot] = item.random[2], i.d[slot] = item.random[3];
        i.n[slot] = static_cast<double>(item.n);
        i.n_dt[slot] = 0.0;
        i.first[slot] = i.last[slot] = -1.0;
        if constexpr (needs.even) {
            i.pump[slot] = stage.pump;
            i.left[slot] = block_.setup().grid.tick();
            i.rest[slot] = stage.ticks - 1;
        } else {
            const auto& s = block_.segments();
            const auto first = static_cast<std::size_t>(stage.segment);
            i.segment[slot] = stage.segment;
            i.pump[slot] = s.pump[first], i.slope[slot] = s.slope[first], i.ceiling[slot] = s.ceiling[first];
            i.left[slot] = s.length[first], i.rest[slot] = s.rest[first];
        }
        lanes_[slot] = {.item = item,
                        .row = item.rows(),
                        .end = item.rows() + stage.ticks,
                        .base = steps_,
                        .segment = stage.segment,
                        .latest = 0.0};
    }

    /// Without time left, steps of a lane change nothing; nobody looks at them either.
    void set_free(std::size_t slot) {
        auto& i = image_;
        i.a[slot] = i.b[slot] = i.c[slot] = i.d[slot] = 1;
        i.n[slot] = 0.0, i.pump[slot] = 1.0;
        i.left[slot] = 0.0, i.rest[slot] = -1.0;
        i.slope[slot] = 0.0, i.ceiling[slot] = 1.0, i.segment[slot] = 0;
        lanes_[slot].row = lanes_[slot].end = nullptr;
        free_.push_back(slot);
    }

    HWY_INLINE void to_memory(const Batch& batch, std::size_t at) {
        auto& i = image_;
        const Words w;
        hn::Store(batch.random.a, w, i.a + at), hn::Store(batch.random.b, w, i.b + at);
        hn::Store(batch.random.c, w, i.c + at), hn::Store(batch.random.d, w, i.d + at);
        hn::Store(batch.n, d_, i.n + at), hn::Store(batch.pump, d_, i.pump + at);
        hn::Store(batch.left, d_, i.left + at), hn::Store(batch.rest, d_, i.rest + at);
        if constexpr (needs.integral) hn::Store(batch.n_dt, d_, i.n_dt + at);
        if constexpr (needs.crossings)
            hn::Store(batch.first, d_, i.first + at), hn::Store(batch.last, d_, i.last + at);
        if constexpr (!needs.even) {
            hn::Store(batch.slope, d_, i.slope + at), hn::Store(batch.ceiling, d_, i.ceiling + at);
            hn::Store(batch.segment, Indices(), i.segment + at);
        }
    }
    HWY_INLINE void from_memory(Batch& batch, std::size_t at) const {
        const auto& i = image_;
        const Words w;
        batch.random = {hn::Load(w, i.a + at), hn::Load(w, i.b + at), hn::Load(w, i.c + at),
                        hn::Load(w, i.d + at)};
        batch.n = hn::Load(d_, i.n + at), batch.pump = hn::Load(d_, i.pump + at);
        batch.left = hn::Load(d_, i.left + at), batch.rest = hn::Load(d_, i.rest + at);
        if constexpr (needs.integral) batch.n_dt = hn::Load(d_, i.n_dt + at);
        if constexpr (needs.crossings)
            batch.first = hn::Load(d_, i.first + at), batch.last = hn::Load(d_, i.last + at);
        if constexpr (!needs.even) {
            batch.slope = hn::Load(d_, i.slope + at), batch.ceiling = hn::Load(d_, i.ceiling + at);
            batch.segment = hn::Load(Indices(), i.segment + at);
        }
    }

    void make_steps() {
        if constexpr (needs.tags) std::copy(image_.n, image_.n + slots, before_);
        Batch batch[vectors];
#pragma GCC unroll 8
        for (std::size_t v = 0; v < vectors; ++v)
            from_memory(batch[v], v * width);
        for (std::size_t step = 0; step < chunk; ++step) {
            Outcome outcome[vectors];
            Draw chance[vectors];
#pragma GCC unroll 8
            for (std::size_t v = 0; v < vectors; ++v)
                chance[v] = draw(batch[v].random);
#pragma GCC unroll 8
            for (std::size_t v = 0; v < vectors; ++v)
                outcome[v] = advance<needs>(batch[v], chance[v], law_);
#pragma GCC unroll 8
            for (std::size_t v = 0; v < vectors; ++v) {
                hn::StoreMaskBits(d_, outcome[v].idle, log_.idle[v] + step);
                hn::StoreMaskBits(d_, outcome[v].over, log_.over[v] + step);
                hn::Store(batch[v].n, d_, log_.n[step] + v * width);
                if constexpr (needs.integral) hn::Store(batch[v].n_dt, d_, log_.n_dt[step] + v * width);
                if constexpr (needs.tags)
                    hn::Store(time_left<needs>(batch[v], law_), d_, log_.left[step] + v * width);
            }
        }
#pragma GCC unroll 8
        for (std::size_t v = 0; v < vectors; ++v)
            to_memory(batch[v], v * width);
    }

    /// Write the rows of the ticks that ended in the chunk.
    void read_log() {
        if constexpr (needs.tags)
            for (std::size_t slot = 0; slot < slots; ++slot)
                if (lanes_[slot].row != nullptr) add_tags(slot);
        for (std::size_t v = 0; v < vectors; ++v)
            for (std::size_t first = 0; first < chunk; first += 8) {
                std::uint64_t flags;
                std::memcpy(&flags, log_.idle[v] + first, sizeof flags);
                for (; flags != 0; flags &= flags - 1) {
                    const auto bit = static_cast<std::size_t>(__builtin_ctzll(flags));
                    note_idle(first + bit / 8, v, bit % 8);
                }
            }
        steps_ += static_cast<std::int64_t>(chunk);
    }

    HWY_INLINE void note_idle(std::size_t step, std::size_t vector, std::size_t bit) {
        const auto slot = vector * width + bit;
        auto& lane = lanes_[slot];
        if (lane.row == lane.end) return;
        const auto base = lane.base++;
        if ((log_.over[vector][step] >> bit & 1) == 0) return;
        if constexpr (!needs.even)
            if (!block_.segments().closes[static_cast<std::size_t>(lane.segment++)]) return;
        auto& row = *lane.row++;
        if constexpr (needs.integral) row.n_dt = log_.n_dt[step][slot];
        row.jumps = steps_ + static_cast<std::int64_t>(step) - base;
        row.n = static_cast<std::int64_t>(log_.n[step][slot]);
        if (lane.row == lane.end) finished_.push_back(slot);
    }

    void add_tags(std::size_t slot) {
        auto& lane = lanes_[slot];
        auto& tags = lane.item.stage->tags[lane.item.run];
        double n = before_[slot];
        for (std::size_t step = 0; step < chunk; ++step) {
            if ((log_.idle[slot / width][step] >> (slot % width) & 1) != 0) continue;
            // Times of jumps in quick succession can round the wrong way.
            lane.latest = std::max(lane.latest, lane.item.stage->end - log_.left[step][slot]);
            tags.push_back({lane.latest, collective(log_.n[step][slot] - n)});
            n = log_.n[step][slot];
        }
    }

    const Reals d_{};
    Block& block_;
    Law law_;
    Image image_;
    Log log_;
    HWY_ALIGN double before_[slots];
    Lane lanes_[slots];
    std::vector<std::size_t> free_, finished_;
    std::int64_t steps_ = 0;  // of every lane, busy or not
};

template <Needs needs>
void run_with(Block& block) {
    // Few trajectories leave lanes empty, which take time all the same.
    constexpr std::size_t most = 3;
    if (static_cast<std::size_t>(block.lanes()) > hn::MaxLanes(Reals()))
        Runner<needs, most>{block}();
    else
        Runner<needs, 1>{block}();
}

}  // namespace

void run_direct(Block& block) {
    const bool integral = any(block.wanted(), Quantities::level_integral),
               crossings = any(block.wanted(), Quantities::crossings_up | Quantities::crossings_down);
    const bool tags = any(block.wanted(), Quantities::time_tags);
    // What is not wanted costs little beside tags or knots.
    if (!block.even())
        return tags ? run_with<Needs{true, true, true, false}>(block)
                    : run_with<Needs{true, true, false, false}>(block);
    if (tags) return run_with<Needs{true, true, true, true}>(block);
    if (integral && crossings) return run_with<Needs{true, true, false, true}>(block);
    if (integral) return run_with<Needs{true, false, false, true}>(block);
    if (crossings) return run_with<Needs{false, true, false, true}>(block);
    run_with<Needs{false, false, false, true}>(block);
}

}  // namespace dickejump::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace dickejump {

HWY_EXPORT(run_direct);

DirectKernel::DirectKernel(DickeLadder ladder, PumpSchedule pump, TickGrid grid, StartState start)
    : setup_{ladder, std::move(pump), grid, start} {
    check_run(setup_);
}

void DirectKernel::operator()(const Lanes& lanes, Quantities wanted, const WindowSink& sink) const {
    check_wanted(provides, wanted);
    direct::Block block(setup_, lanes, wanted, sink);
    HWY_DYNAMIC_DISPATCH(run_direct)(block);
}

}  // namespace dickejump

#endif
