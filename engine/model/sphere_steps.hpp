#pragma once

#include <vector>

#include "dickejump/model/dicke_ladder.hpp"
#include "dickejump/model/pump_schedule.hpp"
#include "dickejump/model/tick_grid.hpp"

namespace dickejump {

/// One boost-rotate-boost step (see sphere_kernel.hpp): what all trajectories share.
struct SphereStep {
    double first_boost, second_boost;  ///< b1, b2
    double first, second;              ///< tanh of them
    double linear, square;             ///< q = E (linear - square E) (1 - polar (1 - x^2)), clamped to 0..2
    double polar;                      ///< how much less the rotation is at J_z = 0 than at the poles
    double first_turn, second_turn;    ///< the tanh of the boosts grow by these times E - 1
    double length;                     ///< tau [1/gamma]
    double spread;                     ///< v = int 2g dt = int (w + 1) dt, the variance of the angle asin x
    double begin;                      ///< [1/gamma]
    double tilt, bow;  ///< of what bridges weigh along the angle, over the step (bridge-inl.hpp)

    double most_tilt() const { return tilt < 0.0 ? -tilt : tilt; }
};

struct SphereSteps {
    std::vector<SphereStep> steps;  ///< of the whole run, steps_per_tick for every tick
};

/// The step over [begin, end].
SphereStep sphere_step(const DickeLadder& ladder, const PumpSchedule& pump, double begin, double end);

/// All steps of a run.
SphereSteps sphere_steps(const DickeLadder& ladder, const PumpSchedule& pump, const TickGrid& grid,
                         int steps_per_tick);

/// The smallest whole number of steps a tick that keeps a step below 0.02/gamma and 0.5/max |kappa|.
int default_sphere_steps(const DickeLadder& ladder, const PumpSchedule& pump, const TickGrid& grid);

}  // namespace dickejump
