#include "dickejump/model/dicke_ladder.hpp"

#include <cmath>
#include <string>

namespace dickejump {

DickeLadder::DickeLadder(std::int64_t atoms, double linewidth) : atoms_(atoms), linewidth_(linewidth) {
    Problems problems;
    check_atoms(atoms, problems);
    problems.require(std::isfinite(linewidth) && linewidth >= 0.0,
                     "linewidth = " + text(linewidth) +
                         " (gamma_r/(2 delta), a width beside a detuning) give a finite one, 0 for Eq. (1)");
    problems.raise();
}

void check_atoms(std::int64_t atoms, Problems& problems) {
    problems.require(atoms >= 1, "atoms = " + std::to_string(atoms) +
                                     " (the ladder needs at least one atom) give `atoms` >= 1");
    problems.require(
        atoms <= DickeLadder::max_atoms,
        "atoms = " + std::to_string(atoms) + " (the ladder holds at most 2^31 - 1 atoms) give fewer");
}

}  // namespace dickejump
