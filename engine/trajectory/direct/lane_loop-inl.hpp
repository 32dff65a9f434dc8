// The lanes of the direct kernel at work.
//
// Tested through direct_kernel_test.cpp: its columns, tags and crossings have to agree.
//
// Included by direct_kernel.cpp, once for every target: the guard opens again for each.
#if defined(DICKEJUMP_TRAJECTORY_DIRECT_LANE_LOOP_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef DICKEJUMP_TRAJECTORY_DIRECT_LANE_LOOP_INL
#undef DICKEJUMP_TRAJECTORY_DIRECT_LANE_LOOP_INL
#else
#define DICKEJUMP_TRAJECTORY_DIRECT_LANE_LOOP_INL
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include "trajectory/direct/candidate-inl.hpp"
#include "trajectory/direct/local_exit.hpp"
#include "trajectory/direct/run_queue.hpp"
#include "trajectory/run_setup.hpp"

HWY_BEFORE_NAMESPACE();
namespace dickejump::HWY_NAMESPACE {

namespace {

/// The lanes, some vectors of them at once so that their latencies overlap. Each works through one window of
/// one run at a time, and then takes what is next of the queue.
///
/// Steps are made by the chunk, without a branch on what happens in them: that is read from a log afterwards.
/// Only where a single atom acts does a chunk end early: what it does is worked out lane by lane, in between.
template <Needs needs, std::size_t vectors>
class LaneLoop {
public:
    explicit LaneLoop(direct::RunQueue& queue) : queue_(queue) {
        const auto& setup = queue.setup();
        const auto levels =
            CrossingLevels::of(setup.ladder, contains(queue.wanted(), Quantities::crossings_up));
        const auto name = [&](std::int64_t level) {
            return hn::Set(d_, jump_name(static_cast<double>(level - levels.step), levels.step));
        };
        shared_ = {.atoms = hn::Set(d_, static_cast<double>(setup.ladder.atoms())),
                   .linewidth = hn::Set(d_, setup.ladder.linewidth()),
                   .slope = hn::Set(d_, queue.slope()),
                   .tick = hn::Set(d_, setup.grid.tick()),
                   .rise = hn::Set(d_, queue.slope() * setup.grid.tick()),
                   .fall = hn::Set(d_, std::max(0.0, -queue.slope() * setup.grid.tick())),
                   .parts = &queue.parts(),
                   .arrival = name(levels.arrived),
                   .departure = name(levels.departed)};
        if constexpr (needs.spins) {
            const direct::LocalRate local(*queue.spins());
            shared_.on_ground = hn::Set(d_, local.on_ground);
            shared_.per_excited = hn::Set(d_, local.per_excited);
        }
        for (std::size_t slot = 0; slot < slots; ++slot)
            set_free(slot);
    }

    void operator()() {
        SparseCheck listen{queue_.stop(), 1 << 14};
        while (fill_free_lanes()) {
            listen();
            make_steps();
            read_log();
            if constexpr (needs.spins) let_atoms_act();
            hand_in_finished();
        }
    }

private:
    static constexpr std::size_t width = HWY_MAX_BYTES / sizeof(double), slots = vectors * width;
    static constexpr std::size_t chunk = 16;  ///< steps
    static_assert(width <= 8 && chunk % 8 == 0, "a byte holds the flags of a vector, a word eight of them");

    /// The lanes between two chunks.
    struct Image {
        HWY_ALIGN std::uint64_t a[slots], b[slots], c[slots], d[slots];
        HWY_ALIGN double n[slots], pump[slots], left[slots], rest[slots], n_dt[slots];
        HWY_ALIGN double first[slots], last[slots], slope[slots], ceiling[slots];
        HWY_ALIGN std::int64_t part[slots];
        HWY_ALIGN double lost[slots], top[slots];
    };
    /// What the steps of a chunk left behind, [step][slot]; of `Outcome` [vector][step], a bit a lane.
    struct Log {
        HWY_ALIGN double n[chunk][slots], n_dt[chunk][slots], left[chunk][slots];
        HWY_ALIGN std::uint8_t idle[vectors][chunk], over[vectors][chunk];
        std::uint8_t acts[vectors];  ///< of the last step
    };
    struct Lane {
        direct::Assignment assignment;
        direct::TickRow *row, *end;  ///< what to write next, and where the window ends; null in a free lane
        std::int64_t base;           ///< steps before this window, and those of it that were no jumps
        std::int64_t part;           ///< knots: row of `LinearParts`, under way
        double latest;               ///< time of the last tag
        direct::SpinRow spin;        ///< spins: as it is now
    };

