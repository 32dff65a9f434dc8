#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "dickejump/random/stream.hpp"

namespace dickejump {

/// A choice among weighted things by one uniform number.
class Choice {
public:
    void add(double weight) {
        cumulative_.push_back((cumulative_.empty() ? 0.0 : cumulative_.back()) + weight);
    }
    bool empty() const { return cumulative_.empty(); }
    /// The first whose cumulative weight is above the part u of all.
    std::size_t operator()(double u) const {
        const auto it = std::upper_bound(cumulative_.begin(), cumulative_.end(), u * cumulative_.back());
        return std::min(static_cast<std::size_t>(it - cumulative_.begin()), cumulative_.size() - 1);
    }

private:
    std::vector<double> cumulative_;
};

/// The draws of a ladder walk, one by one.
struct WalkDraws {
    Stream& random;

    double exponential() { return -std::log(open_unit(random())); }
    double uniform() { return open_unit(random()); }
};

}  // namespace dickejump
