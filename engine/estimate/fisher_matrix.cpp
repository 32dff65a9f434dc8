#include "dickejump/estimate/fisher_matrix.hpp"

#include <algorithm>
#include <cmath>

#include "dickejump/model/invalid_input.hpp"
#include "estimate/scaled_inverse.hpp"

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

/// The bounds with each parameter unknown alone: those of a part of the matrix.
void add_alone(const std::vector<const Covariance*>& legs, const std::vector<Parameter>& unknown,
               FisherMatrix& result) {
    const auto size = static_cast<Eigen::Index>(unknown.size()) + 1;
    for (Eigen::Index i = 1; i < size; ++i) {
        // In the upper triangle: (0, 0), (0, i) and (i, i).
        const std::vector<Eigen::Index> kept{0, i, i * size - i * (i - 1) / 2};
        std::vector<Covariance> parts;
        std::vector<const Covariance*> all;
        for (const auto* leg : legs)
            parts.push_back(leg->part(kept));
        for (const auto& part : parts)
            all.push_back(&part);
        const auto parameter = unknown[static_cast<std::size_t>(i - 1)];
        const auto of_two = FisherMatrix::of(all, {parameter});
        result.alone.push_back({parameter, of_two.profiled, of_two.critical_pump});
    }
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

    const auto inverse = ScaledInverse::of(result.matrix);
    result.singular = inverse.dark_directions(result.parameters);
    const auto bound = [&](const Eigen::VectorXd& wanted) -> std::optional<Estimate> {
        const auto variance = inverse.variance(wanted);
        if (!variance) return {};
        // d (v F^-1 v) = -(F^-1 v) dF (F^-1 v).
        const Eigen::VectorXd u = inverse.inverse * wanted;
        Eigen::MatrixXd change = 2.0 * u * u.transpose();
        change.diagonal() *= 0.5;
        const Eigen::VectorXd gradient = upper_triangle(change);
        return Estimate{std::sqrt(*variance),
                        0.5 * std::sqrt(gradient.dot(spread * gradient)) / std::sqrt(*variance)};
    };
    Eigen::VectorXd wanted = Eigen::VectorXd::Unit(size, 0);
    result.profiled = bound(wanted);
    const auto gamma = std::find(unknown.begin(), unknown.end(), Parameter::gamma);
    wanted(0) = -1.0;
    if (gamma != unknown.end()) wanted(gamma - unknown.begin() + 1) = 1.0;
    result.critical_pump = bound(wanted);
    if (unknown.size() > 1) add_alone(legs, unknown, result);
    return result;
}

}  // namespace dickejump
