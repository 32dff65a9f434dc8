#include "dickejump/io/scan_report.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "dickejump/model/invalid_input.hpp"
#include "io/report_parts.hpp"
#include "io/scan_json.hpp"

namespace dickejump {

namespace {

Json protocol(const Scan& scan, const ScanLeg& leg) {
    return {{"rate", scan.rate},
            {"half_width", scan.half_width},
            {"direction", name(scan.legs)},
            {"initial", name(scan.initial)},
            {"ticks", leg.grid().ticks}};
}

Json detected_bounds(const ScanResult& result, const std::optional<Direction>& direction) {
    Json list = Json::array();
    for (const auto& bound : result.detected_bounds) {
        if (bound.direction != direction) continue;
        auto entry = with_error(bound.value);
        entry["detector"] = bound.detector;
        entry["likelihood"] = bound.exact_likelihood ? "exact" : "approximate";
        entry["smoothing_width"] = direction ? number(bound.smoothing_width) : Json(nullptr);
        list.push_back(std::move(entry));
    }
    return list;
}

Json bounds(const ExactScan& exact, Scan::Legs legs) {
    Json list = Json::array();
    const auto pair = [](Json value, Json at) {
        return Json{{"value", std::move(value)}, {"scaled_pump", std::move(at)}};
    };
    for (const auto& leg : exact.legs) {
        const auto& bound = leg.bounds;
        const auto& variance = leg.solution.max_variance;
        const double end = leg.times.back();
        const double at = leg.scaled_pumps.front() +
                          (leg.scaled_pumps.back() - leg.scaled_pumps.front()) * (variance.time / end);
        list.push_back({{"direction", name(leg.direction)},
                        {"steady_state", number(bound.steady_state)},
                        {"snapshot", pair(number(bound.snapshot), number(bound.snapshot_scaled_pump))},
                        {"full_record", number(bound.full_record)},
                        {"paper_heuristic", number(bound.paper_heuristic)},
                        {"mean_up_jumps", number(leg.solution.up_jumps)},
                        {"max_variance", pair(number(variance.value), number(at))},
                        {"detected_record", Json::array()}});
    }
    if (legs == Scan::Legs::both)
        list.push_back({{"direction", "both"},
                        {"steady_state", nullptr},
                        {"snapshot", pair(nullptr, nullptr)},
                        {"full_record", number(exact.loop_full_record)},
                        {"paper_heuristic", nullptr},
                        {"mean_up_jumps", nullptr},
                        {"max_variance", pair(nullptr, nullptr)},
                        {"detected_record", Json::array()}});
    return list;
}

Json exact_curves(const ExactScan& exact) {
    Json list = Json::array();
    for (const auto& leg : exact.legs)
        list.push_back({{"direction", name(leg.direction)},
                        {"scaled_pump", leg.scaled_pumps},
                        {"time", leg.times},
                        {"jz_mean", leg.solution.jz_mean},
                        {"jz_variance", leg.solution.jz_variance}});
    return list;
}

Json exact_hysteresis(const ExactScan& exact) {
    const auto crossing = [&](Direction direction) {
        for (const auto& leg : exact.legs)
            if (leg.direction == direction) return Json{{"value", number(leg.crossing)}};
        return Json{{"value", nullptr}};
    };
    return {{"up_crossing", crossing(Direction::up)},
            {"down_crossing", crossing(Direction::down)},
            {"width", {{"value", exact.legs.size() == 2 ? number(exact.width) : Json(nullptr)}}}};
}

Json curve(const ScanCurve& curve) {
    Json json = {{"direction", name(curve.direction)}};
    for (const char* key :
         {"scaled_pump", "time", "jz_mean", "jz_mean_error", "jz_variance", "jz_variance_error"})
        json[key] = Json::array();
    for (const auto& point : curve.points) {
        json["scaled_pump"].push_back(number(point.scaled_pump));
        json["time"].push_back(number(point.time));
        const auto mean = with_error(point.jz_mean), variance = with_error(point.jz_variance);
        json["jz_mean"].push_back(mean["value"]);
        json["jz_mean_error"].push_back(mean["error"]);
        json["jz_variance"].push_back(variance["value"]);
        json["jz_variance_error"].push_back(variance["error"]);
    }
    return json;
}

/// The bound of the record that an estimator used.
std::optional<double> detected_bound(const ScanResult& scan, const EstimatorResult& result) {
    for (const auto& bound : scan.detected_bounds)
        if (result.detector == bound.detector && result.direction == bound.direction && bound.value)
            return bound.value->value;
    return {};
}

bool has_interval(Estimator estimator) {
    return estimator == Estimator::maximum_likelihood || estimator == Estimator::bayes;
}

Json estimator(const EstimatorResult& result, const ScanResult& scan, const ExactScan& exact,
               std::int64_t atoms) {
    const auto delta_w = result.delta_w(atoms);
    const auto ratio = [&](const std::optional<double>& bound) {
        return delta_w && bound ? number(delta_w->value / *bound) : Json(nullptr);
    };
    Json ratios = {
        {"steady_state", nullptr}, {"snapshot", nullptr}, {"full_record", ratio(exact.loop_full_record)}};
    if (result.direction) {
        const auto& bound = exact.leg(*result.direction).bounds;
        ratios = {{"steady_state", ratio(bound.steady_state)},
                  {"snapshot", ratio(bound.snapshot)},
                  {"full_record", ratio(bound.full_record)}};
    }
    ratios["detected_record"] = ratio(detected_bound(scan, result));
    constexpr int bins = 60;
    const auto histogram = result.histogram.trimmed(bins);
    Json edges = Json::array();
    for (std::size_t i = 0; i <= histogram.counts().size(); ++i)
        edges.push_back(number(histogram.edge(i)));
    Json calibration = {{"offset", nullptr},
                        {"slope", nullptr},
                        {"slope_error", nullptr},
                        {"source", result.detector ? "monte_carlo" : "exact"}};
    if (result.calibration)
        calibration = {
            {"offset", number(result.calibration->offset)},
            {"slope", number(result.calibration->slope)},
            {"slope_error", number(result.calibration->slope_error)},
            {"source", result.calibration->source == Calibration::Source::exact ? "exact" : "monte_carlo"}};
    Json coverage = nullptr;
    if (result.coverage)
        coverage = {{"68", with_error(result.coverage->at68)}, {"95", with_error(result.coverage->at95)}};
    Json json = {{"name", name(result.estimator)},
                 {"direction", result.direction ? name(*result.direction) : "both"},
                 {"detector", result.detector ? Json(*result.detector) : Json(nullptr)},
                 {"mean", with_error(result.runs.mean())},
                 {"std", with_error(result.runs.deviation())},
                 {"rmse", with_error(result.runs.rmse(0.0))},
                 {"missing", result.missing},
                 {"calibration", std::move(calibration)},
                 {"delta_w", with_error(delta_w)},
                 {"ratio_to_bound", std::move(ratios)},
                 {"coverage", std::move(coverage)},
                 {"histogram", {{"edges", std::move(edges)}, {"counts", histogram.counts()}}}};
    if (has_interval(result.estimator))
        for (const auto& bound : scan.detected_bounds)
            if (result.detector == bound.detector && result.direction == bound.direction)
                json["likelihood"] = bound.exact_likelihood ? "exact" : "approximate";
    return json;
}

/// Lists of values and of errors under `key` and `key`_error.
void add_list(Json& json, const std::string& key, const std::vector<std::optional<Estimate>>& list) {
    Json values = Json::array(), errors = Json::array();
    for (const auto& x : list) {
        values.push_back(x ? number(x->value) : Json(nullptr));
        errors.push_back(x ? number(x->error) : Json(nullptr));
    }
    json[key] = std::move(values);
    json[key + "_error"] = std::move(errors);
}

Json signals(const ScanResult& result) {
    Json list = Json::array();
    for (const auto& signal : result.signals) {
        Json curves = {{"scaled_pump", signal.scaled_pump}}, correlation = {{"lag", signal.lag}};
        add_list(curves, "jz", signal.jz);
        add_list(curves, "jz_variance", signal.jz_variance);
        add_list(curves, "fano", signal.fano);
        add_list(correlation, "g2", signal.g2);
        add_list(correlation, "czz", signal.czz);
        list.push_back({{"detector", signal.detector},
                        {"direction", name(signal.direction)},
                        {"channel", name(signal.channel)},
                        {"signal", std::move(curves)},
                        {"correlation", std::move(correlation)}});
    }
    return list;
}

Json biases(const ScanResult& result) {
    Json list = Json::array();
    const auto part = [](const Bias& bias) {
        return Json{{"mean", number(bias.mean)}, {"variance", number(bias.variance)}};
    };
    for (const auto& leg : result.biases)
        list.push_back({{"direction", name(leg.direction)},
                        {"steps_per_tick", leg.bias.steps_per_tick},
                        {"step", part(leg.bias.step)},
                        {"model", part(leg.bias.model)},
                        {"crossing", number(leg.crossing)}});
    return list;
}

Json records(const ScanResult& result) {
    Json list = Json::array();
    for (const auto& record : result.records) {
        Json counts = Json::object();
        for (const auto c : channels)
            if (const auto& bins = record.counts[static_cast<std::size_t>(c)]; !bins.empty())
                counts[std::string(name(c))] = bins;
        list.push_back(
            {{"detector", record.detector},
             {"direction", name(record.direction)},
             {"trajectory", record.trajectory},
             {"scaled_pump", record.scaled_pump},
             {"n", record.n},
             {"counts", std::move(counts)},
             {"filter", {{"mean", record.filter_mean}, {"std", record.filter_deviation}}},
             {"maximum_likelihood",
              {{"value", number(record.maximum_likelihood)}, {"error", number(record.standard_error)}}}});
    }
    return list;
}

Json ensemble(const ScanRun& run, const ScanResult& result) {
    return {{"trajectories", result.trajectories},
            {"jumps", count(result.jumps)},
            {"seed", run.ensemble.seed},
            {"method", name(run.method)},
            {"stop_reason", name(result.stop_reason)},
            {"threads", run.ensemble.threads},
            {"seconds", result.seconds}};
}

}  // namespace

nlohmann::ordered_json bounds_json(const ExactScan& exact, Scan::Legs legs) {
    return bounds(exact, legs);
}

nlohmann::ordered_json estimators_json(const ScanResult& result, const ExactScan& exact, std::int64_t atoms) {
    Json list = Json::array();
    for (const auto& e : result.estimators)
        list.push_back(estimator(e, result, exact, atoms));
    return list;
}

nlohmann::ordered_json bias_json(const ScanResult& result) {
    return biases(result);
}

std::string to_json(const ScanReport& report) {
    const auto& [ladder, run, exact, result, provenance] = report;
    const ScanLeg leg(ladder, run.scan, run.scan.directions().front());
    Json curves = Json::array();
    std::optional<Estimate> up, down;
    for (const auto& c : result.curves) {
        curves.push_back(curve(c));
        (c.direction == Direction::up ? up : down) = c.crossing;
    }
    auto all_bounds = bounds(exact, run.scan.legs);
    for (auto& bound : all_bounds) {
        const auto leg_name = bound["direction"].get<std::string>();
        bound["detected_record"] = detected_bounds(
            result, leg_name == "both" ? std::nullopt
                                       : std::optional(leg_name == "up" ? Direction::up : Direction::down));
    }
    Json json = Json{{"model", {{"atoms", ladder.atoms()}}},
                     {"protocol", protocol(run.scan, leg)},
                     {"ensemble", ensemble(run, result)},
                     {"curves", std::move(curves)},
                     {"hysteresis",
                      {{"up_crossing", with_error(up)},
                       {"down_crossing", with_error(down)},
                       {"width", with_error(result.width)}}},
                     {"estimators", estimators_json(result, exact, ladder.atoms())},
                     {"bounds", std::move(all_bounds)},
                     {"exact", {{"curves", exact_curves(exact)}, {"hysteresis", exact_hysteresis(exact)}}},
                     {"provenance", to_json(provenance)}};
    if (!result.biases.empty()) json["bias"] = biases(result);
    if (run.signals) json["detectors"] = signals(result);
    if (run.keep_records > 0) json["records"] = records(result);
    return json.dump();
}

std::string to_json(const DickeLadder& ladder, const Scan& scan, const ExactScan& exact) {
    const ScanLeg leg(ladder, scan, scan.directions().front());
    return Json{{"model", {{"atoms", ladder.atoms()}}},  {"protocol", protocol(scan, leg)},
                {"method", name(exact.method)},          {"curves", exact_curves(exact)},
                {"hysteresis", exact_hysteresis(exact)}, {"bounds", bounds(exact, scan.legs)}}
        .dump();
}

std::string to_json(const ScanComparison& comparison, double alpha) {
    Json z = Json::object();
    for (const auto& point : comparison.points) {
        auto& leg = z[std::string(name(point.direction))];
        leg["scaled_pump"].push_back(number(point.scaled_pump));
        leg["z"].push_back(number(point.z));
    }
    return Json{{"p_value", number(comparison.p_value)},          {"z", std::move(z)},
                {"agrees", comparison.p_value >= alpha},          {"alpha", alpha},
                {"trajectories", comparison.result.trajectories}, {"jumps", count(comparison.result.jumps)}}
        .dump();
}

std::string to_csv(const ScanReport& report) {
    Csv csv(
        "direction,scaled_pump,time,jz_mean,jz_mean_error,jz_variance,jz_variance_error,exact_jz_mean,exact_"
        "jz_variance");
    const auto value = [](const std::optional<Estimate>& x) {
        return x ? std::optional(x->value) : std::nullopt;
    };
    const auto error = [](const std::optional<Estimate>& x) {
        return x ? std::optional(x->error) : std::nullopt;
    };
    for (const auto& curve : report.result.curves) {
        const auto& exact = report.exact.leg(curve.direction).solution;
        for (std::size_t i = 0; i < curve.points.size(); ++i) {
            const auto& point = curve.points[i];
            csv.row(
                name(curve.direction),
                {point.scaled_pump, point.time, value(point.jz_mean), error(point.jz_mean),
                 value(point.jz_variance), error(point.jz_variance), exact.jz_mean[i], exact.jz_variance[i]});
        }
    }
    return csv.all();
}

std::string to_csv(const ExactScan& exact) {
    Csv csv("direction,scaled_pump,time,jz_mean,jz_variance");
    for (const auto& leg : exact.legs)
        for (std::size_t i = 0; i < leg.times.size(); ++i)
            csv.row(name(leg.direction), {leg.scaled_pumps[i], leg.times[i], leg.solution.jz_mean[i],
                                          leg.solution.jz_variance[i]});
    return csv.all();
}

}  // namespace dickejump
