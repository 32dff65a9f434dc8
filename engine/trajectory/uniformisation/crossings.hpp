#pragma once

#include "trajectory/uniformisation/pack.hpp"
#include "trajectory/uniformisation/shown_lanes.hpp"

namespace dickejump::uniformisation {

/// Keep the places of the first and the last crossing of a block of so many events.
void note_crossings(const SegmentTask& task, int events);

/// Write the crossings so far of the lanes that a window shows.
void write_crossings(Pack& pack, const ShownLanes& shown, Window& window);

}  // namespace dickejump::uniformisation
