#include "dickejump/model/dicke_state.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "dickejump/model/invalid_input.hpp"
#include "model/checks.hpp"
#include "model/csv_table.hpp"

namespace dickejump {

namespace {

constexpr double nothing = -std::numeric_limits<double>::infinity();

std::size_t levels_of(const DickeLadder& ladder) {
    constexpr double bytes_a_level = 32.0;  // logarithm and phase, while lists grow
    Problems problems;
    check_memory("atoms = " + std::to_string(ladder.atoms()) + " (a state of all their levels",
                 bytes_a_level * (static_cast<double>(ladder.atoms()) + 1.0), problems);
    problems.raise();
    return static_cast<std::size_t>(ladder.atoms()) + 1;
}

/// `k` times ln x, and 0 for 0 times ln 0.
double log_power(double k, double x) {
    return k == 0.0 ? 0.0 : k * std::log(x);
}

}  // namespace

DickeState::DickeState(std::vector<double> log_weights, std::vector<double> phases)
    : log_weights_(std::move(log_weights)), phases_(std::move(phases)) {
    const double largest = *std::max_element(log_weights_.begin(), log_weights_.end());
    double sum = 0.0;
    for (const double l : log_weights_)
        sum += std::exp(l - largest);
    const double norm = largest + std::log(sum);
    for (double& l : log_weights_)
        l -= norm;
}

DickeState DickeState::dicke(const DickeLadder& ladder, std::int64_t n) {
    if (n < 0 || n > ladder.atoms())
        throw InvalidInput("Dicke state n = " + std::to_string(n) + " (the ladder has 0.." +
                           std::to_string(ladder.atoms()) + ") choose one of them");
    std::vector<double> log_weights(levels_of(ladder), nothing);
    log_weights[static_cast<std::size_t>(n)] = 0.0;
    return {std::move(log_weights), std::vector<double>(levels_of(ladder), 0.0)};
}

DickeState DickeState::coherent(const DickeLadder& ladder, double theta, double phi) {
    if (!std::isfinite(theta) || !std::isfinite(phi))
        throw InvalidInput("coherent state (" + text(theta) + ", " + text(phi) +
                           ") (angles are finite) pass theta,phi in radians");
    // c_n = sqrt(binomial(N, n)) cos(theta/2)^n (sin(theta/2) e^{i phi})^{N-n}: with e^{-i n phi} for the
    // latter phase, <J+> = <n+1|rho.. picks up e^{i phi}, as it must.
    const double up = std::cos(0.5 * theta), down = std::sin(0.5 * theta);
    const double total = static_cast<double>(levels_of(ladder)) - 1.0;
    const double sign = up * down < 0.0 ? std::acos(-1.0) : 0.0;  // theta beyond 0..pi: c_n alternates
    std::vector<double> log_weights, phases;
    double log_binomial = 0.0;
    for (std::int64_t level = 0; level <= ladder.atoms(); ++level) {
        const double n = static_cast<double>(level);
        log_weights.push_back(log_binomial + log_power(n, up * up) + log_power(total - n, down * down));
        phases.push_back(std::remainder(n * (sign - phi), 2.0 * std::acos(-1.0)));
        log_binomial += std::log((total - n) / (n + 1.0));
    }
    return {std::move(log_weights), std::move(phases)};
}

DickeState DickeState::ghz(const DickeLadder& ladder) {
    std::vector<double> log_weights(levels_of(ladder), nothing);
    log_weights.front() = log_weights.back() = -std::log(2.0);
    return {std::move(log_weights), std::vector<double>(levels_of(ladder), 0.0)};
}

DickeState DickeState::from_amplitudes(const DickeLadder& ladder,
                                       std::span<const std::complex<double>> amplitudes) {
    if (amplitudes.size() != levels_of(ladder))
        throw InvalidInput("a state of " + std::to_string(amplitudes.size()) + " amplitudes (" +
                           std::to_string(ladder.atoms()) + " atoms have N + 1 = " +
                           std::to_string(levels_of(ladder)) + ") give one for each n = 0..N");
    std::vector<double> log_weights, phases;
    double norm = 0.0;
    for (const auto c : amplitudes) {
        norm += std::norm(c);
        log_weights.push_back(2.0 * std::log(std::abs(c)));
        phases.push_back(std::arg(c));
    }
    if (!(std::abs(norm - 1.0) <= 1e-6))
        throw InvalidInput("a state with sum |c_n|^2 = " + text(norm) +
                           " (probabilities add up to 1) divide its amplitudes by the root of that");
    return {std::move(log_weights), std::move(phases)};
}

DickeState DickeState::from_csv(const DickeLadder& ladder, const std::string& file) {
    constexpr std::string_view columns[] = {"re", "im"};
    std::vector<std::complex<double>> amplitudes;
    for (const auto& row : read_csv(file, "state", columns))
        amplitudes.emplace_back(row.numbers[0], row.numbers[1]);
    try {
        return from_amplitudes(ladder, amplitudes);
    } catch (const InvalidInput& error) {
        throw InvalidInput(file + ": " + error.problems().front());
    }
}

Eigen::VectorXcd DickeState::amplitudes() const {
    Eigen::VectorXcd c(static_cast<Eigen::Index>(log_weights_.size()));
    for (std::size_t n = 0; n < log_weights_.size(); ++n)
        c(static_cast<Eigen::Index>(n)) = std::polar(std::exp(0.5 * log_weights_[n]), phases_[n]);
    return c;
}

}  // namespace dickejump
