#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "cli/conclusion.hpp"
#include "cli/report/sections.hpp"
#include "cli/report/svg.hpp"

namespace dickejump::cli {

namespace {

std::vector<double> numbers(const Json& list, double factor = 1.0) {
    std::vector<double> all;
    for (const auto& x : list)
        all.push_back(x.is_number() ? factor * x.get<double>() : std::nan(""));
    return all;
}

std::string text(const Json& value) {
    return value.is_string() ? value.get<std::string>() : std::string();
}

/// Mean inversion against the pump: runs, their spread, and the master equation.
Diagram loop(const Json& summary, bool small, const std::string& title) {
    Diagram diagram{.title = title,
                    .x_label = "scaled pump s",
                    .y_label = "⟨J_z⟩/(N/2)",
                    .series = {},
                    .through_zero = true};
    if (small) diagram.width = 300.0, diagram.height = 210.0;
    const double scale = 2.0 / summary.at("model").at("atoms").get<double>();
    for (const auto& curve : summary.at("curves")) {
        const auto way = text(curve.at("direction"));
        const auto s = numbers(curve.at("scaled_pump")), mean = numbers(curve.at("jz_mean"), scale);
        auto low = numbers(curve.at("jz_variance")), high = low;
        for (std::size_t i = 0; i < mean.size(); ++i) {
            const double spread = scale * std::sqrt(low[i]);
            low[i] = std::max(-1.0, mean[i] - spread);
            high[i] = std::min(1.0, mean[i] + spread);
        }
        diagram.series.push_back({Series::Look::band, way, "one run, ± std, " + way, s, low, high});
        if (!curve.contains("jz_mean_error")) {
            diagram.series.push_back({Series::Look::line, way, "master equation, " + way, s, mean});
            continue;
        }
        Series points{Series::Look::points, way, "mean of runs, " + way, {}, {}};
        const auto error = numbers(curve.at("jz_mean_error"), scale);
        const std::size_t every = std::max<std::size_t>(1, s.size() / (small ? 12 : 40));
        for (std::size_t i = 0; i < s.size(); i += every) {
            points.x.push_back(s[i]);
            points.y.push_back(mean[i]);
            points.error.push_back(error[i]);
        }
        diagram.series.push_back(std::move(points));
    }
    if (summary.contains("exact"))
        for (const auto& curve : summary.at("exact").at("curves"))
            diagram.series.push_back({Series::Look::line, "ink",
                                      &curve == &summary.at("exact").at("curves")[0] ? "master equation" : "",
                                      numbers(curve.at("scaled_pump")), numbers(curve.at("jz_mean"), scale)});
    return diagram;
}

const Json* bounds_of(const Json& summary, const Json& direction) {
    for (const auto& bound : summary.at("bounds"))
        if (bound.at("direction") == direction) return &bound;
    return nullptr;
}

std::string estimator_name(const Json& e) {
    auto name = text(e.at("name"));
    std::replace(name.begin(), name.end(), '_', ' ');
    if (e.at("direction") != "both") name += ", " + text(e.at("direction"));
    if (!e.at("detector").is_null()) name += " · " + text(e.at("detector"));
    return name;
}

/// Round numbers of a logarithmic axis from `low` to `high`.
std::vector<double> log_marks(double low, double high) {
    std::vector<double> all;
    const bool few = high / low > 300.0;
    for (double power = std::pow(10.0, std::floor(std::log10(low))); power <= high; power *= 10.0)
        for (const double round : {1.0, 2.0, 5.0})
            if (const double x = round * power; x >= low && x <= high && (!few || round == 1.0))
                all.push_back(x);
    return all;
}

/// delta w of every estimate as a point in its line, beside the bounds of its leg. Logarithmic: one estimate
/// that tells little should not push the others together.
std::string sensitivity_picture(const Json& summary) {
    struct Row {
        std::string name, colour;
        double value, error, own, snapshot;
    };
    std::vector<Row> rows;
    double least = std::numeric_limits<double>::infinity(), most = 0.0;
    for (const auto& e : summary.at("estimators")) {
        if (!e.at("delta_w").at("value").is_number()) continue;
        const auto real = [](const Json& x) { return x.is_number() ? x.get<double>() : std::nan(""); };
        Row row{estimator_name(e),
                text(e.at("direction")),
                real(e.at("delta_w").at("value")),
                real(e.at("delta_w").at("error")),
                std::nan(""),
                std::nan("")};
        const auto& ratio = e.at("ratio_to_bound");
        const double to_own = real(ratio.at(e.at("detector").is_null() ? "full_record" : "detected_record"));
        if (to_own > 0.0) row.own = row.value / to_own;
        if (const auto* bound = bounds_of(summary, e.at("direction")))
            row.snapshot = real((*bound).at("snapshot").at("value"));
        for (const double x : {row.value, row.own, row.snapshot})
            if (x > 0.0) least = std::min(least, x), most = std::max(most, x);
        rows.push_back(std::move(row));
    }
    if (rows.empty() || !(most > 0.0)) return "";
    const double left = 255.0, right = 620.0, line = 22.0,
                 height = 30.0 + line * static_cast<double>(rows.size()) + 40.0;
    const double low = least / 1.2, high = most * 1.2;
    const auto place = [&](double x) {
        return left + std::log(std::clamp(x, low, high) / low) / std::log(high / low) * (right - left);
    };
    const std::string title = "Sensitivity of one run, δw/γ";
    auto svg = fmt::format(
        "<figure><svg viewBox=\"0 0 640 {0:g}\" role=\"img\" aria-label=\"{1}\"><title>{1}</title>\n"
        "<text class=\"head\" x=\"{2}\" y=\"15\">{1}</text>\n",
        height, title, left);
    for (const double tick : log_marks(low, high))
        svg += fmt::format(
            "<path class=\"grid\" d=\"M{0:.1f} 24V{1:.1f}\"/><text class=\"tick\" x=\"{0:.1f}\" "
            "y=\"{2:.1f}\" "
            "text-anchor=\"middle\">{3:.3g}</text>\n",
            place(tick), height - 36.0, height - 20.0, tick);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& row = rows[i];
        const double y = 38.0 + line * static_cast<double>(i);
        svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>", left - 10.0,
                           y + 4.0, escaped(row.name));
        if (std::isfinite(row.own))
            svg += fmt::format("<path class=\"line ink\" d=\"M{:.1f} {:.1f}v14\"/>", place(row.own), y - 7.0);
        if (std::isfinite(row.snapshot))
            svg += fmt::format("<path class=\"line ink\" stroke-dasharray=\"2 2\" d=\"M{:.1f} {:.1f}v14\"/>",
                               place(row.snapshot), y - 7.0);
        if (std::isfinite(row.error))
            svg += fmt::format("<path class=\"bar {}\" d=\"M{:.1f} {:.1f}H{:.1f}\"/>", row.colour,
                               place(row.value - row.error), y, place(row.value + row.error));
        svg += fmt::format("<circle class=\"mark {}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4.5\"/>\n", row.colour,
                           place(row.value), y);
    }
    return svg +
           "</svg><figcaption>Smaller is better. Solid bars: the bound of the record that the estimate uses; "
           "dashed: "
           "J_z measured once, at the best moment of the scan.</figcaption></figure>\n";
}

