#include "dickejump/trajectory/ladder_walk.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "dickejump/model/invalid_input.hpp"
#include "dickejump/random/stream.hpp"
#include "dickejump/trajectory/ladder_sampler.hpp"

using namespace dickejump;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double almost_one = 1.0 - 0x1p-53;

/// Chance from a list. After its end no jump comes in any time that a test looks at.
struct Script {
    std::vector<double> exponentials, uniforms;
    std::size_t next = 0;

    double exponential() const { return next < exponentials.size() ? exponentials[next] : 1e200; }
    double uniform() {
        const double u = next < uniforms.size() ? uniforms[next] : 0.5;
        ++next;
        return u;
    }
};

/// Independent chance that counts what is asked of it, in order.
struct Counting {
    Stream stream;
    std::int64_t exponentials = 0, uniforms = 0;
    bool in_turn = true;

    explicit Counting(std::uint64_t trajectory) : stream(42, trajectory, Purpose::test) {}
    double exponential() {
        in_turn = in_turn && exponentials == uniforms;
        ++exponentials;
        return -std::log(open_unit(stream()));
    }
    double uniform() {
        ++uniforms;
        in_turn = in_turn && exponentials == uniforms;
        return open_unit(stream());
    }
};

constexpr auto everything = Quantities::jumps | Quantities::level_integral | Quantities::time_tags;

/// The whole run of one walk in one window.
template <Quantities wanted, DrawSource Draws>
Window walked(LadderWalk<Draws>& walk, const TickGrid& grid) {
    Window window;
    window.grid = grid;
    window.ticks = static_cast<int>(grid.ticks);
    window.lanes = 1;
    const auto cells = static_cast<std::size_t>(grid.ticks);
    window.start = {static_cast<std::int32_t>(walk.n())};
    window.n.resize(cells);
    window.jumps_up.resize(cells);
    window.jumps_down.resize(cells);
    window.n_dt.resize(cells);
    window.tags.resize(1);
    for (int tick = 0; tick < window.ticks; ++tick) {
        const double time = grid.time(tick + 1);
        while (walk.jumps_by(time))
            walk.template jump<wanted>(&window.tags[0]);
        walk.template close_tick<wanted>(window, window.at(tick, 0), time);
    }
    window.first_crossing = {walk.first_crossing()};
    window.last_crossing = {walk.last_crossing()};
    return window;
}

/// The jumps of a scripted walk up to `until`.
std::vector<Jump> tags_of(std::int64_t atoms, const PumpSchedule& pump, std::int64_t n, Script script,
                          double until) {
    const DickeLadder ladder(atoms);
    LadderWalk walk(ladder, pump, n, std::move(script));
    return walked<everything>(walk, {.duration = until, .ticks = 1}).tags[0];
}

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

/// The root of rate t + growth t^2/2 = hazard on [0, upper], where the left side rises.
long double bisected(long double rate, long double growth, long double hazard, long double upper) {
    long double low = 0.0L, high = upper;
    for (int i = 0; i < 200; ++i) {
        const long double middle = 0.5L * (low + high);
        (rate * middle + 0.5L * growth * middle * middle < hazard ? low : high) = middle;
    }
    return high;
}

double logarithmic(Stream& random, double from, double to) {
    return from * std::pow(to / from, open_unit(random()));
}

struct Crossings {
    double first = not_a_number, last = not_a_number;
};

/// PHYSICS of a crossing, word by word: the first jump that arrives at 2n >= N from below, the last jump that
/// ends a visit to 2n <= N; downwards with n -> N - n.
Crossings brute_crossings(std::int64_t atoms, std::int64_t n, const std::vector<Jump>& tags, bool up) {
    Crossings found;
    if (!up) n = atoms - n;
    for (const auto& tag : tags) {
        const auto before = n;
        n += up ? tag.dn() : -tag.dn();
        if (2 * before < atoms && 2 * n >= atoms && std::isnan(found.first)) found.first = tag.time;
        if (2 * before <= atoms && 2 * n > atoms) found.last = tag.time;
    }
    return found;
}

bool same(double a, double b) {
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}
bool same_or_both_missing(double a, double b) {
    return a == b || (std::isnan(a) && std::isnan(b));
}

}  // namespace

TEST_CASE("the waiting time is the hazard over the rate while the rate is constant") {
    CHECK(waiting_time(4.0, 0.0, 3.0) == 0.75);
    CHECK(waiting_time(1.0, 0.0, 1e-16) == 1e-16);
    CHECK(waiting_time(0.0, 0.0, 1.0) == infinity);
}

