#include "dickejump/trajectory/uniformisation_kernel.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "dickejump/random/stream.hpp"
#include "random/split_mix.hpp"
#include "trajectory/run_setup.hpp"
#include "trajectory/uniformisation/event_times.hpp"
#include "trajectory/uniformisation/poisson_tables.hpp"
#include "trajectory/uniformisation/segments.hpp"
#include "trajectory/vector_targets.hpp"

#ifndef DICKEJUMP_UNIFORMISATION_KERNEL_ONCE
#define DICKEJUMP_UNIFORMISATION_KERNEL_ONCE

namespace dickejump::uniformisation {

/// Trajectories that share generators: four sixteen-bit lanes to each of sixteen generators.
inline constexpr int pack_size = 64;
inline constexpr int generators = pack_size / 4;
/// Events between two looks at the sums. A word holds a bit for each.
inline constexpr int block_size = 56;
/// Lists of surplus events up to here are looked through whole for every block.
inline constexpr std::size_t short_list = 24;

/// A surplus event (the pump above its least) or the companion that weights its time.
struct Extra {
    std::int32_t event;
    std::uint16_t lane;
    bool surplus;
};

/// The jumps of a lane in a segment.
struct Jumps {
    std::vector<std::int32_t> event;
    std::vector<Process> process;
};

/// 64 trajectories under way.
struct Pack {
    alignas(64) std::uint64_t random[2][generators];
    alignas(64) std::uint16_t n[pack_size];  ///< scaled
    // Of a block:
    alignas(64) std::uint16_t jumped[pack_size];  ///< number of jumps
    alignas(64) std::int16_t moved[pack_size];    ///< n less n at its begin
    alignas(64) std::int16_t off[pack_size];      ///< sum of n less n at its begin
    alignas(64) std::uint16_t above[pack_size];   ///< one more than the events that are the lane's
    std::uint64_t surplus[block_size] = {}, companion[block_size] = {};  ///< lanes, by event
    std::uint64_t arrivals[block_size], departures[block_size];          ///< lanes, by event, if looked for
    std::uint64_t up_lanes[block_size], down_lanes[block_size];          ///< if tags are wanted
    // Of a segment:
    alignas(64) std::uint64_t words[pack_size], noise[pack_size];
    alignas(64) std::int32_t points[pack_size];  ///< events
    alignas(64) std::int32_t start[pack_size];   ///< n at its begin
    alignas(64) std::int32_t jumps_here[pack_size];
    alignas(64) double sum[pack_size];  ///< of n - start
    std::vector<Extra> extras;
    Jumps jumps[pack_size];     ///< if tags are wanted
    std::vector<double> times;  ///< of jumps of a lane
    // Of a tick:
    alignas(64) std::int32_t before[pack_size];  ///< n at its begin
    alignas(64) std::int64_t all_jumps[pack_size];
    alignas(64) double n_dt[pack_size];

    alignas(64) std::int32_t level[pack_size];
    bool arrived[pack_size] = {};                                  ///< whether there was a first arrival
    bool moved_first[pack_size] = {}, moved_last[pack_size] = {};  ///< in this window
    Place first[pack_size], last[pack_size];
    double first_time[pack_size], last_time[pack_size];
    std::uint64_t further[pack_size] = {};  ///< keys of further bits of rho
    SplitMix chance = {};                   ///< surplus events
    std::uint64_t timing[pack_size] = {};   ///< keys of event times
};

/// Where a pack's columns of a tick go: null if not wanted.
struct Columns {
    std::int32_t* n;
    std::int64_t *up, *down;
    double* n_dt;
};

/// What a segment needs beside the pack.
struct Task {
    const Segment* segment;
    const PoissonTable* numbers;  ///< of events
    double atoms;
    CrossingLevels levels;
    bool crossings, tags;
    std::int32_t done;  ///< events of the segment before the block
    Pack* pack;
    std::vector<Jump>** shown;  ///< [lane] where tags go, null for lanes that nobody looks at
};

/// All that the time of an event is a function of.
inline Place place_of(const Task& task, int lane, std::int32_t event) {
    const auto& segment = *task.segment;
    return {.segment = segment.index,
            .points = task.pack->points[lane],
            .event = event,
            .begin = segment.begin,
            .length = segment.length,
            .end = segment.end};
}

/// Decide by doubles what sixteen bits cannot: whether the event k of a block, which has `r`, is a jump from
/// where `scaled` stands for. A function of the event, whichever others are decided so. Inline, so that
/// around the call a loop may keep its vectors in registers.
inline bool resolve(const Task& task, int lane, int k, std::uint16_t r, std::uint16_t scaled, bool surplus,
                    bool rising) {
    const auto& segment = *task.segment;
    const auto& t = segment.thresholds;
    const double level = static_cast<std::uint16_t>(scaled + t.origin) / t.one, left = task.atoms - level;
    const auto event = (segment.index << 32) + static_cast<std::uint64_t>(task.done + k);
    const double fraction = open_unit(SplitMix{task.pack->further[lane] ^ SplitMix{event}()}()),
                 rho = (static_cast<double>(r) + fraction) * 0x1p-16, pumping = left * (level + 1.0);
    if (surplus) return rho * segment.highest_pumping < pumping;
    if (rising) return rho * segment.majorant < segment.least * pumping;
    // 1 - rho without rounding away the bits that decide.
    const double mirrored = (static_cast<double>(0xffff - r) + (1.0 - fraction)) * 0x1p-16;
    return mirrored * segment.majorant <= level * (left + 1.0);
}

/// Draw the surplus events of a segment and put them among the others.
void place_extras(const Segment& segment, Pack& pack);

/// Note the jumps of a block.
void note_tags(const Task& task, int events);

/// Turn the jumps of a segment into tags.
void time_tags(const Task& task);

}  // namespace dickejump::uniformisation

