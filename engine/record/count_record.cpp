#include "dickejump/record/count_record.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "dickejump/random/stream.hpp"
#include "model/checks.hpp"
#include "numeric/count_quantiles.hpp"
#include "record/background.hpp"
#include "record/thinning.hpp"

namespace dickejump {

namespace {
/// Of a record of so many ticks; the last one may be cut short.
std::size_t bins_of(const CountRecord& record, std::int64_t ticks) {
    return static_cast<std::size_t>((ticks - 1) / record.ticks_per_bin + 1);
}

/// Adds what is wrong with the photons of a run for a detector.
void check_photons(const Detector& detector, const PhotonCounts& photons, const TickGrid& grid,
                   Problems& problems) {
    check(detector, problems);
    check_grid(grid, problems);
    for (const auto c : channels) {
        const auto given = c == Channel::side     ? photons.n_dt.size()
                           : c == Channel::cavity ? photons.cavity.size()
                                                  : photons.pump.size();
        problems.require(!detector[c] || given == static_cast<std::size_t>(grid.ticks),
                         std::to_string(given) + " photon counts of the " + std::string(name(c)) +
                             " (a run of " + std::to_string(grid.ticks) +
                             " ticks has one a tick) give those");
    }
    const auto none = [](std::int64_t n) { return n < 0; };
    problems.require(
        std::none_of(photons.cavity.begin(), photons.cavity.end(), none) &&
            std::none_of(photons.pump.begin(), photons.pump.end(), none) &&
            std::all_of(photons.n_dt.begin(), photons.n_dt.end(), [](double x) { return std::isfinite(x); }),
        "photon counts with a negative number, or an integral that is not finite (no run has such) correct "
        "them");
}

/// That bins and gate can be. Asked for every tick: messages are made where they are needed.
void check_reading(const Detector& detector, const TickGrid& grid) {
    const bool fine = grid.ticks >= 1 && grid.duration > 0.0 && std::isfinite(grid.duration) &&
                      detector.bin_width >= 0.0 && std::isfinite(detector.bin_width) &&
                      detector.gate_open >= 0.0 && std::isfinite(detector.gate_open) &&
                      detector.gate_close > detector.gate_open;
    if (fine) [[likely]]
        return;
    Problems problems;
    check_grid(grid, problems);
    check(detector, problems);
    problems.raise();
}

constexpr double most_bins = 1e9;
}  // namespace

void CountedPhotons::observe(const Window& window) {
    check_window(window, needs, runs.size());
    const auto lanes = static_cast<std::size_t>(window.lanes);
    if (window.first_tick == 0) {
        runs.assign(lanes, {});
        for (auto& run : runs) {
            const auto ticks = static_cast<std::size_t>(window.grid.ticks);
            run.cavity.reserve(ticks), run.pump.reserve(ticks), run.n_dt.reserve(ticks);
        }
    }
    for (std::size_t lane = 0; lane < lanes; ++lane)
        for (int tick = 0; tick < window.ticks; ++tick) {
            const auto cell = window.at(tick, static_cast<int>(lane));
            runs[lane].cavity.push_back(window.jumps_down[cell]);
            runs[lane].pump.push_back(window.jumps_up[cell]);
            runs[lane].n_dt.push_back(window.n_dt[cell]);
        }
}

void check_counting(const Detector& detector, std::int64_t atoms, double pump, double side_rate,
                    Problems& problems) {
    const auto n = static_cast<double>(atoms);
    for (const auto c : channels) {
        if (!detector[c]) continue;
        const auto& channel = *detector[c];
        const std::string at = "detector " + detector.name + ": " + std::string(name(c)) + " ";
        problems.require(
            channel.jitter == 0.0,
            at + "jitter = " + text(channel.jitter) +
                " (the sphere method has counts per tick, no times to blur) leave it out, or use "
                "`method` = exact");
        const double photons = c == Channel::side     ? side_rate * n
                               : c == Channel::cavity ? 0.25 * (n + 1.0) * (n + 1.0)
                                                      : 0.25 * pump * (n + 1.0) * (n + 1.0);
        const double rate = channel.efficiency * photons + channel.background;
        constexpr double most = 0.1;
        problems.require(
            rate * channel.dead_time <= most,
            at + "dead_time = " + text(channel.dead_time) + " (at up to " + text(rate) +
                " clicks a unit of time it is dead for more than a tenth of it, which counts per "
                "tick cannot tell) shorten it to " +
                text(most / rate) + " or less, or use `method` = exact");
    }
}

std::int64_t ticks_per_bin(const Detector& detector, const TickGrid& grid) {
    check_reading(detector, grid);
    if (!(detector.bin_width > 0.0)) return 1;
    return detector.bin_width < grid.duration
               ? std::clamp<std::int64_t>(std::llround(detector.bin_width / grid.tick()), 1, grid.ticks)
               : grid.ticks;
}

void check_counts(const CountRecord& record, Channel channel, std::int64_t ticks, Problems& problems) {
    if (ticks < 1 || record.ticks_per_bin < 1) {
        problems.add("a record of " + std::to_string(ticks) + " ticks in bins of " +
                     std::to_string(record.ticks_per_bin) + " (there is at least one in each) give more");
        return;
    }
    const auto& counts = record[channel];
    problems.require(counts.size() == bins_of(record, ticks),
                     "a record of " + std::to_string(counts.size()) + " bins of the " +
                         std::string(name(channel)) + " (" + std::to_string(ticks) + " ticks have " +
                         std::to_string(bins_of(record, ticks)) + ") give a count for each");
    for (const auto count : counts)
        if (count < 0) {
            problems.add("a count of " + std::to_string(count) +
                         " (clicks are not fewer than none) correct it");
            return;
        }
}

double gate_share(const Detector& detector, const TickGrid& grid, std::int64_t tick) {
    if (tick < 0 || tick >= grid.ticks)
        throw InvalidInput("tick " + std::to_string(tick) + " (the run has 0.." +
                           std::to_string(grid.ticks - 1) + ") choose one of them");
    check_reading(detector, grid);
    const double begin = grid.time(tick), end = grid.time(tick + 1);
    const double open = std::min(end, detector.gate_close) - std::max(begin, detector.gate_open);
    return std::clamp(open / (end - begin), 0.0, 1.0);
}

TickRange open_ticks(const Detector& detector, const TickGrid& grid) {
    const std::int64_t bin = ticks_per_bin(detector, grid);
    // In ticks; what rounding leaves of one is not missed.
    constexpr double rounding = 1e-9;
    const auto bins = [&](double time) {
        return std::min(time, grid.duration) / grid.tick() / static_cast<double>(bin);
    };
    TickRange open{.first = bin * static_cast<std::int64_t>(std::ceil(bins(detector.gate_open) - rounding)),
                   .last = bin * static_cast<std::int64_t>(std::floor(bins(detector.gate_close) + rounding))};
    // The last bin may be shorter.
    if (detector.gate_close >= grid.duration) open.last = grid.ticks;
    if (open.empty()) return {};
    return open;
}

CountRecord count(const Detector& detector, const PhotonCounts& photons, const TickGrid& grid,
                  double side_rate, std::uint64_t seed, std::int64_t trajectory, Direction leg) {
    Problems problems;
    check_photons(detector, photons, grid, problems);
    check_rate("side_rate", side_rate, problems);
    problems.raise();
    CountRecord record;
    record.ticks_per_bin = ticks_per_bin(detector, grid);
    const auto bins = bins_of(record, grid.ticks);
    for (const auto c : channels) {
        if (!detector[c]) continue;
        const auto& channel = *detector[c];
        const auto stream = [&](DetectorChance chance) {
            return Stream(seed, static_cast<std::uint64_t>(trajectory),
                          detector_purpose(leg, static_cast<unsigned>(c), chance));
        };
        Stream thinning = stream(DetectorChance::efficiency), background = stream(DetectorChance::background),
               awake = stream(DetectorChance::dead_time);
        auto& counts = record.counts[static_cast<std::size_t>(c)];
        counts.assign(bins, 0);
        for (std::int64_t tick = 0; tick < grid.ticks; ++tick) {
            const auto i = static_cast<std::size_t>(tick);
            const double share = gate_share(detector, grid, tick);
            const double seen = channel.efficiency * share, length = grid.tick() * share;
            const double u = open_unit(thinning()), v = open_unit(background()), a = open_unit(awake());
            if (share == 0.0) continue;
            double arrivals =
                c == Channel::side
                    ? numeric::poisson_quantile(seen * side_rate * std::max(0.0, photons.n_dt[i]), u)
                    : numeric::binomial_quantile(
                          static_cast<double>(c == Channel::cavity ? photons.cavity[i] : photons.pump[i]),
                          seen, u);
            arrivals += numeric::poisson_quantile(channel.background * length, v);
            if (channel.dead_time > 0.0) {
                const double dead = arrivals * channel.dead_time / length;
                const double registered = channel.dead_time_kind == ChannelDetector::DeadTime::paralysable
                                              ? std::exp(-dead)
                                              : 1.0 / (1.0 + dead);
                arrivals = numeric::binomial_quantile(arrivals, registered, a);
            }
            counts[static_cast<std::size_t>(tick / record.ticks_per_bin)] +=
                static_cast<std::int64_t>(arrivals);
        }
    }
    return record;
}

CountRecord detected_counts(const Detector& detector, const PhotonCounts& photons, const TickGrid& grid,
                            std::uint64_t seed, std::int64_t trajectory, Direction leg) {
    Problems problems;
    check_photons(detector, photons, grid, problems);
    problems.require(
        !detector[Channel::side] && detector.is_memoryless(grid.duration),
        "detector " + detector.name +
            " (the side channel, dead time, jitter and gates ask for the time of every photon) use "
            "`detect`");
    problems.raise();
    CountRecord record;
    for (const auto c : channels) {
        if (!detector[c]) continue;
        const auto& channel = *detector[c];
        const auto stream = [&](DetectorChance chance) {
            return Stream(seed, static_cast<std::uint64_t>(trajectory),
                          detector_purpose(leg, static_cast<unsigned>(c), chance));
        };
        auto& counts = record.counts[static_cast<std::size_t>(c)];
        counts = c == Channel::cavity ? photons.cavity : photons.pump;
        if (channel.efficiency < 1.0) {
            Thinning thinning(stream(DetectorChance::efficiency), channel.efficiency);
            for (auto& count : counts)
                count = thinning.of(count);
        }
        if (channel.background > 0.0)
            each_background(channel.background, stream(DetectorChance::background), grid.duration,
                            [&](double time) {
                                const auto tick = static_cast<std::size_t>(time / grid.tick());
                                ++counts[std::min(tick, counts.size() - 1)];
                            });
    }
    return record;
}

CountRecord counted(const Detector& detector, std::span<const Photon> clicks, const TickGrid& grid) {
    Problems problems;
    check(detector, problems);
    problems.raise();
    CountRecord record;
    record.ticks_per_bin = ticks_per_bin(detector, grid);
    const auto bins = bins_of(record, grid.ticks);
    for (const auto c : channels)
        if (detector[c])
            record.counts[static_cast<std::size_t>(c)] =
                binned(clicks, c, grid.tick() * static_cast<double>(record.ticks_per_bin), bins);
    return record;
}

std::vector<std::int64_t> binned(const CountRecord& record, Channel channel, std::int64_t ticks,
                                 std::size_t bins) {
    Problems problems;
    problems.require(bins >= 1 && static_cast<double>(bins) <= most_bins,
                     std::to_string(bins) + " bins (clicks need a bin to be in) give 1 to 10^9");
    problems.require(static_cast<double>(bins) * static_cast<double>(ticks) < 0x1p62,
                     std::to_string(bins) + " bins of " + std::to_string(ticks) +
                         " ticks (their product is no number) give fewer");
    check_counts(record, channel, ticks, problems);
    problems.raise();
    const auto& counts = record[channel];
    if (record.ticks_per_bin == 1 && bins == counts.size()) return counts;
    // Clicks before a tick: those of whole bins, and of the bin under way those in the middle of whose share
    // of it the tick has not yet come.
    const auto before = [&](std::int64_t tick) {
        const auto bin = static_cast<std::size_t>(tick / record.ticks_per_bin);
        if (bin >= counts.size()) return std::int64_t{0};
        const auto begin = static_cast<std::int64_t>(bin) * record.ticks_per_bin;
        const auto length = std::min(record.ticks_per_bin, ticks - begin);
        const double part = static_cast<double>(tick - begin) / static_cast<double>(length);
        return static_cast<std::int64_t>(std::floor(part * static_cast<double>(counts[bin]) + 0.5));
    };
    std::vector<std::int64_t> result(bins, 0);
    std::int64_t whole = 0, done = 0;
    std::size_t bin = 0;
    for (std::size_t i = 0; i < bins; ++i) {
        const auto end = static_cast<std::int64_t>(i + 1) * ticks / static_cast<std::int64_t>(bins);
        for (; bin < counts.size() && static_cast<std::int64_t>(bin + 1) * record.ticks_per_bin <= end; ++bin)
            whole += counts[bin];
        // The last bin of a run may be cut short.
        if (end == ticks)
            for (; bin < counts.size(); ++bin)
                whole += counts[bin];
        const auto now = whole + (end == ticks ? 0 : before(end));
        result[i] = now - done;
        done = now;
    }
    return result;
}

}  // namespace dickejump
