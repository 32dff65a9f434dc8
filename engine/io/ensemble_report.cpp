#include "dickejump/io/ensemble_report.hpp"

#include <algorithm>

#include "io/report_parts.hpp"

namespace dickejump {

namespace {

Json numbers(const std::vector<double>& values) {
    Json list = Json::array();
    for (const double x : values)
        list.push_back(number(x));
    return list;
}

/// Curves, and the model that they are of.
Json curves_of(const EnsembleConfig& config, const EnsembleCurves& curves) {
    Json observables = Json::object();
    for (const auto& observable : curves.observables) {
        Json curve = {{"mean", numbers(observable.mean)}};
        if (!observable.error.empty()) curve["error"] = numbers(observable.error);
        observables[observable.name] = std::move(curve);
    }
    Json model = {{"name", name(config.model)}, {"atoms", config.atoms}};
    if (config.model == Model::local) {
        model["emission"] = config.emission;
        model["pumping"] = config.pumping;
        model["dephasing"] = config.dephasing;
    } else if (config.model != Model::ladder) {
        model["detuning"] = config.detuning;
        model["drive"] =
            config.has_pump() ? Json(nullptr) : Json(config.drive);  // where the pump is given, it follows
        model["gamma_r"] = config.gamma_r;
    }
    return {{"times", curves.times}, {"observables", std::move(observables)}, {"model", std::move(model)}};
}

}  // namespace

std::string to_json(const EnsembleResult& result) {
    const auto& [config, observed, threads, provenance] = result;
    auto json = curves_of(config, observed.curves);
    json["ensemble"] = {{"trajectories", observed.trajectories},
                        {"jumps", observed.jumps},
                        {"seed", config.seed},
                        {"stop_reason", name(observed.stop_reason)},
                        {"threads", threads},
                        {"seconds", observed.seconds}};
    json["config"] = config_json(describe(config));
    json["provenance"] = provenance_json(provenance, hash(config));
    return json.dump();
}

std::string to_json(const ExactEnsemble& exact) {
    return curves_of(exact.config, exact.curves).dump();
}

std::string to_json(const EnsembleComparison& comparison) {
    Json z = Json::object();
    for (const auto& point : comparison.points) {
        z[point.observable]["times"].push_back(point.time);
        z[point.observable]["z"].push_back(number(point.z));
    }
    const auto agrees = comparison.agrees();
    return Json{{"p_value", number(comparison.p_value)},
                {"z", std::move(z)},
                {"agrees", agrees ? Json(*agrees) : Json(nullptr)},
                {"reason", comparison.reason.empty() ? Json(nullptr) : Json(comparison.reason)},
                {"alpha", comparison.alpha},
                {"trajectories", comparison.result.observed.trajectories},
                {"stop_reason", name(comparison.result.observed.stop_reason)}}
        .dump();
}

std::string to_csv(const EnsembleCurves& curves) {
    std::string header = "time";
    for (const auto& observable : curves.observables)
        header += "," + observable.name + "_mean" +
                  (observable.error.empty() ? "" : "," + observable.name + "_mean_error");
    for (const auto& [name, mean, error] : curves.observables)
        if ((!mean.empty() && mean.size() != curves.times.size()) ||
            (!error.empty() && error.size() != mean.size()))
            throw InvalidInput("observable " + name + " with " + std::to_string(mean.size()) + " means and " +
                               std::to_string(error.size()) + " errors (there are " +
                               std::to_string(curves.times.size()) + " times) give one for each, or none");
    Csv csv(header);
    // Runs that were ended before a block of them was done have no means.
    const bool known = std::none_of(curves.observables.begin(), curves.observables.end(),
                                    [](const auto& observable) { return observable.mean.empty(); });
    for (std::size_t i = 0; known && i < curves.times.size(); ++i) {
        std::vector<double> row{curves.times[i]};
        for (const auto& observable : curves.observables) {
            row.push_back(observable.mean[i]);
            if (!observable.error.empty()) row.push_back(observable.error[i]);
        }
        csv.row(row);
    }
    return csv.all();
}

}  // namespace dickejump
