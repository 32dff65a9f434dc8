#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "dickejump/ensemble/ensemble.hpp"
#include "dickejump/estimate/moments.hpp"
#include "dickejump/model/dicke_ladder.hpp"
#include "dickejump/model/invalid_input.hpp"

namespace dickejump {

/// Metrology without a scan (App. D): J_z is measured in the steady state at the pump w, shot after shot, and
/// w is estimated from the shots. Shot k is a function of (seed, k, N, w).
struct SteadyShots {
    double pump = 1.0;                           ///< w [gamma], the true value
    std::vector<std::int64_t> pools;             ///< shots that one estimate is made from
    Ensemble ensemble{.trajectories = 100'000};  ///< `trajectories` are the shots of each size of pool
    const std::atomic<bool>* interrupt = nullptr;
    std::function<void(const Progress&)> show = {};
};
void check(const SteadyShots& shots, std::int64_t atoms, Problems& problems);

/// What to make of a pool of shots whose average of J_z is m.
enum class ShotEstimator {
    locally_unbiased,    ///< w (1 + (m - <J_z>)/Var J_z), unbiased to first order about the pump w
    maximum_likelihood,  ///< the pump whose steady state has <J_z> = m; infinite at m = N/2
};
std::string_view name(ShotEstimator estimator);

/// Mean and standard deviation of an estimate from the law of the shots. Of the maximum likelihood: given
/// that it is finite.
struct ExactShotEstimate {
    double mean, deviation;
    double unbounded = 0.0;  ///< probability that it is infinite
};
/// Empty where the law of the pool's sum is out of reach (more than 2 10^9 additions).
/// @param pool  shots that the estimate is made from
std::optional<ExactShotEstimate> exact_estimate(const DickeLadder& ladder, double pump,
                                                ShotEstimator estimator, std::int64_t pool);

/// Many pools' estimates of w.
struct PooledEstimates {
    ShotEstimator estimator;
    std::int64_t pool;           ///< shots in one
    Moments estimates;           ///< of the pools whose estimate is finite
    std::int64_t unbounded = 0;  ///< the others
};

struct ShotsResult {
    Moments jz;                              ///< of single shots
    std::vector<PooledEstimates> estimates;  ///< by size of pool; locally unbiased, then maximum likelihood
    StopReason stop_reason = StopReason::completed;
    double seconds = 0.0;
};

/// Measures and estimates. Pools are made of consecutive shots; a last incomplete one is left out.
/// @throws InvalidInput as `check`
ShotsResult simulate_shots(const DickeLadder& ladder, const SteadyShots& shots);

}  // namespace dickejump
