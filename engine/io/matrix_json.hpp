#pragma once

// Tested through tests/cli/detector_test.py: keys of results.

#include <vector>

#include "dickejump/estimate/fisher_matrix.hpp"
#include "io/report_parts.hpp"

namespace dickejump {

inline Json rows_of(const Eigen::MatrixXd& matrix) {
    Json rows = Json::array();
    for (Eigen::Index i = 0; i < matrix.rows(); ++i) {
        Json row = Json::array();
        for (Eigen::Index j = 0; j < matrix.cols(); ++j)
            row.push_back(number(matrix(i, j)));
        rows.push_back(std::move(row));
    }
    return rows;
}

/// The Fisher matrix with unknown parameters, and the bounds that follow.
inline void add_matrix(const FisherMatrix& fisher, Json& entry) {
    entry["unknown"] = std::vector(fisher.parameters.begin() + 1, fisher.parameters.end());
    entry["parameters"] = fisher.parameters;
    entry["matrix"] = rows_of(fisher.matrix);
    entry["matrix_error"] = rows_of(fisher.error);
    entry["profiled"] = with_error(fisher.profiled);
    entry["critical_pump"] = with_error(fisher.critical_pump);
    entry["singular"] = fisher.singular;
    if (fisher.alone.empty()) return;
    entry["alone"] = Json::array();
    for (const auto& one : fisher.alone)
        entry["alone"].push_back({{"unknown", name(one.unknown)},
                                  {"profiled", with_error(one.profiled)},
                                  {"critical_pump", with_error(one.critical_pump)}});
}

/// What a record's bound on theta takes as known.
inline Json known_to(const std::vector<Detector>& detectors, const std::string& detector) {
    Json known = Json::array();
    for (const auto& d : detectors)
        if (d.name == detector)
            for (const auto parameter : parameters_of(d))
                known.push_back(name(parameter));
    return known;
}

}  // namespace dickejump
