#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dickejump/ensemble/block.hpp"
#include "dickejump/ensemble/run_control.hpp"
#include "dickejump/estimate/calibration.hpp"
#include "dickejump/estimate/estimator.hpp"
#include "dickejump/estimate/likelihood_estimate.hpp"
#include "dickejump/estimate/moments.hpp"
#include "dickejump/estimate/scored_moments.hpp"
#include "dickejump/model/direction.hpp"
#include "dickejump/model/local_spins.hpp"
#include "dickejump/record/detector.hpp"
#include "dickejump/study/keys/keys.hpp"
#include "dickejump/study/plan.hpp"
#include "dickejump/study/provenance.hpp"
#include "dickejump/study/scan/scan_protocol.hpp"
#include "dickejump/study/scan/scan_result.hpp"

namespace dickejump {

/// What of a protocol is looked for.
enum class Sought { rate, half_width };
/// "rate", "half-width".
std::string_view name(Sought what);

/// An experiment of finite duration: scans up and down in turns on the same atoms, which emit on their own
/// meanwhile. Everything that shapes its result.
struct ExperimentConfig {
    std::int64_t atoms = 1;   ///< N
    double rate = 0.0;        ///< r, transition widths per 1/gamma
    double half_width = 0.0;  ///< S: legs run between s = -S and S
    double duration = 0.0;    ///< T [1/gamma]
    double emission = 0.0,    ///< D[sigma_-] of every atom on its own [gamma]
        pumping = 0.0,        ///< D[sigma_+]; likewise
        dephasing = 0.0;      ///< D[sigma_z/2]; likewise
    double rest = 0.0;        ///< D: between legs the pump rests where it is [1/gamma]
    double repump = 0.0;      ///< R: single atoms are emitted (after a down leg) or pumped in rests [gamma]
    std::vector<Sought> optimize = {};      ///< what `optimise` looks for; not looked at elsewhere
    Estimator estimator = Estimator::area;  ///< that tells most there
    std::vector<Detector> detectors = {};   ///< whose records of the whole experiment are estimated from
    Initial initial = Initial::steady;      ///< of the first leg: fresh atoms, j = N/2
    std::int64_t trajectories = 10'000;     ///< of the whole experiment
    std::uint64_t seed = 1;                 ///< trajectory k depends on it and k alone
    double time_limit = std::numeric_limits<double>::infinity();  ///< [s]

    /// What single atoms do during legs and rests.
    LocalRates local_rates() const {
        return {.emission = emission, .pumping = pumping, .dephasing = dephasing};
    }
    /// Number and seed of the trajectories as one.
    Ensemble ensemble() const { return {trajectories, seed}; }
    /// Whether `optimize` names it.
    bool seeks(Sought what) const;
    /// With a protocol of one leg for what is looked for.
    ExperimentConfig with_some_protocol() const;
    /// K, the legs that fit into T: up, down, up, .. @throws InvalidInput if a leg or T is not finite and
    /// positive
    std::int64_t legs() const;
};
/// Flags, TOML and Python keywords of `experiment`.
template <>
const Keys<ExperimentConfig>& keys<ExperimentConfig>();

/// Adds what is wrong with a configuration to `problems`, everything at once.
void check(const ExperimentConfig& config, Problems& problems);
/// As of a scan.
std::uint64_t hash(const ExperimentConfig& config);

/// An experiment that is ready to run. Immutable, and cheap to copy.
class PreparedExperiment {
public:
    struct Plan;

    /// Made by `prepare`.
    /// @throws InvalidInput if there is none
    explicit PreparedExperiment(std::shared_ptr<const Plan> plan) : plan_(planned(std::move(plan))) {}

