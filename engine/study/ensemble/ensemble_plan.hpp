#pragma once

#include <string>
#include <vector>

#include "dickejump/model/three_level.hpp"
#include "dickejump/study/ensemble/prepared_ensemble.hpp"
#include "dickejump/study/ensemble/simulate_trajectories.hpp"

namespace dickejump {

/// What PreparedEnsemble holds.
struct PreparedEnsemble::Plan {
    EnsembleConfig config;
    std::vector<std::string> observables;
    detail::Numbers numbers;  ///< one trajectory's observables
};

/// w(t) times a factor.
PumpSchedule scaled(const PumpSchedule& pump, double factor);

/// Names of a model's observables; `nr` last, where there is an |r>.
std::vector<std::string> observables_of(Model model);

/// The channels of a ladder model.
LadderChannels channels_of(const EnsembleConfig& config);

/// The operators whose means are the observables of three-level atoms: J_z and J_rr are diagonal, J_+ is not.
struct ThreeLevelObservables {
    Eigen::VectorXd jz, nr;
    Operator raising;

    explicit ThreeLevelObservables(const ThreeLevelBasis& basis);
    /// jz, jz2, jx, jy, nr
    void of(const Eigen::VectorXcd& psi, std::span<double> values) const;
    void of(const Eigen::MatrixXcd& rho, std::span<double> values) const;
};

/// Eq. (2) under w(t) times a factor, or at the drive that is given.
QuantumSystem three_level(const EnsembleConfig& config, const ThreeLevelBasis& basis, double pump_factor);
/// Its steady state at the pump w(0).
Eigen::MatrixXcd three_level_steady(const EnsembleConfig& config, const ThreeLevelBasis& basis);

/// What the runs of a plan showed. Errors are NaN where a rare event could have been missed.
ObservedEnsemble observed(const PreparedEnsemble::Plan& plan, const Outcome<detail::ObservedTally>& outcome);

/// One trajectory of a configuration's model as numbers.
detail::Numbers numbers_of(const EnsembleConfig& config);

}  // namespace dickejump
