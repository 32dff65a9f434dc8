#pragma once

#include <optional>
#include <string_view>

#include "dickejump/model/local_spins.hpp"
#include "dickejump/trajectory/ladder_setup.hpp"
#include "dickejump/trajectory/sampler.hpp"

namespace dickejump {

/// How trajectories of the ladder are made.
enum class Method {
    automatic,  ///< chosen by model and protocol
    exact,      ///< jump by jump
    sphere  ///< the diffusion of many atoms: at a cost that does not depend on N, with a controlled bias and
            ///< without single photons
};
/// "auto", "exact", "sphere".
std::string_view name(Method method);

/// The sampler of a method (not automatic), a function of model and protocol only. Exact:
/// `UniformisationKernel`, which is the faster at every N, but for more atoms or longer ticks than it takes:
/// then `DirectKernel`.
/// @param steps_per_tick  of the sphere; 0: its own rule
/// @param local  what single atoms do besides; then it is `SpinKernel`, or `SpinSphereKernel` of the sphere,
///        whatever is 0
/// @throws InvalidInput as the sampler
Sampler make_sampler(Method method, const LadderSetup& setup, int steps_per_tick = 0,
                     const std::optional<LocalRates>& local = {});

/// A sampler of the same law whose runs under two pumps stay close, so that their chance cancels in
/// differences. Jump by jump that is the reference sampler (`LadderSampler`; `SpinSampler` of `local`),
/// slower, whose k-th jump takes the k-th numbers of its stream.
Sampler make_paired_sampler(Method method, const LadderSetup& setup, int steps_per_tick = 0,
                            const std::optional<LocalRates>& local = {});

/// Trajectories that the sampler of a method simulates together whatever it is asked for: fewer cost as much.
int lanes_together(Method method, const LadderSetup& setup, const std::optional<LocalRates>& local = {});

}  // namespace dickejump
