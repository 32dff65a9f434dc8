#include "dickejump/model/dicke_ladder.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

#include "support/complaint.hpp"

using namespace dickejump;
using namespace dickejump::test;

TEST_CASE("the rates of the ladder are those of J+ and J-") {
    // j(j+1) - m(m+1) and j(j+1) - m(m-1), in quarters so that odd N stays whole.
    for (const std::int64_t atoms : {1, 2, 3, 10, 101}) {
        const DickeLadder ladder(atoms);
        CHECK(ladder.atoms() == atoms);
        for (std::int64_t n = 0; n <= atoms; ++n) {
            const auto two_m = 2 * n - atoms;
            CHECK(4 * ladder.pumping(n) == atoms * (atoms + 2) - two_m * (two_m + 2));
            CHECK(4 * ladder.emission(n) == atoms * (atoms + 2) - two_m * (two_m - 2));
            CHECK(2.0 * ladder.jz(static_cast<double>(n)) == static_cast<double>(two_m));
        }
        CHECK(ladder.pumping(atoms) == 0);
        CHECK(ladder.emission(0) == 0);
    }
}

TEST_CASE("a linewidth takes from the pumping of high levels") {
    const DickeLadder ideal(10), wide(10, 0.05);
    CHECK(ideal.is_ideal());
    CHECK_FALSE(wide.is_ideal());
    for (std::int64_t n = 0; n <= 10; ++n) {
        CHECK(ideal.pumping_rate(n) == static_cast<double>(ideal.pumping(n)));
        const double relative = 0.05 * static_cast<double>(n + 1);
        CHECK(wide.pumping_rate(n) ==
              doctest::Approx(static_cast<double>(wide.pumping(n)) / (1.0 + relative * relative)));
    }
    for (const double linewidth :
         {-0.1, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()})
        CHECK_THROWS_AS(DickeLadder(3, linewidth), InvalidInput);
}

TEST_CASE("the ladder is its own reverse: A_n = B_{n+1} and A_n = B_{N-n}") {
    for (const std::int64_t atoms : {1, 7, 100}) {
        const DickeLadder ladder(atoms);
        for (std::int64_t n = 0; n < atoms; ++n) {
            CHECK(ladder.pumping(n) == ladder.emission(n + 1));
            CHECK(ladder.pumping(n) == ladder.emission(atoms - n));
        }
    }
}

TEST_CASE("the rates of the longest ladder are exact") {
    const DickeLadder ladder(2147483647);
    CHECK(DickeLadder::max_atoms == 2147483647);
    CHECK(ladder.pumping(0) == 2147483647);
    CHECK(ladder.pumping(1073741823) == std::int64_t{1} << 60);  // (2^30)(2^30), the largest
    CHECK(ladder.pumping(2147483646) == 2147483647);
    CHECK(ladder.pumping(2147483647) == 0);
    CHECK(ladder.emission(2147483647) == 2147483647);
    CHECK(ladder.emission(1073741824) == std::int64_t{1} << 60);
    CHECK(ladder.emission(1073741825) == ladder.pumping(1073741824));
    CHECK(ladder.jz(0.0) == -1073741823.5);
}

TEST_CASE("the scaled pump is (w - 1) N/2, and back") {
    const DickeLadder ladder(100);
    CHECK(ladder.scaled_pump(1.0) == 0.0);
    CHECK(ladder.scaled_pump(1.5) == 25.0);
    CHECK(ladder.pump(0.0) == 1.0);
    CHECK(ladder.pump(-50.0) == 0.0);
    for (const double s : {-13.66, -0.1, 0.3, 45.0})
        CHECK(ladder.scaled_pump(ladder.pump(s)) == doctest::Approx(s).epsilon(1e-13));
}

TEST_CASE("a ladder refuses too few and too many atoms, and names the number") {
    CHECK_NOTHROW(DickeLadder(1));
    CHECK_NOTHROW(DickeLadder(2147483647));
    for (const std::int64_t atoms :
         {std::int64_t{0}, std::int64_t{-5}, std::int64_t{2147483648},
          std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()}) {
        const auto said = complaint([&] { DickeLadder{atoms}; });
        CHECK(mentions(said, "atoms = " + std::to_string(atoms)));
    }
}
