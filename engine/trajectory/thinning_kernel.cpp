#include "dickejump/trajectory/thinning_kernel.hpp"

#include <algorithm>
#include <array>
#include <boost/random/beta_distribution.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "dickejump/random/stream.hpp"
#include "random/split_mix.hpp"
#include "trajectory/run_setup.hpp"
#include "trajectory/vector_targets.hpp"

#ifndef DICKEJUMP_THINNING_KERNEL_ONCE
#define DICKEJUMP_THINNING_KERNEL_ONCE

namespace dickejump::thinning {

/// Trajectories that share generators: four sixteen-bit lanes to each of sixteen generators.
inline constexpr int pack_size = 64;
inline constexpr int generators = pack_size / 4;
/// Candidates between two looks at the sums: |n - n at the block's begin| and its square, summed, fit 16
/// bits.
inline constexpr int block_size = 48;

/// Integer thresholds of a tick, for n and a = N - n in units of 2^-shift. With P = (n a) 2^(2 shift - 16),
/// 2 A_n and 2 B_n are 2 P + (a or n) 2^(2 shift - 15), and thresholds ((2 A_n factor) / 2^16) 2^raise.
struct Thresholds {
    int shift;
    std::uint16_t atoms, one;  ///< scaled
    std::uint16_t up_factor, down_factor;
    int up_raise, down_raise;
    std::uint16_t band;
};

/// A tick's law.
struct Tick {
    double begin, length, least, most;  ///< least and most w
    double majorant;                    ///< Lambda
    Thresholds thresholds;
};

/// An event time that had to be drawn.
struct Known {
    int lane;
    std::int64_t event;
    double time;  ///< in the tick
};

/// 64 trajectories under way.
struct Pack {
    alignas(64) std::uint64_t random[4][generators];
    alignas(64) std::uint16_t n[pack_size];       ///< scaled
    alignas(64) std::uint16_t ups[pack_size];     ///< of the block
    alignas(64) std::uint16_t base[pack_size];    ///< n when the block began
    alignas(64) std::int16_t off[pack_size];      ///< sum of n - base over the block, unscaled
    alignas(64) std::uint16_t square[pack_size];  ///< sum of its square
    alignas(64) std::uint16_t active[pack_size];  ///< candidates of the block that are the lane's
    alignas(64) double all_ups[pack_size], sum[pack_size], sum_square[pack_size];  ///< of the tick
    std::int64_t events[pack_size];                                                ///< M
    std::int64_t first_event[pack_size], last_event[pack_size];  ///< crossings of this tick, 0 if none
    double first[pack_size], last[pack_size];                    ///< their times in the run
    SplitMix beside[pack_size] = {};                             ///< scalar draws of the path ..
    SplitMix timing[pack_size] =
        {};  ///< .. and of what is only looked at: times of crossings, noise of integrals
    Known latest[pack_size] = {};  ///< of this tick: the last that a decision needed ..
    std::vector<Known> known;      ///< .. and all of them, if crossings will be placed among them
};

/// A tick's columns of all lanes of a pack.
struct Columns {
    alignas(64) std::int32_t n[pack_size];
    alignas(64) std::int64_t up[pack_size], down[pack_size];
    alignas(64) double n_dt[pack_size], pumping_dt[pack_size];
};

/// What a block of candidates needs beside the pack.
struct Task {
    const Tick* tick;
    const PumpSchedule* pump;
    double atoms;
    CrossingLevels levels;
    bool keep_times;    ///< whether crossings will ask for times
    std::int64_t done;  ///< candidates of the tick before the block
    Pack* pack;
};

/// The time in the tick of an event, drawn given all that are known.
double event_time(const Task& task, int lane, std::int64_t event);

/// Decide a candidate that sixteen bits cannot: -1, 0 or +1.
int resolve(const Task& task, int lane, std::uint16_t r, std::int64_t n, std::int64_t event);

/// Note that a lane crossed at an event, having come to n by `step`.
inline void note_crossing(const Task& task, int lane, std::int64_t n, int step, std::int64_t event) {
    auto& pack = *task.pack;
    if (step != task.levels.step) return;
    if (n == task.levels.departed) pack.last_event[lane] = event;
    if (n == task.levels.arrived && pack.first_event[lane] == 0 && std::isnan(pack.first[lane]))
        pack.first_event[lane] = event;
}

}  // namespace dickejump::thinning

