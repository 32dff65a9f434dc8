#pragma once

#include "dickejump/study/homodyne/homodyne.hpp"

namespace dickejump {

/// The ensemble of the same atoms, start, pump and times: what it asks of them and makes of them holds for
/// photocurrents too.
EnsembleConfig as_ensemble(const HomodyneConfig& config);

}  // namespace dickejump
