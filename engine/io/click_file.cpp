#include "dickejump/io/click_file.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <span>

#include "dickejump/model/invalid_input.hpp"
#include "io/clicks/formats.hpp"

namespace dickejump {

namespace {

Keys<ClickData> make_keys() {
    using enum ClickFormat;
    Keys<ClickData> keys;
    keys.word("data.format", &ClickData::format, "how files hold clicks",
              {csv, text, counts, npy, ptu, photon_hdf5});
    keys.number("data.time_unit", &ClickData::time_unit,
                "seconds a tick of the file (default 1, or what its header says)",
                Range::above(0.0, "a duration"));
    keys.number("data.gamma", &ClickData::gamma, "collective emission rate [1/s] (default 1)",
                Range::above(0.0, "the unit of all rates"));
    keys.number("data.start", &ClickData::start, "where the run begins in the file [ticks] (default 0)",
                Range::finite("a time"));
    keys.number("data.cycle", &ClickData::cycle, "period of a file that holds many runs [ticks]",
                Range::above(0.0, "a duration"));
    keys.number("data.cycles", &ClickData::cycles, "how many runs (default: up to the last click)",
                Range::between(1.0, 1e8, "a number of runs"));
    keys.text("data.channels.cavity", &ClickData::cavity, "what the file calls clicks of the cavity");
    keys.text("data.channels.pump", &ClickData::pump, "what the file calls clicks of the pump");
    keys.text("data.channels.side", &ClickData::side, "what the file calls clicks of the side");
    return keys;
}

std::string key_of(Channel c) {
    return "`data.channels." + std::string(name(c)) + "`";
}

std::string base_name(const std::string& path) {
    return std::filesystem::path(path).filename().string();
}

std::string content(const std::string& file) {
    std::error_code ignored;
    if (std::filesystem::is_directory(file, ignored))
        throw InvalidInput("file " + file + " (a folder) name a file in it");
    std::ifstream in(file, std::ios::binary);
    std::string bytes;
    if (in) bytes.assign(std::istreambuf_iterator<char>(in), {});
    if (!in || in.bad()) throw InvalidInput("file " + file + " (cannot be read) check the path");
    return bytes;
}

/// Channels of the detector by the numbers of the file.
using ChannelMap = std::map<std::int64_t, Channel>;
ChannelMap channel_map(const ClickData& data, const Detector& detector) {
    ChannelMap map;
    for (const auto c : channels) {
        if (!detector[c]) continue;
        if (data.format == ClickFormat::counts || data.format == ClickFormat::text)
            map[static_cast<std::int64_t>(c)] = c;
        else
            map[integer_in<std::int64_t>(data.channel(c)).value()] = c;
    }
    return map;
}

/// Where runs lie in a file, in its ticks.
struct Cycles {
    double start, period, duration;  ///< period 0: one run
    bool whole;                      ///< start and period are whole numbers