#endif

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "trajectory/uniformisation_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "random/lane_random-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace dickejump::HWY_NAMESPACE {

namespace {

using uniformisation::Columns;
using uniformisation::Pack;
using uniformisation::pack_size;
using uniformisation::Task;

/// Crossings to look for in a block.
enum class Notes { none, up, down };

/// What to sum over events: nothing, or n.
enum class Sums { none, levels };

/// A block of events of all lanes.
struct Block {
    int events;             ///< of the lane that has most
    int shared;             ///< of the lane that has least
    std::uint64_t special;  ///< events at which some lane has a surplus event or a companion, or all for tags
};

#if HWY_TARGET != HWY_SCALAR

#define DICKEJUMP_INLINE __attribute__((always_inline))

template <class Do, std::size_t... v>
HWY_INLINE void each_of(std::index_sequence<v...>, const Do& act) {
    (act(std::integral_constant<std::size_t, v>()), ...);
}
/// act(0), .., act(vectors - 1) with constants: a loop would keep arrays of vectors in memory.
template <std::size_t vectors, class Do>
HWY_INLINE void each_vector(const Do& act) {
    each_of(std::make_index_sequence<vectors>(), act);
}

constexpr std::size_t width = HWY_LANES(std::uint16_t);
constexpr std::size_t vectors = std::min<std::size_t>(2, pack_size / width);  ///< at once: latencies overlap

/// One block, for the lanes from `first_lane` on that fit `vectors` vectors.
template <Sums sums, Notes notes>
void run_lanes(const Task& task, const Block& block, std::size_t first_lane) {
    const hn::ScalableTag<std::uint16_t> d;
    const hn::ScalableTag<std::int16_t> s;
    const Words w;
    using Short = hn::Vec<decltype(d)>;
    using Signed = hn::Vec<decltype(s)>;
    using Chosen = hn::Mask<decltype(d)>;
    auto& pack = *task.pack;
    const auto& t = task.segment->thresholds;
    const auto as_signed = [&](Short v) HWY_ATTR { return hn::BitCast(s, v); };
    const auto as_mask = [&](auto v) HWY_ATTR { return hn::RebindMask(d, v); };
    const Short one = hn::Set(d, t.one), minus_one = hn::Sub(hn::Zero(d), one), unit = hn::Set(d, 1);
    const Short used = hn::Set(d, t.used);
    // What doubles need not decide is below 0 or from the band on; after them, all that is not below 0.
    const Signed split = hn::Set(s, t.split), nearest = hn::Set(s, -1),
                 band = hn::Set(s, std::max(t.up.band, t.down.band));
    const Short up_factor = hn::Set(d, t.up.factor), down_factor = hn::Set(d, t.down.factor);
    const Signed up_edge = hn::Set(s, t.up.edge), down_edge = hn::Set(s, t.down.edge);
    const auto bits_of = [&](const std::uint64_t& lanes, std::size_t v) HWY_ATTR {
        return hn::LoadMaskBits(d,
                                reinterpret_cast<const std::uint8_t*>(&lanes) + (first_lane + v * width) / 8);
    };
    const auto scaled = [&](std::int64_t level) HWY_ATTR {
        return hn::Set(d, static_cast<std::uint16_t>(static_cast<std::uint16_t>(level) * t.one - t.origin));
    };
    [[maybe_unused]] const Short arrived = scaled(task.levels.arrived),
                                 departed = scaled(task.levels.departed);

    BitGenerator random[vectors];
    Short n[vectors], jumped[vectors], sum[vectors];
    each_vector<vectors>([&](auto v) HWY_ATTR DICKEJUMP_INLINE {
        const std::size_t lane = first_lane + v * width, g = lane / 4;
        random[v] = {hn::Load(w, pack.random[0] + g), hn::Load(w, pack.random[1] + g)};
        n[v] = hn::Load(d, pack.n + lane);
        jumped[v] = sum[v] = hn::Zero(d);
    });
    const auto advance = [&]<bool part, bool special>(int k) HWY_ATTR DICKEJUMP_INLINE {
        Short r[vectors];
        Signed beyond[vectors];
        Chosen rising[vectors], active[vectors], unclear[vectors];
        [[maybe_unused]] Chosen surplus[vectors];
        [[maybe_unused]] const Short event = hn::Set(d, static_cast<std::uint16_t>(k + 1));
        each_vector<vectors>([&](auto v) HWY_ATTR DICKEJUMP_INLINE {
            r[v] = hn::BitCast(d, random[v]());
            const Signed rho = as_signed(hn::MulHigh(r[v], used));
            Chosen up = as_mask(hn::Lt(rho, split));
            Short factor = hn::IfThenElse(up, up_factor, down_factor);
            Signed edge = up_edge, reach = band;
            if constexpr (special) {
                surplus[v] = bits_of(pack.surplus[k], v);
                const auto chosen = hn::RebindMask(s, surplus[v]);
                up = hn::Or(up, surplus[v]);
                factor = hn::IfThenElse(surplus[v], hn::Set(d, t.surplus.factor), factor);
                edge = hn::IfThenElse(chosen, hn::Set(s, t.surplus.edge), edge);
                reach = hn::IfThenElse(chosen, hn::Set(s, t.surplus.band), reach);
            }
            const auto up_signed = hn::RebindMask(s, up);
            // b_{n+1} for A_n, b_n for B_n: both are a constant less its square.
            const Signed level = as_signed(n[v]),
                         from = hn::IfThenElse(up_signed, hn::SaturatedAdd(level, as_signed(one)), level);
            const Short least = hn::MulHigh(hn::BitCast(d, hn::MulFixedPoint15(from, from)), factor);
            const Signed distance = hn::IfThenElse(up_signed, hn::Sub(edge, rho), hn::Sub(rho, down_edge));
            beyond[v] = hn::SaturatedSub(distance, as_signed(least));
            rising[v] = up;
            unclear[v] = hn::Lt(hn::BitCast(d, beyond[v]), hn::BitCast(d, reach));
            if constexpr (part || special) {
                active[v] = hn::Lt(event, hn::Load(d, pack.above + first_lane + v * width));
                if constexpr (special) active[v] = hn::AndNot(bits_of(pack.companion[k], v), active[v]);
                unclear[v] = hn::And(unclear[v], active[v]);
            }
        });
        Chosen any = unclear[0];
        for (std::size_t v = 1; v < vectors; ++v)
            any = hn::Or(any, unclear[v]);
        if (HWY_UNLIKELY(!hn::AllFalse(d, any)))
            each_vector<vectors>([&](auto v) HWY_ATTR DICKEJUMP_INLINE {
                HWY_ALIGN std::uint16_t levels[width], low[width];
                HWY_ALIGN std::int16_t decided[width];
                std::uint64_t left = 0, rises = 0, of_surplus = 0;
                const auto bytes = [](std::uint64_t& bits) { return reinterpret_cast<std::uint8_t*>(&bits); };
                hn::StoreMaskBits(d, unclear[v], bytes(left));
                if (left == 0) return;
                hn::Store(n[v], d, levels), hn::Store(r[v], d, low), hn::Store(beyond[v], s, decided);
                hn::StoreMaskBits(d, rising[v], bytes(rises));
                if constexpr (special) hn::StoreMaskBits(d, surplus[v], bytes(of_surplus));
                for (; left != 0; left &= left - 1) {
                    const auto i = static_cast<std::size_t>(__builtin_ctzll(left));
                    const auto bit = left & (~left + 1);
                    decided[i] =
                        uniformisation::resolve(task, static_cast<int>(first_lane + v * width + i), k, low[i],
                                                levels[i], (of_surplus & bit) != 0, (rises & bit) != 0)
                            ? 0x7fff
                            : -1;
                }
                beyond[v] = hn::Load(s, decided);
            });
        each_vector<vectors>([&](auto v) HWY_ATTR DICKEJUMP_INLINE {
            Chosen jump = as_mask(hn::Gt(beyond[v], nearest));
            if constexpr (part || special) jump = hn::And(jump, active[v]);
            const Short step = hn::IfThenElse(rising[v], one, minus_one);
            n[v] = hn::IfThenElse(jump, hn::Add(n[v], step), n[v]);
            jumped[v] = hn::IfThenElse(jump, hn::Add(jumped[v], unit), jumped[v]);
            const auto store = [&](std::uint64_t* lanes, Chosen which) HWY_ATTR {
                hn::StoreMaskBits(d, which,
                                  reinterpret_cast<std::uint8_t*>(lanes + k) + (first_lane + v * width) / 8);
            };
            if constexpr (notes != Notes::none) {
                const auto crossing =
                    notes == Notes::up ? hn::And(jump, rising[v]) : hn::AndNot(rising[v], jump);
                store(pack.arrivals, hn::And(crossing, hn::Eq(n[v], arrived)));
                store(pack.departures, hn::And(crossing, hn::Eq(n[v], departed)));
            }
            if constexpr (sums != Sums::none) sum[v] = hn::Add(sum[v], n[v]);
            if constexpr (special) {
                store(pack.up_lanes, hn::And(jump, rising[v]));
                store(pack.down_lanes, hn::AndNot(rising[v], jump));
            }
        });
    };
    for (int k = 0; k < block.events; ++k) {
        const auto special = block.special >> k;
        const int stop = special == 0 ? block.events : k + __builtin_ctzll(special);
        for (; k < std::min(stop, block.shared); ++k)
            advance.template operator()<false, false>(k);
        for (; k < stop; ++k)
            advance.template operator()<true, false>(k);
        if (k < block.events) advance.template operator()<true, true>(k);
    }
    each_vector<vectors>([&](auto v) HWY_ATTR DICKEJUMP_INLINE {
        const std::size_t lane = first_lane + v * width, g = lane / 4;
        hn::Store(random[v].a, w, pack.random[0] + g), hn::Store(random[v].b, w, pack.random[1] + g);
        // The small numbers moved = (n - base)/one and their sums, out of sums of n and n^2 that wrapped
        // around: modulo 2^16 an odd number can be divided by.
        const Short base = hn::Load(d, pack.n + lane), inverse = hn::Set(d, t.inverse);
        const Short moved = hn::Mul(hn::Sub(n[v], base), inverse);
        hn::Store(n[v], d, pack.n + lane), hn::Store(jumped[v], d, pack.jumped + lane);
        hn::Store(hn::BitCast(s, moved), s, pack.moved + lane);
        if constexpr (sums != Sums::none) {
            const Short events = hn::Set(d, static_cast<std::uint16_t>(block.events));
            const Short still = hn::Mul(events, base), sum_off = hn::Sub(sum[v], still);
            // Lanes that had no event left stood still, and were summed on.
            const Short idle = hn::Sub(hn::Add(events, unit), hn::Load(d, pack.above + lane));
            const Short rest = hn::Mul(idle, moved);
            const Short off = hn::Sub(hn::Mul(sum_off, inverse), rest);
            hn::Store(hn::BitCast(s, off), s, pack.off + lane);
        }
    });
}

template <Sums sums, Notes notes>
void run_block(const Task& task, const Block& block) {
    for (std::size_t lane = 0; lane < pack_size; lane += vectors * width)
        run_lanes<sums, notes>(task, block, lane);
}

/// A word for every lane.
void draw_words(Pack& pack, std::uint64_t* words) {
    const Words w;
    for (std::size_t g = 0; g < uniformisation::generators; g += hn::Lanes(w)) {
        BitGenerator random{hn::Load(w, pack.random[0] + g), hn::Load(w, pack.random[1] + g)};
        for (std::size_t row = 0; row < pack_size; row += uniformisation::generators)
            hn::Store(random(), w, words + row + g);
        hn::Store(random.a, w, pack.random[0] + g), hn::Store(random.b, w, pack.random[1] + g);
    }
}

#undef DICKEJUMP_INLINE

#else

std::uint64_t next_word(Pack& pack, int g) {
    auto &a = pack.random[0][g], &b = pack.random[1][g];
    const auto word = std::rotl(a + b, 17) + a;
    b ^= a;
    a = std::rotl(a, 49) ^ b ^ (b << 21);
    b = std::rotl(b, 28);
    return word;
}

void draw_words(Pack& pack, std::uint64_t* words) {
    for (int row = 0; row < pack_size; row += uniformisation::generators)
        for (int g = 0; g < uniformisation::generators; ++g)
            words[row + g] = next_word(pack, g);
}

/// The same without vectors, to the bit.
template <Sums sums, Notes notes>
void run_block(const Task& task, const Block& block) {
    auto& pack = *task.pack;
    const auto& t = task.segment->thresholds;
    const auto high = [](unsigned a, unsigned b) { return (a * b) >> 16; };
    const auto low = [](auto value) { return static_cast<std::uint16_t>(value); };
    for (int lane = 0; lane < pack_size; ++lane) {
        pack.jumped[lane] = 0;
        pack.moved[lane] = pack.off[lane] = 0;
    }
    for (int k = 0; k < block.events; ++k) {
        std::uint64_t rises = 0, falls = 0;
        pack.arrivals[k] = pack.departures[k] = 0;
        for (int g = 0; g < uniformisation::generators; ++g) {
            const auto word = next_word(pack, g);
            for (int i = 0; i < 4; ++i) {
                const int lane = 4 * g + i;
                const auto bit = std::uint64_t{1} << lane;
                const auto r = low(word >> (16 * i));
                const int rho = low(high(r, t.used));
                auto& n = pack.n[lane];
                const bool surplus = (pack.surplus[k] & bit) != 0, rising = surplus || rho < t.split;
                const auto& side = surplus ? t.surplus : rising ? t.up : t.down;
                const int level = static_cast<std::int16_t>(n),
                          from = rising ? std::min(level + t.one, 0x7fff) : level;
                const int square = low(((from * from >> 14) + 1) >> 1),
                          distance = rising ? side.edge - rho : rho - side.edge,
                          beyond =
                              distance - static_cast<int>(high(static_cast<unsigned>(square), side.factor));
                const int reach = surplus ? side.band : std::max(t.up.band, t.down.band);
                const bool active = k + 1 < pack.above[lane];
                int step = 0;
                if (active && (pack.companion[k] & bit) == 0 && beyond >= 0 &&
                    (beyond >= reach || uniformisation::resolve(task, lane, k, r, n, surplus, rising)))
                    step = rising ? 1 : -1;
                n = low(n + step * t.one);
                if (step != 0) ++pack.jumped[lane], (rising ? rises : falls) |= bit;
                if (notes != Notes::none && step == (notes == Notes::up ? 1 : -1)) {
                    if (n == low(task.levels.arrived * t.one - t.origin)) pack.arrivals[k] |= bit;
                    if (n == low(task.levels.departed * t.one - t.origin)) pack.departures[k] |= bit;
                }
                if (!active) continue;
                const int moved = pack.moved[lane] = static_cast<std::int16_t>(pack.moved[lane] + step);
                pack.off[lane] = static_cast<std::int16_t>(pack.off[lane] + moved);
            }
        }
        pack.up_lanes[k] = rises, pack.down_lanes[k] = falls;
    }
}

#endif

/// Mark a block's surplus events and companions. Long lists are in order: those before `next` are done.
std::uint64_t special_events(Pack& pack, std::int32_t done, std::size_t& next) {
    std::uint64_t special = 0;
    const bool ordered = pack.extras.size() > uniformisation::short_list;
    for (auto i = next; i < pack.extras.size(); ++i) {
        const auto& extra = pack.extras[i];
        const auto k = extra.event - 1 - done;
        if (k >= 0 && k < uniformisation::block_size) {
            (extra.surplus ? pack.surplus : pack.companion)[k] |= std::uint64_t{1} << extra.lane;
            special |= std::uint64_t{1} << k;
        }
        if (ordered && k >= uniformisation::block_size) break;
        if (ordered) next = i + 1;
    }
    return special;
}

/// Add what a block summed. Whole numbers below 2^53: exact.
template <Sums sums>
void add_block(Pack& pack) {
    if constexpr (sums != Sums::none)
        for (int lane = 0; lane < pack_size; ++lane) {
            const int count = pack.above[lane] - 1, n = pack.level[lane] - pack.start[lane];
            pack.sum[lane] += count * n + pack.off[lane];
        }
    for (int lane = 0; lane < pack_size; ++lane)
        pack.level[lane] += pack.moved[lane], pack.jumps_here[lane] += pack.jumped[lane];
}

/// int n dt of a segment, added to the tick's. P + 1 states share the segment as a flat Dirichlet law. Given
/// their sequence, int n dt has the mean of n as its mean and the variance of n over P + 2 as its variance:
/// (J + D^2)/(12 (P + 1)) on average over the orders in which J jumps, by D in all, can come at the P events.
void add_integral(const Task& task) {
    const Reals d;
    const Words w;
    const hn::Rebind<std::int32_t, Reals> whole;
    const hn::Rebind<float, Reals> single;
    auto& pack = *task.pack;
    const auto c = [&](double value) HWY_ATTR { return hn::Set(d, value); };
    const Real length = c(task.segment->length), one = c(1.0);
    for (std::size_t lane = 0; lane < pack_size; lane += hn::Lanes(d)) {
        const auto load = [&](const std::int32_t* from)
                              HWY_ATTR { return hn::PromoteTo(d, hn::Load(whole, from + lane)); };
        const Real start = load(pack.start), moved = hn::Sub(load(pack.level), start);
        const Real count = hn::Add(load(pack.points), one), share = hn::Div(one, count);
        const Real mean = hn::Mul(hn::Load(d, pack.sum + lane), share);
        // Uniform noise: its share of a sum over ticks is small, and there it is normal. Of its size, single
        // precision is plenty.
        const Word bits = hn::ShiftRight<12>(hn::Load(w, pack.noise + lane));
        const Real unit = hn::Sub(hn::BitCast(d, hn::Or(bits, hn::Set(w, 0x3ff0000000000000u))), c(1.5));
        const Real spread = hn::Mul(hn::Add(load(pack.jumps_here), hn::Mul(moved, moved)), share);
        const Real off = hn::Mul(unit, hn::PromoteTo(d, hn::Sqrt(hn::DemoteTo(single, spread))));
        Real n_dt = hn::Mul(length, hn::Add(hn::Add(start, mean), off));
        if (!task.segment->first) n_dt = hn::Add(n_dt, hn::Load(d, pack.n_dt + lane));
        hn::Store(n_dt, d, pack.n_dt + lane);
    }
}

/// Keep the places of the first and last crossing of a block.
void note_crossings(const Task& task, int events) {
    auto& pack = *task.pack;
    std::uint64_t lanes = 0;
    for (int k = 0; k < events; ++k)
        lanes |= pack.arrivals[k] | pack.departures[k];
    if (lanes == 0) return;
    for (int k = 0; k < events; ++k) {
        const auto place = [&](int lane) { return uniformisation::place_of(task, lane, task.done + k + 1); };
        for (auto left = pack.arrivals[k]; left != 0; left &= left - 1) {
            const int lane = __builtin_ctzll(left);
            if (pack.arrived[lane]) continue;
            pack.first[lane] = place(lane);
            pack.arrived[lane] = pack.moved_first[lane] = true;
        }
        for (auto left = pack.departures[k]; left != 0; left &= left - 1) {
            const int lane = __builtin_ctzll(left);
            pack.last[lane] = place(lane);
            pack.moved_last[lane] = true;
        }
    }
}

template <Sums sums>
void run_segment(Task& task) {
    auto& pack = *task.pack;
    const auto& segment = *task.segment;
    for (std::int32_t repeat = 0; repeat < segment.events.repeats; ++repeat) {
        draw_words(pack, pack.words);
        for (int lane = 0; lane < pack_size; ++lane)
            pack.points[lane] = (repeat > 0 ? pack.points[lane] : 0) + (*task.numbers)(pack.words[lane]);
    }
    draw_words(pack, pack.noise);
    uniformisation::place_extras(segment, pack);
    std::int32_t least = pack.points[0], most = pack.points[0];
    for (int lane = 0; lane < pack_size; ++lane) {
        least = std::min(least, pack.points[lane]), most = std::max(most, pack.points[lane]);
        pack.start[lane] = pack.level[lane];
        pack.jumps_here[lane] = 0;
        pack.sum[lane] = 0.0;
    }
    // Lanes from which a block leads to a crossing.
    const auto low = static_cast<std::int32_t>(std::min(task.levels.arrived, task.levels.departed)) -
                     uniformisation::block_size;
    const auto high = static_cast<std::int32_t>(std::max(task.levels.arrived, task.levels.departed)) +
                      uniformisation::block_size;
    std::size_t next_extra = 0;
    task.done = 0;
    do {
        Block block{.events = std::min(uniformisation::block_size, most - task.done),
                    .shared = std::clamp(least - task.done, 0, uniformisation::block_size),
                    .special = special_events(pack, task.done, next_extra)};
        if (task.tags) block.special = (std::uint64_t{1} << block.events) - 1;
        if (block.shared == uniformisation::block_size)
            std::fill_n(pack.above, pack_size, static_cast<std::uint16_t>(uniformisation::block_size + 1));
        else
            for (int lane = 0; lane < pack_size; ++lane)
                pack.above[lane] = static_cast<std::uint16_t>(
                    1 + std::clamp(pack.points[lane] - task.done, 0, uniformisation::block_size));
        int close = 0;
        if (task.crossings)
            for (int lane = 0; lane < pack_size; ++lane)
                close |= (pack.level[lane] >= low) & (pack.level[lane] <= high);
        if (close == 0) {
            run_block<sums, Notes::none>(task, block);
        } else {
            task.levels.step > 0 ? run_block<sums, Notes::up>(task, block)
                                 : run_block<sums, Notes::down>(task, block);
            note_crossings(task, block.events);
        }
        for (auto left = block.special; left != 0; left &= left - 1) {
            const int k = __builtin_ctzll(left);
            pack.surplus[k] = pack.companion[k] = 0;
        }
        if (task.tags) uniformisation::note_tags(task, block.events);
        add_block<sums>(pack);
        task.done += uniformisation::block_size;
    } while (task.done < most);
    if (task.tags) uniformisation::time_tags(task);
    for (int lane = 0; lane < pack_size; ++lane)
        pack.all_jumps[lane] += pack.jumps_here[lane];
    if constexpr (sums != Sums::none) add_integral(task);
}

void show(const Pack& pack, const Columns& columns) {
    std::copy_n(pack.level, pack_size, columns.n);
    if (columns.up)
        for (int lane = 0; lane < pack_size; ++lane) {
            const auto moved = pack.level[lane] - pack.before[lane];
            columns.up[lane] = (pack.all_jumps[lane] + moved) / 2;
            columns.down[lane] = (pack.all_jumps[lane] - moved) / 2;
        }
    if (columns.n_dt) std::copy_n(pack.n_dt, pack_size, columns.n_dt);
}

}  // namespace

/// Carry a pack through the segment of `task`; at the end of a tick fill its columns.
void run_uniformisation(Task& task, const Columns& columns) {
    auto& pack = *task.pack;
    if (task.segment->first) {
        std::copy_n(pack.level, pack_size, pack.before);
        std::fill_n(pack.all_jumps, pack_size, 0);
    }
    columns.n_dt ? run_segment<Sums::levels>(task) : run_segment<Sums::none>(task);
    if (task.segment->last) show(pack, columns);
}

}  // namespace dickejump::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace dickejump {

