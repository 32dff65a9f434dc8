#include "trajectory/run_setup.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "dickejump/trajectory/method.hpp"
#include "dickejump/trajectory/sphere_kernel.hpp"
#include "dickejump/trajectory/uniformisation_kernel.hpp"

using namespace dickejump;

namespace {

LadderSetup setup_of(TickGrid grid, StartState start) {
    return {DickeLadder(10), PumpSchedule::constant(1.0), grid, start};
}

std::size_t problems_of(TickGrid grid, StartState start) {
    try {
        check_run(setup_of(grid, start));
    } catch (const InvalidInput& refused) {
        return refused.problems().size();
    }
    return 0;
}

}  // namespace

TEST_CASE("a run needs a duration, ticks, a level that there is and a pump for its steady state") {
    const TickGrid fine{.duration = 1.0, .ticks = 1};
    CHECK(problems_of(fine, StartState::dicke(0)) == 0);
    CHECK(problems_of(fine, StartState::dicke(10)) == 0);
    CHECK(problems_of(fine, StartState::steady(0.0)) == 0);
    CHECK(problems_of(fine, StartState::dicke(-1)) == 1);
    CHECK(problems_of(fine, StartState::dicke(11)) == 1);
    CHECK(problems_of(fine, StartState::steady(-0.1)) == 1);
    CHECK(problems_of({.duration = std::numeric_limits<double>::infinity(), .ticks = 1},
                      StartState::dicke(0)) == 1);
    CHECK(problems_of({.duration = -1.0, .ticks = 0}, StartState::dicke(77)) == 3);  // all at once
}

TEST_CASE("more than a sampler has, or crossings both ways, is refused") {
    constexpr auto some = Quantities::jumps | Quantities::crossings_up | Quantities::crossings_down;
    CHECK_NOTHROW(check_wanted(some, Quantities::none));
    CHECK_NOTHROW(check_wanted(some, Quantities::jumps | Quantities::crossings_down));
    CHECK_THROWS_AS(check_wanted(some, Quantities::time_tags), InvalidInput);
    CHECK_THROWS_AS(check_wanted(some, some), InvalidInput);
}

TEST_CASE("a run starts from its level, or where the steady state has its quantile") {
    const auto setup = setup_of({.duration = 1.0, .ticks = 1}, StartState::dicke(4));
    for (const double u : {0x1p-53, 0.5, 1.0 - 0x1p-53})
        CHECK(start_level(setup, u) == 4);
    const auto steady = setup_of({.duration = 1.0, .ticks = 1}, StartState::steady(0.5));
    CHECK(start_level(steady, 0x1p-53) == steady_state_quantile(steady.ladder, 0.5, 0x1p-53));
    CHECK(start_level(steady, 0.9) == steady_state_quantile(steady.ladder, 0.5, 0.9));
    CHECK(start_level(steady, 1.0 - 0x1p-53) > start_level(steady, 0x1p-53));
    // Equal odds of eleven levels at w = 1.
    const auto even = setup_of({.duration = 1.0, .ticks = 1}, StartState::steady(1.0));
    for (int n = 0; n <= 10; ++n)
        CHECK(start_level(even, (n + 0.5) / 11.0) == n);
}

TEST_CASE(
    "a window has room for its ticks, or for the run if that is shorter, in the columns that are wanted") {
    const TickGrid grid{.duration = 1.0, .ticks = 100};
    const auto window = make_window(grid, 64, 3, Quantities::jumps | Quantities::time_tags);
    CHECK(window.lanes == 3);
    CHECK(window.start.size() == 3);
    CHECK(window.n.size() == 3 * 64);
    CHECK(window.jumps_up.size() == 3 * 64);
    CHECK(window.jumps_down.size() == 3 * 64);
    CHECK(window.tags.size() == 3);
    CHECK(window.n_dt.empty());
    CHECK(window.first_crossing.empty());
    const auto other = make_window({.duration = 1.0, .ticks = 5}, 64, 3,
                                   Quantities::level_integral | Quantities::crossings_down);
    CHECK(other.n.size() == 3 * 5);
    CHECK(other.n_dt.size() == 3 * 5);
    CHECK(other.first_crossing.size() == 3);
    CHECK(other.last_crossing.size() == 3);
    CHECK(other.jumps_up.empty());
    CHECK(other.tags.empty());
}

TEST_CASE("a run arrives at J_z = 0 and departs from it at the same level, or at neighbours for odd N") {
    const auto check = [](std::int64_t atoms, bool up, std::int64_t arrived, std::int64_t departed,
                          int step) {
        const auto levels = CrossingLevels::of(DickeLadder(atoms), up);
        CHECK(levels.arrived == arrived);
        CHECK(levels.departed == departed);
        CHECK(levels.step == step);
    };
    // 10 atoms: arrival at 5, and gone at 6 or, downwards, 4. 11 atoms: from 5 to 6, or back, is both.
    check(10, true, 5, 6, 1);
    check(10, false, 5, 4, -1);
    check(11, true, 6, 6, 1);
    check(11, false, 5, 5, -1);
    check(1, true, 1, 1, 1);
    check(1, false, 0, 0, -1);
}

TEST_CASE("methods built on Eq. (1) refuse a ladder with a linewidth") {
    const DickeLadder wide(1'000, 1e-4);
    const auto pump = PumpSchedule::constant(1.0);
    const TickGrid grid{.duration = 1.0, .ticks = 50};
    const auto start = StartState::dicke(0);
    CHECK_THROWS_WITH_AS(SphereKernel(wide, pump, grid, start, 1), doctest::Contains("linewidth"),
                         InvalidInput);
    CHECK_THROWS_WITH_AS(UniformisationKernel(wide, pump, grid, start), doctest::Contains("linewidth"),
                         InvalidInput);
    CHECK_NOTHROW(make_sampler(Method::exact, {wide, pump, grid, start}));
}
