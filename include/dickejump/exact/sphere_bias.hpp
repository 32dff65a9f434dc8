#pragma once

#include "dickejump/model/dicke_ladder.hpp"
#include "dickejump/model/pump_schedule.hpp"
#include "dickejump/model/start_state.hpp"
#include "dickejump/model/stop_request.hpp"
#include "dickejump/model/tick_grid.hpp"

namespace dickejump {

/// Largest systematic errors over the ticks of a run, of x = 2 <J_z>/(N+1).
struct Bias {
    double mean;      ///< of <x>
    double variance;  ///< of Var x
    double crossing;  ///< of the time [1/gamma] at which <J_z> = 0; 0 where it never is
};

/// The systematic errors of SphereKernel on one run, without Monte Carlo noise.
struct SphereBias {
    Bias step;           ///< of the finite step: falls more than fourfold with twice the steps
    Bias model;          ///< of the sphere in place of the ladder: about 1/N^2
    int steps_per_tick;  ///< of the run that is judged
};

/// Propagates the mean law of the kernel's own steps (a boost moves Gauss-Legendre nodes, a rotation
/// multiplies the l-th Legendre moment) with `steps_per_tick` and with twice as many, and compares at all
/// ticks with each other (their difference is 3/4 of the step's error if that is of weak order 2, and
/// more of it beyond: no less than the error is said), and their extrapolation
/// with the exact hierarchy (the model's error, down to what the extrapolation leaves: fourth order in the
/// step, 3e-7 at steps of 0.015 and r = 16). Cost: about 0.1 ms a step.
///
/// @throws InvalidInput if there are no steps or ticks, the start is not on the ladder, or the run is too
///         polar: |w - 1| (N+1)/2 above 2000, where the state sits on few levels and jumps are cheap enough
///         for the exact kernels.
SphereBias sphere_bias(const DickeLadder& ladder, const PumpSchedule& pump, const TickGrid& grid,
                       const StartState& start, int steps_per_tick, StopRequest stop = {});

/// The bias with the smallest number of steps a tick found that keeps the step's error of <x> within
/// `tolerance`, absolute: a function of model and protocol only. @throws InvalidInput as above, or if the
/// tolerance is below 1e-11 or needs more than 10^4 steps, and more than
/// four times those that the boosts need.
SphereBias sphere_bias_within(const DickeLadder& ladder, const PumpSchedule& pump, const TickGrid& grid,
                              const StartState& start, double tolerance, StopRequest stop = {});

}  // namespace dickejump
