#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "dickejump/random/stream.hpp"

namespace dickejump::test {

/// Skewed values on a large offset.
inline std::vector<double> skewed(std::size_t count, double offset, std::uint64_t trajectory = 0) {
    Stream random(17, trajectory, Purpose::test);
    std::vector<double> values(count);
    for (auto& value : values)
        value = offset - std::log(open_unit(random()));
    return values;
}

/// Mean 5; the sums of the powers 2, 3, 4 of the distances from it are 32, 42, 356.
inline const std::vector<double> by_hand{2, 4, 4, 4, 5, 5, 7, 9};

}  // namespace dickejump::test
