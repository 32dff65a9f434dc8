#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dickejump/ensemble/run_control.hpp"
#include "dickejump/study/ensemble/ensemble_config.hpp"
#include "dickejump/study/ensemble/observables.hpp"
#include "dickejump/study/plan.hpp"
#include "dickejump/study/provenance.hpp"

namespace dickejump {

/// An ensemble that is ready to run: its samplers, once and for all. Immutable, and cheap to copy.
class PreparedEnsemble {
public:
    struct Plan;

    /// Made by `prepare`.
    /// @throws InvalidInput if there is none
    explicit PreparedEnsemble(std::shared_ptr<const Plan> plan) : plan_(planned(std::move(plan))) {}

    /// What is run, as it was given.
    const EnsembleConfig& config() const;
    /// `jz`, `jz2`, `jx`, `jy` of every model, with J_z = (J_ee - J_gg)/2 and J_+ = J_eg of three-level
    /// atoms, and their `nr` = <J_rr>.
    const std::vector<std::string>& observables() const;
    /// What `simulate` needs; not for others.
    const Plan& plan() const { return *plan_; }

private:
    std::shared_ptr<const Plan> plan_;
};

/// What an ensemble says.
struct EnsembleResult {
    EnsembleConfig config;       ///< what was run
    ObservedEnsemble observed;   ///< means, errors and how it ended
    int threads = 0;             ///< as asked for
    Provenance provenance = {};  ///< where and with what it was made
};

/// The exact means of an ensemble.
struct ExactEnsemble {
    EnsembleConfig config;  ///< what was solved; trajectories and seed do not matter
    EnsembleCurves curves;  ///< without errors
};

/// Monte Carlo against the master equation, as one number.
struct EnsembleComparison {
    /// One observable at one time.
    struct Point {
        std::string observable;  ///< its name
        double time;             ///< [1/gamma]
        double z;                ///< (mean - exact) / error
    };
    std::vector<Point> points;  ///< every observable at the times that were compared
    /// Hotelling's T^2 over the points, correlations included (`judge_means`); empty where there is too
    /// little to judge by.
    std::optional<double> p_value;
    double alpha = 1e-6;      ///< the smallest p-value that passes
    std::string reason = {};  ///< why there is no p-value
    EnsembleResult result;    ///< of the trajectories that were judged

    /// Empty without a p-value.
    std::optional<bool> agrees() const { return p_value ? std::optional(*p_value >= alpha) : std::nullopt; }
};

/// @throws InvalidInput with everything that is wrong with the configuration; Stopped
PreparedEnsemble prepare(const EnsembleConfig& config, const RunControl& control = {});

/// Trajectory k is a function of (seed, k, model, pump, initial state) alone, and the result the same to the
/// last bit on any number of threads.
EnsembleResult simulate(const PreparedEnsemble& ensemble, const RunControl& control = {});

/// The same means from the master equation: sectors 0 and 1 of the ladder models, the Lindblad equation of
/// the three-level atoms. Trajectories and seed are not looked at. @throws as prepare
ExactEnsemble solve(const EnsembleConfig& config, const RunControl& control = {});

/// How many trajectories `compare` needs for its p-value to be trusted.
std::int64_t trajectories_for_comparison(const EnsembleConfig& config);

/// Adds what is wrong with a comparison to `problems`, everything at once.
void check_comparison(const EnsembleConfig& config, double alpha, Problems& problems);

/// Compares at up to five of the times, where the observables have spread.
/// @throws InvalidInput also if there are too few trajectories for the test, or nothing that fluctuates;
/// Stopped
EnsembleComparison compare(const EnsembleConfig& config, double alpha = 1e-6, const RunControl& control = {});

}  // namespace dickejump
