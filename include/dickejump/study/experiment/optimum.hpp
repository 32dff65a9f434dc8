#pragma once

#include "dickejump/study/experiment/experiment.hpp"

namespace dickejump {

/// Finds what `config.optimize` names for T, the rests, the atoms and `config.estimator`. Legs just fill T,
/// so that r = 2 S K/(T - (K-1) D). With r and S both: for every number of legs K the best S by a parabola
/// through ln delta w against ln S, and the best K by golden section, over K as over ln S taken for unimodal;
/// with one of them K alone is left to choose. All evaluations share their seed, so that much
/// of the chance cancels between them. Errors hold those of the fit, and the protocols of other K whose
/// delta w is within a standard error.
///
/// @param config  `trajectories` runs an evaluation
/// @throws InvalidInput with everything that is wrong, or if no protocol gives the estimator; Stopped
Optimum optimise(const ExperimentConfig& config, const RunControl& control = {});

}  // namespace dickejump
