#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dickejump/ensemble/block.hpp"
#include "dickejump/ensemble/run_control.hpp"
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
    std::int64_t atoms = 1;
    std::optional<double> park = {};  ///< constant pump w [gamma]; or
    std::string schedule = {};        ///< w(t) from a file with the columns time,pump
    double duration = 1.0;            ///< T [1/gamma]
    /// n at t = 0; empty: drawn from the steady state at w(0), which is all that a likelihood knows of it.
    std::optional<std::int64_t> initial = {};
    std::vector<Detector> detectors = {};
    double side_rate = 0.0;     ///< Gamma, emission to the side per excited atom [gamma]
    double prior_width = 20.0;  ///< theta lies between -2W/N and 2W/N beforehand [transition widths]
    std::int64_t trajectories = 1000;
    std::uint64_t seed = 1;
    double time_limit = std::numeric_limits<double>::infinity();  ///< [s]

    /// For tests of the tests: the true pump is the schedule's plus this [gamma].
    double simulated_shift = 0.0;

    Ensemble ensemble() const { return {trajectories, seed}; }
    /// @throws InvalidInput, also naming file and line
    PumpSchedule pump() const;
};
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
    std::string detector;
    bool exact_likelihood = true;
    ScoredMoments maximum_likelihood = {}, bayes = {};
    NoMaximumCounts no_maximum = {};
    /// How many intervals hold the truth: of the maximum's curvature, and of the posterior.
    std::int64_t intervals = 0, hold68 = 0, hold95 = 0;
    std::int64_t posteriors = 0, posterior68 = 0, posterior95 = 0;
    Moments information = {};  ///< of each record at theta = 0: its mean is the Fisher information

    void merge(const MeasuredDetector& other);
};

struct MeasureResult {
    MeasureConfig config;
    /// Bounds on delta w/gamma: start and every jump seen (none where the pump touches 0), and J_z seen once
    /// at the best time.
    std::optional<double> full_record, snapshot;
    std::vector<MeasuredDetector> detectors = {};
    std::int64_t trajectories = 0;
    StopReason stop_reason = StopReason::completed;
    double seconds = 0.0;
    int threads = 0;
    Provenance provenance = {};
};

/// A measurement that is ready to run. Immutable.
class PreparedMeasure {
public:
    struct Plan;
    /// @throws InvalidInput if there is none
    explicit PreparedMeasure(std::shared_ptr<const Plan> plan) : plan_(planned(std::move(plan))) {}
    const Plan& plan() const { return *plan_; }

private:
    std::shared_ptr<const Plan> plan_;
};

/// @throws InvalidInput with everything that is wrong; Stopped
PreparedMeasure prepare(const MeasureConfig& config, const RunControl& control = {});
MeasureResult simulate(const PreparedMeasure& measure, const RunControl& control = {});

}  // namespace dickejump
