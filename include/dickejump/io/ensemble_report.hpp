#pragma once

#include <string>

#include "dickejump/study/ensemble/prepared_ensemble.hpp"

namespace dickejump {

/// One JSON object on one line: times, observables {name: {mean, error}}, model, ensemble, config,
/// provenance; numbers that do not exist are null.
std::string to_json(const EnsembleResult& result);
/// The exact side: no errors, and no ensemble.
std::string to_json(const ExactEnsemble& exact);
/// One JSON object on one line, what `compare ensemble --json` prints.
std::string to_json(const EnsembleComparison& comparison);

/// One row a time: time, then for every observable its mean and, of an ensemble, mean_error.
/// @throws InvalidInput if an observable has another number of them than there are times
std::string to_csv(const EnsembleCurves& curves);

}  // namespace dickejump
