#include "dickejump/trajectory/ladder_walk.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "dickejump/random/stream.hpp"
#include "support/scripted_walk.hpp"

using namespace dickejump;
using namespace dickejump::test;

namespace {

/// A schedule by its knots, integrated without the library.
struct Knots {
    std::vector<double> times, pumps;

    PumpSchedule schedule() const { return PumpSchedule::piecewise_linear(times, pumps); }
    long double at(long double t) const {
        for (std::size_t i = 0; i + 1 < times.size(); ++i)
            if (t < times[i + 1]) {
                const long double part = (t - times[i]) / (static_cast<long double>(times[i + 1]) - times[i]);
                return pumps[i] + part * (static_cast<long double>(pumps[i + 1]) - pumps[i]);
            }
        return pumps.back();
    }
    /// int w dt from a to b: the trapezium rule is exact between knots.
    long double integral(long double a, long double b) const {
        long double sum = 0.0L;
        for (std::size_t i = 0; i < times.size(); ++i) {
            const long double begin = std::max(a, static_cast<long double>(times[i]));
            const long double end =
                i + 1 < times.size() ? std::min(b, static_cast<long double>(times[i + 1])) : b;
            if (end <= begin) continue;
            const long double w_end = i + 1 < times.size() && end == times[i + 1] ? pumps[i + 1] : at(end);
            sum += 0.5L * (at(begin) + w_end) * (end - begin);
        }
        return sum;
    }
};

}  // namespace

TEST_CASE("one atom jumps when the integral of its rate reaches the exponential, across a knot too") {
    // A_0 = B_1 = 1. w: 1 -> 3 on [0, 1], 3 -> 2 on [1, 3], then 2.
    const Knots knots{{0.0, 1.0, 3.0}, {1.0, 3.0, 2.0}};
    // Before the knot: t + t^2 = 0.75 at t = 1/2.
    auto tags = tags_of(1, knots.schedule(), 0, {{0.75}, {0.5}}, 100.0);
    REQUIRE(tags.size() == 1);
    CHECK(tags[0].time == doctest::Approx(0.5).epsilon(1e-15));
    CHECK(tags[0].dn() == 1);
    // The first second uses up 2; then 3 dt - dt^2/4 = 0.5, dt = 6 - 2 sqrt(8.5). Then down at rate 1 after
    // 0.25, and up again at w = 2 beyond the last knot: the integral to t = 3 is short of 50.
    tags = tags_of(1, knots.schedule(), 0, {{2.5, 0.25, 50.0}, {0.5, 0.5, 0.5}}, 100.0);
    REQUIRE(tags.size() == 3);
    CHECK(tags[0].time == doctest::Approx(7.0 - 2.0 * std::sqrt(8.5)).epsilon(1e-15));
    CHECK(tags[1].time == doctest::Approx(7.25 - 2.0 * std::sqrt(8.5)).epsilon(1e-15));
    CHECK(tags[1].dn() == -1);
    const double w = 3.0 - 0.5 * (tags[1].time - 1.0), to_knot = 0.5 * (w + 2.0) * (3.0 - tags[1].time);
    CHECK(tags[2].time == doctest::Approx(3.0 + (50.0 - to_knot) / 2.0).epsilon(1e-14));
    CHECK(tags[2].dn() == 1);
}

TEST_CASE("two atoms in the middle go either way with the odds of pump and emission") {
    // At n = 1 both rates are 2: up with probability w/(1+w), w = 3 here, and dt = E/8.
    const auto pump = PumpSchedule::constant(3.0);
    for (const auto& [u, dn] :
         {std::pair{0x1p-53, 1}, {0.7499999, 1}, {0.75, 1}, {0.7500001, -1}, {almost_one, -1}}) {
        const auto tags = tags_of(2, pump, 1, {{4.0}, {u}}, 100.0);
        REQUIRE(tags.size() == 1);
        CHECK(tags[0] == Jump{0.5, collective(dn)});
    }
}

