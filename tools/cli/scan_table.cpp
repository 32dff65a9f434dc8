#include "cli/scan_table.hpp"
#include "dickejump/exact/steady_state.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "cli/table.hpp"

namespace dickejump::cli {

namespace {

std::string plain(const std::optional<double>& x, int digits = 4) {
    return x && std::isfinite(*x) ? fmt::format("{:.{}g}", *x, digits) : "-";
}

std::string fixed(const std::optional<double>& x, int places) {
    return x && std::isfinite(*x) ? fmt::format("{:.{}f}", *x, places) : "-";
}

std::string ratio(const std::optional<Estimate>& delta_w, const std::optional<double>& bound) {
    return delta_w && bound ? fmt::format("{:.2f}", delta_w->value / *bound) : "-";
}

std::string title(std::int64_t atoms, const ModelConfig& model, const ScanProtocol& scan) {
    const auto legs = scan.legs == Legs::both ? "up and down" : name(scan.legs);
    auto text = fmt::format("N = {} atoms, rate r = {} γ, half-width S = {}, {}, from the {} state", atoms,
                            scan.rate, scan.half_width, legs, name(scan.initial));
    if (model.kind == Model::effective) {
        const auto transition = exact::steady_transition(model.ladder(atoms));
        text += fmt::format(
            "\nEffective model, δ = {} γ, γ_r = {} γ: transition at s = {:.4g}, {:.4g} times as wide as in "
            "Eq. (1)",
            model.detuning, model.gamma_r, transition.scaled_pump, transition.width);
    }
    if (model.kind == Model::local)
        text += fmt::format("\nSingle atoms emit at {} γ, are pumped at {} γ, dephase at {} γ",
                            model.emission, model.pumping, model.dephasing);
    return text;
}

std::string bounds_table(const ExactScan& exact) {
    const auto kind = exact.config.model.kind;
    // Of every bound also when the pump's schedule begins: `offset`.
    const std::string known = kind == Model::effective ? "γ, δ, γ_r, offset"
                              : kind == Model::local   ? "all rates, offset"
                                                       : "γ, offset";
    Table table;
    table.row({"lower bound on one run, δw/γ", "leg", "value", "at s", "takes as known"});
    for (const auto& leg : exact.legs) {
        const std::string direction(name(leg.direction));
        const bool ideal = kind != Model::effective;
        table.row(
            {ideal ? "J_z once in the steady state at w = γ" : "J_z once in the steady state, at the best w",
             direction, plain(leg.bounds.steady_state), ideal ? "0" : "", known});
        table.row({"J_z once, at the best moment of the scan", direction, plain(leg.bounds.snapshot),
                   fixed(leg.bounds.snapshot_scaled_pump, 2), known});
        table.row({"every jump seen", direction, plain(leg.bounds.full_record), "", known});
        if (const auto& bound = leg.bounds.full_record_gamma_unknown)
            table.row({"every jump seen, of the pump where w = γ", direction, plain(bound), "", "offset"});
        table.row({"(paper's rule for the mean loop, no bound)", direction, plain(leg.bounds.paper_heuristic),
                   "", ""});
    }
    if (exact.loop_full_record)
        table.row({"every jump of both legs seen", "both", plain(exact.loop_full_record), "", known});
    if (const auto& bound = exact.loop_full_record_gamma_unknown)
        table.row({"the same, of the pump where w = γ", "both", plain(bound), "", "offset"});
    return table.str();
}

std::string leg_of(const std::optional<Direction>& direction) {
    return direction ? std::string(name(*direction)) : "both";
}

/// The record that an estimator uses: every jump, or what a detector saw.
std::string record_of(const EstimatorResult& e) {
    return e.detector ? *e.detector : "every jump";
}

std::string estimators_table(const ScanResult& result) {
    Table table;
    table.row({"estimate of the critical s from one run", "record", "leg", "mean", "std", "RMSE", "missing",
               "δw/γ"});
    for (const auto& e : result.estimators)
        table.row({std::string(name(e.estimator)), record_of(e), leg_of(e.direction), rounded(e.mean()),
                   rounded(e.deviation()), rounded(e.rmse()), fmt::format("{}", e.missing),
                   rounded(e.delta_w)});
    return table.str();
}

std::string ratios_table(const ScanResult& result) {
    const auto& exact = result.exact;
    const bool detected = !result.detected_bounds.empty();
    Table table;
    std::vector<std::string> head{"δw over the bound on",  "record",         "leg", "J_z once, steady",
                                  "J_z once, best moment", "every jump seen"};
    if (detected) head.push_back("its own record");
    table.row(head);
    for (const auto& e : result.estimators) {
        const auto& delta_w = e.delta_w;
        std::optional<double> steady, snapshot, full = exact.loop_full_record;
        const auto own = result.bound_of_record(e);
        if (e.direction) {
            const auto& bounds = exact.leg(*e.direction).bounds;
            steady = bounds.steady_state, snapshot = bounds.snapshot, full = bounds.full_record;
        }
        std::vector<std::string> row{
            std::string(name(e.estimator)), record_of(e),        leg_of(e.direction), ratio(delta_w, steady),
            ratio(delta_w, snapshot),       ratio(delta_w, full)};
        if (detected) row.push_back(e.detector ? ratio(delta_w, own) : ratio(delta_w, full));
        table.row(row);
    }
    return table.str();
}

/// How often intervals hold the true value; empty if nothing gives intervals.
std::string coverage_table(const ScanResult& result) {
    Table table;
    table.row({"runs whose interval holds the true value", "record", "leg", "of 68 %", "of 95 %"});
    bool any = false;
    for (const auto& e : result.estimators) {
        if (!e.coverage) continue;
        any = true;
        const auto percent = [](const Estimate& x) {
            return rounded(Estimate{100.0 * x.value, 100.0 * x.error});
        };
        table.row({std::string(name(e.estimator)), record_of(e), leg_of(e.direction),
                   percent(e.coverage->at68), percent(e.coverage->at95)});
    }
    return any ? table.str() : std::string();
}

/// What the tables do not say of their estimates.
std::string notes(const ScanResult& result) {
    std::string text;
    std::map<std::pair<std::string, std::string>, bool> said_gated;  // by record and leg
    for (const auto& e : result.estimators) {
        const auto whose = fmt::format("{} of {} ({})", name(e.estimator), record_of(e), leg_of(e.direction));
        if (const auto& why = e.missing_reasons; why && e.missing > 0)
            text += fmt::format(
                "{}: {} records have no maximum inside: {} without clicks, {} at the boundary, {} flat\n",
                whose, e.missing, why->no_clicks, why->boundary, why->flat);
        if (e.gated && !std::exchange(said_gated[{record_of(e), leg_of(e.direction)}], true))
            text += fmt::format(
                "crossings, area and fit of {} ({}) are read while the gate is open, from s = {:.4g} to "
                "{:.4g}\n",
                record_of(e), leg_of(e.direction), e.gated->from, e.gated->to);
        if (e.calibration && e.calibration->bends())
            text += fmt::format(
                "{} bends: its slope is {:.3g}, but {:.3g} and {:.3g} for a critical pump one spread below "
                "and "
                "above\n",
                whose, e.calibration->slope, (*e.calibration->slope_at_spread)[0],
                (*e.calibration->slope_at_spread)[1]);
    }
    return text;
}

/// Names with commas; "nothing" of none.
std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& one : names)
        text += (text.empty() ? "" : ", ") + one;
    return text.empty() ? "nothing" : text;
}

