#pragma once

#include "dickejump/model/dicke_ladder.hpp"
#include "dickejump/model/pump_schedule.hpp"
#include "dickejump/model/start_state.hpp"
#include "dickejump/model/tick_grid.hpp"

namespace dickejump {

/// What every sampler of the ladder is built from: the atoms, w(t), the ticks, and where runs start.
struct LadderSetup {
    DickeLadder ladder;  ///< N atoms and what pumps them
    PumpSchedule pump;   ///< w(t) [gamma]
    TickGrid grid;       ///< where runs are looked at
    StartState start;    ///< n at t = 0
};

}  // namespace dickejump
