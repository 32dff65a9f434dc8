#include "dickejump/record/record.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <string>

#include "dickejump/random/stream.hpp"
#include "model/checks.hpp"
#include "record/detection.hpp"

namespace dickejump {

namespace {

double exponential(Stream& stream) {
    return -std::log(open_unit(stream()));
}

bool earlier(const Photon& a, const Photon& b) {
    return a.time < b.time;
}

void check_ascending(std::span<const Photon> photons, double duration, Problems& problems) {
    double last = 0.0;
    for (const auto& photon : photons) {
        index_of(photon.channel);
        if (photon.time >= last && photon.time <= duration) {
            last = photon.time;
            continue;
        }
        problems.add("a photon at time " + text(photon.time) + " after one at " + text(last) +
                     " in a run of " + text(duration) + " (photons ascend within the run) sort or cut them");
        return;
    }
}

static_assert(photon_channel(Process::collective_emission) == Channel::cavity &&
              photon_channel(Process::collective_pumping) == Channel::pump &&
              photon_channel(Process::emission) == Channel::side);

}  // namespace

/// Emission to the side along one run: the hazard that is left until the next photon, where the walk stands.
struct PhotonRecords::Side {
    Stream stream;
    double hazard;
    double time = 0.0;
    double n;

    /// Appends the photons of a window, which ends at `end`, and those to the side in between.
    void append(std::span<const Jump> jumps, double end, double rate, std::vector<Photon>& photons) {
        auto next = photons.size();
        photons.resize(next + jumps.size());
        const auto* jump = jumps.data();
        const auto* const last = jump + jumps.size();
        for (;;) {
            auto* out = photons.data() + next;
            const auto* const seen = pass(jump, last, rate, out);
            next = static_cast<std::size_t>(out - photons.data());
            jump = seen;
            const double until = jump == last ? end : jump->time;
            if (hazard >= (until - time) * rate * n) {
                hazard -= (until - time) * rate * n;
                time = until;
                break;  // the window is over
            }
            time = std::min(until, time + hazard / (rate * n));
            photons.emplace_back();
            photons[next++] = {time, Channel::side};
            hazard = exponential(stream);
        }
        photons.resize(next);
    }

private:
    /// Writes photons of jumps as far as none to the side comes before. @return the first that is not done.
    /// Calls nothing, so that all stays in registers, and knows no branch on which way a jump goes.
    const Jump* pass(const Jump* jump, const Jump* last, double rate, Photon*& out) {
        static constexpr std::array<double, 5> changes{
            level_change(Process::collective_emission), level_change(Process::collective_pumping),
            level_change(Process::emission), level_change(Process::pumping),
            level_change(Process::dephasing)};
        double left = hazard, now = time, level = n;
        auto* to = out;
        for (; jump != last; ++jump) {
            const double used = (jump->time - now) * rate * level;
            if (left < used) break;
            left -= used, now = jump->time;
            level += changes[static_cast<std::size_t>(jump->process)];
            *to = {jump->time, photon_channel(jump->process)};
            to += emits_photon(jump->process);
        }
        hazard = left, time = now, n = level, out = to;
        return jump;
    }
};

PhotonRecords::PhotonRecords(std::uint64_t seed, std::int64_t first_trajectory, Direction leg,
                             double side_rate)
    : seed_(seed), first_trajectory_(first_trajectory), leg_(leg), side_rate_(side_rate) {
    Problems problems;
    check_rate("side_rate", side_rate, problems);
    problems.require(first_trajectory >= 0, "first trajectory = " + std::to_string(first_trajectory) +
                                                " (they are counted from 0) start there or later");
    problems.raise();
}

void PhotonRecords::observe(const Window& window) {
    check_window(window, needs, photons.size());
    const auto lanes = static_cast<std::size_t>(window.lanes);
    if (window.first_tick == 0) {
        sides_.clear();
        photons.resize(lanes);
        for (std::size_t lane = 0; side_rate_ > 0.0 && lane < lanes; ++lane) {
            Stream stream(seed_, static_cast<std::uint64_t>(first_trajectory_) + lane, side_purpose(leg_));
            const double hazard = exponential(stream);
            sides_.push_back(
                std::make_shared<Side>(Side{stream, hazard, 0.0, static_cast<double>(window.start[lane])}));
        }
    }
    const double end = window.grid.time(window.first_tick + window.ticks);
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        auto& out = photons[lane];
        const auto& jumps = window.tags[lane];
        if (!sides_.empty()) {
            sides_[lane]->append(jumps, end, side_rate_, out);
            continue;
        }
        auto next = out.size();
        out.resize(next + jumps.size());
        for (const auto& jump : jumps) {
            out[next] = {jump.time, photon_channel(jump.process)};
            next += emits_photon(jump.process);
        }
        out.resize(next);
    }
}

