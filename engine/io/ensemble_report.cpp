#include "dickejump/io/ensemble_report.hpp"

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
Json curves_of(const EnsembleRun& run, const EnsembleCurves& curves) {
    Json observables = Json::object();
    for (const auto& observable : curves.observables) {
        Json curve = {{"mean", numbers(observable.mean)}};
        if (!observable.error.empty()) curve["error"] = numbers(observable.error);
        observables[observable.name] = std::move(curve);
    }
    Json model = {{"name", name(run.model)}, {"atoms", run.atoms}};
    if (run.model != Model::ladder) {
        model["detuning"] = run.detuning;
        model["drive"] = run.pump ? Json(nullptr) : Json(run.drive);  // where the pump is given, it follows
        model["gamma_r"] = run.gamma_r;
    }
    return {{"times", curves.times}, {"observables", std::move(observables)}, {"model", std::move(model)}};
}

}  // namespace

std::string to_json(const EnsembleReport& report) {
    const auto& [run, result, provenance] = report;
    auto json = curves_of(run, result.curves);
    json["ensemble"] = {{"trajectories", result.trajectories}, {"jumps", result.jumps},
                        {"seed", run.ensemble.seed},           {"stop_reason", name(result.stop_reason)},
                        {"threads", run.ensemble.threads},     {"seconds", result.seconds}};
    json["provenance"] = to_json(provenance);
    return json.dump();
}

std::string to_json(const EnsembleRun& run, const EnsembleCurves& exact) {
    return curves_of(run, exact).dump();
}

std::string to_json(const EnsembleComparison& comparison, double alpha) {
    Json z = Json::object();
    for (const auto& point : comparison.points) {
        z[point.observable]["times"].push_back(point.time);
        z[point.observable]["z"].push_back(number(point.z));
    }
    return Json{{"p_value", number(comparison.p_value)},
                {"z", std::move(z)},
                {"agrees", comparison.p_value >= alpha},
                {"alpha", alpha},
                {"trajectories", comparison.result.trajectories}}
        .dump();
}

std::string to_csv(const EnsembleCurves& curves) {
    std::string header = "time";
    for (const auto& observable : curves.observables)
        header += "," + observable.name + "_mean" +
                  (observable.error.empty() ? "" : "," + observable.name + "_mean_error");
    Csv csv(header);
    for (std::size_t i = 0; i < curves.times.size(); ++i) {
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
