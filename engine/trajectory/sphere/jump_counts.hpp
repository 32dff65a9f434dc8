#pragma once

namespace dickejump::sphere {

/// The number of jumps of a Poisson law of small mean at the quantile of z, a standard normal number: the
/// smallest k with P(X <= k) >= P(Z <= z), by adding up the law; at most 300.
double poisson_quantile(double mean, double z);

}  // namespace dickejump::sphere
