#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "cli/clicks.hpp"
#include "cli/scan_table.hpp"
#include "cli/table.hpp"

namespace dickejump::cli {

namespace {

/// Less likely than this by chance, a fit is doubted; than this, it is none.
constexpr double doubtful = 0.01, hopeless = 0.002;

std::string verdict(const std::optional<double>& p) {
    if (!p) return "-";
    return fmt::format("{:.3g} {}", *p, *p < hopeless ? "does NOT fit" : *p < doubtful ? "doubtful" : "fits");
}

std::string interval_text(const std::optional<Interval>& interval) {
    return interval ? fmt::format("{:.4f} .. {:.4f}", interval->low, interval->high) : "-";
}

/// Of the critical pump, from that of theta where gamma is known.
std::optional<Interval> critical_interval(const PumpEstimate& estimate, bool of95) {
    if (estimate.joint) {
        const auto& profile = estimate.joint->critical_pump;
        return !profile ? std::nullopt : of95 ? profile->interval95 : profile->interval68;
    }
    const auto& interval = of95 ? estimate.interval95 : estimate.interval68;
    if (!interval) return {};
    return Interval{1.0 - interval->high, 1.0 - interval->low};
}

/// What the estimates take as known, and as unknown.
std::string known_text(const EstimateConfig& config) {
    if (config.unknown.empty()) return {};
    std::string unknown, known;
    const auto asked = config.unknown_parameters();
    for (const auto parameter : parameters_of(config.detector())) {
        auto& list = std::find(asked.begin(), asked.end(), parameter) == asked.end() ? known : unknown;
        list += (list.empty() ? "" : ", ") + std::string(name(parameter));
    }
    return fmt::format("unknown: theta, {}; taken as known: {}\n", unknown,
                       known.empty() ? "nothing" : known);
}

/// What was fitted beside theta, and what hides what.
std::string joint_text(const PumpEstimate& estimate, const std::vector<Unknown>& unknown) {
    if (!estimate.joint) return {};
    const auto& joint = *estimate.joint;
    Table table;
    table.row({"fitted together", "value", "beforehand", "68 %", "95 %"});
    for (Eigen::Index i = 0; i < joint.value.size(); ++i) {
        const auto k = static_cast<std::size_t>(i);
        const auto prior = i > 0 ? unknown[k - 1].prior : std::nullopt;
        const auto at_end = std::find(joint.at_end.begin(), joint.at_end.end(), joint.parameters[k]);
        table.row({joint.parameters[k],
                   at_end != joint.at_end.end() ? fmt::format("{:.6g}, an end of its range", joint.value(i))
                   : std::isnan(joint.error(i)) ? "not told"
                                                : rounded(Estimate{joint.value(i), joint.error(i)}),
                   prior ? rounded(prior) : "-",
                   interval_text(i == 0 && joint.theta ? joint.theta->interval68 : std::nullopt),
                   interval_text(i == 0 && joint.theta ? joint.theta->interval95 : std::nullopt)});
    }
    auto text = "\n" + table.str();
    for (const auto& direction : joint.singular)
        text += fmt::format("no record can tell: {}\n", direction);
    return text;
}

std::string clicks_text(const PumpEstimate& estimate, const Detector& detector) {
    std::string text;
    for (const auto c : channels)
        if (detector[c])
            text += (text.empty() ? "" : " + ") +
                    fmt::format("{} {}", estimate.clicks[static_cast<std::size_t>(c)], name(c));
    return text;
}

std::string reason_text(std::string_view reason) {
    if (reason == "no clicks") return "none: no clicks";
    if (reason == "flat") return "none: the clicks say nothing of the pump";
    if (reason == "singular") return "none: what is unknown hides it";
    if (reason == "not found") return "none: no maximum was found";
    if (reason == "impossible") return "none: no pump could make these clicks";
    return "none: the likelihood grows to the end of the range";
}

/// Files without their folders.
std::string base_names(const std::string& files) {
    std::string names;
    for (std::size_t begin = 0; begin <= files.size();) {
        const auto end = std::min(files.find(", ", begin), files.size());
        const auto one = files.substr(begin, end - begin);
        names += (names.empty() ? "" : ", ") + one.substr(one.rfind('/') + 1);
        begin = end + 2;
    }
    return names;
}

/// What was seen against what the setup expects, of each channel.
std::string seen_and_expected(const PumpEstimate& estimate, const Detector& detector) {
    std::string text;
    std::size_t next = 0;
    for (const auto c : channels)
        if (detector[c]) {
            const auto& process = estimate.residuals.processes[next++];
            text += (text.empty() ? "" : ", ") + fmt::format("{}: {:.0f} clicks seen, {:.1f} expected",
                                                             name(c), process.clicks, process.expected);
        }
    return text;
}

}  // namespace

std::string estimate_table(const EstimateResult& result, const ClickRecords& read, const ClickData& data) {
    const auto& config = result.config;
    const auto& detector = config.detector();
    auto text = fmt::format(
        "Clicks of detector {}: N = {} atoms, {}, runs of {:.6g}/γ\n{} record{}, likelihood {}, {:.2f} "
        "s\n{}\n",
        detector.name, config.atoms,
        config.is_scan() ? fmt::format("scan {} with r = {} from S = {}", config.direction, *config.rate,
                                       *config.half_width)
                         : "pump of " + config.schedule,
        config.run_duration(), result.records.size(), result.records.size() == 1 ? "" : "s",
        result.exact_likelihood ? "exact"
                                : "approximate (jitter, bins or a paralysable dead time are left out of it)",
        result.seconds, known_text(config));
    Table table;
    table.row({"record", "clicks", "critical pump w/γ", "68 %", "95 %", "fit p"});
    const auto line = [&](const std::string& what, const PumpEstimate& estimate) {
        table.row({what, clicks_text(estimate, detector),
                   estimate.theta && estimate.critical_pump() ? rounded(estimate.critical_pump())
                                                              : reason_text(estimate.reason),
                   interval_text(critical_interval(estimate, false)),
                   interval_text(critical_interval(estimate, true)), verdict(estimate.fit_p_value)});
    };
    constexpr std::size_t most = 40;
    const auto shown = std::min(most, result.records.size());
    for (std::size_t i = 0; i < shown; ++i) {
        const auto& [file, cycle, clicks] = read.records[i];
        line(data.cycle ? fmt::format("{}, cycle {}", base_names(file), cycle) : base_names(file),
             result.records[i]);
    }
    if (result.records.size() > 1) line("all together", result.combined);
    text += table.str();
    if (shown < result.records.size())
        text += fmt::format("  .. {} records more: --json, or --out DIR for all\n",
                            result.records.size() - shown);
    text += joint_text(result.combined, config.unknown);
    if (const auto critical = result.combined.critical_pump())
        text += fmt::format(
            "\nw = γ at a nominal pump of {} γ, which is {} 1/s; the true pump is {} γ above the nominal "
            "one\n",
            rounded(critical), rounded(Estimate{data.gamma * critical->value, data.gamma * critical->error}),
            rounded(result.combined.theta));
    // Of many records some have a small p by chance.
    const double each = hopeless / static_cast<double>(result.records.size());
    std::size_t bad = 0;
    std::string words;
    for (std::size_t i = 0; i < result.records.size(); ++i) {
        const auto& record = result.records[i];
        if (!record.fit_p_value ||
            *record.fit_p_value > std::max(each, 1.0 / static_cast<double>(result.simulated)))
            continue;
        constexpr std::size_t told = 5;
        if (++bad <= told)
            words += fmt::format("  record {}: {}\n", i + 1, seen_and_expected(record, detector));
    }
    const auto& all = result.combined.fit_p_value;
    if (bad > 0 || (all && *all < hopeless)) {
        text +=
            "\nThe setup does not fit the clicks: the waiting times between them, measured in expected "
            "clicks, are\n"
            "not what chance makes of any pump. The estimates above mean nothing until that is mended: "
            "check\n"
            "atoms, rates, efficiencies, backgrounds, dead times, channels, time unit and start.\n" +
            words;
        if (result.records.size() > 1)
            text += fmt::format("  all together: {}\n", seen_and_expected(result.combined, detector));
    }
    return text;
}

}  // namespace dickejump::cli
