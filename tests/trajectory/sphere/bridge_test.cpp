#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "trajectory/vector_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "trajectory/sphere/bridge_test.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "trajectory/sphere/bridge-inl.hpp"

// On the best target of this processor; every lane has the same.

HWY_BEFORE_NAMESPACE();
namespace dickejump::HWY_NAMESPACE {

void look(const sphere::WindowTask& task, double before, double after, const SphereStep& step, double index) {
    const Reals d;
    look_for_crossings(task, hn::Set(d, before), hn::Set(d, after), step, index, 0);
}

}  // namespace dickejump::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace dickejump {

HWY_EXPORT(look);

}  // namespace dickejump

using namespace dickejump;
using sphere::Walks;

namespace {

constexpr double spread = 0.01;

/// One walk, whose next word for touches makes this uniform number.
struct OneWalk {
    Walks walks{
        {DickeLadder(10), PumpSchedule::constant(1.0), {.duration = 1.0, .ticks = 1}, StartState::dicke(0)},
        {.count = 1}};
    sphere::WindowTask task{};

    explicit OneWalk(double u, double direction = 1.0, double apart = 0.0) {
        const auto word = static_cast<std::uint64_t>(u * 0x1p52) << 12;
        for (std::size_t lane = 0; lane < walks.x.size(); ++lane) {
            walks.touch[0][lane] = word;
            for (std::size_t i = 1; i < 4; ++i)
                walks.touch[i][lane] = 0;
        }
        task.direction = direction;
        task.first_level = apart, task.last_level = -apart;
        task.walks = &walks;
    }
    void look(double before, double after, double index = 0.0) {
        SphereStep step{};
        step.spread = spread;
        HWY_DYNAMIC_DISPATCH(dickejump::look)(task, before, after, step, index);
    }
    double first() const { return walks.first.step[0]; }
    double last() const { return walks.last.step[0]; }
    bool has_drawn() const { return walks.touch[1][0] != 0; }
};

}  // namespace

TEST_CASE("a step that ends on the other side crosses, whatever chance says, and is kept with its angles") {
    for (const double u : {1e-15, 0.5, 1.0 - 1e-15}) {
        OneWalk walk(u);
        walk.look(-0.1, 0.2, 7.0);
        CHECK(walk.first() == 7.0);
        CHECK(walk.last() == 7.0);
        CHECK(walk.walks.first.before[0] == doctest::Approx(std::asin(-0.1)).epsilon(1e-14));
        CHECK(walk.walks.last.after[0] == doctest::Approx(std::asin(0.2)).epsilon(1e-14));
    }
}

TEST_CASE("downwards the same is seen in the mirror") {
    OneWalk walk(0.5, -1.0);
    walk.look(-0.1, 0.2, 3.0);  // upwards: arrives nowhere, and leaves nothing
    CHECK(walk.first() == -1.0);
    CHECK(walk.last() == -1.0);
    walk.look(0.2, -0.1, 4.0);
    CHECK(walk.first() == 4.0);
    CHECK(walk.last() == 4.0);
    CHECK(walk.walks.first.before[0] == doctest::Approx(-std::asin(0.2)).epsilon(1e-14));
    CHECK(walk.walks.first.after[0] == doctest::Approx(std::asin(0.1)).epsilon(1e-14));
}

TEST_CASE("the first crossing is kept, the last replaced") {
    OneWalk walk(0.5);
    walk.look(-0.1, 0.2, 3.0);
    walk.look(-0.3, 0.1, 5.0);
    CHECK(walk.first() == 3.0);
    CHECK(walk.last() == 5.0);
    CHECK(walk.walks.last.before[0] == doctest::Approx(std::asin(-0.3)).epsilon(1e-14));
}

TEST_CASE("a bridge whose ends are on one side touches with probability exp(-2 phi0 phi1/v)") {
    const double p0 = std::asin(0.06), p1 = std::asin(0.04);
    const double touching = std::exp(-2.0 * p0 * p1 / spread);
    for (const double u : {1e-9, 0.5 * touching, touching * (1.0 - 1e-9)}) {
        // Below the level: an arrival, and no departure. Above: a departure, and no arrival.
        OneWalk below(u), above(u);
        below.look(-0.06, -0.04);
        above.look(0.06, 0.04);
        CHECK(below.first() == 0.0);
        CHECK(below.last() == -1.0);
        CHECK(above.first() == -1.0);
        CHECK(above.last() == 0.0);
    }
    for (const double u : {touching * (1.0 + 1e-9), 0.9, 1.0 - 1e-9}) {
        OneWalk below(u), above(u);
        below.look(-0.06, -0.04);
        above.look(0.06, 0.04);
        CHECK(below.first() == -1.0);
        CHECK(above.last() == -1.0);
    }
}

TEST_CASE("far from the level nothing is drawn, near it one word, whether or not it touches") {
    OneWalk far(1e-15);
    far.look(-0.5, -0.4);
    far.look(0.5, 0.4);
    CHECK_FALSE(far.has_drawn());
    CHECK(far.first() == -1.0);
    CHECK(far.last() == -1.0);
    OneWalk near(0.999);
    near.look(-0.3, -0.2);
    CHECK(near.has_drawn());
    CHECK(near.first() == -1.0);
}

TEST_CASE("for odd N a run arrives at the upper edge of the middle cell and departs from the lower one") {
    OneWalk walk(1.0 - 1e-15, 1.0, 0.01);
    walk.look(-0.02, 0.005, 1.0);  // beyond the level that is left, not at the other yet
    CHECK(walk.first() == -1.0);
    CHECK(walk.last() == 1.0);
    walk.look(0.005, 0.02, 2.0);
    CHECK(walk.first() == 2.0);
    CHECK(walk.last() == 1.0);
    CHECK(walk.walks.first.before[0] == doctest::Approx(std::asin(0.005) - std::asin(0.01)).epsilon(1e-12));
}

#endif
