#include "dickejump/io/steady_report.hpp"

#include "io/report_parts.hpp"

namespace dickejump {

std::string to_json(const SteadyResult& result) {
    const auto& config = result.config;
    Json estimates = Json::array();
    for (const auto& pooled : result.estimates) {
        const auto& moments = pooled.estimates;
        const auto& exact = pooled.exact;
        estimates.push_back({{"name", name(pooled.estimator)},
                             {"shots", pooled.pool},
                             {"pools", moments.count() + pooled.unbounded},
                             {"unbounded", pooled.unbounded},
                             {"mean", with_error(moments.mean())},
                             {"std", with_error(moments.deviation())},
                             {"rmse", with_error(moments.rmse(config.pump))},
                             {"bound", pooled.bound},
                             {"exact",
                              {{"mean", exact ? number(exact->mean) : Json(nullptr)},
                               {"std", exact ? number(exact->deviation) : Json(nullptr)},
                               {"unbounded", exact ? number(exact->unbounded) : Json(nullptr)}}}});
    }
    return Json{
        {"model", model_json(config.model, config.atoms)},
        {"pump", config.pump},
        {"ensemble",
         {{"shots", config.shots},
          {"seed", config.seed},
          {"stop_reason", name(result.stop_reason)},
          {"threads", result.threads},
          {"seconds", result.seconds}}},
        {"jz", {{"mean", with_error(result.jz.mean())}, {"variance", with_error(result.jz.variance())}}},
        {"bound", result.bound},
        {"estimators", std::move(estimates)},
        {"config", config_json(describe(config))},
        {"provenance", provenance_json(result.provenance, hash(config))}}
        .dump();
}

}  // namespace dickejump
