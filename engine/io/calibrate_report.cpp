#include "dickejump/io/calibrate_report.hpp"

#include "io/report_parts.hpp"
#include "io/scan_json.hpp"

namespace dickejump {

namespace {

Json ranks_json(const RankCalibration& calibration) {
    return {{"records", calibration.ranks.records},
            {"ranks", calibration.ranks.counts},
            {"p_value", number(calibration.ranks.p_value())},
            {"coverage", coverage_json(calibration.coverage())}};
}

}  // namespace

std::string to_json(const CalibrateResult& result) {
    const auto& scan = result.config.scan;
    Json json = ranks_json(result.detectors.front());
    json["detectors"] = Json::array();
    for (const auto& calibration : result.detectors) {
        auto entry = ranks_json(calibration);
        entry["detector"] = calibration.detector;
        entry["direction"] = name(calibration.direction);
        entry["likelihood"] = calibration.exact_likelihood ? "exact" : "approximate";
        json["detectors"].push_back(std::move(entry));
    }
    json["model"] = {{"atoms", scan.atoms}};
    json["protocol"] = protocol_json(scan.atoms, scan.protocol());
    json["protocol"]["prior_width"] = result.config.prior_width;
    json["ensemble"] = {{"records", result.records},   {"seed", scan.seed},
                        {"method", name(scan.method)}, {"stop_reason", name(result.stop_reason)},
                        {"threads", result.threads},   {"seconds", result.seconds}};
    json["config"] = config_json(describe(result.config));
    json["provenance"] = provenance_json(result.provenance, hash(result.config));
    return json.dump();
}

}  // namespace dickejump
