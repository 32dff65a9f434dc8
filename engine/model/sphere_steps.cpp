#include "model/sphere_steps.hpp"

#include <algorithm>
#include <cmath>

#include "numeric/gauss_points.hpp"

namespace dickejump {

SphereStep sphere_step(const DickeLadder& ladder, const PumpSchedule& pump, double begin, double end) {
    const double levels = static_cast<double>(ladder.atoms()) + 1.0;
    double boost = 0.0, minus = 0.0, plus = 0.0, spread = 0.0;
    // From the end backwards over the pieces of w; `boost` is int kappa from here to the end of the step.
    const auto pieces = pump.pieces();
    auto piece = std::upper_bound(pieces.begin(), pieces.end(), begin,
                                  [](double t, const auto& p) { return t < p.begin; });
    piece = piece == pieces.begin() ? piece : piece - 1;
    auto last = piece;
    while (last->end < end)
        ++last;
    for (auto p = last;; --p) {
        const double from = std::max(begin, p->begin), to = std::min(end, p->end);
        const double slope = 0.5 * levels * p->slope;
        numeric::for_each_gauss_point<8>(from, to, [&](double t, double weight) {
            const double w = p->at(t), kappa = 0.5 * levels * (w - 1.0), left = to - t;
            const double rest = boost + left * (kappa + 0.5 * slope * left);
            minus += weight * 0.5 * (w + 1.0) * std::exp(2.0 * rest);
            plus += weight * 0.5 * (w + 1.0) * std::exp(-2.0 * rest);
        });
        const double w = p->at(0.5 * (from + to)), length = to - from;
        boost += 0.5 * levels * (w - 1.0) * length;
        spread += (w + 1.0) * length;
        if (p == piece) break;
    }
    SphereStep step{};
    const double theta = std::sqrt(minus * plus), length = end - begin;
    // Noise that comes at another time of the step than its middle is boosted between: the conformal factor
    // (cosh b + x sinh b)^2, averaged, is theta at the poles and this much less at J_z = 0. What of it does
    // not commute with the noise of other times (Magnus' second term) is a boost that grows with the
    // rotation.
    step.polar = theta > 0.0 ? std::max(0.0, 0.5 * (theta - 0.5 * spread) / theta) : 0.0;
    const double turn = boost * theta / 6.0;
    const auto tanh_turn = [&](double tanh_boost) {
        // The tanh of a boost stays below 1 for the largest E, 37.
        const double most = 0.9 * (1.0 - std::abs(tanh_boost)) / 37.0;
        return std::clamp(turn * (1.0 - tanh_boost * tanh_boost), -most, most);
    };
    const double mu = -0.5 * std::expm1(-2.0 * theta), eta = theta * theta / 3.0;
    step.second_boost = 0.25 * std::log(minus / plus);
    step.first_boost = boost - step.second_boost;
    step.first = std::tanh(step.first_boost);
    step.second = std::tanh(step.second_boost);
    step.first_turn = tanh_turn(step.first);
    step.second_turn = tanh_turn(step.second);
    step.linear = 2.0 * (mu + 2.0 * eta);
    step.square = 2.0 * eta;
    step.length = length;
    step.spread = spread;
    step.begin = begin;
    step.tilt = 0.5 * levels * (pump.at(end) - pump.at(begin)) * length / spread - boost;
    step.bow = (boost * boost + theta * theta) / 6.0;
    return step;
}

SphereSteps sphere_steps(const DickeLadder& ladder, const PumpSchedule& pump, const TickGrid& grid,
                         int steps_per_tick) {
    SphereSteps result;
    result.steps.reserve(static_cast<std::size_t>(grid.ticks * steps_per_tick));
    for (std::int64_t tick = 0; tick < grid.ticks; ++tick) {
        const double begin = grid.time(tick), length = grid.time(tick + 1) - begin;
        const auto at = [&](int i) { return begin + length * i / steps_per_tick; };
        for (int i = 0; i < steps_per_tick; ++i)
            result.steps.push_back(sphere_step(ladder, pump, at(i), at(i + 1)));
    }
    return result;
}

int default_sphere_steps(const DickeLadder& ladder, const PumpSchedule& pump, const TickGrid& grid) {
    const double levels = static_cast<double>(ladder.atoms()) + 1.0;
    const double most = 0.5 * levels * pump.extremes(grid.duration).farthest_from(1.0);
    const double longest = std::min(0.02, 0.5 / std::max(most, 1e-300));
    // The margin keeps a tick that is a whole number of steps from being cut once more.
    return std::max(1, static_cast<int>(std::ceil(grid.tick() / longest * (1.0 - 1e-12))));
}

}  // namespace dickejump
