#include "dickejump/io/homodyne_report.hpp"

#include "io/report_parts.hpp"

namespace dickejump {

namespace {

constexpr const char* names[] = {"x", "y"};

/// Means and errors of moments, as two lists.
Json lists_of(const std::vector<Moments>& all) {
    Json mean = Json::array(), error = Json::array();
    for (const auto& one : all) {
        const auto estimate = one.mean();
        mean.push_back(estimate ? number(estimate->value) : Json(nullptr));
        error.push_back(estimate ? number(estimate->error) : Json(nullptr));
    }
    return {{"mean", std::move(mean)}, {"error", std::move(error)}};
}

}  // namespace

std::string to_json(const HomodyneResult& result) {
    const auto& config = result.config;
    const auto edges = config.edges();
    const double width = edges.back() / static_cast<double>(edges.size() - 1);
    Json currents = Json::array(), records = Json::array();
    for (std::size_t q = 0; q < result.quadratures.size(); ++q) {
        const auto& quadrature = result.quadratures[q];
        auto current = lists_of(quadrature.current);
        current["exact"] = quadrature.exact;
        Json entry{{"quadrature", names[q]}, {"current", std::move(current)}, {"correlation", nullptr}};
        if (!quadrature.correlation.empty()) {
            Json delays = Json::array();
            for (std::size_t k = 0; k < quadrature.correlation.size(); ++k)
                delays.push_back(static_cast<double>(k) * width);
            Json correlation{{"delays", std::move(delays)}};
            correlation.update(lists_of(quadrature.correlation));
            entry["correlation"] = std::move(correlation);
        }
        currents.push_back(std::move(entry));
    }
    for (const auto& record : result.records) {
        Json entry{{"trajectory", record.trajectory}};
        for (std::size_t q = 0; q < record.quadratures.size(); ++q)
            entry[names[q]] = record.quadratures[q];
        records.push_back(std::move(entry));
    }
    return Json{
        {"model", {{"atoms", config.atoms}}},
        {"detection",
         {{"kind", name(config.detection)}, {"phase", config.phase}, {"efficiency", config.efficiency}}},
        {"edges", edges},
        {"currents", std::move(currents)},
        {"records", std::move(records)},
        {"ensemble",
         {{"trajectories", result.trajectories},
          {"seed", config.seed},
          {"stop_reason", name(result.stop_reason)},
          {"threads", result.threads},
          {"seconds", result.seconds}}},
        {"config", config_json(describe(config))},
        {"provenance", provenance_json(result.provenance, hash(config))}}
        .dump();
}

std::string to_csv(const HomodyneResult& result) {
    const auto edges = result.config.edges();
    std::string header = "begin,end";
    for (std::size_t q = 0; q < result.quadratures.size(); ++q)
        header += std::string(",") + names[q] + "_mean," + names[q] + "_mean_error," + names[q] + "_exact";
    Csv csv(header);
    for (std::size_t k = 0; k + 1 < edges.size(); ++k) {
        std::vector<double> row{edges[k], edges[k + 1]};
        for (const auto& quadrature : result.quadratures) {
            const auto mean = quadrature.current[k].mean();
            row.push_back(mean ? mean->value : std::nan(""));
            row.push_back(mean ? mean->error : std::nan(""));
            row.push_back(quadrature.exact[k]);
        }
        csv.row(row);
    }
    return csv.all();
}

}  // namespace dickejump
