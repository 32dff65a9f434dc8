#pragma once

#include <optional>
#include <string_view>

namespace dickejump {

/// The single-run estimators of the critical pump, in nominal s: crossings of J_z = 0, the area -(1/N) int
/// J_z ds, for pairs of legs the loop (the mean of the two mid crossings), and of what a detector saw also
/// the fit of the mean curve, the maximum of the likelihood and the mean of the posterior.
enum class Estimator {
    first_crossing,
    last_crossing,
    mid_crossing,
    area,
    fit,
    maximum_likelihood,
    bayes,
    loop
};
std::string_view name(Estimator estimator);
/// Empty if there is none of that name.
std::optional<Estimator> estimator_named(std::string_view name);

}  // namespace dickejump
