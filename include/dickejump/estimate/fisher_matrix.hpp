#pragma once

#include <Eigen/Core>
#include <optional>
#include <string>
#include <vector>

#include "dickejump/estimate/covariance.hpp"
#include "dickejump/estimate/moments.hpp"
#include "dickejump/estimate/parameter.hpp"

namespace dickejump {

/// The entries of a symmetric matrix on and above its diagonal, row by row: what records are averaged over.
/// @throws InvalidInput if it is not square
Eigen::VectorXd upper_triangle(const Eigen::MatrixXd& matrix);

/// The Fisher matrix of a record about theta and what else is unknown, and the bounds that follow.
struct FisherMatrix {
    std::vector<std::string> parameters;  ///< "theta" (the shift of w [gamma]), then the unknown
    Eigen::MatrixXd matrix,               ///< (p, p), p the number of parameters, each in its own unit
        error;                            ///< standard errors of the entries
    /// Lower bound on the standard deviation of theta with the others unknown, sqrt((F^-1)_11); empty if the
    /// record cannot tell theta apart from them.
    std::optional<Estimate> profiled;
    /// The same of the critical pump, the nominal pump where w = gamma: gamma - theta.
    std::optional<Estimate> critical_pump;
    /// Combinations of the parameters that leave the record's law alone, such as "efficiency:side -
    /// side_rate" (in relative changes).
    std::vector<std::string> singular;
    /// The two bounds with one of the parameters unknown, the others known; empty if there is one only.
    struct Alone {
        Parameter unknown;                 ///< that one
        std::optional<Estimate> profiled,  ///< of theta
            critical_pump;                 ///< of gamma - theta
    };
    std::vector<Alone> alone = {};  ///< in the order of the unknown

    /// From the upper triangles of independent sets of records, of one leg each: their sum is the matrix of a
    /// record of all legs. @throws InvalidInput if there is no leg, or one that is null, has no record, or
    /// is of another size than the unknown
    static FisherMatrix of(const std::vector<const Covariance*>& legs, const std::vector<Parameter>& unknown);
};

}  // namespace dickejump
