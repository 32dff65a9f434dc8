#pragma once

#include <string>
#include <vector>

#include "dickejump/model/pump_schedule.hpp"
#include "dickejump/study/ensemble/ensemble_config.hpp"
#include "dickejump/study/ensemble/simulate_trajectories.hpp"

namespace dickejump {

/// One trajectory on |j, m> as numbers: jz, jz2, jx, jy, j2.
/// @param pump  the one that is simulated
detail::Numbers local_numbers(const EnsembleConfig& config, const std::vector<std::string>& names,
                              const PumpSchedule& pump);

/// The same means from the rate equation of |j, m>.
EnsembleCurves local_curves(const EnsembleConfig& config, EnsembleCurves curves, StopRequest stop);

}  // namespace dickejump
