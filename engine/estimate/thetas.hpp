#pragma once

// Tested through tests/estimate/likelihood_filter_test.cpp and tests/estimate/count_filter_test.cpp.

#include <cmath>

#include "dickejump/estimate/likelihood_filter.hpp"
#include "dickejump/model/invalid_input.hpp"

namespace dickejump {

/// Adds what is wrong with the thetas of a filter: one that is not finite.
inline void check_thetas(const LikelihoodFilter::Thetas& thetas, Problems& problems) {
    for (const double theta : thetas)
        if (!std::isfinite(theta)) {
            problems.add("theta = " + text(theta) + " (a shift of the pump is finite) correct it");
            return;
        }
}

}  // namespace dickejump
