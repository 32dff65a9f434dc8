#include "dickejump/estimate/moments.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "dickejump/model/invalid_input.hpp"

namespace dickejump {

namespace {
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
}

void Moments::add(double x) {
    if (!std::isfinite(x))
        throw InvalidInput("a value of " + text(x) + " (no mean could follow from it) leave it out");
    Moments one;
    one.count_ = 1;
    one.mean_ = x;
    merge(one);
}

void Moments::merge(const Moments& other) {
    if (other.count_ == 0) return;
    if (count_ == 0) {
        *this = other;
        return;
    }
    const auto a = static_cast<double>(count_), b = static_cast<double>(other.count_), n = a + b;
    const double d = other.mean_ - mean_, d2 = d * d;
    sum4_ += other.sum4_ + d2 * d2 * a * b * (a * a - a * b + b * b) / (n * n * n) +
             6.0 * d2 * (a * a * other.sum2_ + b * b * sum2_) / (n * n) +
             4.0 * d * (a * other.sum3_ - b * sum3_) / n;
    sum3_ += other.sum3_ + d2 * d * a * b * (a - b) / (n * n) + 3.0 * d * (a * other.sum2_ - b * sum2_) / n;
    sum2_ += other.sum2_ + d2 * a * b / n;
    mean_ += d * b / n;
    count_ += other.count_;
}

Moments Moments::from_power_sums(std::int64_t count, double origin, double sum1, double sum2, double sum3,
                                 double sum4) {
    if (count < 0)
        throw InvalidInput("count = " + std::to_string(count) +
                           " (a number of values is not negative) give 0 or more");
    Moments moments;
    if (count == 0) return moments;
    const auto n = static_cast<double>(count);
    const double a = sum1 / n;
    moments.count_ = count;
    moments.mean_ = origin + a;
    moments.sum2_ = std::max(0.0, sum2 - n * a * a);
    moments.sum3_ = sum3 - 3.0 * a * sum2 + 2.0 * n * a * a * a;
    moments.sum4_ = std::max(0.0, sum4 - 4.0 * a * sum3 + 6.0 * a * a * sum2 - 3.0 * n * a * a * a * a);
    return moments;
}

double Moments::carriers() const {
    return sum2_ > 0.0 ? sum2_ * sum2_ / std::max(sum4_, sum2_ * sum2_ / static_cast<double>(count_)) : 0.0;
}

bool Moments::spread_is_known(double step) const {
    constexpr double enough = 10.0;
    if (count_ < 2) return false;
    const double fewest = std::min(enough, static_cast<double>(count_) / enough);
    if (step > 0.0 && !(sum2_ >= fewest * step * step)) return false;
    return !(sum2_ > 0.0) || carriers() >= fewest;
}

std::optional<Estimate> Moments::mean(double step) const {
    if (count_ == 0) return {};
    const auto n = static_cast<double>(count_);
    return Estimate{mean_, spread_is_known(step) ? std::sqrt(sum2_ / (n - 1.0) / n) : unknown};
}

std::optional<Estimate> Moments::variance(double step) const {
    if (count_ < 2) return {};
    const auto n = static_cast<double>(count_);
    const double variance = sum2_ / (n - 1.0);
    // Var(s^2) = (mu4 - sigma^4 (n-3)/(n-1)) / n
    const double error2 = (sum4_ / n - variance * variance * (n - 3.0) / (n - 1.0)) / n;
    return Estimate{variance, spread_is_known(step) ? std::sqrt(std::max(0.0, error2)) : unknown};
}

std::optional<Estimate> Moments::deviation(double step) const {
    const auto spread = variance(step);
    if (!spread) return {};
    const double deviation = std::sqrt(spread->value);
    return Estimate{deviation, deviation > 0.0 ? spread->error / (2.0 * deviation) : spread->error};
}

std::optional<Estimate> Moments::rmse(double truth, double step) const {
    if (count_ == 0) return {};
    const auto n = static_cast<double>(count_);
    const double bias = mean_ - truth;
    const double square = sum2_ / n + bias * bias;
    if (!spread_is_known(step)) return Estimate{std::sqrt(square), unknown};
    // The mean of y = (x - truth)^2, whose own spread follows from the moments about the mean.
    const double fourth =
        sum4_ / n + 4.0 * bias * sum3_ / n + 6.0 * bias * bias * sum2_ / n + bias * bias * bias * bias;
    const double error = std::sqrt(std::max(0.0, fourth - square * square) / n);
    return Estimate{std::sqrt(square), square > 0.0 ? error / (2.0 * std::sqrt(square)) : 0.0};
}

}  // namespace dickejump
