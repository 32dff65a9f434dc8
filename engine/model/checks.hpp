#pragma once

#include <Eigen/Core>
#include <span>
#include <string_view>

#include "dickejump/model/dicke_ladder.hpp"
#include "dickejump/model/dicke_state.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "dickejump/model/ladder_channels.hpp"
#include "dickejump/model/local_spins.hpp"
#include "dickejump/model/start_state.hpp"
#include "dickejump/model/tick_grid.hpp"

namespace dickejump {

// What entries of several layers demand of the same arguments. Each adds to `problems` what is wrong.

/// A duration is finite and positive.
void check_duration(double duration, Problems& problems);
/// And there is at least one tick.
void check_grid(const TickGrid& grid, Problems& problems);
/// A rate is finite and not negative. @param key  what it is called
void check_rate(std::string_view key, double rate, Problems& problems);
/// A known level is on the ladder, the pump of a steady start is a rate.
void check_start(const StartState& start, const DickeLadder& ladder, Problems& problems);
/// The ladder has no linewidth: for methods built on the algebra of Eq. (1).
void check_ideal(const DickeLadder& ladder, Problems& problems);
/// N + 1 populations, finite, not negative (to 1e-9), summing to 1 (to 1e-6).
void check_populations(const Eigen::VectorXd& populations, const DickeLadder& ladder, Problems& problems);
/// The memory of this machine holds what is to be stored, with half of it to spare.
/// @param what  is stored, with the value that shapes it, such as "atoms = 1000000000 (their levels"
void check_memory(std::string_view what, double bytes, Problems& problems);
/// And all states of atoms with processes of their own.
void check_states(const LocalSpins& spins, Problems& problems);
/// A state has an amplitude for each level of the model.
void check_amplitudes(const DickeState& start, const LadderChannels& channels, Problems& problems);
/// Times are within 0..duration, but for a rounding at its end.
void check_times_within(std::span<const double> times, double duration, Problems& problems);

}  // namespace dickejump
