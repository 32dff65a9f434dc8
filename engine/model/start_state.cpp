#include "dickejump/model/start_state.hpp"

#include <algorithm>
#include <cmath>

#include "dickejump/model/invalid_input.hpp"
#include "model/checks.hpp"

namespace dickejump {

std::int64_t steady_state_quantile(const DickeLadder& ladder, double pump, double u) {
    if (!(pump >= 0.0) || std::isinf(pump) || !(u > 0.0 && u < 1.0))
        throw InvalidInput(
            "pump = " + text(pump) + ", u = " + text(u) +
            " (a rate is finite and not negative, a quantile is within 0..1) give such numbers");
    if (pump == 0.0) return 0;
    if (!ladder.is_ideal()) return SteadyLevels(ladder, pump).quantile(u);
    const double levels = static_cast<double>(ladder.atoms()) + 1.0;
    // For w > gamma the geometric law decays from n = N: count from there.
    const bool inverted = pump > 1.0;
    const double log_ratio = inverted ? -std::log(pump) : std::log(pump);
    if (inverted) u = 1.0 - u;  // so that n rises with u for every pump
    // P(k' < k) = (1 - q^k) / (1 - q^levels) = u, and k/levels = u in the limit q -> 1.
    const double total = -std::expm1(levels * log_ratio);
    const double level = total > 0.0 ? std::log1p(-u * total) / log_ratio : u * levels;
    const auto k = std::clamp<std::int64_t>(static_cast<std::int64_t>(level), 0, ladder.atoms());
    return inverted ? ladder.atoms() - k : k;
}

SteadyLevels::SteadyLevels(const DickeLadder& ladder, double pump) {
    Problems problems;
    check_rate("pump", pump, problems);
    problems.raise();
    constexpr double least = 1e-40;
    const auto step_up = [&](std::int64_t n) { return pump / ladder.broadening(n); };
    std::int64_t top = step_up(0) > 1.0 ? ladder.atoms() : 0;
    if (top > 0 && !ladder.is_ideal())
        top = std::min(top, static_cast<std::int64_t>(std::sqrt(pump - 1.0) / ladder.linewidth()));
    first_ = top;
    for (double weight = 1.0; weight > least; weight /= step_up(first_)) {
        weights_.push_back(weight);
        if (first_ == 0) break;
        --first_;
    }
    first_ = top + 1 - static_cast<std::int64_t>(weights_.size());
    std::reverse(weights_.begin(), weights_.end());
    double weight = 1.0;
    for (auto n = top; n < ladder.atoms() && (weight *= step_up(n)) > least; ++n)
        weights_.push_back(weight);
    double sum = 0.0;
    for (const double one : weights_)
        below_.push_back(sum += one);
}

std::int64_t SteadyLevels::quantile(double u) const {
    if (!(u > 0.0 && u < 1.0))
        throw InvalidInput("u = " + text(u) + " (a quantile is within 0..1) give such a number");
    const auto found = std::upper_bound(below_.begin(), below_.end() - 1, u * below_.back());
    return first_ + (found - below_.begin());
}

}  // namespace dickejump
