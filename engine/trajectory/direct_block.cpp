#include "trajectory/direct_block.hpp"

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
/// Lanes side by side when rows are turned into columns: a cache line of doubles.
constexpr std::size_t side_by_side = 8;

}  // namespace

Block::Block(const LadderSetup& setup, const Lanes& lanes, Quantities wanted, const WindowSink& sink)
    : setup_(setup),
      wanted_(wanted),
      sink_(sink),
      window_(make_window(setup.grid, window_ticks, lanes.count, wanted)) {
    const double missing = std::numeric_limits<double>::quiet_NaN();
    for (int lane = 0; lane < lanes.count; ++lane) {
        Stream stream(lanes.seed, static_cast<std::uint64_t>(lanes.first_trajectory + lane), lanes.purpose);
        const double u = open_unit(stream());
        const auto n = start_level(setup, u);
        window_.start[static_cast<std::size_t>(lane)] = static_cast<std::int32_t>(n);
        ready_[0].push_back(walks_.size());
        walks_.push_back({stream, n, missing, missing});
    }
    const auto piece = setup.pump.pieces().front();
    even_ = piece.end >= setup.grid.duration;
    slope_ = piece.slope;
    const auto runs = walks_.size();
    // In one piece: the allocator keeps what is as large as the largest piece so far, and gives back more.
    const auto cells = static_cast<std::size_t>(std::min(window_ticks, setup.grid.ticks)) * runs;
    rows_.resize(2 * cells);
    for (auto& stage : stages_) {
        stage.rows = rows_.data() + (&stage == &stages_[0] ? 0 : cells);
        stage.before.resize(runs);
        stage.first_crossing.resize(runs), stage.last_crossing.resize(runs);
        stage.tags.resize(any(wanted, Quantities::time_tags) ? runs : 0);
    }
    begin(0, 0);
    begin(window_ticks, 1);
}

void Block::begin(std::int64_t first_tick, std::size_t parity) {
    auto& stage = stages_[parity];
    const auto& grid = setup_.grid;
    stage.first_tick = first_tick;
    stage.ticks = static_cast<int>(std::clamp<std::int64_t>(grid.ticks - first_tick, 0, window_ticks));
    stage.done = 0;
    if (stage.ticks == 0) return;
    stage.end = grid.time(first_tick + stage.ticks);
    const auto pieces = setup_.pump.pieces();
    if (even_) {
        stage.pump = std::max(0.0, pieces[0].at(grid.time(first_tick + 1)));
        return;
    }
    const auto room = static_cast<std::size_t>(window_ticks) + pieces.size() + 1;
    for (auto* column :
         {&segments_.length, &segments_.slope, &segments_.pump, &segments_.ceiling, &segments_.rest})
        column->resize(2 * room);
    segments_.next.resize(2 * room), segments_.closes.resize(2 * room);
    auto at = parity * room;
    stage.segment = static_cast<std::int64_t>(at);
    std::size_t piece = 0;
    const auto add = [&](double from, double to, bool closes) {
        segments_.length[at] = to - from;
        segments_.pump[at] = std::max(0.0, pieces[piece].at(to));
        segments_.ceiling[at] = std::max(segments_.pump[at], pieces[piece].at(from));
        segments_.slope[at] = pieces[piece].slope;
        segments_.rest[at] = stage.end - to;
        segments_.closes[at] = closes;
        segments_.next[at] = static_cast<std::int64_t>(at) + 1;
        ++at;
    };
    for (auto tick = first_tick; tick < first_tick + stage.ticks; ++tick) {
        double from = grid.time(tick);
        const double to = grid.time(tick + 1);
        while (pieces[piece].end <= from)
            ++piece;
        for (; pieces[piece].end < to; ++piece) {
            add(from, pieces[piece].end, false);
            from = pieces[piece].end;
        }
        add(from, to, true);
    }
    add(stage.end, stage.end, false);
    --segments_.next[at - 1];
}

bool Block::next(Item& item) {
    for (std::size_t ahead = 0; ahead < 2; ++ahead) {
        if (taken_[ahead] == ready_[ahead].size()) continue;
        item.run = ready_[ahead][taken_[ahead]++];
        item.stage = &stages_[(earliest_ + ahead) % 2];
        auto& walk = walks_[item.run];
        item.n = item.stage->before[item.run] = walk.n;
        for (auto& word : item.random)
            word = walk.stream();
        if (!item.stage->tags.empty()) item.stage->tags[item.run].clear();
        return true;
    }
    return false;
}

void Block::finish(const Item& item, double first, double last) {
    auto& walk = walks_[item.run];
    auto& stage = *item.stage;
    walk.n = item.rows()[stage.ticks - 1].n;
    if (std::isnan(walk.first)) walk.first = first;
    if (!std::isnan(last)) walk.last = last;
    stage.first_crossing[item.run] = walk.first, stage.last_crossing[item.run] = walk.last;
    const auto ahead = static_cast<std::size_t>(&stage != &stages_[earliest_]);
    if (stage.first_tick + stage.ticks < setup_.grid.ticks) ready_[ahead + 1].push_back(item.run);
    if (++stage.done < window_.lanes) return;

    // Only the earliest window can be full: a run finishes them in order.
    show(stage);
    begin(stage.first_tick + 2 * window_ticks, earliest_);
    earliest_ = 1 - earliest_;
    ready_[0].clear();
    std::rotate(ready_.begin(), ready_.begin() + 1, ready_.end());
    taken_ = {taken_[1], taken_[2], 0};
}

void Block::show(Stage& stage) {
    window_.first_tick = stage.first_tick;
    window_.ticks = stage.ticks;
    const auto ticks = static_cast<std::size_t>(stage.ticks), runs = walks_.size();
    const bool jumps = !window_.jumps_up.empty(), integral = !window_.n_dt.empty();
    for (std::size_t begin = 0; begin < runs; begin += side_by_side) {
        const auto end = std::min(begin + side_by_side, runs);
        for (std::size_t tick = 0; tick < ticks; ++tick)
            for (std::size_t run = begin; run < end; ++run) {
                const Row* row = stage.rows + run * ticks + tick;
                const Row before = tick > 0 ? row[-1] : Row{0.0, 0, stage.before[run]};
                const auto cell = tick * runs + run;
                window_.n[cell] = static_cast<std::int32_t>(row->n);
                if (jumps) {
                    const auto all = row->jumps - before.jumps, net = row->n - before.n;
                    window_.jumps_up[cell] = (all + net) / 2;
                    window_.jumps_down[cell] = (all - net) / 2;
                }
                if (integral) window_.n_dt[cell] = row->n_dt - before.n_dt;
            }
    }
    if (!window_.first_crossing.empty()) {
        window_.first_crossing = stage.first_crossing;
        window_.last_crossing = stage.last_crossing;
    }
    std::swap(window_.tags, stage.tags);
    sink_(window_);
}

}  // namespace dickejump::direct
