#pragma once

#include <Eigen/Core>
#include <cstdint>

#include "dickejump/model/dicke_ladder.hpp"
#include "exact/radau.hpp"

namespace dickejump::exact {

/// Levels first..last of the ladder; jumps out of them are losses.
struct Levels {
    std::int64_t first, last;

    Eigen::Index size() const { return last - first + 1; }
    Eigen::Index index(std::int64_t n) const { return n - first; }
};

/// Forward: populations, p' = (w P + E) p. Backward: f_n = E[.. | n], f' = (w P + E)^T f in time to go.
enum class Equation { forward, backward };

/// The two parts of the generator on some levels.
struct GeneratorParts {
    Tridiagonal pumping, emission;
};
GeneratorParts generator(const DickeLadder& ladder, Levels levels, Equation equation);

/// w(duration - t): the schedule as seen by a backward equation.
PumpSchedule reversed(const PumpSchedule& pump, double duration);

}  // namespace dickejump::exact
