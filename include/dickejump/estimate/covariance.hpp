#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <vector>

#include "dickejump/estimate/visit_state.hpp"

namespace dickejump {

/// Streaming mean vector and covariance matrix of d numbers per trajectory (points of one curve, say, which
/// are correlated); mergeable.
class Covariance {
public:
    /// @throws InvalidInput if the dimension is negative, or the memory does not hold its square
    explicit Covariance(Eigen::Index dimension);

    /// @throws InvalidInput if x is of another dimension. Of numbers that are not finite all that follows is
    /// NaN.
    void add(const Eigen::VectorXd& x);
    /// @throws InvalidInput if the other is of another dimension
    void merge(const Covariance& other);

    /// Trajectories added.
    std::int64_t count() const { return count_; }
    /// Sample means, (d).
    const Eigen::VectorXd& mean() const { return mean_; }
    /// Unbiased covariance of one trajectory's numbers, (d, d); zero for fewer than two trajectories.
    Eigen::MatrixXd covariance() const;
    /// The same of some of the numbers only. @throws InvalidInput if there is no such number
    Covariance part(const std::vector<Eigen::Index>& kept) const;

    /// Its sums, for files and parts: see `IsOrConst`.
    template <class Self, class Archive>
    friend void visit_state(Self& self, Archive& archive) requires IsOrConst<Self, Covariance> {
        archive("count", self.count_);
        archive("mean", self.mean_);
        archive("sum", self.sum_);
    }

private:
    std::int64_t count_ = 0;
    Eigen::VectorXd mean_;
    Eigen::MatrixXd sum_;  // sum of (x - mean)(x - mean)^T
};

/// Hotelling's T^2 test that the mean of the trajectories is `expected`: the two-sided p-value, from the F
/// distribution with (d, count - d) degrees of freedom. Calibrated for correlated numbers. @throws
/// InvalidInput if count <= d, the dimensions differ, or an expectation is not finite.
double agreement(const Covariance& observed, const Eigen::VectorXd& expected);

/// The p-value of a value of T^2 = n off^T S^-1 off of d numbers from n trajectories. @throws InvalidInput
/// unless n > d >= 1 and T^2 >= 0
double p_of_t2(double t2, Eigen::Index d, std::int64_t n);

/// The number of trajectories from which `agreement` of d numbers can be trusted at small p: the T^2 law
/// needs the mean of d skewed numbers to be Gaussian far out. @throws InvalidInput if the dimension is
/// negative
std::int64_t trajectories_for_agreement(Eigen::Index dimension);

}  // namespace dickejump
