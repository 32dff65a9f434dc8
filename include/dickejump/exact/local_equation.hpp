#pragma once

#include <Eigen/Core>
#include <span>
#include <vector>

#include "dickejump/exact/master_equation.hpp"
#include "dickejump/model/local_spins.hpp"
#include "dickejump/model/pump_schedule.hpp"
#include "dickejump/model/stop_request.hpp"

namespace dickejump::exact {

/// Whether the derivative by a shift theta of the pump is followed too, at twice the cost.
enum class Sensitivity { left_out, followed };

/// What the rate equation of |j, m> says of a run under w(t).
struct LocalSolution {
    /// As of the ladder. J_z is n - N/2 whatever j is; `up_jumps` are the collective ones; a snapshot is a
    /// measurement of J_z alone; the full record is start and every jump of every process seen, which tells
    /// of theta through the collective pumping alone: int <(j-m)(j+m+1)>/w dt. Derivatives by theta and
    /// the snapshot's information are 0 where the sensitivity is left out.
    Solution solution;
    std::vector<double> j2_mean;  ///< <J^2> at the times asked for
    /// int <J_z> dt from 0 to the times asked for, and its derivative by theta.
    std::vector<double> inversion_integral,  ///< [1/gamma]
        inversion_integral_slope;            ///< [1/gamma^2]
    Eigen::VectorXd end;                     ///< populations at the end
    double side_photons = 0.0;               ///< mean number of local emissions of the run
};

/// Integrates the populations of |j, m> (see `LocalSpins`), by the implicit scheme of the ladder in every j
/// and sweeps over j; local errors below 1e-10. Cost: some microseconds a state, sweep and step.
///
/// @param start  [LocalSpins::index] populations, summing to 1
/// @param times  within [0, duration]
/// @throws InvalidInput if the sizes or times do not fit, the start is no distribution, or the memory does
/// not
///         hold the states; Stopped if `stop` says so
LocalSolution solve_local(const LocalSpins& spins, const PumpSchedule& pump, double duration,
                          const Eigen::VectorXd& start, std::span<const double> times,
                          Sensitivity sensitivity = Sensitivity::followed, StopRequest stop = {});

/// Populations of |N/2, m>, [n] = N/2 + m, as populations of |j, m>. @throws InvalidInput unless N + 1
Eigen::VectorXd symmetric_populations(const LocalSpins& spins, const Eigen::VectorXd& levels);

}  // namespace dickejump::exact
