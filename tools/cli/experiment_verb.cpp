#include <cmath>

#include "cli/log.hpp"
#include "cli/progress.hpp"
#include "cli/scan_table.hpp"
#include "cli/verb.hpp"
#include "dickejump/io/experiment_report.hpp"
#include "dickejump/study/experiment/optimum.hpp"

namespace dickejump::cli {

namespace {

std::string table_of(const ExperimentResult& result) {
    const auto& config = result.config;
    auto table = fmt::format(
        "Experiment: N = {} atoms, r = {} γ, S = {}, T = {} /γ, {} legs, single atoms emit at {} γ\n"
        "{} runs, {:.3g} jumps in {:.2f} s ({}), seed {}\n\n{:>4} {:<5}{:>9}{:>18}{:>18}{:>9}{:>9}{:>18}\n",
        config.atoms, config.rate, config.half_width, config.duration, result.legs.size(), config.emission,
        result.trajectories, static_cast<double>(result.jumps), result.seconds, name(result.stop_reason),
        config.seed, "leg", "", "start", "mean area [s]", "std", "offset", "slope", "<J²> at its end");
    for (std::size_t k = 0; k < result.legs.size(); ++k) {
        const auto& leg = result.legs[k];
        for (const auto& one : leg.estimators)
            if (one.estimator == Estimator::area)
                table += fmt::format("{:>4} {:<5}{:>9.4g}{:>18}{:>18}{:>9.4f}{:>9.4f}{:>18}\n", k,
                                     name(leg.direction), leg.start, rounded(one.runs.mean()),
                                     rounded(one.runs.deviation()), one.calibration->offset,
                                     one.calibration->slope, rounded(leg.j2_end.mean()));
    }
    table += "\nAll legs together, δw/γ\n";
    for (const auto& one : result.combined)
        table += fmt::format("  {:<34}{:>20}\n", name(one.estimator), rounded(one.delta_w));
    for (const auto& record : result.records) {
        table +=
            fmt::format("  {:<34}{:>20}\n", "bayes, " + record.detector, rounded(record.bayes.sensitivity()));
        table += fmt::format("  {:<34}{:>20}\n", "maximum_likelihood, " + record.detector,
                             rounded(record.maximum.sensitivity()));
        table += fmt::format("  {:<34}{:>20}\n", "bound: what " + record.detector + " sees",
                             rounded(record.bound));
        if (record.bayes_holds)
            table += fmt::format("  {:<34}{:>20}\n", "  its posterior's 68 % hold, in %",
                                 rounded(Estimate{100.0 * record.bayes_holds->at68.value,
                                                  100.0 * record.bayes_holds->at68.error}));
    }
    const auto bound = [](const std::optional<double>& x) { return x ? fmt::format("{:.6g}", *x) : "-"; };
    table += fmt::format("  {:<34}{:>20}\n  {:<34}{:>20}\n  {:<34}{:>20}\n", "bound: every jump seen",
                         bound(result.full_record), "bound: parked at w = γ for T",
                         bound(result.parked_full_record), "Eq. (9), not a bound", bound(result.paper));
    if (const auto& best = result.optimum)
        table +=
            fmt::format("\nBest for this time: r = {} γ, S = {}, {} legs, δw/γ = {}\n", rounded(best->rate),
                        rounded(best->half_width), best->legs, rounded(best->delta_w));
    return table;
}

int run_experiment(const Told<ExperimentConfig>& told, const std::string& toml) {
    const auto folder = told.output.folder();
    const Session session(told.control.threads);
    auto config = told.config;
    std::optional<Optimum> optimum;
    if (!config.optimize.empty()) {
        optimum = optimise(config, session.control());
        config.rate = optimum->rate.value;
        config.half_width = optimum->half_width.value;
        config.optimize.clear();
    }
    auto result = simulate(prepare(config, session.control()), session.control());
    result.optimum = optimum;
    told.output.deliver(
        folder, {.table = table_of(result), .json = to_json(result), .csv = to_csv(result), .config = toml});
    if (result.stop_reason != StopReason::interrupted) return fine;
    log_warning(fmt::format("interrupted: {} of {} runs are in the result", result.trajectories,
                            told.config.trajectories));
    return interrupted;
}

}  // namespace

Verb experiment_verb() {
    return make_verb<ExperimentConfig>(
        "experiment",
        "Scans up and down in turns for a time T, by atoms that also emit on their own: what all legs "
        "together tell of the pump",
        Work::simulates, [](const ExperimentConfig& config, Problems& problems) { check(config, problems); },
        [](const ExperimentConfig& config) { return describe(config); }, run_experiment);
}

}  // namespace dickejump::cli
