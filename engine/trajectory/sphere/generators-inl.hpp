// The generators of a vector of trajectories, from memory and to it.
//
// Tested through sphere_kernel_test.cpp: there is nothing in it but loads and stores.
//
// Included by sphere_kernel.cpp, once for every target: the guard opens again for each.
#if defined(DICKEJUMP_TRAJECTORY_SPHERE_GENERATORS_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef DICKEJUMP_TRAJECTORY_SPHERE_GENERATORS_INL
#undef DICKEJUMP_TRAJECTORY_SPHERE_GENERATORS_INL
#else
#define DICKEJUMP_TRAJECTORY_SPHERE_GENERATORS_INL
#endif

#include <hwy/highway.h>

#include "random/lane_random-inl.hpp"
#include "trajectory/sphere/walks.hpp"

HWY_BEFORE_NAMESPACE();
namespace dickejump::HWY_NAMESPACE {

namespace {

HWY_INLINE LaneGenerator load_generators(const sphere::Generators& state, std::size_t lane) {
    const Words w;
    return {hn::LoadU(w, state[0].data() + lane), hn::LoadU(w, state[1].data() + lane),
            hn::LoadU(w, state[2].data() + lane), hn::LoadU(w, state[3].data() + lane)};
}

HWY_INLINE void store_generators(const LaneGenerator& g, sphere::Generators& state, std::size_t lane) {
    const Words w;
    hn::StoreU(g.a, w, state[0].data() + lane), hn::StoreU(g.b, w, state[1].data() + lane);
    hn::StoreU(g.c, w, state[2].data() + lane), hn::StoreU(g.d, w, state[3].data() + lane);
}

}  // namespace

}  // namespace dickejump::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