    /// Give every free lane something to do. Returns whether any lane has.
    bool fill_free_lanes() {
        direct::Assignment assignment;
        while (!free_.empty() && queue_.assign(assignment)) {
            begin(free_.back(), assignment);
            free_.pop_back();
        }
        return free_.size() < slots;
    }

    void begin(std::size_t slot, const direct::Assignment& assignment) {
        const auto& window = *assignment.window;
        auto& i = image_;
        i.a[slot] = assignment.random[0], i.b[slot] = assignment.random[1];
        i.c[slot] = assignment.random[2], i.d[slot] = assignment.random[3];
        i.n[slot] = static_cast<double>(assignment.n);
        i.n_dt[slot] = 0.0;
        i.first[slot] = i.last[slot] = -1.0;
        if constexpr (needs.one_slope) {
            i.pump[slot] = window.pump;
            i.left[slot] = queue_.setup().grid.tick();
            i.rest[slot] = window.ticks - 1;
        } else {
            const auto& parts = queue_.parts();
            const auto first = static_cast<std::size_t>(window.first_part);
            i.part[slot] = window.first_part;
            i.pump[slot] = parts.pump[first], i.slope[slot] = parts.slope[first];
            i.ceiling[slot] = parts.ceiling[first];
            i.left[slot] = parts.length[first], i.rest[slot] = parts.rest[first];
        }
        if constexpr (needs.spins) set_spin(slot, assignment.twice_j);
        lanes_[slot] = {.assignment = assignment,
                        .row = assignment.rows(),
                        .end = assignment.rows() + window.ticks,
                        .base = steps_,
                        .part = window.first_part,
                        .latest = 0.0,
                        .spin = {.twice_j = assignment.twice_j}};
    }

    void set_spin(std::size_t slot, std::int64_t twice_j) {
        const auto atoms = queue_.setup().ladder.atoms();
        image_.lost[slot] = 0.5 * static_cast<double>(atoms - twice_j);
        image_.top[slot] = 0.5 * static_cast<double>(atoms + twice_j);
    }

    /// Without time left, steps of a lane change nothing; what it does is not read either.
    void set_free(std::size_t slot) {
        auto& i = image_;
        i.a[slot] = i.b[slot] = i.c[slot] = i.d[slot] = 1;
        i.n[slot] = 0.0, i.pump[slot] = 1.0;
        i.left[slot] = 0.0, i.rest[slot] = -1.0;
        i.slope[slot] = 0.0, i.ceiling[slot] = 1.0, i.part[slot] = 0;
        i.lost[slot] = 0.0, i.top[slot] = 1.0;
        lanes_[slot].row = lanes_[slot].end = nullptr;
        free_.push_back(slot);
    }

    void hand_in_finished() {
        for (const auto slot : finished_) {
            const auto assignment = lanes_[slot].assignment;
            const auto time = [&](double left) {
                return left < 0.0 ? std::numeric_limits<double>::quiet_NaN() : assignment.window->end - left;
            };
            queue_.finish(assignment, time(image_.first[slot]), time(image_.last[slot]));
            set_free(slot);
        }
        finished_.clear();
    }

    HWY_INLINE void to_memory(const LaneVector& lanes, std::size_t at) {
        auto& i = image_;
        const Words w;
        hn::Store(lanes.random.a, w, i.a + at), hn::Store(lanes.random.b, w, i.b + at);
        hn::Store(lanes.random.c, w, i.c + at), hn::Store(lanes.random.d, w, i.d + at);
        hn::Store(lanes.n, d_, i.n + at), hn::Store(lanes.pump, d_, i.pump + at);
        hn::Store(lanes.left, d_, i.left + at), hn::Store(lanes.rest, d_, i.rest + at);
        if constexpr (needs.integral) hn::Store(lanes.n_dt, d_, i.n_dt + at);
        if constexpr (needs.crossings)
            hn::Store(lanes.first, d_, i.first + at), hn::Store(lanes.last, d_, i.last + at);
        if constexpr (!needs.one_slope) {
            hn::Store(lanes.slope, d_, i.slope + at), hn::Store(lanes.ceiling, d_, i.ceiling + at);
            hn::Store(lanes.part, Indices(), i.part + at);
        }
    }
    HWY_INLINE void from_memory(LaneVector& lanes, std::size_t at) const {
        const auto& i = image_;
        const Words w;
        lanes.random = {hn::Load(w, i.a + at), hn::Load(w, i.b + at), hn::Load(w, i.c + at),
                        hn::Load(w, i.d + at)};
        lanes.n = hn::Load(d_, i.n + at), lanes.pump = hn::Load(d_, i.pump + at);
        lanes.left = hn::Load(d_, i.left + at), lanes.rest = hn::Load(d_, i.rest + at);
        if constexpr (needs.integral) lanes.n_dt = hn::Load(d_, i.n_dt + at);
        if constexpr (needs.crossings)
            lanes.first = hn::Load(d_, i.first + at), lanes.last = hn::Load(d_, i.last + at);
        if constexpr (!needs.one_slope) {
            lanes.slope = hn::Load(d_, i.slope + at), lanes.ceiling = hn::Load(d_, i.ceiling + at);
            lanes.part = hn::Load(Indices(), i.part + at);
        }
        if constexpr (needs.spins)
            lanes.lost = hn::Load(d_, i.lost + at), lanes.top = hn::Load(d_, i.top + at);
    }

