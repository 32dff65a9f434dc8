// A chunk of steps of the lanes of a loop.
//
// Included by loop_kernel.cpp, once for every target: the guard opens again for each.
#if defined(DICKEJUMP_RECORD_LOOP_CHUNK_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef DICKEJUMP_RECORD_LOOP_CHUNK_INL
#undef DICKEJUMP_RECORD_LOOP_CHUNK_INL
#else
#define DICKEJUMP_RECORD_LOOP_CHUNK_INL
#endif

#include <hwy/highway.h>

#include <cstdint>

#include "record/loop/loop_image.hpp"
#include "trajectory/direct/candidate-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace dickejump::HWY_NAMESPACE {

namespace {

template <Needs needs>
HWY_INLINE void load_lanes(LaneVector& lanes, const loop::LoopImage& image, std::size_t at) {
    const Reals d;
    const Words w;
    lanes.random = {hn::Load(w, image.random[0] + at), hn::Load(w, image.random[1] + at),
                    hn::Load(w, image.random[2] + at), hn::Load(w, image.random[3] + at)};
    lanes.n = hn::Load(d, image.n + at), lanes.left = hn::Load(d, image.left + at);
    lanes.pump = hn::Load(d, image.pump + at);
    lanes.pumped = hn::Load(d, image.pumped + at), lanes.jumps = hn::Load(d, image.jumps + at);
    if constexpr (needs.integral) lanes.n_dt = hn::Load(d, image.n_dt + at);
}

/// Begins the next tick in lanes where one is over. @return a bit for each of them
template <Needs needs>
HWY_INLINE std::uint32_t store_lanes(const LaneVector& lanes, const loop::LoopSteps& how,
                                     loop::LoopImage& image, std::size_t at) {
    const Reals d;
    const Words w;
    const Real zero = hn::Zero(d), one = hn::Set(d, 1.0), atoms = hn::Set(d, how.atoms);
    const Flags over = hn::Le(lanes.left, zero);
    hn::Store(lanes.random.a, w, image.random[0] + at), hn::Store(lanes.random.b, w, image.random[1] + at);
    hn::Store(lanes.random.c, w, image.random[2] + at), hn::Store(lanes.random.d, w, image.random[3] + at);
    hn::Store(lanes.n, d, image.n + at);
    hn::Store(hn::IfThenElse(over, hn::Load(d, image.length + at), lanes.left), d, image.left + at);
    const auto keep = [&](Real value, double* ended, double* live) HWY_ATTR {
        hn::Store(value, d, ended + at);
        hn::Store(hn::IfThenZeroElse(over, value), d, live + at);
    };
    keep(lanes.pumped, image.ended_pumped, image.pumped);
    keep(lanes.jumps, image.ended_jumps, image.jumps);
    if constexpr (needs.integral) keep(lanes.n_dt, image.ended_n_dt, image.n_dt);
    // As ProportionalServo has it, operation by operation.
    const Real jz = hn::Sub(lanes.n, hn::Mul(hn::Set(d, 0.5), atoms)), x = hn::Div(hn::Add(jz, jz), atoms),
               set = hn::Max(zero, hn::Sub(one, hn::Mul(hn::Set(d, how.gain), x)));
    hn::Store(set, d, image.set + at);
    hn::Store(hn::IfThenElse(over, hn::Max(zero, hn::Add(set, hn::Set(d, how.theta))), lanes.pump), d,
              image.pump + at);
    std::uint8_t bits[8]{};
    hn::StoreMaskBits(d, over, bits);
    return std::uint32_t{bits[0]} << at;
}

/// @return a bit for every lane whose tick is over
template <Needs needs, std::size_t vectors>
std::uint32_t chunk_of(loop::LoopImage& image, loop::LoopLog& log, const loop::LoopSteps& how) {
    const Reals d;
    const std::size_t width = hn::Lanes(d);
    Shared shared;
    shared.atoms = hn::Set(d, how.atoms), shared.linewidth = hn::Set(d, how.linewidth);
    LaneVector lanes[vectors];
#pragma GCC unroll 8
    for (std::size_t v = 0; v < vectors; ++v)
        load_lanes<needs>(lanes[v], image, v * width);
    for (int step = 0; step < how.steps; ++step) {
        Draw chance[vectors];
#pragma GCC unroll 8
        for (std::size_t v = 0; v < vectors; ++v)
            chance[v] = draw(lanes[v].random);
#pragma GCC unroll 8
        for (std::size_t v = 0; v < vectors; ++v)
            advance<needs>(lanes[v], chance[v], shared);
        if constexpr (needs.tags)
            for (std::size_t v = 0; v < vectors; ++v) {
                hn::Store(lanes[v].n, d, log.n[step] + v * width);
                hn::Store(lanes[v].left, d, log.left[step] + v * width);
            }
    }
    std::uint32_t over = 0;
#pragma GCC unroll 8
    for (std::size_t v = 0; v < vectors; ++v)
        over |= store_lanes<needs>(lanes[v], how, image, v * width);
    return over;
}

}  // namespace

}  // namespace dickejump::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