TEST_CASE("the waiting time from rate 0 under a growing pump is sqrt(2E/a)") {
    CHECK(waiting_time(0.0, 2.0, 9.0) == 3.0);
    CHECK(waiting_time(0.0, 0.5, 1.0) == 2.0);
    CHECK(waiting_time(0.0, 2.0, 1e-16) == doctest::Approx(1e-8).epsilon(1e-14));
}

TEST_CASE("the waiting time under a falling pump that runs dry first is infinite") {
    // From rate 2 falling by 1: at most 2 in all.
    CHECK(waiting_time(2.0, -1.0, 2.0) == 2.0);
    CHECK(waiting_time(2.0, -1.0, 1.5) == 1.0);
    CHECK(waiting_time(2.0, -1.0, 2.0 + 1e-15) == infinity);
    CHECK(waiting_time(2.0, -1.0, 100.0) == infinity);
    CHECK(waiting_time(0.0, -1.0, 1e-300) == infinity);
}

TEST_CASE("no hazard left means no time to wait, also where the pump has run dry") {
    // The smallest dt >= 0 that uses up nothing is 0, whatever the rate.
    CHECK(waiting_time(2.0, 1.0, 0.0) == 0.0);
    CHECK(waiting_time(2.0, -1.0, 0.0) == 0.0);
    CHECK(waiting_time(0.0, 1.0, 0.0) == 0.0);
    CHECK(waiting_time(0.0, 0.0, 0.0) == 0.0);
}

TEST_CASE("the waiting time is the bisected root for rates, growths and hazards of all sizes") {
    Stream random(1, 0, Purpose::test);
    double worst = 0.0;
    int dry = 0;
    for (int i = 0; i < 20'000; ++i) {
        const double rate = logarithmic(random, 1e-6, 1e12), hazard = logarithmic(random, 1e-16, 40.0);
        double growth = logarithmic(random, 1e-6, 1e6) * rate * rate / hazard * 1e-4;
        if (i % 2 == 1) {
            // Down to a tenth from running dry, where the root is well conditioned; and beyond it.
            growth = -0.5 * rate * rate / hazard * (i % 4 == 1 ? 0.9 * open_unit(random()) : 1.0 + 1e-9);
        }
        const double dt = waiting_time(rate, growth, hazard);
        if (i % 4 == 3) {
            dry += dt == infinity;
            continue;
        }
        const long double upper =
            growth < 0.0 ? rate / -static_cast<long double>(growth) : static_cast<long double>(hazard) / rate;
        const long double root = bisected(rate, growth, hazard, upper);
        worst = std::max(worst, static_cast<double>(std::abs(dt / root - 1.0L)));
    }
    CHECK(worst < 4e-15);
    CHECK(dry == 5000);
}

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
        const auto window = walked<everything>(walk, {.duration = 40.0, .ticks = 7});
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
            const auto window = walked<everything>(walk, grid);

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

TEST_CASE("crossings are the first arrival and the last departure, for odd and even N, up and down") {
    constexpr auto up = Quantities::crossings_up | Quantities::time_tags;
    constexpr auto down = Quantities::crossings_down | Quantities::time_tags;
    int wrong = 0, found = 0, missing = 0;
    for (const std::int64_t atoms : {1, 2, 3, 4, 7, 10})
        for (std::int64_t start = 0; start <= atoms; ++start)
            for (std::uint64_t run = 0; run < 40; ++run) {
                const DickeLadder ladder(atoms);
                const auto rising = PumpSchedule::linear(0.0, 2.5, 3.0),
                           falling = PumpSchedule::linear(2.5, 0.0, 3.0);
                const TickGrid grid{.duration = 3.0 * static_cast<double>(run % 4 + 1) / 4.0, .ticks = 2};
                LadderWalk climb(ladder, rising, start, Counting(run)),
                    descent(ladder, falling, start, Counting(run));
                const auto climbed = walked<up>(climb, grid), descended = walked<down>(descent, grid);
                for (const auto* window : {&climbed, &descended}) {
                    const auto expected = brute_crossings(atoms, start, window->tags[0], window == &climbed);
                    wrong += !same_or_both_missing(window->first_crossing[0], expected.first);
                    wrong += !same_or_both_missing(window->last_crossing[0], expected.last);
                    found += !std::isnan(expected.first) && expected.first < expected.last;
                    missing += std::isnan(expected.first);
                }
            }
    CHECK(wrong == 0);
    CHECK(found > 500);    // runs that cross to and fro,
    CHECK(missing > 500);  // and runs that do not arrive: both kinds are seen
}

