#pragma once

#include <Eigen/Core>
#include <optional>
#include <span>
#include <vector>

#include "dickejump/model/dicke_ladder.hpp"
#include "dickejump/model/pump_schedule.hpp"
#include "dickejump/model/stop_request.hpp"

namespace dickejump::exact {

/// A value and the time [1/gamma] at which it is taken.
struct Extremum {
    double value,  ///< at its largest
        time;      ///< [1/gamma]
};

/// What the master equation of the populations says of a run under w(t).
struct Solution {
    std::vector<double> times;        ///< as asked for [1/gamma]
    std::vector<double> jz_mean;      ///< <J_z> there
    std::vector<double> jz_variance;  ///< Var J_z there

    std::optional<double> crossing;  ///< first time at which <J_z> = 0, coming from where it starts
    double rise = 0.0;               ///< d<J_z>/dt at the crossing; 0 without one
    Extremum max_variance;           ///< of J_z along the run

    double inversion_integral;        ///< int <J_z> dt
    double inversion_integral_slope;  ///< its derivative by a shift theta of the pump
    double up_jumps;                  ///< mean number of J+ jumps

    /// Fisher information about theta, w(t) + theta from t = 0 on (the start distribution is known and
    /// stays), of one measurement of J_z at the best time: max_t sum_n (d p_n/d theta)^2 / p_n.
    Extremum snapshot_information;
    /// The same of the full record, start and both kinds of jumps seen: int <A_n>/w dt. Empty where the pump
    /// touches 0, since a single J+ jump there tells everything.
    std::optional<double> record_information;
};

/// Integrates p' = (w(t) P + E) p and its derivative by theta from `start` over [0, duration]; local errors
/// below 1e-11. Cost: about 1 microsecond a level and step, a few hundred steps.
///
/// @param start  populations p_n, n = 0..N, summing to 1
/// @param times  within [0, duration]
/// @throws InvalidInput if the sizes or times do not fit, or the start is no distribution
Solution solve(const DickeLadder& ladder, const PumpSchedule& pump, double duration,
               const Eigen::VectorXd& start, std::span<const double> times = {}, StopRequest stop = {});

}  // namespace dickejump::exact
