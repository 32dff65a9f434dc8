#include "dickejump/io/sensitivity_report.hpp"

#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "dickejump/io/checkpoint.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "io/report_parts.hpp"
#include "io/scan_json.hpp"
#include "study/build_info.hpp"

namespace dickejump {

namespace {

namespace fs = std::filesystem;
std::optional<Estimate> estimate(const Json& json) {
    if (json.at("value").is_null() || json.at("error").is_null()) return {};
    return Estimate{json.at("value"), json.at("error")};
}

std::string point_json(const ScanResult& result) {
    const auto& config = result.config;
    Json json = {{"atoms", config.atoms},
                 {"rate", config.rate},
                 {"half_width", config.half_width},
                 {"direction", name(config.direction)},
                 {"initial", name(config.initial)},
                 {"method", name(config.method)},
                 {"seed", config.seed},
                 {"trajectories", result.trajectories},
                 {"jumps", count(result.jumps)},
                 {"width", with_error(result.width)},
                 {"estimators", estimators_json(result)},
                 {"bounds", bounds_json(result.exact)}};
    if (!result.biases.empty()) json["bias"] = bias_json(result);
    return json.dump();
}

std::vector<Sensitivity> values_of(const Json& point) {
    std::vector<Sensitivity> values;
    for (const auto& e : point.at("estimators")) {
        const auto estimator = estimator_named(e.at("name").get<std::string>());
        if (!estimator) throw std::runtime_error("no estimator of that name");
        const auto leg = e.at("direction").get<std::string>();
        std::optional<Direction> direction;
        if (leg != "both") direction = leg == "up" ? Direction::up : Direction::down;
        values.push_back({.atoms = point.at("atoms"),
                          .rate = point.at("rate"),
                          .estimator = *estimator,
                          .direction = direction,
                          .delta_w = estimate(e.at("delta_w")),
                          .missing = e.at("missing")});
    }
    return values;
}

Json law_json(const PowerLaw& law, const std::optional<Estimate>& exponent) {
    const auto p = law.p_value();
    return {{"exponent", with_error(exponent)},
            {"statistical_error", law.exponent.error},
            {"prefactor", with_error(law.prefactor)},
            {"points", law.points},
            {"chi2", law.chi2},
            {"degrees", law.degrees},
            {"p_value", p ? Json(*p) : Json(nullptr)}};
}

Json fit_json(const ExponentFit& fit) {
    Json json = {{"estimator", name(fit.estimator)},
                 {"direction", fit.direction ? name(*fit.direction) : "both"},
                 {"rate", fit.rate}};
    if (fit.law)
        json.update(law_json(*fit.law, fit.exponent()));
    else
        json.update(Json{{"exponent", with_error({})},
                         {"statistical_error", nullptr},
                         {"prefactor", with_error({})},
                         {"points", 0},
                         {"chi2", nullptr},
                         {"degrees", nullptr},
                         {"p_value", nullptr}});
    json["finite_size_error"] = fit.corrected ? Json(fit.finite_size_error()) : Json(nullptr);
    json["corrected"] = nullptr;
    if (fit.corrected) {
        json["corrected"] = law_json(*fit.corrected, fit.corrected->exponent_with_scatter());
        json["corrected"]["coefficient"] = with_error(fit.corrected->tail);
    }
    return json;
}

std::string build() {
    return std::string(build_info::version) + " " + build_info::git + " " + build_info::compiler + " " +
           build_info::flags;
}

std::optional<std::string> content(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return {};
    return std::string(std::istreambuf_iterator<char>(in), {});
}

/// Values by key, in the order of the lines.
std::vector<std::pair<std::string, std::string>> keys(const std::string& config) {
    std::vector<std::pair<std::string, std::string>> result;
    std::istringstream lines(config);
    for (std::string line; std::getline(lines, line);)
        if (const auto sign = line.find(" = "); sign != std::string::npos)
            result.emplace_back(line.substr(0, sign), line.substr(sign + 3));
    return result;
}

/// Refuses to mix two sweeps.
fs::path checked(fs::path path, const std::string& config) {
    const auto before = content(path / "config.toml");
    std::error_code none;
    if (!before && !fs::is_empty(path / "points", none) && !none)
        throw InvalidInput(
            "`out` = " + path.string() +
            " (it holds scans, and no config.toml says of which study) put that back, or choose "
            "another folder");
    if (!before || *before == config) return path;
    const auto old_keys = keys(*before), new_keys = keys(config);
    const std::map<std::string, std::string> was(old_keys.begin(), old_keys.end()),
        is(new_keys.begin(), new_keys.end());
    const auto said = [](const auto& all, const std::string& key) {
        const auto found = all.find(key);
        return found == all.end() ? "no " + key : key + " = " + found->second;
    };
    Problems problems;
    const auto compare = [&](const std::string& key) {
        if (was.contains(key) == is.contains(key) && (!was.contains(key) || was.at(key) == is.at(key)))
            return;
        problems.add("`out` = " + path.string() + " (what it holds was run with " + said(was, key) +
                     ", now it is " + said(is, key) +
                     ") choose another folder, or go on with dickejump run " +
                     (path / "config.toml").string() + " --out " + path.string());
    };
    for (const auto& [key, value] : old_keys)
        compare(key);
    for (const auto& [key, value] : new_keys)
        if (!was.contains(key)) compare(key);
    problems.raise();
    return path;
}

/// A point that was kept in a file, if it is there and was made by this very build.
std::optional<ReportedPoint> point_at(const fs::path& file, const ScanConfig& point,
                                      const std::string& said) {
    const auto text = content(file);
    if (!text) return {};
    const auto refuse = [&](const std::string& why) {
        throw InvalidInput(said + "(" + file.string() + " " + why + ") remove that file");
    };
    try {
        const auto json = Json::parse(*text);
        if (json.at("build") != build()) return {};
        const auto& kept = json.at("point");
        if (kept.at("atoms") == point.atoms && kept.at("rate") == point.rate && kept.at("seed") == point.seed)
            return ReportedPoint(kept.dump());
    } catch (const std::exception& error) {
        refuse("cannot be read: " + std::string(error.what()));
    }
    refuse("is of another sweep");
    return {};
}

}  // namespace

ReportedPoint::ReportedPoint(const ScanResult& result) : ReportedPoint(point_json(result)) {}

ReportedPoint::ReportedPoint(std::string text)
    : json(std::move(text)), values(values_of(Json::parse(json))) {}

SensitivityReport::SensitivityReport(const SensitivityResult& result)
    : config(result.config),
      stop_reason(result.stop_reason),
      seconds(result.seconds),
      threads(result.threads),
      provenance(result.provenance) {
    for (const auto& point : result.points)
        points.emplace_back(point);
}

std::string to_json(const SensitivityResult& result) {
    return to_json(SensitivityReport(result));
}

std::vector<ExponentFit> SensitivityReport::fits() const {
    std::vector<Sensitivity> values;
    for (const auto& point : points)
        values.insert(values.end(), point.values.begin(), point.values.end());
    return fit_exponents(values);
}

std::string to_json(const SensitivityReport& report) {
    Json points = Json::array(), fits = Json::array();
    for (const auto& point : report.points)
        points.push_back(Json::parse(point.json));
    for (const auto& fit : report.fits())
        fits.push_back(fit_json(fit));
    const auto& config = report.config;
    return Json{{"ensemble",
                 {{"trajectories", config.trajectories},
                  {"seed", config.seed},
                  {"stop_reason", name(report.stop_reason)},
                  {"threads", report.threads},
                  {"seconds", report.seconds}}},
                {"points", std::move(points)},
                {"fits", std::move(fits)},
                {"config", config_json(describe(config))},
                {"provenance", provenance_json(report.provenance, hash(config))}}
        .dump();
}

std::string to_csv(const SensitivityReport& report) {
    std::string csv =
        "atoms,rate,half_width,method,trajectories,estimator,direction,delta_w,delta_w_error,missing,steady_"
        "state,"
        "snapshot,full_record\n";
    const auto cell = [](const Json& value) {
        return "," + (value.is_null()     ? std::string()
                      : value.is_string() ? value.get<std::string>()
                                          : value.dump());
    };
    for (const auto& reported : report.points) {
        const auto point = Json::parse(reported.json);
        for (const auto& e : point["estimators"]) {
            csv += point["atoms"].dump();
            for (const char* key : {"rate", "half_width", "method", "trajectories"})
                csv += cell(point[key]);
            csv += cell(e["name"]) + cell(e["direction"]) + cell(e["delta_w"]["value"]) +
                   cell(e["delta_w"]["error"]) + cell(e["missing"]);
            for (const auto& bound : point["bounds"])
                if (bound["direction"] == e["direction"])
                    csv += cell(bound["steady_state"]) + cell(bound["snapshot"]["value"]) +
                           cell(bound["full_record"]);
            csv += '\n';
        }
    }
    return csv;
}

std::vector<ReportedPoint> points_in_parts(const std::vector<std::string>& folders, const std::string& config,
                                           std::span<const ScanConfig> points) {
    Problems problems;
    for (const auto& folder : folders) {
        const auto its = content(fs::path(folder) / "config.toml");
        if (!its) {
            problems.add(folder + " (no study was begun there: it has no config.toml) leave it out");
            continue;
        }
        for (const auto& difference : differences(*its, config, {}))
            problems.add(folder + " (not of the study that " + folders.front() + " is of: " + difference +
                         ") leave it out");
    }
    problems.raise();
    std::vector<ReportedPoint> found;
    for (const auto& point : points) {
        const auto file = point_file(point);
        std::string holder;
        bool other_build = false;
        for (const auto& folder : folders) {
            const auto path = fs::path(folder) / "points" / file;
            if (!fs::exists(path)) continue;
            problems.require(holder.empty(), folder + " (" + file + " is in " + holder +
                                                 " too, and would count twice) leave one of them out");
            if (!holder.empty()) continue;
            holder = folder;
            problems.collect([&] {
                if (auto kept = point_at(path, point, folder + " "))
                    found.push_back(std::move(*kept));
                else
                    other_build = true;
            });
        }
        problems.require(!holder.empty(), file +
                                              " (in none of the folders) add the part that holds it, or "
                                              "finish that with dickejump resume");
        problems.require(!other_build,
                         holder + " (" + file +
                             " was made by another build, which may round differently) run that "
                             "part again");
    }
    problems.raise();
    return found;
}

std::string point_file(const ScanConfig& point) {
    return "atoms-" + std::to_string(point.atoms) + "-rate-" + text(point.rate) + ".json";
}

SensitivityFolder::SensitivityFolder(fs::path path, const std::string& config)
    : folder_(checked(std::move(path), config)), points_(folder_.path() / "points") {
    folder_.write("config.toml", config);
}

std::optional<ReportedPoint> SensitivityFolder::finished(const ScanConfig& point) const {
    return point_at(points_.path() / point_file(point), point, "`out` = " + path().string() + " ");
}

void SensitivityFolder::store(const ScanConfig& point, const ReportedPoint& done) const {
    points_.write(point_file(point),
                  Json{{"build", build()}, {"point", Json::parse(done.json)}}.dump() + "\n");
}

}  // namespace dickejump
