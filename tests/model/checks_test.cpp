#include "model/checks.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <vector>

using namespace dickejump;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

template <class Check>
std::size_t problems_of(const Check& check) {
    Problems problems;
    check(problems);
    return problems.list().size();
}

std::size_t problems_of_start(std::initializer_list<double> populations) {
    const DickeLadder ladder(2);
    const std::vector<double> list(populations);
    const Eigen::VectorXd p =
        Eigen::Map<const Eigen::VectorXd>(list.data(), static_cast<Eigen::Index>(list.size()));
    return problems_of([&](Problems& problems) { check_populations(p, ladder, problems); });
}

}  // namespace

TEST_CASE("a run lasts some time, in at least one tick") {
    for (const double duration : {0.0, -1.0, infinity, not_a_number})
        CHECK(problems_of([&](Problems& p) { check_grid({.duration = duration, .ticks = 3}, p); }) == 1);
    for (const std::int64_t ticks : {0, -5})
        CHECK(problems_of([&](Problems& p) { check_grid({.duration = 1.0, .ticks = ticks}, p); }) == 1);
    CHECK(problems_of([](Problems& p) { check_grid({.duration = -1.0, .ticks = 0}, p); }) == 2);
    CHECK(problems_of([](Problems& p) { check_grid({.duration = 1e-9, .ticks = 1}, p); }) == 0);
}

TEST_CASE("a rate is finite and not negative, and its problem names its key") {
    for (const double rate : {-1e-300, infinity, not_a_number}) {
        Problems problems;
        check_rate("side_rate", rate, problems);
        REQUIRE(problems.list().size() == 1);
        CHECK(problems.list()[0].find("`side_rate`") != std::string::npos);
    }
    CHECK(problems_of([](Problems& p) { check_rate("pump", 0.0, p); }) == 0);
}

TEST_CASE("a start is on the ladder") {
    const DickeLadder ladder(5);
    const auto count = [&](const StartState& start) {
        return problems_of([&](Problems& p) { check_start(start, ladder, p); });
    };
    CHECK(count(StartState::dicke(0)) == 0);
    CHECK(count(StartState::dicke(5)) == 0);
    CHECK(count(StartState::steady(0.0)) == 0);
    CHECK(count(StartState::dicke(-1)) == 1);
    CHECK(count(StartState::dicke(6)) == 1);
    for (const double pump : {-0.5, infinity, not_a_number})
        CHECK(count(StartState::steady(pump)) == 1);
}

TEST_CASE("populations are a distribution over the levels, to rounding") {
    CHECK(problems_of_start({0.2, 0.3, 0.5}) == 0);
    CHECK(problems_of_start({0.5 + 1e-12, 0.5, -1e-12}) == 0);
    CHECK(problems_of_start({0.5, 0.5}) == 1);
    CHECK(problems_of_start({0.2, 0.3, 0.4}) == 1);
    CHECK(problems_of_start({1.5, -0.5, 0.0}) == 1);
    CHECK(problems_of_start({0.5, not_a_number, 0.5}) == 1);
    CHECK(problems_of_start({}) == 1);
}

TEST_CASE("times are within the run, each on its own") {
    const std::vector<double> times{0.0, 2.0, -0.1, 2.1, not_a_number, 2.0 * (1.0 + 1e-14)};
    CHECK(problems_of([&](Problems& p) { check_times_within(times, 2.0, p); }) == 3);
}

TEST_CASE("what this machine's memory does not hold with half to spare is refused before it is asked for") {
    CHECK(problems_of([](Problems& p) { check_memory("a list (its numbers", 1e3, p); }) == 0);
    CHECK(problems_of([](Problems& p) { check_memory("a list (its numbers", 1e18, p); }) == 1);
    CHECK(problems_of([](Problems& p) { check_states(LocalSpins(100, {.emission = 1.0}), p); }) == 0);
    CHECK(problems_of([](Problems& p) { check_states(LocalSpins(10'000'000, {.emission = 1.0}), p); }) == 1);
}
