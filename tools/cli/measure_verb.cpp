#include <fmt/core.h>

#include "cli/log.hpp"
#include "cli/progress.hpp"
#include "cli/proportion.hpp"
#include "cli/scan_table.hpp"
#include "cli/verb.hpp"
#include "dickejump/io/measure_report.hpp"

namespace dickejump::cli {

namespace {

std::string table_of(const MeasureResult& result) {
    const auto& config = result.config;
    auto table = fmt::format(
        "Measurement: N = {} atoms for {}/γ, {}\n{} runs in {:.2f} s ({}), seed {}\n\n", config.atoms,
        config.duration,
        config.park ? fmt::format("pump at w = {} γ", *config.park) : "pump of " + config.schedule,
        result.trajectories, result.seconds, name(result.stop_reason), config.seed);
    table += fmt::format("  {:<20}{:<24}{:>22}{:>22}{:>10}{:>24}\n", "estimate of theta", "record",
                         "mean [γ]", "std [γ]", "missing", "δw/γ");
    for (const auto& m : result.detectors) {
        const auto missing = m.no_maximum.no_clicks + m.no_maximum.boundary + m.no_maximum.flat;
        const auto line = [&](const char* what, const ScoredMoments& runs, std::int64_t without) {
            table += fmt::format("  {:<20}{:<24}{:>22}{:>22}{:>10}{:>24}\n", what, m.detector,
                                 rounded(runs.mean()), rounded(runs.deviation()), without,
                                 rounded(runs.sensitivity()));
        };
        line("maximum_likelihood", m.maximum_likelihood, missing);
        line("bayes", m.bayes, result.trajectories - m.posteriors);
    }
    const auto plain = [](const std::optional<double>& x) { return x ? fmt::format("{:.6g}", *x) : "-"; };
    table += fmt::format(
        "\n  lower bounds on δw/γ: every jump seen {}, J_z once at the best time {}\n"
        "  every jump seen and γ unknown, of the pump where w = γ: {}\n",
        plain(result.full_record), plain(result.snapshot), plain(result.full_record_gamma_unknown));
    UnknownTable unknown;
    for (const auto& m : result.detectors)
        if (m.matrix && m.matrix->count() > 0)
            unknown.add(m.detector, FisherMatrix::of({&*m.matrix}, config.unknown));
    const auto said = unknown.str();
    return said.empty() ? table : table + "\n" + said;
}

int run_measure(const Told<MeasureConfig>& told, const std::string& toml) {
    const auto folder = told.output.folder();
    const auto& config = told.config;
    const double levels = static_cast<double>(config.atoms) + 1.0;
    warn_of_jumps("this measurement", 0.25 * levels * levels *
                                          (1.0 + config.pump().extremes(config.duration).highest) *
                                          config.duration * static_cast<double>(config.trajectories));
    const Session session(told.control.threads);
    if (told.config.park) warn_of_pump(*told.config.park, told.config.atoms);
    const auto result = simulate(prepare(told.config, session.control()), session.control());
    told.output.deliver(folder, {.table = table_of(result), .json = to_json(result), .config = toml});
    if (result.stop_reason != StopReason::interrupted) return fine;
    log_warning("interrupted: the runs that were done are in the result");
    return interrupted;
}

}  // namespace

Verb measure_verb() {
    return make_verb<MeasureConfig>(
        "measure", "How well records under a pump at rest, or of any schedule, tell the pump",
        Work::simulates, [](const MeasureConfig& config, Problems& problems) { check(config, problems); },
        [](const MeasureConfig& config) { return describe(resolved(config)); }, run_measure);
}

}  // namespace dickejump::cli
