#pragma once

#include <span>
#include <vector>

#include "dickejump/model/dicke_ladder.hpp"
#include "dickejump/model/stop_request.hpp"

namespace dickejump::exact {

/// C_zz(tau) = <J_z(t+tau) J_z(t)> - <J_z>^2 in the steady state at pump w, for every delay tau >= 0
/// [1/gamma], by quantum regression. @throws InvalidInput if a delay is negative or not finite.
std::vector<double> inversion_correlation(const DickeLadder& ladder, double pump,
                                          std::span<const double> delays, StopRequest stop = {});

}  // namespace dickejump::exact
