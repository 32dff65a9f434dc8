#include "trajectory/sphere/jump_counts.hpp"

#include <cmath>

namespace dickejump::sphere {

double poisson_quantile(double mean, double z) {
    const double p = 0.5 * std::erfc(-z * 0.70710678118654752);
    double term = std::exp(-mean), sum = term, k = 0.0;
    while (sum < p && k < 300.0) {
        k += 1.0;
        term *= mean / k;
        sum += term;
    }
    return k;
}

}  // namespace dickejump::sphere
