#pragma once

namespace dickejump::numeric {

/// The smallest k with P(X <= k) >= u, X ~ Poisson(mean), 0 < u < 1: summed up, and so exact, below a mean of
/// 30; above it to about one count or 1e-3 standard deviations (Cornish & Fisher, Rev. Int. Stat. Inst. 5,
/// 307 (1938)). One uniform a count, and a count that rises with it: what shares its u stays in order. A mean
/// that is not positive counts 0. Cost: one exponential and as many divisions as counts, or one inverse error
/// function.
double poisson_quantile(double mean, double u);

/// The same for X ~ Binomial(trials, p), summed up while the rarer outcome has a mean below 30.
double binomial_quantile(double trials, double p, double u);

}  // namespace dickejump::numeric
