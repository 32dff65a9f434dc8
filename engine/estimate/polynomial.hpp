#pragma once

// Tested by tests/estimate/polynomial_test.cpp.

#include <cstddef>
#include <span>
#include <vector>

namespace dickejump {

/// The polynomial through some points, in Newton's form.
class Polynomial {
public:
    /// @param nodes  all different, in any order, as many as values; at least one
    Polynomial(std::span<const double> nodes, std::span<const double> values)
        : nodes_(nodes.begin(), nodes.end()), differences_(values.begin(), values.end()) {
        for (std::size_t order = 1; order < nodes_.size(); ++order)
            for (std::size_t i = nodes_.size() - 1; i >= order; --i)
                differences_[i] = (differences_[i] - differences_[i - 1]) / (nodes_[i] - nodes_[i - order]);
    }

    struct Local {
        double value, slope, curvature;
    };
    Local at(double x) const {
        Local local{differences_.back(), 0.0, 0.0};
        for (std::size_t i = nodes_.size() - 1; i-- > 0;) {
            const double d = x - nodes_[i];
            local.curvature = local.curvature * d + 2.0 * local.slope;
            local.slope = local.slope * d + local.value;
            local.value = local.value * d + differences_[i];
        }
        return local;
    }

private:
    std::vector<double> nodes_, differences_;
};

}  // namespace dickejump
