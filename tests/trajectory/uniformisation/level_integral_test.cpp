#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <memory>

#include "trajectory/vector_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "trajectory/uniformisation/level_integral_test.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "trajectory/uniformisation/level_integral-inl.hpp"

// On the best target of this processor.

HWY_BEFORE_NAMESPACE();
namespace dickejump::HWY_NAMESPACE {

void add_block(uniformisation::Pack& pack) {
    add_block_sum(pack);
}
void add_segment(uniformisation::Pack& pack, const uniformisation::Segment& segment) {
    add_level_integral(pack, segment);
}

}  // namespace dickejump::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace dickejump {

HWY_EXPORT(add_block);
HWY_EXPORT(add_segment);

}  // namespace dickejump

using namespace dickejump;
using namespace dickejump::uniformisation;

namespace {

constexpr std::uint64_t lowest = 0, middle = std::uint64_t{1} << 63, highest = ~std::uint64_t{0};

/// A segment in which every lane goes from its number to 3 more in 5 jumps of 15 events.
std::unique_ptr<Pack> pack_of(std::uint64_t noise) {
    auto pack = std::make_unique<Pack>();
    for (int lane = 0; lane < pack_size; ++lane) {
        pack->start[lane] = lane, pack->level[lane] = lane + 3;
        pack->jumps[lane] = 5, pack->events[lane] = 15;
        pack->sum[lane] = 8.0 * lane;
        pack->noise[lane] = noise;
        pack->n_dt[lane] = 100.0;
    }
    return pack;
}

Segment segment_of(bool first) {
    Segment segment{};
    segment.length = 0.25, segment.first = first;
    return segment;
}

}  // namespace

TEST_CASE("the sum of a block is that of its lane's events, about n where the segment began") {
    auto pack = pack_of(middle);
    for (int lane = 0; lane < pack_size; ++lane) {
        pack->past_own[lane] = static_cast<std::uint16_t>(1 + lane % 57);
        pack->moved_sum[lane] = static_cast<std::int16_t>(-7 * lane);
    }
    HWY_DYNAMIC_DISPATCH(dickejump::add_block)(*pack);
    for (int lane = 0; lane < pack_size; ++lane)
        CHECK(pack->sum[lane] == 8.0 * lane + 3.0 * (lane % 57) - 7.0 * lane);
}

TEST_CASE("without noise int n dt is the mean of the states, which share the segment") {
    // 16 states: n - start is 0 before the first event and sums to 8 n over the events.
    auto pack = pack_of(middle);
    HWY_DYNAMIC_DISPATCH(dickejump::add_segment)(*pack, segment_of(true));
    for (int lane = 0; lane < pack_size; ++lane)
        CHECK(pack->n_dt[lane] == 0.25 * (lane + 0.5 * lane));
    // A later segment of the tick is added.
    HWY_DYNAMIC_DISPATCH(dickejump::add_segment)(*pack, segment_of(false));
    for (int lane = 0; lane < pack_size; ++lane)
        CHECK(pack->n_dt[lane] == 0.5 * (lane + 0.5 * lane));
}

TEST_CASE("its noise is uniform with variance (J + D^2)/(12 (P + 1)), and needs jumps") {
    // (5 + 9)/16: +- half of its root, in single precision.
    const double width = std::sqrt(14.0 / 16.0);
    for (const auto& [word, unit] :
         {std::pair{lowest, -0.5}, {highest, 0.5}, {std::uint64_t{1} << 62, -0.25}}) {
        auto pack = pack_of(word);
        HWY_DYNAMIC_DISPATCH(dickejump::add_segment)(*pack, segment_of(true));
        for (int lane = 0; lane < pack_size; ++lane)
            CHECK(pack->n_dt[lane] ==
                  doctest::Approx(0.25 * (1.5 * lane + unit * width)).epsilon(1e-7).scale(1.0));
        pack = pack_of(word);
        for (int lane = 0; lane < pack_size; ++lane)
            pack->jumps[lane] = 0, pack->level[lane] = lane, pack->sum[lane] = 0.0;
        HWY_DYNAMIC_DISPATCH(dickejump::add_segment)(*pack, segment_of(true));
        for (int lane = 0; lane < pack_size; ++lane)
            CHECK(pack->n_dt[lane] == 0.25 * lane);
    }
}

#endif
