#pragma once

#include <algorithm>
#include <cmath>
#include <optional>

#include "numeric/bisection.hpp"

namespace dickejump::numeric {

/// A function at one point.
struct ValueAndSlope {
    double value, slope;
};

/// The root of a function that rises through zero within a bracket: Newton's method from `guess`, which takes
/// the middle of what is left wherever it would leave that. Some five to eight looks where the function is
/// smooth; at most a hundred.
///
/// Ends when Newton's method would move by less than `absolute`, or when the next look, halving included, is
/// no further off than `relative` of the root: that may be as small as rounding, where Newton's method alone
/// does not settle.
/// @param f  f(x) -> ValueAndSlope
template <class F>
double bracketed_newton(const F& f, Bracket bracket, double guess, double absolute, double relative) {
    double x = guess;
    for (int i = 0; i < 100; ++i) {
        const ValueAndSlope at = f(x);
        (at.value < 0.0 ? bracket.low : bracket.high) = x;
        const double newton = x - at.value / at.slope;
        if (std::abs(newton - x) < absolute) return newton;
        const double next = bracket.safeguarded(newton);
        if (std::abs(next - x) <= relative * next) return next;
        x = next;
        if (bracket.high - bracket.low < absolute) break;
    }
    return x;
}

/// How much of a falling quantity is above its goal (> 0: still to wait), and the rate at which it falls.
struct Remainder {
    double left, rate;
};

/// The first time in (0, limit] at which a falling quantity has nothing left, if there is one: Newton from
/// `guess`, kept in a bracket, until it moves by less than `tolerance` of the time itself, so that the answer
/// is good at any scale of rates.
/// @param remainder  remainder(t) -> Remainder
template <class F>
std::optional<double> first_root(const F& remainder, double guess, double limit, double tolerance) {
    Bracket bracket{0.0, limit};
    bool passed = false;  // whether the upper end is known to be beyond the root
    double at = std::isfinite(guess) && guess > 0.0 ? std::min(guess, limit) : limit;
    double width = limit;
    for (int iteration = 0; iteration < 400; ++iteration) {
        const auto [left, rate] = remainder(at);
        if (left > 0.0) {
            if (at >= limit) return {};
            bracket.low = at;
        } else {
            bracket.high = at;
            passed = true;
        }
        const double newton = at + left / rate;
        if (std::abs(newton - at) <= tolerance * at || bracket.high - bracket.low <= tolerance * bracket.high)
            return std::clamp(newton, bracket.low, bracket.high);
        if (!passed) {
            // Far from the root the local rate may say little: go on by factors.
            at = std::clamp(newton, std::min(limit, 1.1 * at), std::min(limit, 8.0 * at));
            if (!std::isfinite(newton)) at = std::min(limit, 8.0 * bracket.low);
            continue;
        }
        // Newton must halve the bracket every other time, or the middle will.
        const double now = bracket.high - bracket.low;
        const bool slow = iteration % 3 == 2 && now > 0.5 * width;
        if (iteration % 3 == 2) width = now;
        at = slow ? bracket.middle() : bracket.safeguarded(newton);
    }
    return bracket.high;
}

}  // namespace dickejump::numeric
