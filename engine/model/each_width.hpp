#pragma once

// Before a function whose loop should run on whatever vectors the processor has: GCC compiles it once for
// each of these targets and picks at run time. Fused multiply-add is off (-ffp-contract=off), so all of them
// give the same bits.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define DICKEJUMP_EACH_WIDTH __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define DICKEJUMP_EACH_WIDTH
#endif
