#pragma once

#include <cstdint>
#include <optional>

#include "dickejump/estimate/visit_state.hpp"

namespace dickejump {

/// A number with its standard error; NaN where the error is not known.
struct Estimate {
    double value = 0.0;  ///< in the unit of whoever holds it
    double error = 0.0;  ///< one standard error, in the same unit
};

/// Streaming count, mean and central sums up to the fourth power of one number per trajectory; mergeable
/// (Pebay, SAND2008-6212). The order of merging is the caller's, and so is the last bit.
class Moments {
public:
    /// One more trajectory's number.
    /// If it is not finite, neither is what follows from them.
    void add(double x);
    /// Adds the numbers of another part, as later ones.
    void merge(const Moments& other);

    /// Numbers added.
    std::int64_t count() const { return count_; }
    /// How many values the spread rests on, (sum (x - mean)^2)^2 / sum (x - mean)^4: a third of them if they
    /// are normal, k if k of many stand out alike. 0 without spread.
    double carriers() const;
    /// Whether the spread can be trusted for standard errors: not that of one value, nor one that rests on
    /// fewer than ten values (of fewer than a hundred: on less than a tenth of them), for then it is a rare
    /// event's, whose frequency is not known. Values without any spread are.
    /// @param step  by how much a rare event would move a value; 0: there is none. A spread below that of ten
    ///        such events cannot tell whether some were missed: a standard error from it may be far too small
    bool spread_is_known(double step = 0.0) const;

    /// Mean with its standard error, the error NaN where the spread is not known; empty without data.
    std::optional<Estimate> mean(double step = 0.0) const;
    /// Unbiased variance, its error from the fourth moment, NaN likewise; empty for fewer than two values.
    std::optional<Estimate> variance(double step = 0.0) const;
    /// Third central moment, sum (x - mean)^3 / n: n times the covariance of sample mean and sample variance.
    double third() const { return count_ > 0 ? sum3_ / static_cast<double>(count_) : 0.0; }
    /// Standard deviation, its error by linear propagation, NaN likewise; empty for fewer than two values.
    std::optional<Estimate> deviation(double step = 0.0) const;
    /// Root mean square distance from `truth`, its error NaN likewise; empty without data.
    std::optional<Estimate> rmse(double truth, double step = 0.0) const;

    /// Moments from power sums of x about `origin`: sum[k] = sum (x - origin)^(k+1), k = 0..3.
    /// @throws InvalidInput if the count is negative
    static Moments from_power_sums(std::int64_t count, double origin, double sum1, double sum2, double sum3,
                                   double sum4);

    /// Its sums, for files and parts: see `IsOrConst`.
    template <class Self, class Archive>
    friend void visit_state(Self& self, Archive& archive) requires IsOrConst<Self, Moments> {
        archive("count", self.count_);
        archive("mean", self.mean_);
        archive("sum2", self.sum2_);
        archive("sum3", self.sum3_);
        archive("sum4", self.sum4_);
    }

private:
    std::int64_t count_ = 0;
    double mean_ = 0.0;
    double sum2_ = 0.0, sum3_ = 0.0, sum4_ = 0.0;  // sums of (x - mean)^k
};

}  // namespace dickejump
