#pragma once

#include <Eigen/Core>

namespace dickejump::numeric {

/// Nodes (ascending) and weights of the Gauss-Legendre rule with `size` points on (-1, 1), for more points
/// than Boost has tables of: eigenvalues of the Jacobi matrix (Golub & Welsch 1969), polished by Newton's
/// method, and weights by the formula in P_n', which is accurate at the ends too. Cost: of order size^2.
struct GaussLegendre {
    Eigen::ArrayXd node, weight;

    explicit GaussLegendre(int size);
};

}  // namespace dickejump::numeric