    void make_steps() {
        if constexpr (needs.tags) std::copy(image_.n, image_.n + slots, before_);
        made_ = chunk;
        LaneVector lanes[vectors];
#pragma GCC unroll 8
        for (std::size_t v = 0; v < vectors; ++v)
            from_memory(lanes[v], v * width);
        for (std::size_t step = 0; step < chunk; ++step) {
            Outcome outcome[vectors];
            Draw chance[vectors];
#pragma GCC unroll 8
            for (std::size_t v = 0; v < vectors; ++v)
                chance[v] = draw(lanes[v].random);
#pragma GCC unroll 8
            for (std::size_t v = 0; v < vectors; ++v)
                outcome[v] = advance<needs>(lanes[v], chance[v], shared_);
#pragma GCC unroll 8
            for (std::size_t v = 0; v < vectors; ++v) {
                hn::StoreMaskBits(d_, outcome[v].idle, log_.idle[v] + step);
                hn::StoreMaskBits(d_, outcome[v].over, log_.over[v] + step);
                hn::Store(lanes[v].n, d_, log_.n[step] + v * width);
                if constexpr (needs.integral) hn::Store(lanes[v].n_dt, d_, log_.n_dt[step] + v * width);
                if constexpr (needs.tags)
                    hn::Store(time_left<needs>(lanes[v], shared_), d_, log_.left[step] + v * width);
            }
            if constexpr (needs.spins)
                if (atoms_act(outcome)) [[unlikely]] {
                    made_ = step + 1;
                    break;
                }
        }
#pragma GCC unroll 8
        for (std::size_t v = 0; v < vectors; ++v)
            to_memory(lanes[v], v * width);
    }

    /// Note in which lanes a single atom acts. Returns whether there is one.
    HWY_INLINE bool atoms_act(const Outcome* outcome) {
        Flags any = outcome[0].acts;
        for (std::size_t v = 1; v < vectors; ++v)
            any = hn::Or(any, outcome[v].acts);
        if (hn::AllFalse(d_, any)) return false;
        acting_ = true;
        for (std::size_t v = 0; v < vectors; ++v)
            hn::StoreMaskBits(d_, outcome[v].acts, log_.acts + v);
        return true;
    }

    /// Write the rows of the ticks that ended in the chunk, and its tags.
    void read_log() {
        if constexpr (needs.tags)
            for (std::size_t slot = 0; slot < slots; ++slot)
                if (lanes_[slot].row != nullptr) add_tags(slot);
        for (std::size_t v = 0; v < vectors; ++v)
            for (std::size_t first = 0; first < chunk; first += 8) {
                std::uint64_t flags;
                std::memcpy(&flags, log_.idle[v] + first, sizeof flags);
                if constexpr (needs.spins) {  // the rest of a chunk that ended early is an older one's
                    if (made_ <= first) break;
                    if (made_ < first + 8) flags &= (std::uint64_t{1} << 8 * (made_ - first)) - 1;
                }
                for (; flags != 0; flags &= flags - 1) {
                    const auto bit = static_cast<std::size_t>(__builtin_ctzll(flags));
                    note_idle(first + bit / 8, v, bit % 8);
                }
            }
        steps_ += static_cast<std::int64_t>(steps_made());
    }

    /// Of the chunk.
    std::size_t steps_made() const {
        return needs.spins ? made_ : chunk;
    }

