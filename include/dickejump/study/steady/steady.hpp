#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "dickejump/ensemble/run_control.hpp"
#include "dickejump/estimate/moments.hpp"
#include "dickejump/exact/local_steady.hpp"
#include "dickejump/model/dicke_ladder.hpp"
#include "dickejump/study/keys/keys.hpp"
#include "dickejump/study/model.hpp"
#include "dickejump/study/provenance.hpp"

namespace dickejump {

/// Metrology without a scan (App. D): J_z is measured in the steady state at the pump w, shot after shot, and
/// w is estimated from the shots. Shot k is a function of (seed, k, N, w).
struct SteadyConfig {
    std::int64_t atoms = 1;                ///< N
    ModelConfig model = {};                ///< which equation
    double pump = 1.0;                     ///< w [gamma], the true value
    std::int64_t shots = 100'000;          ///< of each size of pool
    std::vector<std::int64_t> pools = {};  ///< shots that one estimate is made from; empty: 1
    std::uint64_t seed = 1;                ///< shot k depends on it and k alone
};
/// Flags, TOML and Python keywords of `steady`.
template <>
const Keys<SteadyConfig>& keys<SteadyConfig>();
/// Adds what is wrong with a configuration to `problems`, everything at once.
void check(const SteadyConfig& config, Problems& problems);
/// @throws InvalidInput as `check`
SteadyConfig resolved(const SteadyConfig& config);
/// As of a scan.
std::uint64_t hash(const SteadyConfig& config);

/// What to make of a pool of shots whose average of J_z is m.
enum class ShotEstimator {
    /// w (1 + (m - <J_z>)/Var J_z), unbiased to first order about the pump w. Where single atoms act too: w +
    /// the mean of d ln p_n/dw over the shots, over the Fisher information.
    locally_unbiased,
    /// The pump whose steady state has <J_z> = m; infinite at m = N/2. Not of the local model, of whose law m
    /// does not tell all.
    maximum_likelihood,
};
/// "locally_unbiased", "maximum_likelihood".
std::string_view name(ShotEstimator estimator);

/// Mean and standard deviation of an estimate from the law of the shots. Of the maximum likelihood: given
/// that it is finite.
struct ExactShotEstimate {
    double mean,             ///< of estimates of w [gamma]
        deviation;           ///< standard deviation [gamma]
    double unbounded = 0.0;  ///< probability that it is infinite
};
/// Empty where the law of the pool's sum is out of reach (more than 2 10^9 additions).
/// @param pool  shots that the estimate is made from
/// @throws InvalidInput if the pool is empty or the pump no rate; Stopped
std::optional<ExactShotEstimate> exact_estimate(const DickeLadder& ladder, double pump,
                                                ShotEstimator estimator, std::int64_t pool,
                                                StopRequest stop = {});

/// Many pools' estimates of w.
struct PooledEstimates {
    ShotEstimator estimator;     ///< what is made of a pool
    std::int64_t pool;           ///< shots in one
    Moments estimates;           ///< of the pools whose estimate is finite
    std::int64_t unbounded = 0;  ///< the others
    double bound = 0.0;          ///< on the standard deviation of an unbiased estimate from one pool
    /// from the law of the shots; empty where that is out of reach
    std::optional<ExactShotEstimate> exact = {};
};

/// A measurement that is ready: what its estimators need of the steady state. Immutable.
struct PreparedSteady {
    SteadyConfig config;  ///< resolved
    double bound =
        0.0;  ///< on delta w/gamma of one shot: w/sqrt(Var J_z), or what the local model's law says
    std::shared_ptr<const exact::LocalSteady> local = {};  ///< of the local model; shared: it never changes
};

/// What estimates from shots are worth.
struct SteadyResult {
    SteadyConfig config;  ///< resolved: with the pools that there were
    double bound = 0.0;   ///< as of PreparedSteady
    Moments jz;           ///< of single shots, where there are pools of one
    std::vector<PooledEstimates> estimates =
        {};  ///< by size of pool; locally unbiased, then maximum likelihood
    StopReason stop_reason = StopReason::completed;  ///< `completed` only with all shots
    double seconds = 0.0;                            ///< wall time of the shots
    int threads = 0;                                 ///< as asked for; 0: all there are
    Provenance provenance = {};                      ///< where and with what it was made
};

/// @throws InvalidInput with everything that is wrong; of the local model as `exact::local_steady_state`
PreparedSteady prepare(const SteadyConfig& config, StopRequest stop = {});
/// Measures and estimates. Pools are made of consecutive shots; a last incomplete one is left out.
/// @throws InvalidInput as `check`
SteadyResult simulate(const PreparedSteady& prepared, const RunControl& control = {});

}  // namespace dickejump
