#include "dickejump/study/keys/setting.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>

#include "dickejump/model/invalid_input.hpp"

using namespace dickejump;
using doctest::Approx;

TEST_CASE("numbers are read whole or not at all") {
    CHECK(real_in("0.5") == 0.5);
    CHECK(real_in("+2e-3") == 2e-3);
    CHECK(real_in("inf") == std::numeric_limits<double>::infinity());
    for (const auto* wrong : {"", "1x", "x", "1 ", " 1", "1,2", "--1"})
        CHECK_FALSE(real_in(wrong).has_value());
    CHECK(integer_in<std::int64_t>("1e6") == 1'000'000);
    CHECK(integer_in<std::int64_t>("-3") == -3);
    CHECK(integer_in<std::uint64_t>("18446744073709551615") == std::numeric_limits<std::uint64_t>::max());
    for (const auto* wrong : {"2.5", "1e30", "", "ten", "nan"})
        CHECK_FALSE(integer_in<std::int64_t>(wrong).has_value());
    CHECK_FALSE(integer_in<std::uint64_t>("-1").has_value());
    CHECK_FALSE(integer_in<std::uint64_t>("18446744073709551616").has_value());
}

TEST_CASE("lists of numbers hold ranges, whose ends are exact") {
    CHECK(numbers_in("times", "0,0.5,2") == std::vector{0.0, 0.5, 2.0});
    const auto range = numbers_in("times", "0:0.3:4,7");
    REQUIRE(range.size() == 5);
    CHECK(range[1] == Approx(0.1));
    CHECK(range[3] == 0.3);
    CHECK(range[4] == 7.0);
    CHECK(numbers_in("times", "3:3:1") == std::vector{3.0});
    for (const auto* wrong : {"", ",", "1,,2", "0:1", "0:1:1", "0:inf:3", "a:b:c", "0:1:1e9", "0:1:2:3"})
        CHECK_THROWS_AS(numbers_in("times", wrong), InvalidInput);
}

TEST_CASE("a range is written as one only if it reads back to the last bit") {
    for (const auto* said : {"0:1:11", "0:0.3:4", "-1:7:333", "0.1:0.7:6"})
        CHECK(as_range(numbers_in("times", said)) == said);
    auto bent = numbers_in("times", "0:1:11");
    bent[4] = std::nextafter(bent[4], 1.0);
    CHECK(as_range(bent).empty());
    CHECK(as_range({1.0, 2.0}).empty());
    CHECK(as_range({}).empty());
}

TEST_CASE("the nearest word is found within few edits") {
    const std::vector<std::string> words{"atoms", "rate", "half_width", "trajectories"};
    CHECK(nearest_word("atom", words) == "atoms");
    CHECK(nearest_word("trajectorys", words) == "trajectories");
    CHECK(nearest_word("halfwidth", words) == "half_width");
    CHECK(nearest_word("temperature", words).empty());
    CHECK(nearest_word("", words).empty());
}

TEST_CASE("keys are flags with hyphens") {
    CHECK(KeyInfo{.key = "half_width", .help = "", .hint = ""}.flag() == "--half-width");
}
