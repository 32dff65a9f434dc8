#include "cli/detector_options.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace dickejump::cli {

namespace {

/// Reads one [[detector]] table.
class TableReader {
public:
    TableReader(const Options::Table& table, std::size_t index, Problems& problems)
        : table_(table), said_("detector " + std::to_string(index + 1) + ": "), problems_(problems) {}

    Detector read() {
        Detector detector;
        for (const auto& [key, value] : table_) {
            const auto dot = key.find('.');
            const auto group = key.substr(0, dot);
            const auto found =
                std::find_if(channels.begin(), channels.end(), [&](Channel c) { return name(c) == group; });
            if (found != channels.end() && dot != std::string::npos) {
                auto& channel = detector[*found];
                if (!channel) channel.emplace();
                read_channel(*channel, key, key.substr(dot + 1), value);
            } else {
                read_key(detector, key, value);
            }
        }
        if (detector.name.empty()) problems_.add(said_ + "name (not given) write name = \"..\"");
        return detector;
    }

private:
    void number(double& target, const std::string& key, const std::string& value) {
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), target);
        if (error != std::errc{} || end != value.data() + value.size())
            problems_.add(said_ + key + " = " + value + " (not a number) write it like 0.5");
    }
    void unknown(const std::string& key, const std::vector<std::string>& known) {
        const auto near = nearest_word(key, known);
        problems_.add(said_ + "key " + key + " (no such key) " +
                      (near.empty() ? "remove it" : "did you mean " + near + "?"));
    }
    void read_key(Detector& detector, const std::string& key, const std::string& value) {
        if (key == "name")
            detector.name = value;
        else if (key == "bin")
            number(detector.bin_width, key, value);
        else if (key == "gate_open")
            number(detector.gate_open, key, value);
        else if (key == "gate_close")
            number(detector.gate_close, key, value);
        else if (key == "time_tags" && (value == "true" || value == "false"))
            detector.time_tags = value == "true";
        else if (key == "time_tags")
            problems_.add(said_ + "time_tags = " + value + " (a switch) write true or false");
        else
            unknown(key, {"name", "bin", "gate_open", "gate_close", "time_tags", "cavity.efficiency",
                          "pump.efficiency", "side.efficiency"});
    }
    void read_channel(ChannelDetector& channel, const std::string& key, const std::string& leaf,
                      const std::string& value) {
        if (leaf == "efficiency")
            number(channel.efficiency, key, value);
        else if (leaf == "background")
            number(channel.background, key, value);
        else if (leaf == "dead_time")
            number(channel.dead_time, key, value);
        else if (leaf == "jitter")
            number(channel.jitter, key, value);
        else if (leaf == "dead_time_kind" && value == "paralysable")
            channel.dead_time_kind = ChannelDetector::DeadTime::paralysable;
        else if (leaf == "dead_time_kind" && value == "non_paralysable")
            channel.dead_time_kind = ChannelDetector::DeadTime::non_paralysable;
        else if (leaf == "dead_time_kind")
            problems_.add(said_ + key + " = " + value +
                          " (no such kind) write non_paralysable or paralysable");
        else
            unknown(leaf, {"efficiency", "background", "dead_time", "dead_time_kind", "jitter"});
    }

    const Options::Table& table_;
    std::string said_;
    Problems& problems_;
};

std::string toml_number(double value) {
    const auto written = text(value);
    return written.find_first_of(".e") == std::string::npos ? written + ".0" : written;
}

std::string toml_of(const Detector& detector) {
    std::string toml = "\n[[detector]]\nname = " + toml_string(detector.name) + "\n";
    if (detector.bin_width > 0.0) toml += "bin = " + toml_number(detector.bin_width) + "\n";
    if (!detector.time_tags) toml += "time_tags = false\n";
    if (detector.gate_open > 0.0) toml += "gate_open = " + toml_number(detector.gate_open) + "\n";
    if (std::isfinite(detector.gate_close)) toml += "gate_close = " + toml_number(detector.gate_close) + "\n";
    for (const auto c : channels) {
        if (!detector[c]) continue;
        const auto& channel = *detector[c];
        toml +=
            "[detector." + std::string(name(c)) + "]\nefficiency = " + toml_number(channel.efficiency) + "\n";
        if (channel.background > 0.0) toml += "background = " + toml_number(channel.background) + "\n";
        if (channel.dead_time > 0.0) {
            toml += "dead_time = " + toml_number(channel.dead_time) + "\n";
            if (channel.dead_time_kind == ChannelDetector::DeadTime::paralysable)
                toml += "dead_time_kind = \"paralysable\"\n";
        }
        if (channel.jitter > 0.0) toml += "jitter = " + toml_number(channel.jitter) + "\n";
    }
    return toml;
}

std::optional<Smoothing> parse_smoothing(const std::string& said, Problems& problems) {
    if (said.empty()) return {};
    const auto colon = said.find(':');
    const auto kind = said.substr(0, colon);
    Smoothing smoothing;
    const bool known = kind == "boxcar" || kind == "exponential";
    smoothing.kind = kind == "exponential" ? Smoothing::Kind::exponential : Smoothing::Kind::boxcar;
    bool width_fits = colon != std::string::npos;
    if (width_fits) {
        const char* begin = said.data() + colon + 1;
        const auto [end, error] = std::from_chars(begin, said.data() + said.size(), smoothing.width);
        width_fits = error == std::errc{} && end == said.data() + said.size() &&
                     std::isfinite(smoothing.width) && smoothing.width > 0.0;
    }
    problems.require(
        known && width_fits,
        "smoothing = " + said + " (not KIND:WIDTH) write boxcar:0.1 or exponential:0.05, width in 1/gamma");
    return smoothing;
}

}  // namespace

void DetectorOptions::declare(Options& options, ScanRun& run) {
    run_ = &run;
    auto& detector = options.add(
        "detector", "what a detector sees, with efficiencies; may be repeated. More in TOML: [[detector]]",
        texts_);
    detector.hint = "CHANNEL=E,..";
    detector.set_table = [this](const Options::Table& table) { tables_.push_back(table); };
    // Always in full, so that the file says what was run.
    detector.toml = [] { return std::string(); };
    detector.toml_tables = [this] {
        std::string toml;
        for (const auto& d : run_->detectors)
            toml += toml_of(d);
        return toml;
    };
    options.add("side_rate", "Gamma, emission to the side per excited atom [gamma] (default 0)",
                run.side_rate);
    auto& smoothing = options.add(
        "smoothing", "of a record before its crossings are read (default from rate and counts)", smoothing_);
    smoothing.hint = "boxcar:W|exponential:W";
    options.add("signals", "also J_z, Fano factor, g2 and C_zz from the counts", run.signals);
    options.add("keep_records", "store the first K records for pictures", run.keep_records);
}

void DetectorOptions::apply(ScanRun& run, Problems& problems) const {
    run.detectors.clear();
    for (const auto& text : texts_)
        run.detectors.push_back(parse_detector(text, problems));
    for (std::size_t i = 0; i < tables_.size(); ++i)
        run.detectors.push_back(TableReader(tables_[i], i, problems).read());
    run.smoothing = parse_smoothing(smoothing_, problems);
}

}  // namespace dickejump::cli
