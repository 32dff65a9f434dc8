#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dickejump/ensemble/run_control.hpp"
#include "dickejump/estimate/likelihood_estimate.hpp"
#include "dickejump/estimate/moments.hpp"
#include "dickejump/estimate/scored_moments.hpp"
#include "dickejump/exact/lock.hpp"
#include "dickejump/study/lock/lock_config.hpp"
#include "dickejump/study/plan.hpp"
#include "dickejump/study/provenance.hpp"

namespace dickejump {

/// Statistics of an estimate of theta [gamma] over runs. Its slope comes from the scores of the runs.
struct LockEstimate {
    LockEstimator estimator;              ///< what is made of a run
    std::optional<std::string> detector;  ///< empty: every jump
    ScoredMoments runs;                   ///< of the runs that have it
    std::int64_t missing = 0;             ///< runs without it
};

/// How much of one frequency is in what a servo sets, once it has forgotten the start.
struct SpectrumBand {
    double frequency;  ///< [gamma], cycles in 1/gamma: the middle of a quarter of an octave
    Moments power;     ///< over runs: one-sided density, variance of w for each unit of frequency [gamma]
};

/// A loop that is ready to run. Immutable.
class PreparedLock {
public:
    struct Plan;
    /// Made by `prepare`.
    /// @throws InvalidInput if there is none
    explicit PreparedLock(std::shared_ptr<const Plan> plan) : plan_(planned(std::move(plan))) {}
    const LockConfig& config() const;  ///< resolved
    /// What `simulate` needs; not for others.
    const Plan& plan() const { return *plan_; }

private:
    std::shared_ptr<const Plan> plan_;
};

/// Sums over the runs of a loop, and how they ended.
struct LockResult {
    LockConfig config;      ///< resolved: with the tick that there was
    double limit = 0.0;     ///< of all protocols of this duration, on delta w/w
    Moments up_jumps = {},  ///< J+ jumps of each run
        jumps = {};         ///< all jumps of each
    /// By run: int A/w dt (shift; none where the servo can set w to 0) and int w A dt (relative).
    Moments shift_information = {},  ///< about theta [1/gamma^2]
        relative_information = {};   ///< about a relative shift of the pump
    Moments jz = {},                 ///< at the end
        j2 = {};                     ///< J^2 there, of the local model
    Moments square_error = {};       ///< of each run the mean of x^2 over tick starts
    std::int64_t lost = 0;           ///< runs with |x| > 0.9 at the end
    /// When x first was within 0.1 of 0 at a tick start [1/gamma], of the runs where it was.
    Moments time_to_lock = {};
    /// Of w in the second half of the runs, ascending; empty of a pump that is never set anew, and of loops
    /// under 64 ticks.
    std::vector<SpectrumBand> spectrum = {};
    std::vector<LockEstimate> estimators = {};  ///< every jump first, then those of the detector
    /// (d log L/d theta)^2 of the detected record at 0: its mean is the record's Fisher information. Empty
    /// without its likelihood.
    std::optional<Moments> squared_score = {};
    NoMaximumCounts no_maximum = {};                 ///< detected records without a maximum
    std::int64_t trajectories = 0;                   ///< that the sums are over
    StopReason stop_reason = StopReason::completed;  ///< `completed` only with all of them
    double seconds = 0.0;                            ///< wall time of the runs
    int threads = 0;                                 ///< as asked for; 0: all there are
    Provenance provenance = {};                      ///< where and with what it was made
};

/// @throws InvalidInput with everything that is wrong
PreparedLock prepare(const LockConfig& config);
/// Runs the loop. Run k is a function of (seed, k) and the configuration alone.
LockResult simulate(const PreparedLock& lock, const RunControl& control = {});

/// The same without runs, for a perfect servo.
struct ExactLock {
    LockConfig config;   ///< resolved: with the tick that there was
    exact::LockLaw law;  ///< means over all runs
    double limit = 0.0;  ///< of all protocols of this duration, on delta w/w
};
/// @throws InvalidInput as above, and for another servo or a dither; Stopped
ExactLock solve(const LockConfig& config, const RunControl& control = {});

}  // namespace dickejump