#endif

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "trajectory/thinning_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "random/lane_random-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace dickejump::HWY_NAMESPACE {

namespace {

using thinning::pack_size;
using thinning::Task;

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

/// One block of candidates of all lanes. `integrate`: sum n and its square. `note`: look for crossings.
/// `part`: some lanes have fewer candidates left than the block.
template <bool integrate, bool note, bool part>
void run_block(const Task& task, int candidates) {
    const hn::ScalableTag<std::uint16_t> d;
    const hn::ScalableTag<std::int16_t> s;
    const Words w;
    using Short = hn::Vec<decltype(d)>;
    constexpr std::size_t width = HWY_LANES(std::uint16_t), vectors = pack_size / width;
    auto& pack = *task.pack;
    const auto& t = task.tick->thresholds;
    const Short atoms = hn::Set(d, t.atoms), one = hn::Set(d, t.one), band = hn::Set(d, t.band);
    const Short up_factor = hn::Set(d, t.up_factor), down_factor = hn::Set(d, t.down_factor);
    const int small = 15 - t.shift;
    const bool upwards = task.levels.step > 0;
    const Short arrived = hn::Set(d, static_cast<std::uint16_t>(task.levels.arrived << t.shift));
    const Short departed = hn::Set(d, static_cast<std::uint16_t>(task.levels.departed << t.shift));

    LaneGenerator random[vectors];
    Short n[vectors], ups[vectors], base[vectors], square[vectors];
    hn::Vec<decltype(s)> off[vectors];
    each_vector<vectors>([&](auto v) HWY_ATTR DICKEJUMP_INLINE {
        const std::size_t g = v * width / 4;
        random[v] = {hn::Load(w, pack.random[0] + g), hn::Load(w, pack.random[1] + g),
                     hn::Load(w, pack.random[2] + g), hn::Load(w, pack.random[3] + g)};
        base[v] = n[v] = hn::Load(d, pack.n + v * width);
        ups[v] = square[v] = hn::Zero(d);
        off[v] = hn::Zero(s);
    });
    for (int k = 0; k < candidates; ++k) {
        each_vector<vectors>([&](auto v) HWY_ATTR DICKEJUMP_INLINE {
            const Short r = hn::BitCast(d, random[v].all_bits());
            const Short a = hn::Sub(atoms, n[v]), product = hn::MulHigh(n[v], a);
            const Short twice = hn::Add(product, product);
            const Short pumping = hn::Add(twice, hn::ShiftRightSame(a, small));
            const Short emission = hn::Add(twice, hn::ShiftRightSame(n[v], small));
            const Short for_up = hn::ShiftLeftSame(hn::MulHigh(pumping, up_factor), t.up_raise);
            const Short for_down = hn::ShiftLeftSame(hn::MulHigh(emission, down_factor), t.down_raise);
            const Short mirrored = hn::Not(r);
            auto up = hn::Lt(r, for_up), down = hn::Lt(mirrored, for_down);
            // A band so wide that it wraps around must not take what is decided.
            auto unclear = hn::AndNot(hn::Or(up, down),
                                      hn::Lt(hn::Min(hn::Sub(r, for_up), hn::Sub(mirrored, for_down)), band));
            if constexpr (part) {
                const auto active =
                    hn::Lt(hn::Set(d, static_cast<std::uint16_t>(k)), hn::Load(d, pack.active + v * width));
                up = hn::And(up, active), down = hn::And(down, active), unclear = hn::And(unclear, active);
            }
            n[v] = hn::IfThenElse(up, hn::Add(n[v], one), n[v]);
            n[v] = hn::IfThenElse(down, hn::Sub(n[v], one), n[v]);
            ups[v] = hn::IfThenElse(up, hn::Add(ups[v], hn::Set(d, 1)), ups[v]);
            if constexpr (note) {
                const auto crossed =
                    hn::And(upwards ? up : down, hn::Or(hn::Eq(n[v], arrived), hn::Eq(n[v], departed)));
                if (HWY_UNLIKELY(!hn::AllFalse(d, crossed))) {
                    HWY_ALIGN std::uint16_t levels[width];
                    HWY_ALIGN std::uint64_t marks[(width + 63) / 64 + 1] = {};
                    hn::Store(n[v], d, levels);
                    hn::StoreMaskBits(d, crossed, reinterpret_cast<std::uint8_t*>(marks));
                    for (auto left = marks[0]; left != 0; left &= left - 1) {
                        const auto i = static_cast<std::size_t>(__builtin_ctzll(left));
                        note_crossing(task, static_cast<int>(v * width + i), levels[i] >> t.shift,
                                      task.levels.step, task.done + k + 1);
                    }
                }
            }
            if (HWY_UNLIKELY(!hn::AllFalse(d, unclear))) {
                HWY_ALIGN std::uint16_t levels[width], bits[width], counts[width];
                HWY_ALIGN std::uint64_t marks[(width + 63) / 64 + 1] = {};
                hn::Store(n[v], d, levels), hn::Store(r, d, bits), hn::Store(ups[v], d, counts);
                hn::StoreMaskBits(d, unclear, reinterpret_cast<std::uint8_t*>(marks));
                for (auto left = marks[0]; left != 0; left &= left - 1) {
                    const auto i = static_cast<std::size_t>(__builtin_ctzll(left));
                    const auto lane = static_cast<int>(v * width + i);
                    const int step =
                        thinning::resolve(task, lane, bits[i], levels[i] >> t.shift, task.done + k + 1);
                    levels[i] = static_cast<std::uint16_t>(levels[i] + step * t.one);
                    counts[i] = static_cast<std::uint16_t>(counts[i] + (step > 0));
                    if (note) note_crossing(task, lane, levels[i] >> t.shift, step, task.done + k + 1);
                }
                n[v] = hn::Load(d, levels), ups[v] = hn::Load(d, counts);
            }
            if constexpr (integrate) {
                auto moved = hn::ShiftRightSame(hn::BitCast(s, hn::Sub(n[v], base[v])), t.shift);
                if constexpr (part)
                    moved =
                        hn::BitCast(s, hn::IfThenElseZero(hn::Lt(hn::Set(d, static_cast<std::uint16_t>(k)),
                                                                 hn::Load(d, pack.active + v * width)),
                                                          hn::BitCast(d, moved)));
                off[v] = hn::Add(off[v], moved);
                square[v] = hn::Add(square[v], hn::BitCast(d, hn::Mul(moved, moved)));
            }
        });
    }
    each_vector<vectors>([&](auto v) HWY_ATTR DICKEJUMP_INLINE {
        const std::size_t g = v * width / 4;
        hn::Store(random[v].a, w, pack.random[0] + g), hn::Store(random[v].b, w, pack.random[1] + g);
        hn::Store(random[v].c, w, pack.random[2] + g), hn::Store(random[v].d, w, pack.random[3] + g);
        hn::Store(n[v], d, pack.n + v * width), hn::Store(ups[v], d, pack.ups + v * width);
        hn::Store(base[v], d, pack.base + v * width);
        hn::Store(off[v], s, pack.off + v * width), hn::Store(square[v], d, pack.square + v * width);
    });
}

#undef DICKEJUMP_INLINE

#else

/// The same without vectors, to the bit.
template <bool integrate, bool note, bool part>
void run_block(const Task& task, int candidates) {
    auto& pack = *task.pack;
    const auto& t = task.tick->thresholds;
    const auto high = [](unsigned a, unsigned b) { return (a * b) >> 16; };
    const auto low = [](auto value) { return static_cast<std::uint16_t>(value); };
    for (int lane = 0; lane < pack_size; ++lane) {
        pack.base[lane] = pack.n[lane];
        pack.ups[lane] = pack.square[lane] = 0;
        pack.off[lane] = 0;
    }
    for (int k = 0; k < candidates; ++k)
        for (int g = 0; g < thinning::generators; ++g) {
            auto& [a, b, c, e] = pack.random;
            const auto sum = a[g] + e[g];
            const auto word = (sum << 23 | sum >> 41) + a[g];
            const auto shifted = b[g] << 17;
            c[g] ^= a[g], e[g] ^= b[g], b[g] ^= c[g], a[g] ^= e[g], c[g] ^= shifted;
            e[g] = e[g] << 45 | e[g] >> 19;
            for (int i = 0; i < 4; ++i) {
                const int lane = 4 * g + i;
                if (part && k >= pack.active[lane]) continue;
                const auto r = low(word >> (16 * i));
                auto& n = pack.n[lane];
                const unsigned left = low(t.atoms - n), twice = 2 * high(n, left);
                const auto for_up =
                    low(high(low(twice + (left >> (15 - t.shift))), t.up_factor) << t.up_raise);
                const auto for_down =
                    low(high(low(twice + (n >> (15 - t.shift))), t.down_factor) << t.down_raise);
                const auto mirrored = low(~r);
                int step = r < for_up ? 1 : mirrored < for_down ? -1 : 0;
                if (step == 0 && std::min(low(r - for_up), low(mirrored - for_down)) < t.band)
                    step = thinning::resolve(task, lane, r, n >> t.shift, task.done + k + 1);
                n = low(n + step * t.one);
                pack.ups[lane] = low(pack.ups[lane] + (step > 0));
                if (note) note_crossing(task, lane, n >> t.shift, step, task.done + k + 1);
                const int moved = static_cast<std::int16_t>(low(n - pack.base[lane])) >> t.shift;
                pack.off[lane] = static_cast<std::int16_t>(pack.off[lane] + moved);
                pack.square[lane] = low(pack.square[lane] + moved * moved);
            }
        }
}

#endif

/// Add what a block summed to the tick's sums. Whole numbers below 2^53: exact.
template <bool integrate>
void add_sums(thinning::Pack& pack, int shift) {
    for (int lane = 0; lane < pack_size; ++lane)
        pack.all_ups[lane] += pack.ups[lane];
    if constexpr (integrate)
        for (int lane = 0; lane < pack_size; ++lane) {
            const double n = pack.base[lane] >> shift, count = pack.active[lane], off = pack.off[lane];
            pack.sum[lane] += count * n + off;
            pack.sum_square[lane] += (count * n + 2.0 * off) * n + pack.square[lane];
        }
}

/// The columns of a tick from its sums. Every lane on its own, so that the compiler may use vectors.
template <bool integrate>
void fill_columns(const Task& task, const std::uint16_t* start, thinning::Columns& columns) {
    const auto& pack = *task.pack;
    const int shift = task.tick->thresholds.shift;
    for (int lane = 0; lane < pack_size; ++lane) {
        const std::int32_t n = pack.n[lane] >> shift, was = start[lane] >> shift;
        columns.n[lane] = n;
        columns.up[lane] = static_cast<std::int64_t>(pack.all_ups[lane]);
        columns.down[lane] = columns.up[lane] - (n - was);
    }
    if constexpr (integrate) {
        const double atoms = task.atoms, length = task.tick->length;
        for (int lane = 0; lane < pack_size; ++lane) {
            // M + 1 states share the tick. Given their sequence, int f dt has the mean of f as its mean and
            // the variance of f over M + 2 as its variance.
            const double was = start[lane] >> shift;
            const double count = static_cast<double>(pack.events[lane]) + 1.0;
            const double mean = (pack.sum[lane] + was) / count;
            const double square = (pack.sum_square[lane] + was * was) / count;
            // Uniform noise: its share of a sum over ticks is small, and there it is normal.
            auto noise = SplitMix{~pack.beside[lane].state};
            const double flat = 3.4641016151377544 * (dickejump::open_unit(noise()) - 0.5);
            const double spread = square - mean * mean;
            const double off = flat * std::sqrt((spread > 0.0 ? spread : 0.0) / (count + 1.0));
            const double rate = atoms + (atoms - 1.0) * mean - square + (atoms - 1.0 - 2.0 * mean) * off;
            columns.n_dt[lane] = length * (mean + off);
            columns.pumping_dt[lane] = length * (rate > 0.0 ? rate : 0.0);
        }
    }
}

template <bool integrate, bool crossings>
void run_tick(Task task, thinning::Columns& columns) {
    auto& pack = *task.pack;
    alignas(64) std::uint16_t start[pack_size];
    std::copy_n(pack.n, pack_size, start);
    for (int lane = 0; lane < pack_size; ++lane)
        pack.all_ups[lane] = pack.sum[lane] = pack.sum_square[lane] = 0.0;
    const int shift = task.tick->thresholds.shift;
    const auto [least, most] = std::minmax_element(pack.events, pack.events + pack_size);
    const auto low = std::min(task.levels.arrived, task.levels.departed) - thinning::block_size - 1;
    const auto high = std::max(task.levels.arrived, task.levels.departed) + thinning::block_size + 1;
    for (task.done = 0; task.done < *most; task.done += thinning::block_size) {
        const bool part = task.done + thinning::block_size > *least;
        if (part)
            for (int lane = 0; lane < pack_size; ++lane)
                pack.active[lane] = static_cast<std::uint16_t>(
                    std::clamp<std::int64_t>(pack.events[lane] - task.done, 0, thinning::block_size));
        else
            std::fill_n(pack.active, pack_size, static_cast<std::uint16_t>(thinning::block_size));
        const auto candidates =
            static_cast<int>(std::min<std::int64_t>(thinning::block_size, *most - task.done));
        bool close = false;
        if constexpr (crossings)
            for (int lane = 0; lane < pack_size; ++lane) {
                const int n = pack.n[lane] >> shift;
                close = close | ((n >= low) & (n <= high));
            }
        if (close)
            part ? run_block<integrate, true, true>(task, candidates)
                 : run_block<integrate, true, false>(task, candidates);
        else
            part ? run_block<integrate, false, true>(task, candidates)
                 : run_block<integrate, false, false>(task, candidates);
        add_sums<integrate>(pack, shift);
    }
    fill_columns<integrate>(task, start, columns);
}

}  // namespace

void run_thinning(const Task& task, bool integrate, bool crossings, thinning::Columns& columns) {
    if (integrate)
        crossings ? run_tick<true, true>(task, columns) : run_tick<true, false>(task, columns);
    else
        crossings ? run_tick<false, true>(task, columns) : run_tick<false, false>(task, columns);
}

}  // namespace dickejump::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace dickejump {

