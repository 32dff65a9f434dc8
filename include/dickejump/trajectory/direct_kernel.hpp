#pragma once

#include "dickejump/trajectory/ladder_run.hpp"
#include "dickejump/trajectory/window.hpp"

namespace dickejump {

/// The ladder jump by jump, as `LadderSampler`, with a trajectory in every vector lane: the same law at some
/// twenty times the speed of a loop by hand. Other random numbers, so other trajectories.
///
/// Exact for every piecewise linear pump. In a state n the time dt to the next jump solves
///     R dt + a dt^2/2 = E,   R = w A_n + B_n,   a = (dw/dt) A_n,   E ~ Exp(1),
/// or dt = (E/R) y(x) with x = a E/R^2 and y = 2/(1 + sqrt(1 + 2x)), whose series to x^4 is exact to rounding
/// for |x| < 2^-11; beyond it the root is taken. A jump that would fall behind the end of the tick (or of a
/// linear piece of w) is dropped and drawn anew from there, which exponential waiting allows. Every lane has
/// a clock of its own: it closes its tick when its trajectory gets there, and takes the next trajectory of
/// the block when a window of ticks is full, so none waits for another.
///
/// A trajectory is a function of seed, index, purpose, ladder, pump, grid and start: whatever the vector
/// width (AVX2, AVX-512 and NEON give the same bits; the portable target rounds differently, with the same
/// law), whatever runs beside it, whatever columns are wanted.
class DirectKernel {
public:
    static constexpr Quantities provides = Quantities::jumps | Quantities::time_integrals |
                                           Quantities::crossings_up | Quantities::crossings_down |
                                           Quantities::time_tags;

    /// @throws InvalidInput if the grid is empty or the start level is not on the ladder.
    DirectKernel(DickeLadder ladder, PumpSchedule pump, TickGrid grid, StartState start);

    const TickGrid& grid() const { return run_.grid; }
    const DickeLadder& ladder() const { return run_.ladder; }

    /// As LadderSampler: simulate all lanes over the grid and pass the finished windows, with the columns
    /// `wanted`, to `sink`. @throws InvalidInput if crossings are wanted both ways, or time tags.
    void operator()(const Lanes& lanes, Quantities wanted, const WindowSink& sink) const;

private:
    LadderRun run_;
};

}  // namespace dickejump
