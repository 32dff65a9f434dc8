#include <fmt/core.h>

#include <cmath>

#include "cli/log.hpp"
#include "cli/progress.hpp"
#include "cli/table.hpp"
#include "cli/verb.hpp"
#include "dickejump/io/schedule_report.hpp"

namespace dickejump::cli {

namespace {

std::string table_of(const ScheduleResult& result) {
    const auto& config = result.config;
    auto text = fmt::format(
        "Schedule: N = {} atoms for {}/γ, critical pump known to {} transition widths beforehand\n"
        "{} steps of ascent in {:.2f} s ({})\n\n",
        config.atoms, config.duration, config.prior_width, result.steps, result.seconds,
        result.converged ? "converged" : std::string(name(result.stop_reason)) + ", not converged");
    const double unit = static_cast<double>(config.atoms) * std::sqrt(config.duration);
    Table table;
    table.row({"every jump seen", "expected information on ln w", "at the middle", "N δw sqrt(γT)/γ",
               "δw/γ with the prior"});
    const auto row = [&](const std::string& what, const ToldSchedule& told) {
        const auto prior = told.with_prior(config);
        table.row({what, fmt::format("{:.6g}", told.information), fmt::format("{:.6g}", told.at_center),
                   fmt::format("{:.5g}", unit * told.delta_w()),
                   prior ? fmt::format("{:.5g}", *prior) : "-"});
    };
    row("best schedule", result.best);
    row(fmt::format("linear scan, S = {:.3g}", result.scan_half_width), result.scan);
    row("parked at w = γ", result.parked);
    table.row({"no protocol has more", fmt::format("{:.6g}", result.limit), "",
               fmt::format("{:.5g}", unit / std::sqrt(result.limit)), ""});
    text += table.str() + "\n  t [1/γ]   w [γ]\n";
    // A look at its course; the file has all of it.
    const std::size_t rows = std::min<std::size_t>(9, result.times.size());
    for (std::size_t i = 0; i < rows; ++i) {
        const auto k = i * (result.times.size() - 1) / (rows - 1);
        text += fmt::format("  {:<9.4g} {:.4g}\n", result.times[k], result.best.pumps[k]);
    }
    return text;
}

int run_schedule(const Told<ScheduleConfig>& told, const std::string& toml) {
    const auto folder = told.output.folder();
    const Session session(told.control.threads);
    const auto result = simulate(told.config, session.control());
    told.output.deliver(
        folder, {.table = table_of(result), .json = to_json(result), .csv = to_csv(result), .config = toml});
    if (result.stop_reason != StopReason::interrupted) return fine;
    log_warning("interrupted: the schedule is the better of those that the search began with");
    return interrupted;
}

}  // namespace

Verb optimize_schedule_verb() {
    return make_verb<ScheduleConfig>(
        "optimize-schedule", "The pump w(t) whose jumps tell most of a critical pump that is partly known",
        Work::simulates, [](const ScheduleConfig& config, Problems& problems) { check(config, problems); },
        [](const ScheduleConfig& config) { return describe(config); }, run_schedule);
}

}  // namespace dickejump::cli
