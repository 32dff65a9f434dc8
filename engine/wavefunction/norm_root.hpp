#pragma once

#include <algorithm>
#include <cmath>
#include <optional>

namespace dickejump {

/// How much of ln(norm) is above its goal (> 0: still to wait), and the rate at which it falls.
struct NormLevel {
    double left, rate;
};

/// The first time in (0, limit] at which a falling `level(t)` has nothing left, if there is one: Newton from
/// `guess`, kept in a bracket, until it moves by less than `tolerance` of the time itself, so that the answer
/// is good at any scale of rates.
template <class Level>
std::optional<double> norm_root(const Level& level, double guess, double limit, double tolerance) {
    double low = 0.0, high = limit;
    bool passed = false;  // whether `high` is known to be beyond the root
    double at = std::isfinite(guess) && guess > 0.0 ? std::min(guess, limit) : limit;
    double width = limit;
    for (int iteration = 0; iteration < 400; ++iteration) {
        const auto [left, rate] = level(at);
        if (left > 0.0) {
            if (at >= limit) return {};
            low = at;
        } else {
            high = at;
            passed = true;
        }
        const double newton = at + left / rate;
        if (std::abs(newton - at) <= tolerance * at || high - low <= tolerance * high)
            return std::clamp(newton, low, high);
        if (!passed) {
            // Far from the root the local rate may say little: go on by factors.
            at = std::clamp(newton, std::min(limit, 1.1 * at), std::min(limit, 8.0 * at));
            if (!std::isfinite(newton)) at = std::min(limit, 8.0 * low);
            continue;
        }
        // Newton must halve the bracket every other time, or the middle will.
        const bool slow = iteration % 3 == 2 && high - low > 0.5 * width;
        if (iteration % 3 == 2) width = high - low;
        at = newton > low && newton < high && !slow ? newton : 0.5 * (low + high);
    }
    return high;
}

}  // namespace dickejump