    /// What is run, as it was given.
    const ExperimentConfig& config() const;
    /// What `simulate` needs; not for others.
    const Plan& plan() const { return *plan_; }

private:
    std::shared_ptr<const Plan> plan_;
};

/// One estimator on one leg, in nominal s, with a calibration of its own: the spin has shrunk before, and an
/// earlier leg too has moved with theta, which acts from t = 0 on.
struct LegEstimate {
    Estimator estimator;                     ///< crossings or area: those of single legs
    Moments runs;                            ///< its values [s], of the runs that have it
    std::int64_t missing = 0;                ///< runs without it
    std::optional<Calibration> calibration;  ///< empty where it is not known
};

/// One leg, of atoms that the legs before it have left as they are.
struct ExperimentLeg {
    Direction direction;                  ///< of the pump
    double start;                         ///< [1/gamma]
    std::vector<LegEstimate> estimators;  ///< each by itself
    Moments jz_end,                       ///< J_z when it ends, over runs
        j2_end;                           ///< <J^2> when it ends
    /// Bound 3 up to the end of this leg, 1/delta_w^2; empty where the pump touches 0.
    std::optional<double> information;
};

/// The best linear unbiased combination of the legs' (raw - offset)/slope, from their covariance C over the
/// runs that have all of them: delta w = (2/N) (g C^-1 g)^(-1/2), g the slopes.
struct CombinedEstimate {
    Estimator estimator;              ///< the same on every leg
    std::vector<double> weights;      ///< by leg, of sum 1; empty if a leg is without calibration or runs
    std::optional<Estimate> delta_w;  ///< delta w/gamma of the whole experiment
};

/// What one detector's record of the whole experiment tells, every click of all legs and rests. Slopes of the
/// estimates of theta [gamma] come from the scores of the runs.
struct ExperimentRecord {
    std::string detector;                   ///< its name
    bool exact_likelihood;                  ///< otherwise approximate: paralysable dead time or jitter
    std::optional<Estimate> bound;          ///< on delta w/gamma, 1/sqrt(Fisher information of the record)
    ScoredMoments maximum,                  ///< of maximum likelihood, over the runs that have one
        bayes;                              ///< of the mean of the posterior, flat over the scan
    NoMaximumCounts no_maximum = {};        ///< runs without a maximum
    std::optional<Coverage> maximum_holds,  ///< of the intervals of either
        bayes_holds;                        ///< that contain theta
};

/// The protocol by which an experiment of duration T tells most of the pump.
struct Optimum {
    Estimate rate,      ///< r
        half_width;     ///< S
    Estimate delta_w;   ///< of the combined legs there
    std::int64_t legs;  ///< K
};

/// What an experiment says.
struct ExperimentResult {
    ExperimentConfig config;                 ///< what was run
    std::vector<ExperimentLeg> legs;         ///< in order of time
    std::vector<CombinedEstimate> combined;  ///< one for every estimator
    std::vector<ExperimentRecord> records;   ///< one for every detector
    std::optional<double> full_record;       ///< bound 3 of all legs and rests
    double parked_full_record = 0.0;         ///< the same at w = gamma for T, from n uniform at j = N/2
    std::optional<Optimum> optimum = {};     ///< where one was looked for
    std::optional<double> paper;             ///< Eq. (9): max{sqrt(12)/N, width of the loop}/sqrt(r T/2S)
    std::int64_t trajectories = 0;           ///< of the whole experiment
    std::int64_t jumps = 0;                  ///< of all kinds
    StopReason stop_reason = StopReason::completed;  ///< `completed` only with all of them
    double seconds = 0.0;                            ///< wall time of the runs
    int threads = 0;                                 ///< as asked for; 0: all there are
    Provenance provenance = {};                      ///< where and with what it was made
};

/// Solves the rate equation of all legs, also at shifted pumps, and calibrates the crossings by runs of their
/// own. @throws InvalidInput with everything that is wrong; Stopped
PreparedExperiment prepare(const ExperimentConfig& config, const RunControl& control = {});

/// Trajectory k is a function of seed, k and the protocol alone; the result is the same to the last bit on
/// any number of threads.
ExperimentResult simulate(const PreparedExperiment& experiment, const RunControl& control = {});

}  // namespace dickejump
