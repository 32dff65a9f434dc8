#pragma once

#include "dickejump/model/local_spins.hpp"
#include "dickejump/trajectory/sphere_kernel.hpp"
#include "dickejump/trajectory/window.hpp"

namespace dickejump {

/// Many atoms with collective and local processes, at a cost that does not depend on N: the diffusion of
/// `SphereKernel` on a sphere of 2j + 1 levels, whose size changes as single atoms act.
///
/// Between steps, and half as long before the first and after the last of a tick (Strang), single atoms act
/// at the rates of `LocalSpins` half way: how often j falls and rises are Poisson numbers, as are emissions
/// and pumpings that leave it alone, and m changes by its mean and variance given these. The steps of the
/// sphere are those of N, scaled to the lane's own size: kappa is in proportion to 2j + 1, so the boosts are,
/// and the rotation follows to the sixth order. So it is right in the first two moments of what single atoms
/// do and for j of many atoms; a sphere of a few levels, where single atoms have undone the collective spin,
/// it is not.
///
/// Errors: of the step, second order in it and in the local rates times it: at the default 4e-4 in
/// (2j/N)^2, less than 1e-3 in <x>, 0.006 in the s of a first crossing at r = 4 (half the step, with other
/// numbers, says how right a run is). Of the model: O(1/N) of what single atoms change, and as of
/// SphereKernel. With all local rates 0 and no spins wanted its trajectories are those of SphereKernel, to
/// the bit.
class SpinSphereKernel {
public:
    /// Columns that it can fill; it knows no single photons.
    static constexpr Quantities provides = SphereKernel::provides | Quantities::spin;

    /// @param start  of n, at j = N/2
    /// @param steps_per_tick  0: as SphereKernel, and so many that single atoms act with at most 0.005 in a
    /// step
    /// @throws InvalidInput as SphereKernel
    SpinSphereKernel(LocalSpins spins, PumpSchedule pump, TickGrid grid, StartState start,
                     int steps_per_tick = 0);

    /// The ticks of its windows.
    const TickGrid& grid() const { return sphere_.grid(); }
    /// The atoms, and what each does on its own.
    const LocalSpins& spins() const { return spins_; }
    /// What 0 was resolved to.
    int steps_per_tick() const { return sphere_.steps_per_tick(); }

    /// As SphereKernel. @throws InvalidInput likewise
    void operator()(const Lanes& lanes, Quantities wanted, const WindowSink& sink) const;

private:
    LocalSpins spins_;
    SphereKernel sphere_;
};

}  // namespace dickejump
