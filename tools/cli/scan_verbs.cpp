#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <memory>
#include <thread>

#include "cli/detector_options.hpp"
#include "cli/log.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "cli/scan_table.hpp"
#include "cli/verb.hpp"
#include "dickejump/io/scan_report.hpp"

namespace dickejump::cli {

namespace {

/// What a user may ask for; `automatic` is resolved from model and protocol.
enum class MethodChoice { exact, sphere, automatic };

/// Everything that the three scan verbs can be told; each uses its part.
struct ScanOptions {
    std::int64_t atoms = 0;
    ScanRun run;
    MethodChoice method = MethodChoice::automatic;
    ExactMethod exact_method = ExactMethod::automatic;
    std::vector<std::string> target_errors;
    DetectorOptions detectors;
    double alpha = 1e-6;
    Output output;
};

void add_protocol(Options& options, ScanOptions& o) {
    options.add("atoms", "number of atoms N", o.atoms).required = true;
    options.add("rate", "scan rate r, transition widths per 1/gamma", o.run.scan.rate).required = true;
    options.add("half_width", "the scan runs between s = -S and S, S <= N/2", o.run.scan.half_width)
        .required = true;
    using Legs = Scan::Legs;
    options.add<Legs>("direction", "legs to run (default both)", o.run.scan.legs,
                      {{"up", Legs::up}, {"down", Legs::down}, {"both", Legs::both}});
    using Initial = Scan::Initial;
    options.add<Initial>(
        "initial", "start of each leg: its steady state, or n = 0 (up) and n = N (down); default steady",
        o.run.scan.initial, {{"steady", Initial::steady}, {"ground", Initial::ground}});
}

void add_ensemble(Options& options, ScanOptions& o) {
    options.add<MethodChoice>(
        "method", "trajectories: every jump, or the sphere of many atoms (default auto)", o.method,
        {{"exact", MethodChoice::exact},
         {"sphere", MethodChoice::sphere},
         {"auto", MethodChoice::automatic}});
    options.add("bias_tolerance", "sphere: largest error of 2<J_z>/(N+1) by its finite steps (default 2e-4)",
                o.run.bias_tolerance);
    options.add("ticks", "ticks of each leg, even (default: at most 0.02/gamma each)", o.run.scan.ticks);
    options.add("trajectories", "number of runs M (default 10000; with a target error, the most)",
                o.run.ensemble.trajectories);
    options.add("seed", "seed of all random streams (default 1)", o.run.ensemble.seed);
    options.add("time_limit", "stop after so many seconds", o.run.time_limit).hint = "SECONDS";
    options.add("threads", "threads, 0 for all (default); does not change results", o.run.ensemble.threads)
        .shapes_result = false;
}

/// NAME[:direction[:detector]]:E. The detector's name may hold colons: E is what follows the last.
void add_target(const std::string& said, ScanRun& run, Problems& problems) {
    const std::string head = "target-error = " + said;
    const auto last = said.rfind(':');
    double error = 0.0;
    const char* begin = said.data() + (last == std::string::npos ? 0 : last + 1);
    const auto [end, status] = std::from_chars(begin, said.data() + said.size(), error);
    if (last == std::string::npos || status != std::errc{} || end != said.data() + said.size()) {
        problems.add(head + " (not NAME[:direction[:detector]]:E) write it like area:up:0.01");
        return;
    }
    std::string rest = said.substr(0, last);
    const auto take = [&] {
        const auto colon = std::min(rest.find(':'), rest.size());
        auto word = rest.substr(0, colon);
        rest.erase(0, colon + 1);
        return word;
    };
    const auto word = take();
    const auto estimator = estimator_named(word);
    problems.require(estimator.has_value(), head + " (no estimator " + word +
                                                ") use first_crossing, last_crossing, mid_crossing, area, "
                                                "loop, fit, maximum_likelihood or bayes");
    std::optional<Direction> direction;
    if (const auto leg = take(); !leg.empty() && leg != "both") {
        problems.require(leg == "up" || leg == "down", head + " (no leg " + leg + ") use up or down");
        direction = leg == "down" ? Direction::down : Direction::up;
    }
    const auto detector = rest.empty() ? std::nullopt : std::optional(rest);
    if (estimator) run.targets.push_back({*estimator, direction, detector, error});
}

void choose_method(ScanOptions& o) {
    o.run.method = o.method == MethodChoice::sphere  ? Method::sphere
                   : o.method == MethodChoice::exact ? Method::exact
                                                     : automatic_method(o.atoms, o.run.scan);
    if (o.run.method == Method::sphere && o.method == MethodChoice::automatic)
        log_info(fmt::format("method = sphere: {} atoms make about {:.1g} jumps a unit of time", o.atoms,
                             0.5 * static_cast<double>(o.atoms) * static_cast<double>(o.atoms)));
}

void check_ensemble(ScanOptions& o, Problems& problems) {
    check_atoms(o.atoms, problems);
    o.run.targets.clear();
    for (const auto& target : o.target_errors)
        add_target(target, o.run, problems);
    o.detectors.apply(o.run, problems);
    if (problems.empty()) choose_method(o);
    check(o.run, o.atoms, problems);
}

/// Values that `auto` and defaults stand for, so that config.toml says what was run.
void resolve(ScanOptions& o) {
    o.method = o.run.method == Method::sphere ? MethodChoice::sphere : MethodChoice::exact;
    const DickeLadder ladder(o.atoms);
    const ScanLeg leg(ladder, o.run.scan, o.run.scan.directions().front());
    o.run.scan.ticks = leg.grid().ticks;
    o.run.points = curve_intervals(leg.grid().ticks, o.run.points) + 1;
}

void warn_if_long(const ScanOptions& o, const ExactScan& exact) {
    double jumps = 0.0;
    for (const auto& leg : exact.legs)
        jumps += 2.0 * leg.solution.up_jumps;
    jumps *= static_cast<double>(o.run.ensemble.trajectories);
    constexpr double many = 1e12, seconds_a_jump = 2e-8;
    if (jumps < many || o.run.method == Method::sphere) return;
    const unsigned threads = o.run.ensemble.threads > 0 ? static_cast<unsigned>(o.run.ensemble.threads)
                                                        : std::max(1u, std::thread::hardware_concurrency());
    log_warning(fmt::format("this run makes about {:.2g} quantum jumps, about {:.3g} hours on {} threads",
                            jumps, jumps * seconds_a_jump / threads / 3600.0, threads));
}

/// A bias should not be seen beside the statistical error.
void warn_of_bias(const ScanReport& report) {
    for (const auto& leg : report.result.biases)
        for (const auto& curve : report.result.curves)
            if (curve.direction == leg.direction && curve.crossing &&
                std::abs(leg.crossing) > 0.1 * curve.crossing->error)
                log_warning(fmt::format(
                    "the sphere's bias of the {} crossing, {:.2g} in s, is more than a tenth of its error, "
                    "{:.2g}: lower --bias-tolerance, or use --method exact",
                    name(leg.direction), leg.crossing, curve.crossing->error));
}

int run_scan(ScanOptions& o, const Options& options) {
    resolve(o);
    if (o.output.dump_config) {
        fmt::print("{}", options.toml("scan"));
        return fine;
    }
    const DickeLadder ladder(o.atoms);
    const auto provenance = Provenance::now();
    const auto exact = solve_scan(ladder, o.run.scan, o.run.points);
    const auto folder = o.output.folder();
    warn_if_long(o, exact);

    const InterruptFlag interrupt;
    o.run.interrupt = interrupt.flag();
    std::optional<ScanResult> result;
    {
        ProgressBar bar;
        o.run.show = [&](const Progress& progress) { bar(progress); };
        result = simulate_scan(ladder, o.run, exact);
    }
    const ScanReport report{ladder, o.run, exact, std::move(*result), provenance};
    o.output.deliver(folder, scan_table(report), to_json(report), to_csv(report), options.toml("scan"));
    warn_of_bias(report);
    if (report.result.stop_reason != StopReason::interrupted) return fine;
    log_warning(fmt::format("interrupted: {} of {} runs are in the result", report.result.trajectories,
                            o.run.ensemble.trajectories));
    return interrupted;
}

int run_exact_scan(ScanOptions& o, const Options& options) {
    if (o.output.dump_config) {
        fmt::print("{}", options.toml("exact scan"));
        return fine;
    }
    const DickeLadder ladder(o.atoms);
    const auto folder = o.output.folder();
    const auto exact = solve_scan(ladder, o.run.scan, o.run.points, o.exact_method);
    o.output.deliver(folder, exact_scan_table(ladder, o.run.scan, exact), to_json(ladder, o.run.scan, exact),
                     to_csv(exact), options.toml("exact scan"));
    return fine;
}

int run_compare_scan(ScanOptions& o, const Options& options) {
    resolve(o);
    if (o.output.dump_config) {
        fmt::print("{}", options.toml("compare scan"));
        return fine;
    }
    const auto folder = o.output.folder();
    const InterruptFlag interrupt;
    o.run.interrupt = interrupt.flag();
    std::optional<ScanComparison> comparison;
    {
        ProgressBar bar;
        o.run.show = [&](const Progress& progress) { bar(progress); };
        comparison = compare_scan(DickeLadder(o.atoms), o.run);
    }
    o.output.deliver(folder, comparison_table(*comparison, o.alpha), to_json(*comparison, o.alpha), "",
                     options.toml("compare scan"));
    if (comparison->result.stop_reason == StopReason::interrupted) return interrupted;
    return comparison->p_value >= o.alpha ? fine : failed;
}

void add_points(Options& options, ScanOptions& o) {
    options.add("points", "points of the curves (default 201)", o.run.points);
}

}  // namespace

Verb scan_verb() {
    const auto o = std::make_shared<ScanOptions>();
    const auto options = std::make_shared<Options>();
    add_protocol(*options, *o);
    add_ensemble(*options, *o);
    add_points(*options, *o);
    o->detectors.declare(*options, o->run);
    auto& target = options->add("target_error",
                                "stop when the error of an estimator's mean is this small; may be repeated",
                                o->target_errors);
    target.hint = "NAME[:leg[:detector]]:E";
    o->output.declare(*options);
    return {"scan", "Scan the pump through the transition: trajectories, single-run estimates, bounds",
            options, [o](Problems& problems) { check_ensemble(*o, problems); },
            [o, options] { return run_scan(*o, *options); }};
}

Verb exact_scan_verb() {
    const auto o = std::make_shared<ScanOptions>();
    const auto options = std::make_shared<Options>();
    add_protocol(*options, *o);
    add_points(*options, *o);
    options->add<ExactMethod>(
        "method", "populations (the master equation), or its hierarchy of moments, for any N (default auto)",
        o->exact_method,
        {{"populations", ExactMethod::populations},
         {"hierarchy", ExactMethod::hierarchy},
         {"auto", ExactMethod::automatic}});
    o->output.declare(*options);
    return {"exact scan", "The same scan from the master equation: means, variances, crossings, bounds",
            options,
            [o](Problems& problems) {
                check_atoms(o->atoms, problems);
                check(o->run, o->atoms, problems);
            },
            [o, options] { return run_exact_scan(*o, *options); }};
}

Verb compare_scan_verb() {
    const auto o = std::make_shared<ScanOptions>();
    const auto options = std::make_shared<Options>();
    add_protocol(*options, *o);
    add_ensemble(*options, *o);
    options->add("alpha", "smallest p-value that passes (default 1e-6)", o->alpha);
    o->output.declare(*options);
    return {"compare scan", "Test a scan's trajectories against the master equation; exit 1 if they disagree",
            options,
            [o](Problems& problems) {
                check_ensemble(*o, problems);
                problems.require(
                    o->alpha > 0.0 && o->alpha < 1.0,
                    "alpha = " + text(o->alpha) + " (a probability) pass --alpha between 0 and 1");
                const auto fewest = trajectories_for_comparison(o->run.scan);
                problems.require(
                    o->run.ensemble.trajectories >= fewest || o->run.ensemble.trajectories < 1,
                    fmt::format("trajectories = {} (the test of means at many points needs {} for its "
                                "p-value to hold) pass --trajectories M with at least that",
                                o->run.ensemble.trajectories, fewest));
            },
            [o, options] { return run_compare_scan(*o, *options); }};
}

}  // namespace dickejump::cli
