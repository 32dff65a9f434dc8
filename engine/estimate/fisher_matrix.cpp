#include "dickejump/estimate/fisher_matrix.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "dickejump/model/invalid_input.hpp"

namespace dickejump {

namespace {

Eigen::MatrixXd from_triangle(const Eigen::VectorXd& triangle, Eigen::Index size) {
    Eigen::MatrixXd matrix(size, size);
    Eigen::Index k = 0;
    for (Eigen::Index i = 0; i < size; ++i)
        for (Eigen::Index j = i; j < size; ++j)
            matrix(i, j) = matrix(j, i) = triangle(k++);
    return matrix;
}

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

Eigen::VectorXd upper_triangle(const Eigen::MatrixXd& matrix) {
    const auto size = matrix.rows();
    if (matrix.cols() != size)
        throw InvalidInput("a matrix of " + std::to_string(size) + " x " + std::to_string(matrix.cols()) +
                           " (a symmetric one is square) give one that is");
    Eigen::VectorXd triangle(size * (size + 1) / 2);
    Eigen::Index k = 0;
    for (Eigen::Index i = 0; i < size; ++i)
        for (Eigen::Index j = i; j < size; ++j)
            triangle(k++) = matrix(i, j);
    return triangle;
}

FisherMatrix FisherMatrix::of(const std::vector<const Covariance*>& legs,
                              const std::vector<Parameter>& unknown) {
    FisherMatrix result;
    result.parameters.emplace_back("theta");
    for (const auto parameter : unknown)
        result.parameters.emplace_back(name(parameter));
    const auto size = static_cast<Eigen::Index>(result.parameters.size()), entries = size * (size + 1) / 2;
    Problems problems;
    problems.require(!legs.empty(), "no leg (a Fisher matrix is of records) give one");
    for (const auto* leg : legs) {
        if (!leg) {
            problems.add("a leg that is null (a Fisher matrix is of records) leave it out");
            continue;
        }
        problems.require(leg->count() > 0, "a leg without a record (nothing is known of it) leave it out");
        problems.require(leg->mean().size() == entries, std::to_string(leg->mean().size()) +
                                                            " entries (a matrix of " + std::to_string(size) +
                                                            " parameters has " + std::to_string(entries) +
                                                            ") give as many");
    }
    problems.raise();

    Eigen::VectorXd mean = Eigen::VectorXd::Zero(entries);
    Eigen::MatrixXd spread = Eigen::MatrixXd::Zero(entries, entries);  // of the mean
    for (const auto* leg : legs) {
        mean += leg->mean();
        // The spread of a single record is not known.
        if (leg->count() > 1)
            spread += leg->covariance() / static_cast<double>(leg->count());
        else
            spread.setConstant(std::nan(""));
    }
    result.matrix = from_triangle(mean, size);
    result.error = from_triangle(spread.diagonal().cwiseSqrt(), size);

    // In units in which every parameter alone has information 1.
    const Eigen::VectorXd units =
        result.matrix.diagonal().unaryExpr([](double x) { return x > 0.0 ? 1.0 / std::sqrt(x) : 1.0; });
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(units.asDiagonal() * result.matrix *
                                                                units.asDiagonal());
    constexpr double singular = 1e-7;
    Eigen::MatrixXd inverse = Eigen::MatrixXd::Zero(size, size), dark = inverse;
    for (Eigen::Index k = 0; k < size; ++k) {
        const Eigen::VectorXd v = units.asDiagonal() * solver.eigenvectors().col(k);
        if (solver.eigenvalues()(k) > singular) {
            inverse += v * v.transpose() / solver.eigenvalues()(k);
            continue;
        }
        dark += v * v.transpose();
        result.singular.push_back(direction_text(solver.eigenvectors().col(k), result.parameters));
    }
    const auto bound = [&](const Eigen::VectorXd& wanted) -> std::optional<Estimate> {
        const double lost = wanted.dot(dark * wanted), variance = wanted.dot(inverse * wanted);
        if (!(variance > 0.0) || lost > singular * variance) return {};
        // d (v F^-1 v) = -(F^-1 v) dF (F^-1 v).
        const Eigen::VectorXd u = inverse * wanted;
        Eigen::MatrixXd change = 2.0 * u * u.transpose();
        change.diagonal() *= 0.5;
        const Eigen::VectorXd gradient = upper_triangle(change);
        return Estimate{std::sqrt(variance),
                        0.5 * std::sqrt(gradient.dot(spread * gradient)) / std::sqrt(variance)};
    };
    Eigen::VectorXd wanted = Eigen::VectorXd::Unit(size, 0);
    result.profiled = bound(wanted);
    const auto gamma = std::find(unknown.begin(), unknown.end(), Parameter::gamma);
    wanted(0) = -1.0;
    if (gamma != unknown.end()) wanted(gamma - unknown.begin() + 1) = 1.0;
    result.critical_pump = bound(wanted);
    return result;
}

}  // namespace dickejump
