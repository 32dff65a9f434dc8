#pragma once

#include <span>
#include <vector>

#include "dickejump/model/dicke_ladder.hpp"
#include "dickejump/model/local_spins.hpp"
#include "dickejump/model/stop_request.hpp"
#include "dickejump/record/detector.hpp"

namespace dickejump::exact {

/// C_zz(tau) = <J_z(t+tau) J_z(t)> - <J_z>^2 in the steady state at pump w, for every delay tau >= 0
/// [1/gamma], by quantum regression. @throws InvalidInput if a delay is negative or not finite.
std::vector<double> inversion_correlation(const DickeLadder& ladder, double pump,
                                          std::span<const double> delays, StopRequest stop = {});

/// g2(tau) of the clicks of an ideal detector in the steady state at pump w: the rate of a click of `channel`
/// a delay tau >= 0 [1/gamma] after a click of it, over the mean rate. A cavity click takes the atoms one
/// level down and a pump click one up, which is where the two-time correlation <J+ J+(tau) J-(tau) J-> and
/// its like start by quantum regression; a side click, of the ideal side record, leaves them where they are.
/// @throws InvalidInput if a delay or the pump is negative or not finite, or the channel has no clicks (w =
/// 0)
std::vector<double> intensity_correlation(const DickeLadder& ladder, double pump, Channel channel,
                                          std::span<const double> delays, StopRequest stop = {});

/// The first of these on |j, m>, where atoms also act one by one; the steady state is `local_steady_state`.
/// @throws InvalidInput likewise
std::vector<double> inversion_correlation(const LocalSpins& spins, double pump,
                                          std::span<const double> delays, StopRequest stop = {});
/// The second. A side click is an emission of a single atom, which changes j or m. @throws InvalidInput
/// likewise, and if a side click is asked for without emission of single atoms
std::vector<double> intensity_correlation(const LocalSpins& spins, double pump, Channel channel,
                                          std::span<const double> delays, StopRequest stop = {});

}  // namespace dickejump::exact
