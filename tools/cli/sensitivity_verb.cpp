#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <span>

#include "cli/job.hpp"
#include "cli/log.hpp"
#include "cli/progress.hpp"
#include "cli/ranks.hpp"
#include "cli/scan_table.hpp"
#include "cli/table.hpp"
#include "cli/verb.hpp"
#include "dickejump/exact/lock.hpp"
#include "dickejump/io/checkpoint.hpp"
#include "dickejump/io/hertz.hpp"
#include "dickejump/io/protocols_report.hpp"
#include "dickejump/io/result_folder.hpp"
#include "dickejump/io/sensitivity_report.hpp"

namespace dickejump::cli {

namespace {

std::string leg_of(const std::optional<Direction>& direction) {
    return direction ? std::string(name(*direction)) : "both";
}

/// delta w of every estimator against N, a table for each rate.
std::string points_table(const SensitivityReport& report) {
    std::string text;
    for (const double rate : report.config.rates) {
        Table table;
        std::vector<std::string> head{"δw/γ of one run"};
        std::vector<std::vector<std::string>> rows;
        for (const auto& point : report.points) {
            if (point.values.empty() || point.values.front().rate != rate) continue;
            rows.push_back({fmt::format("N = {}", point.values.front().atoms)});
            for (const auto& value : point.values) {
                if (rows.size() == 1)
                    head.push_back(fmt::format("{}, {}", name(value.estimator), leg_of(value.direction)));
                rows.back().push_back(rounded(value.delta_w) +
                                      (value.missing > 0 ? fmt::format(" [{} missing]", value.missing) : ""));
            }
        }
        if (rows.empty()) continue;
        // Estimators down, atoms across, or the lines would be too long to read.
        for (std::size_t column = 0; column < head.size(); ++column) {
            std::vector<std::string> line{head[column]};
            for (const auto& row : rows)
                line.push_back(row[column]);
            table.row(line);
        }
        text += fmt::format("Scan rate r = {} γ\n", rate) + table.str() + '\n';
    }
    return text;
}

std::string fits_table(const SensitivityReport& report) {
    Table table;
    table.row({"δw ~ N^exponent", "leg", "r [γ]", "exponent", "of the runs", "of c/N", "scans", "χ²/degrees",
               "p", "exponent besides c/N"});
    for (const auto& fit : report.fits()) {
        std::vector<std::string> row{std::string(name(fit.estimator)), leg_of(fit.direction), text(fit.rate)};
        if (fit.law) {
            const auto p = fit.law->p_value();
            const auto& corrected = fit.corrected;
            row.insert(row.end(), {rounded(fit.exponent()), fmt::format("{:.2g}", fit.law->exponent.error),
                                   corrected ? fmt::format("{:.2g}", fit.finite_size_error()) : "-",
                                   fmt::format("{}", fit.law->points),
                                   fmt::format("{:.3g}/{}", fit.law->chi2, fit.law->degrees),
                                   p ? fmt::format("{:.2g}", *p) : "-",
                                   corrected ? rounded(corrected->exponent_with_scatter()) : "-"});
        } else {
            row.insert(row.end(), {"-", "-", "-", "0", "-", "-", "-"});
        }
        table.row(row);
    }
    return table.str() + fmt::format(
                             "  scans of N >= {}; the error of the exponent is that of the runs, enlarged by "
                             "sqrt(χ²/degrees) where that is above 1,\n  and what a finite-size correction "
                             "1 + c/N would move the exponent by\n",
                             fewest_atoms_fitted);
}

void warn_if_long(std::span<const ScanConfig> todo) {
    double jumps = 0.0;
    for (const auto& point : todo) {
        if (resolved(point).method == Method::sphere) continue;
        const auto n = static_cast<double>(point.atoms);
        // A transit makes some 4 N^2/r jumps.
        jumps += 4.0 * n * n / point.rate * static_cast<double>(point.trajectories) *
                 static_cast<double>(point.protocol().directions().size());
    }
    constexpr double many = 1e12, seconds_a_jump = 2e-8;
    if (jumps > many)
        log_warning(
            fmt::format("this study makes about {:.1g} quantum jumps, some {:.2g} hours of one processor",
                        jumps, jumps * seconds_a_jump / 3600.0));
}

/// Makes room where another study's result is.
void give_way(const std::filesystem::path& out, const std::string& toml) {
    const auto config = out / "config.toml";
    if (out.empty() || !std::filesystem::exists(config) || content_of(config) == toml) return;
    const ResultFolder folder(out), points(out / "points");
    for (const auto& name : points.names())
        points.remove(name);
    for (const auto& name : folder.names())
        if (name == "config.toml" || name == "checkpoint" || name == "result.h5" ||
            name.starts_with("summary."))
            folder.remove(name);
}

/// In the folder of a part: which one it is, for `resume`.
constexpr const char* part_file = "part";

/// The places of the scans that this run is for. @throws InvalidInput
std::vector<std::size_t> scans_of(const Told<ProtocolsConfig>& told, const PreparedSensitivity& study) {
    if (const auto part = told.share.numbers()) {
        if (told.output.out.empty())
            throw InvalidInput("`out` (not given, and a part is for merging) give a folder");
        return scans_of_part(study.points, part->first, part->second);
    }
    return scans_of_part(study.points, 1, 1);
}

int run_scans(const Told<ProtocolsConfig>& told, const std::string& toml) {
    const auto start = StopRequest::Clock::now();
    const auto study = prepare(told.config.scans);
    const auto mine = scans_of(told, study);
    auto merged = told.share.from.empty() ? std::vector<ReportedPoint>()
                                          : points_in_parts(told.share.from, toml, study.points);
    std::optional<SensitivityFolder> folder;
    if (told.output.force) give_way(told.output.out, toml);
    if (!told.output.out.empty()) folder.emplace(told.output.out, toml);
    if (!told.share.part.empty()) folder->write(part_file, told.share.part + "\n");
    for (std::size_t i = 0; i < merged.size(); ++i)
        folder->store(study.points[i], merged[i]);

    SensitivityReport report;
    report.config = study.config;
    report.threads = told.control.threads;
    report.provenance = Provenance::now();
    std::vector<std::optional<ReportedPoint>> done(study.points.size());
    std::vector<ScanConfig> todo;
    std::vector<std::size_t> place;
    for (std::size_t i = 0; i < study.points.size(); ++i) {
        if (folder) done[i] = folder->finished(study.points[i]);
        if (done[i] || !std::binary_search(mine.begin(), mine.end(), i)) continue;
        todo.push_back(study.points[i]);
        place.push_back(i);
    }
    if (todo.size() < mine.size())
        log_info(fmt::format("{} of {} scans are in {} already", mine.size() - todo.size(), mine.size(),
                             folder->path().string()));
    warn_if_long(todo);
    {
        const Session session(told.control.threads);
        warn_of_binding(told.control.threads);
        report.stop_reason = simulate_points(
            todo, session.control(),
            [&](std::size_t i, const ScanResult& point) {
                auto& reported = done[place[i]].emplace(point);
                if (folder) folder->store(todo[i], reported);
            },
            job().size() > 1 ? ScanRunner([](const PreparedScan& scan, const RunControl& control) {
                return simulate_over_ranks(scan, control);
            })
                             : ScanRunner());
    }
    for (auto& point : done)
        if (point) report.points.push_back(std::move(*point));
    report.seconds = std::chrono::duration<double>(StopRequest::Clock::now() - start).count();

    if (report.points.size() < study.points.size() && report.stop_reason == StopReason::completed) {
        log_info(fmt::format("a finished part: {} of {} scans are in {}; merge it with the others",
                             report.points.size(), study.points.size(), folder->path().string()));
        return fine;
    }

    auto json = to_json(report);
    if (told.output.gamma_hz) json = with_hertz(json, *told.output.gamma_hz);
    const auto write = [&] {
        if (!folder) return;
        folder->write("summary.csv", to_csv(report));
        folder->write("summary.json", json + "\n");
        if (report.stop_reason == StopReason::completed) folder->remove(part_file);
        log_info("wrote " + folder->path().string());
    };
    told.output.give(write, {.table = points_table(report) + fits_table(report),
                             .json = json,
                             .csv = to_csv(report),
                             .config = toml});
    if (report.stop_reason != StopReason::interrupted) return fine;
    log_warning(fmt::format("interrupted: {} of {} scans are done{}", report.points.size(),
                            study.points.size(), folder ? "; the same command goes on from there" : ""));
    return interrupted;
}

/// Of a protocol at one N: what is told apart by its line of the table.
std::string line_of(const ProtocolOutcome& outcome, const ProtocolValue& value, const char* kind) {
    auto line = fmt::format("{}, {}{}", name(outcome.point.protocol), kind, value.name);
    if (const auto* scan = std::get_if<ScanConfig>(&outcome.point.run))
        line += fmt::format(", r = {} γ, {}", scan->rate, leg_of(value.direction));
    if (const auto* legs = std::get_if<ExperimentConfig>(&outcome.point.run))
        line += fmt::format(", r = {} γ, in turns", legs->rate);
    if (const auto* loop = std::get_if<LockConfig>(&outcome.point.run); loop && loop->gain > 0.0)
        line += fmt::format(", servo {}{}", name(loop->servo),
                            loop->detectors.empty() ? "" : " on " + loop->detectors.front().name);
    return line + (value.detector ? ", of " + *value.detector : ", every jump");
}

/// N delta w sqrt(gamma T)/gamma, lines of estimates and bounds down, atoms across.
std::string protocols_table(const ProtocolsResult& result) {
    const auto& atoms = result.config.scans.atoms;
    const double duration = *result.config.duration;
    std::vector<std::pair<std::string, std::vector<std::string>>> lines;
    const auto put = [&](const std::string& line, std::int64_t n, std::string cell) {
        auto found = std::find_if(lines.begin(), lines.end(), [&](const auto& l) { return l.first == line; });
        if (found == lines.end())
            found = lines.insert(lines.end(), {line, std::vector<std::string>(atoms.size(), "-")});
        found->second[static_cast<std::size_t>(std::find(atoms.begin(), atoms.end(), n) - atoms.begin())] =
            std::move(cell);
    };
    const auto shown = [&](const ProtocolValue& value, std::int64_t n) {
        const auto x = scaled(value.delta_w, n, duration);
        if (x && x->error == 0.0) return fmt::format("{:.5g}", x->value);
        return rounded(x) + (value.missing > 0 ? fmt::format(" [{} missing]", value.missing) : "");
    };
    for (const auto& outcome : result.points) {
        const auto n = outcome.point.atoms;
        for (const auto& value : outcome.estimates)
            put(line_of(outcome, value, ""), n, shown(value, n));
        for (const auto& value : outcome.bounds)
            put(line_of(outcome, value, "bound "), n, shown(value, n));
    }
    Table table;
    std::vector<std::string> head{fmt::format("N δw sqrt(γT)/γ after T = {}/γ", duration)},
        last{"no protocol is below"};
    for (const auto n : atoms) {
        head.push_back(fmt::format("N = {}", n));
        const double limit =
            exact::protocol_limit(DickeLadder(n), duration, result.config.scans.model.emission);
        last.push_back(fmt::format("{:.5g}", static_cast<double>(n) * std::sqrt(duration) * limit));
    }
    table.row(head);
    for (auto& [line, cells] : lines) {
        cells.insert(cells.begin(), line);
        table.row(cells);
    }
    table.row(last);
    return table.str() + fmt::format("  {} runs of each in {:.2f} s ({}), seed {}\n",
                                     result.config.scans.trajectories, result.seconds,
                                     name(result.stop_reason), result.config.scans.seed);
}

int run_protocols(const Told<ProtocolsConfig>& told, const std::string& toml) {
    if (!told.share.part.empty())
        throw InvalidInput("`part` = " + told.share.part +
                           " (protocols are compared in one piece) leave it out, or leave out `protocol`");
    told.output.spare_others(toml);
    const auto folder = told.output.folder();
    const Session session(told.control.threads);
    const auto result = simulate(told.config, session.control());
    told.output.deliver(
        folder,
        {.table = protocols_table(result), .json = to_json(result), .csv = to_csv(result), .config = toml});
    if (result.stop_reason != StopReason::interrupted) return fine;
    log_warning(fmt::format("interrupted: {} of {} protocols are in the result", result.points.size(),
                            points(told.config).size()));
    return interrupted;
}

}  // namespace

Verb sensitivity_verb() {
    return make_verb<ProtocolsConfig>(
        "sensitivity",
        "Scan many numbers of atoms at several rates: how the sensitivity of a run scales; or compare "
        "protocols",
        Work::in_points, [](const ProtocolsConfig& config, Problems& problems) { check(config, problems); },
        [](const ProtocolsConfig& config) {
            return config.protocols.empty() ? describe(config.scans) : describe(config);
        },
        [](const Told<ProtocolsConfig>& told, const std::string& toml) {
            return told.config.protocols.empty() ? run_scans(told, toml) : run_protocols(told, toml);
        });
}

}  // namespace dickejump::cli
