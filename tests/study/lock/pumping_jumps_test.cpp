#include "study/lock/pumping_jumps.hpp"

#include <doctest/doctest.h>

using namespace dickejump;

TEST_CASE("the likeliest shift makes the jumps as many as they were") {
    // Any number of ticks, with and without jumps: lots are full or not.
    for (std::size_t ticks = 1; ticks < 20'000; ticks += ticks < 12 ? 1 : 4'567) {
        PumpingJumps jumps;
        for (std::size_t k = 0; k < ticks; ++k)
            jumps.add(0.7 + 0.1 * static_cast<double>(k), static_cast<double>((k + 1) % 3), 1.5);
        const auto shift = jumps.likeliest_shift();
        REQUIRE(shift);
        double told = 0.0;
        for (std::size_t k = 0; k < ticks; ++k)
            told += static_cast<double>((k + 1) % 3) / (0.7 + 0.1 * static_cast<double>(k) + *shift);
        CHECK(told == doctest::Approx(1.5 * static_cast<double>(ticks)).epsilon(1e-9));
    }
}

TEST_CASE("with one pump the shift is jumps over int A dt, less the pump") {
    PumpingJumps jumps;
    for (int k = 0; k < 6; ++k)
        jumps.add(1.0, k, 10.0);
    CHECK(*jumps.likeliest_shift() == doctest::Approx(15.0 / 60.0 - 1.0));
    jumps.clear();
    jumps.add(1.0, 3.0, 2.0);
    CHECK(*jumps.likeliest_shift() == doctest::Approx(0.5));
}

TEST_CASE("without jumps there is none") {
    PumpingJumps jumps;
    CHECK_FALSE(jumps.likeliest_shift());
    for (int k = 0; k < 3; ++k)
        jumps.add(1.0, 0.0, 1.0);
    CHECK_FALSE(jumps.likeliest_shift());
}

TEST_CASE("a tick whose pump was set to 0 and still had a jump says that there is more of it") {
    PumpingJumps jumps;
    jumps.add(0.0, 1.0, 2.0);
    jumps.add(1.0, 3.0, 2.0);
    const auto shift = jumps.likeliest_shift();
    REQUIRE(shift);
    CHECK(*shift > 0.0);
    CHECK(1.0 / *shift + 3.0 / (1.0 + *shift) == doctest::Approx(4.0));
}
