#pragma once

#include <Eigen/Core>
#include <span>
#include <vector>

#include "dickejump/model/dicke_ladder.hpp"
#include "dickejump/model/direction.hpp"
#include "dickejump/model/pump_schedule.hpp"
#include "dickejump/model/stop_request.hpp"

namespace dickejump::exact {

/// When single runs cross J_z = 0: how often at all, when on average, and how that average answers to a shift
/// theta of the pump, w(t) + theta from t = 0 on.
struct CrossingLaw {
    double probability = 0.0;  ///< that the run has the crossing; the others are conditional on it
    double mean = 0.0;         ///< time [1/gamma]
    double deviation = 0.0;    ///< standard deviation of the time [1/gamma]; NaN of `mid`
    double slope = 0.0;        ///< d mean/d theta [1/gamma^2]
    /// That it has happened by each of the times asked for, given that it does; empty of `mid`.
    std::vector<double> distribution = {};
};

/// `first`: first arrival at 2n >= N of runs that start below. `last`: the jump that ends the last visit to
/// 2n <= N, of runs that end above. `mid`: the mean of the two, of runs that have both. Downwards n -> N - n.
struct CrossingLaws {
    CrossingLaw first,  ///< arrival
        last,           ///< departure for good
        mid;            ///< mean of both, of runs that have both
};

/// From the master equation with absorbing levels, forward (arrival) and backward (never to return).
/// Arguments as for `solve`; five integrations, each at the cost of `solve`.
/// @param times  of the distributions, ascending, within [0, duration]
/// @throws InvalidInput if sizes or times do not fit, or the start is no distribution
CrossingLaws crossing_laws(const DickeLadder& ladder, const PumpSchedule& pump, double duration,
                           const Eigen::VectorXd& start, Direction direction,
                           std::span<const double> times = {}, StopRequest stop = {});

}  // namespace dickejump::exact
