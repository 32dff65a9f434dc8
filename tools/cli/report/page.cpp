#include "cli/report/page.hpp"

#include <fmt/format.h>

#include <cmath>

#include "cli/report/svg.hpp"
#include "cli/scan_table.hpp"

namespace dickejump::cli {

namespace {

constexpr std::string_view style = R"(
:root { color-scheme: light dark; --ink: #1a1a1a; --soft: #666; --line: #d8d8d8; --paper: #fff; --panel: #f6f6f4;
  --up: #0072b2; --down: #d55e00; --both: #008a65; --c1: #b0508a; --c2: #8a6d00; --c3: #3b7ea1; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e6; --soft: #a0a0a0; --line: #3c3c3c; --paper: #16181a;
  --panel: #1f2224; --up: #56b4e9; --down: #f08a4b; --both: #2fc79b; --c1: #e39ac7; --c2: #e6c84d; --c3: #8cc4e0; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 70rem; margin: 0 auto; padding: 1.2rem 1rem 4rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: .4rem 0 .2rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 .6rem; border-bottom: 1px solid var(--line); }
p, li { max-width: 46rem; }
.lead { background: var(--panel); border-left: 4px solid var(--up); padding: .6rem .9rem; margin: .8rem 0; }
.soft { color: var(--soft); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .2rem .5rem; white-space: nowrap; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
th { font-weight: 600; vertical-align: bottom; }
pre { background: var(--panel); padding: .7rem .9rem; overflow-x: auto; font-size: .85rem; }
svg { width: 100%; max-width: 54rem; height: auto; display: block; }
figure { margin: 0 0 1rem; overflow-x: auto; }
figcaption { font-size: .85rem; color: var(--soft); max-width: 46rem; }
.many { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: 1rem; }
.many > * { min-width: 0; }
dt { font-weight: 600; } dd { margin: 0 0 .5rem 1rem; max-width: 46rem; }
a { color: var(--up); }
svg text { fill: var(--ink); font: 12px system-ui, sans-serif; } svg .head { font-weight: 600; }
svg .tick { fill: var(--soft); font-size: 11px; }
.grid { stroke: var(--line); stroke-width: .6; } .axis { stroke: var(--soft); stroke-width: .9; }
.frame { fill: none; stroke: var(--soft); stroke-width: .9; }
.line { fill: none; stroke-width: 1.7; } .bar { stroke-width: 1.3; } .band { stroke: none; fill-opacity: .16; }
.mark { stroke: var(--paper); stroke-width: .7; }
.line.up, .bar.up { stroke: var(--up); } .mark.up, .band.up { fill: var(--up); }
.line.down, .bar.down { stroke: var(--down); } .mark.down, .band.down { fill: var(--down); }
.line.both, .bar.both { stroke: var(--both); } .mark.both, .band.both { fill: var(--both); }
.line.ink, .bar.ink { stroke: var(--ink); } .mark.ink, .band.ink { fill: var(--ink); }
.line.c1, .bar.c1 { stroke: var(--c1); } .mark.c1, .band.c1 { fill: var(--c1); }
.line.c2, .bar.c2 { stroke: var(--c2); } .mark.c2, .band.c2 { fill: var(--c2); }
.line.c3, .bar.c3 { stroke: var(--c3); } .mark.c3, .band.c3 { fill: var(--c3); }
@media (max-width: 40rem) { body { font-size: 15px; } main { padding: .6rem .7rem 3rem; }
  figure svg { min-width: 32rem; } .many svg { min-width: 0; } }
@media print { :root { --paper: #fff; --ink: #000; --panel: #fff; --line: #ccc; --soft: #444; }
  main { max-width: none; } section, figure { break-inside: avoid; } details > * { display: block; } a { color: inherit; } }
)";

struct Term {
    std::string_view word, meaning;
};

constexpr Term glossary[] = {
    {"s",
     "scaled pump, (w/γ − 1) N/2: how far the pump w is from the transition at w = γ, in units of its width"},
    {"r, S", "a scan moves s from −S to S (half-width S) or back at rate r, widths per 1/γ"},
    {"leg", "one way of a scan: up or down"},
    {"run", "one trajectory of quantum jumps: what a single experiment would do"},
    {"δw/γ", "the standard error with which one run tells the critical pump, in units of γ: (2/N) std/slope"},
    {"slope",
     "how far the mean of an estimate moves when the critical pump moves by one: estimates are calibrated by "
     "it"},
    {"mean, std, RMSE",
     "of an estimate over the runs, in s; the true value is 0. The mean is the lag of the scan, which "
     "calibration removes: RMSE has it, δw has not"},
    {"missing", "runs that have no such estimate, because they never cross, say"},
    {"bound",
     "the least δw of any unbiased estimate from the same record (Cramér–Rao). An estimate that sees a whole "
     "record may beat bounds on a single look at J_z, never that on its own record"},
    {"every jump", "the record of a perfect observer; detectors see less"},
};

}  // namespace

std::string page(const std::string& title, const std::string& body) {
    return fmt::format(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{0}</title>\n"
        "<style>{1}</style>\n</head>\n<body>\n<main>\n<h1>{0}</h1>\n{2}</main>\n</body>\n</html>\n",
        escaped(title), style, body);
}

std::string section(const std::string& heading, const std::string& body) {
    return body.empty() ? "" : fmt::format("<section>\n<h2>{}</h2>\n{}</section>\n", escaped(heading), body);
}

std::string html_table(const std::vector<std::vector<std::string>>& rows) {
    if (rows.size() < 2) return "";
    std::string html = "<div class=\"wide\"><table>\n";
    for (std::size_t i = 0; i < rows.size(); ++i) {
        html += "<tr>";
        for (const auto& one : rows[i])
            html += i == 0 ? "<th>" + one + "</th>" : "<td>" + one + "</td>";
        html += "</tr>\n";
    }
    return html + "</table></div>\n";
}

std::string cell(const Json& value) {
    const auto real = [](const Json& x) { return x.is_number() ? x.get<double>() : std::nan(""); };
    if (value.is_null()) return "–";
    if (value.is_object() && value.contains("value")) {
        if (!value.contains("error")) return cell(value.at("value"));
        return value.at("value").is_null()
                   ? "–"
                   : escaped(rounded(Estimate{real(value.at("value")), real(value.at("error"))}));
    }
    if (value.is_number_float()) return fmt::format("{:.6g}", value.get<double>());
    if (value.is_string()) return escaped(value.get<std::string>());
    return escaped(value.dump());
}

std::string origin_section(const Json& summary, const std::string& config) {
    std::string html = section(
        "Configuration",
        "<p>This result again, to the byte: <code>dickejump run config.toml --out again</code> in the "
        "folder of this page. More runs: <code>dickejump resume . --trajectories M</code>, of a "
        "scan.</p>\n<pre>" +
            escaped(config) + "</pre>\n");
    if (!summary.contains("provenance")) return html;
    std::vector<std::vector<std::string>> rows{{"", ""}};
    for (const auto& [key, value] : summary.at("provenance").items())
        rows.push_back({escaped(key), cell(value)});
    if (summary.contains("ensemble"))
        for (const auto& [key, value] : summary.at("ensemble").items())
            if (!value.is_structured()) rows.push_back({escaped(key), cell(value)});
    return html + section("Where it is from", html_table(rows));
}

std::string glossary_section() {
    std::string html = "<details><summary>The words of this page</summary><dl>\n";
    for (const auto& [word, meaning] : glossary)
        html += fmt::format("<dt>{}</dt><dd>{}</dd>\n", escaped(word), escaped(meaning));
    return section("Glossary", html + "</dl></details>\n");
}

}  // namespace dickejump::cli
