#include "dickejump/record/record.hpp"

#include <algorithm>
#include <array>
#include <boost/random/normal_distribution.hpp>
#include <cmath>
#include <memory>
#include <optional>
#include <string>

#include "dickejump/random/stream.hpp"
#include "model/checks.hpp"
#include "record/background.hpp"
#include "record/thinning.hpp"

namespace dickejump {

namespace {

double exponential(Stream& stream) {
    return -std::log(open_unit(stream()));
}

/// Arrivals at one channel that survive the detector's dead time, in place. `arrivals` ascend.
void cut_dead_time(std::vector<double>& arrivals, const ChannelDetector& channel) {
    if (channel.dead_time == 0.0) return;
    double alive = -1.0;  // registers again from here on
    std::erase_if(arrivals, [&](double time) {
        const bool registered = time >= alive;
        if (registered || channel.dead_time_kind == ChannelDetector::DeadTime::paralysable)
            alive = time + channel.dead_time;
        return !registered;
    });
}

bool earlier(const Photon& a, const Photon& b) {
    return a.time < b.time;
}

bool has_background(const Detector& detector) {
    return std::any_of(detector.channel.begin(), detector.channel.end(),
                       [](const auto& c) { return c && c->background > 0.0; });
}

/// The photons that arrive at the detector, in order. @param stream  (channel, chance)
template <class StreamOf>
std::vector<Photon> arrived(const Detector& detector, std::span<const Photon> photons,
                            const StreamOf& stream) {
    // Which channel has the next photon, and whether it arrives, nobody can guess: no branches on either.
    // Words of channels that need none are read too, and not heeded.
    std::array<bool, 3> seen{}, complete{};
    std::vector<Thinning> thinnings;
    for (const auto c : channels) {
        const auto i = static_cast<std::size_t>(c);
        seen[i] = detector[c].has_value();
        complete[i] = seen[i] && detector[c]->efficiency == 1.0;
        thinnings.emplace_back(stream(c, DetectorChance::efficiency),
                               seen[i] ? detector[c]->efficiency : 0.0);
    }
    std::vector<Photon> arrivals(photons.size());
    std::size_t count = 0;
    const auto keep = [&](const Photon& photon, bool arrives) {
        arrivals[count] = photon;
        count += static_cast<std::size_t>(arrives);
    };
    if (complete == seen)
        for (const auto& photon : photons)
            keep(photon, seen[static_cast<std::size_t>(photon.channel)]);
    else
        for (const auto& photon : photons) {
            const auto i = static_cast<std::size_t>(photon.channel);
            keep(photon, thinnings[i].next() | complete[i]);
        }
    arrivals.resize(count);
    return arrivals;
}

/// Appends the clicks of one channel, in order. @param arrivals  of all channels
template <class StreamOf>
void add_clicks(const Detector& detector, Channel c, std::span<const Photon> arrivals, double duration,
                const StreamOf& stream, std::vector<Photon>& clicks) {
    const auto& channel = *detector[c];
    std::vector<double> times;
    for (const auto& photon : arrivals)
        if (photon.channel == c) times.push_back(photon.time);
    if (channel.background > 0.0) {
        const auto middle = static_cast<std::ptrdiff_t>(times.size());
        each_background(channel.background, stream(c, DetectorChance::background), duration,
                        [&](double time) { times.push_back(time); });
        std::inplace_merge(times.begin(), times.begin() + middle, times.end());
    }
    // Outside the gate the detector is off: what arrives there does not even make it dead.
    const auto gated_out = [&](double time) {
        return time < detector.gate_open || time >= detector.gate_close;
    };
    std::erase_if(times, gated_out);
    cut_dead_time(times, channel);
    Stream jitter = stream(c, DetectorChance::jitter);
    boost::random::normal_distribution<double> normal(0.0, channel.jitter);
    const auto before = static_cast<std::ptrdiff_t>(clicks.size());
    for (double time : times) {
        // A click that jitter moves out of the run or the gate is lost, as it is to a laboratory.
        if (channel.jitter > 0.0) time += normal(jitter);
        if (time >= 0.0 && time < duration && !gated_out(time)) clicks.push_back({time, c});
    }
    if (channel.jitter > 0.0) std::stable_sort(clicks.begin() + before, clicks.end(), earlier);
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

/// Where the photon of a jump comes out; nobody sees single atoms pumped or dephased.
std::optional<Channel> channel_of(Process process) {
    switch (process) {
        case Process::collective_emission:
            return Channel::cavity;
        case Process::collective_pumping:
            return Channel::pump;
        case Process::emission:
            return Channel::side;
        default:
            return {};
    }
}

}  // namespace

/// Emission to the side along one run: the hazard that is left until the next photon, where the walk stands.
struct PhotonRecords::Side {
    Stream stream;
    double hazard;
    double time = 0.0;
    double n;

    /// Emit until `until`, the state being n throughout.
    void emit(double until, double rate, std::vector<Photon>& photons) {
        while (n > 0.0) {
            const double next = time + hazard / (rate * n);
            if (next > until) break;
            photons.push_back({next, Channel::side});
            time = next;
            hazard = exponential(stream);
        }
        hazard -= (until - time) * rate * n;
        time = until;
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
        Side* side = sides_.empty() ? nullptr : sides_[lane].get();
        for (const auto& jump : window.tags[lane]) {
            if (side) {
                side->emit(jump.time, side_rate_, out);
                side->n += jump.dn();
            }
            if (const auto channel = channel_of(jump.process)) out.push_back({jump.time, *channel});
        }
        if (side) side->emit(end, side_rate_, out);
    }
}

std::vector<Photon> detect(const Detector& detector, std::span<const Photon> photons, std::uint64_t seed,
                           std::int64_t trajectory, Direction leg, double duration) {
    Problems problems;
    check(detector, problems);
    check_duration(duration, problems);
    check_ascending(photons, duration, problems);
    problems.raise();
    const auto stream = [&](Channel c, DetectorChance chance) {
        return Stream(seed, static_cast<std::uint64_t>(trajectory),
                      detector_purpose(leg, static_cast<unsigned>(c), chance));
    };
    auto arrivals = arrived(detector, photons, stream);
    if (detector.is_memoryless(duration) && !has_background(detector)) {
        while (!arrivals.empty() && arrivals.back().time >= duration)
            arrivals.pop_back();
        return arrivals;
    }
    std::vector<Photon> clicks;
    for (const auto c : channels)
        if (detector[c]) {
            const auto middle = static_cast<std::ptrdiff_t>(clicks.size());
            add_clicks(detector, c, arrivals, duration, stream, clicks);
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
    for (const auto& click : clicks) {
        const double bin = click.time / bin_width;
        if (!(bin >= 0.0)) {
            if (click.channel != channel) continue;
            throw InvalidInput("a click at time " + text(click.time) + " (a run begins at 0) correct it");
        }
        // Which channel clicks next nobody can guess: no branch on it.
        counts[bin < static_cast<double>(bins - 1) ? static_cast<std::size_t>(bin) : bins - 1] +=
            static_cast<std::int64_t>(click.channel == channel);
    }
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
