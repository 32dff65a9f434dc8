#pragma once

#include <cstdint>
#include <optional>

#include "dickejump/model/dicke_ladder.hpp"
#include "dickejump/model/local_spins.hpp"
#include "dickejump/model/start_state.hpp"
#include "dickejump/model/stop_request.hpp"
#include "dickejump/model/tick_grid.hpp"
#include "dickejump/record/detector.hpp"
#include "dickejump/record/loop_run.hpp"

namespace dickejump {

/// Jump-by-jump sampler of Eq. (1), with or without processes of single atoms, under feedback: at the start
/// of every tick a controller sets the pump, from the record so far; between jumps all is exact, for within a
/// tick the pump is constant. One run at a time, the reference of `LoopKernel`.
///
/// A detector sees cavity and pump photons with its efficiencies, side photons at rate Gamma n without
/// back-action, and background. Trajectory k draws its jumps from Stream{seed, k, Purpose::loop} and its
/// clicks from Stream{seed, k, Purpose::loop_detector}: a detector that no controller listens to leaves it
/// alone.
class LoopSampler {
public:
    /// @param side_rate  Gamma [gamma]
    /// @param local  what single atoms do besides (see `LocalSpins`): runs start at j = N/2, and their
    ///         emission is the side light
    /// @throws InvalidInput if the grid is empty, the side rate is not a rate, as `check_loop(detector)`, if
    ///         side light and background make more than 10^8 clicks, or if local rates are not rates, or come
    ///         with a side rate or a linewidth
    LoopSampler(const DickeLadder& ladder, const TickGrid& grid, std::optional<Detector> detector = {},
                double side_rate = 0.0, const std::optional<LocalRates>& local = {});

    /// The atoms in the loop.
    const DickeLadder& ladder() const { return ladder_; }
    /// When the controller is asked.
    const TickGrid& grid() const { return grid_; }

    /// @param start  n at t = 0; empty: uniform on 0..N
    /// @param theta  shift of the true pump, which nobody knows of: w + theta, not below 0 [gamma]
    /// @throws InvalidInput if the start is not on the ladder, theta is not finite, the trajectory is before
    /// 0, or there is no controller or it sets no rate; Stopped
    LoopRun operator()(std::uint64_t seed, std::int64_t trajectory, std::optional<std::int64_t> start,
                       const Controller& controller, double theta = 0.0, StopRequest stop = {}) const;

private:
    DickeLadder ladder_;
    TickGrid grid_;
    std::optional<Detector> detector_;
    double side_rate_;
    std::optional<LocalSpins> spins_ = {};
};

}  // namespace dickejump
