#include "dickejump/exact/steady_state.hpp"

#include <algorithm>
#include <boost/math/tools/minima.hpp>
#include <cmath>
#include <limits>
#include <string>

#include "dickejump/model/invalid_input.hpp"
#include "model/checks.hpp"
#include "numeric/newton.hpp"

namespace dickejump::exact {

namespace {

/// Populations, and the weights that they are made of.
void check_levels(const DickeLadder& ladder) {
    constexpr double bytes_a_level = 24.0;
    Problems problems;
    check_memory("atoms = " + std::to_string(ladder.atoms()) + " (populations of so many levels",
                 bytes_a_level * (static_cast<double>(ladder.atoms()) + 1.0), problems);
    problems.raise();
}

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

/// Moments of J_z from the levels one by one.
Inversion summed_inversion(const DickeLadder& ladder, double pump) {
    const SteadyLevels levels(ladder, pump);
    double sum = 0.0, first = 0.0, central = 0.0;
    const auto each = [&](auto add) {
        auto n = static_cast<double>(levels.first());
        for (const double weight : levels.weights())
            add(weight, n++);
    };
    each([&](double weight, double n) { sum += weight, first += weight * n; });
    const double mean = first / sum;
    each([&](double weight, double n) { central += weight * (n - mean) * (n - mean); });
    return {ladder.jz(mean), central / sum};
}

}  // namespace

Eigen::VectorXd steady_state(const DickeLadder& ladder, double pump) {
    check_pump(pump);
    check_levels(ladder);
    if (!ladder.is_ideal()) {
        const SteadyLevels levels(ladder, pump);
        Eigen::VectorXd p = Eigen::VectorXd::Zero(ladder.atoms() + 1);
        std::copy(levels.weights().begin(), levels.weights().end(), p.begin() + levels.first());
        return p / p.sum();
    }
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
    if (!ladder.is_ideal()) return summed_inversion(ladder, pump);
    const double half = 0.5 * static_cast<double>(ladder.atoms());
    if (pump == 1.0) return {0.0, half * (half + 1.0) / 3.0};
    const bool inverted = pump > 1.0;
    const auto distance = distance_from_end(ladder.atoms(), inverted ? 1.0 / pump : pump);
    return {inverted ? half - distance.mean : distance.mean - half, distance.variance};
}

namespace {

/// Of a ladder with a linewidth, |<J_z>| < N/2: the pump is more than the ideal one, by no more than what the
/// top level misses.
double widened_pump(const DickeLadder& ladder, double jz_mean) {
    const double ideal = std::log(steady_pump(DickeLadder(ladder.atoms()), jz_mean));
    const numeric::Bracket bracket{ideal, ideal + std::log(ladder.broadening(ladder.atoms() - 1))};
    const auto excess = [&](double y) {
        const auto at = steady_inversion(ladder, std::exp(y));
        return numeric::ValueAndSlope{.value = at.mean - jz_mean, .slope = at.variance};
    };
    // y may be 0: the tolerance is absolute, of w a relative one.
    return std::exp(numeric::bracketed_newton(excess, bracket, bracket.middle(), 1e-14, 0.0));
}

}  // namespace

double steady_pump(const DickeLadder& ladder, double jz_mean) {
    const double half = 0.5 * static_cast<double>(ladder.atoms()), levels = 2.0 * half + 1.0;
    if (!(std::abs(jz_mean) <= half))
        throw InvalidInput("<J_z> = " + text(jz_mean) + " (beyond the ladder, whose ends are -N/2 and N/2) " +
                           "give one with |<J_z>| <= " + text(half));
    const double wanted = std::abs(jz_mean);
    if (wanted == half) return jz_mean > 0.0 ? std::numeric_limits<double>::infinity() : 0.0;
    if (!ladder.is_ideal()) return widened_pump(ladder, jz_mean);
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
    if (ladder.is_ideal()) return std::sqrt(12.0 / (n * (n + 2.0)));
    const auto error = [&](double log_pump) {
        const double pump = std::exp(log_pump);
        return pump / std::sqrt(steady_inversion(ladder, pump).variance);
    };
    // The least of some pumps through the transition, and what lies between its neighbours.
    constexpr int looks = 20;
    double logs[looks + 1], errors[looks + 1];
    for (int i = 0; i <= looks; ++i) {
        logs[i] = std::log(steady_pump(ladder, n * 0.96 * (static_cast<double>(i) / looks - 0.5)));
        errors[i] = error(logs[i]);
    }
    const auto best =
        std::clamp<std::ptrdiff_t>(std::min_element(errors, errors + looks + 1) - errors, 1, looks - 1);
    constexpr int half_precision = 26;  // bits: at a minimum more cannot be had
    return boost::math::tools::brent_find_minima(error, logs[best - 1], logs[best + 1], half_precision)
        .second;
}

Transition steady_transition(const DickeLadder& ladder) {
    const double pump = steady_pump(ladder, 0.0), n = static_cast<double>(ladder.atoms());
    const double rise = steady_inversion(ladder, pump).variance / pump * 2.0 / n;  // d<J_z>/ds
    return {ladder.scaled_pump(pump), (n + 2.0) / 6.0 / rise};
}

}  // namespace dickejump::exact
