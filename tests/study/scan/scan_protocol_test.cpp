#include "dickejump/study/scan/scan_protocol.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

#include "dickejump/exact/steady_state.hpp"
#include "dickejump/model/invalid_input.hpp"

using namespace dickejump;
using doctest::Approx;

namespace {

std::vector<std::string> problems_of(const ScanProtocol& scan, std::int64_t atoms) {
    Problems problems;
    check(scan, atoms, problems);
    try {
        problems.raise();
    } catch (const InvalidInput& error) {
        return error.problems();
    }
    return {};
}

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("a leg has 200 k ticks, the fewest that are at most 0.02/gamma long") {
    const auto ticks = [](double rate, double half_width) {
        return ScanLeg(DickeLadder(1000), {.rate = rate, .half_width = half_width}, Direction::up)
            .grid()
            .ticks;
    };
    CHECK(ticks(16.0, 30.0) == 200);
    CHECK(ticks(100.0, 1.0) == 200);
    CHECK(ticks(1.0, 14.0) == 1400);
    CHECK(ticks(0.1, 10.0) == 10'000);
    // A duration of exactly 200 k ticks of 0.02 is not rounded up, by rounding of the quotient neither.
    CHECK(ticks(1.0, 2.0) == 200);
    CHECK(ticks(0.3, 1.2) == 400);
    CHECK(ticks(1.0, 2.0001) == 400);
    for (const double rate : {0.03, 0.7, 5.0, 17.0, 230.0}) {
        const ScanLeg leg(DickeLadder(1000), {.rate = rate, .half_width = 11.3}, Direction::down);
        const auto k = leg.grid().ticks / 200;
        CHECK(leg.grid().ticks == 200 * k);
        CHECK(leg.grid().tick() <= 0.02 * (1.0 + 1e-9));
        CHECK((k == 1 || leg.duration() / static_cast<double>(200 * (k - 1)) > 0.02));
    }
}

TEST_CASE("ticks can be asked for, and half of them end at s = 0") {
    for (const auto direction : {Direction::up, Direction::down}) {
        const ScanLeg leg(DickeLadder(100), {.rate = 3.0, .half_width = 7.0, .ticks = 34}, direction);
        CHECK(leg.grid().ticks == 34);
        CHECK(std::abs(leg.scaled_pump(leg.grid().time(17))) < 1e-14);
    }
}

TEST_CASE("a leg runs from one end of the scan to the other at its rate") {
    const DickeLadder ladder(50);
    const ScanProtocol scan{.rate = 4.0, .half_width = 10.0};
    for (const auto direction : {Direction::up, Direction::down}) {
        const double sign = direction == Direction::up ? 1.0 : -1.0;
        const ScanLeg leg(ladder, scan, direction);
        CHECK(leg.duration() == 5.0);
        CHECK(leg.speed() == sign * 4.0);
        CHECK(leg.scaled_pump(0.0) == -sign * 10.0);
        CHECK(leg.scaled_pump(5.0) == sign * 10.0);
        CHECK(leg.pump().at(0.0) == Approx(1.0 - sign * 0.4));
        CHECK(leg.pump().at(2.5) == Approx(1.0));
        CHECK(leg.pump().at(5.0) == Approx(1.0 + sign * 0.4));
        CHECK(leg.purpose() == (direction == Direction::up ? Purpose::scan_up : Purpose::scan_down));
        // A pump that is ideally followed, J_z = +-N/2 on its own side of s = 0, has area 0; one that is
        // never inverted has area S.
        CHECK(leg.area(-25.0 * 5.0) == Approx(10.0));
        CHECK(leg.area(0.0) == 0.0);
    }
}

TEST_CASE("a leg starts in its own start state") {
    const DickeLadder ladder(30);
    ScanProtocol scan{.rate = 4.0, .half_width = 10.0};
    for (const auto direction : {Direction::up, Direction::down}) {
        const bool up = direction == Direction::up;
        scan.initial = Initial::steady;
        const double pump = ladder.pump(up ? -10.0 : 10.0);
        CHECK((exact::start_populations(ladder, ScanLeg(ladder, scan, direction).start()) -
               exact::steady_state(ladder, pump))
                  .norm() < 1e-14);
        scan.initial = Initial::ground;
        CHECK(exact::start_populations(ladder, ScanLeg(ladder, scan, direction).start())(up ? 0 : 30) == 1.0);
    }
}

TEST_CASE("at S = N/2 the pump begins at exactly 0, or ends there, and is never below") {
    for (const std::int64_t atoms : {1, 2, 3, 7, 10, 49, 100, 101, 12345}) {
        const DickeLadder ladder(atoms);
        const ScanProtocol scan{.rate = 0.7, .half_width = 0.5 * static_cast<double>(atoms)};
        const ScanLeg up(ladder, scan, Direction::up), down(ladder, scan, Direction::down);
        CHECK(up.pump().at(0.0) == 0.0);
        CHECK(down.pump().at(down.duration()) == 0.0);
        for (int i = 0; i <= 1000; ++i)
            CHECK(down.pump().at(down.duration() * i / 1000.0) >= 0.0);
        CHECK(exact::start_populations(ladder, up.start())(0) == 1.0);
    }
}

TEST_CASE("legs are named, and run in the order up, down") {
    CHECK(ScanProtocol{.legs = Legs::both}.directions() == std::vector{Direction::up, Direction::down});
    CHECK(ScanProtocol{.legs = Legs::up}.directions() == std::vector{Direction::up});
    CHECK(ScanProtocol{.legs = Legs::down}.directions() == std::vector{Direction::down});
    CHECK(name(Legs::both) == "both");
    CHECK(name(Initial::ground) == "ground");
}

TEST_CASE("a scan that cannot be is refused, all its mistakes at once") {
    CHECK(problems_of({.rate = 1.0, .half_width = 50.0}, 100).empty());
    for (const double bad : {0.0, -1.0, not_a_number, infinity}) {
        CHECK(problems_of({.rate = bad, .half_width = 5.0}, 100).size() == 1);
        CHECK(problems_of({.rate = 1.0, .half_width = bad}, 100).size() == 1);
        CHECK(problems_of({.rate = bad, .half_width = bad, .ticks = 3}, 100).size() == 3);
    }
    CHECK(problems_of({.rate = 1.0, .half_width = 50.1}, 100).size() == 1);
    CHECK(problems_of({.rate = 1.0, .half_width = 5.0, .ticks = 201}, 100).size() == 1);
    CHECK(problems_of({.rate = 1.0, .half_width = 5.0, .ticks = -2}, 100).size() == 1);
    CHECK(problems_of({.rate = 1e-9, .half_width = 5.0}, 100).size() == 1);  // 5e11 ticks
    CHECK_THROWS_AS(ScanLeg(DickeLadder(10), {.rate = 1.0, .half_width = 5.5}, Direction::up), InvalidInput);
}

TEST_CASE("curve points are ticks") {
    CHECK(curve_intervals(1400, 201) == 200);
    CHECK(curve_intervals(200, 201) == 200);
    CHECK(curve_intervals(200, 1001) == 200);
    CHECK(curve_intervals(200, 100) == 50);
    CHECK(curve_intervals(200, 2) == 1);
    CHECK(curve_intervals(34, 20) == 17);
    for (std::int64_t points = 2; points < 300; ++points) {
        const auto intervals = curve_intervals(600, points);
        CHECK(600 % intervals == 0);
        CHECK(intervals <= points - 1);
        for (auto larger = intervals + 1; larger <= points - 1; ++larger)
            CHECK(600 % larger != 0);
    }
}

TEST_CASE("paired pumps lie about the true one, or on one side where less would be negative") {
    const auto pumps = [](std::int64_t atoms, double half_width) {
        return ScanLeg(DickeLadder(atoms), {.rate = 4.0, .half_width = half_width}, Direction::up)
            .calibration_pumps();
    };
    const auto middle = pumps(100, 20.0);
    CHECK_FALSE(middle.one_sided);
    CHECK(middle.shift == Approx(3.0));  // 1 + sqrt(r), in s
    CHECK(middle.low == Approx(-0.03));
    CHECK(middle.high == Approx(0.03));
    const auto edge = pumps(100, 50.0);
    CHECK(edge.one_sided);
    CHECK(edge.low == 0.0);
    CHECK(edge.high == Approx(0.06));
    CHECK(pumps(100, 2.0).shift == Approx(1.0));  // half of a short scan
}
