#include "study/scan/detector_keys.hpp"

#include <algorithm>
#include <cmath>

namespace dickejump {

namespace {

/// Reads and writes one [[detector]] table by the keys of its parts.
Keys<ChannelDetector> make_channel_keys() {
    using DeadTime = ChannelDetector::DeadTime;
    Keys<ChannelDetector> keys;
    keys.number("efficiency", &ChannelDetector::efficiency, "probability that a photon arrives",
                Range::between(0.0, 1.0, "a probability"));
    keys.number("background", &ChannelDetector::background, "rate of other arrivals [gamma]",
                Range::from(0.0, "a rate is not negative"));
    keys.number("dead_time", &ChannelDetector::dead_time, "after each click [1/gamma]",
                Range::from(0.0, "a time is not negative"));
    keys.word("dead_time_kind", &ChannelDetector::dead_time_kind, "whether unregistered arrivals prolong it",
              {DeadTime::non_paralysable, DeadTime::paralysable});
    keys.number("jitter", &ChannelDetector::jitter, "standard deviation of the registered time [1/gamma]",
                Range::from(0.0, "a spread is not negative"));
    return keys;
}

Keys<Detector> make_own_keys() {
    Keys<Detector> keys;
    keys.text("name", &Detector::name, "what it is called in results");
    keys.number("bin", &Detector::bin_width, "width of the bins of counts [1/gamma] (default one tick)",
                Range::from(0.0, "a width is not negative"));
    keys.flag("time_tags", &Detector::time_tags, "whether it reports the time of every click");
    keys.number("gate_open", &Detector::gate_open, "clicks count from here [1/gamma]",
                Range::from(0.0, "a time is not negative"));
    keys.number("gate_close", &Detector::gate_close, "clicks count up to here [1/gamma]",
                {.low = 0.0, .why = "a time is not negative", .takes_infinity = true});
    return keys;
}

const Keys<ChannelDetector>& channel_keys() {
    static const auto keys = make_channel_keys();
    return keys;
}
const Keys<Detector>& own_keys() {
    static const auto keys = make_own_keys();
    return keys;
}

template <class Part>
void take(const Keys<Part>& keys, Part& part, const std::string& leaf, const std::string& whole,
          const std::string& value, const std::string& said, Problems& problems) {
    if (const auto* key = keys.find(leaf)) {
        Problems own;
        own.collect([&] { key->take(part, value); });
        for (const auto& problem : own.list())
            problems.add(said + problem);
        return;
    }
    std::vector<std::string> known;
    for (const auto& one : keys)
        known.push_back(one.key);
    const auto near = nearest_word(leaf, known);
    problems.add(said + "key " + whole + " (no such key) " +
                 (near.empty() ? "remove it" : "did you mean " + near + "?"));
}

std::optional<Channel> channel_named(std::string_view word) {
    const auto found =
        std::find_if(channels.begin(), channels.end(), [&](Channel c) { return name(c) == word; });
    return found == channels.end() ? std::nullopt : std::optional(*found);
}

}  // namespace

void add_detector(std::vector<Detector>& detectors, const SettingTable& table, Problems& problems) {
    const std::string said = "detector " + std::to_string(detectors.size() + 1) + ": ";
    Detector detector;
    for (const auto& [key, value] : table) {
        const auto dot = key.find('.');
        const auto channel = channel_named(key.substr(0, dot));
        if (channel && dot != std::string::npos) {
            auto& seen = detector[*channel];
            if (!seen) seen.emplace();
            take(channel_keys(), *seen, key.substr(dot + 1), key, value.text, said, problems);
        } else {
            take(own_keys(), detector, key, key, value.text, said, problems);
        }
    }
    if (detector.name.empty()) problems.add(said + "name (not given) write name = \"..\"");
    detectors.push_back(std::move(detector));
}

std::vector<SettingTable> tables_of(const std::vector<Detector>& detectors) {
    std::vector<SettingTable> tables;
    for (const auto& detector : detectors) {
        auto& table = tables.emplace_back();
        const auto add = [&](const std::string& prefix, const std::vector<Described>& described,
                             std::initializer_list<const char*> always) {
            for (const auto& key : described) {
                const bool wanted = std::find(always.begin(), always.end(), key.info.key) != always.end();
                if ((!key.is_default || wanted) && !key.values.empty())
                    table.emplace_back(prefix + key.info.key, key.values.front());
            }
        };
        add("", describe(detector, own_keys()), {"name"});
        for (const auto c : channels)
            if (detector[c])
                add(std::string(name(c)) + ".", describe(*detector[c], channel_keys()), {"efficiency"});
    }
    return tables;
}

void add_detector_keys(Keys<ScanConfig>& keys) {
    add_detector_key(keys, &ScanConfig::detectors,
                     "what a detector sees, with efficiencies; may be repeated. More in TOML: [[detector]]");
    keys.number("side_rate", &ScanConfig::side_rate,
                "Gamma, emission to the side per excited atom [gamma] (default 0)",
                Range::from(0.0, "a rate is not negative"));
    keys.special(
            "smoothing", &ScanConfig::smoothing,
            "of a record before its crossings are read (default from rate and counts)",
            [](const std::string& text) { return std::optional(parse_smoothing(text)); },
            [](const std::optional<Smoothing>& smoothing) {
                return smoothing ? to_text(*smoothing) : std::string();
            })
        .hinted("boxcar:W|exponential:W");
    keys.flag("signals", &ScanConfig::signals, "also J_z, Fano factor, g2 and C_zz from the counts");
    keys.number("keep_records", &ScanConfig::keep_records, "store the first K records for pictures",
                Range::from(0.0, "a number of records"));
}

}  // namespace dickejump
