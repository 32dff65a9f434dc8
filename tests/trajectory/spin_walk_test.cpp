#include "dickejump/trajectory/spin_walk.hpp"

#include <doctest/doctest.h>

#include "support/scripted_walk.hpp"

using namespace dickejump;
using namespace dickejump::test;

namespace {

constexpr auto all = whole_story | Quantities::spin | Quantities::crossings_down;

/// The first jumps of a scripted walk of two atoms that both emit at rate 1, from both excited, w = 0.
struct Walked {
    std::vector<Jump> tags;
    SpinState end;
};
Walked two_atoms(Script script, int jumps) {
    const auto pump = PumpSchedule::constant(0.0);
    SpinWalk walk(LocalSpins(2, {.emission = 1.0}), pump, {2, 2}, std::move(script));
    Walked result;
    for (int i = 0; i < jumps; ++i)
        walk.jump<all>(&result.tags);
    result.end = walk.state();
    return result;
}

}  // namespace

TEST_CASE("a uniform number chooses among collective emission and the local ways") {
    // Rates out of |1,1>: 2 collectively, 1 to |1,0> and 1 to the singlet. A hazard of 2 waits for 1/2.
    const auto collective = two_atoms({{2.0}, {0.25}}, 1), stays = two_atoms({{2.0}, {0.6}}, 1),
               singlet = two_atoms({{2.0}, {0.9}}, 1);
    CHECK(collective.tags[0] == Jump{0.5, Process::collective_emission});
    CHECK(collective.end == SpinState{2, 0});
    CHECK(stays.tags[0] == Jump{0.5, Process::emission});
    CHECK(stays.end == SpinState{2, 0});
    CHECK(singlet.tags[0] == Jump{0.5, Process::emission});
    CHECK(singlet.end == SpinState{0, 0});
    // At the edges of (0, 1) there is a way too.
    CHECK(two_atoms({{2.0}, {almost_one}}, 1).end == SpinState{0, 0});
    CHECK(two_atoms({{2.0}, {0x1p-53}}, 1).tags[0].process == Process::collective_emission);
    // The singlet is dark but for single atoms: rate 1, to |1,-1>.
    const auto dark = two_atoms({{2.0, 0.25}, {0.9, 0.01}}, 2);
    CHECK(dark.tags[1] == Jump{0.75, Process::emission});
    CHECK(dark.end == SpinState{2, -2});
}

TEST_CASE("the pump comes first, and a ramp of it enters the waiting time") {
    // One atom down, w = 2t, local pumping at 3: t^2 + 3t = 4 at t = 1, where w = 2 of 5.
    const auto pump = PumpSchedule::linear(0.0, 20.0, 10.0);
    const auto first = [&](double u) {
        SpinWalk walk(LocalSpins(1, {.pumping = 3.0}), pump, {1, -1}, Script{{4.0}, {u}});
        std::vector<Jump> tags;
        walk.jump<all>(&tags);
        return tags[0];
    };
    CHECK(first(0.39).process == Process::collective_pumping);
    CHECK(first(0.41).process == Process::pumping);
    CHECK(first(0.39).time == doctest::Approx(1.0));
}

TEST_CASE("windows hold n, j, both kinds of jumps and the integral; one waiting and one way a state") {
    const auto pump = PumpSchedule::piecewise_linear(std::vector{0.0, 1.0, 2.0}, std::vector{0.0, 2.0, 0.5});
    const LocalSpins spins(7, {.emission = 0.5, .pumping = 0.3, .dephasing = 2.0});
    for (int k = 0; k < 20; ++k) {
        SpinWalk walk(spins, pump, spins.symmetric(3), Counting(static_cast<std::uint64_t>(k)));
        const TickGrid grid{.duration = 3.0, .ticks = 5};
        Window window;
        window.grid = grid;
        window.ticks = 5;
        window.lanes = 1;
        window.n.resize(5), window.jumps_up.resize(5), window.jumps_down.resize(5), window.n_dt.resize(5);
        window.twice_j.resize(5), window.local_jumps.resize(5);
        std::vector<Jump> tags;
        for (int tick = 0; tick < 5; ++tick) {
            while (walk.jumps_by(grid.time(tick + 1)))
                walk.jump<all>(&tags);
            walk.close_tick<all>(window, static_cast<std::size_t>(tick), grid.time(tick + 1));
        }
        std::int64_t counted = 0, n = 3;
        double integral = 0.0, mark = 0.0, told = 0.0;
        for (const auto& tag : tags) {
            integral += static_cast<double>(n) * (tag.time - mark);
            mark = tag.time;
            n += tag.dn();
        }
        integral += static_cast<double>(n) * (3.0 - mark);
        for (std::size_t t = 0; t < 5; ++t) {
            counted += window.jumps_up[t] + window.jumps_down[t] + window.local_jumps[t];
            told += window.n_dt[t];
        }
        CHECK(counted == static_cast<std::int64_t>(tags.size()));
        CHECK(window.n[4] == n);
        CHECK(told == doctest::Approx(integral).epsilon(1e-12));
        CHECK(window.twice_j[4] == walk.state().twice_j);
        CHECK(walk.draws().exponentials == counted + 1);
        CHECK(walk.draws().uniforms == counted + 1);
        CHECK(walk.draws().in_turn);
        const auto down = brute_crossings(7, 3, tags, false);
        CHECK(same_or_both_missing(walk.last_crossing(), down.last));
        Problems problems;
        check_spin(7, walk.state(), problems);
        CHECK(problems.empty());
    }
}
