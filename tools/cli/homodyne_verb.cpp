#include <cmath>

#include "cli/log.hpp"
#include "cli/progress.hpp"
#include "cli/proportion.hpp"
#include "cli/scan_table.hpp"
#include "cli/verb.hpp"
#include "dickejump/io/homodyne_report.hpp"

namespace dickejump::cli {

namespace {

std::string table_of(const HomodyneResult& result) {
    const auto& config = result.config;
    const auto edges = config.edges();
    auto table =
        fmt::format("current of the cavity's light, {}, phase {:.6g}, efficiency {:.6g}, N = {} [√γ]\n",
                    name(config.detection), config.phase, config.efficiency, config.atoms);
    table += fmt::format("{:>22}", "interval [1/γ]");
    for (std::size_t q = 0; q < result.quadratures.size(); ++q)
        table += fmt::format("{:>24}{:>14}", q == 0 ? "x" : "y", "exact");
    table += '\n';
    for (std::size_t k = 0; k + 1 < edges.size(); ++k) {
        table += fmt::format("{:>22}", fmt::format("{:.6g} .. {:.6g}", edges[k], edges[k + 1]));
        for (const auto& quadrature : result.quadratures)
            table +=
                fmt::format("{:>24}{:>14.6g}", rounded(quadrature.current[k].mean()), quadrature.exact[k]);
        table += '\n';
    }
    const auto& first = result.quadratures.front();
    if (first.correlation.size() < 2) return table;
    table += fmt::format("{:>22}{:>24}{}\n", "delay [1/γ]", "correlation of x",
                         result.quadratures.size() > 1 ? fmt::format("{:>24}", "of y") : "");
    const double width = edges.back() / static_cast<double>(edges.size() - 1);
    for (std::size_t k = 0; k < first.correlation.size(); ++k) {
        table += fmt::format("{:>22.6g}", static_cast<double>(k) * width);
        for (const auto& quadrature : result.quadratures)
            table += fmt::format("{:>24}", rounded(quadrature.correlation[k].mean()));
        table += '\n';
    }
    return table;
}

/// A step costs some 30 ns a level, and there are fifty in the shortest mean life of a level.
void warn_if_long(const HomodyneConfig& config) {
    const double half = 0.5 * static_cast<double>(config.atoms) + 1.0, duration = config.times.back();
    const double most_rate = half * half * (1.0 + config.pump_of_time().extremes(duration).highest);
    const double step = config.longest_step > 0.0 ? config.longest_step : 0.02 / most_rate;
    const double seconds = 3e-8 * static_cast<double>(config.atoms + 10) * duration / step *
                           static_cast<double>(config.trajectories);
    constexpr double long_run = 120.0;
    if (seconds > long_run)
        log_warning(
            fmt::format("these runs take some {:.2g} hours of one processor: fewer --trajectories, a longer "
                        "--longest-step or --time-limit ends them earlier",
                        seconds / 3600.0));
}

int run_homodyne(const Told<HomodyneConfig>& told, const std::string& toml) {
    const auto folder = told.output.folder();
    const Session session(told.control.threads);
    if (told.config.pump) warn_of_pump(*told.config.pump, told.config.atoms);
    warn_if_long(told.config);
    const auto result = simulate(told.config, session.control());
    told.output.deliver(
        folder, {.table = table_of(result), .json = to_json(result), .csv = to_csv(result), .config = toml});
    if (result.stop_reason != StopReason::interrupted) return fine;
    log_warning(fmt::format("interrupted: {} of {} runs are in the result", result.trajectories,
                            told.config.trajectories));
    return interrupted;
}

}  // namespace

Verb homodyne_verb() {
    return make_verb<HomodyneConfig>(
        "homodyne", "The cavity's light beside a local oscillator: photocurrents and their correlations",
        Work::simulates, [](const HomodyneConfig& config, Problems& problems) { check(config, problems); },
        [](const HomodyneConfig& config) { return describe(resolved(config)); }, run_homodyne);
}

}  // namespace dickejump::cli
