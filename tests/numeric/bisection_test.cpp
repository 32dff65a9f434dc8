#include "numeric/bisection.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>

using namespace dickejump::numeric;

TEST_CASE("a bisection ends at the two neighbouring numbers about the root") {
    const double root = std::sqrt(0.5);
    const auto bracket = bisect([](double x) { return x * x < 0.5; }, {0.0, 1.0});
    CHECK(std::nextafter(bracket.low, 1.0) == bracket.high);
    CHECK(bracket.low * bracket.low < 0.5);
    CHECK(bracket.high * bracket.high >= 0.5);
    CHECK(bracket.middle() == doctest::Approx(root).epsilon(1e-15));
}

TEST_CASE("a bisection stops at its tolerance, or at its number of halvings") {
    int looks = 0;
    const auto before = [&](double x) {
        ++looks;
        return x < 0.3;
    };
    const auto wide = bisect(before, {0.0, 1.0}, 1e-3);
    CHECK(wide.high - wide.low <= 1e-3 * wide.high);
    CHECK(wide.high - wide.low > 0.4e-3 * wide.high);
    CHECK(wide.low < 0.3);
    CHECK(wide.high >= 0.3);
    looks = 0;
    const auto few = bisect(before, {0.0, 1.0}, 0.0, 5);
    CHECK(looks == 5);
    CHECK(few.high - few.low == 1.0 / 32.0);
}

TEST_CASE("a bracket takes Newton's word within its ends only") {
    const Bracket bracket{1.0, 3.0};
    CHECK(bracket.safeguarded(1.25) == 1.25);
    for (const double outside : {1.0, 3.0, 0.0, 7.0, HUGE_VAL, std::nan("")})
        CHECK(bracket.safeguarded(outside) == 2.0);
}
