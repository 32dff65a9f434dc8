#pragma once

#include <cstdint>

#include "dickejump/model/dicke_ladder.hpp"

namespace dickejump {

/// The distribution of n at t = 0.
struct StartState {
    enum class Kind { dicke, steady };  ///< a known |n>, or the steady state p_n ~ (w/gamma)^n

    Kind kind = Kind::dicke;
    std::int64_t n = 0;  ///< dicke: the level
    double pump = 1.0;   ///< steady: w [gamma]

    static StartState dicke(std::int64_t n) { return {.kind = Kind::dicke, .n = n}; }
    static StartState steady(double pump) { return {.kind = Kind::steady, .pump = pump}; }
};

/// n with P(n) ~ (w/gamma)^n on 0..N (App. C) by inverting the distribution function at `u` in (0, 1), in
/// closed form and so for any N. @throws InvalidInput unless w >= 0 and 0 < u < 1.
std::int64_t steady_state_quantile(const DickeLadder& ladder, double pump, double u);

}  // namespace dickejump
