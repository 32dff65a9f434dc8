#include "dickejump/io/scan_report.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "dickejump/model/invalid_input.hpp"
#include "io/matrix_json.hpp"
#include "io/report_parts.hpp"
#include "io/scan_json.hpp"

namespace dickejump {

namespace {

Json protocol(std::int64_t atoms, const ScanProtocol& scan) {
    const ScanLeg leg(DickeLadder(atoms), scan, scan.directions().front());
    return {{"rate", scan.rate},
            {"half_width", scan.half_width},
            {"direction", name(scan.legs)},
            {"initial", name(scan.initial)},
            {"ticks", leg.grid().ticks}};
}

/// What a bound takes as known that is not of a detector's record.
Json known_to(const ModelConfig& model) {
    switch (model.kind) {
        case Model::effective:
            return {"gamma", "detuning", "gamma_r", "offset"};
        case Model::local:
            return {"gamma", "emission", "pumping", "dephasing", "offset"};
        default:
            return {"gamma", "offset"};
    }
}

Json detected_bounds(const ScanResult& result, const std::optional<Direction>& direction) {
    Json list = Json::array();
    for (const auto& bound : result.detected_bounds) {
        if (bound.direction != direction) continue;
        auto entry = with_error(bound.value);
        entry["detector"] = bound.detector;
        entry["likelihood"] = bound.exact_likelihood ? "exact" : "approximate";
        entry["smoothing_width"] = direction ? number(bound.smoothing_width) : Json(nullptr);
        entry["assumes"] = known_to(result.config.detectors, bound.detector);
        if (bound.matrix) add_matrix(*bound.matrix, entry);
        list.push_back(std::move(entry));
    }
    return list;
}

Json bounds(const ExactScan& exact) {
    Json list = Json::array();
    const auto pair = [](Json value, Json at) {
        return Json{{"value", std::move(value)}, {"scaled_pump", std::move(at)}};
    };
    for (const auto& leg : exact.legs) {
        const auto& bound = leg.bounds;
        const auto& variance = leg.solution.max_variance;
        const double at = leg.scaled_pump(variance.time);
        list.push_back({{"direction", name(leg.direction)},
                        {"steady_state", number(bound.steady_state)},
                        {"snapshot", pair(number(bound.snapshot), number(bound.snapshot_scaled_pump))},
                        {"full_record", number(bound.full_record)},
                        {"full_record_gamma_unknown", number(bound.full_record_gamma_unknown)},
                        {"paper_heuristic", number(bound.paper_heuristic)},
                        {"mean_up_jumps", number(leg.solution.up_jumps)},
                        {"max_variance", pair(number(variance.value), number(at))},
                        {"assumes", known_to(exact.config.model)},
                        {"detected_record", Json::array()}});
    }
    if (exact.legs.size() == 2)
        list.push_back({{"direction", "both"},
                        {"steady_state", nullptr},
                        {"snapshot", pair(nullptr, nullptr)},
                        {"full_record", number(exact.loop_full_record)},
                        {"full_record_gamma_unknown", number(exact.loop_full_record_gamma_unknown)},
                        {"paper_heuristic", nullptr},
                        {"mean_up_jumps", nullptr},
                        {"max_variance", pair(nullptr, nullptr)},
                        {"assumes", known_to(exact.config.model)},
                        {"detected_record", Json::array()}});
    return list;
}

Json exact_curves(const ExactScan& exact) {
    Json list = Json::array();
    for (const auto& leg : exact.legs) {
        list.push_back({{"direction", name(leg.direction)},
                        {"scaled_pump", leg.scaled_pumps},
                        {"time", leg.times},
                        {"jz_mean", leg.solution.jz_mean},
                        {"jz_variance", leg.solution.jz_variance}});
        if (leg.j2_mean.empty()) continue;
        list.back()["j2_mean"] = leg.j2_mean;
        list.back()["side_photons"] = leg.side_photons;
    }
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
        if (!point.j2_mean) continue;
        json["j2_mean"].push_back(number(point.j2_mean->value));
        json["j2_mean_error"].push_back(number(point.j2_mean->error));
    }
    return json;
}

Json estimator(const EstimatorResult& result, const ScanResult& scan) {
    const auto& exact = scan.exact;
    const auto& delta_w = result.delta_w;
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
    ratios["detected_record"] = ratio(scan.bound_of_record(result));
    constexpr int bins = 60;
    const auto histogram = result.histogram.trimmed(bins);
    Json edges = Json::array();
    for (std::size_t i = 0; i <= histogram.counts().size(); ++i)
        edges.push_back(number(histogram.edge(i)));
    Json calibration = {{"offset", nullptr},
                        {"slope", nullptr},
                        {"slope_error", nullptr},
                        {"slope_at_spread", nullptr},
                        {"source", result.detector ? "monte_carlo" : "exact"}};
    if (result.calibration)
        calibration = {
            {"offset", number(result.calibration->offset)},
            {"slope", number(result.calibration->slope)},
            {"slope_error", number(result.calibration->slope_error)},
            {"slope_at_spread", result.calibration->slope_at_spread
                                    ? Json(*result.calibration->slope_at_spread)
                                    : Json(nullptr)},
            {"source", result.calibration->source == Calibration::Source::exact ? "exact" : "monte_carlo"}};
    Json json = {{"name", name(result.estimator)},
                 {"direction", result.direction ? name(*result.direction) : "both"},
                 {"detector", result.detector ? Json(*result.detector) : Json(nullptr)},
                 {"mean", with_error(result.mean())},
                 {"std", with_error(result.deviation())},
                 {"rmse", with_error(result.rmse())},
                 {"missing", result.missing},
                 {"calibration", std::move(calibration)},
                 {"delta_w", with_error(delta_w)},
                 {"ratio_to_bound", std::move(ratios)},
                 {"coverage", coverage_json(result.coverage)},
                 {"histogram", {{"edges", std::move(edges)}, {"counts", histogram.counts()}}}};
    if (result.gated) json["gated"] = {{"scaled_pump", {result.gated->from, result.gated->to}}};
    if (const auto& reasons = result.missing_reasons)
        json["missing_reasons"] = {
            {"no clicks", reasons->no_clicks}, {"boundary", reasons->boundary}, {"flat", reasons->flat}};
    if (traits(result.estimator).gives_interval)
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
    for (const auto& leg : result.biases) {
        Json estimators = Json::array();
        for (const auto& bias : leg.estimators)
            estimators.push_back({{"name", name(bias.estimator)},
                                  {"mean", number(bias.mean)},
                                  {"std", number(bias.deviation)},
                                  {"slope", number(bias.slope)}});
        list.push_back(
            {{"direction", name(leg.direction)},
             {"steps_per_tick", leg.bias.steps_per_tick},
             {"step", part(leg.bias.step)},
             {"model", part(leg.bias.model)},
             {"curve", {{"jz_mean", number(leg.jz_mean)}, {"jz_variance", number(leg.jz_variance)}}},
             {"crossing", number(std::abs(leg.crossing))},
             {"estimators", std::move(estimators)}});
    }
    return list;
}

Json records(const ScanResult& result) {
    Json list = Json::array();
    for (const auto& record : result.records) {
        Json counts = Json::object();
        for (const auto c : channels)
            if (const auto& bins = record.counts[static_cast<std::size_t>(c)]; !bins.empty())
                counts[std::string(name(c))] = bins;
        Json maximum = {{"value", number(record.maximum_likelihood)},
                        {"error", number(record.standard_error)}};
        if (record.no_maximum) maximum["reason"] = name(*record.no_maximum);
        Json entry = {{"detector", record.detector},
                      {"direction", name(record.direction)},
                      {"trajectory", record.trajectory},
                      {"scaled_pump", record.scaled_pump},
                      {"n", record.n},
                      {"counts", std::move(counts)},
                      {"filter", {{"mean", record.filter_mean}, {"std", record.filter_deviation}}},
                      {"maximum_likelihood", std::move(maximum)}};
        if (record.time_tags) {
            Json clicks = Json::object();
            for (const auto c : channels)
                if (!record.counts[static_cast<std::size_t>(c)].empty())
                    clicks[std::string(name(c))] = record.clicks[static_cast<std::size_t>(c)];
            entry["clicks"] = std::move(clicks);
        }
        list.push_back(std::move(entry));
    }
    return list;
}

Json ensemble(const ScanResult& result) {
    return {{"trajectories", result.trajectories},
            {"jumps", count(result.jumps)},
            {"seed", result.config.seed},
            {"method", name(result.config.method)},
            {"stop_reason", name(result.stop_reason)},
            {"threads", result.threads},
            {"seconds", result.seconds}};
}

}  // namespace