std::vector<Photon> detect(const Detector& detector, std::span<const Photon> photons, std::uint64_t seed,
                           std::int64_t trajectory, Direction leg, double duration) {
    Problems problems;
    check(detector, problems);
    check_duration(duration, problems);
    check_ascending(photons, duration, problems);
    problems.raise();
    Detection detection(detector, seed, trajectory, leg, duration);
    std::vector<Photon> clicks;
    if (detection.is_plain()) {
        clicks.resize(photons.size());
        std::size_t count = 0;
        detection.see(photons, [&](const Photon& photon, bool heard) {
            clicks[count] = photon;
            count += static_cast<std::size_t>(heard);
        });
        clicks.resize(count);
        return clicks;
    }
    std::array<std::vector<Photon>, 3> each;
    const auto click = [&](const Photon& photon, bool) { each[index_of(photon.channel)].push_back(photon); };
    detection.see(photons, click);
    detection.finish(click);
    for (const auto c : channels) {
        auto& its = each[index_of(c)];
        if (detector[c] && detector[c]->jitter > 0.0) std::stable_sort(its.begin(), its.end(), earlier);
        const auto middle = static_cast<std::ptrdiff_t>(clicks.size());
        clicks.insert(clicks.end(), its.begin(), its.end());
        std::inplace_merge(clicks.begin(), clicks.begin() + middle, clicks.end(), earlier);
    }
    return clicks;
}

std::vector<std::int64_t> binned(std::span<const Photon> clicks, Channel channel, double bin_width,
                                 std::size_t bins) {
    constexpr double most = 1e9;
    if (bins == 0 || static_cast<double>(bins) > most || !(bin_width > 0.0 && std::isfinite(bin_width)))
        throw InvalidInput(std::to_string(bins) + " bins of width " + text(bin_width) +
                           " (clicks need a bin to be in) give 1 to 10^9, of a positive width");
    std::vector<std::int64_t> counts(bins, 0);
    // Clicks of one bin come together, mostly: they are added up before they are stored.
    std::size_t now = 0;
    std::int64_t sum = 0;
    for (const auto& click : clicks) {
        const double bin = click.time / bin_width;
        if (!(bin >= 0.0)) {
            if (click.channel != channel) continue;
            throw InvalidInput("a click at time " + text(click.time) + " (a run begins at 0) correct it");
        }
        const auto place = bin < static_cast<double>(bins - 1) ? static_cast<std::size_t>(bin) : bins - 1;
        if (place != now) {
            counts[now] += sum;
            sum = 0, now = place;
        }
        // Which channel clicks next nobody can guess: no branch on it.
        sum += static_cast<std::int64_t>(click.channel == channel);
    }
    counts[now] += sum;
    return counts;
}

std::vector<Photon> spread_over_bins(std::span<const Photon> clicks, double bin_width, double duration) {
    constexpr double most_bins = 1e9;
    Problems problems;
    check_duration(duration, problems);
    problems.require(bin_width > 0.0 && std::isfinite(bin_width) && !(duration / bin_width > most_bins),
                     "bin width = " + text(bin_width) + " (positive, with at most " + text(most_bins) +
                         " bins in a run of " + text(duration) + ") give another");
    problems.raise();
    for (const auto& click : clicks)
        index_of(click.channel);
    std::vector<Photon> spread;
    const auto bins = static_cast<std::size_t>(std::ceil(duration / bin_width * (1.0 - 1e-12)));
    for (const auto c : channels) {
        const auto counts = binned(clicks, c, bin_width, bins);
        for (std::size_t bin = 0; bin < bins; ++bin) {
            const double begin = bin_width * static_cast<double>(bin),
                         end = std::min(begin + bin_width, duration);
            for (std::int64_t k = 0; k < counts[bin]; ++k)
                spread.push_back({begin + (end - begin) * (static_cast<double>(k) + 0.5) /
                                              static_cast<double>(counts[bin]),
                                  c});
        }
    }
    std::stable_sort(spread.begin(), spread.end(),
                     [](const Photon& a, const Photon& b) { return a.time < b.time; });
    return spread;
}

}  // namespace dickejump
