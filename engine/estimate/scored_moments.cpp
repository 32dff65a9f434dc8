#include "dickejump/estimate/scored_moments.hpp"

#include <algorithm>
#include <cmath>

#include "dickejump/model/invalid_input.hpp"

namespace dickejump {

void ScoredMoments::add(double x, double score) {
    if (!std::isfinite(x) || !std::isfinite(score))
        throw InvalidInput("an estimate of " + text(x) + " with score " + text(score) +
                           " (no mean could follow from them) leave the run out");
    const double s = score;
    ++count_;
    x_ += x, s_ += s, x2_ += x * x, xs_ += x * s, s2_ += s * s;
    x3_ += x * x * x, x2s_ += x * x * s, xs2_ += x * s * s;
    x4_ += x * x * x * x, x3s_ += x * x * x * s, x2s2_ += x * x * s * s;
}

void ScoredMoments::merge(const ScoredMoments& other) {
    count_ += other.count_;
    x_ += other.x_, s_ += other.s_, x2_ += other.x2_, xs_ += other.xs_, s2_ += other.s2_;
    x3_ += other.x3_, x2s_ += other.x2s_, xs2_ += other.xs2_;
    x4_ += other.x4_, x3s_ += other.x3s_, x2s2_ += other.x2s2_;
}

/// Means, and central moments <(x - <x>)^i (S - <S>)^j>.
struct ScoredMoments::Central {
    double n, x, xx, xs, xxxx, xxxs, xxss;
};

ScoredMoments::Central ScoredMoments::central() const {
    const auto n = static_cast<double>(count_);
    const double a = x_ / n, b = s_ / n;
    const double x2 = x2_ / n, xs = xs_ / n, s2 = s2_ / n, x3 = x3_ / n, x2s = x2s_ / n, xs2 = xs2_ / n,
                 x4 = x4_ / n, x3s = x3s_ / n, x2s2 = x2s2_ / n;
    return {.n = n,
            .x = a,
            .xx = x2 - a * a,
            .xs = xs - a * b,
            .xxxx = x4 - 4.0 * a * x3 + 6.0 * a * a * x2 - 3.0 * a * a * a * a,
            .xxxs = x3s - b * x3 - 3.0 * a * x2s + 3.0 * a * b * x2 + 3.0 * a * a * xs - 3.0 * a * a * a * b,
            .xxss = x2s2 - 2.0 * b * x2s + b * b * x2 - 2.0 * a * xs2 + 4.0 * a * b * xs + a * a * s2 -
                    3.0 * a * a * b * b};
}

std::optional<Estimate> ScoredMoments::mean() const {
    if (count_ == 0) return {};
    const auto c = central();
    return Estimate{c.x, count_ > 1 ? std::sqrt(std::max(0.0, c.xx) / (c.n - 1.0)) : 0.0};
}

std::optional<Estimate> ScoredMoments::deviation() const {
    if (count_ < 2) return {};
    const auto c = central();
    const double deviation = std::sqrt(std::max(0.0, c.xx) * c.n / (c.n - 1.0));
    if (deviation == 0.0) return Estimate{0.0, 0.0};
    return Estimate{deviation, std::sqrt(std::max(0.0, c.xxxx - c.xx * c.xx) / c.n) / (2.0 * deviation)};
}

std::optional<Estimate> ScoredMoments::slope() const {
    if (count_ < 2) return {};
    const auto c = central();
    return Estimate{c.xs * c.n / (c.n - 1.0), std::sqrt(std::max(0.0, c.xxss - c.xs * c.xs) / c.n)};
}

std::optional<Estimate> ScoredMoments::sensitivity() const {
    if (count_ < 2) return {};
    const auto c = central();
    if (c.xs == 0.0 || !(c.xx > 0.0)) return {};
    const double value = std::sqrt(c.xx * (c.n - 1.0) / c.n) / std::abs(c.xs);
    // What one run adds to ln(value): ((x^2 - V)/2V - (x S - C)/C), x and S from their means.
    const double v = (c.xxxx - c.xx * c.xx) / (4.0 * c.xx * c.xx) + (c.xxss - c.xs * c.xs) / (c.xs * c.xs) -
                     (c.xxxs - c.xx * c.xs) / (c.xx * c.xs);
    return Estimate{value, value * std::sqrt(std::max(0.0, v) / c.n)};
}

}  // namespace dickejump