TEST_CASE("the odds of a jump are those of the pump at the jump, not at the entry of the state") {
    // Three atoms at n = 1: A = 4, B = 3. w = t: 3 dt + 2 dt^2 = 5 at dt = 1, where up has 4/7; at the entry
    // it had 0.
    const auto pump = PumpSchedule::linear(0.0, 10.0, 10.0);
    CHECK(tags_of(3, pump, 1, {{5.0}, {4.0 / 7.0 - 1e-9}}, 10.0).at(0) ==
          Jump{1.0, Process::collective_pumping});
    CHECK(tags_of(3, pump, 1, {{5.0}, {4.0 / 7.0 + 1e-9}}, 10.0).at(0) ==
          Jump{1.0, Process::collective_emission});
}

TEST_CASE("what is left of a hazard is carried over any number of knots") {
    // Every wait of a scripted run, integrated apart from the library, is its exponential, and every
    // direction the one that its uniform asks for.
    const std::vector<Knots> schedules{
        {{0.0}, {1.3}},
        {{0.0, 2.0}, {0.1, 4.0}},
        {{0.0, 0.05, 0.1, 0.15, 0.7, 0.9, 1.0}, {0.0, 2.0, 0.0, 0.0, 3.0, 0.0, 1.5}},
        {{0.0, 1.0, 1.5, 4.0}, {3.0, 0.5, 0.5, 2.5}}};
    Stream random(2, 0, Purpose::test);
    for (const auto& knots : schedules)
        for (const std::int64_t atoms : {1, 2, 3, 8}) {
            const auto pump = knots.schedule();
            const DickeLadder ladder(atoms);
            for (std::int64_t start = 0; start <= atoms; ++start) {
                Script script;
                for (int i = 0; i < 200; ++i) {
                    script.exponentials.push_back(-2.0 * std::log(open_unit(random())));
                    script.uniforms.push_back(open_unit(random()));
                }
                const auto tags = tags_of(atoms, pump, start, script, 1e6);
                REQUIRE(tags.size() == 200);
                double worst = 0.0;
                int wrong_way = 0;
                long double time = 0.0L;
                auto n = start;
                for (std::size_t i = 0; i < tags.size(); ++i) {
                    const auto up = static_cast<long double>(ladder.pumping(n));
                    const auto down = static_cast<long double>(ladder.emission(n));
                    const auto hazard =
                        up * knots.integral(time, tags[i].time) + down * (tags[i].time - time);
                    // Times carry the rounding of the clock, which the rate turns into hazard.
                    const auto clock = (up * 4.0L + down) * tags[i].time * 0x1p-52L;
                    const auto error = std::abs(hazard - script.exponentials[i]);
                    worst = std::max(worst,
                                     static_cast<double>(error / (1e-14L * script.exponentials[i] + clock)));
                    const auto w = knots.at(tags[i].time);
                    const bool goes_up = script.uniforms[i] * (w * up + down) <= w * up;
                    wrong_way += tags[i].dn() != (goes_up ? 1 : -1);
                    n += tags[i].dn();
                    time = tags[i].time;
                }
                CHECK(worst <= 1.0);
                CHECK(wrong_way == 0);
            }
        }
}

TEST_CASE("the ground state without a pump never jumps, and jumps once the pump comes") {
    const DickeLadder ladder(5);
    const auto off = PumpSchedule::constant(0.0);
    LadderWalk dark(ladder, off, 0, Script{{1e-16}, {0.5}});
    CHECK_FALSE(dark.jumps_by(1e300));
    // w = 0 until t = 2, then w = t - 2: 5 dt^2/2 = 10.
    const auto late =
        PumpSchedule::piecewise_linear(std::vector{0.0, 2.0, 12.0}, std::vector{0.0, 0.0, 10.0});
    CHECK(tags_of(5, late, 0, {{10.0}, {almost_one}}, 100.0).at(0) == Jump{4.0, Process::collective_pumping});
}

TEST_CASE("a pump that runs dry for ever leaves the ground state alone") {
    // 3 atoms at n = 0, w: 2 -> 0 over 1: at most 3 in all.
    const auto pump = PumpSchedule::linear(2.0, 0.0, 1.0);
    CHECK(tags_of(3, pump, 0, {{3.01}, {0.5}}, 1e9).empty());
    CHECK(tags_of(3, pump, 0, {{2.25}, {0.5}}, 1e9).at(0) == Jump{0.5, Process::collective_pumping});
    // From n = 1 the atoms decay in any case, and stay down.
    const auto tags = tags_of(3, pump, 1, {{100.0}, {0.5}}, 1e9);
    REQUIRE(tags.size() == 1);
    CHECK(tags[0].dn() == -1);
}

