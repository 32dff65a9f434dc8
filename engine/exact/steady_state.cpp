#include "dickejump/exact/steady_state.hpp"

#include <cmath>

#include "dickejump/model/invalid_input.hpp"

namespace dickejump::exact {

namespace {

void check_pump(double pump) {
    if (!std::isfinite(pump) || pump < 0.0)
        throw InvalidInput("pump = " + text(pump) +
                           " (a rate is finite and not negative) pass --pump w with w >= 0");
}

/// Moments of the distance k = 0..N from the populated end, P(k) ~ q^k with q <= 1. Sums of positive terms:
/// no cancellation, and the sum is cut where terms no longer count.
Inversion distance_from_end(std::int64_t atoms, double q) {
    double weight = 1.0, sum0 = 0.0, sum1 = 0.0, sum2 = 0.0;
    for (std::int64_t k = 0; k <= atoms && weight > 1e-40; ++k, weight *= q) {
        const auto d = static_cast<double>(k);
        sum0 += weight;
        sum1 += weight * d;
        sum2 += weight * d * d;
    }
    const double mean = sum1 / sum0;
    double central = 0.0;
    weight = 1.0;
    for (std::int64_t k = 0; k <= atoms && weight > 1e-40; ++k, weight *= q) {
        const double d = static_cast<double>(k) - mean;
        central += weight * d * d;
    }
    return {mean, central / sum0};
}

}  // namespace

Eigen::VectorXd steady_state(const DickeLadder& ladder, double pump) {
    check_pump(pump);
    const bool inverted = pump > 1.0;
    const double q = inverted ? 1.0 / pump : pump;
    Eigen::VectorXd p(ladder.atoms() + 1);
    double weight = 1.0;
    for (Eigen::Index k = 0; k < p.size(); ++k, weight *= q)
        p(inverted ? p.size() - 1 - k : k) = weight;
    return p / p.sum();
}

Inversion steady_inversion(const DickeLadder& ladder, double pump) {
    check_pump(pump);
    const double half = 0.5 * static_cast<double>(ladder.atoms());
    if (pump == 1.0) return {0.0, half * (half + 1.0) / 3.0};
    const bool inverted = pump > 1.0;
    const auto distance = distance_from_end(ladder.atoms(), inverted ? 1.0 / pump : pump);
    return {inverted ? half - distance.mean : distance.mean - half, distance.variance};
}

Inversion inversion(const DickeLadder& ladder, const Eigen::VectorXd& populations) {
    const Eigen::ArrayXd m = Eigen::ArrayXd::LinSpaced(populations.size(), ladder.jz(0.0), -ladder.jz(0.0));
    const double mean = (m * populations.array()).sum();
    return {mean, ((m - mean).square() * populations.array()).sum()};
}

double steady_state_bound(const DickeLadder& ladder) {
    const auto n = static_cast<double>(ladder.atoms());
    return std::sqrt(12.0 / (n * (n + 2.0)));
}

}  // namespace dickejump::exact
