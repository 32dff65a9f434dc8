#include "dickejump/ensemble/part.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <random>
#include <string>
#include <vector>

#include "dickejump/ensemble/simulate.hpp"

using namespace dickejump;

namespace {

/// Remembers how it was put together: merging is neither associative nor commutative.
struct Shape {
    std::string text;
    void merge(const Shape& later) { text = "(" + text + " " + later.text + ")"; }
};

/// The binary tree over [first, first + count): the left half is the largest power of two that leaves
/// something.
std::string tree(std::int64_t first, std::int64_t count) {
    if (count == 1) return std::to_string(first);
    const auto left = static_cast<std::int64_t>(std::bit_floor(static_cast<std::uint64_t>(count - 1)));
    return "(" + tree(first, left) + " " + tree(first + left, count - left) + ")";
}

Shape leaf(std::int64_t block) {
    return {std::to_string(block)};
}

Part<Shape> part_of(BlockRange range) {
    Part<Shape> part;
    for (auto block = range.begin; block < range.end; ++block)
        part.put(0, block, leaf(block));
    return part;
}

}  // namespace

TEST_CASE("the total of a part is the binary tree over its blocks, for every count up to 70") {
    CHECK(tree(0, 5) == "(((0 1) (2 3)) 4)");
    Part<Shape> part;
    CHECK_FALSE(part.total(0).has_value());
    for (std::int64_t i = 0; i < 70; ++i) {
        part.put(0, i, leaf(i));
        CHECK(part.total(i + 1)->text == tree(0, i + 1));
        CHECK(part.total(i + 1)->text == tree(0, i + 1));  // asking changes nothing
    }
}

TEST_CASE("any order, any cuts and any merges of parts give the same total") {
    std::mt19937_64 random(7);
    for (int repeat = 0; repeat < 300; ++repeat) {
        const auto blocks = static_cast<std::int64_t>(1 + random() % 90);
        std::vector<Part<Shape>> parts;
        for (std::int64_t begin = 0; begin < blocks;) {
            const auto end = std::min(blocks, begin + 1 + static_cast<std::int64_t>(random() % 17));
            std::vector<std::int64_t> order;
            for (auto block = begin; block < end; ++block)
                order.push_back(block);
            std::shuffle(order.begin(), order.end(), random);
            auto& part = parts.emplace_back();
            for (const auto block : order)
                part.put(0, block, leaf(block));
            begin = end;
        }
        std::shuffle(parts.begin(), parts.end(), random);
        Part<Shape> all;
        for (const auto& part : parts)
            all.merge(part);
        CHECK(all.covered() == std::vector<BlockRange>{{0, blocks}});
        CHECK(all.total(blocks)->text == tree(0, blocks));
    }
}

TEST_CASE("a contiguous part keeps few nodes") {
    CHECK(part_of({1, 4098}).nodes().size() <= 24);
    CHECK(part_of({0, 4096}).nodes().size() == 1);
}

TEST_CASE("a last block that is cut short takes its place without being a node") {
    const Shape cut{"cut"};
    for (std::int64_t blocks = 1; blocks <= 40; ++blocks) {
        auto expected = tree(0, blocks);
        const auto last = std::to_string(blocks - 1);
        expected.replace(expected.rfind(last), last.size(), "cut");
        CHECK(part_of({0, blocks - 1}).total(blocks, &cut)->text == expected);
    }
}

TEST_CASE("what overlaps is refused and named, and changes nothing") {
    auto part = part_of({4, 8});  // one node of level 2
    REQUIRE(part.nodes().size() == 1);
    CHECK_THROWS_WITH_AS(part.put(0, 6, leaf(6)), doctest::Contains("block 6"), InvalidInput);
    CHECK_THROWS_WITH_AS(part.put(3, 0, leaf(0)), doctest::Contains("block 4"), InvalidInput);
    CHECK_THROWS_AS(part.put(2, 1, leaf(4)), InvalidInput);
    const auto other = part_of({2, 5});
    CHECK_THROWS_WITH_AS(part.merge(other), doctest::Contains("block 4"), InvalidInput);
    CHECK(part.covered() == std::vector<BlockRange>{{4, 8}});
    CHECK(part.nodes().begin()->second.sums.text == "((4 5) (6 7))");
}

TEST_CASE("gaps are known, and named where they matter") {
    auto part = part_of({2, 5});
    part.merge(part_of({9, 11}));
    CHECK(part.covered() == std::vector<BlockRange>{{2, 5}, {9, 11}});
    CHECK(part.missing({0, 12}) == std::vector<BlockRange>{{0, 2}, {5, 9}, {11, 12}});
    CHECK(part.missing({3, 10}) == std::vector<BlockRange>{{5, 9}});
    CHECK(part.missing({2, 5}).empty());
    CHECK_THROWS_WITH_AS(part.total(4), doctest::Contains("block 0"), InvalidInput);
}

TEST_CASE("an ensemble in parts, in any order and on any threads, is the ensemble in one") {
    const Ensemble ensemble{.trajectories = 128 * 37 + 50, .seed = 9};
    const auto task = [](const Block& block) {
        return Shape{std::to_string(block.index) + "/" + std::to_string(block.count)};
    };
    const auto one = simulate(ensemble, task);
    CHECK(one.trajectories == ensemble.trajectories);
    for (const int threads : {1, 3}) {
        Sums<Shape> sums;
        for (const BlockRange range : {BlockRange{20, 38}, BlockRange{0, 7}, BlockRange{5, 21}})
            CHECK(simulate_blocks(ensemble, range, task, sums, {}, {.threads = threads}) ==
                  StopReason::completed);
        REQUIRE(sums.cut.has_value());
        CHECK(sums.whole.covered() == std::vector<BlockRange>{{0, 37}});
        CHECK(sums.total(ensemble, 38)->text == one.result->text);
    }
}
