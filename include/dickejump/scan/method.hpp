#pragma once

#include <string_view>
#include <variant>

#include "dickejump/trajectory/ladder_sampler.hpp"
#include "dickejump/trajectory/sphere_kernel.hpp"

namespace dickejump {

/// How trajectories are made. `exact`: jump by jump. `sphere`: the diffusion of many atoms, at a cost that
/// does not depend on N, with a controlled bias and without single photons.
enum class Method { exact, sphere };
std::string_view name(Method method);

/// Any sampler of the ladder; all of them serve the same observers.
using ScanSampler = std::variant<LadderSampler, SphereKernel>;

/// The sampler of a method: a function of model and protocol only.
/// @param steps_per_tick  of the sphere method; 0: its own rule
ScanSampler make_sampler(Method method, const DickeLadder& ladder, const PumpSchedule& pump,
                         const TickGrid& grid, const StartState& start, int steps_per_tick = 0);

}  // namespace dickejump
