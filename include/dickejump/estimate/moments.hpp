#pragma once

#include <cstdint>
#include <optional>

#include "dickejump/estimate/visit_state.hpp"

namespace dickejump {

/// A number with its standard error.
struct Estimate {
    double value = 0.0;
    double error = 0.0;
};

/// Streaming count, mean and central sums up to the fourth power of one number per trajectory; mergeable
/// (Pebay, SAND2008-6212). The order of merging is the caller's, and so is the last bit.
class Moments {
public:
    void add(double x);
    void merge(const Moments& other);

    std::int64_t count() const { return count_; }
    /// Mean with its standard error; empty without data. The error of fewer than two values is 0.
    std::optional<Estimate> mean() const;
    /// Unbiased variance, its error from the fourth moment; empty for fewer than two values.
    std::optional<Estimate> variance() const;
    /// Third central moment, sum (x - mean)^3 / n: n times the covariance of sample mean and sample variance.
    double third() const { return count_ > 0 ? sum3_ / static_cast<double>(count_) : 0.0; }
    /// Standard deviation, its error by linear propagation; empty for fewer than two values.
    std::optional<Estimate> deviation() const;
    /// Root mean square distance from `truth`, with its error; empty without data.
    std::optional<Estimate> rmse(double truth) const;

    /// Moments from power sums of x about `origin`: sum[k] = sum (x - origin)^(k+1), k = 0..3.
    /// @throws InvalidInput if the count is negative
    static Moments from_power_sums(std::int64_t count, double origin, double sum1, double sum2, double sum3,
                                   double sum4);

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