TEST_CASE("crossings by hand: even N arrives at the middle and departs beyond it, odd N does both at once") {
    const auto pump = PumpSchedule::constant(1.0);
    const auto crossings = [&](std::int64_t atoms, std::int64_t start, const std::vector<int>& steps,
                               bool up) {
        const DickeLadder ladder(atoms);
        Script script;
        for (const int step : steps) {
            script.exponentials.push_back(1.0);
            script.uniforms.push_back(step > 0 ? 0x1p-53 : almost_one);
        }
        LadderWalk walk(ladder, pump, start, script);
        const TickGrid grid{.duration = 1e3, .ticks = 1};
        const auto window = up ? walked<Quantities::crossings_up | Quantities::time_tags>(walk, grid)
                               : walked<Quantities::crossings_down | Quantities::time_tags>(walk, grid);
        // The number of the jump, so that the levels alone matter: 1 is the first, 0 is none.
        const auto index = [&](double time) {
            int i = 0;
            for (const auto& tag : window.tags[0])
                if (++i, tag.time == time) return i;
            return 0;
        };
        return std::pair{index(window.first_crossing[0]), index(window.last_crossing[0])};
    };
    CHECK(crossings(4, 1, {1, 1, -1, -1, 1, 1}, true) == std::pair{1, 6});  // 1 2 3 2 1 2 3
    CHECK(crossings(3, 0, {1, 1, -1, 1}, true) == std::pair{2, 4});         // 0 1 2 1 2
    CHECK(crossings(4, 2, {1}, true) == std::pair{0, 1});                   // 2 3: there from the start
    CHECK(crossings(4, 1, {1, -1}, true) == std::pair{1, 0});               // 1 2 1: never beyond
    CHECK(crossings(4, 3, {-1, -1, 1, 1, -1, -1}, false) == std::pair{1, 6});
    CHECK(crossings(3, 3, {-1, -1, 1, -1}, false) == std::pair{2, 4});
    CHECK(crossings(4, 0, {1, 1, 1}, false) == std::pair{0, 0});
}

namespace {

struct Run {
    std::vector<Window> windows;

    /// Column values of one lane over all windows.
    template <class Column>
    auto lane(int lane, Column Window::*column) const {
        Column values;
        for (const auto& window : windows)
            for (int tick = 0; tick < window.ticks; ++tick)
                values.push_back((window.*column)[window.at(tick, lane)]);
        return values;
    }
    std::vector<Jump> tags(int lane) const {
        std::vector<Jump> all;
        for (const auto& window : windows) {
            const auto& some = window.tags[static_cast<std::size_t>(lane)];
            all.insert(all.end(), some.begin(), some.end());
        }
        return all;
    }
};

Run run(const LadderSampler& sampler, const Lanes& lanes, Quantities wanted) {
    Run result;
    sampler(lanes, wanted, [&](const Window& window) { result.windows.push_back(window); });
    return result;
}

LadderSampler scan_sampler(std::int64_t atoms = 20, std::int64_t ticks = 150) {
    return {DickeLadder(atoms),
            PumpSchedule::linear(0.4, 1.6, 3.0),
            {.duration = 3.0, .ticks = ticks},
            StartState::steady(0.4)};
}

bool same(const std::vector<double>& a, const std::vector<double>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](double x, double y) { return same(x, y); });
}

}  // namespace

TEST_CASE("more lanes leave the first ones unchanged, and a lane is its trajectory wherever it stands") {
    constexpr auto all = everything | Quantities::crossings_up;
    const auto sampler = scan_sampler();
    const auto few = run(sampler, {.seed = 5, .first_trajectory = 0, .count = 3}, all);
    const auto many = run(sampler, {.seed = 5, .first_trajectory = 0, .count = 21}, all);
    const auto later = run(sampler, {.seed = 5, .first_trajectory = 2, .count = 1}, all);
    const auto compare = [&](const Run& a, int lane_a, const Run& b, int lane_b) {
        const auto at_a = static_cast<std::size_t>(lane_a), at_b = static_cast<std::size_t>(lane_b);
        CHECK(a.windows.back().start[at_a] == b.windows.back().start[at_b]);
        CHECK(a.lane(lane_a, &Window::n) == b.lane(lane_b, &Window::n));
        CHECK(a.lane(lane_a, &Window::jumps_up) == b.lane(lane_b, &Window::jumps_up));
        CHECK(a.lane(lane_a, &Window::jumps_down) == b.lane(lane_b, &Window::jumps_down));
        CHECK(same(a.lane(lane_a, &Window::n_dt), b.lane(lane_b, &Window::n_dt)));
        CHECK(a.tags(lane_a) == b.tags(lane_b));
        CHECK(same_or_both_missing(a.windows.back().first_crossing[at_a],
                                   b.windows.back().first_crossing[at_b]));
        CHECK(
            same_or_both_missing(a.windows.back().last_crossing[at_a], b.windows.back().last_crossing[at_b]));
    };
    for (int lane = 0; lane < 3; ++lane)
        compare(few, lane, many, lane);
    compare(later, 0, many, 2);
    CHECK(many.tags(0) != many.tags(1));
}

