#pragma once

#include <memory>

#include "dickejump/trajectory/ladder_setup.hpp"
#include "dickejump/trajectory/window.hpp"

namespace dickejump {

namespace uniformisation {
class PoissonTables;
}

/// The ladder by uniformisation, sixteen-bit integers deciding: the fastest exact kernel for some hundred to
/// 65534 atoms.
///
/// Let w be linear in a tick (else the tick is taken in parts), w_0 the smaller w of its ends. With the pump
/// at w_0 no state has a rate above Lambda: M ~ Poisson(Lambda tick) events fall on the tick at uniform
/// times, and each is a jump up if rho < w_0 A_n/Lambda, a jump down if rho >= 1 - B_n/Lambda, rho uniform,
/// and else nothing. What the pump has above w_0 makes surplus events of its own, at rate (w(t) - w_0) A with
/// A >= max_n A_n: as this grows (falls) linearly from 0, their times have the law of the later (earlier) of
/// two uniform ones, so each comes with a companion, which does nothing, and both are put at random places
/// among the other events. A surplus event is a jump up if rho < A_n/A. In this way no decision needs a time,
/// and all events of a tick, companions too, are uniform times in order.
///
/// With N' = N + 1 and b = n - N'/2, B_n = N'^2/4 - b^2, and A_n is the same of n + 1. So one rule decides
/// both ways: the upper bits of a sixteen-bit r, fifteen as a rule, put rho on one side of a split, up or
/// down, and there is a jump if it lies farther from the split than a multiple of b^2. That is computed from
/// n in integers by two multiplications, and is certain but for a proven band of some five cells: there (1.4
/// events of 10^4) rho gets 53 bits beyond the sixteen and is compared in double. The law is that of
/// `LadderSampler` to the rounding of doubles. Lambda is (w_0 + 1) N'^2/4 and a little more.
///
/// Exact, jointly: n, jumps, crossings, time tags. Times are order statistics of the events' number, drawn
/// only where they are looked at, from generators of their own, as a function of the trajectory and the
/// event: a crossing and its tag have the same time to the bit, and what is wanted changes nothing of what is
/// told. int n dt: its mean given the sequence of states (whose sojourns share the tick as a flat Dirichlet
/// law), with independent noise of the variance that it has about it, given how many events there are, where
/// they lead and how far. So this column has the mean and the covariances with n and jumps that it should
/// have, but it is not the integral over the very times of the tags: from that it differs by noise of sqrt(2)
/// times that standard deviation, about tick sqrt(2 Var n/M) with the variance of n within the tick,
/// independent from tick to tick. Whoever wants integrals between tags takes them from the tags.
///
/// A trajectory is a function of seed, index, purpose, ladder, pump, grid and start: 64 trajectories whose
/// index begins with a multiple of 64 share generators and are always simulated together. What is done in
/// vectors is done in integers, or without fused operations: every target gives the same bits.
class UniformisationKernel {
public:
    /// Columns that it can fill: all but those of single atoms.
    static constexpr Quantities provides = Quantities::jumps | Quantities::level_integral |
                                           Quantities::crossings_up | Quantities::crossings_down |
                                           Quantities::time_tags;
    static constexpr std::int64_t max_atoms = 65534;  ///< (N + 1)^2/4 fits into 32 bits

    /// @param least_band  widens the band in which doubles decide, both ways, by at most 65535 cells of
    /// 2^-16: for tests of that path, at a cost
    /// @throws InvalidInput for more than 65534 atoms, an empty grid, a tick with more than 10^9
    ///         candidates, a start level that is not on the ladder, or a wider band
    UniformisationKernel(DickeLadder ladder, PumpSchedule pump, TickGrid grid, StartState start,
                         int least_band = 0);

    /// The ticks of its windows.
    const TickGrid& grid() const { return setup_.grid; }
    /// The atoms that jump.
    const DickeLadder& ladder() const { return setup_.ladder; }

    /// As LadderSampler. @throws InvalidInput likewise.
    void operator()(const Lanes& lanes, Quantities wanted, const WindowSink& sink) const;

private:
    LadderSetup setup_;
    int least_band_;
    double most_events_ = 0.0;  ///< mean number of a tick
    std::shared_ptr<const uniformisation::PoissonTables> tables_;
};

}  // namespace dickejump
