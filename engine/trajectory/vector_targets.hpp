#pragma once

// Tested through direct_kernel_test.cpp and its neighbours: they compare the bytes of the targets.

// Which instruction sets the lane kernels are compiled for: AVX-512 and AVX2 (or NEON), whose results are
// the same to the bit because both fuse multiply and add, and one portable target without vectors, which
// rounds differently where the processor does not fuse. What lies between would be a third set of bits.
#define HWY_DISABLED_TARGETS \
    (HWY_SSSE3 | HWY_SSE4 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
