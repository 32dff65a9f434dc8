#pragma once

#include "dickejump/model/local_spins.hpp"
#include "dickejump/trajectory/ladder_setup.hpp"
#include "dickejump/trajectory/window.hpp"

namespace dickejump {

/// Atoms with collective and local processes on |j, m> jump by jump, as `SpinSampler`, with a trajectory in
/// every vector lane: the same law, at the speed of `DirectKernel` where collective jumps are most. Other
/// random numbers, so other trajectories.
///
/// Exact for every piecewise linear pump. Candidates come as in `DirectKernel`, at the rate v A + B + L: A
/// and B are the collective rates at the lane's own j, L = G n + W (N - n) + D N/4 all that single atoms do,
/// which does not depend on j. After the two collective ways a candidate is a single atom's with probability
/// L/R. What that atom does, of the ways of `LocalSpins::exits` (a share of dephasing does nothing), is
/// decided with one number more, lane by lane: a local process costs some ten collective jumps.
///
/// Trajectories start at j = N/2. They depend on as little as those of `DirectKernel`, whose trajectories
/// they are to the bit if all local rates are 0.
class SpinKernel {
public:
    /// Columns that it can fill: all.
    static constexpr Quantities provides = Quantities::jumps | Quantities::level_integral |
                                           Quantities::crossings_up | Quantities::crossings_down |
                                           Quantities::time_tags | Quantities::spin;

    /// @param start  of n, at j = N/2
    /// @throws InvalidInput if the grid is empty or the start level is not on the ladder.
    SpinKernel(LocalSpins spins, PumpSchedule pump, TickGrid grid, StartState start);

    /// The ticks of its windows.
    const TickGrid& grid() const { return setup_.grid; }
    /// The atoms, and what each does on its own.
    const LocalSpins& spins() const { return spins_; }

    /// As LadderSampler. @throws InvalidInput likewise.
    void operator()(const Lanes& lanes, Quantities wanted, const WindowSink& sink) const;

private:
    LocalSpins spins_;
    LadderSetup setup_;
};

}  // namespace dickejump