std::string histograms(const Json& summary) {
    std::string html;
    for (const auto& e : summary.at("estimators")) {
        if (!e.contains("histogram") || e.at("histogram").at("counts").size() < 2) continue;
        const auto edges = numbers(e.at("histogram").at("edges")),
                   counts = numbers(e.at("histogram").at("counts"));
        Series stairs{Series::Look::line, text(e.at("direction")), "", {}, {}};
        for (std::size_t i = 0; i < counts.size() && i + 1 < edges.size(); ++i)
            for (const double edge : {edges[i], edges[i + 1]}) {
                stairs.x.push_back(edge);
                stairs.y.push_back(counts[i]);
            }
        Diagram diagram{.title = estimator_name(e),
                        .x_label = "estimate of s, true value 0",
                        .y_label = "runs",
                        .series = {std::move(stairs)},
                        .through_zero = true,
                        .width = 300.0,
                        .height = 190.0};
        html += "<figure>" + diagram.svg() + "</figure>\n";
    }
    return html.empty() ? "" : "<div class=\"many\">\n" + html + "</div>\n";
}

std::string record_picture(const Json& summary) {
    if (!summary.contains("records") || summary.at("records").empty()) return "";
    const auto& record = summary.at("records")[0];
    const auto s = numbers(record.at("scaled_pump")), mean = numbers(record.at("filter").at("mean")),
               spread = numbers(record.at("filter").at("std"));
    Series known{Series::Look::band, "both", "what the record tells of it, ± std", s, mean, mean};
    for (std::size_t i = 0; i < std::min(mean.size(), spread.size()); ++i) {
        known.y[i] -= spread[i];
        known.high[i] += spread[i];
    }
    const Diagram diagram{.title = "One record: detector " + text(record.at("detector")) + ", on the way " +
                                   text(record.at("direction")),
                          .x_label = "scaled pump s",
                          .y_label = "excited atoms n",
                          .series = {std::move(known),
                                     {Series::Look::line, "ink", "the atoms", s, numbers(record.at("n"))},
                                     {Series::Look::line, "both", "its mean", s, mean}}};
    return "<figure>" + diagram.svg() + "</figure>\n";
}