HWY_EXPORT(run_uniformisation);

namespace uniformisation {

void place_extras(const Segment& segment, Pack& pack) {
    auto& extras = pack.extras;
    extras.clear();
    if (segment.surplus <= 0.0) return;
    const double mean = pack_size * segment.surplus;
    // Inversion by search: the mean is below `pack_size`, and small as a rule.
    int count = 0;
    const double u = open_unit(pack.chance());
    double weight = std::exp(-mean);
    for (double sum = weight; sum <= u && (count < mean || weight > 1e-18); sum += weight)
        weight *= mean / ++count;
    const auto below = [&](std::int32_t bound) {
        __extension__ using Wide = unsigned __int128;
        return static_cast<std::int32_t>((Wide{pack.chance()} * static_cast<std::uint32_t>(bound)) >> 64);
    };
    for (int i = 0; i < count; ++i) {
        const auto lane = static_cast<std::uint16_t>(below(pack_size));
        auto& points = pack.points[lane];
        points += 2;
        auto early = 1 + below(points), late = 1 + below(points - 1);
        if (late >= early)
            ++late;
        else
            std::swap(early, late);
        for (auto& other : extras)
            if (other.lane == lane) {
                if (other.event >= early) ++other.event;
                if (other.event >= late) ++other.event;
            }
        extras.push_back({early, lane, !segment.rising});
        extras.push_back({late, lane, segment.rising});
    }
    if (extras.size() > short_list)
        std::sort(extras.begin(), extras.end(),
                  [](const Extra& a, const Extra& b) { return a.event < b.event; });
}

void note_tags(const Task& task, int events) {
    auto& pack = *task.pack;
    for (int k = 0; k < events; ++k)
        for (auto left = pack.up_lanes[k] | pack.down_lanes[k]; left != 0; left &= left - 1) {
            const auto lane = static_cast<std::size_t>(__builtin_ctzll(left));
            if (task.shown[lane] == nullptr) continue;
            pack.jumps[lane].event.push_back(task.done + k + 1);
            pack.jumps[lane].process.push_back(collective((pack.up_lanes[k] >> lane & 1) != 0 ? 1.0 : -1.0));
        }
}

void time_tags(const Task& task) {
    auto& pack = *task.pack;
    auto& times = pack.times;
    for (std::size_t lane = 0; lane < pack_size; ++lane) {
        auto& jumps = pack.jumps[lane];
        auto* tags = task.shown[lane];
        if (tags == nullptr || jumps.event.empty()) continue;
        if (times.size() < jumps.event.size()) times.resize(2 * jumps.event.size());
        const auto place = place_of(task, static_cast<int>(lane), 0);
        EventTimes(pack.timing[lane], place)(jumps.event, times.data());
        for (std::size_t i = 0; i < jumps.event.size(); ++i)
            tags->push_back({.time = times[i], .process = jumps.process[i]});
        jumps.event.clear(), jumps.process.clear();
    }
}

namespace {

/// A tick's columns of a pack of which the window shows only a part.
struct ColumnsOfPart {
    std::array<std::int32_t, pack_size> n;
    std::array<std::int64_t, pack_size> up, down;
    std::array<double, pack_size> n_dt;
};

/// Ticks a window. A window of 128 trajectories with all columns stays within the second-level cache.
constexpr std::int64_t window_ticks = 64;
/// Events of all lanes in a window with tags, so that these stay in the cache too.
constexpr double tagged_events = 1 << 18;

}  // namespace

}  // namespace uniformisation

