#include "dickejump/io/experiment_report.hpp"

#include <limits>

#include "io/report_parts.hpp"

namespace dickejump {

namespace {

Json calibration_json(const std::optional<Calibration>& calibration) {
    if (!calibration) return {{"offset", nullptr}, {"slope", nullptr}, {"slope_error", nullptr}};
    const bool exact = calibration->source == Calibration::Source::exact;
    return {{"offset", number(calibration->offset)},
            {"slope", number(calibration->slope)},
            {"slope_error", number(calibration->slope_error)},
            {"source", exact ? "exact" : "monte_carlo"}};
}

}  // namespace

std::string to_json(const ExperimentResult& result) {
    const auto& config = result.config;
    Json legs = Json::array(), combined = Json::array();
    for (std::size_t k = 0; k < result.legs.size(); ++k) {
        const auto& leg = result.legs[k];
        Json estimators = Json::array();
        for (const auto& one : leg.estimators)
            estimators.push_back({{"name", name(one.estimator)},
                                  {"detector", nullptr},
                                  {"mean", with_error(one.runs.mean())},
                                  {"std", with_error(one.runs.deviation())},
                                  {"missing", one.missing},
                                  {"calibration", calibration_json(one.calibration)}});
        legs.push_back({{"index", k},
                        {"direction", name(leg.direction)},
                        {"start", leg.start},
                        {"estimators", std::move(estimators)},
                        {"jz_end", with_error(leg.jz_end.mean())},
                        {"j2_end", with_error(leg.j2_end.mean())},
                        {"information", number(leg.information)}});
    }
    for (const auto& one : result.combined)
        combined.push_back({{"name", name(one.estimator)},
                            {"detector", nullptr},
                            {"weights", one.weights},
                            {"delta_w", with_error(one.delta_w)}});
    Json detected = Json::array();
    for (const auto& record : result.records) {
        const auto add = [&](Estimator estimator, const ScoredMoments& runs,
                             const std::optional<Coverage>& holds, std::int64_t missing) {
            combined.push_back({{"name", name(estimator)},
                                {"detector", record.detector},
                                {"weights", Json::array()},
                                {"mean", with_error(runs.mean())},
                                {"std", with_error(runs.deviation())},
                                {"missing", missing},
                                {"delta_w", with_error(runs.sensitivity())},
                                {"coverage", coverage_json(holds)}});
        };
        const auto& why = record.no_maximum;
        add(Estimator::maximum_likelihood, record.maximum, record.maximum_holds,
            why.no_clicks + why.boundary + why.flat);
        add(Estimator::bayes, record.bayes, record.bayes_holds, result.trajectories - record.bayes.count());
        auto bound = with_error(record.bound);
        bound["detector"] = record.detector;
        bound["likelihood"] = record.exact_likelihood ? "exact" : "approximate";
        detected.push_back(std::move(bound));
    }
    Json json = {{"model",
                  {{"name", "local"},
                   {"atoms", config.atoms},
                   {"emission", config.emission},
                   {"pumping", config.pumping},
                   {"dephasing", config.dephasing}}},
                 {"protocol",
                  {{"rate", config.rate},
                   {"half_width", config.half_width},
                   {"duration", config.duration},
                   {"rest", config.rest},
                   {"repump", config.repump},
                   {"initial", name(config.initial)},
                   {"legs", result.legs.size()}}},
                 {"ensemble",
                  {{"trajectories", result.trajectories},
                   {"jumps", result.jumps},
                   {"seed", config.seed},
                   {"method", "exact"},
                   {"stop_reason", name(result.stop_reason)},
                   {"threads", result.threads},
                   {"seconds", result.seconds}}},
                 {"legs", std::move(legs)},
                 {"combined", std::move(combined)},
                 {"bounds",
                  {{"full_record", number(result.full_record)},
                   {"detected_record", std::move(detected)},
                   {"parked_full_record", number(result.parked_full_record)},
                   {"paper", number(result.paper)}}},
                 {"config", config_json(describe(config))},
                 {"provenance", provenance_json(result.provenance, hash(config))}};
    if (const auto& optimum = result.optimum)
        json["optimum"] = {{"rate", with_error(optimum->rate)},
                           {"half_width", with_error(optimum->half_width)},
                           {"delta_w", with_error(optimum->delta_w)},
                           {"legs", optimum->legs}};
    return json.dump();
}

std::string to_csv(const ExperimentResult& result) {
    std::string header = "leg,up,start";
    if (!result.legs.empty())
        for (const auto& one : result.legs.front().estimators)
            for (const char* what : {"mean", "std", "offset", "slope"})
                header += "," + std::string(name(one.estimator)) + "_" + what;
    Csv csv(header + ",jz_end,j2_end");
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    const auto value = [](const std::optional<Estimate>& x) { return x ? x->value : none; };
    for (std::size_t k = 0; k < result.legs.size(); ++k) {
        const auto& leg = result.legs[k];
        std::vector<double> row{static_cast<double>(k), leg.direction == Direction::up ? 1.0 : 0.0,
                                leg.start};
        for (const auto& one : leg.estimators) {
            row.push_back(value(one.runs.mean()));
            row.push_back(value(one.runs.deviation()));
            row.push_back(one.calibration ? one.calibration->offset : none);
            row.push_back(one.calibration ? one.calibration->slope : none);
        }
        row.push_back(value(leg.jz_end.mean()));
        row.push_back(value(leg.j2_end.mean()));
        csv.row(row);
    }
    return csv.all();
}

}  // namespace dickejump