    /// A step that was no jump: of a lane that is at work, it may end a part, and that a tick.
    HWY_INLINE void note_idle(std::size_t step, std::size_t vector, std::size_t bit) {
        const auto slot = vector * width + bit;
        auto& lane = lanes_[slot];
        if (lane.row == lane.end) return;
        const auto base = lane.base++;
        if ((log_.over[vector][step] >> bit & 1) == 0) return;
        if constexpr (!needs.one_slope)
            if (!queue_.parts().closes_tick[static_cast<std::size_t>(lane.part++)]) return;
        auto& row = *lane.row++;
        if constexpr (needs.spins) lane.assignment.spin_rows()[&row - lane.assignment.rows()] = lane.spin;
        if constexpr (needs.integral) row.n_dt = log_.n_dt[step][slot];
        row.jumps = steps_ + static_cast<std::int64_t>(step) - base;
        row.n = static_cast<std::int64_t>(log_.n[step][slot]);
        if (lane.row == lane.end) finished_.push_back(slot);
    }

    void add_tags(std::size_t slot) {
        auto& lane = lanes_[slot];
        auto& tags = lane.assignment.window->tags[lane.assignment.run];
        double n = before_[slot];
        for (std::size_t step = 0; step < steps_made(); ++step) {
            if ((log_.idle[slot / width][step] >> (slot % width) & 1) != 0) continue;
            // Times of jumps in quick succession can round the wrong way.
            lane.latest = std::max(lane.latest, lane.assignment.window->end - log_.left[step][slot]);
            tags.push_back({lane.latest, collective(log_.n[step][slot] - n)});
            n = log_.n[step][slot];
        }
    }

    /// A chunk ended where a single atom acts, in some lanes: they draw a number more, and go on from where
    /// it takes them.
    void let_atoms_act() {
        if (!acting_) return;
        acting_ = false;
        for (std::size_t v = 0; v < vectors; ++v) {
            if (log_.acts[v] == 0) continue;
            LaneVector lanes;
            from_memory(lanes, v * width);
            HWY_ALIGN double u[width], left[width];
            HWY_ALIGN std::uint64_t a[width], b[width], c[width], d[width];
            const Words w;
            hn::Store(time_left<needs>(lanes, shared_), d_, left);
            hn::Store(open_unit(lanes.random.upper_bits()), d_, u);
            hn::Store(lanes.random.a, w, a), hn::Store(lanes.random.b, w, b);
            hn::Store(lanes.random.c, w, c), hn::Store(lanes.random.d, w, d);
            for (unsigned bits = log_.acts[v]; bits != 0; bits &= bits - 1) {
                const auto bit = static_cast<std::size_t>(__builtin_ctz(bits));
                const auto slot = v * width + bit;
                if (lanes_[slot].row == lanes_[slot].end) continue;  // free: nobody reads what it does
                auto& i = image_;
                i.a[slot] = a[bit], i.b[slot] = b[bit], i.c[slot] = c[bit], i.d[slot] = d[bit];
                act(slot, u[bit], left[bit]);
            }
        }
    }

    /// One atom of a lane, `left` before the end of its window.
    void act(std::size_t slot, double u, double left) {
        auto& lane = lanes_[slot];
        double& n = image_.n[slot];
        const auto atoms = queue_.setup().ladder.atoms();
        const SpinState at{lane.spin.twice_j, 2 * static_cast<std::int64_t>(n) - atoms};
        const auto exit = direct::local_exit(*queue_.spins(), at, u);
        if (!exit) return;
        const int change = level_change(exit->process);
        if constexpr (needs.crossings)
            if (change != 0) {
                const double name = jump_name(n, change);
                if (name == hn::GetLane(shared_.departure)) image_.last[slot] = left;
                if (name == hn::GetLane(shared_.arrival))
                    image_.first[slot] = std::max(image_.first[slot], left);
            }
        if constexpr (needs.tags) {
            lane.latest = std::max(lane.latest, lane.assignment.window->end - left);
            lane.assignment.window->tags[lane.assignment.run].push_back({lane.latest, exit->process});
        }
        n += change;
        lane.spin.twice_j += exit->twice_dj;
        lane.spin.local_change += change;
        ++lane.spin.local_jumps;
        if (exit->twice_dj != 0) set_spin(slot, lane.spin.twice_j);
    }

    const Reals d_{};
    direct::RunQueue& queue_;
    Shared shared_;
    Image image_;
    Log log_;
    HWY_ALIGN double before_[slots];  // n where the chunk begins, for tags
    Lane lanes_[slots];
    std::vector<std::size_t> free_, finished_;  // slots
    std::int64_t steps_ = 0;                    // of every lane, busy or not
    std::size_t made_ = chunk;                  // spins: steps of the chunk
    bool acting_ = false;                       // spins: a single atom acts in the last of them
};

}  // namespace

}  // namespace dickejump::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
