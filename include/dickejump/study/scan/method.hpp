#pragma once

#include <string_view>
#include <type_traits>
#include <variant>

#include "dickejump/model/invalid_input.hpp"
#include "dickejump/trajectory/direct_kernel.hpp"
#include "dickejump/trajectory/ladder_sampler.hpp"
#include "dickejump/trajectory/observer.hpp"
#include "dickejump/trajectory/sphere_kernel.hpp"
#include "dickejump/trajectory/uniformisation_kernel.hpp"

namespace dickejump {

/// How trajectories are made. `exact`: jump by jump. `sphere`: the diffusion of many atoms, at a cost that
/// does not depend on N, with a controlled bias and without single photons.
enum class Method { exact, sphere };
std::string_view name(Method method);

/// Any sampler of the ladder; all of them serve the same observers.
using ScanSampler = std::variant<LadderSampler, DirectKernel, UniformisationKernel, SphereKernel>;

/// The sampler of a method, a function of model and protocol only. Exact: `UniformisationKernel`, which is
/// the faster at every N, but for more atoms or longer ticks than it takes: then `DirectKernel`.
/// @param steps_per_tick  of the sphere method; 0: its own rule
ScanSampler make_sampler(Method method, const DickeLadder& ladder, const PumpSchedule& pump,
                         const TickGrid& grid, const StartState& start, int steps_per_tick = 0);

/// Run one block past observers, whichever sampler it is.
/// @throws InvalidInput if they need what it does not provide: single photons of the sphere
template <Observer... Observers>
void run(const ScanSampler& sampler, const Lanes& lanes, Observers&... observers) {
    std::visit(
        [&](const auto& chosen) {
            if constexpr ((contains(std::decay_t<decltype(chosen)>::provides, Observers::needs) && ...))
                run(chosen, lanes, observers...);
            else
                throw InvalidInput("method sphere (it has no single photons) use the method exact");
        },
        sampler);
}

}  // namespace dickejump
