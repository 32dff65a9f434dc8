#include "dickejump/estimate/click_residuals.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <string>

#include "dickejump/model/invalid_input.hpp"
#include "model/checks.hpp"

namespace dickejump {

namespace {

using Process = ClickResiduals::Process;

/// Below this an exponential of mean 1 lies with probability (i + 1/2)/waits.
double wait_at(std::size_t i) {
    return -std::log1p(-(static_cast<double>(i) + 0.5) / ClickResiduals::waits);
}

/// Gathers what one process expects and sees.
class Gatherer {
public:
    Gatherer(Process& process, double duration) : process_(process), duration_(duration) {}

    /// So many clicks are expected from one time to a later one, at rates that change evenly.
    void expect(double from, double to, double rate_from, double rate_to) {
        const double slope = to > from ? (rate_to - rate_from) / (to - from) : 0.0;
        for (; next_ < ClickResiduals::times; ++next_) {
            const double at = duration_ * (static_cast<double>(next_) + 1.0) / ClickResiduals::times;
            if (at > to) break;
            const double length = std::max(0.0, at - from);
            process_.excess[next_] =
                process_.clicks - process_.expected - length * (rate_from + 0.5 * slope * length);
        }
        const double expected = 0.5 * (to - from) * (rate_from + rate_to);
        process_.expected += expected;
        wait_ += expected;
    }
    void click() {
        process_.clicks += 1.0;
        process_.intervals.push_back(wait_);
        count(true);
        wait_ = 0.0;
    }
    void end() {
        for (; next_ < ClickResiduals::times; ++next_)
            process_.excess[next_] = process_.clicks - process_.expected;
        // A click at the very end belongs to it.
        process_.excess.back() = process_.clicks - process_.expected;
        count(false);
    }

private:
    void count(bool ended) {
        for (std::size_t i = 0; i < ClickResiduals::waits; ++i) {
            const double tau = wait_at(i);
            process_.short_waits[i] += (ended && wait_ <= tau ? 1.0 : 0.0) - std::min(wait_, tau);
        }
    }

