#include "numeric/gauss_legendre.hpp"

#include <Eigen/Eigenvalues>
#include <cmath>

namespace dickejump::numeric {

GaussLegendre::GaussLegendre(int size) : node(size), weight(size) {
    Eigen::VectorXd beside(size - 1);
    for (int i = 1; i < size; ++i)
        beside(i - 1) = i / std::sqrt(4.0 * i * i - 1.0);
    Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver;
    solver.computeFromTridiagonal(Eigen::VectorXd::Zero(size), beside, Eigen::EigenvaluesOnly);
    for (int i = 0; i < size; ++i) {
        double x = solver.eigenvalues()(i), slope = 1.0;
        for (int polish = 0; polish < 3; ++polish) {
            double p = 1.0, before = 0.0;
            for (int l = 0; l < size; ++l) {
                const double next = ((2.0 * l + 1.0) * x * p - l * before) / (l + 1.0);
                before = p;
                p = next;
            }
            slope = size * (x * p - before) / (x * x - 1.0);
            x -= p / slope;
        }
        node(i) = x;
        weight(i) = 2.0 / ((1.0 - x * x) * slope * slope);
    }
}

}  // namespace dickejump::numeric
