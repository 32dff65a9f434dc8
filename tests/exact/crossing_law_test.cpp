#include "dickejump/exact/crossing_law.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "dickejump/exact/steady_state.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "dickejump/study/scan/scan_protocol.hpp"

using namespace dickejump;
using doctest::Approx;

namespace {
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
}

// Against brute force: tests/statistical/scan_test.cpp.

TEST_CASE("first passages from the ground state have their published means") {
    for (const auto& [atoms, mean] : {std::pair{100, 3.26539}, std::pair{1000, 3.18789}}) {
        const DickeLadder ladder(atoms);
        const ScanLeg leg(ladder, {.rate = 16.0, .half_width = 24.0, .initial = Initial::ground},
                          Direction::up);
        const auto laws =
            exact::crossing_laws(ladder, leg.pump(), leg.duration(),
                                 exact::start_populations(leg.ladder(), leg.start()), Direction::up);
        CHECK(laws.first.probability == Approx(1.0).epsilon(1e-6));
        CHECK(leg.scaled_pump(laws.first.mean) == Approx(mean).epsilon(3e-6));
    }
}

TEST_CASE("one atom crosses as a two-state process") {
    // N = 1, constant w: up it arrives and departs at n: 0 -> 1. First: density w exp(-w t); last: w p_0(t)
    // exp(-(T - t)), the last arrival that is not undone.
    constexpr double w = 0.7, duration = 3.0;
    const DickeLadder ladder(1);
    const Eigen::VectorXd ground = Eigen::VectorXd::Unit(2, 0);
    const std::vector<double> times{0.0, 0.1, 0.1, 1.7, duration};
    const auto laws =
        exact::crossing_laws(ladder, PumpSchedule::constant(w), duration, ground, Direction::up, times);
    const double none = std::exp(-w * duration);
    CHECK(laws.first.probability == Approx(1.0 - none).epsilon(1e-8));
    CHECK(laws.first.mean == Approx(1.0 / w - duration * none / (1.0 - none)).epsilon(1e-7));
    const double second =
        (2.0 / (w * w) - (duration * (duration + 2.0 / w) + 2.0 / (w * w)) * none) / (1.0 - none);
    CHECK(laws.first.deviation ==
          Approx(std::sqrt(second - laws.first.mean * laws.first.mean)).epsilon(1e-6));
    REQUIRE(laws.first.distribution.size() == times.size());
    for (std::size_t i = 0; i < times.size(); ++i)
        CHECK(laws.first.distribution[i] == Approx(-std::expm1(-w * times[i]) / (1.0 - none)).epsilon(1e-7));
    // The run ends at 1 exactly if it has a last arrival: P = w/(1+w) (1 - exp(-(1+w) T)).
    CHECK(laws.last.probability == Approx(w / (1.0 + w) * -std::expm1(-(1.0 + w) * duration)).epsilon(1e-8));
    CHECK(laws.mid.probability == Approx(laws.last.probability).epsilon(1e-8));
}

TEST_CASE("the way down is the way up with atoms and holes exchanged") {
    // At w = 1, n -> N - n maps emission onto pumping: B_{N-n} = A_n.
    for (const std::int64_t atoms : {4, 5}) {
        const DickeLadder ladder(atoms);
        const auto pump = PumpSchedule::constant(1.0);
        const Eigen::VectorXd start = exact::steady_state(ladder, 0.8);
        const auto up = exact::crossing_laws(ladder, pump, 2.0, start, Direction::up);
        const auto down = exact::crossing_laws(ladder, pump, 2.0, start.reverse(), Direction::down);
        for (const auto law :
             {&exact::CrossingLaws::first, &exact::CrossingLaws::last, &exact::CrossingLaws::mid}) {
            CHECK((up.*law).probability > 0.1);
            CHECK((up.*law).probability == Approx((down.*law).probability).epsilon(1e-8));
            CHECK((up.*law).mean == Approx((down.*law).mean).epsilon(1e-8));
        }
    }
}

TEST_CASE("slopes by a shift of the pump are those of finite differences") {
    constexpr double h = 1e-3;
    for (const std::int64_t atoms : {6, 7})
        for (const auto direction : {Direction::up, Direction::down}) {
            CAPTURE(atoms);
            CAPTURE(name(direction));
            const DickeLadder ladder(atoms);
            const bool up = direction == Direction::up;
            const Eigen::VectorXd start = exact::steady_state(ladder, up ? 0.5 : 1.5);
            const auto at = [&](double theta) {
                const auto pump =
                    PumpSchedule::linear((up ? 0.5 : 1.5) + theta, (up ? 1.5 : 0.5) + theta, 2.0);
                return exact::crossing_laws(ladder, pump, 2.0, start, direction);
            };
            const auto here = at(0.0), more = at(h), less = at(-h), much_more = at(2.0 * h),
                       much_less = at(-2.0 * h);
            for (const auto law :
                 {&exact::CrossingLaws::first, &exact::CrossingLaws::last, &exact::CrossingLaws::mid}) {
                const double slope = (8.0 * ((more.*law).mean - (less.*law).mean) -
                                      ((much_more.*law).mean - (much_less.*law).mean)) /
                                     (12.0 * h);
                CHECK((here.*law).slope == Approx(slope).epsilon(1e-5));
            }
        }
}

TEST_CASE("a run that starts beyond the level has no first crossing, one that ends short of it no last") {
    const DickeLadder ladder(10);
    const auto beyond = exact::crossing_laws(ladder, PumpSchedule::constant(1.2), 1.0,
                                             Eigen::VectorXd::Unit(11, 8), Direction::up);
    CHECK(beyond.first.probability == 0.0);
    CHECK(beyond.mid.probability == 0.0);
    CHECK(beyond.last.probability > 0.0);

    const auto dark = exact::crossing_laws(ladder, PumpSchedule::constant(0.0), 1.0,
                                           Eigen::VectorXd::Unit(11, 0), Direction::up);
    CHECK(dark.first.probability == 0.0);
    CHECK(dark.last.probability == 0.0);
    CHECK(dark.mid.probability == 0.0);
}

TEST_CASE("crossing laws refuse what is no run") {
    const DickeLadder ladder(6);
    const auto pump = PumpSchedule::constant(1.0);
    const Eigen::VectorXd start = exact::steady_state(ladder, 1.0);
    const auto laws = [&](const Eigen::VectorXd& from, double duration, const std::vector<double>& times) {
        return exact::crossing_laws(ladder, pump, duration, from, Direction::up, times);
    };
    CHECK_NOTHROW(laws(start, 1.0, {0.0, 1.0}));
    CHECK_THROWS_WITH_AS(laws(Eigen::VectorXd::Unit(6, 0), 1.0, {}), doctest::Contains("N + 1 = 7"),
                         InvalidInput);
    CHECK_THROWS_AS(laws(Eigen::VectorXd(), 1.0, {}), InvalidInput);
    CHECK_THROWS_AS(laws(not_a_number * start, 1.0, {}), InvalidInput);
    CHECK_THROWS_AS(laws(2.0 * start, 1.0, {}), InvalidInput);
    for (const double duration : {0.0, -1.0, not_a_number})
        CHECK_THROWS_AS(laws(start, duration, {}), InvalidInput);
    for (const auto& times : {std::vector{not_a_number}, std::vector{1.5}, std::vector{0.6, 0.4}})
        CHECK_THROWS_AS(laws(start, 1.0, times), InvalidInput);
}
