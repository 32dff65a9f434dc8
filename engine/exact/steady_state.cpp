#include "dickejump/exact/steady_state.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "dickejump/model/invalid_input.hpp"
#include "model/checks.hpp"
#include "numeric/newton.hpp"

namespace dickejump::exact {

namespace {

void check_pump(double pump) {
    Problems problems;
    check_rate("pump", pump, problems);
    problems.raise();
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

/// coth x - 1/x and its derivative, without cancellation at small x >= 0.
numeric::ValueAndSlope langevin(double x) {
    if (x < 0.1) {
        const double x2 = x * x;
        return {
            x * (1.0 / 3.0 -
                 x2 * (1.0 / 45.0 - x2 * (2.0 / 945.0 - x2 * (1.0 / 4725.0 - x2 * (2.0 / 93555.0))))),
            1.0 / 3.0 - x2 * (1.0 / 15.0 - x2 * (2.0 / 189.0 - x2 * (1.0 / 675.0 - x2 * (2.0 / 10395.0))))};
    }
    const double sinh = std::sinh(std::min(x, 300.0));
    return {1.0 / std::tanh(x) - 1.0 / x, 1.0 / (x * x) - 1.0 / (sinh * sinh)};
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

Eigen::VectorXd start_populations(const DickeLadder& ladder, const StartState& start) {
    if (start.kind == StartState::Kind::steady) return steady_state(ladder, start.pump);
    if (start.n < 0 || start.n > ladder.atoms())
        throw InvalidInput("start level n = " + std::to_string(start.n) + " (the ladder has 0.." +
                           std::to_string(ladder.atoms()) + ") choose one of them");
    return Eigen::VectorXd::Unit(ladder.atoms() + 1, start.n);
}

Inversion steady_inversion(const DickeLadder& ladder, double pump) {
    check_pump(pump);
    const double half = 0.5 * static_cast<double>(ladder.atoms());
    if (pump == 1.0) return {0.0, half * (half + 1.0) / 3.0};
    const bool inverted = pump > 1.0;
    const auto distance = distance_from_end(ladder.atoms(), inverted ? 1.0 / pump : pump);
    return {inverted ? half - distance.mean : distance.mean - half, distance.variance};
}

double steady_pump(const DickeLadder& ladder, double jz_mean) {
    const double half = 0.5 * static_cast<double>(ladder.atoms()), levels = 2.0 * half + 1.0;
    if (!(std::abs(jz_mean) <= half))
        throw InvalidInput("<J_z> = " + text(jz_mean) + " (beyond the ladder, whose ends are -N/2 and N/2) " +
                           "give one with |<J_z>| <= " + text(half));
    const double wanted = std::abs(jz_mean);
    if (wanted == half) return jz_mean > 0.0 ? std::numeric_limits<double>::infinity() : 0.0;
    // With y = ln w, 2 <J_z> = (N+1) L((N+1) y/2) - L(y/2), L(x) = coth x - 1/x: concave in y > 0, and the
    // distance from the end, N/2 - <J_z>, is at most 1/(w - 1).
    const auto excess = [&](double y) {
        const auto wide = langevin(0.5 * levels * y), narrow = langevin(0.5 * y);
        return numeric::ValueAndSlope{.value = 0.5 * (levels * wide.value - narrow.value) - wanted,
                                      .slope = 0.25 * (levels * levels * wide.slope - narrow.slope)};
    };
    const numeric::Bracket bracket{0.0, std::log1p(1.0 / (half - wanted))};
    const double guess = std::min(bracket.high, 3.0 * wanted / (half * (half + 1.0)));
    const double y = numeric::bracketed_newton(excess, bracket, guess, 0.0, 1e-15);
    return std::exp(jz_mean < 0.0 ? -y : y);
}

Inversion inversion(const DickeLadder& ladder, const Eigen::VectorXd& populations) {
    if (populations.size() != ladder.atoms() + 1)
        throw InvalidInput("populations of size " + std::to_string(populations.size()) +
                           " (the ladder has N + 1 = " + std::to_string(ladder.atoms() + 1) +
                           " levels) give one for each");
    const Eigen::ArrayXd m = Eigen::ArrayXd::LinSpaced(populations.size(), ladder.jz(0.0), -ladder.jz(0.0));
    const double mean = (m * populations.array()).sum();
    return {mean, ((m - mean).square() * populations.array()).sum()};
}

double steady_state_bound(const DickeLadder& ladder) {
    const auto n = static_cast<double>(ladder.atoms());
    return std::sqrt(12.0 / (n * (n + 2.0)));
}

}  // namespace dickejump::exact
