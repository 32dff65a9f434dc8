#include "trajectory/uniformisation/scalar_block.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <memory>
#include <vector>

#include "trajectory/uniformisation/pack.hpp"
#include "trajectory/vector_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "trajectory/uniformisation/scalar_block_test.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "trajectory/uniformisation/vector_block-inl.hpp"

// A block with and without vectors: each against what the other makes of the same pack, and against its own
// story of jumps. On every vector target of this processor.

HWY_BEFORE_NAMESPACE();
namespace dickejump::HWY_NAMESPACE {

void advance_in_vectors(const uniformisation::SegmentTask& task, const uniformisation::EventBlock& block,
                        uniformisation::Watch watch) {
    using uniformisation::Watch;
    if (watch == Watch::up) return advance_block<true, Watch::up>(task, block);
    if (watch == Watch::down) return advance_block<true, Watch::down>(task, block);
    advance_block<true, Watch::none>(task, block);
}

void draw_in_vectors(uniformisation::Pack& pack, std::uint64_t* words) {
    draw_words(pack, words);
}

}  // namespace dickejump::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace dickejump {

HWY_EXPORT(advance_in_vectors);
HWY_EXPORT(draw_in_vectors);

}  // namespace dickejump

using namespace dickejump;
using namespace dickejump::uniformisation;

namespace {

/// A segment and a pack in the middle of it. Lanes have 40 to 70 events left, some of them surplus events.
struct Setting {
    LadderSetup setup;
    Segment segment{};
    std::unique_ptr<Pack> pack = std::make_unique<Pack>();
    SegmentTask task{};
    EventBlock block{};

    Setting(std::int64_t atoms, double w, int least_band, bool tags)
        : setup{DickeLadder(atoms),
                PumpSchedule::linear(w, 1.2 * w + 0.1, 0.1),
                {.duration = 0.1, .ticks = 1},
                StartState::steady(std::max(0.5, w))} {
        Segments segments(setup.ladder, setup.pump, setup.grid, least_band);
        bool first = true;
        segments.next_tick([&](const Segment& s) {
            if (first) segment = s;
            first = false;
        });
        start(*pack, setup, 3, Purpose::test, 64);
        task.segment = &segment, task.atoms = static_cast<double>(atoms), task.pack = pack.get();
        task.levels = CrossingLevels::of(setup.ladder, true);
        task.done = 56;
        SplitMix random{static_cast<std::uint64_t>(atoms)};
        for (int lane = 0; lane < pack_size; ++lane)
            pack->past_own[lane] =
                static_cast<std::uint16_t>(1 + std::min<std::uint64_t>(block_size, 40 + random() % 31));
        block.events = block_size;
        block.shared = 40;
        for (int i = 0; i < 12; ++i) {
            const int k = static_cast<int>(random() % block_size);
            (i % 2 == 0 ? pack->surplus : pack->companion)[k] |= LaneBits{1} << (random() % pack_size);
            block.special |= std::uint64_t{1} << k;
        }
        if (tags) block.special = (std::uint64_t{1} << block_size) - 1;
    }
};

/// What a block leaves of the events in `bits`, up to their number.
std::vector<LaneBits> first(const LaneBits* bits, int events) {
    return {bits, bits + events};
}
template <class T>
std::vector<T> lanes(const T (&values)[pack_size]) {
    return {values, values + pack_size};
}

}  // namespace

