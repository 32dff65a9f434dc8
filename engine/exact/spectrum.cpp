#include "dickejump/exact/spectrum.hpp"

#include <cmath>
#include <string>

#include "dickejump/exact/steady_state.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "model/checks.hpp"
#include "numeric/bisection.hpp"

namespace dickejump::exact {

namespace {

/// A positive definite symmetric tridiagonal matrix as L D L^T: pivots D_i and links L_{i+1,i}^2 D_i.
struct Factors {
    std::vector<double> pivots, links;

    /// Number of eigenvalues below `shift`, from the signs of the pivots of L D L^T - shift. This
    /// "differential" form does not lose the relative accuracy that the factors have (Fernando & Parlett
    /// 1994).
    std::int64_t below(double shift) const {
        std::int64_t count = 0;
        double rest = -shift;
        for (std::size_t i = 0; i < pivots.size(); ++i) {
            double pivot = pivots[i] + rest;
            if (pivot == 0.0) pivot = 1e-300;
            if (pivot < 0.0) ++count;
            if (i < links.size()) rest = links[i] * (rest / pivot) - shift;
        }
        return count;
    }
};

/// Diag^(0) without its zero mode. With L = -X^T X, X bidiagonal, the other rates are those of X X^T, whose
/// diagonal is (w + gamma) A_n and whose off-diagonal squares are w gamma A_n A_{n+1}, n = 0..N-1. Its pivots
/// are A_n d_n with d_n = (w^{n+2} - 1)/(w^{n+1} - 1), gamma = 1.
Factors population_factors(const DickeLadder& ladder, double pump) {
    const auto levels = [&](double power) {
        return pump == 1.0 ? power : std::expm1(power * std::log(pump)) / std::expm1(std::log(pump));
    };
    // (w^{n+2} - 1)/(w^{n+1} - 1) = w + 1/(1 + w + .. + w^n): no overflow for w > 1, no cancellation.
    Factors factors;
    for (std::int64_t n = 0; n < ladder.atoms(); ++n) {
        const double sum = levels(static_cast<double>(n) + 1.0);
        const double d = pump + (std::isinf(sum) ? 0.0 : 1.0 / sum);
        factors.pivots.push_back(static_cast<double>(ladder.pumping(n)) * d);
        if (n + 1 < ladder.atoms())
            factors.links.push_back(pump * static_cast<double>(ladder.pumping(n + 1)) / d);
    }
    return factors;
}

/// The same for any rates up u_n and down d_n: the diagonal is u_n + d_{n+1}, the off-diagonal squares are
/// d_{n+1} u_{n+1}, and the pivots d_{n+1} + e_n with e_0 = u_0, e_{n+1} = u_{n+1} e_n/(d_{n+1} + e_n): no
/// differences.
Factors widened_factors(const DickeLadder& ladder, double pump) {
    Factors factors;
    double excess = pump * ladder.pumping_rate(0);
    for (std::int64_t n = 0; n < ladder.atoms(); ++n) {
        const auto down = static_cast<double>(ladder.emission(n + 1));
        factors.pivots.push_back(down + excess);
        if (n + 1 == ladder.atoms()) break;
        const double up = pump * ladder.pumping_rate(n + 1);
        factors.links.push_back(down * up / (down + excess));
        excess = up * excess / (down + excess);
    }
    return factors;
}

Factors sector_factors(const DickeLadder& ladder, double pump, std::int64_t q) {
    Factors factors;
    const auto decay = [&](std::int64_t n) {
        return 0.5 *
               (pump * static_cast<double>(ladder.pumping(n)) + static_cast<double>(ladder.emission(n)) +
                pump * static_cast<double>(ladder.pumping(n + q)) +
                static_cast<double>(ladder.emission(n + q)));
    };
    const std::int64_t size = ladder.atoms() + 1 - q;
    double pivot = decay(0);
    for (std::int64_t n = 0; n < size; ++n) {
        factors.pivots.push_back(pivot);
        if (n + 1 == size) break;
        const double square =
            pump * static_cast<double>(ladder.pumping(n)) * static_cast<double>(ladder.pumping(n + q));
        // link = L^2 D = square / D; the pivot recursion is D' = decay - square / D.
        factors.links.push_back(square / pivot);
        pivot = decay(n + 1) - square / pivot;
    }
    return factors;
}

double eigenvalue(const Factors& factors, std::int64_t index, StopRequest stop) {
    double high = 1.0;
    while (factors.below(high) <= index)
        high *= 2.0;
    const auto before = [&](double shift) {
        stop.check();
        return factors.below(shift) <= index;
    };
    return numeric::bisect(before, {0.0, high}, 4e-16).middle();
}

}  // namespace

std::vector<double> decay_rates(const DickeLadder& ladder, double pump, std::int64_t sector,
                                std::int64_t count, StopRequest stop) {
    Problems problems;
    problems.require(std::isfinite(pump) && pump > 0.0,
                     "pump = " + text(pump) + " (the symmetric form needs w > 0) give a positive `pump`");
    // Products of two rates up and down are the largest numbers that are formed.
    const double levels = static_cast<double>(ladder.atoms()) + 1.0;
    problems.require(!std::isfinite(pump) || std::isfinite(pump * levels * levels * levels * levels),
                     "pump = " + text(pump) + " (the rates of " + std::to_string(ladder.atoms()) +
                         " atoms overflow) give a smaller `pump`");
    constexpr double bytes_a_level = 24.0;
    check_memory("atoms = " + std::to_string(ladder.atoms()) + " (rates of so many levels",
                 bytes_a_level * levels, problems);
    const bool sector_fits = sector >= 0 && sector <= ladder.atoms();
    problems.require(sector_fits, "sector = " + std::to_string(sector) + " (sectors are 0.." +
                                      std::to_string(ladder.atoms()) + ") give a `sector` among them");
    if (sector_fits)
        problems.require(count >= 1 && count <= ladder.atoms() + 1 - sector,
                         "count = " + std::to_string(count) + " (sector " + std::to_string(sector) + " has " +
                             std::to_string(ladder.atoms() + 1 - sector) +
                             " rates) give a `count` from 1 to that");
    problems.require(ladder.is_ideal() || sector == 0,
                     "sector = " + std::to_string(sector) +
                         " (with a linewidth coherences turn too, and their rates are complex) give `sector` "
                         "0, or a ladder without a linewidth");
    problems.raise();

    std::vector<double> rates;
    if (sector == 0) rates.push_back(0.0);
    const auto factors = !ladder.is_ideal() ? widened_factors(ladder, pump)
                         : sector == 0      ? population_factors(ladder, pump)
                                            : sector_factors(ladder, pump, sector);
    for (std::int64_t i = 0; static_cast<std::int64_t>(rates.size()) < count; ++i)
        rates.push_back(eigenvalue(factors, i, stop));
    return rates;
}

Relaxation relaxation(const DickeLadder& ladder, double pump, StopRequest stop) {
    std::optional<double> cumulant;
    if (ladder.is_ideal()) cumulant = pump + 1.0 + 2.0 * (pump - 1.0) * steady_inversion(ladder, pump).mean;
    // Without pump the levels empty one after the other and the slowest is n = 1 or n = N, both at N gamma.
    const double gap =
        pump == 0.0 ? static_cast<double>(ladder.atoms()) : decay_rates(ladder, pump, 0, 2, stop).back();
    return {gap, cumulant};
}

}  // namespace dickejump::exact
