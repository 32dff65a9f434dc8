#include "dickejump/model/dicke_ladder.hpp"

#include <string>

#include "dickejump/model/invalid_input.hpp"

namespace dickejump {

DickeLadder::DickeLadder(std::int64_t atoms) : atoms_(atoms) {
    if (atoms < 1)
        throw InvalidInput("atoms = " + std::to_string(atoms) +
                           " (the ladder needs at least one atom) pass --atoms N with N >= 1");
    if (atoms > max_atoms)
        throw InvalidInput("atoms = " + std::to_string(atoms) +
                           " (the ladder holds at most 2^31 - 1 atoms) pass fewer");
}

}  // namespace dickejump
