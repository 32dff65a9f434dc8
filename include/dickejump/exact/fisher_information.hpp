#pragma once

#include <Eigen/Core>
#include <span>
#include <vector>

#include "dickejump/model/dicke_state.hpp"
#include "dickejump/model/ladder_channels.hpp"
#include "dickejump/model/pump_schedule.hpp"
#include "dickejump/model/stop_request.hpp"

namespace dickejump::exact {

/// Quantum Fisher information of a state rho(theta) about theta, that of the best measurement there is:
/// F = 2 sum_ij |<i| d rho/d theta |j>|^2 / (p_i + p_j) over eigenstates of rho (Braunstein & Caves, PRL 72,
/// 3439 (1994)). Of a diagonal rho and d rho it is the classical information sum (d p)^2/p.
///
/// Pairs with p_i + p_j below 1e-12 hold rounding and are left out, unless their element of d rho is above
/// 1e-6 of the largest: a pair without weight then makes the information infinite, as it is where theta
/// brings in what the state has none of (diag(1, 0) with d rho = diag(-1, 1)).
///
/// @throws InvalidInput naming the shapes unless both are Hermitian, finite and of one square shape
double quantum_fisher_information(const Eigen::MatrixXcd& density_matrix, const Eigen::MatrixXcd& derivative);

/// The same of a state turned by exp(-i theta G), G Hermitian: 4 Var G of a pure one. Never infinite.
double quantum_fisher_information_of_rotation(const Eigen::MatrixXcd& density_matrix,
                                              const Eigen::MatrixXcd& generator);

/// What a snapshot of a ladder model tells of a shift theta of the pump, w(t) + theta from t = 0 on, from a
/// known start.
struct PumpInformation {
    std::vector<double> quantum;    ///< of the best measurement
    std::vector<double> inversion;  ///< of a measurement of J_z: the classical one of the populations
};

/// At each time [1/gamma], in units of 1/gamma^2. They agree for Dicke starts; for superpositions the
/// coherences tell more. All sectors are integrated with their derivative by theta: (N+1)^2 numbers a time.
/// Infinite where the start is dark and w = 0: a single pump photon then tells everything.
/// @throws InvalidInput if the start has another N, or the times do not ascend
PumpInformation pump_information(const LadderChannels& channels, const PumpSchedule& pump,
                                 const DickeState& start, std::span<const double> times,
                                 StopRequest stop = {});

}  // namespace dickejump::exact
