#include "dickejump/ensemble/stored_sums.hpp"

#include <doctest/doctest.h>

#include <string>

#include "dickejump/estimate/moments.hpp"

using namespace dickejump;

namespace {

Moments of_block(const Block& block) {
    Moments moments;
    for (int i = 0; i < block.count; ++i)
        moments.add(1.0 / static_cast<double>(block.first_trajectory() + i + 3));
    return moments;
}

}  // namespace

TEST_CASE("sums that were stored go on to the same bits") {
    const Ensemble ensemble{.trajectories = 128 * 13 + 5, .seed = 1};
    Sums<Moments> whole, first;
    simulate_blocks(ensemble, {0, 14}, of_block, whole);
    simulate_blocks(ensemble, {3, 14}, of_block, first);
    const auto bytes = to_bytes(stored(first, Moments{}));
    const auto read = stored_sums_in(bytes);
    CHECK(read.covered() == std::vector<BlockRange>{{3, 13}});
    CHECK(read.cut.has_value());
    CHECK(to_bytes(read) == bytes);
    auto second = restored(read, Moments{});
    simulate_blocks(ensemble, {0, 14}, of_block, second);
    CHECK(state_of(*second.total(ensemble, 14)) == state_of(*whole.total(ensemble, 14)));
}

TEST_CASE("stored sums that cannot be are refused") {
    const Ensemble ensemble{.trajectories = 128 * 3, .seed = 1};
    Sums<Moments> sums;
    simulate_blocks(ensemble, {0, 3}, of_block, sums);
    auto fine = stored(sums, Moments{});
    const auto bytes = to_bytes(fine);
    for (std::size_t length = 0; length < bytes.size(); ++length)
        CHECK_THROWS_AS(stored_sums_in(bytes.substr(0, length)), InvalidInput);
    auto bad = fine;
    bad.layout = "{mean:f64;}";
    CHECK_THROWS_WITH_AS(restored(bad, Moments{}), doctest::Contains("other quantities"), InvalidInput);
    bad = fine;
    bad.nodes[0].state.pop_back();
    CHECK_THROWS_AS(restored(bad, Moments{}), InvalidInput);
    bad = fine;
    std::swap(bad.nodes[0], bad.nodes[1]);
    CHECK_THROWS_WITH_AS(stored_sums_in(to_bytes(bad)), doctest::Contains("out of order"), InvalidInput);
    bad = fine;
    bad.nodes[0].level = 60;
    CHECK_THROWS_WITH_AS(stored_sums_in(to_bytes(bad)), doctest::Contains("outside"), InvalidInput);
}
