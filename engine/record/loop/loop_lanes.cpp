#include "record/loop/loop_lanes.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "dickejump/random/stream.hpp"

namespace dickejump::loop {

namespace {

/// Runs under way may fill so much memory [bytes]; one always may.
constexpr double most_bytes = 0x1p26;

/// A lane waits for half a chunk after its tick, and a chunk costs something by itself.
int steps_of(const DickeLadder& ladder, double tick) {
    const double levels = static_cast<double>(ladder.atoms()) + 1.0;
    const double jumps = 0.5 * levels * levels * tick;  // near J_z = 0
    return static_cast<int>(std::clamp(std::sqrt(2.0 * jumps), 2.0, static_cast<double>(most_steps)));
}

}  // namespace

LoopLanes::LoopLanes(const LoopSetup& setup, std::size_t slots)
    : setup_(setup),
      perfect_(std::get_if<PerfectServo>(&setup.task.servo)),
      counts_(std::get_if<CountServo>(&setup.task.servo)),
      tick_(setup.grid.tick()) {
    if (setup.detector) counter_.emplace(*setup.detector, setup.side_rate, tick_);
    timed_ = setup.task.clicks == LoopKernel::Clicks::timed || (!perfect_ && !counts_);
    // What is dead, and what jitter moves to another tick, hangs on when clicks arrive.
    const bool placed = timed_ || (setup.detector && Registration(*setup.detector).changes_clicks());
    in_vectors_ = perfect_ && perfect_->dither.is_still();
    how_ = {.atoms = static_cast<double>(setup.ladder.atoms()),
            .linewidth = setup.ladder.linewidth(),
            .gain = perfect_ ? perfect_->law.gain : 0.0,
            .theta = setup.task.theta,
            .steps = steps_of(setup.ladder, tick_),
            .n_dt = counter_ && counter_->sees_side(),
            .log = counter_ && placed};
    const double bytes = sizeof(LoopStep) * static_cast<double>(setup.grid.ticks);
    const auto fit = static_cast<std::size_t>(std::max(1.0, std::min(most_bytes / bytes, 1e6)));
    lanes_.resize(std::min({slots, fit, static_cast<std::size_t>(setup.lanes.count)}));
    for (std::size_t slot = 0; slot < most_lanes; ++slot) {
        // Without time left a step changes nothing; a generator must not be all zeros.
        image.random[0][slot] = 1;
        image.pump[slot] = 1.0;
    }
    for (std::size_t slot = 0; slot < lanes_.size(); ++slot)
        begin_run(slot);
}

void LoopLanes::begin_run(std::size_t slot) {
    auto& lane = lanes_[slot];
    lane.trajectory = setup_.lanes.first_trajectory + next_++;
    ++busy_;
    const auto key = static_cast<std::uint64_t>(lane.trajectory);
    Stream stream(setup_.lanes.seed, key, Purpose::loop);
    const double u = open_unit(stream()), levels = how_.atoms + 1.0;
    auto& run = lane.run;
    run.start =
        setup_.task.start.value_or(std::min(setup_.ladder.atoms(), static_cast<std::int64_t>(u * levels)));
    for (auto& word : image.random)
        word[slot] = stream();
    if (counter_) {
        Stream chances(setup_.lanes.seed, key, Purpose::loop_detector);
        lane.seen.emplace(chances), lane.placed.emplace(chances), lane.jitter.emplace(chances);
        lane.registration.emplace(*setup_.detector);
    }
    run.ticks.reserve(static_cast<std::size_t>(setup_.grid.ticks));
    run.ticks.clear();
    extend(slot);
    run.clicks.clear();
    lane.clicks_before = 0;
    step_[slot] = run.ticks.data();
    image.n[slot] = static_cast<double>(run.start);
    image.left[slot] = image.length[slot] = tick_;
    image.pumped[slot] = image.n_dt[slot] = image.jumps[slot] = 0.0;
    if (counts_)
        lane.known = counts_->start(image.n[slot]);
    else if (!perfect_)
        lane.controller = std::get<ControllerMaker>(setup_.task.servo)(lane.trajectory);
    if (!perfect_ && !counts_ && !lane.controller)
        throw InvalidInput("no controller of trajectory " + std::to_string(lane.trajectory) +
                           " (somebody sets the pump) make one");
    index_[slot] = 0;
    step_[slot]->n = static_cast<std::int32_t>(run.start);
    set(slot);
}

/// Asks the servo for a tick that is about to begin.
inline void LoopLanes::set(std::size_t slot) {
    double pump;
    if (counts_)
        pump = counts_->pump(lanes_[slot].known, index_[slot]);
    else if (perfect_)
        pump = perfect_->law.pump(ProportionalServo::error_signal(setup_.ladder, image.n[slot])) *
               perfect_->dither(index_[slot]);
    else
        pump = ask(slot);
    step_[slot]->pump = pump;
    image.pump[slot] = std::max(0.0, pump + setup_.task.theta);
}

void LoopLanes::extend(std::size_t slot) {
    constexpr std::size_t piece = 1 << 15;
    auto& ticks = lanes_[slot].run.ticks;
    ticks.resize(std::min(ticks.size() + piece, static_cast<std::size_t>(setup_.grid.ticks)));
    last_[slot] = &ticks.back();
}

void LoopLanes::end_run(std::size_t slot) {
    auto& lane = lanes_[slot];
    --busy_;
    step_[slot] = nullptr;
    image.left[slot] = image.length[slot] = 0.0;
    setup_.sink(lane.trajectory, lane.run);
    if (next_ < setup_.lanes.count) begin_run(slot);
}

double LoopLanes::ask(std::size_t slot) {
    auto& lane = lanes_[slot];
    const auto index = index_[slot];
    const double time = setup_.grid.time(index);
    const double pump = lane.controller({.index = index,
                                         .time = time,
                                         .n = static_cast<std::int64_t>(image.n[slot]),
                                         .clicks = std::span(lane.run.clicks).subspan(lane.clicks_before)});
    lane.clicks_before = lane.run.clicks.size();
    if (!(pump >= 0.0) || std::isinf(pump))
        throw InvalidInput("pump = " + text(pump) + " set at t = " + text(time) +
                           " (a rate is finite and not negative) let the controller stop at 0");
    return pump;
}

void LoopLanes::place(std::size_t slot, const TickClicks& clicks, LoopStep& step) {
    auto& lane = lanes_[slot];
    const auto& grid = setup_.grid;
    auto& all = lane.run.clicks;
    const auto before = all.size();
    const double end = grid.time(index_[slot] + 1);
    counter_->place(*lane.placed, clicks, grid.time(index_[slot]), end, step.n, lane.path, all);
    lane.path.clear();
    if (!lane.registration->changes_clicks()) return;
    (*lane.registration)(*lane.jitter, end, before, all);
    step.clicks = {};
    for (auto i = before; i < all.size(); ++i)
        ++step.clicks[index_of(all[i].channel)];
    if (!timed_) all.clear();
}

inline void LoopLanes::see_clicks(std::size_t slot, LoopStep& step) {
    auto& lane = lanes_[slot];
    const auto clicks = counter_->count(*lane.seen, step.ups, step.downs, image.ended_n_dt[slot]);
    step.clicks = clicks.total();
    if (how_.log) place(slot, clicks, step);
    if (counts_) lane.known = counts_->after(lane.known, step.clicks);
}

void LoopLanes::keep_path(std::size_t slot) {
    auto& lane = lanes_[slot];
    auto before = lane.path.empty() ? step_[slot]->n : lane.path.back().n;
    const double begin = setup_.grid.time(index_[slot]), end = setup_.grid.time(index_[slot] + 1);
    double latest = lane.path.empty() ? begin : lane.path.back().time;
    for (std::size_t step = 0; step < static_cast<std::size_t>(how_.steps); ++step) {
        const auto n = static_cast<std::int32_t>(log.n[step][slot]);
        if (n == before) continue;
        // Times of jumps in quick succession can round the wrong way.
        latest = std::max(latest, std::min(end, end - log.left[step][slot]));
        lane.path.push_back({latest, n});
        before = n;
    }
}

void LoopLanes::close(std::uint32_t over) {
    if (how_.log)
        for (std::size_t slot = 0; slot < lanes_.size(); ++slot)
            if (step_[slot] != nullptr) keep_path(slot);
    for (; over != 0; over &= over - 1) {
        const auto slot = static_cast<std::size_t>(__builtin_ctz(over));
        auto* const step = step_[slot];
        if (step == nullptr) continue;
        const auto n = static_cast<std::int32_t>(image.n[slot]),
                   jumps = static_cast<std::int32_t>(image.ended_jumps[slot]);
        step->ups = (jumps + (n - step->n)) / 2;
        step->downs = jumps - step->ups;
        step->pumping = image.ended_pumped[slot];
        if (counter_) see_clicks(slot, *step);
        if (step == last_[slot]) {
            if (index_[slot] + 1 == setup_.grid.ticks) {
                lanes_[slot].run.end = n;
                end_run(slot);
                continue;
            }
            extend(slot);
        }
        auto& next = *++step_[slot];
        ++index_[slot];
        next.n = n;
        if (in_vectors_)
            next.pump = image.set[slot];
        else
            set(slot);
    }
}

}  // namespace dickejump::loop
