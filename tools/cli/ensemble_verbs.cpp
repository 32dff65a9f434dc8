#include <fmt/core.h>

#include <cmath>
#include <filesystem>
#include <memory>

#include "cli/log.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "cli/scan_table.hpp"
#include "cli/verb.hpp"
#include "dickejump/io/ensemble_report.hpp"
#include "dickejump/io/result_folder.hpp"

namespace dickejump::cli {

namespace {

struct EnsembleOptions {
    EnsembleRun run;
    double pump = std::nan("");
    std::string schedule, initial = "ground", times;
    double alpha = 1e-6;
    Output output;
};

void add_model(Options& options, EnsembleOptions& o) {
    options.add<Model>(
        "model", "Eq. (1), App. B at finite detuning, or the three-level atoms of Eq. (2) (default ladder)",
        o.run.model,
        {{"ladder", Model::ladder}, {"effective", Model::effective}, {"three-level", Model::three_level}});
    options.add("atoms", "number of atoms N", o.run.atoms).required = true;
    options.add("initial", "state at t = 0 (default ground)", o.initial).hint =
        "ground|steady|dicke:n|coherent:theta,phi|ghz|file:PATH";
    options.add("pump", "constant pumping rate w [gamma]", o.pump);
    options.add("schedule", "w(t) from a file with the columns time,pump", o.schedule).hint = "FILE.csv";
    options.add("times", "observe at n times from a to b [1/gamma]", o.times).hint = "a:b:n";
    options.add("detuning", "delta of the pumping transition [gamma], effective and three-level",
                o.run.detuning);
    options.add("drive", "Omega of the pumping transition [gamma], effective and three-level", o.run.drive);
    options.add("gamma_r", "decay of the upper level [gamma], effective and three-level", o.run.gamma_r);
}

void add_ensemble(Options& options, EnsembleOptions& o) {
    options.add("trajectories", "number of runs M (default 10000)", o.run.ensemble.trajectories);
    options.add("seed", "seed of all random streams (default 1)", o.run.ensemble.seed);
    options.add("time_limit", "stop after so many seconds", o.run.time_limit).hint = "SECONDS";
    options.add("threads", "threads, 0 for all (default); does not change results", o.run.ensemble.threads)
        .shapes_result = false;
}

/// Turns what was said into the run. What could not be read is replaced by something harmless, so that the
/// rest can be judged all the same.
void check_run(EnsembleOptions& o, bool compares, Problems& problems) {
    const auto attempt = [&](const auto& read) {
        try {
            read();
            return true;
        } catch (const InvalidInput& error) {
            for (const auto& problem : error.problems())
                problems.add(problem);
            return false;
        }
    };
    attempt([&] { o.run.initial = initial_state(o.initial); });
    problems.require(!o.times.empty(),
                     "--times (not given, and there is no sensible default) pass --times a:b:n");
    o.run.times = {0.0};
    if (!o.times.empty()) attempt([&] { o.run.times = times_of(o.times); });
    const bool both = !std::isnan(o.pump) && !o.schedule.empty();
    const bool neither = std::isnan(o.pump) && o.schedule.empty();
    problems.require(!both, "pump and schedule (both say what w is) pass one of them");
    bool readable = !both;
    if (!std::isnan(o.pump)) readable &= attempt([&] { o.run.pump = PumpSchedule::constant(o.pump); });
    if (!o.schedule.empty()) readable &= attempt([&] { o.run.pump = PumpSchedule::from_csv(o.schedule); });
    if (neither && o.run.model == Model::ladder) {
        problems.add(
            "--pump (not given, and the ladder cannot derive it) pass --pump w or --schedule FILE.csv");
        readable = false;
    }
    if (neither && o.run.model != Model::ladder)
        problems.require(o.run.drive != 0.0,
                         "drive = 0 (nothing says how strong the pump is) pass --drive Omega, --pump w or "
                         "--schedule FILE.csv");
    if (!readable) o.run.pump = PumpSchedule::constant(1.0);
    attempt([&] { check(o.run); });
    if (compares)
        problems.require(o.alpha > 0.0 && o.alpha < 1.0,
                         "alpha = " + text(o.alpha) + " (a probability) pass --alpha between 0 and 1");
}

/// Files by their whole paths, so that config.toml can be run from anywhere.
void resolve(EnsembleOptions& o) {
    if (!o.schedule.empty()) o.schedule = std::filesystem::absolute(o.schedule).lexically_normal().string();
    if (o.run.initial.kind == InitialState::Kind::file)
        o.initial = "file:" + std::filesystem::absolute(o.run.initial.file).lexically_normal().string();
}

std::string table_of(const EnsembleCurves& curves) {
    std::string table = fmt::format("{:>12}", "time [1/γ]");
    for (const auto& observable : curves.observables)
        table += fmt::format("   {:>26}", observable.name);
    table += '\n';
    for (std::size_t i = 0; i < curves.times.size(); ++i) {
        table += fmt::format("{:>12.6g}", curves.times[i]);
        for (const auto& observable : curves.observables)
            table +=
                fmt::format("   {:>26}", observable.error.empty()
                                             ? fmt::format("{:.10g}", observable.mean[i])
                                             : rounded(Estimate{observable.mean[i], observable.error[i]}));
        table += '\n';
    }
    return table;
}

int run_ensemble(EnsembleOptions& o, const Options& options) {
    const auto provenance = Provenance::now();
    const auto folder = o.output.folder();
    const InterruptFlag interrupt;
    o.run.interrupt = interrupt.flag();
    std::optional<EnsembleResult> result;
    {
        ProgressBar bar;
        o.run.show = [&](const Progress& progress) { bar(progress); };
        result = simulate_ensemble(o.run);
    }
    o.output.deliver(folder, table_of(result->curves), to_json(EnsembleReport{o.run, *result, provenance}),
                     to_csv(result->curves), options.toml("ensemble"));
    if (result->stop_reason != StopReason::interrupted) return fine;
    log_warning(fmt::format("interrupted: {} of {} runs are in the result", result->trajectories,
                            o.run.ensemble.trajectories));
    return interrupted;
}

int run_exact(EnsembleOptions& o, const Options& options) {
    const auto folder = o.output.folder();
    const auto curves = solve_ensemble(o.run);
    o.output.deliver(folder, table_of(curves), to_json(o.run, curves), to_csv(curves),
                     options.toml("exact ensemble"));
    return fine;
}

int run_compare(EnsembleOptions& o, const Options& options) {
    const auto folder = o.output.folder();
    const InterruptFlag interrupt;
    o.run.interrupt = interrupt.flag();
    std::optional<EnsembleComparison> comparison;
    {
        ProgressBar bar;
        o.run.show = [&](const Progress& progress) { bar(progress); };
        comparison = compare_ensemble(o.run);
    }
    const bool agrees = comparison->p_value >= o.alpha;
    double worst = 0.0;
    for (const auto& point : comparison->points)
        worst = std::max(worst, std::abs(point.z));
    const auto table = fmt::format(
        "Monte Carlo against the master equation at {} points, {} runs\n  p = {:.3g}; largest |z| of a "
        "point {:.2f}\n  {} at alpha = {:g}\n",
        comparison->points.size(), comparison->result.trajectories, comparison->p_value, worst,
        agrees ? "they agree" : "THEY DISAGREE", o.alpha);
    o.output.deliver(folder, table, to_json(*comparison, o.alpha), "", options.toml("compare ensemble"));
    if (comparison->result.stop_reason == StopReason::interrupted) return interrupted;
    return agrees ? fine : failed;
}

Verb verb(const char* name, const char* summary, bool simulates, bool compares,
          int (*run)(EnsembleOptions&, const Options&)) {
    const auto o = std::make_shared<EnsembleOptions>();
    const auto options = std::make_shared<Options>();
    add_model(*options, *o);
    if (simulates) add_ensemble(*options, *o);
    if (compares) options->add("alpha", "smallest p-value that passes (default 1e-6)", o->alpha);
    o->output.declare(*options);
    return {name, summary, options, [o, compares](Problems& problems) { check_run(*o, compares, problems); },
            [o, options, run, name = std::string(name)] {
                resolve(*o);
                if (!o->output.dump_config) return run(*o, *options);
                fmt::print("{}", options->toml(name));
                return static_cast<int>(fine);
            }};
}

}  // namespace

Verb ensemble_verb() {
    return verb("ensemble",
                "Trajectories of a model from any initial state: <J_z>, <J_z^2>, <J_x>, <J_y> against time",
                true, false, run_ensemble);
}

Verb exact_ensemble_verb() {
    return verb("exact ensemble", "The same means from the master equation", false, false, run_exact);
}

Verb compare_ensemble_verb() {
    return verb("compare ensemble", "Test an ensemble against the master equation; exit 1 if they disagree",
                true, true, run_compare);
}

}  // namespace dickejump::cli
