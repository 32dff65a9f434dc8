#include "estimate/scaled_inverse.hpp"

#include <Eigen/Eigenvalues>
#include <cmath>

#include "dickejump/model/invalid_input.hpp"

namespace dickejump {

namespace {

/// "a - 0.5 b", of the parts of a direction that are not negligible.
std::string direction_text(const Eigen::VectorXd& direction, const std::vector<std::string>& names) {
    Eigen::Index largest = 0;
    direction.cwiseAbs().maxCoeff(&largest);
    std::string said;
    for (Eigen::Index i = 0; i < direction.size(); ++i) {
        const double part = direction(i) / direction(largest);
        if (std::abs(part) < 0.05) continue;
        const double size = std::round(std::abs(part) * 100.0) / 100.0;
        said += said.empty() ? (part < 0.0 ? "-" : "") : (part < 0.0 ? " - " : " + ");
        if (size != 1.0) said += text(size) + " ";
        said += names[static_cast<std::size_t>(i)];
    }
    return said;
}

}  // namespace

ScaledInverse ScaledInverse::of(const Eigen::MatrixXd& matrix) {
    const auto size = matrix.rows();
    ScaledInverse result;
    result.units = matrix.diagonal().unaryExpr([](double x) { return x > 0.0 ? 1.0 / std::sqrt(x) : 1.0; });
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(result.units.asDiagonal() * matrix *
                                                                result.units.asDiagonal());
    result.directions = solver.eigenvectors();
    result.told = solver.eigenvalues();
    result.inverse = result.dark = Eigen::MatrixXd::Zero(size, size);
    for (Eigen::Index k = 0; k < size; ++k) {
        const Eigen::VectorXd v = result.units.asDiagonal() * result.directions.col(k);
        if (result.is_dark(k))
            result.dark += v * v.transpose();
        else
            result.inverse += v * v.transpose() / result.told(k);
    }
    return result;
}

std::optional<double> ScaledInverse::variance(const Eigen::VectorXd& wanted) const {
    const double lost = wanted.dot(dark * wanted), variance = wanted.dot(inverse * wanted);
    if (!(variance > 0.0) || lost > least * variance) return {};
    return variance;
}

std::vector<std::string> ScaledInverse::dark_directions(const std::vector<std::string>& names) const {
    std::vector<std::string> all;
    for (Eigen::Index k = 0; k < told.size(); ++k)
        if (is_dark(k)) all.push_back(direction_text(directions.col(k), names));
    return all;
}

}  // namespace dickejump
