#pragma once

#include <cstdint>
#include <span>

#include "dickejump/model/dicke_ladder.hpp"
#include "dickejump/trajectory/window.hpp"

namespace dickejump::test {

/// int A_n dt over `begin` to `end` of a run that is at the level `n` at `begin` and makes these jumps.
inline double pumping_integral(const DickeLadder& ladder, std::int64_t n, std::span<const Jump> jumps,
                               double begin, double end) {
    double sum = 0.0;
    for (const auto& jump : jumps) {
        sum += static_cast<double>(ladder.pumping(n)) * (jump.time - begin);
        n += jump.dn();
        begin = jump.time;
    }
    return sum + static_cast<double>(ladder.pumping(n)) * (end - begin);
}

}  // namespace dickejump::test
