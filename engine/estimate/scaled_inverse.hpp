#pragma once

// Tested through tests/estimate/fisher_matrix_test.cpp and tests/estimate/joint_estimate_test.cpp.

#include <Eigen/Core>
#include <optional>
#include <string>
#include <vector>

namespace dickejump {

/// The inverse of an information matrix where it has one, and the directions of which it says nothing; judged
/// in units in which every parameter alone has information 1.
struct ScaledInverse {
    /// Information below this part of what the parameters alone have is rounding.
    static constexpr double least = 1e-7;

    Eigen::VectorXd units;       ///< 1/sqrt of the diagonal
    Eigen::MatrixXd directions;  ///< columns, in those units
    Eigen::VectorXd told;        ///< of each direction
    Eigen::MatrixXd inverse, dark;

    static ScaledInverse of(const Eigen::MatrixXd& matrix);
    bool is_dark(Eigen::Index k) const { return !(told(k) > least); }
    /// The variance of a combination of the parameters; empty if nothing is known of it.
    std::optional<double> variance(const Eigen::VectorXd& wanted) const;
    /// The dark directions, such as "efficiency:side - side_rate" (in relative changes).
    std::vector<std::string> dark_directions(const std::vector<std::string>& names) const;
};

}  // namespace dickejump
