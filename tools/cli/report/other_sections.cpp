#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "cli/report/sections.hpp"
#include "cli/report/svg.hpp"

namespace dickejump::cli {

namespace {

constexpr std::array colours{"up", "down", "both", "c1", "c2", "c3", "ink"};
/// Of estimates, whose shape says the leg.
constexpr std::array estimates{"c1", "both", "c2", "ink", "c3", "up", "down"};
/// Lists that others are drawn against.
constexpr std::array<const char*, 5> abscissas{"times", "time", "scaled_pump", "lag", "pump"};

std::string colour(std::size_t i) {
    return colours[i % colours.size()];
}

bool is_numbers(const Json& list) {
    return list.is_array() && !list.empty() &&
           std::all_of(list.begin(), list.end(),
                       [](const Json& x) { return x.is_number() || x.is_null(); }) &&
           std::any_of(list.begin(), list.end(), [](const Json& x) { return x.is_number(); });
}

std::vector<double> numbers(const Json& list) {
    std::vector<double> all;
    for (const auto& x : list)
        all.push_back(x.is_number() ? x.get<double>() : std::nan(""));
    return all;
}

std::string label_of(const std::string& abscissa) {
    if (abscissa == "times" || abscissa == "time" || abscissa == "lag")
        return abscissa == "lag" ? "lag [1/γ]" : "time [1/γ]";
    return abscissa == "pump" ? "pump w [γ]" : "scaled pump s";
}

/// Means of observables with their errors against time.
std::vector<Diagram> observables(const Json& summary) {
    std::vector<Diagram> all;
    if (!summary.contains("observables") || !summary.at("observables").is_object() ||
        !summary.contains("times"))
        return all;
    const auto times = numbers(summary.at("times"));
    std::size_t i = 0;
    for (const auto& [name, curve] : summary.at("observables").items()) {
        if (!curve.is_object() || !curve.contains("mean") || !is_numbers(curve.at("mean"))) continue;
        Series series{Series::Look::line, colour(i++), "", times, numbers(curve.at("mean"))};
        Diagram diagram{.title = name, .x_label = "time [1/γ]", .y_label = name, .series = {series}};
        if (curve.contains("error") && is_numbers(curve.at("error"))) {
            series.look = Series::Look::points;
            series.error = numbers(curve.at("error"));
            diagram.series.push_back(series);
        }
        all.push_back(std::move(diagram));
    }
    return all;
}

/// Photocurrents against time, and their correlations against the delay.
std::vector<Diagram> photocurrents(const Json& summary) {
    std::vector<Diagram> all;
    if (!summary.contains("currents") || !summary.contains("edges")) return all;
    std::vector<double> middles;
    const auto edges = numbers(summary.at("edges"));
    for (std::size_t k = 0; k + 1 < edges.size(); ++k)
        middles.push_back(0.5 * (edges[k] + edges[k + 1]));
    Diagram current{.title = "Photocurrent", .x_label = "time [1/γ]", .y_label = "mean [√γ]", .series = {}};
    Diagram correlation{.title = "Correlation of the photocurrent, without the shot noise at 0",
                        .x_label = "delay [1/γ]",
                        .y_label = "γ",
                        .series = {}};
    const auto points = [](const Json& list, std::string label, std::vector<double> x, std::size_t i) {
        Series series{Series::Look::points, colour(i), std::move(label), std::move(x),
                      numbers(list.at("mean"))};
        series.error = numbers(list.at("error"));
        return series;
    };
    std::size_t i = 0;
    for (const auto& entry : summary.at("currents")) {
        const auto name = entry.at("quadrature").get<std::string>();
        current.series.push_back({Series::Look::line, "ink", i == 0 ? "master equation" : "", middles,
                                  numbers(entry.at("current").at("exact"))});
        current.series.push_back(points(entry.at("current"), name, middles, i));
        if (const auto& by_delay = entry.at("correlation"); by_delay.is_object()) {
            auto series = points(by_delay, name, numbers(by_delay.at("delays")), i);
            if (!series.y.empty()) series.y.front() = std::nan("");
            correlation.series.push_back(std::move(series));
        }
        ++i;
    }
    all.push_back(std::move(current));
    if (!correlation.series.empty()) all.push_back(std::move(correlation));
    return all;
}

/// delta w against the number of atoms, at every rate.
std::vector<Diagram> scaling(const Json& summary) {
    std::vector<Diagram> all;
    if (!summary.contains("points") || !summary.contains("fits")) return all;
    std::map<double, std::map<std::string, Series>> by_rate;
    for (const auto& point : summary.at("points"))
        for (const auto& e : point.at("estimators")) {
            if (!e.at("delta_w").at("value").is_number()) continue;
            const auto name = e.at("name").get<std::string>() + ", " + e.at("direction").get<std::string>();
            auto& series = by_rate[point.at("rate").get<double>()][name];
            series.look = Series::Look::points;
            series.label = name;
            series.shape = e.at("direction").get<std::string>();
            series.x.push_back(point.at("atoms").get<double>());
            series.y.push_back(e.at("delta_w").at("value").get<double>());
            series.error.push_back(e.at("delta_w").at("error").is_number()
                                       ? e.at("delta_w").at("error").get<double>()
                                       : std::nan(""));
        }
    for (auto& [rate, curves] : by_rate) {
        Diagram diagram{.title = fmt::format("Sensitivity of one run at r = {:g} γ", rate),
                        .x_label = "number of atoms N",
                        .y_label = "δw/γ",
                        .series = {},
                        .log_x = true,
                        .log_y = true};
        std::size_t i = 0;
        for (auto& [name, series] : curves) {
            series.colour = estimates[i++ % estimates.size()];
            diagram.series.push_back(std::move(series));
        }
        all.push_back(std::move(diagram));
    }
    return all;
}

/// Every list of numbers against the list beside it that can be its abscissa.
void curves_in(const Json& json, const std::string& where, std::vector<Diagram>& all) {
    if (!json.is_structured() || all.size() >= 24) return;
    if (json.is_object())
        for (const char* abscissa : abscissas) {
            if (!json.contains(abscissa) || !is_numbers(json.at(abscissa)) || json.at(abscissa).size() < 2)
                continue;
            const auto x = numbers(json.at(abscissa));
            for (const auto& [key, list] : json.items()) {
                if (key == abscissa || key.ends_with("_error") || !is_numbers(list) ||
                    list.size() != x.size())
                    continue;
                if (std::find(abscissas.begin(), abscissas.end(), key) != abscissas.end()) continue;
                Series series{Series::Look::line, colour(all.size()), "", x, numbers(list)};
                Diagram diagram{.title = where.empty() ? key : where + ": " + key,
                                .x_label = label_of(abscissa),
                                .y_label = key,
                                .series = {series}};
                if (json.contains(key + "_error") && json.at(key + "_error").size() == x.size()) {
                    series.look = Series::Look::points;
                    series.error = numbers(json.at(key + "_error"));
                    diagram.series.push_back(std::move(series));
                }
                all.push_back(std::move(diagram));
            }
            break;
        }
    for (const auto& [key, part] : json.items()) {
        if (key == "config" || key == "provenance" || key == "observables") continue;
        const auto name = part.is_object() && part.contains("name") && part.at("name").is_string()
                              ? part.at("name").get<std::string>()
                              : key;
        curves_in(part, where.empty() ? name : where + ", " + name, all);
    }
}

std::vector<Diagram> diagrams(const Json& summary) {
    auto all = observables(summary);
    for (auto& diagram : photocurrents(summary))
        all.push_back(std::move(diagram));
    for (auto& diagram : scaling(summary))
        all.push_back(std::move(diagram));
    if (all.empty()) curves_in(summary, "", all);
    return all;
}

/// Numbers of an object, and of objects in it, a row each.
void rows_of(const Json& object, const std::string& prefix, std::vector<std::vector<std::string>>& rows) {
    for (const auto& [key, value] : object.items()) {
        if (prefix.empty() && (key == "config" || key == "provenance" || key == "ensemble")) continue;
        const bool quantity = value.is_object() && value.contains("value");
        if (value.is_object() && !quantity)
            rows_of(value, prefix + key + ".", rows);
        else if (quantity || value.is_primitive())
            rows.push_back({escaped(prefix + key), cell(value)});
        else if (is_numbers(value) && value.size() <= 12) {
            std::string list;
            for (const auto& x : value)
                list += (list.empty() ? "" : ", ") + cell(x);
            rows.push_back({escaped(prefix + key), list});
        }
    }
}

/// A list of objects as a table: their numbers, words and quantities.
std::string list_table(const Json& list) {
    std::vector<std::string> columns;
    for (const auto& item : list)
        for (const auto& [key, value] : item.items())
            if ((value.is_primitive() || value.contains("value")) &&
                std::find(columns.begin(), columns.end(), key) == columns.end())
                columns.push_back(key);
    if (columns.empty()) return "";
    std::vector<std::vector<std::string>> rows(1);
    for (const auto& column : columns)
        rows[0].push_back(escaped(column));
    for (const auto& item : list) {
        auto& row = rows.emplace_back();
        for (const auto& column : columns)
            row.push_back(item.contains(column) &&
                                  (item.at(column).is_primitive() || item.at(column).contains("value"))
                              ? cell(item.at(column))
                              : "–");
    }
    return html_table(rows);
}

}  // namespace

std::string other_sections(const Json& summary) {
    const auto pictures = diagrams(summary);
    std::string html;
    for (const auto& diagram : pictures)
        html += "<figure>" + diagram.svg() + "</figure>\n";
    html = section("Curves", html);
    std::vector<std::vector<std::string>> rows{{"", "value"}};
    rows_of(summary, "", rows);
    html += section("Numbers", html_table(rows));
    for (const auto& [key, list] : summary.items())
        if (list.is_array() && !list.empty() && list[0].is_object()) html += section(key, list_table(list));
    return html;
}

std::string thumbnail(const Json& summary, const std::string& title) {
    if (is_scan(summary)) return scan_thumbnail(summary, title);
    auto all = diagrams(summary);
    if (all.empty()) return "";
    auto& first = all.front();
    first.title = title;
    first.width = 300.0;
    first.height = 210.0;
    return first.svg();
}

}  // namespace dickejump::cli
