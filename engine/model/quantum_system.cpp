#include "dickejump/model/quantum_system.hpp"

#include <algorithm>
#include <cmath>

#include "dickejump/model/invalid_input.hpp"

namespace dickejump {

namespace {

std::string shape(Eigen::Index rows, Eigen::Index columns) {
    return std::to_string(rows) + " x " + std::to_string(columns);
}

double largest(const Operator& matrix) {
    double most = 0.0;
    for (Eigen::Index i = 0; i < matrix.outerSize(); ++i)
        for (Operator::InnerIterator entry(matrix, i); entry; ++entry)
            most = std::max(most, std::abs(entry.value()));
    return most;
}

bool all_finite(const Operator& matrix) {
    for (Eigen::Index i = 0; i < matrix.outerSize(); ++i)
        for (Operator::InnerIterator entry(matrix, i); entry; ++entry)
            if (!std::isfinite(entry.value().real()) || !std::isfinite(entry.value().imag())) return false;
    return true;
}

}  // namespace

Eigen::Index QuantumSystem::dimension() const {
    if (!hamiltonian.empty()) return hamiltonian.front().matrix.rows();
    return jumps.empty() ? 0 : jumps.front().matrix.rows();
}

bool QuantumSystem::constant() const {
    const auto still = [](const auto& term) { return !term.factor; };
    return std::all_of(hamiltonian.begin(), hamiltonian.end(), still) &&
           std::all_of(jumps.begin(), jumps.end(), still);
}

void check(const QuantumSystem& system) {
    const auto dimension = system.dimension();
    Problems problems;
    problems.require(dimension >= 1,
                     "a system without operators (it has no dimension) give H, with zeros if need be");
    const auto fits = [&](const Operator& matrix, const std::string& what) {
        const bool fine = matrix.rows() == dimension && matrix.cols() == dimension;
        problems.require(fine, what + " of " + shape(matrix.rows(), matrix.cols()) +
                                   " (the first operator makes the system " + shape(dimension, dimension) +
                                   ") give all operators that shape");
        return fine;
    };
    for (std::size_t i = 0; i < system.hamiltonian.size(); ++i) {
        const auto& matrix = system.hamiltonian[i].matrix;
        const auto what = "Hamiltonian term " + std::to_string(i);
        if (!fits(matrix, what)) continue;
        if (!all_finite(matrix)) {
            problems.add(what + " has an entry that is not finite (no energy follows from it) correct it");
            continue;
        }
        const double off = largest(Operator(matrix - Operator(matrix.adjoint())));
        problems.require(off <= 1e-12 * largest(matrix),
                         what + " of " + shape(dimension, dimension) +
                             " is not Hermitian (it differs from its adjoint by " + text(off) +
                             ") add the Hermitian conjugate");
    }
    for (std::size_t i = 0; i < system.jumps.size(); ++i)
        if (fits(system.jumps[i].matrix, "jump operator " + std::to_string(i)))
            problems.require(all_finite(system.jumps[i].matrix),
                             "jump operator " + std::to_string(i) +
                                 " has an entry that is not finite (no rate follows from it) correct it");
    for (const double knot : system.knots)
        problems.require(std::isfinite(knot), "knot = " + text(knot) + " (a time is finite) correct it");
    problems.raise();
}

void check_state(const QuantumSystem& system, const Eigen::VectorXcd& state) {
    if (state.size() != system.dimension())
        throw InvalidInput("a state of " + std::to_string(state.size()) + " amplitudes (the system is " +
                           shape(system.dimension(), system.dimension()) + ") give " +
                           std::to_string(system.dimension()));
    const double norm = state.squaredNorm();
    if (!(std::abs(norm - 1.0) <= 1e-6))
        throw InvalidInput("a state with |psi|^2 = " + text(norm) +
                           " (probabilities add up to 1) divide it by its norm");
}

void check_density_matrix(const QuantumSystem& system, const Eigen::MatrixXcd& density_matrix) {
    if (density_matrix.rows() != system.dimension() || density_matrix.cols() != system.dimension())
        throw InvalidInput("a density matrix of " + shape(density_matrix.rows(), density_matrix.cols()) +
                           " (the system is " + shape(system.dimension(), system.dimension()) +
                           ") give that shape");
    if (!density_matrix.allFinite())
        throw InvalidInput(
            "a density matrix with an entry that is not finite (nothing follows from it) correct it");
    const double off = (density_matrix - density_matrix.adjoint()).cwiseAbs().maxCoeff();
    Problems problems;
    problems.require(off <= 1e-6, "a density matrix that is not Hermitian (it differs from its adjoint by " +
                                      text(off) + ") symmetrise it");
    const double trace = density_matrix.trace().real();
    problems.require(std::abs(trace - 1.0) <= 1e-6, "a density matrix of trace " + text(trace) +
                                                        " (probabilities add up to 1) divide it by that");
    problems.raise();
}

void check_shown(bool there) {
    if (!there)
        throw InvalidInput("nobody to show states to (an empty function) pass one that looks at them");
}

void check_times(std::span<const double> times) {
    for (std::size_t i = 0; i < times.size(); ++i)
        if (!(std::isfinite(times[i]) && times[i] >= (i == 0 ? 0.0 : times[i - 1])))
            throw InvalidInput("time = " + text(times[i]) +
                               " (times are finite and ascend from 0 on) sort them");
}

}  // namespace dickejump
