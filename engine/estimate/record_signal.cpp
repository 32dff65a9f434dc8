#include "dickejump/estimate/record_signal.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>

#include "dickejump/model/invalid_input.hpp"
#include "dickejump/record/record.hpp"
#include "model/checks.hpp"

namespace dickejump {

namespace {
double efficiency(const Detector& detector, Channel c) {
    return detector[c] ? detector[c]->efficiency : 0.0;
}

void check_tick(double tick, Problems& problems) {
    problems.require(std::isfinite(tick) && tick > 0.0,
                     "tick = " + text(tick) + " (a time, finite and positive) give the grid's");
}
}  // namespace

RecordSignal::RecordSignal(const DickeLadder& ladder, const PumpSchedule& pump, const TickGrid& grid,
                           const Detector& detector, double side_rate, double start_mean)
    : ladder_(ladder),
      pump_(pump),
      grid_(grid),
      detector_(detector),
      side_rate_(side_rate),
      start_mean_(start_mean) {
    Problems problems;
    check_grid(grid, problems);
    check_ideal(ladder, problems);
    problems.require(std::isfinite(start_mean),
                     "start mean = " + text(start_mean) + " (a mean level is finite) correct it");
    bool sees = false;
    for (const auto c : channels) {
        if (!detector[c]) continue;
        sees = true;
        const auto key = [&](const char* what) { return std::string(name(c)) + " " + what; };
        check_rate(key("efficiency"), detector[c]->efficiency, problems);
        check_rate(key("background"), detector[c]->background, problems);
    }
    problems.require(sees,
                     "detector " + detector.name + " (sees no channel) name at least one, as in cavity=1");
    if (efficiency(detector, Channel::side) > 0.0)
        problems.require(std::isfinite(side_rate) && side_rate > 0.0,
                         "side_rate = " + text(side_rate) +
                             " (the atoms emit nothing to the side) give a positive `side_rate`");
    problems.raise();
    main_ = efficiency(detector, Channel::side) > 0.0                                      ? Channel::side
            : efficiency(detector, Channel::cavity) >= efficiency(detector, Channel::pump) ? Channel::cavity
                                                                                           : Channel::pump;
    open_ = open_ticks(detector, grid);
}

double RecordSignal::typical_count_rate() const {
    const auto atoms = static_cast<double>(ladder_.atoms());
    const double photons = main_ == Channel::side ? side_rate_ * 0.5 * atoms : 0.25 * atoms * (atoms + 2.0);
    return efficiency(detector_, main_) * photons;
}

std::vector<double> RecordSignal::operator()(std::span<const Photon> clicks) const {
    std::array<std::vector<std::int64_t>, 3> counts;
    for (const auto c : channels)
        if (efficiency(detector_, c) > 0.0)
            counts[static_cast<std::size_t>(c)] =
                binned(clicks, c, grid_.tick(), static_cast<std::size_t>(grid_.ticks));
    return from_counts(counts);
}

std::vector<double> RecordSignal::operator()(const CountRecord& record) const {
    std::array<std::vector<std::int64_t>, 3> counts;
    for (const auto c : channels)
        if (efficiency(detector_, c) > 0.0)
            counts[static_cast<std::size_t>(c)] =
                binned(record, c, grid_.ticks, static_cast<std::size_t>(grid_.ticks));
    return from_counts(counts);
}

std::vector<double> RecordSignal::from_counts(
    const std::array<std::vector<std::int64_t>, 3>& tick_counts) const {
    const auto ticks = static_cast<std::size_t>(grid_.ticks);
    const double dt = grid_.tick(), atoms = static_cast<double>(ladder_.atoms());
    const auto rates = [&](Channel c) {
        std::vector<double> rate(ticks, 0.0);
        const double e = efficiency(detector_, c);
        if (e == 0.0) return rate;
        const auto& counts = tick_counts[static_cast<std::size_t>(c)];
        for (std::size_t i = 0; i < ticks; ++i)
            rate[i] = (static_cast<double>(counts[i]) / dt - detector_[c]->background) / e;
        return rate;
    };
    std::vector<double> signal(ticks, std::numeric_limits<double>::quiet_NaN());
    const auto first = static_cast<std::size_t>(open_.first), last = static_cast<std::size_t>(open_.last);
    if (main_ == Channel::side) {
        const auto side = rates(Channel::side);
        for (std::size_t i = first; i < last; ++i)
            signal[i] = ladder_.jz(side[i] / side_rate_);
        return signal;
    }
    const auto down = rates(Channel::cavity), up = rates(Channel::pump);
    const double seen_down = efficiency(detector_, Channel::cavity),
                 seen_up = efficiency(detector_, Channel::pump);
    const bool complete = seen_down == 1.0 && seen_up == 1.0;
    const double share = seen_down + seen_up > 0.0 ? seen_down / (seen_down + seen_up) : 1.0;
    double n = start_mean_;
    for (std::size_t i = first; i < last; ++i) {
        if (complete) {
            n += dt * (up[i] - down[i]);
        } else {
            const double w = pump_.at(grid_.time(static_cast<std::int64_t>(i)) + 0.5 * dt);
            // Where there is no pump its clicks are background.
            const double from_up = w > 0.0 ? up[i] * (1.0 - 1.0 / w) : 0.0;
            const double drive =
                share * ((w - 1.0) * down[i] + w * atoms) + (1.0 - share) * (from_up + atoms);
            const double decay = 2.0 * (share * w + (1.0 - share));
            const double kept = std::exp(-decay * dt);
            n = decay > 0.0 ? n * kept + drive * (1.0 - kept) / decay : n + drive * dt;
        }
        signal[i] = ladder_.jz(n);
    }
    return signal;
}

Smoothing Smoothing::by_default(double rate, double count_rate, double tick) {
    Problems problems;
    problems.require(std::isfinite(rate) && rate > 0.0,
                     "rate = " + text(rate) + " (a scan moves) give a positive `rate`");
    check_rate("count rate", count_rate, problems);
    check_tick(tick, problems);
    problems.raise();
    constexpr double counts = 100.0;
    const double transition = 0.25 * (1.0 + std::sqrt(rate)) / rate;
    const double wanted = count_rate > 0.0 ? counts / count_rate : transition;
    return {.kind = Kind::boxcar, .width = std::max(tick, std::min(wanted, transition))};
}

Smoothing parse_smoothing(const std::string& said) {
    const auto colon = std::min(said.find(':'), said.size());
    const auto kind = said.substr(0, colon);
    Smoothing smoothing;
    const char* begin = said.data() + std::min(colon + 1, said.size());
    const char* stop = said.data() + said.size();
    const auto [end, error] = std::from_chars(begin, stop, smoothing.width);
    const bool width_fits =
        error == std::errc{} && end == stop && std::isfinite(smoothing.width) && smoothing.width > 0.0;
    if ((kind != "boxcar" && kind != "exponential") || !width_fits)
        throw InvalidInput("`smoothing` = " + said +
                           " (not KIND:WIDTH) write boxcar:0.1 or exponential:0.05, width in 1/gamma");
    smoothing.kind = kind == "exponential" ? Smoothing::Kind::exponential : Smoothing::Kind::boxcar;
    return smoothing;
}

std::string to_text(const Smoothing& smoothing) {
    return (smoothing.kind == Smoothing::Kind::boxcar ? "boxcar:" : "exponential:") + text(smoothing.width);
}

std::vector<double> smoothed(std::span<const double> signal, const Smoothing& smoothing, double tick) {
    Problems problems;
    check_tick(tick, problems);
    problems.require(std::isfinite(smoothing.width) && smoothing.width > 0.0,
                     "smoothing width = " + text(smoothing.width) +
                         " (a time, finite and positive) give a `smoothing` like boxcar:0.1");
    problems.raise();
    std::vector<double> result(signal.size());
    if (smoothing.kind == Smoothing::Kind::exponential) {
        const double gain = -std::expm1(-tick / smoothing.width);
        double y = signal.empty() ? 0.0 : signal[0];
        for (std::size_t i = 0; i < signal.size(); ++i)
            result[i] = y += gain * (signal[i] - y);
        return result;
    }
    // Centred, and cut at the ends: wider than the signal is as wide.
    const auto size = static_cast<std::ptrdiff_t>(signal.size());
    const double wanted = 0.5 * (smoothing.width / tick - 1.0);
    const auto half = wanted < static_cast<double>(size)
                          ? std::max<std::ptrdiff_t>(0, static_cast<std::ptrdiff_t>(std::llround(wanted)))
                          : size;
    std::vector<double> sums{0.0};
    for (const double x : signal)
        sums.push_back(sums.back() + x);
    for (std::ptrdiff_t i = 0; i < size; ++i) {
        const auto begin = std::max<std::ptrdiff_t>(0, i - half), end = std::min(size, i + half + 1);
        result[static_cast<std::size_t>(i)] =
            (sums[static_cast<std::size_t>(end)] - sums[static_cast<std::size_t>(begin)]) /
            static_cast<double>(end - begin);
    }
    return result;
}

SignalCrossings signal_crossings(std::span<const double> signal, double sign, const TickGrid& grid) {
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    Problems problems;
    check_grid(grid, problems);
    problems.require(signal.empty() || static_cast<std::int64_t>(signal.size()) == grid.ticks,
                     "a signal of " + std::to_string(signal.size()) + " values (a run of " +
                         std::to_string(grid.ticks) + " ticks has one a tick) give those");
    problems.require(sign == 1.0 || sign == -1.0,
                     "sign = " + text(sign) + " (a run crosses upwards or downwards) give +1 or -1");
    problems.raise();
    SignalCrossings crossings{none, none};
    if (signal.empty()) return crossings;
    const auto at = [&](std::size_t i) { return sign * signal[i]; };
    for (std::size_t i = 0; i + 1 < signal.size(); ++i) {
        if (!(at(i) < 0.0 && at(i + 1) >= 0.0)) continue;
        const double time = grid.tick() * (static_cast<double>(i) + 1.0 + at(i) / (at(i) - at(i + 1)));
        if (std::isnan(crossings.first)) crossings.first = time;
        crossings.last = time;
    }
    if (!(at(0) < 0.0)) crossings.first = none;
    if (!(at(signal.size() - 1) > 0.0)) crossings.last = none;
    return crossings;
}

}  // namespace dickejump
