#include "dickejump/exact/fisher_information.hpp"

#include <Eigen/Eigenvalues>
#include <cmath>
#include <complex>
#include <limits>
#include <string>

#include "dickejump/exact/density_matrix.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "exact/classical_information.hpp"
#include "model/checks.hpp"

namespace dickejump::exact {

namespace {

using Eigen::Index;
using Eigen::MatrixXcd;

void check(const MatrixXcd& rho, const MatrixXcd& other, const std::string& what) {
    Problems problems;
    const auto shape = [](const MatrixXcd& m) {
        return std::to_string(m.rows()) + " x " + std::to_string(m.cols());
    };
    problems.require(rho.rows() == rho.cols() && rho.rows() > 0,
                     "a density matrix of " + shape(rho) + " (states are square) give a square one");
    problems.require(
        other.rows() == rho.rows() && other.cols() == rho.cols(),
        what + " of " + shape(other) + " (the density matrix is " + shape(rho) + ") give the same shape");
    problems.raise();
    problems.require(rho.allFinite() && other.allFinite(),
                     "a density matrix or " + what +
                         " with an entry that is not finite (nothing follows from it) correct it");
    problems.raise();
    const auto hermitian = [](const MatrixXcd& m) {
        return (m - m.adjoint()).cwiseAbs().maxCoeff() <= 1e-9 * (1.0 + m.cwiseAbs().maxCoeff());
    };
    problems.require(hermitian(rho), "a density matrix of " + shape(rho) +
                                         " is not Hermitian (no state is "
                                         "like that) symmetrise it");
    problems.require(hermitian(other), what + " of " + shape(other) +
                                           " is not Hermitian (it would make no state) symmetrise it");
    problems.raise();
}

/// A state's eigenvalues p, and a matrix M between its eigenstates.
struct Inner {
    Eigen::VectorXd p;
    MatrixXcd m;
    double rounding;  ///< of p

    Inner(const MatrixXcd& rho, const MatrixXcd& matrix) {
        const Eigen::SelfAdjointEigenSolver<MatrixXcd> solver(rho);
        p = solver.eigenvalues();
        m = solver.eigenvectors().adjoint() * matrix * solver.eigenvectors();
        // A diagonal matrix is its own solution; others are known to a rounding of the largest.
        const MatrixXcd diagonal = rho.diagonal().asDiagonal();
        rounding = rho == diagonal ? 0.0
                                   : static_cast<double>(p.size()) * std::numeric_limits<double>::epsilon() *
                                         p.cwiseAbs().maxCoeff();
    }
};

constexpr double least_weight = 1e-12;

/// 2 sum |<i|M|j>|^2/(p_i + p_j). @param noise  what in M is taken for rounding, if it is below the rest too
double information(const MatrixXcd& rho, const MatrixXcd& derivative, double noise) {
    const Inner inner(rho, derivative);
    const double least = std::max(noise, least_part * inner.m.cwiseAbs().maxCoeff());
    double sum = 0.0;
    for (Index i = 0; i < inner.p.size(); ++i)
        for (Index j = 0; j < inner.p.size(); ++j) {
            const double weight = inner.p(i) + inner.p(j);
            if (weight <= least_weight) {
                if (std::abs(inner.m(i, j)) <= least) continue;
                if (weight <= inner.rounding) return std::numeric_limits<double>::infinity();
            }
            sum += 2.0 * (1.0 / weight) * std::norm(inner.m(i, j));
        }
    return sum;
}

}  // namespace

double quantum_fisher_information(const MatrixXcd& density_matrix, const MatrixXcd& derivative) {
    check(density_matrix, derivative, "a derivative");
    return information(density_matrix, derivative, 0.0);
}

double quantum_fisher_information_of_rotation(const MatrixXcd& density_matrix, const MatrixXcd& generator) {
    check(density_matrix, generator, "a generator");
    const Inner inner(density_matrix, generator);
    const auto& p = inner.p;
    double sum = 0.0;
    for (Index i = 0; i < p.size(); ++i)
        for (Index j = 0; j < p.size(); ++j)
            if (p(i) + p(j) > least_weight)
                sum += 2.0 * ((p(i) - p(j)) * (p(i) - p(j)) / (p(i) + p(j))) * std::norm(inner.m(i, j));
    return sum;
}

PumpInformation pump_information(const LadderChannels& channels, const PumpSchedule& pump,
                                 const DickeState& start, std::span<const double> times, StopRequest stop) {
    Problems problems;
    check_amplitudes(start, channels, problems);
    problems.raise();
    const auto levels = static_cast<Index>(channels.atoms() + 1);
    const auto count = times.size();
    std::vector<MatrixXcd> rho(count, MatrixXcd::Zero(levels, levels)), slope = rho;
    for (Index q = 0; q < levels; ++q) {
        const auto sector =
            solve_sector_with_sensitivity(channels, pump, sector_of(start, q), q, times, stop);
        for (std::size_t i = 0; i < count; ++i) {
            const auto column = static_cast<Index>(i);
            rho[i].diagonal(-q) = sector.state.col(column).conjugate();
            rho[i].diagonal(q) = sector.state.col(column);
            slope[i].diagonal(-q) = sector.sensitivity.col(column).conjugate();
            slope[i].diagonal(q) = sector.sensitivity.col(column);
        }
    }
    PumpInformation result;
    for (std::size_t i = 0; i < count; ++i) {
        result.quantum.push_back(information(rho[i], slope[i], least_slope));
        result.inversion.push_back(
            classical_information(rho[i].diagonal().real(), slope[i].diagonal().real()));
    }
    return result;
}

}  // namespace dickejump::exact