TEST_CASE("a jump that takes the last of a vanishing pump goes up, and at the time it vanishes") {
    // The hazard is the whole integral of the rate, give or take its rounding. The pump may round to a
    // negative number there, or the hazard left at the knot to nothing; afterwards the pump rises to 1 and so
    // a jump comes in any case.
    Stream random(3, 0, Purpose::test);
    int off_the_ladder = 0, at_the_wrong_time = 0, tried = 0;
    for (int i = 0; i < 2000; ++i) {
        const auto atoms = static_cast<std::int64_t>(1 + random() % 1000);
        const double first = logarithmic(random, 1e-3, 10.0), dry = logarithmic(random, 1e-2, 100.0);
        const auto pump =
            PumpSchedule::piecewise_linear(std::vector{0.0, dry, dry + 1.0}, std::vector{first, 0.0, 1.0});
        const DickeLadder ladder(atoms);
        double hazard = 0.5 * first * dry * static_cast<double>(atoms);
        for (int k = 0; k < 8; ++k)
            hazard = std::nextafter(hazard, 0.0);
        for (int k = -8; k <= 8; ++k, hazard = std::nextafter(hazard, infinity)) {
            LadderWalk walk(ladder, pump, 0, Script{{hazard}, {0.5}});
            REQUIRE(walk.jumps_by(dry + 100.0));
            std::vector<Jump> tags;
            walk.jump<Quantities::time_tags>(&tags);
            off_the_ladder += walk.n() != 1.0;
            // A rounding of the hazard is worth its square root in time, before the knot and after it.
            const double rounding = hazard * 32.0 * 0x1p-52;
            const double leeway = std::max(dry * std::sqrt(32.0 * 0x1p-52),
                                           std::sqrt(2.0 * rounding / static_cast<double>(atoms)));
            at_the_wrong_time += !(std::abs(tags[0].time - dry) <= 2.0 * leeway);
            ++tried;
        }
    }
    INFO("of ", tried);
    CHECK(off_the_ladder == 0);
    CHECK(at_the_wrong_time == 0);
}

TEST_CASE("a walk survives a hazard that is used up just where the pump ends for ever") {
    // Without this the walk would look for its jump beyond the last piece.
    REQUIRE(waiting_time(0.0, 0.0, 0.0) == 0.0);
    Stream random(4, 0, Purpose::test);
    for (int i = 0; i < 500; ++i) {
        const auto atoms = static_cast<std::int64_t>(1 + random() % 1000);
        const double first = logarithmic(random, 1e-3, 10.0), dry = logarithmic(random, 1e-2, 100.0);
        const auto pump = PumpSchedule::linear(first, 0.0, dry);
        double hazard = 0.5 * first * dry * static_cast<double>(atoms);
        for (int k = 0; k < 8; ++k)
            hazard = std::nextafter(hazard, 0.0);
        for (int k = -8; k <= 8; ++k, hazard = std::nextafter(hazard, infinity)) {
            const auto tags = tags_of(atoms, pump, 0, {{hazard}, {0.5}}, 10.0 * dry);
            // Up and, by emission, down again; or never.
            if (!tags.empty()) CHECK(tags[0].dn() == 1);
            for (const auto& tag : tags)
                CHECK(std::isfinite(tag.time));
        }
    }
}

TEST_CASE("uniforms at the ends of (0, 1) never leave the ladder") {
    for (const double u : {5e-324, 0x1p-53, 0.5, almost_one})
        for (const std::int64_t atoms : {1, 2, 3, 100})
            for (const double w : {0.0, 5e-324, 1e-200, 1.0, 1e6}) {
                const DickeLadder ladder(atoms);
                const auto pump = PumpSchedule::constant(w);
                for (const std::int64_t start : {std::int64_t{0}, atoms / 2, atoms}) {
                    LadderWalk walk(ladder, pump, start, Script{std::vector(300, 1e-3), std::vector(300, u)});
                    for (int jump = 0; jump < 300 && walk.jumps_by(std::numeric_limits<double>::max());
                         ++jump) {
                        walk.jump<Quantities::none>(nullptr);
                        REQUIRE(walk.n() >= 0.0);
                        REQUIRE(walk.n() <= static_cast<double>(atoms));
                    }
                }
            }
}

