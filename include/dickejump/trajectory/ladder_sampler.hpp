#pragma once

#include "dickejump/trajectory/ladder_setup.hpp"
#include "dickejump/trajectory/window.hpp"

namespace dickejump {

/// Jump-by-jump sampler of Eq. (1) from Dicke states, where the unravelling is a birth-death chain on n.
///
/// Exact for every piecewise linear pump: on a piece the waiting time solves R dt + a dt^2/2 = E with
/// R = w A_n + B_n, a = (dw/dt) A_n, E ~ Exp(1); no step, no tolerance. What is left of E at a knot is
/// carried over. Trajectory k draws from Stream{seed, k, purpose} alone, two uniforms a jump (one more for a
/// steady start).
class LadderSampler {
public:
    /// Columns that it can fill: all but those of single atoms.
    static constexpr Quantities provides = Quantities::jumps | Quantities::level_integral |
                                           Quantities::crossings_up | Quantities::crossings_down |
                                           Quantities::time_tags;

    /// @throws InvalidInput if the grid is empty or the start level is not on the ladder.
    LadderSampler(DickeLadder ladder, PumpSchedule pump, TickGrid grid, StartState start);

    /// The ticks of its windows.
    const TickGrid& grid() const { return setup_.grid; }
    /// The atoms that jump.
    const DickeLadder& ladder() const { return setup_.ladder; }

    /// Simulate all lanes from t = 0 to the end of the grid and pass the finished windows to `sink`, with the
    /// columns that `wanted` names. @throws InvalidInput if both crossings_up and crossings_down are wanted,
    /// there are no lanes or no sink, or the first trajectory is before 0
    void operator()(const Lanes& lanes, Quantities wanted, const WindowSink& sink) const;

private:
    LadderSetup setup_;
};

}  // namespace dickejump
