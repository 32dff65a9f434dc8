#include "cli/what_pays.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "cli/scan_table.hpp"

namespace dickejump::cli {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::array changes{
    "twice the efficiency", "no background", "no dead time", "no jitter", "time tags", "no gate"};

std::string named(const std::string& detector, std::string_view change) {
    return fmt::format("{}, {}", detector, change);
}

/// The change that a detector's name tells of; empty of one that was asked for.
std::string change_of(const std::string& name) {
    for (const std::string change : changes)
        if (name.ends_with(", " + change)) return change;
    return {};
}

/// A copy with every channel changed; empty if that changes nothing.
template <class Change>
std::optional<Detector> with(const Detector& detector, const Change& change) {
    auto copy = detector;
    bool changed = false;
    for (auto& channel : copy.channel)
        if (channel) changed |= change(*channel);
    return changed ? std::optional(copy) : std::nullopt;
}

bool set(double& value, double to) {
    const bool changed = value != to;
    value = to;
    return changed;
}

std::optional<Estimate> estimate_in(const Json& x) {
    if (!x.is_object() || !x.at("value").is_number() || !x.at("error").is_number()) return {};
    return Estimate{x.at("value").get<double>(), x.at("error").get<double>()};
}

bool is_of(const Json& entry, const std::string& detector) {
    return !entry.at("detector").is_null() && entry.at("detector") == detector;
}

/// The bound of a detector's record of all legs.
std::optional<Estimate> bound_of(const Json& scan, const std::string& detector) {
    std::optional<Estimate> found;
    for (const auto& leg : scan.at("bounds"))
        if (leg.contains("detected_record"))
            for (const auto& bound : leg.at("detected_record"))
                if (is_of(bound, detector)) found = estimate_in(bound);  // "both" comes last
    return found;
}

struct Best {
    std::string estimator, direction;
    Estimate delta_w;
};

/// The least delta w of a detector's estimates that hardly any run lacks; of one estimator and leg, if they
/// are given.
std::optional<Best> best_of(const Json& scan, const std::string& detector, const std::string& estimator = {},
                            const std::string& direction = {}) {
    const double runs = scan.at("ensemble").at("trajectories").get<double>();
    constexpr double most_missing = 0.01;
    std::optional<Best> best;
    for (const auto& e : scan.at("estimators")) {
        const auto delta_w = estimate_in(e.at("delta_w"));
        if (!is_of(e, detector) || !delta_w || e.at("missing").get<double>() > most_missing * runs) continue;
        if (!estimator.empty() && e.at("name") != estimator) continue;
        if (!direction.empty() && e.at("direction") != direction) continue;
        if (!best || delta_w->value < best->delta_w.value)
            best = {e.at("name").get<std::string>(), e.at("direction").get<std::string>(), *delta_w};
    }
    return best;
}

/// How many times fewer runs `better` takes than `now`: the square of their ratio, with the error of both.
Estimate fewer_runs(const Estimate& now, const Estimate& better) {
    const double times = std::pow(now.value / better.value, 2);
    return {times, 2.0 * times * std::hypot(now.error / now.value, better.error / better.value)};
}

std::string sentence(const Json& scan, const std::string& detector, const std::vector<std::string>& tried) {
    std::vector<std::pair<Estimate, std::string>> gains;
    const auto best = best_of(scan, detector);
    const auto bound = bound_of(scan, detector);
    for (const auto& better : tried) {
        const auto its_bound = bound_of(scan, better);
        const auto its_best = best_of(scan, better);
        if (bound && its_bound)
            gains.emplace_back(fewer_runs(*bound, *its_bound), change_of(better));
        else if (best && its_best)
            gains.emplace_back(fewer_runs(best->delta_w, its_best->delta_w), change_of(better));
    }
    if (best && best->estimator != "area")
        if (const auto area = best_of(scan, detector, "area", best->direction))
            gains.emplace_back(fewer_runs(area->delta_w, best->delta_w),
                               best->estimator + " in place of the area");
    if (gains.empty()) return {};
    std::stable_sort(gains.begin(), gains.end(),
                     [](const auto& a, const auto& b) { return a.first.value > b.first.value; });
    std::string text;
    for (const auto& [times, change] : gains)
        text += fmt::format("{}{} {}", text.empty() ? "" : "; ", change, rounded(times));
    return fmt::format("What pays at detector {}, in times fewer runs: {}", detector, text);
}

}  // namespace

std::vector<Detector> improvements(const Detector& detector) {
    constexpr double never = std::numeric_limits<double>::infinity();
    std::array<std::optional<Detector>, changes.size()> better;
    better[0] = with(detector, [](auto& c) { return set(c.efficiency, std::min(1.0, 2.0 * c.efficiency)); });
    better[1] = with(detector, [](auto& c) { return set(c.background, 0.0); });
    better[2] = with(detector, [](auto& c) { return set(c.dead_time, 0.0); });
    better[3] = with(detector, [](auto& c) { return set(c.jitter, 0.0); });
    if (!detector.time_tags) (better[4] = detector)->time_tags = true;
    if (detector.gate_open > 0.0 || detector.gate_close < never) {
        better[5] = detector;
        better[5]->gate_open = 0.0;
        better[5]->gate_close = never;
    }
    std::vector<Detector> all;
    for (std::size_t i = 0; i < changes.size(); ++i)
        if (better[i]) {
            better[i]->name = named(detector.name, changes[i]);
            all.push_back(*better[i]);
        }
    return all;
}

void add_improvements(std::vector<Detector>& detectors) {
    if (std::any_of(detectors.begin(), detectors.end(),
                    [](const Detector& detector) { return !change_of(detector.name).empty(); }))
        return;
    const auto asked = detectors;
    for (const auto& detector : asked)
        for (auto& better : improvements(detector))
            detectors.push_back(std::move(better));
}

std::vector<std::string> what_pays(const Json& scan) {
    std::vector<std::string> asked, all;
    const auto note = [](std::vector<std::string>& names, const std::string& name) {
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    };
    for (const auto& e : scan.at("estimators"))
        if (!e.at("detector").is_null()) {
            const auto name = e.at("detector").get<std::string>();
            note(all, name);
            if (change_of(name).empty()) note(asked, name);
        }
    std::vector<std::string> sentences;
    for (const auto& detector : asked) {
        std::vector<std::string> tried;
        for (const auto& name : all)
            if (const auto change = change_of(name); !change.empty() && name == named(detector, change))
                tried.push_back(name);
        if (auto text = sentence(scan, detector, tried); !text.empty()) sentences.push_back(std::move(text));
    }
    return sentences;
}

Json without_improvements(Json scan) {
    auto kept = Json::array();
    for (const auto& e : scan.at("estimators"))
        if (e.at("detector").is_null() || change_of(e.at("detector").get<std::string>()).empty())
            kept.push_back(e);
    scan["estimators"] = std::move(kept);
    return scan;
}

}  // namespace dickejump::cli
