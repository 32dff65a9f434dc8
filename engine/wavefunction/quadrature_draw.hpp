#pragma once

#include <array>
#include <boost/math/constants/constants.hpp>
#include <cmath>

#include "numeric/newton.hpp"

namespace dickejump {

/// A draw from the law ~ exp(-x^2/2) (a_0 + a_1 x + .. + a_4 x^4): the root of its distribution function.
inline double draw_quadrature(const std::array<double, 5>& a, double u) {
    const double total = a[0] + a[2] + 3.0 * a[4];
    const auto law = [&](double x) {
        const double density = std::exp(-0.5 * x * x) / std::sqrt(2.0 * boost::math::constants::pi<double>());
        const double below = 0.5 * std::erfc(-x / std::sqrt(2.0));
        const double distribution =
            below * total - density * (a[1] + a[2] * x + a[3] * (x * x + 2.0) + a[4] * x * (x * x + 3.0));
        const double at = density * (a[0] + x * (a[1] + x * (a[2] + x * (a[3] + x * a[4]))));
        return numeric::ValueAndSlope{distribution / total - u, at / total};
    };
    return numeric::bracketed_newton(law, {-40.0, 40.0}, a[1] / total, 1e-13, 0.0);
}

}  // namespace dickejump
