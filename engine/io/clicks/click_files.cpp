#include <cmath>
#include <filesystem>

#include "dickejump/io/click_file.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "dickejump/record/record.hpp"
#include "io/clicks/formats.hpp"

namespace dickejump {

std::vector<std::pair<std::string, std::string>> click_files(const std::vector<std::vector<Photon>>& runs,
                                                             const ClickData& data, const Detector& detector,
                                                             double duration, double bin) {
    Problems problems;
    check(data, detector, problems);
    problems.require(std::isfinite(duration) && duration > 0.0,
                     "duration = " + text(duration) + " (a run takes time) give a positive one");
    for (const auto& run : runs)
        for (const auto& click : run)
            if (!detector[click.channel] || !(click.time >= 0.0 && click.time <= duration)) {
                problems.add("a click of the " + std::string(name(click.channel)) + " at time " +
                             text(click.time) + " (detector " + detector.name +
                             " has none such in a run of " + text(duration) + ") leave it out");
                break;
            }
    problems.raise();
    const double unit = data.time_unit.value_or(1.0), per_time = 1.0 / (unit * data.gamma);
    constexpr double latest = 4.6e18;
    const double end = data.start + (duration + bin) * per_time +
                       data.cycle.value_or(0.0) * static_cast<double>(runs.size());
    problems.require(end < latest, "`data.time_unit` = " + text(unit) +
                                       " (runs end after 2^62 ticks of it) " + "give a longer one");
    if (data.format == ClickFormat::text && !data.cycle)
        problems.require(runs.size() <= 1, "`data.cycle` (not given, and files of format text hold one run " +
                                               std::string("without it) give it"));
    constexpr double most_bins = 1e8;
    if (data.format == ClickFormat::counts)
        problems.require(std::isfinite(bin) && bin > 0.0 && duration / bin <= most_bins,
                         "`bin` = " + text(bin) + " (counts have bins, at most 10^8) give their width");
    for (const auto c : channels)
        if (const auto number = integer_in<std::int64_t>(data.channel(c)); number)
            problems.require(data.format == ClickFormat::text ||
                                 (*number >= 0 && *number <= (data.format == ClickFormat::ptu ? 63 : 255)),
                             "`data.channels." + std::string(name(c)) + "`" + " = " + data.channel(c) +
                                 " (this format has no such channel) give a "
                                 "number from 0 to 63");
    problems.raise();

    const auto number_of = [&](Channel c) {
        return data.format == ClickFormat::text ? static_cast<std::int64_t>(c)
                                                : integer_in<std::int64_t>(data.channel(c)).value();
    };
    std::vector<std::pair<std::string, std::string>> files;
    if (data.format == ClickFormat::counts) {
        // The bins fill the run.
        const auto bins = static_cast<std::size_t>(std::ceil(duration / bin * (1.0 - 1e-12)));
        const double each = duration / static_cast<double>(bins), width = each * per_time;
        problems.require(!data.cycle || runs.size() < 2,
                         "`data.cycle` (bins between runs would be of another "
                         "width) leave it out: a file a run");
        problems.raise();
        for (std::size_t run = 0; run < runs.size(); ++run) {
            std::string content = "time";
            std::vector<std::vector<std::int64_t>> columns;
            for (const auto c : channels)
                if (detector[c]) {
                    content += "," + std::string(name(c));
                    columns.push_back(binned(runs[run], c, each, bins));
                }
            content += '\n';
            for (std::size_t i = 0; i < bins; ++i) {
                content += text(data.start + width * static_cast<double>(i));
                for (const auto& column : columns)
                    content += ',' + std::to_string(column[i]);
                content += '\n';
            }
            files.emplace_back("clicks-" + std::to_string(run) + ".csv", std::move(content));
        }
        return files;
    }

    const auto clicks_of = [&](std::size_t first, std::size_t count) {
        std::vector<FileClick> clicks;
        for (std::size_t run = first; run < first + count; ++run)
            for (const auto& photon : runs[run]) {
                const double from = data.start + data.cycle.value_or(0.0) * static_cast<double>(run - first);
                clicks.push_back(
                    {.tick = static_cast<std::int64_t>(std::floor(from)) +
                             static_cast<std::int64_t>(from - std::floor(from) + photon.time * per_time),
                     .channel = number_of(photon.channel)});
            }
        return clicks;
    };
    const auto bytes_of = [&](const std::vector<FileClick>& clicks) {
        switch (data.format) {
            case ClickFormat::csv:
                return clicks::write_csv(clicks);
            case ClickFormat::npy:
                return clicks::write_npy(clicks);
            case ClickFormat::ptu:
                return clicks::write_ptu(clicks, unit);
            default:
                return clicks::write_photon_hdf5(clicks, unit);
        }
    };
    if (data.format == ClickFormat::text) {
        const auto all = clicks_of(0, runs.size());
        for (const auto c : channels) {
            if (!detector[c]) continue;
            std::vector<FileClick> own;
            for (const auto& click : all)
                if (click.channel == static_cast<std::int64_t>(c)) own.push_back(click);
            files.emplace_back(std::filesystem::path(data.channel(c)).filename().string(),
                               clicks::write_text(own));
        }
        return files;
    }
    const std::string ending =
        data.format == ClickFormat::photon_hdf5 ? "hdf5" : std::string(name(data.format));
    if (data.cycle)
        files.emplace_back("clicks." + ending, bytes_of(clicks_of(0, runs.size())));
    else
        for (std::size_t run = 0; run < runs.size(); ++run)
            files.emplace_back("clicks-" + std::to_string(run) + "." + ending, bytes_of(clicks_of(run, 1)));
    return files;
}

}  // namespace dickejump
