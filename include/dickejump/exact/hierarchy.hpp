#pragma once

#include <optional>
#include <span>
#include <vector>

#include "dickejump/exact/master_equation.hpp"
#include "dickejump/model/dicke_ladder.hpp"
#include "dickejump/model/pump_schedule.hpp"
#include "dickejump/model/start_state.hpp"
#include "dickejump/model/stop_request.hpp"

namespace dickejump::exact {

/// What the hierarchy of Legendre moments says of a run under w(t).
struct HierarchySolution {
    /// As from `solve`. The moments do not hold the populations, so `snapshot_information` is NaN.
    Solution solution;

    std::vector<double> jz_mean_slope;      ///< d<J_z>/d theta at the times asked for
    std::vector<double> jz_variance_slope;  ///< d Var J_z/d theta there
    std::optional<double> crossing_slope;   ///< d crossing/d theta [1/gamma^2]

    int moments;              ///< l = 0..moments - 1 were kept
    double truncation_error;  ///< largest change of <J_z>/(N/2) by keeping half as many again
};

/// <J_z>, Var J_z, the crossing, the mean number of photons and their derivatives by theta (w(t) + theta from
/// t = 0 on) for any N, in milliseconds.
///
/// With N' = N + 1 and the discrete Legendre (Gram) polynomials t_l in 2m,
///     (l+1) t_{l+1} = (2l+1) 2m t_l - l (N'^2 - l^2) t_{l-1},   t_0 = 1, t_1 = 2m,   P_l = t_l/N'^l,
/// the master equation of the populations gives, exactly and for every w(t),
///     d<P_l>/dt = -(w+1)/2 l(l+1) <P_l>
///                 + (w-1) N'/2 l(l+1)/(2l+1) [(1 - l^2/N'^2) <P_{l-1}> - <P_{l+1}>],
/// which closes at l = N. Moments decay like exp(-l^2 / (2|s|)), so a few dozen suffice; the number is raised
/// until half as many again change <J_z> by less than 1e-10 of N/2.
///
/// Errors: <J_z> within 1e-9 of N/2 where w can be represented (a double near 1 holds s to 1e-16 N/2: 1e-8 at
/// N = 10^8), Var J_z within 1e-9 of (N/2)^2.
///
/// @param times  within [0, duration]
/// @throws InvalidInput if duration or times do not fit, or the start level is not on the ladder
HierarchySolution solve_hierarchy(const DickeLadder& ladder, const PumpSchedule& pump, double duration,
                                  const StartState& start, std::span<const double> times = {},
                                  StopRequest stop = {});

/// <P_l>, l = 0..count - 1, of a start state. For the steady state by the continued fraction of its minimal
/// three-term recurrence, which is stable for any N and w.
/// @throws InvalidInput if the start level is not on the ladder, its pump is no rate, or count < 1
std::vector<double> start_moments(const DickeLadder& ladder, const StartState& start, int count);

}  // namespace dickejump::exact
