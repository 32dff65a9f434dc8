// A block of events, in vectors of sixteen-bit lanes.
//
// Tested through scalar_block_test.cpp: against the same without vectors.
//
// Included by uniformisation_kernel.cpp, once for every target: the guard opens again for each.
#if defined(DICKEJUMP_TRAJECTORY_UNIFORMISATION_VECTOR_BLOCK_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef DICKEJUMP_TRAJECTORY_UNIFORMISATION_VECTOR_BLOCK_INL
#undef DICKEJUMP_TRAJECTORY_UNIFORMISATION_VECTOR_BLOCK_INL
#else
#define DICKEJUMP_TRAJECTORY_UNIFORMISATION_VECTOR_BLOCK_INL
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "random/lane_random-inl.hpp"
#include "trajectory/uniformisation/decision.hpp"
#include "trajectory/uniformisation/pack.hpp"
#include "trajectory/uniformisation/scalar_block.hpp"

HWY_BEFORE_NAMESPACE();
namespace dickejump::HWY_NAMESPACE {

namespace {

#if HWY_TARGET == HWY_SCALAR

template <bool summed, uniformisation::Watch watch>
void advance_block(const uniformisation::SegmentTask& task, const uniformisation::EventBlock& block) {
    uniformisation::advance_block_by_lane(task, block, watch);
}
inline void draw_words(uniformisation::Pack& pack, std::uint64_t* words) {
    uniformisation::draw_words_by_lane(pack, words);
}

#else

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

using Shorts = hn::ScalableTag<std::uint16_t>;
using Short = hn::Vec<Shorts>;
using SignedShorts = hn::ScalableTag<std::int16_t>;
using SignedShort = hn::Vec<SignedShorts>;
using Chosen = hn::Mask<Shorts>;

constexpr std::size_t width = HWY_LANES(std::uint16_t);
constexpr std::size_t vectors =
    std::min<std::size_t>(2, uniformisation::pack_size / width);  ///< at once: latencies overlap

HWY_INLINE SignedShort as_signed(Short v) {
    return hn::BitCast(SignedShorts(), v);
}
/// The lanes of a vector that begins with `lane`, out of the bits of a pack.
HWY_INLINE Chosen chosen_of(const uniformisation::LaneBits& bits, std::size_t lane) {
    return hn::LoadMaskBits(Shorts(), reinterpret_cast<const std::uint8_t*>(&bits) + lane / 8);
}
HWY_INLINE void store_chosen(Chosen chosen, uniformisation::LaneBits& bits, std::size_t lane) {
    hn::StoreMaskBits(Shorts(), chosen, reinterpret_cast<std::uint8_t*>(&bits) + lane / 8);
}
HWY_INLINE std::uint64_t bits_of(Chosen chosen) {
    std::uint64_t bits = 0;
    store_chosen(chosen, bits, 0);
    return bits;
}

/// The thresholds of a segment in all lanes.
struct VectorLaw {
    Short one, minus_one, used, up_factor, down_factor;
    SignedShort split, up_edge, down_edge;
    SignedShort band;  // the wider one of both ways
    Short arrived, departed;

