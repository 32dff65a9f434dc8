#include "dickejump/model/three_level.hpp"

#include <doctest/doctest.h>

#include <array>

#include "dickejump/model/invalid_input.hpp"

using namespace dickejump;

TEST_CASE("symmetric three-level states are numbered without gaps, and their operators are u(3)") {
    using Level = ThreeLevelBasis::Level;
    for (const std::int64_t most : {0, 1, 3, 5}) {
        const ThreeLevelBasis states(5, most);
        for (Eigen::Index i = 0; i < states.dimension(); ++i) {
            CHECK(states[i].g + states[i].e + states[i].r == 5);
            CHECK(states.index(states[i].e, states[i].r) == i);
        }
    }
    const ThreeLevelBasis states(4);
    CHECK(states.dimension() == 15);
    const std::array levels{Level::g, Level::e, Level::r};
    const auto commutator = [](const Operator& a, const Operator& b) { return Operator(a * b - b * a); };
    for (const auto a : levels)
        for (const auto b : levels)
            for (const auto c : levels)
                for (const auto d : levels) {
                    Operator expected(15, 15);
                    if (b == c) expected += states.transfer(a, d);
                    if (a == d) expected -= states.transfer(c, b);
                    CHECK((commutator(states.transfer(a, b), states.transfer(c, d)) - expected).norm() <
                          1e-12);
                }
    CHECK_THROWS_AS(ThreeLevelBasis(3, 4), InvalidInput);
    CHECK_THROWS_WITH_AS(states.embed(DickeState::ghz(DickeLadder(3))), doctest::Contains("N + 1 = 5"),
                         InvalidInput);
    CHECK_THROWS_AS(three_level_system({3, 1.0, 1.0, 1.0}, states), InvalidInput);
}