UniformisationKernel::UniformisationKernel(DickeLadder ladder, PumpSchedule pump, TickGrid grid,
                                           StartState start, int least_band)
    : setup_{ladder, std::move(pump), grid, start}, least_band_(least_band) {
    Problems problems;
    check_run(setup_, problems);
    problems.require(ladder.atoms() <= max_atoms, "atoms = " + std::to_string(ladder.atoms()) +
                                                      " (levels of this kernel have 16 bits) use " +
                                                      "DirectKernel or SphereKernel");
    problems.raise();
    constexpr double most_events = 1e9;
    auto tables = std::make_shared<uniformisation::PoissonTables>();
    uniformisation::Segments segments(setup_.ladder, setup_.pump, setup_.grid, least_band_);
    for (std::int64_t tick = 0; tick < grid.ticks; ++tick) {
        double events = 0.0;
        segments.next_tick([&](const uniformisation::Segment& segment) {
            events += segment.events.mean;
            if (events <= most_events) tables->prepare(segment.events);
        });
        problems.require(events <= most_events, "tick = " + text(grid.time(tick + 1) - grid.time(tick)) +
                                                    " (more than 1e9 candidate events) take more ticks");
        problems.raise();
        most_events_ = std::max(most_events_, events);
    }
    tables_ = std::move(tables);
}

