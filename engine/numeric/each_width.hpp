#pragma once

// Before a function whose loop should run on whatever vectors the processor has: GCC compiles it once for
// each of these targets and picks at run time. Fused multiply-add is off (-ffp-contract=off), so all of them
// give the same bits.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define DICKEJUMP_EACH_WIDTH __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
// For templates, which cannot be cloned: compile one instance with this, and pick it by hand if it can run
// here.
#define DICKEJUMP_V3 __attribute__((target("arch=x86-64-v3")))
#define DICKEJUMP_V3_RUNS_HERE (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2"))
#else
#define DICKEJUMP_EACH_WIDTH
#define DICKEJUMP_V3
#define DICKEJUMP_V3_RUNS_HERE false
#endif
