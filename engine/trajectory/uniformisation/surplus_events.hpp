#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "random/split_mix.hpp"
#include "trajectory/uniformisation/pack_size.hpp"
#include "trajectory/uniformisation/segments.hpp"

namespace dickejump::uniformisation {

/// The surplus events of a segment, of all lanes of a pack: what the pump has above its least, w_0, makes
/// events of its own, at a rate that grows (falls) linearly from (to) 0. Their times have the law of the
/// later (earlier) of two uniform ones, so each comes with a companion, which does nothing, and both are put
/// at random places among the other events.
class SurplusEvents {
public:
    /// Draw those of a segment and put them among the events of the lanes, whose numbers grow by them.
    void place(const Segment& segment, SplitMix& chance, std::int32_t (&events)[pack_size]);

    /// Mark those that are among the `size` events after the first `done`, in the lanes of that event.
    /// Returns these events, a bit each. Blocks are asked for in order.
    std::uint64_t mark(std::int32_t done, int size, LaneBits* surplus, LaneBits* companion);

    struct Placed {
        std::int32_t event;  ///< from 1
        std::uint16_t lane;
        bool surplus;  ///< or its companion
    };
    const std::vector<Placed>& placed() const { return placed_; }

private:
    /// Lists up to here are looked through whole for every block; longer ones are sorted.
    static constexpr std::size_t short_list = 24;

    std::vector<Placed> placed_;
    std::size_t next_ = 0;  ///< of a sorted list: those before it are marked
};

}  // namespace dickejump::uniformisation
