#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dickejump/ensemble/block.hpp"
#include "dickejump/ensemble/run_control.hpp"
#include "dickejump/estimate/covariance.hpp"
#include "dickejump/estimate/fisher_matrix.hpp"
#include "dickejump/estimate/likelihood_estimate.hpp"
#include "dickejump/estimate/scored_moments.hpp"
#include "dickejump/model/pump_schedule.hpp"
#include "dickejump/model/start_state.hpp"
#include "dickejump/record/detector.hpp"
#include "dickejump/study/keys/keys.hpp"
#include "dickejump/study/plan.hpp"
#include "dickejump/study/provenance.hpp"

namespace dickejump {

/// A measurement of a shift theta of the pump under any schedule, parked for one: runs of a duration that
/// detectors look at.
struct MeasureConfig {
    std::int64_t atoms = 1;           ///< N
    std::optional<double> park = {};  ///< constant pump w [gamma]; or
    std::string schedule = {};        ///< w(t) from a file with the columns time,pump
    double duration = 1.0;            ///< T [1/gamma]
    /// n at t = 0; empty: drawn from the steady state at w(0), which is all that a likelihood knows of it.
    std::optional<std::int64_t> initial = {};
    std::vector<Detector> detectors = {};  ///< each sees every run
    std::vector<Parameter> unknown = {};   ///< bounds of detected records also with these unknown
    double side_rate = 0.0;                ///< Gamma, emission to the side per excited atom [gamma]
    double prior_width = 20.0;         ///< theta lies between -2W/N and 2W/N beforehand [transition widths]
    std::int64_t trajectories = 1000;  ///< runs
    std::uint64_t seed = 1;            ///< run k depends on it and k alone
    double time_limit = std::numeric_limits<double>::infinity();  ///< [s]

    /// For tests of the tests: the true pump is the schedule's plus this [gamma].
    double simulated_shift = 0.0;

    /// Number and seed of the runs as one.
    Ensemble ensemble() const { return {trajectories, seed}; }
    /// @throws InvalidInput, also naming file and line
    PumpSchedule pump() const;
};
/// Flags, TOML and Python keywords of `measure`.
template <>
const Keys<MeasureConfig>& keys<MeasureConfig>();
/// Adds what is wrong with a configuration to `problems`, everything at once; files are read.
void check(const MeasureConfig& config, Problems& problems);
/// With files by their whole paths. @throws InvalidInput as `check`
MeasureConfig resolved(const MeasureConfig& config);
/// A schedule enters by its name.
std::uint64_t hash(const MeasureConfig& config);

/// What one detector's records tell of theta [gamma], over runs.
struct MeasuredDetector {
    std::string detector;                   ///< its name
    bool exact_likelihood = true;           ///< see `Detector::likelihood_is_exact`
    ScoredMoments maximum_likelihood = {},  ///< theta of greatest likelihood
        bayes = {};                         ///< mean of the posterior
    NoMaximumCounts no_maximum = {};        ///< records without a maximum, by reason
    /// How many intervals hold the truth: of the maximum's curvature, and of the posterior.
    std::int64_t intervals = 0,   ///< of the maximum
        hold68 = 0,               ///< of 68 % that hold theta
        hold95 = 0;               ///< of 95 %
    std::int64_t posteriors = 0,  ///< of the posterior
        posterior68 = 0,          ///< of 68 % that hold theta
        posterior95 = 0;          ///< of 95 %
    Moments information = {};     ///< of each record at theta = 0: its mean is the Fisher information
    std::optional<Covariance> matrix = {};  ///< the same of theta and what is unknown; empty if nothing is

    /// Adds the runs of another part.
    void merge(const MeasuredDetector& other);
};

/// How well records of a duration tell a shift of the pump.
struct MeasureResult {
    MeasureConfig config;  ///< resolved: with whole paths
    /// Bounds on delta w/gamma: start and every jump seen (none where the pump touches 0), and J_z seen once
    /// at the best time.
    std::optional<double> full_record,               ///< every jump and the start
        full_record_gamma_unknown = {},              ///< the same on the critical pump, gamma unknown
        snapshot = {};                               ///< J_z once
    std::vector<MeasuredDetector> detectors = {};    ///< in the order of the configuration
    std::int64_t trajectories = 0;                   ///< that the sums are over
    StopReason stop_reason = StopReason::completed;  ///< `completed` only with all of them
    double seconds = 0.0;                            ///< wall time of the runs
    int threads = 0;                                 ///< as asked for; 0: all there are
    Provenance provenance = {};                      ///< where and with what it was made
};

/// A measurement that is ready to run. Immutable.
class PreparedMeasure {
public:
    struct Plan;
    /// Made by `prepare`.
    /// @throws InvalidInput if there is none
    explicit PreparedMeasure(std::shared_ptr<const Plan> plan) : plan_(planned(std::move(plan))) {}
    /// What `simulate` needs; not for others.
    const Plan& plan() const { return *plan_; }

private:
    std::shared_ptr<const Plan> plan_;
};

/// @throws InvalidInput with everything that is wrong; Stopped
PreparedMeasure prepare(const MeasureConfig& config, const RunControl& control = {});
/// Runs and estimates. Run k is a function of (seed, k) and the configuration alone.
MeasureResult simulate(const PreparedMeasure& measure, const RunControl& control = {});

}  // namespace dickejump
