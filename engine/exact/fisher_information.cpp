#include "dickejump/exact/fisher_information.hpp"

#include <Eigen/Eigenvalues>
#include <cmath>
#include <complex>
#include <string>

#include "dickejump/exact/density_matrix.hpp"
#include "dickejump/model/invalid_input.hpp"

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

/// 2 sum weight(p_i, p_j) |<i|M|j>|^2 over pairs that count.
template <class Weight>
double information(const MatrixXcd& rho, const MatrixXcd& m, const Weight& weight) {
    const Eigen::SelfAdjointEigenSolver<MatrixXcd> solver(rho);
    const MatrixXcd inner = solver.eigenvectors().adjoint() * m * solver.eigenvectors();
    const auto& p = solver.eigenvalues();
    double sum = 0.0;
    for (Index i = 0; i < p.size(); ++i)
        for (Index j = 0; j < p.size(); ++j)
            if (p(i) + p(j) > 1e-12) sum += 2.0 * weight(p(i), p(j)) * std::norm(inner(i, j));
    return sum;
}

}  // namespace

double quantum_fisher_information(const MatrixXcd& density_matrix, const MatrixXcd& derivative) {
    check(density_matrix, derivative, "a derivative");
    return information(density_matrix, derivative, [](double p, double q) { return 1.0 / (p + q); });
}

double quantum_fisher_information_of_rotation(const MatrixXcd& density_matrix, const MatrixXcd& generator) {
    check(density_matrix, generator, "a generator");
    return information(density_matrix, generator,
                       [](double p, double q) { return (p - q) * (p - q) / (p + q); });
}

PumpInformation pump_information(const LadderChannels& channels, const PumpSchedule& pump,
                                 const DickeState& start, std::span<const double> times) {
    if (start.atoms() != channels.atoms())
        throw InvalidInput("a state of " + std::to_string(start.atoms() + 1) + " amplitudes (the model has " +
                           std::to_string(channels.atoms() + 1) + " levels) give one for each n = 0..N");
    const auto levels = static_cast<Index>(channels.atoms() + 1);
    const auto count = times.size();
    std::vector<MatrixXcd> rho(count, MatrixXcd::Zero(levels, levels)), slope = rho;
    for (Index q = 0; q < levels; ++q) {
        const auto sector = solve_sector_with_sensitivity(channels, pump, sector_of(start, q), q, times);
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
        result.quantum.push_back(quantum_fisher_information(rho[i], slope[i]));
        double classical = 0.0;
        for (Index n = 0; n < levels; ++n)
            if (rho[i](n, n).real() > 1e-13) classical += std::norm(slope[i](n, n)) / rho[i](n, n).real();
        result.inversion.push_back(classical);
    }
    return result;
}

}  // namespace dickejump::exact
