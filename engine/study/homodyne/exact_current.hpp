#pragma once

#include <vector>

#include "dickejump/study/homodyne/homodyne.hpp"

namespace dickejump {

/// [quadrature][interval] mean of the photocurrent over each interval, 2 sqrt(eta) (<J_x> cos phi - <J_y> sin
/// phi) by the master equation [sqrt(gamma)]. @throws Stopped
std::vector<std::vector<double>> exact_currents(const HomodyneConfig& config, StopRequest stop);

}  // namespace dickejump