TEST_CASE("a block by lanes is the same in vectors, to the bit") {
    for (const std::int64_t atoms : {1, 2, 41, 300, 21845, 65534})
        for (const double w : {0.0, 0.9, 1.1, 30.0})
            for (const int band : {0, 2'000, 32'766})
                for (const bool tags : {false, true})
                    for (const auto watch : {Watch::none, Watch::up, Watch::down}) {
                        CAPTURE(atoms);
                        CAPTURE(w);
                        Setting a(atoms, w, band, tags), b(atoms, w, band, tags);
                        if (watch == Watch::down)
                            for (auto* setting : {&a, &b})
                                setting->task.levels = CrossingLevels::of(setting->setup.ladder, false);
                        advance_block_by_lane(a.task, a.block, watch);
                        HWY_DYNAMIC_DISPATCH(dickejump::advance_in_vectors)(b.task, b.block, watch);
                        CHECK(lanes(a.pack->n) == lanes(b.pack->n));
                        CHECK(lanes(a.pack->jumped) == lanes(b.pack->jumped));
                        CHECK(lanes(a.pack->moved) == lanes(b.pack->moved));
                        CHECK(lanes(a.pack->moved_sum) == lanes(b.pack->moved_sum));
                        for (int i = 0; i < 2; ++i)
                            CHECK(std::equal(a.pack->random[i], a.pack->random[i] + generators,
                                             b.pack->random[i]));
                        if (watch != Watch::none) {
                            CHECK(first(a.pack->arrivals, block_size) == first(b.pack->arrivals, block_size));
                            CHECK(first(a.pack->departures, block_size) ==
                                  first(b.pack->departures, block_size));
                        }
                        for (int k = 0; k < block_size; ++k)
                            if (a.block.special >> k & 1) {
                                CHECK(a.pack->up_lanes[k] == b.pack->up_lanes[k]);
                                CHECK(a.pack->down_lanes[k] == b.pack->down_lanes[k]);
                            }
                    }
}

TEST_CASE("the numbers of a block are those of its jumps, one by one") {
    for (const std::int64_t atoms : {1, 41, 5000}) {
        Setting setting(atoms, 1.0, 0, true);
        auto& pack = *setting.pack;
        const auto n_before = lanes(pack.level);
        advance_block_by_lane(setting.task, setting.block, Watch::up);
        std::int64_t all_jumps = 0;
        for (int lane = 0; lane < pack_size; ++lane) {
            const auto bit = LaneBits{1} << lane;
            int n = n_before[static_cast<std::size_t>(lane)], jumps = 0, moved = 0, sum = 0;
            for (int k = 0; k < block_size; ++k) {
                const int step =
                    ((pack.up_lanes[k] & bit) != 0 ? 1 : 0) - ((pack.down_lanes[k] & bit) != 0 ? 1 : 0);
                if (k + 1 >= pack.past_own[lane] || (pack.companion[k] & bit) != 0) CHECK(step == 0);
                if ((pack.surplus[k] & bit) != 0) CHECK(step >= 0);
                n += step, moved += step, jumps += step != 0;
                if (k + 1 < pack.past_own[lane]) sum += moved;
                CHECK((n >= 0 && n <= atoms));
                // Arrivals at ceil(N/2), departures to beyond floor(N/2), both upwards.
                CHECK(((pack.arrivals[k] & bit) != 0) == (step == 1 && n == (atoms + 1) / 2));
                CHECK(((pack.departures[k] & bit) != 0) == (step == 1 && n == atoms / 2 + 1));
            }
            CHECK(pack.jumped[lane] == jumps);
            CHECK(pack.moved[lane] == moved);
            CHECK(pack.moved_sum[lane] == sum);
            const auto scaled = n * unit_of(atoms) - origin_of(atoms);
            CHECK(pack.n[lane] == static_cast<std::uint16_t>(scaled));
            all_jumps += jumps;
        }
        CHECK(all_jumps > 200);
    }
}

TEST_CASE("words for the lanes are the same in vectors, and go on where the events left off") {
    Setting a(41, 1.0, 0, false), b(41, 1.0, 0, false);
    for (int round = 0; round < 3; ++round) {
        draw_words_by_lane(*a.pack, a.pack->words);
        HWY_DYNAMIC_DISPATCH(dickejump::draw_in_vectors)(*b.pack, b.pack->words);
        CHECK(lanes(a.pack->words) == lanes(b.pack->words));
    }
    // xoroshiro128++ from the state 1, 2: the first two words by hand.
    a.pack->random[0][0] = 1, a.pack->random[1][0] = 2;
    draw_words_by_lane(*a.pack, a.pack->words);
    CHECK(a.pack->words[0] == (std::uint64_t{3} << 17) + 1);
    const std::uint64_t s1 = 3, s0 = std::rotl(std::uint64_t{1}, 49) ^ s1 ^ (s1 << 21);
    CHECK(a.pack->words[generators] == std::rotl(s0 + std::rotl(s1, 28), 17) + s0);
}

#endif