TEST_CASE("other seeds, purposes and trajectories are other runs") {
    const auto sampler = scan_sampler();
    const auto tags = [&](const Lanes& lanes) { return run(sampler, lanes, Quantities::time_tags).tags(0); };
    const auto base = tags({.seed = 5, .first_trajectory = 9, .purpose = Purpose::scan_up});
    CHECK(base == tags({.seed = 5, .first_trajectory = 9, .purpose = Purpose::scan_up}));
    CHECK(base != tags({.seed = 6, .first_trajectory = 9, .purpose = Purpose::scan_up}));
    CHECK(base != tags({.seed = 5, .first_trajectory = 10, .purpose = Purpose::scan_up}));
    CHECK(base != tags({.seed = 5, .first_trajectory = 9, .purpose = Purpose::scan_down}));
}

TEST_CASE("what is asked for never changes a run, and only that is delivered") {
    const auto sampler = scan_sampler();
    const Lanes lanes{.seed = 8, .first_trajectory = 3, .count = 5};
    const auto reference = run(sampler, lanes, everything | Quantities::crossings_up);
    for (unsigned set = 0; set < 32; ++set) {
        const auto wanted = Quantities(set);
        if (contains(wanted, Quantities::crossings_up | Quantities::crossings_down)) continue;
        const auto result = run(sampler, lanes, wanted);
        const bool jumps = contains(wanted, Quantities::jumps),
                   tags = contains(wanted, Quantities::time_tags);
        const bool integral = contains(wanted, Quantities::level_integral);
        const bool crossings =
            contains(wanted, Quantities::crossings_up) || contains(wanted, Quantities::crossings_down);
        for (const auto& window : result.windows) {
            CHECK(window.jumps_up.empty() == !jumps);
            CHECK(window.jumps_down.empty() == !jumps);
            CHECK(window.n_dt.empty() == !integral);
            CHECK(window.tags.empty() == !tags);
            CHECK(window.first_crossing.empty() == !crossings);
            CHECK(window.last_crossing.empty() == !crossings);
        }
        for (int lane = 0; lane < lanes.count; ++lane) {
            CHECK(result.lane(lane, &Window::n) == reference.lane(lane, &Window::n));
            if (jumps) CHECK(result.lane(lane, &Window::jumps_up) == reference.lane(lane, &Window::jumps_up));
            if (jumps)
                CHECK(result.lane(lane, &Window::jumps_down) == reference.lane(lane, &Window::jumps_down));
            if (integral) CHECK(same(result.lane(lane, &Window::n_dt), reference.lane(lane, &Window::n_dt)));
            if (tags) CHECK(result.tags(lane) == reference.tags(lane));
        }
    }
}

TEST_CASE("windows follow one another without gaps and end with the grid") {
    for (const std::int64_t ticks : {1, 63, 64, 65, 150}) {
        const auto result = run(scan_sampler(6, ticks), {.count = 2}, everything);
        std::int64_t next = 0;
        for (const auto& window : result.windows) {
            CHECK(window.first_tick == next);
            CHECK(window.lanes == 2);
            CHECK(window.ticks >= 1);
            CHECK(window.n.size() >= static_cast<std::size_t>(2 * window.ticks));
            next += window.ticks;
            CHECK(window.last() == (next == ticks));
            for (const auto& tags : window.tags)
                for (const auto& tag : tags) {
                    CHECK(tag.time > window.grid.time(window.first_tick));
                    CHECK(tag.time <= window.grid.time(next));
                }
        }
        CHECK(next == ticks);
    }
}

TEST_CASE("the tick grid decides nothing about the jumps") {
    const Lanes lanes{.seed = 2, .count = 3};
    for (int lane = 0; lane < lanes.count; ++lane)
        CHECK(run(scan_sampler(20, 7), lanes, everything).tags(lane) ==
              run(scan_sampler(20, 300), lanes, everything).tags(lane));
}

