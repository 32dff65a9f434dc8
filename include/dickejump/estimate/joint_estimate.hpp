#pragma once

#include <Eigen/Core>
#include <array>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "dickejump/estimate/moments.hpp"
#include "dickejump/estimate/parameter.hpp"
#include "dickejump/estimate/posterior.hpp"
#include "dickejump/estimate/record_information.hpp"

namespace dickejump {

/// What records say at values of theta and the unknown parameters, without what is known beforehand.
using JointLikelihood = std::function<RecordInformation::Told(const Eigen::VectorXd&)>;

/// What is looked for: parameters, where they may lie, what is known of them beforehand.
struct JointProblem {
    std::vector<Unknown> unknown;  ///< beside theta
    /// Of theta and the unknown, both ends included: no pump below 0, efficiencies from 0 to 1, no negative
    /// rates.
    Eigen::VectorXd lowest,  ///< from here
        highest;             ///< to here

    /// @param lowest_theta  minus the least pump of the run
    static JointProblem of(const std::vector<Unknown>& unknown, double lowest_theta);
    /// "theta" and the others.
    std::vector<std::string> names() const;
    /// The combination that is the critical pump, gamma - theta, less its value where gamma is known.
    Eigen::VectorXd critical_pump() const;
};

/// Joint maximum likelihood of theta and what else is not known, priors on the latter included.
struct JointEstimate {
    std::vector<std::string> parameters;  ///< "theta", and the unknown in their order
    Eigen::VectorXd value;                ///< where likelihood and priors are greatest
    /// From the observed information and the priors, at the maximum; parameters that lie at an end of where
    /// they may lie are taken as known. NaN for what the records cannot tell.
    Eigen::VectorXd error;
    Eigen::MatrixXd covariance;   ///< of the same, 0 for parameters at an end
    double log_likelihood = 0.0;  ///< at the maximum, without the priors
    /// Combinations that neither records nor priors tell, such as "efficiency:side - side_rate".
    std::vector<std::string> singular;
    std::vector<std::string> at_end;  ///< parameters that lie at an end of where they may lie
    bool converged = false;           ///< whether the climb came to its top

    /// A combination with its error, and the intervals within which its profile likelihood, maximised over
    /// all else, is not less than exp(-z^2/2) of its maximum; an end that is never reached is infinite.
    struct Profile {
        /// At the maximum; NaN with theta at an end.
        Estimate estimate{std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN()};
        std::optional<Interval> interval68 = {},  ///< of 68 %; empty if not asked for
            interval95 = {};                      ///< of 95 %
    };
    /// Empty of what cannot be told, and without a maximum; with theta at its end only the intervals.
    std::optional<Profile> theta,  ///< the shift of the pump [gamma]
        critical_pump;             ///< gamma - theta
};

/// Climbs from a start by Fisher scoring. Directions that nothing is known of are left alone.
/// @param profiles  whether the intervals are wanted; otherwise value, error and covariance only, from the
///                  predictable information in place of the observed one
/// @throws InvalidInput if the start has another size, or the records cannot happen there
JointEstimate estimate_jointly(const JointLikelihood& likelihood, const JointProblem& problem,
                               const Eigen::VectorXd& start, bool profiles = true);

}  // namespace dickejump
