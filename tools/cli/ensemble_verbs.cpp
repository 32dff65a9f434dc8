#include <fmt/core.h>

#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/log.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "cli/scan_table.hpp"
#include "cli/verb.hpp"
#include "dickejump/scan/ensemble_run.hpp"

namespace dickejump::cli {

namespace {

using Json = nlohmann::ordered_json;

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

/// Turns what was said into the run.
void check_run(EnsembleOptions& o, Problems& problems) {
    check_atoms(o.run.atoms, problems);
    const auto attempt = [&](const auto& read) {
        try {
            read();
        } catch (const InvalidInput& error) {
            for (const auto& problem : error.problems())
                problems.add(problem);
        }
    };
    attempt([&] { o.run.initial = initial_state(o.initial); });
    problems.require(!o.times.empty(),
                     "--times (not given, and there is no sensible default) pass --times a:b:n");
    if (!o.times.empty()) attempt([&] { o.run.times = times_of(o.times); });
    problems.require(std::isnan(o.pump) || o.schedule.empty(),
                     "pump and schedule (both say what w is) pass one of them");
    if (!std::isnan(o.pump)) attempt([&] { o.run.pump = PumpSchedule::constant(o.pump); });
    if (!o.schedule.empty()) attempt([&] { o.run.pump = PumpSchedule::from_csv(o.schedule); });
    problems.require(
        o.run.model != Model::ladder || o.run.pump || !o.schedule.empty() || !std::isnan(o.pump),
        "--pump (not given, and the ladder cannot derive it) pass --pump w or --schedule FILE.csv");
}

Json curves_json(const EnsembleCurves& curves) {
    const auto numbers = [](const std::vector<double>& values) {
        Json list = Json::array();
        for (const double x : values)
            list.push_back(std::isfinite(x) ? Json(x) : Json(nullptr));
        return list;
    };
    Json observables = Json::object();
    for (const auto& observable : curves.observables) {
        Json curve = {{"mean", numbers(observable.mean)}};
        if (!observable.error.empty()) curve["error"] = numbers(observable.error);
        observables[observable.name] = std::move(curve);
    }
    return {{"times", curves.times}, {"observables", std::move(observables)}};
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

int run_ensemble(EnsembleOptions& o, const std::string& config) {
    const auto folder = o.output.folder();
    const InterruptFlag interrupt;
    o.run.interrupt = interrupt.flag();
    std::optional<EnsembleResult> result;
    {
        ProgressBar bar;
        o.run.show = [&](const Progress& progress) { bar(progress); };
        result = simulate_ensemble(o.run);
    }
    auto json = curves_json(result->curves);
    json["model"] = {{"name", name(o.run.model)}, {"atoms", o.run.atoms}};
    json["ensemble"] = {{"trajectories", result->trajectories}, {"jumps", result->jumps},
                        {"seed", o.run.ensemble.seed},          {"stop_reason", name(result->stop_reason)},
                        {"threads", o.run.ensemble.threads},    {"seconds", result->seconds}};
    o.output.deliver(folder, table_of(result->curves), json.dump(), "", config);
    if (result->stop_reason != StopReason::interrupted) return fine;
    log_warning(fmt::format("interrupted: {} of {} runs are in the result", result->trajectories,
                            o.run.ensemble.trajectories));
    return interrupted;
}

int run_compare(EnsembleOptions& o, const std::string& config) {
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
    Json z = Json::object();
    for (const auto& point : comparison->points) {
        worst = std::max(worst, std::abs(point.z));
        z[point.observable]["times"].push_back(point.time);
        z[point.observable]["z"].push_back(std::isfinite(point.z) ? Json(point.z) : Json(nullptr));
    }
    const auto table = fmt::format(
        "Monte Carlo against the master equation at {} points, {} runs\n  p = {:.3g}; largest |z| of a "
        "point {:.2f}\n  {} at alpha = {:g}\n",
        comparison->points.size(), comparison->result.trajectories, comparison->p_value, worst,
        agrees ? "they agree" : "THEY DISAGREE", o.alpha);
    o.output.deliver(folder, table,
                     Json{{"p_value", comparison->p_value},
                          {"z", std::move(z)},
                          {"agrees", agrees},
                          {"alpha", o.alpha},
                          {"trajectories", comparison->result.trajectories}}
                         .dump(),
                     "", config);
    if (comparison->result.stop_reason == StopReason::interrupted) return interrupted;
    return agrees ? fine : failed;
}

Verb verb(const char* name, const char* summary, bool simulates, bool compares,
          std::function<int(EnsembleOptions&, const std::string&)> run) {
    const auto o = std::make_shared<EnsembleOptions>();
    const auto options = std::make_shared<Options>();
    add_model(*options, *o);
    if (simulates) add_ensemble(*options, *o);
    if (compares) options->add("alpha", "smallest p-value that passes (default 1e-6)", o->alpha);
    o->output.declare(*options);
    return {name, summary, options, [o](Problems& problems) { check_run(*o, problems); },
            [o, options, run, name = std::string(name)] {
                if (!o->output.dump_config) return run(*o, options->toml(name));
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
    return verb("exact ensemble", "The same means from the master equation", false, false,
                [](EnsembleOptions& o, const std::string& config) {
                    const auto folder = o.output.folder();
                    const auto curves = solve_ensemble(o.run);
                    o.output.deliver(folder, table_of(curves), curves_json(curves).dump(), "", config);
                    return static_cast<int>(fine);
                });
}

Verb compare_ensemble_verb() {
    return verb("compare ensemble", "Test an ensemble against the master equation; exit 1 if they disagree",
                true, true, run_compare);
}

}  // namespace dickejump::cli
