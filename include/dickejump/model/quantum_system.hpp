#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "dickejump/model/operators.hpp"

namespace dickejump {

/// A real factor of time [units of the system]; empty means 1.
using Factor = std::function<double(double time)>;

/// factor(t) times a Hermitian matrix.
struct HamiltonianTerm {
    Operator matrix;     ///< Hermitian, (d, d)
    Factor factor = {};  ///< of time; empty: 1
};

/// A jump (collapse) operator factor(t) L: the rate of D[L] is the factor's square.
struct JumpOperator {
    Operator matrix;        ///< L, (d, d)
    Factor factor = {};     ///< of time, real; empty: 1
    std::string name = {};  ///< for reports; need not be unique
};

/// Any open system: d rho/dt = -i [H, rho] + sum_c D[L_c] rho, D[L] rho = L rho L+ - (L+L rho + rho L+L)/2.
struct QuantumSystem {
    std::vector<HamiltonianTerm> hamiltonian;  ///< H is their sum
    std::vector<JumpOperator> jumps;           ///< L_c; a jump's channel is its place here
    /// Where a factor has a corner or a step: no step of an integrator goes across.
    std::vector<double> knots = {};

    /// 0 if there is no operator.
    Eigen::Index dimension() const;
    /// Whether no factor depends on time.
    bool constant() const;
};

/// @throws InvalidInput naming the shapes unless all matrices are square, finite and of one dimension, H is
/// Hermitian to 1e-12 of its largest entry, and the knots are finite.
void check(const QuantumSystem& system);
/// @throws InvalidInput naming both lengths unless the state has the system's dimension, or if |state|^2
/// differs from 1 by more than 1e-6.
void check_state(const QuantumSystem& system, const Eigen::VectorXcd& state);
/// @throws InvalidInput naming the shapes unless square of the system's dimension, finite, Hermitian, of
/// trace 1 (to 1e-6).
void check_density_matrix(const QuantumSystem& system, const Eigen::MatrixXcd& density_matrix);
/// @throws InvalidInput unless the times are finite and ascend (weakly) from 0 on.
void check_times(std::span<const double> times);

/// @throws InvalidInput unless there is a function that states are shown to.
void check_shown(bool there);

}  // namespace dickejump
