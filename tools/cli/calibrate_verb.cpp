#include "cli/log.hpp"
#include "cli/progress.hpp"
#include "cli/scan_table.hpp"
#include "cli/verb.hpp"
#include "dickejump/io/calibrate_report.hpp"

namespace dickejump::cli {

namespace {

std::string table_of(const CalibrateResult& result) {
    const auto& scan = result.config.scan;
    auto table = fmt::format(
        "N = {} atoms, rate r = {:g} γ, s from −{:g} to {:g}; {} records, each of a critical pump drawn from "
        "−{:g} to {:g}\n  {:<10}{:<28}{:<14}{:>10}{:>20}{:>20}\n",
        scan.atoms, scan.rate, scan.half_width, scan.half_width, result.records, result.config.prior_width,
        result.config.prior_width, "leg", "detector", "likelihood", "p-value", "68 % hold it",
        "95 % hold it");
    for (const auto& calibration : result.detectors) {
        const auto coverage = calibration.coverage();
        const auto part = [&](const Estimate Coverage::*which) {
            return coverage ? rounded((*coverage).*which) : std::string("-");
        };
        table += fmt::format("  {:<10}{:<28}{:<14}{:>10}{:>20}{:>20}\n", name(calibration.direction),
                             calibration.detector, calibration.exact_likelihood ? "exact" : "approximate",
                             coverage ? fmt::format("{:.3g}", calibration.ranks.p_value()) : "-",
                             part(&Coverage::at68), part(&Coverage::at95));
    }
    return table;
}

int run_calibrate(const Told<CalibrateConfig>& told, const std::string& toml) {
    const auto folder = told.output.folder();
    const auto& scan = told.config.scan;
    const double levels = static_cast<double>(scan.atoms) + 1.0;
    if (scan.method != Method::sphere)
        warn_of_jumps("this calibration", 0.5 * levels * levels * 2.0 * scan.half_width / scan.rate *
                                              static_cast<double>(told.config.records));
    const Session session(told.control.threads);
    const auto result = simulate(prepare(told.config, session.control()), session.control());
    told.output.deliver(folder, {.table = table_of(result), .json = to_json(result), .config = toml});
    if (result.stop_reason != StopReason::interrupted) return fine;
    log_warning(
        fmt::format("interrupted: {} of {} records are in the result", result.records, told.config.records));
    return interrupted;
}

}  // namespace

Verb calibrate_verb() {
    return make_verb<CalibrateConfig>(
        "calibrate", "Ranks of the true pump in the posteriors of many records: is the likelihood right?",
        Work::simulates, [](const CalibrateConfig& config, Problems& problems) { check(config, problems); },
        [](const CalibrateConfig& config) { return describe(resolved(config)); }, run_calibrate);
}

}  // namespace dickejump::cli