std::string detectors_table(const ScanResult& result) {
    Table table;
    table.row({"lower bound from what a detector sees, δw/γ", "leg", "value", "likelihood", "smoothing [1/γ]",
               "takes as known"});
    for (const auto& bound : result.detected_bounds) {
        std::vector<std::string> known;
        for (const auto& detector : result.config.detectors)
            if (detector.name == bound.detector)
                for (const auto parameter : parameters_of(detector))
                    known.emplace_back(name(parameter));
        table.row({bound.detector, leg_of(bound.direction), rounded(bound.value),
                   bound.exact_likelihood ? "exact" : "approximate",
                   bound.direction ? plain(bound.smoothing_width, 3) : "", listed(known)});
    }
    return table.str();
}

/// The bounds with parameters unknown, beside each other; empty if none are.
std::string unknown_table(const ScanResult& result) {
    UnknownTable table;
    for (const auto& bound : result.detected_bounds)
        if (bound.matrix) table.add(bound.detector + ", " + leg_of(bound.direction), *bound.matrix);
    return table.str();
}

}  // namespace

void UnknownTable::add(const std::string& record, const FisherMatrix& matrix) {
    const auto line = [&](const std::string& unknown, const auto& bounds) {
        rows_.push_back({unknown, record, rounded(bounds.profiled), rounded(bounds.critical_pump)});
    };
    for (const auto& one : matrix.alone)
        line(std::string(name(one.unknown)), one);
    line(listed({matrix.parameters.begin() + 1, matrix.parameters.end()}), matrix);
    for (const auto& direction : matrix.singular)
        singular_ += fmt::format("no record of {} can tell: {}\n", record, direction);
}

std::string UnknownTable::str() const {
    if (rows_.empty()) return {};
    Table table;
    table.row(
        {"lower bound where this is unknown too", "record", "of theta, δw/γ", "of the pump where w = γ"});
    for (const auto& row : rows_)
        table.row(row);
    return table.str() + singular_;
}

