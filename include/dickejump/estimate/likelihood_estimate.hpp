#pragma once

#include <functional>
#include <span>

#include "dickejump/estimate/likelihood_filter.hpp"

namespace dickejump {

/// An interval of theta.
struct Interval {
    double low, high;

    bool contains(double theta) const { return low <= theta && theta <= high; }
};

/// What one record says of theta, a shift of the pump [gamma]; NaN throughout if its likelihood has no
/// maximum in reach.
struct LikelihoodEstimate {
    double maximum;                   ///< maximum-likelihood estimate
    double standard_error;            ///< from the observed information, 1/sqrt(-d^2 log L/d theta^2) there
    double posterior_mean;            ///< with a flat prior
    Interval credible68, credible95;  ///< equal-tailed posterior intervals

    double score;        ///< d log L/d theta at 0
    double information;  ///< this record's contribution to the Fisher information at 0

    /// Of a record whose likelihood was not looked at.
    static LikelihoodEstimate none();

    bool found() const;
    Interval confidence68() const;
    Interval confidence95() const;
};

/// log-likelihoods of one record for eight thetas.
using Likelihood = std::function<LikelihoodFilter::Result(const LikelihoodFilter::Thetas&)>;

/// Maximises the likelihood of one record from its values on a grid of eight thetas: log L is interpolated by
/// a polynomial (it is nearly a parabola over the few standard errors that the grid spans), and the grid is
/// moved and stretched until the maximum and its surroundings lie well inside.
///
/// @param scale  the expected standard error, 1/sqrt(Fisher information) [gamma]
/// @throws InvalidInput unless it is finite and positive
LikelihoodEstimate estimate_likelihood(const Likelihood& likelihood, double scale);
/// The same for a record of time tags.
LikelihoodEstimate estimate_likelihood(const LikelihoodFilter& filter, std::span<const Photon> clicks,
                                       double scale);

}  // namespace dickejump
