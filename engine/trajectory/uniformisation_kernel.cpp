#include "dickejump/trajectory/uniformisation_kernel.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "model/checks.hpp"
#include "trajectory/run_setup.hpp"
#include "trajectory/uniformisation/crossings.hpp"
#include "trajectory/uniformisation/pack.hpp"
#include "trajectory/uniformisation/poisson_tables.hpp"
#include "trajectory/uniformisation/segments.hpp"
#include "trajectory/uniformisation/shown_lanes.hpp"
#include "trajectory/uniformisation/tick_columns.hpp"
#include "trajectory/vector_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "trajectory/uniformisation_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "trajectory/uniformisation/segment_loop-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace dickejump::HWY_NAMESPACE {

namespace {

void begin_tick(Pack& pack) {
    std::copy_n(pack.level, pack_size, pack.before);
    std::fill_n(pack.tick_jumps, pack_size, 0);
}

void end_tick(const Pack& pack, const uniformisation::TickColumns& columns) {
    std::copy_n(pack.level, pack_size, columns.n);
    if (columns.up)
        for (int lane = 0; lane < pack_size; ++lane) {
            const auto moved = pack.level[lane] - pack.before[lane];
            columns.up[lane] = (pack.tick_jumps[lane] + moved) / 2;
            columns.down[lane] = (pack.tick_jumps[lane] - moved) / 2;
        }
    if (columns.n_dt) std::copy_n(pack.n_dt, pack_size, columns.n_dt);
}

}  // namespace

/// Carry a pack through the segment of `task`; at the end of a tick fill its columns.
void advance_segment(SegmentTask& task, const uniformisation::TickColumns& columns) {
    if (task.segment->first) begin_tick(*task.pack);
    columns.n_dt ? walk_segment<true>(task) : walk_segment<false>(task);
    if (task.segment->last) end_tick(*task.pack, columns);
}

}  // namespace dickejump::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace dickejump {

HWY_EXPORT(advance_segment);

namespace uniformisation {

namespace {

/// Ticks a window, for so many candidate events of all lanes in a tick.
std::int64_t ticks_per_window(bool tags, double events) {
    // A window of 128 trajectories with all columns stays within the second-level cache,
    constexpr std::int64_t most_ticks = 64;
    // and so do the tags.
    constexpr double most_events = 1 << 18;
    if (!tags) return most_ticks;
    return static_cast<std::int64_t>(std::clamp(most_events / events, 1.0, static_cast<double>(most_ticks)));
}

/// The trajectories of one call of the kernel, in packs.
class PackedRun {
public:
    PackedRun(const LadderSetup& setup, int least_band, const PoissonTables& tables, const Lanes& lanes,
              Quantities wanted)
        : tables_(tables), segments_(setup.ladder, setup.pump, setup.grid, least_band) {
        task_.atoms = static_cast<double>(setup.ladder.atoms());
        task_.levels = CrossingLevels::of(setup.ladder, !contains(wanted, Quantities::crossings_down));
        task_.crossings = any(wanted, Quantities::crossings_up | Quantities::crossings_down);
        task_.tags = any(wanted, Quantities::time_tags);
        task_.listen = {lanes.stop};
        const std::int64_t first = lanes.first_trajectory / pack_size,
                           last = (lanes.first_trajectory + lanes.count - 1) / pack_size;
        packs_ = std::vector<Pack>(static_cast<std::size_t>(last - first + 1));
        for (auto trajectory = first * pack_size; auto& pack : packs_) {
            start(pack, setup, lanes.seed, lanes.purpose, trajectory);
            shown_.push_back(ShownLanes::of(lanes, trajectory));
            trajectory += pack_size;
        }
    }

    /// Write where the runs start; before the first window.
    void write_start(Window& window) const {
        for (std::size_t p = 0; p < packs_.size(); ++p)
            for (int lane = shown_[p].begin; lane < shown_[p].end; ++lane)
                window.start[static_cast<std::size_t>(shown_[p].in_window(lane))] = packs_[p].level[lane];
    }

