#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <limits>

namespace dickejump::exact {

/// Entries of a derivative below this part of its largest are taken for rounding.
inline constexpr double least_part = 1e-6;
/// And of a derivative by the pump below this, for what the integrator leaves.
inline constexpr double least_slope = 1e-10;

/// The Fisher information sum (dp)^2/p of a distribution p with derivative dp.
///
/// Levels with less than 1e-13 hold rounding, and no information to speak of, unless their derivative is not
/// rounding: then p is taken at its word, and where it is not above 0 the information is infinite.
inline double classical_information(const Eigen::VectorXd& p, const Eigen::VectorXd& dp) {
    const double least = std::max(least_slope, least_part * dp.cwiseAbs().maxCoeff());
    double sum = 0.0;
    for (Eigen::Index n = 0; n < p.size(); ++n)
        if (p(n) > 1e-13 || (p(n) > 0.0 && std::abs(dp(n)) > least))
            sum += dp(n) * dp(n) / p(n);
        else if (std::abs(dp(n)) > least)
            return std::numeric_limits<double>::infinity();
    return sum;
}

}  // namespace dickejump::exact