    Cycles(const ClickData& data, double unit, double run)
        : start(data.start), period(data.cycle.value_or(0.0)), duration(run / (unit * data.gamma)) {
        constexpr double most = 4.6e18;
        const auto is_whole = [](double x) { return x == std::floor(x) && std::abs(x) < most; };
        whole = is_whole(start) && is_whole(period);
    }
    /// The number of the run and the time in it; a negative number: before all.
    std::pair<std::int64_t, double> place(const FileClick& click) const {
        if (whole && click.tick > std::numeric_limits<std::int64_t>::min() / 2) {
            // Exact for any length of the file.
            const std::int64_t since = click.tick - static_cast<std::int64_t>(start);
            if (period == 0.0) return {since < 0 ? -1 : 0, static_cast<double>(since) + click.within};
            const auto length = static_cast<std::int64_t>(period);
            if (since < 0) return {-1, 0.0};
            return {since / length, static_cast<double>(since % length) + click.within};
        }
        const double since = static_cast<double>(click.tick) - start + click.within;
        if (since < 0.0) return {-1, since};
        if (period == 0.0) return {0, since};
        const double number = std::floor(since / period);
        constexpr double most = 9e18;
        return {static_cast<std::int64_t>(std::min(number, most)), since - number * period};
    }
};

double unit_of(const ClickFile& file, const ClickData& data) {
    if (file.resolution == 0.0) return data.time_unit.value_or(1.0);
    constexpr double same = 1e-6;
    if (data.time_unit && std::abs(*data.time_unit / file.resolution - 1.0) > same)
        throw InvalidInput("`data.time_unit` = " + text(*data.time_unit) + " (the header of " + file.file +
                           " says " + text(file.resolution) + " s a tick) leave it out, or check the file");
    return file.resolution;
}

/// Cuts one file into runs and adds them.
void cut(const ClickFile& file, const ClickData& data, const ChannelMap& map, double duration,
         ClickRecords& result) {
    const double unit = unit_of(file, data);
    const Cycles cycles(data, unit, duration);
    constexpr double rounding = 1e-9;
    if (data.cycle && *data.cycle < cycles.duration * (1.0 - rounding))
        throw InvalidInput("`data.cycle` = " + text(*data.cycle) + " (a run takes " + text(cycles.duration) +
                           " ticks of " + file.file + ") check `data.time_unit` and `data.gamma`");
    result.bin = std::max(result.bin, file.bin * unit * data.gamma);
    const auto first = result.records.size();
    if (!data.cycle) result.records.push_back({.file = file.file, .clicks = {}});
    std::int64_t used = 0, seen = 0, filled = 0;
    for (const auto& click : file.clicks) {
        const auto channel = map.find(click.channel);
        if (channel == map.end()) {
            ++result.other_channels;
            continue;
        }
        ++seen;
        const auto [number, within] = cycles.place(click);
        if (number < 0 || within < 0.0 || within > cycles.duration ||
            (data.cycles && number >= *data.cycles)) {
            ++result.outside;
            continue;
        }
        const auto have = static_cast<std::int64_t>(result.records.size() - first);
        if (number >= have) {
            ++filled;
            constexpr std::int64_t emptiness = 100;
            if (number / emptiness > filled)
                throw InvalidInput(file.where(click) + ": time " + std::to_string(click.tick) +
                                   " (more than 99 % of the cycles up to it are empty) check `data.cycle`, "
                                   "`data.time_unit`, and the file");
            for (auto k = have; k <= number; ++k)
                result.records.push_back({.file = file.file, .cycle = k, .clicks = {}});
        }
        const double time = std::min(duration, within * unit * data.gamma);
        result.records[first + static_cast<std::size_t>(number)].clicks.push_back({time, channel->second});
        ++used;
    }
    if (seen > 0 && used == 0)
        throw InvalidInput(file.where(file.clicks.front()) + ": time " +
                           std::to_string(file.clicks.front().tick) +
                           " (and all other clicks lie outside of runs of " + text(cycles.duration) +
                           " ticks) check `data.start`, `data.time_unit` and `data.gamma`");
    if (data.cycles)
        for (auto k = static_cast<std::int64_t>(result.records.size() - first); k < *data.cycles; ++k)
            result.records.push_back({.file = file.file, .cycle = k, .clicks = {}});
}

/// The files of format text, one a channel, as one.
ClickFile one_of_channels(const std::vector<std::string>& files, const ClickData& data,
                          const Detector& detector) {
    ClickFile all{.file = {}, .clicks = {}};
    Problems problems;
    std::vector<bool> used(files.size());
    for (const auto c : channels) {
        if (!detector[c]) continue;
        bool found = false;
        for (std::size_t i = 0; i < files.size(); ++i) {
            if (base_name(files[i]) != base_name(data.channel(c))) continue;
            problems.require(!found, "file " + files[i] + " (another one has its name) give one a channel");
            found = used[i] = true;
            problems.collect([&] {
                auto one = parse_clicks(files[i], content(files[i]), data.format);
                for (auto& click : one.clicks)
                    click.channel = static_cast<std::int64_t>(c);
                all.clicks.insert(all.clicks.end(), one.clicks.begin(), one.clicks.end());
                all.file += (all.file.empty() ? "" : ", ") + files[i];
            });
        }
        problems.require(found, "file " + data.channel(c) + " (of " + key_of(c) +
                                    ", and not among the files) give it too");
    }
    for (std::size_t i = 0; i < files.size(); ++i)
        problems.require(used[i], "file " + files[i] + " (no channel has it) name it in `data.channels`");
    problems.raise();
    std::stable_sort(all.clicks.begin(), all.clicks.end(),
                     [](const FileClick& a, const FileClick& b) { return a.tick < b.tick; });
    return all;
}

}  // namespace

std::string_view name(ClickFormat format) {
    switch (format) {
        case ClickFormat::csv:
            return "csv";
        case ClickFormat::text:
            return "text";
        case ClickFormat::counts:
            return "counts";
        case ClickFormat::npy:
            return "npy";
        case ClickFormat::ptu:
            return "ptu";
        default:
            return "photon-hdf5";
    }
}

template <>
const Keys<ClickData>& keys<ClickData>() {
    static const auto all = make_keys();
    return all;
}

void check(const ClickData& data, const Detector& detector, Problems& problems) {
    judge(data, problems);
    problems.require(!data.cycles || data.cycle.has_value(),
                     "`data.cycles` (without `data.cycle` a file holds one run) give `data.cycle` too");
    for (const auto c : channels) {
        const auto& said = data.channel(c);
        if (data.format == ClickFormat::counts) {
            // A number that other formats of the same setup need does no harm.
            problems.require(
                said.empty() || said == name(c) || integer_in<std::int64_t>(said),
                key_of(c) + " = " + said + " (counts name their columns by channel) leave it out");
            continue;
        }
        if (!detector[c]) {
            problems.require(said.empty(), key_of(c) + " = " + said + " (detector " + detector.name +
                                               " does not see it) leave it out, or say what sees it");
            continue;
        }
        if (said.empty()) {
            problems.add(key_of(c) + " (not given, and detector " + detector.name + " sees it) say " +
                         (data.format == ClickFormat::text ? "which file holds it" : "which number it has"));
            continue;
        }
        if (data.format != ClickFormat::text)
            problems.require(integer_in<std::int64_t>(said).has_value(),
                             key_of(c) + " = " + said + " (not a channel number) give a whole number");
        for (const auto other : channels)
            if (other < c && detector[other] && data.channel(other) == said)
                problems.add(key_of(c) + " = " + said + " (" + key_of(other) +
                             " is the same) give each its own");
    }
}

std::string ClickFile::where(const FileClick& click) const {
    return file + ", " + std::string(place) + " " + std::to_string(click.place);
}

ClickFile parse_clicks(const std::string& file, std::string_view bytes, ClickFormat format) {
    const auto read = [&] {
        switch (format) {
            case ClickFormat::csv:
                return clicks::read_csv(file, bytes);
            case ClickFormat::text:
                return clicks::read_text(file, bytes);
            case ClickFormat::counts:
                return clicks::read_counts(file, bytes);
            case ClickFormat::npy:
                return clicks::read_npy(file, bytes);
            case ClickFormat::ptu:
                return clicks::read_ptu(file, bytes);
            default:
                return clicks::read_photon_hdf5(file, bytes);
        }
    };
    auto result = read();
    for (std::size_t i = 1; i < result.clicks.size(); ++i)
        if (const auto& before = result.clicks[i - 1], &click = result.clicks[i]; click.tick < before.tick)
            throw InvalidInput(result.where(click) + ": time " + std::to_string(click.tick) +
                               " (after one at " + std::to_string(before.tick) +
                               ": times ascend) sort the file, or copy it again");
    return result;
}

ClickRecords read_clicks(const std::vector<std::string>& files, const ClickData& data,
                         const Detector& detector, double duration) {
    Problems problems;
    check(data, detector, problems);
    problems.require(!files.empty(), "files (none given) name those that hold the clicks");
    problems.require(std::isfinite(duration) && duration > 0.0,
                     "duration = " + text(duration) + " (a run takes time) give a positive one");
    problems.raise();
    const auto map = channel_map(data, detector);
    ClickRecords result;
    if (data.format == ClickFormat::text) {
        cut(one_of_channels(files, data, detector), data, map, duration, result);
    } else {
        for (const auto& file : files)
            problems.collect(
                [&] { cut(parse_clicks(file, content(file), data.format), data, map, duration, result); });
        problems.raise();
    }
    if (result.records.empty())
        throw InvalidInput(
            "files (no click of a channel that is asked for, and so no cycle) check "
            "`data.channels`, or give `data.cycles`");
    return result;
}

}  // namespace dickejump