void UniformisationKernel::operator()(const Lanes& lanes, Quantities wanted, const WindowSink& sink) const {
    check_wanted(provides, wanted);
    using uniformisation::pack_size;
    constexpr std::int64_t size = pack_size;
    const auto ticks = !any(wanted, Quantities::time_tags)
                           ? uniformisation::window_ticks
                           : static_cast<std::int64_t>(
                                 std::clamp(uniformisation::tagged_events / (most_events_ * lanes.count), 1.0,
                                            static_cast<double>(uniformisation::window_ticks)));
    auto window = make_window(setup_.grid, ticks, lanes.count, wanted);
    const bool crossings = any(wanted, Quantities::crossings_up | Quantities::crossings_down),
               tags = any(wanted, Quantities::time_tags);

    const std::int64_t first_pack = lanes.first_trajectory / size;
    const std::int64_t packs = (lanes.first_trajectory + lanes.count - 1) / size - first_pack + 1;
    std::vector<uniformisation::Pack> all(static_cast<std::size_t>(packs));
    const double missing = std::numeric_limits<double>::quiet_NaN();
    const auto one = uniformisation::unit_of(setup_.ladder.atoms()),
               origin = uniformisation::origin_of(setup_.ladder.atoms());
    // The window's lane of a lane of a pack; outside of it for those that nobody asked for.
    const auto lane_of = [&](std::int64_t pack, std::int64_t lane) {
        return (first_pack + pack) * size + lane - lanes.first_trajectory;
    };
    const auto in_window = [&](std::int64_t lane) { return lane >= 0 && lane < lanes.count; };
    for (std::int64_t p = 0; p < packs; ++p) {
        auto& pack = all[static_cast<std::size_t>(p)];
        for (std::int64_t lane = 0; lane < size; ++lane) {
            Stream stream(lanes.seed, static_cast<std::uint64_t>((first_pack + p) * size + lane),
                          lanes.purpose);
            const auto n = start_level(setup_, open_unit(stream()));
            pack.n[lane] = static_cast<std::uint16_t>(n * one - origin);
            pack.level[lane] = static_cast<std::int32_t>(n);
            pack.further[lane] = stream();
            pack.timing[lane] = stream();
            pack.first_time[lane] = pack.last_time[lane] = missing;
            if (in_window(lane_of(p, lane)))
                window.start[static_cast<std::size_t>(lane_of(p, lane))] = static_cast<std::int32_t>(n);
            if (lane % 4 == 0)
                for (auto& words : pack.random)
                    words[lane / 4] = stream();
            if (lane == 1) pack.chance = {stream()};
        }
    }

    uniformisation::Task task{
        .segment = nullptr,
        .numbers = nullptr,
        .atoms = static_cast<double>(setup_.ladder.atoms()),
        .levels = CrossingLevels::of(setup_.ladder, !contains(wanted, Quantities::crossings_down)),
        .crossings = crossings,
        .tags = tags,
        .done = 0,
        .pack = nullptr,
        .shown = nullptr};
    uniformisation::Segments run(setup_.ladder, setup_.pump, setup_.grid, least_band_);
    std::vector<uniformisation::Segment> segments;
    uniformisation::ColumnsOfPart rest;
    for (std::int64_t start = 0; start < setup_.grid.ticks; start += ticks) {
        window.first_tick = start;
        window.ticks = static_cast<int>(std::min(ticks, setup_.grid.ticks - start));
        for (auto& lane : window.tags)
            lane.clear();
        segments.clear();
        for (int row = 0; row < window.ticks; ++row)
            run.next_tick([&](const uniformisation::Segment& segment) { segments.push_back(segment); });
        for (std::int64_t p = 0; p < packs; ++p) {
            auto& pack = all[static_cast<std::size_t>(p)];
            task.pack = &pack;
            std::array<std::vector<Jump>*, pack_size> shown{};
            if (tags)
                for (std::int64_t lane = 0; lane < size; ++lane)
                    if (in_window(lane_of(p, lane)))
                        shown[static_cast<std::size_t>(lane)] =
                            &window.tags[static_cast<std::size_t>(lane_of(p, lane))];
            task.shown = shown.data();
            const auto begin = std::max<std::int64_t>(0, -lane_of(p, 0)),
                       end = std::min(size, lanes.count - lane_of(p, 0));
            const bool whole = begin == 0 && end == size;
            int row = 0;
            for (const auto& segment : segments) {
                task.segment = &segment;
                task.numbers = &tables_->at(segment.events);
                const auto cell = window.at(row, static_cast<int>(lane_of(p, begin)));
                const auto to = [&](auto& column, auto& other) {
                    return column.empty() ? nullptr : whole ? column.data() + cell : other.data();
                };
                HWY_DYNAMIC_DISPATCH(run_uniformisation)
                (task, {.n = to(window.n, rest.n),
                        .up = to(window.jumps_up, rest.up),
                        .down = to(window.jumps_down, rest.down),
                        .n_dt = to(window.n_dt, rest.n_dt)});
                if (!segment.last) continue;
                ++row;
                if (whole) continue;
                const auto show = [&](const auto& from, auto& column) {
                    if (!column.empty())
                        std::copy(from.data() + begin, from.data() + end, column.data() + cell);
                };
                show(rest.n, window.n), show(rest.up, window.jumps_up), show(rest.down, window.jumps_down);
                show(rest.n_dt, window.n_dt);
            }
            if (!crossings) continue;
            for (std::int64_t lane = 0; lane < size; ++lane) {
                const auto time = [&](const uniformisation::Place& place) {
                    return uniformisation::EventTimes(pack.timing[lane], place)(place.event);
                };
                if (const auto at = lane_of(p, lane); in_window(at)) {
                    if (pack.moved_first[lane]) pack.first_time[lane] = time(pack.first[lane]);
                    if (pack.moved_last[lane]) pack.last_time[lane] = time(pack.last[lane]);
                    pack.moved_first[lane] = pack.moved_last[lane] = false;
                    window.first_crossing[static_cast<std::size_t>(at)] = pack.first_time[lane];
                    window.last_crossing[static_cast<std::size_t>(at)] = pack.last_time[lane];
                }
            }
        }
        sink(window);
    }
}

}  // namespace dickejump

#endif
