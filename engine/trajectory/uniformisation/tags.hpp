#pragma once

#include "trajectory/uniformisation/pack.hpp"

namespace dickejump::uniformisation {

/// Note the jumps of a block of so many events, of the lanes that are shown.
void note_jumps(const SegmentTask& task, int events);

/// Turn the jumps of a segment into time tags.
void write_tags(const SegmentTask& task);

}  // namespace dickejump::uniformisation
