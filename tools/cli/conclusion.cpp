#include "cli/conclusion.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <optional>

#include "cli/scan_table.hpp"

namespace dickejump {

template <>
const Keys<cli::Goal>& keys<cli::Goal>() {
    static const auto all = [] {
        Keys<cli::Goal> keys;
        keys.number(
            "goal", &cli::Goal::goal,
            "say how many repetitions know the critical pump so well, in transition widths (default 0.01)",
            Range::above(0.0, "a standard error"));
        keys.flag("what_pays", &cli::Goal::what_pays,
                  "also try every detector with twice the efficiency, without background, .., and say how "
                  "many times fewer runs each would take");
        return keys;
    }();
    return all;
}

}  // namespace dickejump

namespace dickejump::cli {

namespace {

using Json = nlohmann::ordered_json;

/// Of more runs than this without an estimate, the spread of the others says little.
constexpr double most_missing = 0.01;

std::optional<double> real(const Json& x) {
    return x.is_number() ? std::optional(x.get<double>()) : std::nullopt;
}

std::string said(double number) {
    return number < 1e6 ? fmt::format("{:.0f}", std::ceil(number)) : fmt::format("{:.2g}", number);
}

std::string sentence(const std::string& record, const Json& best, const Json& scan, double goal) {
    const double delta_w = best.at("delta_w").at("value").get<double>();
    const auto error = real(best.at("delta_w").at("error"));
    auto text = fmt::format(
        "{}: best estimate {}{}, δw/γ = {}", record, best.at("name").get<std::string>(),
        best.at("direction") == "both" ? "" : " on the way " + best.at("direction").get<std::string>(),
        rounded(Estimate{delta_w, error.value_or(std::nan(""))}));
    if (best.contains("delta_w_hz"))
        text += fmt::format(" ({:.4g} Hz)", best.at("delta_w_hz").at("value").get<double>());
    const auto& ratios = best.at("ratio_to_bound");
    const auto ratio = real(ratios.at(best.at("detector").is_null() ? "full_record" : "detected_record"));
    if (ratio) text += fmt::format(", {:.2f} times the bound of its record", *ratio);
    const double widths = delta_w * scan.at("model").at("atoms").get<double>() / 2.0;
    const double runs = std::max(1.0, std::pow(widths / goal, 2));
    const double leg = 2.0 * scan.at("protocol").at("half_width").get<double>() /
                       scan.at("protocol").at("rate").get<double>();
    const double time = runs * leg * (best.at("direction") == "both" ? 2.0 : 1.0);
    text += fmt::format(". For {:g} of a transition width: {} repetitions", goal, said(runs));
    if (ratio && *ratio > 0.0)
        text += fmt::format(" ({} at the bound)", said(std::max(1.0, runs / (*ratio * *ratio))));
    text += fmt::format(", {:.3g}/γ of scanning", time);
    if (scan.contains("units"))
        text += fmt::format(" = {:.3g} s", time / scan.at("units").at("gamma_per_second").get<double>());
    return text;
}

}  // namespace

std::vector<std::string> conclusions(const Json& scan, double goal) {
    std::vector<std::string> all;
    if (!scan.contains("estimators") || !scan.contains("protocol") || !scan.at("protocol").contains("rate"))
        return all;
    std::map<std::string, const Json*> best;
    std::vector<std::string> order;
    const double runs = scan.at("ensemble").at("trajectories").get<double>();
    double lost = 0.0;
    for (const auto& e : scan.at("estimators")) {
        const double missing = e.at("missing").get<double>() / runs;
        lost = std::max(lost, missing);
        const auto delta_w = real(e.at("delta_w").at("value"));
        if (!delta_w || !real(e.at("delta_w").at("error")) || missing > most_missing) continue;
        const auto record = e.at("detector").is_null() ? "Every jump seen"
                                                       : "Detector " + e.at("detector").get<std::string>();
        auto& entry = best[record];
        if (!entry) order.push_back(record);
        if (!entry || *delta_w < (*entry).at("delta_w").at("value").get<double>()) entry = &e;
    }
    for (const auto& record : order)
        all.push_back(sentence(record, *best[record], scan, goal));
    if (lost > most_missing) {
        const double rate = scan.at("protocol").at("rate").get<double>(), wide = 6.0 + 6.0 * std::sqrt(rate);
        const double S = std::min(wide, 0.49 * scan.at("model").at("atoms").get<double>());
        auto text = fmt::format(
            "Up to {:.2g} % of the runs lack an estimate, so that the spread of the others "
            "flatters: such estimates are left out here",
            100.0 * lost);
        if (S > 1.05 * scan.at("protocol").at("half_width").get<double>())
            text += fmt::format("; a half-width of {:.3g} loses few", S);
        all.push_back(text);
    }
    return all;
}

std::string in_lines(const std::vector<std::string>& sentences) {
    constexpr std::size_t columns = 100;
    std::string text;
    for (const auto& sentence : sentences) {
        std::string line;
        for (std::size_t begin = 0; begin < sentence.size();) {
            const auto end = std::min(sentence.find(' ', begin), sentence.size());
            if (!line.empty() && line.size() + end - begin >= columns) {
                text += line + "\n";
                line = "   ";
            }
            line += (line.empty() ? "" : " ") + sentence.substr(begin, end - begin);
            begin = end + 1;
        }
        text += line + "\n";
    }
    return text;
}

}  // namespace dickejump::cli
