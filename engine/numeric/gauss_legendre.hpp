#pragma once

#include <Eigen/Core>

namespace dickejump::numeric {

/// Nodes (ascending) and weights of the Gauss-Legendre rule with `size` points on (-1, 1), for more points
/// than Boost has tables of. Zeros of P_n by Newton's method (boost::math::legendre_p_zeros), weights 2/((1 -
/// x^2) P_n'(x)^2); both to an ulp where long double is longer than double. Cost: of order size^2, 10 ms for
/// a thousand points.
struct GaussLegendre {
    Eigen::ArrayXd node, weight;

    explicit GaussLegendre(int size);
};

}  // namespace dickejump::numeric
