#include "dickejump/estimate/curve_fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "dickejump/model/invalid_input.hpp"

namespace dickejump {

CurveFit::CurveFit(std::span<const double> mean, double reach, double s_per_tick, const TickRange& seen)
    : ticks_(static_cast<std::size_t>(std::max<std::int64_t>(0, seen.size()))) {
    Problems problems;
    problems.require(mean.size() >= 2,
                     "a mean curve of " + std::to_string(mean.size()) +
                         " points (nothing can be shifted along it) give one for every tick");
    problems.require(std::isfinite(reach) && reach > 0.0,
                     "reach = " + text(reach) + " (a largest shift is positive) give more than 0");
    problems.require(std::isfinite(s_per_tick) && s_per_tick != 0.0,
                     "s per tick = " + text(s_per_tick) + " (a scan moves) give its speed");
    problems.require(seen.first >= 0 && seen.last <= static_cast<std::int64_t>(mean.size()) && !seen.empty(),
                     "ticks " + std::to_string(seen.first) + " to " + std::to_string(seen.last) +
                         " are seen (the mean curve has " + std::to_string(mean.size()) +
                         ") give some of these");
    for (const double value : mean)
        if (!std::isfinite(value)) {
            problems.add("a mean curve with " + text(value) +
                         " (a mean is finite) give only ticks that have one");
            break;
        }
    problems.raise();
    constexpr int tries = 201;
    const auto last = static_cast<double>(mean.size() - 1);
    for (int i = 0; i < tries; ++i) {
        const double shift = reach * (2.0 * i / (tries - 1) - 1.0);
        shifts_.push_back(shift);
        const double in_ticks = shift / s_per_tick;
        double square = 0.0;
        for (auto tick = seen.first; tick < seen.last; ++tick) {
            const double at = std::clamp(static_cast<double>(tick) - in_ticks, 0.0, last);
            const auto below = std::min(static_cast<std::size_t>(at), mean.size() - 2);
            const double part = at - static_cast<double>(below);
            const auto value = static_cast<float>((1.0 - part) * mean[below] + part * mean[below + 1]);
            curves_.push_back(value);
            square += static_cast<double>(value) * static_cast<double>(value);
        }
        squares_.push_back(square);
    }
}

double CurveFit::operator()(std::span<const double> signal) const {
    if (signal.size() != ticks_)
        throw InvalidInput("a signal of " + std::to_string(signal.size()) + " ticks (the mean curve has " +
                           std::to_string(ticks_) + ") give one value for each");
    for (const double value : signal)
        if (!std::isfinite(value))
            throw InvalidInput("a signal with " + text(value) +
                               " (a tick that is seen has a number) leave out ticks without one");
    // The signal's own square is the same for every shift.
    const auto cost = [&](std::size_t i) {
        double overlap = 0.0;
        const float* curve = curves_.data() + i * signal.size();
        for (std::size_t k = 0; k < signal.size(); ++k)
            overlap += signal[k] * static_cast<double>(curve[k]);
        return squares_[i] - 2.0 * overlap;
    };
    std::size_t best = 0;
    double lowest = std::numeric_limits<double>::infinity();
    const auto look = [&](std::size_t i) {
        if (const double c = cost(i); c < lowest) lowest = c, best = i;
    };
    constexpr std::size_t stride = 5;
    for (std::size_t i = 0; i < shifts_.size(); i += stride)
        look(i);
    const auto near = best;
    for (std::size_t i = near - std::min(near, stride - 1); i < std::min(near + stride, shifts_.size()); ++i)
        look(i);
    if (best == 0 || best + 1 == shifts_.size()) return shifts_[best];  // no larger shift makes sense
    const double left = cost(best - 1), right = cost(best + 1), step = shifts_[1] - shifts_[0];
    return shifts_[best] + 0.5 * step * (left - right) / (left - 2.0 * lowest + right);
}

}  // namespace dickejump