    HWY_INLINE explicit VectorLaw(const uniformisation::SegmentTask& task) {
        const Shorts d;
        const SignedShorts s;
        const auto& t = task.segment->thresholds;
        const auto scaled = [&](std::int64_t level) HWY_ATTR {
            return hn::Set(d,
                           static_cast<std::uint16_t>(static_cast<std::uint16_t>(level) * t.one - t.origin));
        };
        one = hn::Set(d, t.one), minus_one = hn::Sub(hn::Zero(d), one), used = hn::Set(d, t.used);
        up_factor = hn::Set(d, t.up.factor), down_factor = hn::Set(d, t.down.factor);
        split = hn::Set(s, t.split), up_edge = hn::Set(s, t.up.edge), down_edge = hn::Set(s, t.down.edge);
        band = hn::Set(s, std::max(t.up.band, t.down.band));
        arrived = scaled(task.levels.arrived), departed = scaled(task.levels.departed);
    }
};

/// Which events of a block: those that all lanes have, those that some have, or those of which some lane's is
/// a surplus event or a companion (or whose jumps are wanted one by one).
enum class Events { shared, some, special };

/// What an event comes to in the lanes of a vector.
struct Outcome {
    Short r;             // its random number
    SignedShort beyond;  // how far rho is beyond where jumps begin: there is one if that is not negative ..
    Chosen unclear;      // .. but here doubles must decide
    Chosen rising;       // whether it would be a jump up
    Chosen active;       // not `shared`: whether it is the lane's, and no companion
    Chosen surplus;      // special: whether it is a surplus event
};

/// The event `k` of a block in the lanes from `lane` on, which are at `n`.
template <Events events>
HWY_INLINE Outcome outcome_of(const VectorLaw& law, const uniformisation::SegmentTask& task, int k,
                              std::size_t lane, Short r, Short n) {
    const Shorts d;
    const SignedShorts s;
    const auto& pack = *task.pack;
    const auto& t = task.segment->thresholds;
    Outcome outcome;
    outcome.r = r;
    const SignedShort rho = as_signed(hn::MulHigh(r, law.used));
    Chosen up = hn::RebindMask(d, hn::Lt(rho, law.split));
    Short factor = hn::IfThenElse(up, law.up_factor, law.down_factor);
    SignedShort edge = law.up_edge, band = law.band;
    if constexpr (events == Events::special) {
        outcome.surplus = chosen_of(pack.surplus[k], lane);
        const auto surplus = hn::RebindMask(s, outcome.surplus);
        up = hn::Or(up, outcome.surplus);
        factor = hn::IfThenElse(outcome.surplus, hn::Set(d, t.surplus.factor), factor);
        edge = hn::IfThenElse(surplus, hn::Set(s, t.surplus.edge), edge);
        band = hn::IfThenElse(surplus, hn::Set(s, t.surplus.band), band);
    }
    const auto up_signed = hn::RebindMask(s, up);
    // b_{n+1} for A_n, b_n for B_n: both are a constant less its square.
    const SignedShort level = as_signed(n),
                      b = hn::IfThenElse(up_signed, hn::SaturatedAdd(level, as_signed(law.one)), level);
    const Short least = hn::MulHigh(hn::BitCast(d, hn::MulFixedPoint15(b, b)), factor);
    const SignedShort distance = hn::IfThenElse(up_signed, hn::Sub(edge, rho), hn::Sub(rho, law.down_edge));
    outcome.beyond = hn::SaturatedSub(distance, as_signed(least));
    outcome.rising = up;
    // Between 0 and the band: as numbers without a sign, negative ones are beyond any band.
    outcome.unclear = hn::Lt(hn::BitCast(d, outcome.beyond), hn::BitCast(d, band));
    if constexpr (events != Events::shared) {
        const Short number = hn::Set(d, static_cast<std::uint16_t>(k + 1));
        outcome.active = hn::Lt(number, hn::Load(d, pack.past_own + lane));
        if constexpr (events == Events::special)
            outcome.active = hn::AndNot(chosen_of(pack.companion[k], lane), outcome.active);
        outcome.unclear = hn::And(outcome.unclear, outcome.active);
    }
    return outcome;
}

/// Decide what is unclear, lane by lane.
template <Events events>
HWY_INLINE void decide_unclear(const uniformisation::SegmentTask& task, int k, std::size_t lane, Short n,
                               Outcome& outcome) {
    using uniformisation::EventKind;
    const Shorts d;
    const SignedShorts s;
    auto left = bits_of(outcome.unclear);
    if (left == 0) return;
    HWY_ALIGN std::uint16_t levels[width], r[width];
    HWY_ALIGN std::int16_t beyond[width];
    hn::Store(n, d, levels), hn::Store(outcome.r, d, r), hn::Store(outcome.beyond, s, beyond);
    const auto rises = bits_of(outcome.rising);
    std::uint64_t of_surplus = 0;
    if constexpr (events == Events::special) of_surplus = bits_of(outcome.surplus);
    for (; left != 0; left &= left - 1) {
        const auto i = static_cast<std::size_t>(__builtin_ctzll(left));
        const auto bit = left & (~left + 1);
        const auto kind = (of_surplus & bit) != 0 ? EventKind::surplus
                          : (rises & bit) != 0    ? EventKind::up
                                                  : EventKind::down;
        const bool jumps =
            uniformisation::decide_in_double(task, static_cast<int>(lane + i), k, r[i], levels[i], kind);
        beyond[i] = jumps ? 0x7fff : -1;
    }
    outcome.beyond = hn::Load(s, beyond);
}

/// One vector of lanes in a block.
struct LaneVector {
    BitGenerator random;
    Short n, jumped;
    Short sum;  // of n over the events
};

HWY_INLINE LaneVector load_lanes(const uniformisation::Pack& pack, std::size_t lane) {
    const Shorts d;
    const Words w;
    const auto g = lane / uniformisation::lanes_per_generator;
    return {{hn::Load(w, pack.random[0] + g), hn::Load(w, pack.random[1] + g)},
            hn::Load(d, pack.n + lane),
            hn::Zero(d),
            hn::Zero(d)};
}

/// Make the jumps of an event.
template <Events events, bool summed, uniformisation::Watch watch>
HWY_INLINE void make_jumps(const VectorLaw& law, uniformisation::Pack& pack, int k, std::size_t lane,
                           const Outcome& outcome, LaneVector& lanes) {
    using uniformisation::Watch;
    const Shorts d;
    Chosen jump = hn::RebindMask(d, hn::Gt(outcome.beyond, hn::Set(SignedShorts(), -1)));
    if constexpr (events != Events::shared) jump = hn::And(jump, outcome.active);
    const Short step = hn::IfThenElse(outcome.rising, law.one, law.minus_one);
    lanes.n = hn::IfThenElse(jump, hn::Add(lanes.n, step), lanes.n);
    lanes.jumped = hn::IfThenElse(jump, hn::Add(lanes.jumped, hn::Set(d, 1)), lanes.jumped);
    if constexpr (watch != Watch::none) {
        const auto crossing =
            watch == Watch::up ? hn::And(jump, outcome.rising) : hn::AndNot(outcome.rising, jump);
        store_chosen(hn::And(crossing, hn::Eq(lanes.n, law.arrived)), pack.arrivals[k], lane);
        store_chosen(hn::And(crossing, hn::Eq(lanes.n, law.departed)), pack.departures[k], lane);
    }
    if constexpr (summed) lanes.sum = hn::Add(lanes.sum, lanes.n);
    if constexpr (events == Events::special) {
        store_chosen(hn::And(jump, outcome.rising), pack.up_lanes[k], lane);
        store_chosen(hn::AndNot(outcome.rising, jump), pack.down_lanes[k], lane);
    }
}

/// Where the lanes are at the end of a block. The small numbers moved = (n - base)/one and their sums, out of
/// sums of n that wrapped around: modulo 2^16 an odd number can be divided by.
template <bool summed>
HWY_INLINE void store_lanes(const uniformisation::SegmentTask& task, const uniformisation::EventBlock& block,
                            const LaneVector& lanes, std::size_t lane) {
    const Shorts d;
    const SignedShorts s;
    const Words w;
    auto& pack = *task.pack;
    const auto g = lane / uniformisation::lanes_per_generator;
    hn::Store(lanes.random.a, w, pack.random[0] + g), hn::Store(lanes.random.b, w, pack.random[1] + g);
    const Short base = hn::Load(d, pack.n + lane), inverse = hn::Set(d, task.segment->thresholds.inverse);
    const Short moved = hn::Mul(hn::Sub(lanes.n, base), inverse);
    hn::Store(lanes.n, d, pack.n + lane), hn::Store(lanes.jumped, d, pack.jumped + lane);
    hn::Store(as_signed(moved), s, pack.moved + lane);
    if constexpr (summed) {
        const Short events = hn::Set(d, static_cast<std::uint16_t>(block.events));
        const Short off_base = hn::Sub(lanes.sum, hn::Mul(events, base));
        // Lanes that had no event left stood still, and were summed on.
        const Short idle = hn::Sub(hn::Add(events, hn::Set(d, 1)), hn::Load(d, pack.past_own + lane));
        const Short moved_sum = hn::Sub(hn::Mul(off_base, inverse), hn::Mul(idle, moved));
        hn::Store(as_signed(moved_sum), s, pack.moved_sum + lane);
    }
}

/// One block, for the lanes from `first_lane` on that fit `vectors` vectors.
template <bool summed, uniformisation::Watch watch>
void advance_lanes(const uniformisation::SegmentTask& task, const uniformisation::EventBlock& block,
                   std::size_t first_lane) {
    auto& pack = *task.pack;
    const VectorLaw law(task);
    LaneVector lanes[vectors];
    each_vector<vectors>(
        [&](auto v) HWY_ATTR DICKEJUMP_INLINE { lanes[v] = load_lanes(pack, first_lane + v * width); });
    const auto advance = [&]<Events events>(int k) HWY_ATTR DICKEJUMP_INLINE {
        const Shorts d;
        Outcome outcome[vectors];
        each_vector<vectors>([&](auto v) HWY_ATTR DICKEJUMP_INLINE {
            const Short r = hn::BitCast(d, lanes[v].random());
            outcome[v] = outcome_of<events>(law, task, k, first_lane + v * width, r, lanes[v].n);
        });
        Chosen any = outcome[0].unclear;
        for (std::size_t v = 1; v < vectors; ++v)
            any = hn::Or(any, outcome[v].unclear);
        if (HWY_UNLIKELY(!hn::AllFalse(d, any)))
            each_vector<vectors>([&](auto v) HWY_ATTR DICKEJUMP_INLINE {
                decide_unclear<events>(task, k, first_lane + v * width, lanes[v].n, outcome[v]);
            });
        each_vector<vectors>([&](auto v) HWY_ATTR DICKEJUMP_INLINE {
            make_jumps<events, summed, watch>(law, pack, k, first_lane + v * width, outcome[v], lanes[v]);
        });
    };
    for (int k = 0; k < block.events; ++k) {
        const auto special = block.special >> k;
        const int stop = special == 0 ? block.events : k + __builtin_ctzll(special);
        for (; k < std::min(stop, block.shared); ++k)
            advance.template operator()<Events::shared>(k);
        for (; k < stop; ++k)
            advance.template operator()<Events::some>(k);
        if (k < block.events) advance.template operator()<Events::special>(k);
    }
    each_vector<vectors>([&](auto v) HWY_ATTR DICKEJUMP_INLINE {
        store_lanes<summed>(task, block, lanes[v], first_lane + v * width);
    });
}

/// One block of events of all lanes.
template <bool summed, uniformisation::Watch watch>
void advance_block(const uniformisation::SegmentTask& task, const uniformisation::EventBlock& block) {
    for (std::size_t lane = 0; lane < uniformisation::pack_size; lane += vectors * width)
        advance_lanes<summed, watch>(task, block, lane);
}

/// A word for every lane.
inline void draw_words(uniformisation::Pack& pack, std::uint64_t* words) {
    const Words w;
    for (std::size_t g = 0; g < uniformisation::generators; g += hn::Lanes(w)) {
        BitGenerator random{hn::Load(w, pack.random[0] + g), hn::Load(w, pack.random[1] + g)};
        for (std::size_t row = 0; row < uniformisation::pack_size; row += uniformisation::generators)
            hn::Store(random(), w, words + row + g);
        hn::Store(random.a, w, pack.random[0] + g), hn::Store(random.b, w, pack.random[1] + g);
    }
}

#undef DICKEJUMP_INLINE

#endif

}  // namespace

}  // namespace dickejump::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
