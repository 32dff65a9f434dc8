#pragma once

#include <string>

#include "dickejump/io/provenance.hpp"
#include "dickejump/study/ensemble/ensemble_run.hpp"

namespace dickejump {

/// An ensemble with everything that its report needs.
struct EnsembleReport {
    EnsembleRun run;
    EnsembleResult result;
    Provenance provenance;
};

/// One JSON object on one line: times, observables {name: {mean, error}}, model, ensemble, provenance;
/// numbers that do not exist are null.
std::string to_json(const EnsembleReport& report);
/// The exact side: no errors, and no ensemble.
std::string to_json(const EnsembleRun& run, const EnsembleCurves& exact);
std::string to_json(const EnsembleComparison& comparison, double alpha);

/// One row a time: time, then for every observable its mean and, of an ensemble, mean_error.
std::string to_csv(const EnsembleCurves& curves);

}  // namespace dickejump
