#pragma once

#include <functional>
#include <limits>
#include <vector>

namespace dickejump {

/// An interval of theta, a shift of the pump [gamma].
struct Interval {
    double low,  ///< lower end
        high;    ///< upper end

    /// Whether theta is in it, the ends included.
    bool contains(double theta) const { return low <= theta && theta <= high; }
};

/// What a record says of theta [gamma] where theta was equally likely all over a range beforehand: the
/// density proportional to the record's likelihood there, as a histogram of narrow cells.
class Posterior {
public:
    /// Of a record whose likelihood was not looked at: everything is NaN.
    Posterior() = default;
    /// @param log_likelihood  at theta, up to a constant; -infinity where the record cannot happen
    /// @param support  where the likelihood within the range is worth counting
    /// @throws InvalidInput unless low < high, both finite, the record can happen somewhere there, and its
    ///         likelihood is a number everywhere
    Posterior(const std::function<double(double)>& log_likelihood, const Interval& support);

    /// Whether a likelihood was looked at: else everything is NaN.
    bool known() const { return !below_.empty(); }
    /// The estimate `bayes` [gamma].
    double mean() const { return mean_; }
    /// The equal-tailed interval that holds theta with this probability, 0 to 1. @throws InvalidInput for
    /// others
    Interval interval(double probability) const;
    /// The probability that theta is less than this one: 0 below the support, 1 above. @throws InvalidInput
    /// for NaN
    double below(double theta) const;

private:
    double quantile(double probability) const;

    Interval support_{};
    std::vector<double> below_;  ///< at the edges of the cells, from 0 to 1
    double mean_ = std::numeric_limits<double>::quiet_NaN();
};

}  // namespace dickejump