HWY_EXPORT(run_thinning);

namespace thinning {

namespace {

/// Uniform times in order: the (event - before)-th of (after - before - 1) between two of them.
double between(std::int64_t before, double from, std::int64_t event, std::int64_t after, double to,
               SplitMix& random) {
    boost::random::beta_distribution<double> share(static_cast<double>(event - before),
                                                   static_cast<double>(after - event));
    return from + (to - from) * share(random);
}

}  // namespace

double event_time(const Task& task, int lane, std::int64_t event) {
    auto& pack = *task.pack;
    std::int64_t before = 0, after = pack.events[lane] + 1;
    double from = 0.0, to = task.tick->length;
    for (const auto& known : pack.known) {
        if (known.lane != lane) continue;
        if (known.event == event) return known.time;
        if (known.event < event && known.event > before) before = known.event, from = known.time;
        if (known.event > event && known.event < after) after = known.event, to = known.time;
    }
    const double time = between(before, from, event, after, to, pack.timing[lane]);
    pack.known.push_back({lane, event, time});
    return time;
}

int resolve(const Task& task, int lane, std::uint16_t r, std::int64_t n, std::int64_t event) {
    const auto& tick = *task.tick;
    const double level = static_cast<double>(n), left = task.atoms - level;
    const double fraction = open_unit(task.pack->beside[lane]());
    const double rho = (static_cast<double>(r) + fraction) * 0x1p-16;
    // 1 - rho without rounding away the bits that decide.
    const double mirrored = (static_cast<double>(0xffff - r) + (1.0 - fraction)) * 0x1p-16;
    const double pumping = left * (level + 1.0), scaled = rho * tick.majorant;
    if (scaled < tick.least * pumping) return 1;
    if (mirrored * tick.majorant <= level * (left + 1.0)) return -1;
    if (scaled >= tick.most * pumping) return 0;
    // Candidates come in order, so that the last time drawn is all that this one has to respect.
    auto& pack = *task.pack;
    auto& last = pack.latest[lane];
    const double time =
        between(last.event, last.time, event, pack.events[lane] + 1, tick.length, pack.beside[lane]);
    last = {lane, event, time};
    if (task.keep_times) pack.known.push_back(last);
    return scaled < task.pump->at(tick.begin + time) * pumping ? 1 : 0;
}

}  // namespace thinning

