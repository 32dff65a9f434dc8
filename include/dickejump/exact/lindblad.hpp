#pragma once

#include <Eigen/Core>
#include <span>
#include <vector>

#include "dickejump/model/quantum_system.hpp"
#include "dickejump/model/stop_request.hpp"

namespace dickejump::exact {

/// The density matrix of any system at the times (`mesolve`). Only the entries that the evolution reaches
/// from `start` are followed. A constant system goes through Taylor series of the exponential or, where |L| t
/// is large and the entries are few, through its scaling and squaring; both to some 1e-15 |L| t, at best
/// 1e-13. One with factors of time goes through Dormand-Prince 5(4) at 1e-11 a step.
///
/// Cost: for n entries and even times, some (9 + log2 |L| t) 2 n^3 operations by squaring; else about 5
/// products of the sparse Liouvillian for every 1/|L| of time. Systems of up to some hundred states.
/// @param start  Hermitian, of trace 1
/// @param times  ascending from 0 on
/// @throws InvalidInput naming the shapes if system, start or times do not fit, or a factor is not finite;
/// Stopped
std::vector<Eigen::MatrixXcd> solve_lindblad(const QuantumSystem& system, const Eigen::MatrixXcd& start,
                                             std::span<const double> times, StopRequest stop = {});

/// The steady state of a constant system, by a sparse LU of the Liouvillian with its first row replaced by
/// the trace (`steadystate`). @throws InvalidInput if the system depends on time, or has not one steady state
Eigen::MatrixXcd steady_density_matrix(const QuantumSystem& system);

/// tr(O rho). @throws InvalidInput naming the shapes if they differ
std::complex<double> expectation(const Operator& op, const Eigen::MatrixXcd& density_matrix);

}  // namespace dickejump::exact
