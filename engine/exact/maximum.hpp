#pragma once

#include <algorithm>

#include "dickejump/exact/master_equation.hpp"
#include "exact/radau.hpp"

namespace dickejump::exact {

/// Where a curve of <J_z> passes 0 for the first time, and how steeply, into the solution.
inline void add_crossing(const DenseCurve& mean, double duration, Solution& solution) {
    const double zero = mean.first_zero();
    if (!(zero > 0.0)) return;
    solution.crossing = zero;
    const double h = 1e-5 * duration;
    const double before = std::max(0.0, zero - h), after = std::min(duration, zero + h);
    solution.rise = (mean(after) - mean(before)) / (after - before);
}

/// The top of the parabola through three points, if the middle one is the highest.
inline Extremum parabola_top(const Extremum& a, const Extremum& b, const Extremum& c) {
    const double left = (b.value - a.value) / (b.time - a.time),
                 right = (c.value - b.value) / (c.time - b.time);
    const double curvature = (right - left) / (c.time - a.time);
    if (!(curvature < 0.0)) return b;
    const double slope = left + curvature * (b.time - a.time);  // at b
    const double shift = -0.5 * slope / curvature, gain = 0.5 * slope * shift;
    // Beside a jump of the curve (at the start, say) there is no parabola.
    return gain < 0.01 * b.value ? Extremum{b.value + gain, b.time + shift} : b;
}

/// Keeps the largest of values that come in order of time, refined by the parabola through its neighbours.
class Maximum {
public:
    void add(Extremum next) {
        if (count_ > 0 && next.time <= last_.time) return;
        if (count_ == 0 || next.value > top_.value) top_ = next;
        if (count_ >= 2 && last_.value >= before_.value && last_.value >= next.value &&
            last_.value >= top_.value)
            top_ = parabola_top(before_, last_, next);
        before_ = last_;
        last_ = next;
        ++count_;
    }
    const Extremum& top() const { return top_; }

private:
    Extremum before_{}, last_{}, top_{};
    int count_ = 0;
};

}  // namespace dickejump::exact
