#pragma once

#include <Eigen/Core>

#include "dickejump/model/dicke_ladder.hpp"
#include "dickejump/model/start_state.hpp"

namespace dickejump::exact {

/// p_n, n = 0..N, normalised: p_n ~ (w/gamma)^n (App. C), with a linewidth as in `SteadyLevels`. Stable for
/// any w/gamma >= 0.
/// @throws InvalidInput if the pump is negative or not finite.
Eigen::VectorXd steady_state(const DickeLadder& ladder, double pump);

/// Populations p_n, n = 0..N, of a start state. @throws InvalidInput if its level is not on the ladder, or
/// its pump negative or not finite.
Eigen::VectorXd start_populations(const DickeLadder& ladder, const StartState& start);

/// Mean and variance of J_z.
struct Inversion {
    double mean,   ///< <J_z>, between -N/2 and N/2
        variance;  ///< Var J_z
};
/// Of the steady state, to rounding for any N; with a linewidth by a sum over the levels that count. @throws
/// InvalidInput as above.
Inversion steady_inversion(const DickeLadder& ladder, double pump);
/// The pump w [gamma] whose steady state has this <J_z>: the inverse of `steady_inversion`, and the estimate
/// of maximum likelihood from shots of J_z with that average (p_n is an exponential family in ln w). 0 at
/// -N/2 and infinite at N/2. @throws InvalidInput beyond
double steady_pump(const DickeLadder& ladder, double jz_mean);
/// Of populations p_n, n = 0..N. @throws InvalidInput if they are of another N.
Inversion inversion(const DickeLadder& ladder, const Eigen::VectorXd& populations);

/// The Cramer-Rao bound of one measurement of J_z in the steady state at w = gamma: delta w/gamma =
/// sqrt(12/(N(N+2))) (App. D; the paper's sqrt(12)/N is its large-N limit). With a linewidth: the least
/// w/sqrt(Var J_z) of all w.
double steady_state_bound(const DickeLadder& ladder);

/// Where the steady state has <J_z> = 0, as scaled pump s, and how wide the transition is there: the slope
/// d<J_z>/ds = (N+2)/6 of Eq. (1) at s = 0, over its own. 0 and 1 without a linewidth.
struct Transition {
    double scaled_pump,  ///< s at <J_z> = 0
        width;           ///< in widths of Eq. (1)
};
/// See Transition.
Transition steady_transition(const DickeLadder& ladder);

}  // namespace dickejump::exact
