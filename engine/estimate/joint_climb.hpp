#pragma once

// Tested by tests/estimate/joint_estimate_test.cpp: it is that estimate's inside.

#include <Eigen/Core>
#include <cmath>
#include <limits>
#include <vector>

#include "dickejump/estimate/joint_estimate.hpp"

namespace dickejump {

/// What is known at a point, priors included.
struct Place {
    Eigen::VectorXd at;
    double value = -std::numeric_limits<double>::infinity();  ///< log-likelihood and log prior
    double log_likelihood = -std::numeric_limits<double>::infinity();
    Eigen::VectorXd score;
    Eigen::MatrixXd information;

    bool possible() const { return std::isfinite(value) && score.allFinite() && information.allFinite(); }
};

/// Looks at a likelihood with its priors, and climbs it within the walls of where parameters may lie.
class Climb {
public:
    Climb(const JointLikelihood& likelihood, const JointProblem& problem)
        : likelihood_(likelihood), problem_(problem) {}

    Place look(const Eigen::VectorXd& at) const;
    /// Parameters that would leave the box if they followed the score.
    std::vector<Eigen::Index> held(const Place& place) const;
    /// The highest place on the plane start + basis y. @param tight  how far, in standard errors squared, it
    /// may still be
    Place top(Place place, const Eigen::MatrixXd& basis, double tight, bool& converged) const;

private:
    Eigen::MatrixXd unblocked(const Eigen::VectorXd& at, const Eigen::VectorXd& step,
                              const Eigen::MatrixXd& basis) const;
    Eigen::VectorXd inside(const Eigen::VectorXd& from, const Eigen::VectorXd& step,
                           const Eigen::MatrixXd& basis) const;

    const JointLikelihood& likelihood_;
    const JointProblem& problem_;
};

}  // namespace dickejump
