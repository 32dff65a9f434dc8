#pragma once

#include "dickejump/trajectory/ladder_setup.hpp"
#include "dickejump/trajectory/window.hpp"

namespace dickejump {

/// The ladder jump by jump, as `LadderSampler`, with a trajectory in every vector lane: the same law at some
/// ten times the speed of a loop by hand. Other random numbers, so other trajectories.
///
/// Exact for every piecewise linear pump. In a state n, candidates come at the rate R = v A_n + B_n with v
/// the highest pump of the tick (or of the linear piece of it), a constant: dt = E/R, E ~ Exp(1). At its time
/// a candidate is a jump up with probability w A_n/R, a jump down with B_n/R, and otherwise, rarely, none at
/// all: thinning, which gives a ramp its law without an equation to solve. A candidate behind the end of the
/// tick is dropped and drawn anew from there, which exponential waiting allows.
///
/// Every lane has a clock of its own: it closes its tick when its trajectory gets there, and takes what is
/// next of the block when a window of ticks is full, so none waits for another. Each window of a trajectory
/// seeds a lane generator (xoshiro256+) from the trajectory's stream.
///
/// A trajectory is a function of seed, index, purpose, ladder, pump, grid and start: whatever the vector
/// width (AVX2, AVX-512 and NEON give the same bits; the portable target rounds differently, with the same
/// law), whatever runs beside it, whatever columns are wanted, time tags included.
class DirectKernel {
public:
    /// Columns that it can fill: all but those of single atoms.
    static constexpr Quantities provides = Quantities::jumps | Quantities::level_integral |
                                           Quantities::crossings_up | Quantities::crossings_down |
                                           Quantities::time_tags;

    /// @throws InvalidInput if the grid is empty or the start level is not on the ladder.
    DirectKernel(DickeLadder ladder, PumpSchedule pump, TickGrid grid, StartState start);

    /// The ticks of its windows.
    const TickGrid& grid() const { return setup_.grid; }
    /// The atoms that jump.
    const DickeLadder& ladder() const { return setup_.ladder; }

    /// As LadderSampler: simulate all lanes over the grid and pass the finished windows, with the columns
    /// `wanted`, to `sink`. @throws InvalidInput likewise.
    void operator()(const Lanes& lanes, Quantities wanted, const WindowSink& sink) const;

private:
    LadderSetup setup_;
};

}  // namespace dickejump