TEST_CASE("crossings of the sampler are those of its time tags") {
    for (const std::int64_t atoms : {20, 21}) {
        const Lanes lanes{.seed = 4, .count = 30};
        const auto up = run(scan_sampler(atoms), lanes, Quantities::crossings_up | Quantities::time_tags);
        const auto down = run(scan_sampler(atoms), lanes, Quantities::crossings_down | Quantities::time_tags);
        int crossed = 0;
        for (int lane = 0; lane < lanes.count; ++lane)
            for (const auto* result : {&up, &down}) {
                const auto at = static_cast<std::size_t>(lane);
                const auto& window = result->windows.back();
                const auto expected =
                    brute_crossings(atoms, window.start[at], result->tags(lane), result == &up);
                CHECK(same_or_both_missing(window.first_crossing[at], expected.first));
                CHECK(same_or_both_missing(window.last_crossing[at], expected.last));
                crossed += !std::isnan(expected.first);
            }
        CHECK(crossed > 20);
    }
}

TEST_CASE("a trajectory of the sampler never changes") {
    // Frozen: a change here changes every published result.
    const auto result =
        run(scan_sampler(), {.seed = 1, .first_trajectory = 0, .count = 1}, Quantities::time_tags);
    const auto tags = result.tags(0);
    CHECK(result.windows[0].start[0] == 0);
    CHECK(tags.size() == 341);
    CHECK(tags.front() == Jump{0x1.ebeef98e1b775p-4, Process::collective_pumping});
    CHECK(tags.back() == Jump{0x1.7fd821dd9548bp+1, Process::collective_emission});
}

TEST_CASE("the longest ladder is walked without overflow") {
    const DickeLadder ladder(DickeLadder::max_atoms);
    const auto half = DickeLadder::max_atoms / 2;
    const LadderSampler sampler(ladder, PumpSchedule::constant(1.0), {.duration = 1e-15, .ticks = 2},
                                StartState::dicke(half));
    const auto result = run(sampler, {.count = 4}, everything);
    for (int lane = 0; lane < 4; ++lane) {
        std::int64_t n = half;
        for (const auto& tag : result.tags(lane))
            n += tag.dn();
        CHECK(result.lane(lane, &Window::n).back() == n);
        // About 2 N^2/4 dt = 2300 jumps, sqrt(2300) = 48.
        CHECK(result.tags(lane).size() > 1900);
        CHECK(result.tags(lane).size() < 2700);
        CHECK(result.lane(lane, &Window::n_dt)[0] == doctest::Approx(0x1p30 * 5e-16).epsilon(1e-6));
    }
}

TEST_CASE("a sampler refuses an empty grid and a start that is not on the ladder") {
    const auto make = [](TickGrid grid, StartState start) {
        return LadderSampler(DickeLadder(10), PumpSchedule::constant(1.0), grid, start);
    };
    const TickGrid fine{.duration = 1.0, .ticks = 4};
    CHECK_NOTHROW(make(fine, StartState::dicke(0)));
    CHECK_NOTHROW(make(fine, StartState::dicke(10)));
    CHECK_NOTHROW(make(fine, StartState::steady(0.0)));
    for (const double duration : {0.0, -1.0, infinity, not_a_number})
        CHECK_THROWS_AS(make({.duration = duration, .ticks = 4}, StartState::dicke(0)), InvalidInput);
    for (const std::int64_t ticks : {0, -1})
        CHECK_THROWS_AS(make({.duration = 1.0, .ticks = ticks}, StartState::dicke(0)), InvalidInput);
    for (const std::int64_t n : {-1, 11})
        CHECK_THROWS_AS(make(fine, StartState::dicke(n)), InvalidInput);
    for (const double pump : {-0.5, infinity, not_a_number})
        CHECK_THROWS_AS(make(fine, StartState::steady(pump)), InvalidInput);
    // All mistakes at once, each naming the value that was given.
    try {
        make({.duration = -2.5, .ticks = -3}, StartState::dicke(77));
        FAIL("accepted");
    } catch (const InvalidInput& refused) {
        REQUIRE(refused.problems().size() == 3);
        CHECK(refused.problems()[0].find("-2.5") != std::string::npos);
        CHECK(refused.problems()[1].find("-3") != std::string::npos);
        CHECK(refused.problems()[2].find("77") != std::string::npos);
    }
}

TEST_CASE("a sampler refuses to look for crossings both ways at once") {
    // Documented as impossible: better refused than answered for one of them.
    CHECK_THROWS_AS(run(scan_sampler(), {}, Quantities::crossings_up | Quantities::crossings_down),
                    InvalidInput);
}
