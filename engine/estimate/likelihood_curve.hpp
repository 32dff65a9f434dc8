#pragma once

// Tested by tests/estimate/likelihood_curve_test.cpp.

#include <optional>
#include <vector>

#include "dickejump/estimate/likelihood_estimate.hpp"
#include "estimate/polynomial.hpp"

namespace dickejump {

/// A maximum of log L inside the range, and the width of a parabola there.
struct Peak {
    double theta, standard_error;
};

/// The maximum of a polynomial within an interval, by Newton's method; empty where it bends upwards on the
/// way.
std::optional<Peak> vertex(const Polynomial& log_likelihood, double from, const Interval& within);

/// log L of one record over the whole range of theta, sampled where it matters: eight thetas at a time.
class LikelihoodCurve {
public:
    /// Looks begin at what is added.
    LikelihoodCurve(const Likelihood& likelihood, const ThetaRange& range);

    /// Values that are known already, of two thetas at least.
    void add(const LikelihoodFilter::Thetas& thetas, const LikelihoodFilter::Result& result);
    /// Look until log L is known all over the prior as well as the posterior needs it, and to the ends of the
    /// range as well as is needed to tell where the maximum is.
    void explore();

    /// log L relative to the highest value seen, between samples by the cubic through the four nearest ones.
    double at(double theta) const;
    /// The part of the prior outside of which the posterior has nothing.
    Interval support() const;
    /// The global maximum, or why there is none inside. Looks around it until it is known.
    std::optional<Peak> peak();
    NoMaximum why_none() const;

private:
    struct Sample {
        double theta, value;
    };
    using Samples = std::vector<Sample>;

    void look(const std::vector<double>& thetas);
    void close_ends();
    bool refine();
    bool falls_from_boundary(double gap);
    Peak parabola_at(Samples::const_iterator sample) const;
    std::optional<Peak> settle(Peak guess);
    Samples::const_iterator best() const;
    /// Of all samples, or of those within the prior.
    double top() const;
    double top_of_prior() const;
    double cubic(std::size_t interval, double theta) const;
    /// How far the cubic may be off in the middle of an interval between samples, weighed by what it matters
    /// to the posterior.
    double doubt(std::size_t interval) const;

    const Likelihood& likelihood_;
    ThetaRange range_;
    double highest_;   ///< no stronger pump is looked at
    Samples samples_;  ///< ascending
};

}  // namespace dickejump
