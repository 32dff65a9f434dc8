#include "dickejump/model/dicke_ladder.hpp"

#include <string>

namespace dickejump {

DickeLadder::DickeLadder(std::int64_t atoms) : atoms_(atoms) {
    Problems problems;
    check_atoms(atoms, problems);
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
