#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "dickejump/model/local_spins.hpp"
#include "dickejump/trajectory/ladder_setup.hpp"
#include "dickejump/trajectory/window.hpp"
#include "model/sphere_steps.hpp"

namespace dickejump::sphere {

/// The state of one generator a trajectory.
using Generators = std::array<std::vector<std::uint64_t>, 4>;

/// The step in which each trajectory crosses a level: the angles from the level at its ends, positive beyond
/// it in the direction of the crossing.
struct CrossedSteps {
    std::vector<double> step;  ///< index in the run, -1 if there is none yet
    std::vector<double> before, after;
};

/// Where all trajectories of a call stand between two windows. Padded to whole vectors of any target.
struct Walks {
    /// A generator for each use of chance, so that no use depends on what else is asked for: of the path, of
    /// its noise between steps, of the numbers of jumps, and of whether a bridge touches a level.
    Generators path, noise, counts, touch;
    std::vector<double> x;            ///< 2m/(N + 1), uniform in the cell of the level at the start
    std::vector<double> n;            ///< level where the tick begins
    std::vector<std::uint64_t> keys;  ///< of the times of crossings; not padded
    CrossedSteps first, last;         ///< the first crossing, the last so far
    // Where single atoms act:
    Generators alone;                       ///< of what they do
    std::vector<double> levels;             ///< 2j + 1
    std::vector<std::int64_t> alone_jumps;  ///< jumps of single atoms in the tick

    /// The trajectories of `lanes` at t = 0, at j = N/2.
    Walks(const LadderSetup& setup, const Lanes& lanes);
};

/// What the loop over a window needs.
struct WindowTask {
    double levels;                   ///< N + 1
    double direction;                ///< of crossings: +1 upwards, -1 downwards
    double first_level, last_level;  ///< in x, seen upwards: a run crosses first where it gets to the one ..
                                     ///< .. and last where it leaves the other
    int steps_per_tick;
    Quantities wanted;
    bool with_spins = false;  ///< whether every lane has its own j
    LocalRates alone = {};    ///< what single atoms do then
    const SphereStep* steps;  ///< of the window
    std::int64_t first_step;  ///< of the window, in the run
    Walks* walks;
    Window* window;
};

}  // namespace dickejump::sphere