std::string rounded(const std::optional<Estimate>& x) {
    if (!x || !std::isfinite(x->value)) return "-";
    if (std::isnan(x->error)) return fmt::format("{:.6g} ± -", x->value);
    if (!(x->error > 0.0)) return fmt::format("{:.6g} ± 0", x->value);
    // Small numbers share their power of ten.
    if (const int power = static_cast<int>(std::floor(std::log10(std::max(std::abs(x->value), x->error))));
        power < -3) {
        const double scale = std::pow(10.0, -power);
        return fmt::format("({})e{}", rounded(Estimate{x->value * scale, x->error * scale}), power);
    }
    // Two digits of the error; a second look, because 0.0996 rounds to 0.100.
    int places = 1 - static_cast<int>(std::floor(std::log10(x->error)));
    const double step = std::pow(10.0, -places);
    if (std::round(x->error / step) >= 100.0) --places;
    if (places >= 0)
        return fmt::format("{:.{}f} ± {:.{}f}", x->value, std::min(places, 15), x->error,
                           std::min(places, 15));
    const double unit = std::pow(10.0, -places);
    return fmt::format("{:.0f} ± {:.0f}", std::round(x->value / unit) * unit,
                       std::round(x->error / unit) * unit);
}

std::string scan_table(const ScanResult& result) {
    const auto& exact = result.exact;
    std::string text = fmt::format("Scan: {}\n{} runs, {:.3g} quantum jumps in {:.2f} s ({}), seed {}\n\n",
                                   title(result.config.atoms, result.config.model, result.config.protocol()),
                                   result.trajectories, result.jumps, result.seconds,
                                   name(result.stop_reason), result.config.seed);

    Table loop;
    loop.row({"where <J_z> = 0, scaled pump s", "Monte Carlo", "exact"});
    for (const auto& curve : result.curves)
        loop.row({fmt::format("on the way {}", name(curve.direction)), rounded(curve.crossing),
                  fixed(exact.leg(curve.direction).crossing, 4)});
    if (result.curves.size() == 2)
        loop.row({"width of the loop", rounded(result.width), fixed(exact.width, 4)});
    text += loop.str() + '\n';

    text += estimators_table(result) + '\n';
    if (const auto said = notes(result); !said.empty()) text += said + '\n';
    text += ratios_table(result) + '\n';
    if (const auto coverage = coverage_table(result); !coverage.empty()) text += coverage + '\n';
    text += bounds_table(exact);
    if (!result.detected_bounds.empty()) text += '\n' + detectors_table(result);
    if (const auto unknown = unknown_table(result); !unknown.empty()) text += '\n' + unknown;
    return text;
}

std::string exact_scan_table(const ExactScan& exact) {
    std::string text = fmt::format("Exact scan (master equation): {}\n\n",
                                   title(exact.config.atoms, exact.config.model, exact.config.protocol()));
    Table table;
    table.row({"", "leg", "value", "at s"});
    for (const auto& leg : exact.legs) {
        const std::string direction(name(leg.direction));
        const auto& solution = leg.solution;
        const double at = leg.scaled_pump(solution.max_variance.time);
        table.row({"<J_z> = 0 at s", direction, fixed(leg.crossing, 6), ""});
        table.row({"largest Var J_z", direction, plain(solution.max_variance.value, 7), fixed(at, 3)});
        table.row({"mean number of J+ jumps", direction, plain(solution.up_jumps, 8), ""});
    }
    if (exact.legs.size() == 2) table.row({"width of the loop", "both", fixed(exact.width, 6), ""});
    return text + table.str() + '\n' + bounds_table(exact);
}

std::string comparison_table(const ScanComparison& comparison) {
    double worst = 0.0;
    for (const auto& point : comparison.points)
        worst = std::max(worst, std::abs(point.z));
    return fmt::format("Monte Carlo against the master equation, <J_z> at {} points, {} runs ({})\n",
                       comparison.points.size(), comparison.result.trajectories,
                       name(comparison.result.stop_reason)) +
           verdict_lines(comparison.p_value, comparison.alpha, worst, comparison.reason);
}

std::string verdict_lines(const std::optional<double>& p_value, double alpha, double worst,
                          const std::string& reason) {
    if (!p_value) return fmt::format("  {}\n", reason);
    return fmt::format(
        "  p = {:.3g} (Hotelling's T², correlations included); largest |z| of a point {:.2f}\n"
        "  {} at alpha = {:g}\n",
        *p_value, worst, *p_value >= alpha ? "they agree" : "THEY DISAGREE", alpha);
}

}  // namespace dickejump::cli
