#pragma once

#include <memory>

#include "dickejump/trajectory/ladder_setup.hpp"
#include "dickejump/trajectory/window.hpp"

namespace dickejump {

struct SphereSteps;

/// The ladder of many atoms as a diffusion on a sphere, at a cost that does not depend on N.
///
/// With N' = N + 1 and x = 2m/N', drift and noise of the chain are, to O(1/N'^2), those of
///     dx = g [sigma (1 - x^2) - 2x] dt + sqrt(2 g (1 - x^2)) dW,
///     g = (w + 1)/2,   sigma = N' (w - 1)/(w + 1):
/// the z coordinate of rotational Brownian motion (2g) under a conformal boost (kappa = g sigma). One step
/// [t0, t1] is boost by b1, rotation by theta, boost by b2,
///     x <- (x + tanh b)/(1 + x tanh b),
///     x <- x (1 - q) + sin(pi (U - 1/2)) sqrt((1 - x^2) q (2 - q)),  q = 2 [mu E - theta^2/3 (E^2 - 2E)],
/// E ~ Exp(1), mu = (1 - exp(-2 theta))/2: the heat kernel of the sphere to theta^4, its mean exactly. With
///     I-+ = int g(t) exp(+-2 int_t^{t1} kappa) dt,  theta = sqrt(I- I+),  b2 = ln(I-/I+)/4,
///     b1 = int kappa - b2
/// the linearised motion about both poles is exact for any w(t). Noise at other times of the step than its
/// middle is seen through a boost. Its mean makes the rotation of a point at x after the first boost smaller,
///     q <- q (1 - (1 - x^2) (theta - int g)/(2 theta)),
/// and Magnus' second term is a boost that grows with the rotation: b1 and b2 gain (E - 1) theta int kappa/6
/// each. Without these the tails of the law, where single runs cross, would be off: at tau = 0.02
/// the steady density at J_z = 0 by 0.2 % for kappa = -3.5 and 1.5 % for kappa = -6. About third order: twice
/// the steps make a seventh of the error of <x> at steps of 0.02. |x| <= 1 without a boundary. A lattice
/// level is a cell of width 2/N': n = floor(N' (1 + x)/2), those at the poles wider by a twelfth of it, so
/// that <n> is that of x.
///
/// Columns. n: at the end of the tick. int n dt: trapezium plus the noise Z of the path between the ends of a
/// step, of variance 2g (1 - x^2) tau^3/12 and with the first five moments of a normal law (its sixth is 4 %
/// too small, and it ends at four standard deviations). Jumps: up - down is the change of n; up + down is
/// Poisson of mean int (w A + B) dt with the parity of the change, by a Cornish-Fisher expansion of the
/// quantile (to a tenth of a jump) above a mean of 32, by inversion below. The int A dt in that mean: from
/// the mean of 1 - x^2 between the ends, less 2x Z and less the spread of int (x - mean path)^2 dt about its
/// mean (standard deviation 2g (1 - x^2) tau^2/sqrt 45, nine tenths of whose variance is a multiple of
/// Z^2 - 1, here all of it: at J_z = 0 it is what the ends of a tick leave open). Crossings: the first and
/// last hit of J_z = 0 (x = +-1/N' for odd N) of the bridge in the angle phi = asin x, whose noise is
/// constant. The drift weighs its paths by exp(-int V dt) (Girsanov), V' = d kappa/dt/2g - kappa and V'' =
/// -(kappa^2 + g^2)/2g at the level; to first order in both a Brownian bridge of variance v touches with
/// probability
///     exp(-2 a b/v [1 - V' tau sqrt v m/2 - V'' tau v/6]),   m = Mills' ratio at (a + b)/sqrt v,
/// a, b the distances of its ends, from the means of int phi dt and int phi^2 dt of paths that touch. Without
/// the bridge crossings would come late by O(sqrt tau).
///
/// Errors: of the step, see `sphere_bias` (exact/sphere_bias.hpp); of the model, about 0.6/N^2 in x and
/// 12/N^2 in the s of a first crossing at r = 16. Not for |s| > N/10, where a run sits on a few levels.
///
/// A trajectory is a function of seed, index, purpose, ladder, pump, grid, start and steps a tick, as that of
/// DirectKernel.
class SphereKernel {
public:
    /// Columns that it can fill; it knows no single photons.
    static constexpr Quantities provides = Quantities::jumps | Quantities::level_integral |
                                           Quantities::crossings_up | Quantities::crossings_down;

    /// @param steps_per_tick  0: the smallest number with steps of at most 0.02/gamma and 0.5/max |kappa|
    /// @throws InvalidInput if the grid is empty, the start level is not on the ladder or steps_per_tick < 0.
    SphereKernel(DickeLadder ladder, PumpSchedule pump, TickGrid grid, StartState start,
                 int steps_per_tick = 0);

    /// The ticks of its windows.
    const TickGrid& grid() const { return setup_.grid; }
    /// The atoms that it stands for.
    const DickeLadder& ladder() const { return setup_.ladder; }
    /// What 0 was resolved to.
    int steps_per_tick() const { return steps_per_tick_; }

    /// As LadderSampler. @throws InvalidInput likewise, and if time tags are wanted.
    void operator()(const Lanes& lanes, Quantities wanted, const WindowSink& sink) const;

    /// What it is of.
    const LadderSetup& setup() const { return setup_; }
    /// Its steps; not for others.
    const SphereSteps& steps() const { return *steps_; }

private:
    LadderSetup setup_;
    int steps_per_tick_;
    std::shared_ptr<const SphereSteps> steps_;  ///< shared by copies: they are many and never change
};

}  // namespace dickejump
