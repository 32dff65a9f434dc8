#include "dickejump/io/measure_report.hpp"

#include <cmath>

#include "dickejump/study/scan/scan_result.hpp"
#include "io/matrix_json.hpp"
#include "io/report_parts.hpp"

namespace dickejump {

namespace {

Json estimator(const char* name, const MeasuredDetector& measured, const ScoredMoments& runs,
               std::int64_t missing, Json coverage) {
    return {{"name", name},
            {"detector", measured.detector},
            {"mean", with_error(runs.mean())},
            {"std", with_error(runs.deviation())},
            {"slope", with_error(runs.slope())},
            {"missing", missing},
            {"delta_w", with_error(runs.sensitivity())},
            {"coverage", std::move(coverage)},
            {"likelihood", measured.exact_likelihood ? "exact" : "approximate"}};
}

}  // namespace

std::string to_json(const MeasureResult& result) {
    const auto& config = result.config;
    Json estimators = Json::array(), detected = Json::array(), coverage = Json::array();
    for (const auto& m : result.detectors) {
        auto by_maximum = coverage_json(Coverage::of(m.hold68, m.hold95, m.intervals)),
             by_posterior = coverage_json(Coverage::of(m.posterior68, m.posterior95, m.posteriors));
        const auto missing = m.no_maximum.no_clicks + m.no_maximum.boundary + m.no_maximum.flat;
        coverage.push_back(
            {{"detector", m.detector}, {"maximum_likelihood", by_maximum}, {"bayes", by_posterior}});
        estimators.push_back(
            estimator("maximum_likelihood", m, m.maximum_likelihood, missing, std::move(by_maximum)));
        estimators.push_back(
            estimator("bayes", m, m.bayes, result.trajectories - m.posteriors, std::move(by_posterior)));
        std::optional<Estimate> bound;
        if (const auto told = m.information.mean(); told && told->value > 0.0) {
            const double value = 1.0 / std::sqrt(told->value);
            bound = Estimate{value, 0.5 * value * told->error / told->value};
        }
        auto entry = with_error(bound);
        entry["detector"] = m.detector;
        entry["likelihood"] = m.exact_likelihood ? "exact" : "approximate";
        entry["assumes"] = known_to(config.detectors, m.detector);
        if (m.matrix && m.matrix->count() > 0)
            add_matrix(FisherMatrix::of({&*m.matrix}, config.unknown), entry);
        detected.push_back(std::move(entry));
    }
    return Json{
        {"model", {{"atoms", config.atoms}}},
        {"protocol",
         {{"park", config.park ? Json(*config.park) : Json(nullptr)},
          {"schedule", config.schedule.empty() ? Json(nullptr) : Json(config.schedule)},
          {"duration", config.duration},
          {"initial", config.initial ? Json("dicke:" + std::to_string(*config.initial)) : Json("steady")}}},
        {"ensemble",
         {{"trajectories", result.trajectories},
          {"seed", config.seed},
          {"stop_reason", name(result.stop_reason)},
          {"threads", result.threads},
          {"seconds", result.seconds}}},
        {"estimators", std::move(estimators)},
        {"bounds",
         {{"full_record", number(result.full_record)},
          {"full_record_gamma_unknown", number(result.full_record_gamma_unknown)},
          {"snapshot", number(result.snapshot)},
          {"detected_record", std::move(detected)}}},
        {"coverage", std::move(coverage)},
        {"config", config_json(describe(config))},
        {"provenance", provenance_json(result.provenance, hash(config))}}
        .dump();
}

}  // namespace dickejump
