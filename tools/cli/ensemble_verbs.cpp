#include <cmath>

#include "cli/log.hpp"
#include "cli/progress.hpp"
#include "cli/proportion.hpp"
#include "cli/scan_table.hpp"
#include "cli/verb.hpp"
#include "dickejump/io/ensemble_report.hpp"
#include "dickejump/study/ensemble/prepared_ensemble.hpp"

namespace dickejump::cli {

namespace {

/// What `compare ensemble` is told.
struct EnsembleComparisonConfig {
    EnsembleConfig ensemble;
    double alpha = 1e-6;
};

Keys<EnsembleComparisonConfig> comparison_keys() {
    Keys<EnsembleComparisonConfig> all;
    all.part(&EnsembleComparisonConfig::ensemble, keys<EnsembleConfig>());
    all.number("alpha", &EnsembleComparisonConfig::alpha, "smallest p-value that passes (default 1e-6)",
               Range::between(0.0, 1.0, "a probability"));
    return all;
}

std::string table_of(const EnsembleCurves& curves) {
    std::string table = fmt::format("{:>12}", "time [1/γ]");
    for (const auto& observable : curves.observables)
        table += fmt::format("   {:>26}", observable.name);
    table += '\n';
    for (std::size_t i = 0; i < curves.times.size(); ++i) {
        table += fmt::format("{:>12.6g}", curves.times[i]);
        for (const auto& observable : curves.observables)
            if (observable.mean.empty())
                table += fmt::format("   {:>26}", "-");
            else
                table += fmt::format("   {:>26}",
                                     observable.error.empty()
                                         ? fmt::format("{:.10g}", observable.mean[i])
                                         : rounded(Estimate{observable.mean[i], observable.error[i]}));
        table += '\n';
    }
    return table;
}

/// What takes hours should be known before it begins.
void warn_if_long(const EnsembleConfig& config) {
    if (config.model == Model::three_level) return;
    const double half = 0.5 * static_cast<double>(config.atoms) + 1.0, duration = config.times.back();
    // At J_z = 0, where atoms emit most, and pump as much.
    const double jumps = half * half * (1.0 + config.pump_of_time().extremes(duration).highest) * duration *
                         static_cast<double>(config.trajectories);
    warn_of_jumps("this ensemble", jumps);
}

int run_ensemble(const Told<EnsembleConfig>& told, const std::string& toml) {
    const auto folder = told.output.folder();
    const Session session(told.control.threads);
    warn_if_long(told.config);
    if (told.config.pump) warn_of_pump(*told.config.pump, told.config.atoms);
    const auto result = simulate(prepare(told.config, session.control()), session.control());
    const auto& observed = result.observed;
    told.output.deliver(folder, {.table = table_of(observed.curves),
                                 .json = to_json(result),
                                 .csv = to_csv(observed.curves),
                                 .config = toml});
    if (observed.stop_reason != StopReason::interrupted) return fine;
    log_warning(fmt::format("interrupted: {} of {} runs are in the result", observed.trajectories,
                            told.config.trajectories));
    return interrupted;
}

int run_exact(const Told<EnsembleConfig>& told, const std::string& toml) {
    const auto folder = told.output.folder();
    const Session session(0);
    if (told.config.pump) warn_of_pump(*told.config.pump, told.config.atoms);
    const auto exact = solve(told.config, session.control());
    told.output.deliver(folder, {.table = table_of(exact.curves),
                                 .json = to_json(exact),
                                 .csv = to_csv(exact.curves),
                                 .config = toml});
    return fine;
}

int run_compare(const Told<EnsembleComparisonConfig>& told, const std::string& toml) {
    const auto folder = told.output.folder();
    const Session session(told.control.threads);
    const auto comparison = compare(told.config.ensemble, told.config.alpha, session.control());
    double worst = 0.0;
    for (const auto& point : comparison.points)
        worst = std::max(worst, std::abs(point.z));
    const auto& observed = comparison.result.observed;
    told.output.deliver(
        folder,
        {.table = fmt::format("Monte Carlo against the master equation at {} points, {} runs ({})\n",
                              comparison.points.size(), observed.trajectories, name(observed.stop_reason)) +
                  verdict_lines(comparison.p_value, comparison.alpha, worst, comparison.reason),
         .json = to_json(comparison),
         .config = toml});
    if (observed.stop_reason == StopReason::interrupted) return interrupted;
    return comparison.agrees().value_or(true) ? fine : failed;
}

}  // namespace

Verb ensemble_verb() {
    return make_verb<EnsembleConfig>(
        "ensemble",
        "Trajectories of a model from any initial state: <J_z>, <J_z^2>, <J_x>, <J_y> against time",
        Work::simulates, [](const EnsembleConfig& config, Problems& problems) { check(config, problems); },
        [](const EnsembleConfig& config) { return describe(resolved(config)); }, run_ensemble);
}

Verb exact_ensemble_verb() {
    static const auto all = keys<EnsembleConfig>().without({"trajectories", "seed", "time_limit"});
    return make_verb<EnsembleConfig>(
        "exact ensemble", "The same means from the master equation", Work::solves,
        [](const EnsembleConfig& config, Problems& problems) { check(config, problems); },
        [](const EnsembleConfig& config) { return describe(resolved(config), all); }, run_exact, all);
}

Verb compare_ensemble_verb() {
    static const auto all = comparison_keys();
    return make_verb<EnsembleComparisonConfig>(
        "compare ensemble", "Test an ensemble against the master equation; exit 1 if they disagree",
        Work::simulates,
        [](const EnsembleComparisonConfig& config, Problems& problems) {
            check_comparison(config.ensemble, config.alpha, problems);
        },
        [](const EnsembleComparisonConfig& config) {
            return describe(EnsembleComparisonConfig{resolved(config.ensemble), config.alpha}, all);
        },
        run_compare, all);
}

}  // namespace dickejump::cli
