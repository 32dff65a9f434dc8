#include <cmath>

#include "cli/log.hpp"
#include "cli/progress.hpp"
#include "cli/proportion.hpp"
#include "cli/scan_table.hpp"
#include "cli/verb.hpp"
#include "dickejump/io/steady_report.hpp"

namespace dickejump::cli {

namespace {

std::string table_of(const SteadyResult& result) {
    auto table = fmt::format(
        "N = {} atoms in the steady state at w = {} γ; bound on δw/γ of one shot {}\n  {:<19}{:>9}{:>10}"
        "{:>24}{:>24}{:>24}{:>11}\n",
        result.config.atoms, result.config.pump,
        std::isfinite(result.bound) ? fmt::format("{:.6g}", result.bound) : "-", "estimator", "shots",
        "pools", "mean of w/γ", "std", "std/bound (exact)", "unbounded");
    for (const auto& pooled : result.estimates) {
        const auto& moments = pooled.estimates;
        auto relative = moments.deviation();
        const bool bounded = pooled.bound > 0.0 && std::isfinite(pooled.bound);
        if (!bounded) relative.reset();
        if (relative) relative = Estimate{relative->value / pooled.bound, relative->error / pooled.bound};
        table += fmt::format(
            "  {:<19}{:>9}{:>10}{:>24}{:>24}{:>24}{:>11}\n", name(pooled.estimator), pooled.pool,
            moments.count() + pooled.unbounded, rounded(moments.mean()), rounded(moments.deviation()),
            rounded(relative) + (pooled.exact && bounded
                                     ? fmt::format(" ({:.5g})", pooled.exact->deviation / pooled.bound)
                                     : ""),
            pooled.unbounded);
    }
    return table;
}

int run_steady(const Told<SteadyConfig>& told, const std::string& toml) {
    const auto folder = told.output.folder();
    const Session session(told.control.threads);
    warn_of_pump(told.config.pump, told.config.atoms);
    const auto result = simulate(prepare(told.config, session.control().stop()), session.control());
    told.output.deliver(folder, {.table = table_of(result), .json = to_json(result), .config = toml});
    if (result.stop_reason != StopReason::interrupted) return fine;
    log_warning("interrupted: the sizes of pools that were done, and a part of the next, are in the result");
    return interrupted;
}

}  // namespace

Verb steady_verb() {
    return make_verb<SteadyConfig>(
        "steady", "Shots of J_z in the steady state, and how well they tell the pump (App. D)",
        Work::simulates, [](const SteadyConfig& config, Problems& problems) { check(config, problems); },
        [](const SteadyConfig& config) { return describe(resolved(config)); }, run_steady);
}

}  // namespace dickejump::cli
