#pragma once

#include "dickejump/model/local_spins.hpp"
#include "dickejump/model/pump_schedule.hpp"
#include "dickejump/model/start_state.hpp"
#include "dickejump/model/tick_grid.hpp"
#include "dickejump/trajectory/window.hpp"

namespace dickejump {

/// Jump-by-jump sampler of atoms with collective and local processes, on |j, m> (see `LocalSpins`).
///
/// Exact for every piecewise linear pump: no step, no tolerance. A trajectory starts at j = N/2 and draws
/// from Stream{seed, k, purpose} alone, as `LadderSampler` does, whose trajectories it makes to the bit if
/// all local rates are 0. `SpinKernel` has the same law at an eighth of the cost. In its windows n is N/2 +
/// m, `jumps_up` and `jumps_down` are the collective jumps, and time tags name the process: a local emission
/// is a photon to the side. Cost: some 25 ns a jump, 40 with dephasing.
class SpinSampler {
public:
    /// Columns that it can fill: all.
    static constexpr Quantities provides = Quantities::jumps | Quantities::level_integral |
                                           Quantities::crossings_up | Quantities::crossings_down |
                                           Quantities::time_tags | Quantities::spin;

    /// @param start  of n, at j = N/2
    /// @throws InvalidInput if the grid is empty or the start level is not on the ladder.
    SpinSampler(LocalSpins spins, PumpSchedule pump, TickGrid grid, StartState start);

    /// The ticks of its windows.
    const TickGrid& grid() const { return grid_; }
    /// The atoms, and what each does on its own.
    const LocalSpins& spins() const { return spins_; }

    /// As LadderSampler. @throws InvalidInput likewise.
    void operator()(const Lanes& lanes, Quantities wanted, const WindowSink& sink) const;

private:
    LocalSpins spins_;
    PumpSchedule pump_;
    TickGrid grid_;
    StartState start_;
};

}  // namespace dickejump
