#include "dickejump/io/schedule_report.hpp"

#include <cmath>

#include "io/report_parts.hpp"

namespace dickejump {

namespace {

Json told_json(const ToldSchedule& told, const ScheduleConfig& config) {
    const double unit = static_cast<double>(config.atoms) * std::sqrt(config.duration);
    return {{"information", told.information},
            {"at_center", told.at_center},
            {"delta_w", told.delta_w()},
            {"scaled", unit * told.delta_w()},
            {"with_prior", number(told.with_prior(config))}};
}

}  // namespace

std::string to_json(const ScheduleResult& result) {
    const auto& config = result.config;
    Json scan = told_json(result.scan, config);
    scan["half_width"] = result.scan_half_width;
    return Json{
        {"model", {{"atoms", config.atoms}}},
        {"protocol",
         {{"duration", config.duration},
          {"prior_width", config.prior_width},
          {"pump_min", config.pump_min},
          {"pump_max", config.pump_max},
          {"knots", config.knots},
          {"initial", config.initial ? Json("dicke:" + std::to_string(*config.initial)) : Json("uniform")}}},
        {"schedule", {{"time", result.times}, {"pump", result.best.pumps}}},
        {"best", told_json(result.best, config)},
        {"linear_scan", std::move(scan)},
        {"parked", told_json(result.parked, config)},
        {"limit", {{"information", result.limit}, {"delta_w", 1.0 / std::sqrt(result.limit)}}},
        {"search",
         {{"steps", result.steps},
          {"converged", result.converged},
          {"stop_reason", name(result.stop_reason)},
          {"threads", result.threads},
          {"seconds", result.seconds}}},
        {"config", config_json(describe(config))},
        {"provenance", provenance_json(result.provenance, hash(config))}}
        .dump();
}

std::string to_csv(const ScheduleResult& result) {
    Csv csv("time,pump");
    for (std::size_t k = 0; k < result.times.size(); ++k)
        csv.row({result.times[k], result.best.pumps[k]});
    return csv.all();
}

}  // namespace dickejump
