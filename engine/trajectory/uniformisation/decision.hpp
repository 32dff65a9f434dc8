#pragma once

#include <algorithm>
#include <cstdint>

#include "dickejump/random/stream.hpp"
#include "random/split_mix.hpp"
#include "trajectory/uniformisation/pack.hpp"

namespace dickejump::uniformisation {

/// What an event may become: a jump down or up of the pump at its least, or a surplus jump up.
enum class EventKind { down, up, surplus };

/// By how many cells of rho the cell `rho` lies beyond those that make no jump, from the level that stands as
/// `scaled`: below 0 there is none, from the band on there is one, between them doubles must decide.
inline int cells_beyond(const Side& side, bool rising, std::uint16_t one, std::int16_t scaled, int rho) {
    // b_{n+1} for A_n, b_n for B_n: both are a constant less its square.
    const int b = rising ? std::min(scaled + one, 0x7fff) : scaled;
    const auto square = static_cast<unsigned>(((b * b >> 14) + 1) >> 1);
    return (rising ? side.edge - rho : rho - side.edge) - static_cast<int>(square * side.factor >> 16);
}

/// Decide by doubles what sixteen bits cannot: whether the event `k` of a block (from 0) in a lane, which has
/// the random number `r`, is a jump from the level that `scaled` stands for. rho gets 53 bits beyond the
/// sixteen. A function of the event, whichever others are decided so. Inline, so that around the call a loop
/// may keep its vectors in registers.
inline bool decide_in_double(const SegmentTask& task, int lane, int k, std::uint16_t r, std::uint16_t scaled,
                             EventKind kind) {
    const auto& segment = *task.segment;
    const auto& t = segment.thresholds;
    const double level = static_cast<std::uint16_t>(scaled + t.origin) / t.one, left = task.atoms - level;
    const auto event = (segment.index << 32) + static_cast<std::uint64_t>(task.done + k);
    const double fraction = open_unit(SplitMix{task.pack->decision_keys[lane] ^ SplitMix{event}()}()),
                 rho = (static_cast<double>(r) + fraction) * 0x1p-16, pumping = left * (level + 1.0);
    if (kind == EventKind::surplus) return rho * segment.highest_pumping < pumping;
    if (kind == EventKind::up) return rho * segment.majorant < segment.least * pumping;
    // 1 - rho without rounding away the bits that decide.
    const double mirrored = (static_cast<double>(0xffff - r) + (1.0 - fraction)) * 0x1p-16;
    return mirrored * segment.majorant <= level * (left + 1.0);
}

}  // namespace dickejump::uniformisation
