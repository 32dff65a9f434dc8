#include "trajectory/uniformisation/scalar_block.hpp"

#include <algorithm>
#include <bit>

#include "trajectory/uniformisation/decision.hpp"

namespace dickejump::uniformisation {

namespace {

/// xoroshiro128++, as `BitGenerator`.
std::uint64_t next_word(Pack& pack, int g) {
    auto &a = pack.random[0][g], &b = pack.random[1][g];
    const auto word = std::rotl(a + b, 17) + a;
    b ^= a;
    a = std::rotl(a, 49) ^ b ^ (b << 21);
    b = std::rotl(b, 28);
    return word;
}

std::uint16_t low(auto value) {
    return static_cast<std::uint16_t>(value);
}
/// The step of the event `k` in a lane that it belongs to: 1, -1 or 0.
int step_of(const SegmentTask& task, int lane, int k, std::uint16_t r) {
    const auto& pack = *task.pack;
    const auto& t = task.segment->thresholds;
    const auto bit = LaneBits{1} << lane;
    if ((pack.companion[k] & bit) != 0) return 0;
    const int rho = (r * t.used) >> 16;
    const bool surplus = (pack.surplus[k] & bit) != 0, rising = surplus || rho < t.split;
    const auto& side = surplus ? t.surplus : rising ? t.up : t.down;
    const int beyond = cells_beyond(side, rising, t.one, static_cast<std::int16_t>(pack.n[lane]), rho);
    if (beyond < 0) return 0;
    // As in vectors, where both ways have the wider band of the two.
    const int band = surplus ? side.band : std::max(t.up.band, t.down.band);
    if (beyond < band) {
        const auto kind = surplus ? EventKind::surplus : rising ? EventKind::up : EventKind::down;
        if (!decide_in_double(task, lane, k, r, pack.n[lane], kind)) return 0;
    }
    return rising ? 1 : -1;
}

}  // namespace

void draw_words_by_lane(Pack& pack, std::uint64_t* words) {
    for (int row = 0; row < pack_size; row += generators)
        for (int g = 0; g < generators; ++g)
            words[row + g] = next_word(pack, g);
}

void advance_block_by_lane(const SegmentTask& task, const EventBlock& block, Watch watch) {
    auto& pack = *task.pack;
    const auto& t = task.segment->thresholds;
    std::fill_n(pack.jumped, pack_size, std::uint16_t{0});
    std::fill_n(pack.moved, pack_size, std::int16_t{0});
    std::fill_n(pack.moved_sum, pack_size, std::int16_t{0});
    const int watched_step = watch == Watch::up ? 1 : watch == Watch::down ? -1 : 0;
    const auto scaled = [&](std::int64_t level) { return low(level * t.one - t.origin); };
    for (int k = 0; k < block.events; ++k) {
        pack.arrivals[k] = pack.departures[k] = pack.up_lanes[k] = pack.down_lanes[k] = 0;
        for (int g = 0; g < generators; ++g) {
            const auto word = next_word(pack, g);
            for (int i = 0; i < lanes_per_generator; ++i) {
                const int lane = lanes_per_generator * g + i;
                if (k + 1 >= pack.past_own[lane]) continue;
                const int step = step_of(task, lane, k, low(word >> (16 * i)));
                auto& n = pack.n[lane];
                n = low(n + step * t.one);
                const auto bit = LaneBits{1} << lane;
                if (step != 0) ++pack.jumped[lane], (step > 0 ? pack.up_lanes : pack.down_lanes)[k] |= bit;
                if (step != 0 && step == watched_step) {
                    if (n == scaled(task.levels.arrived)) pack.arrivals[k] |= bit;
                    if (n == scaled(task.levels.departed)) pack.departures[k] |= bit;
                }
                pack.moved[lane] = static_cast<std::int16_t>(pack.moved[lane] + step);
                pack.moved_sum[lane] = static_cast<std::int16_t>(pack.moved_sum[lane] + pack.moved[lane]);
            }
        }
    }
}

}  // namespace dickejump::uniformisation