Json protocol_json(std::int64_t atoms, const ScanProtocol& scan) {
    return protocol(atoms, scan);
}

Json bounds_json(const ExactScan& exact) {
    return bounds(exact);
}

Json estimators_json(const ScanResult& result) {
    Json list = Json::array();
    for (const auto& e : result.estimators)
        list.push_back(estimator(e, result));
    return list;
}

Json bias_json(const ScanResult& result) {
    return biases(result);
}

std::string to_json(const ScanResult& result) {
    check_curves(result.exact);
    for (const auto& curve : result.curves)
        static_cast<void>(result.exact.leg(curve.direction));
    const auto& config = result.config;
    Json curves = Json::array();
    std::optional<Estimate> up, down;
    for (const auto& c : result.curves) {
        curves.push_back(curve(c));
        (c.direction == Direction::up ? up : down) = c.crossing;
    }
    auto all_bounds = bounds(result.exact);
    for (auto& bound : all_bounds) {
        const auto leg_name = bound["direction"].get<std::string>();
        bound["detected_record"] = detected_bounds(
            result, leg_name == "both" ? std::nullopt
                                       : std::optional(leg_name == "up" ? Direction::up : Direction::down));
    }
    Json json = Json{
        {"model", model_json(config.model, config.atoms)},
        {"protocol", protocol(config.atoms, config.protocol())},
        {"ensemble", ensemble(result)},
        {"curves", std::move(curves)},
        {"hysteresis",
         {{"up_crossing", with_error(up)},
          {"down_crossing", with_error(down)},
          {"width", with_error(result.width)}}},
        {"estimators", estimators_json(result)},
        {"bounds", std::move(all_bounds)},
        {"exact", {{"curves", exact_curves(result.exact)}, {"hysteresis", exact_hysteresis(result.exact)}}},
        {"config", config_json(describe(config))},
        {"provenance", provenance_json(result.provenance, hash(config))}};
    if (!result.biases.empty()) json["bias"] = biases(result);
    if (config.signals) json["detectors"] = signals(result);
    if (config.keep_records > 0) json["records"] = records(result);
    return json.dump();
}

