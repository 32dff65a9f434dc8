#include "dickejump/estimate/curve_moments.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "dickejump/model/invalid_input.hpp"
#include "estimate/windows.hpp"

using namespace dickejump;
using namespace dickejump::test;

namespace {

const TickGrid grid{.duration = 3.0, .ticks = 6};

/// Levels of three runs at ticks 0..6.
const std::vector<std::vector<std::int32_t>> runs{
    {0, 1, 2, 3, 4, 5, 6}, {7, 7, 6, 6, 5, 5, 5}, {3, 1, 0, 2, 4, 4, 9}};

}  // namespace

TEST_CASE("a curve has the moments of the levels at its points, in whichever windows they come") {
    for (const int window : {1, 2, 6}) {
        CurveMoments curve(9, grid, 2);
        show(grid, runs, window, curve);
        CHECK(curve.points() == 4);
        CHECK(curve.count() == 3);
        for (std::size_t i = 0; i < 4; ++i) {
            Moments expected;
            for (const auto& run : runs)
                expected.add(run[2 * i] - 4.5);
            const auto moments = curve.at(i);
            CHECK(moments.mean()->value == doctest::Approx(expected.mean()->value));
            CHECK(moments.variance()->value == doctest::Approx(expected.variance()->value));
            CHECK(moments.variance()->error == doctest::Approx(expected.variance()->error));
            CHECK(moments.third() == doctest::Approx(expected.third()));
        }
    }
}

TEST_CASE("merged curves are those of all runs, and the order does not matter") {
    const auto of = [](std::size_t first, std::size_t last) {
        CurveMoments curve(9, grid, 3);
        show(grid,
             {runs.begin() + static_cast<std::ptrdiff_t>(first),
              runs.begin() + static_cast<std::ptrdiff_t>(last)},
             6, curve);
        return curve;
    };
    auto forward = of(0, 1), backward = of(1, 3);
    const auto all = of(0, 3);
    const auto rest = backward;
    backward.merge(forward);
    forward.merge(rest);
    for (std::size_t i = 0; i < all.points(); ++i)
        for (const auto* merged : {&forward, &backward}) {
            CHECK(merged->count() == 3);
            CHECK(merged->at(i).mean()->value == all.at(i).mean()->value);
            CHECK(merged->at(i).variance()->value == all.at(i).variance()->value);
        }
}

TEST_CASE("sums of many atoms are whole numbers, whatever the size") {
    const std::int64_t atoms = 2'000'000'000;
    const TickGrid one{.duration = 1.0, .ticks = 1};
    CurveMoments curve(atoms, one, 1);
    const std::vector<std::vector<std::int32_t>> far(1000, {0, 2'000'000'000});
    show(one, far, 1, curve);
    CHECK(curve.at(0).mean()->value == -1e9);
    CHECK(curve.at(1).mean()->value == 1e9);
    CHECK(curve.at(1).variance()->value == 0.0);
}

TEST_CASE("points that do not divide the ticks, other runs and other curves are refused") {
    for (const std::int64_t stride : {0, -2, 4, 7})
        CHECK_THROWS_AS(CurveMoments(9, grid, stride), InvalidInput);
    CHECK_THROWS_AS(CurveMoments(9, TickGrid{.duration = 3.0, .ticks = 0}, 1), InvalidInput);
    CHECK_THROWS_AS(CurveMoments(9, TickGrid{.duration = std::nan(""), .ticks = 6}, 1), InvalidInput);
    CurveMoments curve(9, grid, 2);
    CHECK_THROWS_AS(curve.at(4), InvalidInput);
    for (const auto& other : {CurveMoments(9, grid, 3), CurveMoments(8, grid, 2),
                              CurveMoments(9, TickGrid{.duration = 3.0, .ticks = 8}, 2)})
        CHECK_THROWS_AS(curve.merge(other), InvalidInput);
    const TickGrid longer{.duration = 3.0, .ticks = 8};
    CHECK_THROWS_AS(show(longer, {{0, 1, 2, 3, 4, 5, 6, 7, 8}}, 8, curve), InvalidInput);
}
