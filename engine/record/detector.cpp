#include "dickejump/record/detector.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace dickejump {

std::string_view name(Channel channel) {
    return channel == Channel::cavity ? "cavity" : channel == Channel::pump ? "pump" : "side";
}

std::string_view name(ChannelDetector::DeadTime kind) {
    return kind == ChannelDetector::DeadTime::paralysable ? "paralysable" : "non_paralysable";
}

bool Detector::is_memoryless(double duration) const {
    const auto simple = [](const std::optional<ChannelDetector>& c) {
        return !c || (c->dead_time == 0.0 && c->jitter == 0.0);
    };
    return gate_open == 0.0 && gate_close >= duration && std::all_of(channel.begin(), channel.end(), simple);
}

bool Detector::likelihood_is_exact() const {
    const auto simple = [](const std::optional<ChannelDetector>& c) {
        return !c || (c->jitter == 0.0 && (c->dead_time == 0.0 ||
                                           c->dead_time_kind == ChannelDetector::DeadTime::non_paralysable));
    };
    return time_tags && std::all_of(channel.begin(), channel.end(), simple);
}

Detector parse_detector(std::string_view text, Problems& problems) {
    Detector detector;
    detector.name = text;
    const std::string said = "detector = " + std::string(text);
    for (std::size_t begin = 0; begin <= text.size();) {
        const auto end = std::min(text.find(',', begin), text.size());
        const auto part = text.substr(begin, end - begin);
        begin = end + 1;
        const auto equals = part.find('=');
        const auto word = part.substr(0, equals);
        const auto found =
            std::find_if(channels.begin(), channels.end(), [&](Channel c) { return name(c) == word; });
        if (equals == std::string_view::npos) {
            problems.add(said + " (\"" + std::string(part) +
                         "\" is not CHANNEL=EFFICIENCY) write it like cavity=1,pump=0.5");
            continue;
        }
        if (found == channels.end()) {
            problems.add(said + " (the model has no channel " + std::string(word) +
                         ") use cavity, pump or side");
            continue;
        }
        ChannelDetector channel;
        const auto value = part.substr(equals + 1);
        const auto [stop, error] =
            std::from_chars(value.data(), value.data() + value.size(), channel.efficiency);
        if (error != std::errc{} || stop != value.data() + value.size()) {
            problems.add(said + " (" + std::string(value) +
                         " is not a number) write it like cavity=1,pump=0.5");
            continue;
        }
        if (detector[*found]) {
            problems.add(said + " (names " + std::string(word) + " twice) name each channel once");
            continue;
        }
        detector[*found] = channel;
    }
    return detector;
}

namespace {

bool not_negative(double x) {
    return std::isfinite(x) && x >= 0.0;
}

std::string gate_text(const Detector& detector) {
    return "gate = [" + text(detector.gate_open) + ", " + text(detector.gate_close) + "]";
}

}  // namespace

void check(const Detector& detector, Problems& problems) {
    const std::string said = "detector " + detector.name + ": ";
    bool sees = false;
    for (const auto c : channels) {
        if (!detector[c]) continue;
        sees = true;
        const auto& channel = *detector[c];
        const std::string at = said + std::string(name(c)) + " ";
        problems.require(
            channel.efficiency >= 0.0 && channel.efficiency <= 1.0,
            at + "efficiency = " + text(channel.efficiency) + " (a probability) give it between 0 and 1");
        problems.require(not_negative(channel.background), at + "background = " + text(channel.background) +
                                                               " (a rate is not negative) give it >= 0");
        problems.require(not_negative(channel.dead_time), at + "dead_time = " + text(channel.dead_time) +
                                                              " (a time is not negative) give it >= 0");
        problems.require(not_negative(channel.jitter), at + "jitter = " + text(channel.jitter) +
                                                           " (a spread is not negative) give it >= 0");
    }
    problems.require(sees, said + "(sees no channel) name at least one, as in cavity=1");
    problems.require(not_negative(detector.bin_width),
                     said + "bin = " + text(detector.bin_width) + " (a width is not negative) give it >= 0");
    problems.require(not_negative(detector.gate_open) && detector.gate_close > detector.gate_open,
                     said + gate_text(detector) + " (it must open before it closes) correct it");
}

void check(const Detector& detector, double side_rate, double duration, double tick, Problems& problems) {
    const std::string said = "detector " + detector.name + ": ";
    check(detector, problems);
    problems.require(
        !detector[Channel::side] || (side_rate > 0.0 && std::isfinite(side_rate)),
        said + "side (the atoms emit nothing there without a side rate) give a positive `side_rate`");
    if (not_negative(detector.bin_width) && detector.bin_width > 0.0) {
        problems.require(detector.bin_width >= tick * (1.0 - 1e-9),
                         said + "bin = " + text(detector.bin_width) + " (shorter than a tick of the run, " +
                             text(tick) + ") give more `ticks`, or widen the bin");
        problems.require(detector.bin_width <= duration, said + "bin = " + text(detector.bin_width) +
                                                             " (longer than the scan, " + text(duration) +
                                                             ") shorten it");
    }
    problems.require(!(detector.gate_open >= duration), said + gate_text(detector) +
                                                            " (it opens after the run, which ends at " +
                                                            text(duration) + ") correct it");
}

}  // namespace dickejump