std::string to_json(const ExactScan& exact) {
    check_curves(exact);
    const auto& config = exact.config;
    return Json{{"model", model_json(config.model, config.atoms)},
                {"protocol", protocol(config.atoms, config.protocol())},
                {"method", name(config.method)},
                {"curves", exact_curves(exact)},
                {"hysteresis", exact_hysteresis(exact)},
                {"bounds", bounds(exact)}}
        .dump();
}

std::string to_json(const ScanComparison& comparison) {
    Json z = Json::object();
    for (const auto& point : comparison.points) {
        auto& leg = z[std::string(name(point.direction))];
        leg["scaled_pump"].push_back(number(point.scaled_pump));
        leg["z"].push_back(number(point.z));
    }
    const auto agrees = comparison.agrees();
    return Json{{"p_value", number(comparison.p_value)},
                {"z", std::move(z)},
                {"agrees", agrees ? Json(*agrees) : Json(nullptr)},
                {"reason", comparison.reason.empty() ? Json(nullptr) : Json(comparison.reason)},
                {"alpha", comparison.alpha},
                {"trajectories", comparison.result.trajectories},
                {"stop_reason", name(comparison.result.stop_reason)},
                {"jumps", count(comparison.result.jumps)}}
        .dump();
}

}  // namespace dickejump
