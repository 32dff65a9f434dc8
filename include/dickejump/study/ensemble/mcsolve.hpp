#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dickejump/model/quantum_system.hpp"
#include "dickejump/study/ensemble/simulate_trajectories.hpp"

namespace dickejump {

/// An operator whose mean is wanted, and its name in the result.
struct NamedOperator {
    std::string name;  ///< as in the result's curves
    Operator op;       ///< Hermitian, of the system's dimension
};

/// What `mcsolve` found.
struct McResult {
    EnsembleCurves curves;                           ///< mean and standard error of every operator
    std::vector<Estimate> jumps;                     ///< mean number of jumps a trajectory, by jump operator
    std::vector<std::vector<ChannelJump>> records;   ///< of the first `keep_records` trajectories, in order
    std::int64_t trajectories = 0;                   ///< that the means are over
    StopReason stop_reason = StopReason::completed;  ///< `completed` only with all of them
    double seconds = 0.0;                            ///< wall time of the trajectories

    /// The curve of an operator. @throws InvalidInput if there is none of that name
    const ObservableCurve& operator[](std::string_view name) const { return curves.observable(name); }
};

/// Monte Carlo wavefunctions of any system, as QuTiP's `mcsolve`: means of Hermitian operators with standard
/// errors, on all threads. Systems without time dependence go through `PropagatorSampler`, others through
/// `WavefunctionSampler`.
///
/// @param start  normalised, of the system's dimension
/// @param times  ascending, from 0 on
/// @throws InvalidInput with everything that does not fit
McResult mcsolve(const QuantumSystem& system, const Eigen::VectorXcd& start, const std::vector<double>& times,
                 const std::vector<NamedOperator>& operators, const Ensemble& ensemble = {},
                 const RunControl& control = {}, std::int64_t keep_records = 0);

}  // namespace dickejump