    Process& process_;
    double duration_;
    double wait_ = 0.0;
    std::size_t next_ = 0;
};

/// What the record is compared with: rates of clicks at some values of the parameters.
struct Expected {
    const PumpSchedule& pump;
    double theta;
    const Detector& detector;
    double gamma, side_rate, offset;
};

/// @param pass  runs the filter over the record and tells of its state of knowledge
ClickResiduals gather(const Expected& expected, double duration, const Eigen::VectorXd& start,
                      std::span<const Photon> clicks,
                      const std::function<void(const LikelihoodFilter::Follow&)>& pass) {
    const auto& pump = expected.pump;
    const auto& detector = expected.detector;
    const double theta = expected.theta, gamma = expected.gamma, side_rate = expected.side_rate,
                 offset = expected.offset;
    std::vector<Channel> seen;
    for (const auto c : channels)
        if (detector[c]) seen.push_back(c);
    for (const auto& click : clicks)
        if (!detector[click.channel])
            throw InvalidInput("a click of the " + std::string(name(click.channel)) +
                               " (this detector does not see it) leave it out");
    ClickResiduals result;
    result.processes.resize(seen.size() > 1 ? seen.size() + 1 : seen.size());
    std::vector<Gatherer> gatherers;
    for (auto& process : result.processes)
        gatherers.emplace_back(process, duration);

    const auto atoms = static_cast<double>(start.size() - 1);
    std::vector<double> dead_until(seen.size(), 0.0);
    // The rate of clicks if the channel is alive, by the mean and the mean square of n.
    const auto rate = [&](Channel c, double time, double mean, double square) {
        const auto& channel = *detector[c];
        const double photons = c == Channel::cavity ? gamma * ((atoms + 1.0) * mean - square)
                               : c == Channel::pump ? std::max(0.0, pump.at(time - offset) + theta) *
                                                          (atoms + (atoms - 1.0) * mean - square)
                                                    : side_rate * mean;
        return channel.efficiency * photons + channel.background;
    };
    double time = 0.0, mean = 0.0, square = 0.0;
    for (Eigen::Index n = 0; n < start.size(); ++n) {
        const auto level = static_cast<double>(n);
        mean += start(n) * level;
        square += start(n) * level * level;
    }
    std::size_t next = 0;
    const auto follow = [&](double now, double mean_now, double deviation) {
        const double square_now = mean_now * mean_now + deviation * deviation;
        const double middle = 0.5 * (time + now);
        double from = 0.0, to = 0.0;
        if (now > time) {
            for (std::size_t i = 0; i < seen.size(); ++i) {
                const bool alive =
                    middle >= dead_until[i] && middle >= detector.gate_open && middle < detector.gate_close;
                const double begin = alive ? rate(seen[i], time, mean, square) : 0.0,
                             end = alive ? rate(seen[i], now, mean_now, square_now) : 0.0;
                gatherers[i].expect(time, now, begin, end);
                from += begin, to += end;
            }
            if (seen.size() > 1) gatherers.back().expect(time, now, from, to);
        } else if (next < clicks.size() && clicks[next].time == now) {
            // Told a second time of one moment: the click there.
            const auto which = static_cast<std::size_t>(
                std::find(seen.begin(), seen.end(), clicks[next].channel) - seen.begin());
            gatherers[which].click();
            if (seen.size() > 1) gatherers.back().click();
            dead_until[which] = now + detector[clicks[next].channel]->dead_time;
            ++next;
        }
        time = now, mean = mean_now, square = square_now;
    };
    pass(follow);
    for (auto& gatherer : gatherers)
        gatherer.end();
    return result;
}

}  // namespace

ClickResiduals::Process& ClickResiduals::Process::operator+=(const Process& other) {
    clicks += other.clicks;
    expected += other.expected;
    for (std::size_t i = 0; i < excess.size(); ++i)
        excess[i] += other.excess[i];
    for (std::size_t i = 0; i < short_waits.size(); ++i)
        short_waits[i] += other.short_waits[i];
    intervals.insert(intervals.end(), other.intervals.begin(), other.intervals.end());
    return *this;
}

std::vector<double> ClickResiduals::distances() const {
    std::vector<double> all;
    const auto largest = [](std::span<const double> values) {
        double top = 0.0;
        for (const double value : values)
            top = std::max(top, std::abs(value));
        return top;
    };
    for (const auto& process : processes) {
        all.push_back(largest(process.excess));
        all.push_back(largest(process.short_waits));
    }
    return all;
}

ClickResiduals residuals(const LikelihoodFilter& filter, const DickeLadder& ladder, const PumpSchedule& pump,
                         double duration, const Eigen::VectorXd& start, const Detector& detector,
                         double side_rate, std::span<const Photon> clicks, double theta, StopRequest stop) {
    Problems problems;
    check(detector, problems);
    check_duration(duration, problems);
    check_populations(start, ladder, problems);
    problems.require(std::isfinite(theta), "theta = " + text(theta) + " (a shift is finite) correct it");
    problems.raise();
    return gather({pump, theta, detector, 1.0, side_rate, 0.0}, duration, start, clicks,
                  [&](const auto& follow) {
                      LikelihoodFilter::Thetas thetas;
                      thetas.fill(theta);
                      filter(clicks, thetas, follow, stop);
                  });
}

ClickResiduals residuals(const RecordInformation& filter, const PumpSchedule& pump, double duration,
                         const Eigen::VectorXd& start, std::span<const Photon> clicks,
                         const Eigen::VectorXd& at, StopRequest stop) {
    const auto setup = filter.setup(at);
    return gather({pump, at(0), setup.detector, setup.gamma, setup.side_rate, setup.offset}, duration, start,
                  clicks, [&](const auto& follow) { filter.follow(clicks, at, follow, stop); });
}

double fit_p_value(std::span<const double> observed, std::span<const std::vector<double>> simulated) {
    for (const auto& one : simulated)
        if (one.size() != observed.size())
            throw InvalidInput("simulated residuals with " + std::to_string(one.size()) +
                               " distances (the record has " + std::to_string(observed.size()) +
                               ") measure both alike");
    const auto sizes = [](std::span<const double> distances) {
        for (const double x : distances)
            if (!(x >= 0.0) || std::isinf(x))
                throw InvalidInput("a distance of " + text(x) +
                                   " (it is finite and not negative) measure it again");
    };
    sizes(observed);
    for (const auto& one : simulated)
        sizes(one);
    if (simulated.empty()) return std::numeric_limits<double>::quiet_NaN();
    std::vector<double> scale(observed.begin(), observed.end());
    for (const auto& one : simulated)
        for (std::size_t i = 0; i < scale.size(); ++i)
            scale[i] += one[i];
    const auto greatest = [&](std::span<const double> distances) {
        double top = 0.0;
        for (std::size_t i = 0; i < scale.size(); ++i)
            if (scale[i] > 0.0) top = std::max(top, distances[i] / scale[i]);
        return top;
    };
    const double ours = greatest(observed);
    std::size_t worse = 0;
    for (const auto& one : simulated)
        worse += greatest(one) >= ours;
    return (1.0 + static_cast<double>(worse)) / (1.0 + static_cast<double>(simulated.size()));
}

}  // namespace dickejump
