#pragma once

#include <cstdint>

#include "trajectory/uniformisation/pack.hpp"

namespace dickejump::uniformisation {

/// One block of events of all lanes, without vectors: the same as vector_block-inl.hpp, to the bit.
void advance_block_by_lane(const SegmentTask& task, const EventBlock& block, Watch watch);

/// A word for every lane, as the vectors draw them.
void draw_words_by_lane(Pack& pack, std::uint64_t* words);

}  // namespace dickejump::uniformisation