namespace {

constexpr std::int64_t window_ticks = 64;

thinning::Thresholds thresholds(const thinning::Tick& tick, std::int64_t atoms, int least_band) {
    thinning::Thresholds t{};
    // Scaled levels fit 16 bits, and so does the way of a block.
    while (t.shift < 9 && (atoms << (t.shift + 1)) <= 65535)
        ++t.shift;
    t.atoms = static_cast<std::uint16_t>(atoms << t.shift);
    t.one = static_cast<std::uint16_t>(1 << t.shift);
    // A rate c times A_n is at least (2 A_n 2^(2 shift - 16)) factor 2^(raise - 16) in units of Lambda/2^16.
    const double unit = std::ldexp(1.0, 2 * t.shift - 15);
    const auto factor = [&](double coefficient, std::uint16_t& result, int& raise) {
        double f = std::ldexp(coefficient / (tick.majorant * unit), 32);
        for (raise = 0; f >= 65535.5; ++raise)
            f *= 0.5;
        result = static_cast<std::uint16_t>(f * (1.0 - 1e-14));
        // What is cut off: up to 3 of the first factor, 1 of the second (of which the first is less than
        // 2^15.1), 1 of the product.
        return std::ldexp(3.0 * f / 65536.0 + 0.6 + 1.0, raise);
    };
    const auto n = static_cast<double>(atoms);
    const double most_pumping = 0.25 * (n + 1.0) * (n + 1.0);
    const double up = factor(tick.least, t.up_factor, t.up_raise) +
                      65536.0 * (tick.most - tick.least) * most_pumping / tick.majorant;
    const double down = factor(1.0, t.down_factor, t.down_raise);
    t.band = static_cast<std::uint16_t>(
        std::min(65535.0, std::max<double>(least_band, std::ceil(std::max(up, down)) + 1.0)));
    return t;
}

thinning::Tick tick_law(const PumpSchedule& pump, const TickGrid& grid, std::int64_t index,
                        const DickeLadder& ladder, int least_band) {
    thinning::Tick tick{};
    tick.begin = grid.time(index);
    const double end = grid.time(index + 1);
    tick.length = end - tick.begin;
    tick.least = std::min(pump.at(tick.begin), pump.at(end));
    tick.most = std::max(pump.at(tick.begin), pump.at(end));
    for (const auto& piece : pump.pieces())
        if (piece.begin > tick.begin && piece.begin < end) {
            tick.least = std::min(tick.least, piece.pump);
            tick.most = std::max(tick.most, piece.pump);
        }
    // The total rate is a parabola in n; its top, and the levels beside it.
    const double n = static_cast<double>(ladder.atoms()), w = tick.most;
    const auto top = static_cast<std::int64_t>(0.5 * (w * (n - 1.0) + n + 1.0) / (w + 1.0));
    for (auto level = std::max<std::int64_t>(0, top - 1); level <= std::min(ladder.atoms(), top + 2); ++level)
        tick.majorant = std::max(tick.majorant, w * static_cast<double>(ladder.pumping(level)) +
                                                    static_cast<double>(ladder.emission(level)));
    tick.majorant *= 1.0 + 1e-15;
    tick.thresholds = thresholds(tick, ladder.atoms(), least_band);
    return tick;
}

/// Quantiles of Poisson(mean), from a table of its distribution function within nine standard deviations.
class PoissonTable {
public:
    explicit PoissonTable(double mean) {
        const double reach = 9.0 * std::sqrt(mean) + 20.0;
        first_ = std::max<std::int64_t>(0, static_cast<std::int64_t>(mean - reach));
        const auto last = static_cast<std::int64_t>(mean + reach);
        const auto mode = static_cast<std::int64_t>(mean);
        std::vector<double> weights(static_cast<std::size_t>(last - first_ + 1));
        const auto at = [&](std::int64_t k) -> double& {
            return weights[static_cast<std::size_t>(k - first_)];
        };
        at(mode) = 1.0;
        for (auto k = mode; k > first_; --k)
            at(k - 1) = at(k) * static_cast<double>(k) / mean;
        for (auto k = mode; k < last; ++k)
            at(k + 1) = at(k) * mean / static_cast<double>(k + 1);
        double sum = 0.0;
        for (auto& weight : weights)
            weight = sum += weight;
        const double scale = 1.0 / sum;
        for (auto& weight : weights)
            weight *= scale;
        cumulated_ = std::move(weights);
        std::size_t k = 0;
        for (std::size_t i = 0; i < guide_.size(); ++i) {
            while (k + 1 < cumulated_.size() &&
                   cumulated_[k] <= static_cast<double>(i) * (1.0 / static_cast<double>(cells)))
                ++k;
            guide_[i] = k;
        }
    }
    std::int64_t operator()(double u) const {
        auto k = guide_[static_cast<std::size_t>(u * static_cast<double>(cells))];
        while (k + 1 < cumulated_.size() && cumulated_[k] <= u)
            ++k;
        return first_ + static_cast<std::int64_t>(k);
    }

private:
    std::int64_t first_;
    std::vector<double> cumulated_;
    static constexpr std::size_t cells = 128;  // few: a table serves one tick of one block
    std::array<std::size_t, cells> guide_;
};

}  // namespace

