#pragma once

#include <optional>

#include "dickejump/model/dicke_ladder.hpp"
#include "dickejump/model/proportional_servo.hpp"
#include "dickejump/model/tick_grid.hpp"
#include "dickejump/record/detector.hpp"

namespace dickejump::loop {

/// What every sampler of loops demands.
/// @throws InvalidInput if the grid is empty, the side rate is not a rate, as `check(detector)`, with a gate
/// or
///         bins, or if side light and background make more than 10^8 clicks
void check_loop(const DickeLadder& ladder, const TickGrid& grid, const std::optional<Detector>& detector,
                double side_rate);
/// A detector of a loop has neither gate nor bins.
void check_gateless(const Detector& detector, Problems& problems);

/// A gain is finite and not negative.
void check_gain(const ProportionalServo& law, Problems& problems);

}  // namespace dickejump::loop
