#include <fmt/core.h>

#include <cmath>
#include <limits>
#include <memory>

#include "cli/log.hpp"
#include "cli/progress.hpp"
#include "cli/scan_table.hpp"
#include "cli/table.hpp"
#include "cli/verb.hpp"
#include "dickejump/io/sensitivity_report.hpp"

namespace dickejump::cli {

namespace {

enum class MethodChoice { exact, sphere, automatic };

struct SensitivityOptions {
    SensitivitySweep sweep;
    double half_width = std::numeric_limits<double>::quiet_NaN();  // not given
    MethodChoice method = MethodChoice::automatic;
    std::string out;
    bool json = false;
    bool dump_config = false;
};

void declare(Options& options, SensitivityOptions& o) {
    auto& atoms = options.add("atoms", "numbers of atoms N, such as 10,100,1e6", o.sweep.atoms);
    atoms.required = true;
    auto& rates =
        options.add("rates", "scan rates r, transition widths per 1/gamma, such as 1,16", o.sweep.rates);
    rates.hint = "r1,r2,..";
    rates.required = true;
    options.add("half_width", "scans run between s = -S and S (default: 6 + 6 sqrt(r), at most 0.98 N/2)",
                o.half_width);
    using Legs = Scan::Legs;
    options.add<Legs>("direction", "legs to run (default both)", o.sweep.legs,
                      {{"up", Legs::up}, {"down", Legs::down}, {"both", Legs::both}});
    using Initial = Scan::Initial;
    options.add<Initial>(
        "initial", "start of each leg: its steady state, or n = 0 (up) and n = N (down); default steady",
        o.sweep.initial, {{"steady", Initial::steady}, {"ground", Initial::ground}});
    options.add<MethodChoice>(
        "method", "trajectories: every jump, or the sphere of many atoms; auto (default) chooses by N and S",
        o.method,
        {{"exact", MethodChoice::exact},
         {"sphere", MethodChoice::sphere},
         {"auto", MethodChoice::automatic}});
    options.add("bias_tolerance", "sphere: largest error of 2<J_z>/(N+1) by its finite steps (default 2e-4)",
                o.sweep.bias_tolerance);
    options.add("trajectories", "number of runs M of every scan (default 10000)",
                o.sweep.ensemble.trajectories);
    options.add("seed", "seed of the sweep, from which every scan has its own (default 1)",
                o.sweep.ensemble.seed);
    options.add("threads", "threads, 0 for all (default); does not change results", o.sweep.ensemble.threads)
        .shapes_result = false;
    auto& out = options.add("out",
                            "folder for summary.json, summary.csv, config.toml and the finished scans; a "
                            "sweep that was ended goes on from it",
                            o.out);
    out.hint = "DIR";
    out.shapes_result = false;
    options.add("json", "print one JSON object instead of tables", o.json).shapes_result = false;
    options.add("dump_config", "print the configuration as TOML and stop", o.dump_config).shapes_result =
        false;
}

void check_options(SensitivityOptions& o, Problems& problems) {
    if (!std::isnan(o.half_width)) o.sweep.half_width = o.half_width;
    if (o.method != MethodChoice::automatic)
        o.sweep.method = o.method == MethodChoice::sphere ? Method::sphere : Method::exact;
    check(o.sweep, problems);
}

std::string leg_of(const std::optional<Direction>& direction) {
    return direction ? std::string(name(*direction)) : "both";
}

/// delta w of every estimator against N, a table for each rate.
std::string points_table(const SensitivityReport& report) {
    std::string text;
    const auto all = points(report.sweep);
    for (const double rate : report.sweep.rates) {
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

void warn_if_long(std::span<const SweepPoint> todo) {
    double seconds = 0.0, jumps = 0.0;
    for (const auto& point : todo) {
        if (point.run.method == Method::sphere) continue;
        const auto n = static_cast<double>(point.atoms);
        // A transit makes some 4 N^2/r jumps.
        jumps += 4.0 * n * n / point.run.scan.rate * static_cast<double>(point.run.ensemble.trajectories) *
                 static_cast<double>(point.run.scan.directions().size());
    }
    constexpr double many = 1e12, seconds_a_jump = 2e-8;
    seconds = jumps * seconds_a_jump;
    if (jumps > many)
        log_warning(
            fmt::format("this sweep makes about {:.1g} quantum jumps, some {:.2g} hours of one processor",
                        jumps, seconds / 3600.0));
}

int run_sensitivity(SensitivityOptions& o, const Options& options) {
    const auto config = options.toml("sensitivity");
    if (o.dump_config) {
        fmt::print("{}", config);
        return fine;
    }
    const double start = detail::seconds_now();
    SensitivityReport report{.sweep = o.sweep, .points = {}, .provenance = Provenance::now()};
    std::optional<SweepFolder> folder;
    if (!o.out.empty()) folder.emplace(o.out, config);

    const auto all = points(o.sweep);
    std::vector<std::optional<ReportedPoint>> done(all.size());
    std::vector<SweepPoint> todo;
    std::vector<std::size_t> place;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (folder) done[i] = folder->finished(all[i]);
        if (done[i]) continue;
        todo.push_back(all[i]);
        place.push_back(i);
    }
    if (todo.size() < all.size())
        log_info(fmt::format("{} of {} scans are in {} already", all.size() - todo.size(), all.size(),
                             folder->path().string()));
    warn_if_long(todo);

    const InterruptFlag interrupt;
    {
        ProgressBar bar;
        report.stop_reason = simulate_points(todo, o.sweep.ensemble.threads,
                                             {.finished =
                                                  [&](std::size_t i, const SimulatedPoint& point) {
                                                      auto& reported = done[place[i]].emplace(point);
                                                      if (folder) folder->store(todo[i], reported);
                                                  },
                                              .show = [&](const SweepProgress& progress) { bar(progress); },
                                              .interrupt = interrupt.flag()});
    }
    for (auto& point : done)
        if (point) report.points.push_back(std::move(*point));
    report.seconds = detail::seconds_now() - start;

    if (o.json)
        fmt::print("{}\n", to_json(report));
    else
        fmt::print("{}{}", points_table(report), fits_table(report));
    std::fflush(stdout);
    if (folder) {
        folder->write("summary.csv", to_csv(report));
        folder->write("summary.json", to_json(report) + "\n");
        log_info("wrote " + folder->path().string());
    }
    if (report.stop_reason != StopReason::interrupted) return fine;
    log_warning(fmt::format("interrupted: {} of {} scans are done{}", report.points.size(), all.size(),
                            folder ? "; the same command goes on from there" : ""));
    return interrupted;
}

}  // namespace

Verb sensitivity_verb() {
    const auto o = std::make_shared<SensitivityOptions>();
    const auto options = std::make_shared<Options>();
    declare(*options, *o);
    return {"sensitivity", "Scan many numbers of atoms at several rates: how the sensitivity of a run scales",
            options, [o](Problems& problems) { check_options(*o, problems); },
            [o, options] { return run_sensitivity(*o, *options); }};
}

}  // namespace dickejump::cli