std::string estimators_table(const Json& summary) {
    const bool hertz = summary.contains("units");
    std::vector<std::vector<std::string>> rows{
        {"estimate", "mean", "std", "RMSE", "missing", "slope", "δw/γ", "over its bound", "over J_z once"}};
    if (hertz) rows[0].insert(rows[0].begin() + 7, "δw [Hz]");
    for (const auto& e : summary.at("estimators")) {
        const auto& ratio = e.at("ratio_to_bound");
        std::vector<std::string> row{escaped(estimator_name(e)), cell(e.at("mean")),
                                     cell(e.at("std")),          cell(e.at("rmse")),
                                     cell(e.at("missing")),      cell(e.at("calibration").at("slope")),
                                     cell(e.at("delta_w"))};
        if (hertz) row.push_back(cell(e.at("delta_w_hz")));
        const auto of = [&](const char* key) {
            return ratio.at(key).is_number() ? fmt::format("{:.2f}", ratio.at(key).get<double>())
                                             : std::string("–");
        };
        row.push_back(of(e.at("detector").is_null() ? "full_record" : "detected_record"));
        row.push_back(of("snapshot"));
        rows.push_back(std::move(row));
    }
    return html_table(rows);
}

std::string bounds_table(const Json& summary) {
    std::vector<std::vector<std::string>> rows{{"lower bound on δw/γ of one run", "leg", "value"}};
    for (const auto& bound : summary.at("bounds")) {
        const auto add = [&](const std::string& name, const Json& value) {
            if (value.is_null() || (value.is_object() && value.at("value").is_null())) return;
            rows.push_back({name, escaped(text(bound.at("direction"))), cell(value)});
        };
        add("J_z once in the steady state", bound.at("steady_state"));
        add("J_z once, at the best moment of the scan", bound.at("snapshot").at("value"));
        add("every jump seen", bound.at("full_record"));
        add("every jump seen, of the pump where w = γ with γ unknown too",
            bound.at("full_record_gamma_unknown"));
        add("(the paper’s rule for the mean loop, no bound)", bound.at("paper_heuristic"));
        for (const auto& detected : bound.at("detected_record"))
            add("what " + escaped(text(detected.at("detector"))) + " sees", detected);
        for (const auto& detected : bound.at("detected_record")) {
            if (!detected.contains("unknown")) continue;
            std::string names;
            for (const auto& parameter : detected.at("unknown"))
                names += (names.empty() ? "" : ", ") + escaped(text(parameter));
            const auto whose =
                "what " + escaped(text(detected.at("detector"))) + " sees, " + names + " unknown";
            add(whose, detected.at("profiled"));
            add(whose + ", of the pump where w = γ", detected.at("critical_pump"));
        }
    }
    return html_table(rows);
}

}  // namespace

std::string scan_sections(const Json& summary) {
    std::string html;
    for (const auto& sentence : conclusions(summary, 0.01))
        html += "<p class=\"lead\">" + escaped(sentence) + ".</p>\n";
    std::vector<std::vector<std::string>> crossings{{"where ⟨J_z⟩ = 0, in s", "value"}};
    for (const auto& [key, value] : summary.at("hysteresis").items()) {
        auto name = key;
        std::replace(name.begin(), name.end(), '_', ' ');
        if (!value.at("value").is_null()) crossings.push_back({escaped(name), cell(value)});
    }
    html += section("The loop", "<figure>" + loop(summary, false, "Mean inversion along the scan").svg() +
                                    "</figure>\n" + html_table(crossings));
    if (summary.contains("estimators"))
        html += section("What one run tells", sensitivity_picture(summary) + estimators_table(summary)) +
                section("Single-run estimates", histograms(summary)) +
                section("A record", record_picture(summary));
    return html + section("Bounds", bounds_table(summary));
}

std::string scan_thumbnail(const Json& summary, const std::string& title) {
    return loop(summary, true, title).svg();
}

}  // namespace dickejump::cli
