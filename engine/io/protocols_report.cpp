#include "dickejump/io/protocols_report.hpp"

#include <cmath>

#include "dickejump/exact/lock.hpp"
#include "io/report_parts.hpp"

namespace dickejump {

namespace {

Json value_json(const ProtocolValue& value, std::int64_t atoms, double duration) {
    return {{"name", value.name},
            {"detector", value.detector ? Json(*value.detector) : Json(nullptr)},
            {"direction", value.direction ? Json(name(*value.direction)) : Json(nullptr)},
            {"delta_w", with_error(value.delta_w)},
            {"scaled", with_error(scaled(value.delta_w, atoms, duration))}};
}

/// What a protocol is beside its duration.
Json settings_json(const ProtocolOutcome& outcome) {
    const auto& run = outcome.point.run;
    if (const auto* scan = std::get_if<ScanConfig>(&run))
        return {{"rate", scan->rate},
                {"half_width", scan->half_width},
                {"scans", number(outcome.scans)},
                {"seed", scan->seed}};
    if (const auto* legs = std::get_if<ExperimentConfig>(&run))
        return {{"rate", legs->rate},
                {"half_width", legs->half_width},
                {"scans", number(outcome.scans)},
                {"seed", legs->seed}};
    if (std::holds_alternative<LocalRest>(run)) return {{"pump", 1.0}};
    if (const auto* rest = std::get_if<MeasureConfig>(&run)) return {{"pump", 1.0}, {"seed", rest->seed}};
    const auto& loop = std::get<LockConfig>(run);
    if (outcome.point.protocol == Protocol::park) return {{"pump", 1.0}, {"seed", loop.seed}};
    return {{"servo", name(loop.servo)},
            {"gain", loop.gain},
            {"tick", loop.grid().tick()},
            {"detector", loop.detectors.empty() ? Json(nullptr) : Json(loop.detectors.front().name)},
            {"seed", loop.seed}};
}

}  // namespace

std::string to_json(const ProtocolsResult& result) {
    const auto& config = result.config;
    const double duration = config.duration.value_or(0.0);
    Json protocols = Json::array(), limits = Json::array();
    for (const auto& outcome : result.points) {
        Json estimators = Json::array(), bounds = Json::array();
        for (const auto& value : outcome.estimates) {
            estimators.push_back(value_json(value, outcome.point.atoms, duration));
            estimators.back()["missing"] = value.missing;
        }
        for (const auto& value : outcome.bounds)
            bounds.push_back(value_json(value, outcome.point.atoms, duration));
        Json entry = {{"protocol", name(outcome.point.protocol)}, {"atoms", outcome.point.atoms}};
        entry.update(settings_json(outcome));
        entry["trajectories"] = outcome.trajectories;
        entry["estimators"] = std::move(estimators);
        entry["bounds"] = std::move(bounds);
        protocols.push_back(std::move(entry));
    }
    for (const auto atoms : config.scans.atoms) {
        const double limit = exact::protocol_limit(DickeLadder(atoms), duration, config.scans.model.emission);
        limits.push_back({{"atoms", atoms},
                          {"delta_w", limit},
                          {"scaled", scaled(Estimate{limit, 0.0}, atoms, duration)->value}});
    }
    return Json{{"duration", duration},
                {"ensemble",
                 {{"trajectories", config.scans.trajectories},
                  {"seed", config.scans.seed},
                  {"stop_reason", name(result.stop_reason)},
                  {"threads", result.threads},
                  {"seconds", result.seconds}}},
                {"protocols", std::move(protocols)},
                {"limits", std::move(limits)},
                {"config", config_json(describe(config))},
                {"provenance", provenance_json(result.provenance, hash(config))}}
        .dump();
}

std::string to_csv(const ProtocolsResult& result) {
    std::string csv =
        "protocol,atoms,rate,duration,trajectories,kind,name,detector,direction,delta_w,delta_w_error,scaled,"
        "scaled_error,missing\n";
    const double duration = result.config.duration.value_or(0.0);
    const auto cell = [](double x) { return "," + (std::isfinite(x) ? text(x) : std::string()); };
    const auto pair = [&](const std::optional<Estimate>& x) {
        return x ? cell(x->value) + cell(x->error) : std::string(",,");
    };
    // A detector's name may hold commas, or what quotes a field.
    const auto quoted = [](const std::string& said) {
        std::string all = "\"";
        for (const char c : said)
            all += c == '"' ? std::string("\"\"") : std::string(1, c);
        return all + "\"";
    };
    for (const auto& outcome : result.points) {
        const auto atoms = outcome.point.atoms;
        const auto* scan = std::get_if<ScanConfig>(&outcome.point.run);
        const auto* legs = std::get_if<ExperimentConfig>(&outcome.point.run);
        const auto rate = scan ? cell(scan->rate) : legs ? cell(legs->rate) : std::string(",");
        const auto row = [&](const char* kind, const ProtocolValue& value) {
            csv += std::string(name(outcome.point.protocol)) + "," + std::to_string(atoms) + rate +
                   cell(duration) + "," + std::to_string(outcome.trajectories) + "," + kind + "," +
                   value.name + "," + (value.detector ? quoted(*value.detector) : "") + "," +
                   (value.direction ? std::string(name(*value.direction)) : "") + pair(value.delta_w) +
                   pair(scaled(value.delta_w, atoms, duration)) + "," + std::to_string(value.missing) + "\n";
        };
        for (const auto& value : outcome.estimates)
            row("estimate", value);
        for (const auto& value : outcome.bounds)
            row("bound", value);
    }
    return csv;
}

}  // namespace dickejump
