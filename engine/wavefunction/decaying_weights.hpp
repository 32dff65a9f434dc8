#pragma once

#include <span>

namespace dickejump {

/// Sums over levels, weighted by what is left of them.
struct WeightSums {
    double norm;      ///< sum q
    double up, down;  ///< sum q up, sum q down
};

/// q_i = exp(log_weight_i - up_i pump_time - down_i time), exponents at most 0 or so and cut at -700. All
/// spans have the length of `q`. The same bits on all vector widths.
WeightSums decay(std::span<const double> log_weights, std::span<const double> up,
                 std::span<const double> down, double pump_time, double time, std::span<double> q);

}  // namespace dickejump
