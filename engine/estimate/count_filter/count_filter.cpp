#include "dickejump/estimate/count_filter.hpp"

#include <algorithm>
#include <array>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "dickejump/model/invalid_input.hpp"
#include "estimate/count_filter/cells.hpp"
#include "estimate/count_filter/count_law.hpp"
#include "estimate/count_filter/density.hpp"
#include "estimate/thetas.hpp"
#include "model/checks.hpp"
#include "model/sphere_steps.hpp"

namespace dickejump {

using count_filter::Cells, count_filter::CountLaw, count_filter::Density, count_filter::Tick,
    count_filter::TickCount;

/// All that does not depend on the record.
struct CountFilter::Setup {
    DickeLadder ladder;
    TickGrid grid;
    StartState start;
    Detector detector;
    double side_rate;
    std::vector<Tick> ticks;
    double blur;
    Cells cells;

    double atoms() const { return static_cast<double>(ladder.atoms()); }

    /// What a channel counted in a tick, given the counts of its bin: spread evenly over what the gate leaves
    /// open of it.
    /// @param share, shares  the gate's, of the tick and summed over the bin
    TickCount tick_count(const ChannelDetector& channel, std::int64_t registered_in_bin, double share,
                         double shares, double tick_length) const {
        const double registered = static_cast<double>(registered_in_bin);
        const double dead = channel.dead_time / (shares * tick_length);
        double arrivals = registered;
        if (channel.dead_time_kind == ChannelDetector::DeadTime::paralysable)
            for (int i = 0; i < 20; ++i)
                arrivals = registered * std::exp(std::min(1.0, arrivals * dead));
        else
            arrivals = registered / (1.0 - std::min(0.5, registered * dead));
        TickCount count;
        count.open = true;
        count.arrivals = arrivals * share / shares;
        count.efficiency = channel.efficiency * share;
        count.background = channel.background * share * tick_length;
        count.dead = arrivals * dead;
        constexpr double many = 200.0;
        count.few = count.arrivals < many;
        if (count.few) count.log_factorial = boost::math::lgamma(count.arrivals + 1.0);
        return count;
    }
};

CountFilter::CountFilter(const DickeLadder& ladder, const PumpSchedule& pump, const TickGrid& grid,
                         const StartState& start, const Detector& detector, double side_rate,
                         double resolution) {
    Problems problems;
    check_grid(grid, problems);
    check_start(start, ladder, problems);
    check_ideal(ladder, problems);
    check(detector, problems);
    check_rate("side_rate", side_rate, problems);
    problems.require(std::isfinite(resolution) && resolution > 0.0,
                     "resolution = " + text(resolution) + " (it multiplies the cells) give a positive one");
    problems.raise();
    std::vector<Tick> ticks;
    double least_spread = std::numeric_limits<double>::infinity();
    for (std::int64_t tick = 0; tick < grid.ticks; ++tick) {
        const auto step = sphere_step(ladder, pump, grid.time(tick), grid.time(tick + 1));
        ticks.push_back({.length = step.length,
                         .spread = step.spread,
                         .pump = step.spread / step.length - 1.0,
                         .first = step.first_boost,
                         .second = step.second_boost,
                         .scale = step.linear - 2.0 * step.square});
        least_spread = std::min(least_spread, step.spread);
    }
    const auto efficiency = [&](Channel c) { return detector[c] ? detector[c]->efficiency : 0.0; };
    const auto needed =
        count_filter::resolution_for(least_spread, efficiency(Channel::pump), efficiency(Channel::cavity));
    const double cells = std::max(8.0, std::ceil(needed.cells * resolution));
    constexpr double most_cells = 1e5;
    if (!(cells <= most_cells))
        throw InvalidInput("a tick of " + text(grid.tick()) + " (so short that the filter would need " +
                           text(cells) + " cells, more than " + text(most_cells) + ") give fewer `ticks`");
    setup_ = std::make_unique<Setup>(Setup{ladder, grid, start, detector, side_rate, std::move(ticks),
                                           needed.blur, Cells(static_cast<int>(cells))});
}
CountFilter::~CountFilter() = default;
CountFilter::CountFilter(CountFilter&&) noexcept = default;

int CountFilter::cells() const {
    return static_cast<int>(setup_->cells.x.size());
}

CountFilter::Result CountFilter::operator()(const CountRecord& record, const Thetas& thetas,
                                            const Follow& follow) const {
    Problems problems;
    check_thetas(thetas, problems);
    for (const auto c : channels)
        if (setup_->detector[c]) check_counts(record, c, setup_->grid.ticks, problems);
    problems.raise();
    const auto& [ladder, grid, start, detector, side_rate, ticks, blur, cells] = *setup_;
    Density density(cells, setup_->atoms(), start, thetas);
    const auto per_bin = record.ticks_per_bin;
    for (std::int64_t tick = 0; tick < grid.ticks; ++tick) {
        const auto bin = tick / per_bin, bin_end = std::min(grid.ticks, (bin + 1) * per_bin);
        const double share = gate_share(detector, grid, tick);
        double shares = 0.0;
        for (auto t = bin * per_bin; t < bin_end; ++t)
            shares += gate_share(detector, grid, t);
        const auto& step = ticks[static_cast<std::size_t>(tick)];
        std::array<TickCount, 3> counts{};
        for (const auto c : channels)
            if (detector[c] && share > 0.0 && detector[c]->efficiency > 0.0)
                counts[static_cast<std::size_t>(c)] = setup_->tick_count(
                    *detector[c], record[c][static_cast<std::size_t>(bin)], share, shares, step.length);
        const CountLaw law(step, setup_->atoms(), side_rate, counts,
                           static_cast<double>(bin_end - bin * per_bin), blur);
        density.step(step, law);
        if (tick + 1 == bin_end) density.end_bin();
        if (follow) density.tell(grid.time(tick + 1), follow);
    }
    return density.result();
}

}  // namespace dickejump
