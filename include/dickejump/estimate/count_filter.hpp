#pragma once

#include <functional>
#include <memory>

#include "dickejump/estimate/likelihood_filter.hpp"
#include "dickejump/model/dicke_ladder.hpp"
#include "dickejump/model/pump_schedule.hpp"
#include "dickejump/model/start_state.hpp"
#include "dickejump/model/stop_request.hpp"
#include "dickejump/model/tick_grid.hpp"
#include "dickejump/record/count_record.hpp"
#include "dickejump/record/detector.hpp"

namespace dickejump {

/// The likelihood of counts per bin for several shifts theta of the pump at once, from many atoms: the
/// forward filter of the diffusion that SphereKernel simulates, at a cost that does not depend on N.
/// Approximate, and labelled so.
///
/// The state is the density of x = 2m/N', N' = N + 1, on G cells of equal width in the angle acos x, with
/// Fejer's weights (exact for polynomials of degree G - 1). One tick [0, tau] of the run is one step of the
/// kernel,
///     p(x1) <- sum over x0 of p(x0) K(x0 -> x1) P(counts | x0, x1).
/// K: boost by b1, rotation, boost by b2, the two boosts with theta N' tau/2 shared between them. The
/// rotation by q = 1 - cos Theta, q exponential of mean 2 mu, about a random axis: averaged over the azimuth
///     K dy = exp(-(1 - y0 y1)/(2 mu)) I0(sqrt((1 - y0^2)(1 - y1^2))/(2 mu)) dy/(2 mu (1 - exp(-1/mu))).
/// Counts, given both ends, as the kernel draws them: with Delta = N'(x1 - x0)/2 and the total of jumps T of
/// mean I = int (w + theta) A + B dt, the jumps up and down are (T +- Delta)/2; I and int n dt follow from
/// the ends but for the noise of the path between them (variances in sphere_kernel.hpp), common to all
/// channels. Hence mean and covariance of what the channels count: efficiency e thins (variance e(1 - e) per
/// jump), background and dead time add. The law with these moments is taken as normal; a channel with fewer
/// than 200 clicks in the bin as Poisson with the excess variance in second order. A sharp record thus leaves
/// x uncertain by what a path does within a tick, sqrt(2 tau/3) or so, at any N: a grid of that fineness
/// holds it.
///
/// What is approximate. (1) The sphere for the ladder, O(1/N^2), and the step, O(tau^2): as SphereKernel with
/// one step a tick. (2) The normal law of int (1 - x^2) dt, skewed near J_z = 0 where its mean path gives it
/// no slope. (3) With both jump channels seen almost completely their difference tells n more sharply than
/// the grid resolves: it is blurred by 0.12 of the noise of n in a tick, 1.4 % of its variance. (4) Bins of
/// several ticks: their clicks are spread evenly, with the variance of a path about its mean over the bin
/// added. Measured: see tests/statistical/count_record_test.cpp.
class CountFilter {
public:
    static constexpr int theta_count = LikelihoodFilter::theta_count;  ///< thetas that one pass takes along
    /// of the two thetas between which derivatives are taken
    static constexpr int lower_middle = LikelihoodFilter::lower_middle;
    static constexpr int upper_middle = LikelihoodFilter::upper_middle;  ///< the other of them
    /// Shifts of the pump [gamma].
    using Thetas = LikelihoodFilter::Thetas;
    /// Log-likelihoods by theta, and the information.
    using Result = LikelihoodFilter::Result;
    /// Told <n> and its deviation at the end of every bin, at the lower middle theta.
    using Follow = LikelihoodFilter::Follow;

    /// @param resolution  multiplies the number of cells: for tests of convergence
    /// @throws InvalidInput if the start is not on the ladder, the grid has no ticks, the side rate is
    ///         negative, the resolution is not positive, the ticks are so short that they would need more
    ///         than 10^5 cells, or as `check(detector)` says
    CountFilter(const DickeLadder& ladder, const PumpSchedule& pump, const TickGrid& grid,
                const StartState& start, const Detector& detector, double side_rate, double resolution = 1.0);
    ~CountFilter();
    /// The record's setup moves along; what is left behind can only be destroyed.
    CountFilter(CountFilter&&) noexcept;

    /// G, the number of cells that x is divided into.
    int cells() const;

    /// `information`: sum over bins of the square of what the bin adds to the score, the derivative of the
    /// log-likelihood between the two middle thetas. Increments of the score are uncorrelated, so its mean
    /// over records is the Fisher information.
    /// @throws Stopped if it is asked to; InvalidInput if the record is not of these ticks, lacks a channel
    /// of the detector or has
    ///         negative counts, or a theta is not finite
    Result operator()(const CountRecord& record, const Thetas& thetas, const Follow& follow = {},
                      StopRequest stop = {}) const;

private:
    struct Setup;
    std::unique_ptr<const Setup> setup_;
};

}  // namespace dickejump