TEST_CASE("uniforms at the ends drive the walk to the end of the ladder and back") {
    // Always up while there is a pump, then at the top the only way is down: n = 0 1 2 3 2 3 2 ..
    const auto pump = PumpSchedule::constant(1.0);
    const auto up = tags_of(3, pump, 0, {std::vector(6, 1.0), std::vector(6, 0x1p-53)}, 100.0);
    std::vector<int> steps;
    for (const auto& tag : up)
        steps.push_back(tag.dn());
    CHECK(steps == std::vector{1, 1, 1, -1, 1, -1});
    const auto down = tags_of(3, pump, 3, {std::vector(6, 1.0), std::vector(6, almost_one)}, 100.0);
    steps.clear();
    for (const auto& tag : down)
        steps.push_back(tag.dn());
    CHECK(steps == std::vector{-1, -1, -1, 1, -1, 1});
}

TEST_CASE("a walk draws one exponential, then one uniform, for every jump and one pair ahead") {
    const auto pump =
        PumpSchedule::piecewise_linear(std::vector{0.0, 1.0, 2.0, 3.0}, std::vector{0.0, 3.0, 0.2, 1.0});
    for (const std::int64_t atoms : {1, 2, 9}) {
        const DickeLadder ladder(atoms);
        LadderWalk walk(ladder, pump, 0, Counting(static_cast<std::uint64_t>(atoms)));
        CHECK(walk.draws().exponentials == 1);
        CHECK(walk.draws().uniforms == 1);
        const auto window = walked<whole_story>(walk, {.duration = 40.0, .ticks = 7});
        const auto jumps = static_cast<std::int64_t>(window.tags[0].size());
        CHECK(jumps > 10);
        CHECK(walk.draws().exponentials == jumps + 1);
        CHECK(walk.draws().uniforms == jumps + 1);
        CHECK(walk.draws().in_turn);
    }
}

TEST_CASE("the columns of a tick are what its time tags say") {
    const auto pump = PumpSchedule::piecewise_linear(std::vector{0.0, 1.0, 2.5}, std::vector{0.2, 2.0, 0.7});
    for (const std::int64_t atoms : {1, 2, 5, 40})
        for (const std::int64_t ticks : {1, 3, 500}) {  // far more ticks than jumps, and far fewer
            const DickeLadder ladder(atoms);
            LadderWalk walk(ladder, pump, atoms / 2,
                            Counting(static_cast<std::uint64_t>(100 * atoms + ticks)));
            const TickGrid grid{.duration = 4.0, .ticks = ticks};
            const auto window = walked<whole_story>(walk, grid);

            std::size_t next = 0;
            std::int64_t n = window.start[0];
            int wrong_counts = 0;
            double worst = 0.0;
            for (int tick = 0; tick < window.ticks; ++tick) {
                std::int64_t ups = 0, downs = 0;
                long double n_dt = 0.0L, mark = grid.time(tick);
                const auto dwell = [&](double until) {
                    n_dt += static_cast<long double>(n) * (until - mark);
                    mark = until;
                };
                for (; next < window.tags[0].size() && window.tags[0][next].time <= grid.time(tick + 1);
                     ++next) {
                    dwell(window.tags[0][next].time);
                    n += window.tags[0][next].dn();
                    ++(window.tags[0][next].dn() > 0 ? ups : downs);
                }
                dwell(grid.time(tick + 1));
                const auto cell = window.at(tick, 0);
                wrong_counts +=
                    window.jumps_up[cell] != ups || window.jumps_down[cell] != downs || window.n[cell] != n;
                const double scale = static_cast<double>(atoms) * grid.tick();
                worst = std::max(worst, static_cast<double>(std::abs(window.n_dt[cell] - n_dt)) / scale);
            }
            CHECK(next == window.tags[0].size());
            CHECK(window.tags[0].size() >= 2);
            CHECK(wrong_counts == 0);
            CHECK(worst < 1e-12);
        }
}
