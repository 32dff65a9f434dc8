#include "dickejump/model/invalid_input.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <initializer_list>
#include <string>
#include <vector>

#include "support/complaint.hpp"

using namespace dickejump;
using namespace dickejump::test;

TEST_CASE("invalid input reports every problem, one a line") {
    const InvalidInput both(std::vector<std::string>{"first", "second"});
    CHECK(std::string(both.what()) == "first\nsecond");
    CHECK(both.problems().size() == 2);
    Problems problems;
    problems.require(true, "fine");
    CHECK(problems.empty());
    CHECK_NOTHROW(problems.raise());
    problems.require(false, "a");
    problems.add("b");
    CHECK_FALSE(problems.empty());
    CHECK(complaint([&] { problems.raise(); }) == "a\nb");
}

TEST_CASE("numbers in messages read back as themselves") {
    CHECK(text(0.1) == "0.1");
    CHECK(text(-3.0) == "-3");
    for (const double value : {1.0 / 3.0, -1.7976931348623157e308, 5e-324, 1e22})
        CHECK(std::strtod(text(value).c_str(), nullptr) == value);
}
