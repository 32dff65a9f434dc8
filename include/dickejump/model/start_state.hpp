#pragma once

#include <cstdint>
#include <vector>

#include "dickejump/model/dicke_ladder.hpp"

namespace dickejump {

/// The distribution of n at t = 0.
struct StartState {
    /// A known |n>, or the steady state p_n ~ (w/gamma)^n.
    enum class Kind { dicke, steady };  ///< a known |n>, or the steady state p_n ~ (w/gamma)^n

    Kind kind = Kind::dicke;  ///< which of the two
    std::int64_t n = 0;       ///< dicke: the level
    double pump = 1.0;        ///< steady: w [gamma]

    /// Exactly n atoms excited.
    static StartState dicke(std::int64_t n) { return {.kind = Kind::dicke, .n = n}; }
    /// n drawn from the steady state at a pump w [gamma].
    static StartState steady(double pump) { return {.kind = Kind::steady, .pump = pump}; }
};

/// n with the law of the steady state at the pump w on 0..N by inverting the distribution function at `u` in
/// (0, 1): P(n) ~ (w/gamma)^n (App. C) in closed form and so for any N; with a linewidth by a table.
/// @throws InvalidInput unless w is finite, w >= 0 and 0 < u < 1.
std::int64_t steady_state_quantile(const DickeLadder& ladder, double pump, double u);

/// The steady state of the ladder at a pump w [gamma]: p_{n+1}/p_n = w/(1 + (linewidth (n+1))^2), which only
/// falls, so p_n has one top. What counts of it, and no more: other levels have less than 1e-40 of the top.
class SteadyLevels {
public:
    /// @throws InvalidInput if the pump is negative or not finite
    SteadyLevels(const DickeLadder& ladder, double pump);

    /// n of the lowest level that counts.
    std::int64_t first() const { return first_; }
    /// Relative weights of the levels first(), first() + 1, .., the largest 1.
    const std::vector<double>& weights() const { return weights_; }
    /// n where the distribution function is `u` in (0, 1). @throws InvalidInput for another u
    std::int64_t quantile(double u) const;

private:
    std::int64_t first_;
    std::vector<double> weights_, below_;  // below_[i]: sum of the weights up to and with the i-th
};

}  // namespace dickejump
