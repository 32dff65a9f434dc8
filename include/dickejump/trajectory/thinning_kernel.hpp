#pragma once

#include "dickejump/model/dicke_ladder.hpp"
#include "dickejump/model/pump_schedule.hpp"
#include "dickejump/trajectory/ladder_sampler.hpp"
#include "dickejump/trajectory/start_state.hpp"
#include "dickejump/trajectory/tick_grid.hpp"
#include "dickejump/trajectory/window.hpp"

namespace dickejump {

/// The ladder by uniformisation, sixteen-bit integers deciding: the fastest exact kernel for some hundred to
/// 65534 atoms.
///
/// In a tick no state has a rate above Lambda = max_n (w_max A_n + B_n). M ~ Poisson(Lambda tick) candidate
/// events fall on the tick as M uniform times in order; the k-th is a jump up if rho < w(t_k) A_n/Lambda, a
/// jump down if rho >= 1 - B_n/Lambda, rho uniform, and else nothing. Sixteen bits r of rho decide against
/// thresholds in integers, computed from n by two multiplications each and never above the true ones at
/// w_min, by no more than a proven band: outside of it the outcome is certain. Inside (a few of 10^4
/// candidates) rho gets 53 bits more and is compared in double; only where it falls between the thresholds of
/// w_min and w_max is t_k drawn, as the order statistic it is, given those of the tick already drawn.
/// The law is that of `LadderSampler` to the rounding of doubles.
///
/// Columns. n, jumps, crossings: exact, the times of crossings being order statistics too. int n dt and
/// int A_n dt: their mean given the sequence of states (whose M + 1 sojourns share the tick as a flat
/// Dirichlet law), with noise of their variance given it (for A_n linearised about the mean level).
///
/// A trajectory is a function of seed, index, purpose, ladder, pump, grid and start: 64 trajectories whose
/// index begins with a multiple of 64 share generators and are always simulated together. All arithmetic that
/// is done in vectors is on integers: every target gives the same bits.
class ThinningKernel {
public:
    static constexpr Quantities provides = Quantities::jumps | Quantities::time_integrals |
                                           Quantities::crossings_up | Quantities::crossings_down;
    static constexpr std::int64_t max_atoms = 65534;

    /// @param least_band  widens the band in which doubles decide, in 2^-16: for tests of that path, at a
    /// cost
    /// @throws InvalidInput for more than 65534 atoms, an empty grid, a tick with more than 10^9 candidates
    /// or
    ///         a start level that is not on the ladder.
    ThinningKernel(DickeLadder ladder, PumpSchedule pump, TickGrid grid, StartState start,
                   int least_band = 0);

    const TickGrid& grid() const { return grid_; }
    const DickeLadder& ladder() const { return ladder_; }

    /// As LadderSampler. @throws InvalidInput if crossings are wanted both ways, or time tags.
    void operator()(const Lanes& lanes, Quantities wanted, const WindowSink& sink) const;

private:
    DickeLadder ladder_;
    PumpSchedule pump_;
    TickGrid grid_;
    StartState start_;
    int least_band_;
};

}  // namespace dickejump