    /// Fill the next window.
    void fill(Window& window) {
        of_window_.clear();
        for (int tick = 0; tick < window.ticks; ++tick)
            segments_.next_tick([&](const Segment& segment) { of_window_.push_back(segment); });
        for (std::size_t p = 0; p < packs_.size(); ++p) {
            walk(packs_[p], shown_[p], window);
            if (task_.crossings) write_crossings(packs_[p], shown_[p], window);
        }
    }

private:
    void walk(Pack& pack, const ShownLanes& shown, Window& window) {
        const auto tags = tags_of(shown, window);
        task_.pack = &pack;
        task_.shown = tags.data();
        ColumnsOfPack columns(window, shown);
        int tick = 0;
        for (const auto& segment : of_window_) {
            task_.segment = &segment;
            task_.numbers = &tables_.at(segment.events);
            HWY_DYNAMIC_DISPATCH(advance_segment)(task_, columns(tick));
            if (segment.last) columns.show(tick++);
        }
    }

    /// Where the tags of a pack's lanes go.
    std::array<std::vector<Jump>*, pack_size> tags_of(const ShownLanes& shown, Window& window) const {
        std::array<std::vector<Jump>*, pack_size> tags{};
        if (task_.tags)
            for (int lane = shown.begin; lane < shown.end; ++lane)
                tags[static_cast<std::size_t>(lane)] =
                    &window.tags[static_cast<std::size_t>(shown.in_window(lane))];
        return tags;
    }

    const PoissonTables& tables_;
    Segments segments_;
    std::vector<Segment> of_window_;
    std::vector<Pack> packs_;
    std::vector<ShownLanes> shown_;
    SegmentTask task_{};
};

}  // namespace

}  // namespace uniformisation

UniformisationKernel::UniformisationKernel(DickeLadder ladder, PumpSchedule pump, TickGrid grid,
                                           StartState start, int least_band)
    : setup_{ladder, std::move(pump), grid, start}, least_band_(least_band) {
    constexpr int widest = 65535;
    if (least_band < 0 || least_band > widest)
        throw InvalidInput("band = " + std::to_string(least_band) +
                           " (0 to 65535 cells of 2^-16) give so many");
    Problems problems;
    check_run(setup_, problems);
    check_ideal(setup_.ladder, problems);
    problems.require(ladder.atoms() <= max_atoms, "atoms = " + std::to_string(ladder.atoms()) +
                                                      " (levels of this kernel have 16 bits) use " +
                                                      "DirectKernel or SphereKernel");
    problems.raise();
    constexpr double most_events = 1e9;
    auto tables = std::make_shared<uniformisation::PoissonTables>();
    uniformisation::Segments segments(setup_.ladder, setup_.pump, setup_.grid, least_band_);
    for (std::int64_t tick = 0; tick < grid.ticks; ++tick) {
        double events = 0.0;
        segments.next_tick([&](const uniformisation::Segment& segment) {
            events += segment.events.mean;
            if (events <= most_events) tables->prepare(segment.events);
        });
        problems.require(events <= most_events, "tick = " + text(grid.time(tick + 1) - grid.time(tick)) +
                                                    " (more than 1e9 candidate events) take more ticks");
        problems.raise();
        most_events_ = std::max(most_events_, events);
    }
    tables_ = std::move(tables);
}

void UniformisationKernel::operator()(const Lanes& lanes, Quantities wanted, const WindowSink& sink) const {
    check_call(provides, wanted, lanes, sink);
    const auto ticks =
        uniformisation::ticks_per_window(any(wanted, Quantities::time_tags), most_events_ * lanes.count);
    auto window = make_window(setup_.grid, ticks, lanes.count, wanted);
    uniformisation::PackedRun run(setup_, least_band_, *tables_, lanes, wanted);
    run.write_start(window);
    for (std::int64_t first = 0; first < setup_.grid.ticks; first += ticks) {
        window.first_tick = first;
        window.ticks = static_cast<int>(std::min(ticks, setup_.grid.ticks - first));
        for (auto& tags : window.tags)
            tags.clear();
        run.fill(window);
        sink(window);
    }
}

}  // namespace dickejump

#endif
