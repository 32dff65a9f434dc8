#include "trajectory/direct/run_queue.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "dickejump/model/start_state.hpp"
#include "trajectory/run_setup.hpp"

namespace dickejump::direct {

namespace {

/// Ticks a window. Two windows under way and the one that is shown, of 128 runs with all columns, fill half
/// of a second-level cache.
constexpr std::int64_t window_ticks = 40;
/// Runs side by side when rows are turned into columns: a cache line of doubles.
constexpr std::size_t side_by_side = 8;

}  // namespace

RunQueue::RunQueue(const LadderSetup& setup, const Lanes& lanes, Quantities wanted, const WindowSink& sink,
                   const LocalSpins* spins)
    : setup_(setup),
      spins_(spins),
      wanted_(wanted),
      stop_(lanes.stop),
      sink_(sink),
      window_(make_window(setup.grid, window_ticks, lanes.count, wanted)) {
    const double missing = std::numeric_limits<double>::quiet_NaN();
    for (int lane = 0; lane < lanes.count; ++lane) {
        Stream stream(lanes.seed, static_cast<std::uint64_t>(lanes.first_trajectory + lane), lanes.purpose);
        const double u = open_unit(stream());
        const auto n = start_level(setup, u);
        window_.start[static_cast<std::size_t>(lane)] = static_cast<std::int32_t>(n);
        ready_[0].push_back(runs_.size());
        runs_.push_back({stream, n, setup.ladder.atoms(), missing, missing});
    }
    const auto piece = setup.pump.pieces().front();
    // Lanes of a ladder with a linewidth take w as if it had knots: one loop for both is enough.
    one_slope_ = piece.end >= setup.grid.duration && setup.ladder.is_ideal();
    slope_ = piece.slope;
    if (!one_slope_) parts_.resize(2 * most_parts(setup.pump, window_ticks));
    const auto runs = runs_.size();
    // In one piece: the allocator keeps what is as large as the largest piece so far, and gives back more.
    const auto cells = static_cast<std::size_t>(std::min(window_ticks, setup.grid.ticks)) * runs;
    rows_.resize(2 * cells);
    if (spins) spin_rows_.resize(2 * cells);
    for (auto& window : open_) {
        const auto first = &window == &open_[0] ? 0 : cells;
        window.rows = rows_.data() + first;
        if (spins) window.spin_rows = spin_rows_.data() + first;
        window.before.resize(runs);
        window.first_crossing.resize(runs), window.last_crossing.resize(runs);
        window.tags.resize(any(wanted, Quantities::time_tags) ? runs : 0);
    }
    open(0, 0);
    open(window_ticks, 1);
}

void RunQueue::open(std::int64_t first_tick, std::size_t parity) {
    auto& window = open_[parity];
    const auto& [ladder, pump, grid, start] = setup_;
    window.first_tick = first_tick;
    window.ticks = static_cast<int>(std::clamp<std::int64_t>(grid.ticks - first_tick, 0, window_ticks));
    window.done = 0;
    if (window.ticks == 0) return;
    window.end = grid.time(first_tick + window.ticks);
    if (one_slope_) {
        window.pump = std::max(0.0, pump.pieces()[0].at(grid.time(first_tick + 1)));
    } else {
        const auto at = parity * most_parts(pump, window_ticks);
        window.first_part = static_cast<std::int64_t>(at);
        fill_window(parts_, at, pump, grid, first_tick, window.ticks);
    }
}

bool RunQueue::assign(Assignment& assignment) {
    for (std::size_t ahead = 0; ahead < 2; ++ahead) {
        if (taken_[ahead] == ready_[ahead].size()) continue;
        assignment.run = ready_[ahead][taken_[ahead]++];
        assignment.window = &open_[(earliest_ + ahead) % 2];
        auto& window = *assignment.window;
        auto& run = runs_[assignment.run];
        assignment.n = window.before[assignment.run] = run.n;
        assignment.twice_j = run.twice_j;
        for (auto& word : assignment.random)
            word = run.stream();
        if (!window.tags.empty()) window.tags[assignment.run].clear();
        return true;
    }
    return false;
}

void RunQueue::finish(const Assignment& assignment, double first, double last) {
    auto& run = runs_[assignment.run];
    auto& window = *assignment.window;
    run.n = assignment.rows()[window.ticks - 1].n;
    if (spins_) run.twice_j = assignment.spin_rows()[window.ticks - 1].twice_j;
    if (std::isnan(run.first)) run.first = first;
    if (!std::isnan(last)) run.last = last;
    window.first_crossing[assignment.run] = run.first, window.last_crossing[assignment.run] = run.last;
    const auto ahead = static_cast<std::size_t>(&window != &open_[earliest_]);
    if (window.first_tick + window.ticks < setup_.grid.ticks) ready_[ahead + 1].push_back(assignment.run);
    if (++window.done < window_.lanes) return;

    // Only the earliest window can be full: a run finishes them in order.
    pass_on(window);
    open(window.first_tick + 2 * window_ticks, earliest_);
    earliest_ = 1 - earliest_;
    ready_[0].clear();
    std::rotate(ready_.begin(), ready_.begin() + 1, ready_.end());
    taken_ = {taken_[1], taken_[2], 0};
}

void RunQueue::pass_on(OpenWindow& full) {
    window_.first_tick = full.first_tick;
    window_.ticks = full.ticks;
    if (spins_)
        fill_columns<true>(full);
    else
        fill_columns<false>(full);
    if (!window_.first_crossing.empty()) {
        window_.first_crossing = full.first_crossing;
        window_.last_crossing = full.last_crossing;
    }
    std::swap(window_.tags, full.tags);
    sink_(window_);
}

template <bool spins>
void RunQueue::fill_columns(const OpenWindow& full) {
    const auto ticks = static_cast<std::size_t>(full.ticks), runs = runs_.size();
    const bool jumps = !window_.jumps_up.empty(), integral = !window_.n_dt.empty(),
               spin = !window_.twice_j.empty();
    for (std::size_t begin = 0; begin < runs; begin += side_by_side) {
        const auto end = std::min(begin + side_by_side, runs);
        for (std::size_t tick = 0; tick < ticks; ++tick)
            for (std::size_t run = begin; run < end; ++run) {
                const TickRow* row = full.rows + run * ticks + tick;
                const TickRow before = tick > 0 ? row[-1] : TickRow{0.0, 0, full.before[run]};
                const auto cell = tick * runs + run;
                window_.n[cell] = static_cast<std::int32_t>(row->n);
                auto net = row->n - before.n;  // of collective jumps
                if constexpr (spins) {
                    const SpinRow* own = full.spin_rows + run * ticks + tick;
                    const SpinRow last = tick > 0 ? own[-1] : SpinRow{};
                    net -= own->local_change - last.local_change;
                    if (spin) {
                        window_.twice_j[cell] = static_cast<std::int32_t>(own->twice_j);
                        window_.local_jumps[cell] = own->local_jumps - last.local_jumps;
                    }
                }
                if (jumps) {
                    const auto all = row->jumps - before.jumps;
                    window_.jumps_up[cell] = (all + net) / 2;
                    window_.jumps_down[cell] = (all - net) / 2;
                }
                if (integral) window_.n_dt[cell] = row->n_dt - before.n_dt;
            }
    }
}

}  // namespace dickejump::direct
