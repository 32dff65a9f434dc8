#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dickejump/ensemble/block.hpp"
#include "dickejump/model/proportional_servo.hpp"
#include "dickejump/model/tick_grid.hpp"
#include "dickejump/record/detector.hpp"
#include "dickejump/study/keys/keys.hpp"
#include "dickejump/study/model.hpp"

namespace dickejump {

/// What a servo acts on.
enum class Servo {
    perfect,  ///< the true level at the start of every tick
    filter,   ///< its mean given the clicks so far, by the exact filter
    counts    ///< clicks: of the side averaged over a memory, or pump less cavity photons added up
};
/// "perfect", "filter", "counts".
std::string_view name(Servo servo);

/// What to make of one run of a loop.
enum class LockEstimator {
    every_jump,          ///< theta of greatest likelihood, both channels seen and the start known
    maximum_likelihood,  ///< the same from the clicks of the detector
    mean_pump            ///< 1 - the mean of what the servo set: theta, for the servo holds w + theta
};
/// "every_jump", "maximum_likelihood", "mean_pump".
std::string_view name(LockEstimator estimator);

/// A closed loop that holds J_z = 0: at the start of every tick w = gamma max(0, 1 - gain x), x what the
/// servo takes for 2 J_z/N. The true pump is that plus theta, which is what is estimated.
struct LockConfig {
    std::int64_t atoms = 1;                    ///< N
    ModelConfig model = {};                    ///< which equation; of the local one runs start at j = N/2
    double duration = 1.0;                     ///< T [1/gamma]
    double gain = 0.5;                         ///< how strongly w answers to x, not negative
    double tick = 0.0;                         ///< how often the pump is set [1/gamma]; 0: 0.2/(gamma N)
    Servo servo = Servo::perfect;              ///< what x is taken from
    std::vector<Detector> detectors = {};      ///< at most one: what the servo looks through
    double side_rate = 0.0;                    ///< Gamma, emission to the side per excited atom [gamma]
    double memory = 0.05;                      ///< of the average of side clicks [1/gamma]
    double dither = 0.0;                       ///< a: w times 1 + a cos(2 pi t/(20 tick))
    std::optional<std::int64_t> initial = {};  ///< n at t = 0, known; empty: uniform on 0..N, and known
    /// Only these; empty: all that there are. Without the likelihood of a detected record, which takes most
    /// of the time of a loop that has a detector, there is no bound of that record either.
    std::vector<LockEstimator> estimators = {};
    std::int64_t trajectories = 1000;                             ///< runs of the loop
    std::uint64_t seed = 1;                                       ///< run k depends on it and k alone
    double time_limit = std::numeric_limits<double>::infinity();  ///< [s]

    /// For tests of the tests: the true pump is what the servo sets plus this [gamma].
    double simulated_shift = 0.0;

    /// Rate of side light per excited atom [gamma], whichever model it comes from.
    double seen_side_rate() const { return model.kind == Model::local ? model.emission : side_rate; }
    /// Number and seed of the runs as one.
    Ensemble ensemble() const { return {trajectories, seed}; }
    /// Whether this estimate of a run is wanted, and there is what it is made of.
    bool asks_for(LockEstimator estimator) const;
    /// Whole ticks, none longer than asked for. @throws InvalidInput if duration and tick make none
    TickGrid grid() const;
};
/// Flags, TOML and Python keywords of `lock`.
template <>
const Keys<LockConfig>& keys<LockConfig>();
/// Adds what is wrong with a configuration to `problems`, everything at once.
void check(const LockConfig& config, Problems& problems);
/// With the tick that there will be. @throws InvalidInput as `check`
LockConfig resolved(const LockConfig& config);
/// As of a scan.
std::uint64_t hash(const LockConfig& config);

}  // namespace dickejump
