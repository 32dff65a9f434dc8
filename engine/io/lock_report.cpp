#include "dickejump/io/lock_report.hpp"

#include <cmath>

#include "io/report_parts.hpp"

namespace dickejump {

namespace {

Json protocol(const LockConfig& config) {
    const auto grid = config.grid();
    return {{"duration", config.duration},
            {"servo", name(config.servo)},
            {"gain", config.gain},
            {"tick", grid.tick()},
            {"ticks", grid.ticks},
            {"dither", config.dither},
            {"memory", config.memory},
            {"initial", config.initial ? Json("dicke:" + std::to_string(*config.initial)) : Json("uniform")}};
}

/// 1/sqrt(information).
std::optional<Estimate> bound_from(const std::optional<Estimate>& information) {
    if (!information || !(information->value > 0.0)) return {};
    const double bound = 1.0 / std::sqrt(information->value);
    return Estimate{bound, 0.5 * bound * information->error / information->value};
}

Json estimator(const LockEstimate& estimate) {
    const auto& runs = estimate.runs;
    return {{"name", name(estimate.estimator)},
            {"detector", estimate.detector ? Json(*estimate.detector) : Json(nullptr)},
            {"mean", with_error(runs.mean())},
            {"std", with_error(runs.deviation())},
            {"slope", with_error(runs.slope())},
            {"missing", estimate.missing},
            {"delta_w", with_error(runs.sensitivity())}};
}

Json value_of(const std::optional<Estimate>& x) {
    return x ? number(x->value) : Json(nullptr);
}

}  // namespace

std::optional<Estimate> scaled_sensitivity(const LockConfig& config,
                                           const std::optional<Estimate>& information) {
    if (config.atoms < 1 || !(config.duration > 0.0) || std::isinf(config.duration))
        throw InvalidInput("`atoms` = " + std::to_string(config.atoms) + ", `duration` = " +
                           text(config.duration) + " (no loop) give at least one atom, and a positive time");
    auto bound = bound_from(information);
    if (!bound) return {};
    const double unit = static_cast<double>(config.atoms) * std::sqrt(config.duration);
    return Estimate{bound->value * unit, bound->error * unit};
}

std::string to_json(const LockResult& result) {
    const auto& config = result.config;
    const auto shift = result.shift_information.mean(), relative = result.relative_information.mean();
    Json estimators = Json::array();
    for (const auto& one : result.estimators)
        estimators.push_back(estimator(one));
    Json detected = Json::array();
    if (result.squared_score) {
        auto entry = with_error(bound_from(result.squared_score->mean()));
        entry["detector"] = config.detectors.front().name;
        entry["likelihood"] = "exact";
        detected.push_back(std::move(entry));
    }
    Json frequencies = Json::array(), power = Json::array(), power_error = Json::array();
    for (const auto& band : result.spectrum) {
        const auto mean = band.power.mean();
        frequencies.push_back(band.frequency);
        power.push_back(value_of(mean));
        power_error.push_back(mean ? number(mean->error) : Json(nullptr));
    }
    Json j2 = nullptr;
    if (config.model.kind == Model::local) j2 = {{"mean", with_error(result.j2.mean())}};
    const auto runs = static_cast<double>(result.trajectories),
               lost = static_cast<double>(result.lost) / runs;
    const auto never = result.trajectories - result.time_to_lock.count();
    return Json{
        {"model", model_json(config.model, config.atoms)},
        {"protocol", protocol(config)},
        {"up_jumps", with_error(result.up_jumps.mean())},
        {"information", {{"shift", with_error(shift)}, {"relative", with_error(relative)}}},
        {"scaled", with_error(scaled_sensitivity(config, shift))},
        {"scaled_relative", with_error(scaled_sensitivity(config, relative))},
        {"jz", {{"mean", with_error(result.jz.mean())}, {"variance", with_error(result.jz.variance())}}},
        {"j2", std::move(j2)},
        {"x2", with_error(result.square_error.mean())},
        {"pump_spectrum",
         {{"frequency", std::move(frequencies)},
          {"power", std::move(power)},
          {"power_error", std::move(power_error)}}},
        {"estimators", std::move(estimators)},
        {"bounds",
         {{"full_record", with_error(bound_from(shift))},
          {"detected_record", std::move(detected)},
          {"limit", result.limit}}},
        {"lost", result.trajectories > 0 ? with_error(Estimate{lost, std::sqrt(lost * (1.0 - lost) / runs)})
                                         : with_error({})},
        {"time_to_lock", {{"mean", with_error(result.time_to_lock.mean())}, {"never", never}}},
        {"ensemble",
         {{"trajectories", result.trajectories},
          {"jumps", count(result.jumps.mean() ? result.jumps.mean()->value * runs : 0.0)},
          {"seed", config.seed},
          {"stop_reason", name(result.stop_reason)},
          {"threads", result.threads},
          {"seconds", result.seconds}}},
        {"config", config_json(describe(config))},
        {"provenance", provenance_json(result.provenance, hash(config))}}
        .dump();
}

std::string to_json(const ExactLock& exact) {
    const auto& [config, law, limit] = exact;
    const auto known = [](double x) { return std::optional(Estimate{x, 0.0}); };
    const auto shift = law.shift_information ? known(*law.shift_information) : std::optional<Estimate>();
    return Json{{"model", model_json(config.model, config.atoms)},
                {"protocol", protocol(config)},
                {"up_jumps", law.up_jumps},
                {"information", {{"shift", number(law.shift_information)}, {"relative", law.up_jumps}}},
                {"scaled", value_of(scaled_sensitivity(config, shift))},
                {"scaled_relative", value_of(scaled_sensitivity(config, known(law.up_jumps)))},
                {"jz", {{"mean", law.jz_mean}, {"variance", law.jz_variance}}},
                {"x2", law.mean_square_error},
                {"estimators", Json::array()},
                {"bounds",
                 {{"full_record", value_of(bound_from(shift))},
                  {"detected_record", Json::array()},
                  {"limit", limit}}},
                {"lost", law.lost},
                {"config", config_json(describe(config))}}
        .dump();
}

}  // namespace dickejump