ThinningKernel::ThinningKernel(DickeLadder ladder, PumpSchedule pump, TickGrid grid, StartState start,
                               int least_band)
    : ladder_(ladder), pump_(std::move(pump)), grid_(grid), start_(start), least_band_(least_band) {
    Problems problems;
    check_run(ladder, grid, start, problems);
    problems.require(ladder.atoms() <= max_atoms, "atoms = " + std::to_string(ladder.atoms()) +
                                                      " (levels of this kernel have 16 bits) use " +
                                                      "DirectKernel or SphereKernel");
    problems.raise();
    constexpr double most_candidates = 1e9;
    for (std::int64_t index : {std::int64_t{0}, grid.ticks - 1}) {
        const auto tick = tick_law(pump_, grid, index, ladder, 0);
        problems.require(tick.majorant * tick.length <= most_candidates,
                         "tick = " + text(tick.length) + " (more than 1e9 candidate events) take more ticks");
    }
    problems.raise();
}

void ThinningKernel::operator()(const Lanes& lanes, Quantities wanted, const WindowSink& sink) const {
    check_wanted(provides, wanted);
    constexpr std::int64_t size = thinning::pack_size;
    auto window = make_window(grid_, window_ticks, lanes.count, wanted);
    const bool integrate = any(wanted, Quantities::time_integrals),
               crossings = any(wanted, Quantities::crossings_up | Quantities::crossings_down);

    const std::int64_t first_pack = lanes.first_trajectory / size;
    const std::int64_t packs = (lanes.first_trajectory + lanes.count - 1) / size - first_pack + 1;
    std::vector<thinning::Pack> all(static_cast<std::size_t>(packs));
    const double missing = std::numeric_limits<double>::quiet_NaN();
    const int shift = tick_law(pump_, grid_, 0, ladder_, least_band_).thresholds.shift;
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
            const double u = open_unit(stream());
            const auto n = start_.kind == StartState::Kind::fock
                               ? start_.n
                               : steady_state_quantile(ladder_, start_.pump, u);
            pack.n[lane] = static_cast<std::uint16_t>(n << shift);
            pack.beside[lane] = {stream()};
            pack.timing[lane] = {stream()};
            pack.first[lane] = pack.last[lane] = missing;
            if (in_window(lane_of(p, lane)))
                window.start[static_cast<std::size_t>(lane_of(p, lane))] = static_cast<std::int32_t>(n);
            if (lane % 4 == 0)
                for (auto& words : pack.random)
                    words[lane / 4] = stream();
        }
    }

    thinning::Task task{.tick = nullptr,
                        .pump = &pump_,
                        .atoms = static_cast<double>(ladder_.atoms()),
                        .levels = CrossingLevels::of(ladder_, !contains(wanted, Quantities::crossings_down)),
                        .keep_times = crossings,
                        .done = 0,
                        .pack = nullptr};
    thinning::Columns columns;
    for (std::int64_t start = 0; start < grid_.ticks; start += window_ticks) {
        window.first_tick = start;
        window.ticks = static_cast<int>(std::min(window_ticks, grid_.ticks - start));
        for (int row = 0; row < window.ticks; ++row) {
            const auto tick = tick_law(pump_, grid_, start + row, ladder_, least_band_);
            const PoissonTable events(tick.majorant * tick.length);
            task.tick = &tick;
            for (std::int64_t p = 0; p < packs; ++p) {
                auto& pack = all[static_cast<std::size_t>(p)];
                task.pack = &pack;
                for (std::int64_t lane = 0; lane < size; ++lane) {
                    pack.events[lane] = events(open_unit(pack.beside[lane]()));
                    pack.first_event[lane] = pack.last_event[lane] = 0;
                    pack.latest[lane] = {};
                }
                pack.known.clear();
                HWY_DYNAMIC_DISPATCH(run_thinning)(task, integrate, crossings, columns);
                if (crossings)
                    for (int lane = 0; lane < thinning::pack_size; ++lane) {
                        if (pack.first_event[lane] > 0)
                            pack.first[lane] = tick.begin + event_time(task, lane, pack.first_event[lane]);
                        if (pack.last_event[lane] > 0)
                            pack.last[lane] = tick.begin + event_time(task, lane, pack.last_event[lane]);
                    }
                const auto begin = std::max<std::int64_t>(0, -lane_of(p, 0)),
                           end = std::min(size, lanes.count - lane_of(p, 0));
                const auto cell = window.at(row, static_cast<int>(lane_of(p, begin)));
                const auto show = [&](const auto* column, auto& to) {
                    if (!to.empty()) std::copy(column + begin, column + end, to.data() + cell);
                };
                show(columns.n, window.n);
                show(columns.up, window.jumps_up), show(columns.down, window.jumps_down);
                show(columns.n_dt, window.n_dt), show(columns.pumping_dt, window.pumping_dt);
            }
        }
        if (crossings)
            for (std::int64_t p = 0; p < packs; ++p)
                for (std::int64_t lane = 0; lane < size; ++lane)
                    if (const auto shown = lane_of(p, lane); in_window(shown)) {
                        const auto& pack = all[static_cast<std::size_t>(p)];
                        window.first_crossing[static_cast<std::size_t>(shown)] = pack.first[lane];
                        window.last_crossing[static_cast<std::size_t>(shown)] = pack.last[lane];
                    }
        sink(window);
    }
}

}  // namespace dickejump

#endif
