#pragma once

// The engine computes on vectors in three ways, each for another kind of loop:
//
// - Plain loops that GCC compiles once for each width of vectors and picks at run time (this file): loops
// over
//   levels or entries that are written as for one number. Fused multiply-add is off (-ffp-contract=off), so
//   that all widths give the same bits; other compilers get one plain version with the same bits.
// - Rows of eight numbers, by GCC's vector extension (row.hpp): filters that carry eight values of a
// parameter
//   through one recursion, which no loop over eight would keep in registers. They sit within functions of the
//   first kind.
// - Google Highway (random/lane_random-inl.hpp and the kernels of trajectory/): trajectories in lanes with
//   masks, gathers and explicit fused multiply-adds, picked at run time by Highway on any compiler.

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
/// Before a function whose loops should run on whatever vectors the processor has.
#define DICKEJUMP_EACH_WIDTH __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
/// For templates, which cannot be cloned: compile one instance with this, and pick it by hand if it can run
/// here.
#define DICKEJUMP_V3 __attribute__((target("arch=x86-64-v3")))
#define DICKEJUMP_V3_RUNS_HERE (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2"))
#else
#define DICKEJUMP_EACH_WIDTH
#define DICKEJUMP_V3
#define DICKEJUMP_V3_RUNS_HERE false
#endif

/// Before what such functions call, so that it is compiled for each width with them.
#define DICKEJUMP_INLINE inline __attribute__((always_inline))
