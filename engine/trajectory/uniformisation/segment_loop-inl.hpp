// The events of a segment, in all lanes of a pack.
//
// Tested through uniformisation_kernel_test.cpp: it joins the other files of this folder.
//
// Included by uniformisation_kernel.cpp, once for every target: the guard opens again for each.
#if defined(DICKEJUMP_TRAJECTORY_UNIFORMISATION_SEGMENT_LOOP_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef DICKEJUMP_TRAJECTORY_UNIFORMISATION_SEGMENT_LOOP_INL
#undef DICKEJUMP_TRAJECTORY_UNIFORMISATION_SEGMENT_LOOP_INL
#else
#define DICKEJUMP_TRAJECTORY_UNIFORMISATION_SEGMENT_LOOP_INL
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstdint>

#include "trajectory/uniformisation/crossings.hpp"
#include "trajectory/uniformisation/level_integral-inl.hpp"
#include "trajectory/uniformisation/pack.hpp"
#include "trajectory/uniformisation/tags.hpp"
#include "trajectory/uniformisation/vector_block-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace dickejump::HWY_NAMESPACE {

namespace {

using uniformisation::block_size;
using uniformisation::EventBlock;
using uniformisation::Pack;
using uniformisation::pack_size;
using uniformisation::SegmentTask;
using uniformisation::Watch;

/// The least and the most events that a lane has in a segment.
struct EventNumbers {
    std::int32_t least, most;
};

/// Draw what a segment needs beside its events: their numbers, noise, surplus events.
inline EventNumbers begin_segment(const SegmentTask& task) {
    auto& pack = *task.pack;
    const auto& segment = *task.segment;
    for (std::int32_t repeat = 0; repeat < segment.events.repeats; ++repeat) {
        draw_words(pack, pack.words);
        for (int lane = 0; lane < pack_size; ++lane)
            pack.events[lane] = (repeat > 0 ? pack.events[lane] : 0) + (*task.numbers)(pack.words[lane]);
    }
    draw_words(pack, pack.noise);
    pack.surplus_events.place(segment, pack.surplus_chance, pack.events);
    EventNumbers numbers{pack.events[0], pack.events[0]};
    for (int lane = 0; lane < pack_size; ++lane) {
        numbers.least = std::min(numbers.least, pack.events[lane]);
        numbers.most = std::max(numbers.most, pack.events[lane]);
        pack.start[lane] = pack.level[lane];
        pack.jumps[lane] = 0;
        pack.sum[lane] = 0.0;
    }
    return numbers;
}

/// The block after task.done events.
inline EventBlock begin_block(const SegmentTask& task, const EventNumbers& numbers) {
    auto& pack = *task.pack;
    EventBlock block{
        .events = std::min(block_size, numbers.most - task.done),
        .shared = std::clamp(numbers.least - task.done, 0, block_size),
        .special = pack.surplus_events.mark(task.done, block_size, pack.surplus, pack.companion)};
    if (task.tags) block.special = (std::uint64_t{1} << block.events) - 1;
    if (block.shared == block_size)
        std::fill_n(pack.past_own, pack_size, static_cast<std::uint16_t>(block_size + 1));
    else
        for (int lane = 0; lane < pack_size; ++lane)
            pack.past_own[lane] =
                static_cast<std::uint16_t>(1 + std::clamp(pack.events[lane] - task.done, 0, block_size));
    return block;
}

/// Whether a block may lead some lane to a crossing.
inline bool near_crossing(const SegmentTask& task) {
    const auto& levels = task.levels;
    const auto low = static_cast<std::int32_t>(std::min(levels.arrived, levels.departed)) - block_size,
               high = static_cast<std::int32_t>(std::max(levels.arrived, levels.departed)) + block_size;
    int near = 0;
    for (int lane = 0; lane < pack_size; ++lane)
        near |= (task.pack->level[lane] >= low) & (task.pack->level[lane] <= high);
    return near != 0;
}

template <bool summed>
void end_block(const SegmentTask& task, const EventBlock& block) {
    auto& pack = *task.pack;
    for (auto left = block.special; left != 0; left &= left - 1) {
        const int k = __builtin_ctzll(left);
        pack.surplus[k] = pack.companion[k] = 0;
    }
    if (task.tags) uniformisation::note_jumps(task, block.events);
    if constexpr (summed) add_block_sum(pack);
    for (int lane = 0; lane < pack_size; ++lane)
        pack.level[lane] += pack.moved[lane], pack.jumps[lane] += pack.jumped[lane];
}

/// Carry a pack through the segment of `task`. `summed`: whether int n dt is wanted.
template <bool summed>
void walk_segment(SegmentTask& task) {
    auto& pack = *task.pack;
    const auto numbers = begin_segment(task);
    task.done = 0;
    do {
        task.listen();
        const auto block = begin_block(task, numbers);
        if (task.crossings && near_crossing(task)) {
            task.levels.step > 0 ? advance_block<summed, Watch::up>(task, block)
                                 : advance_block<summed, Watch::down>(task, block);
            uniformisation::note_crossings(task, block.events);
        } else {
            advance_block<summed, Watch::none>(task, block);
        }
        end_block<summed>(task, block);
        task.done += block_size;
    } while (task.done < numbers.most);
    if (task.tags) uniformisation::write_tags(task);
    for (int lane = 0; lane < pack_size; ++lane)
        pack.tick_jumps[lane] += pack.jumps[lane];
    if constexpr (summed) add_level_integral(pack, *task.segment);
}

}  // namespace

}  // namespace dickejump::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
