#include "dickejump/model/local_spins.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <set>

using namespace dickejump;

namespace {

template <class See>
void each_state(std::int64_t atoms, See see) {
    for (std::int64_t twice_j = atoms; twice_j >= 0; twice_j -= 2)
        for (std::int64_t twice_m = -twice_j; twice_m <= twice_j; twice_m += 2)
            see(SpinState{twice_j, twice_m});
}

}  // namespace

TEST_CASE("local rates add up to what single atoms do") {
    for (const std::int64_t atoms : {1, 2, 7, 20, 201}) {
        const LocalSpins spins(atoms, {.emission = 0.3, .pumping = 0.2, .dephasing = 0.7});
        each_state(atoms, [&](const SpinState& at) {
            double emission = 0.0, pumping = 0.0, dephasing = 0.0;
            for (const auto& exit : spins.exits(at)) {
                CHECK(exit.rate >= 0.0);
                (exit.process == Process::emission  ? emission
                 : exit.process == Process::pumping ? pumping
                                                    : dephasing) += exit.rate;
            }
            const double half = 0.5 * static_cast<double>(atoms), m = at.m(), j = at.j();
            CHECK(emission == doctest::Approx(0.3 * (half + m)).epsilon(1e-12));
            CHECK(pumping == doctest::Approx(0.2 * (half - m)).epsilon(1e-12));
            // What is left out is dephasing that changes nothing, a0 m^2.
            const double stays = j > 0.0 ? (half + 1.0) / (2.0 * j * (j + 1.0)) * m * m : 0.0;
            CHECK(dephasing + 0.7 * stays == doctest::Approx(0.7 * 0.5 * half).epsilon(1e-12));
        });
    }
}

TEST_CASE("two atoms by hand") {
    // |1,0>: half of it decays to the ground state; of the singlet all does, and only to the triplet.
    const LocalSpins pair(2, {.emission = 1.0, .pumping = 0.0, .dephasing = 1.0});
    const auto from = [&](const SpinState& at, Process process, int twice_dj) {
        for (const auto& exit : pair.exits(at))
            if (exit.process == process && exit.twice_dj == twice_dj) return exit.rate;
        return -1.0;
    };
    CHECK(from({2, 2}, Process::emission, 0) == doctest::Approx(1.0));   // |ee>: to |1,0> ..
    CHECK(from({2, 2}, Process::emission, -2) == doctest::Approx(1.0));  // .. or the singlet
    CHECK(from({2, 0}, Process::emission, 0) == doctest::Approx(1.0));
    CHECK(from({2, 0}, Process::emission, -2) == 0.0);
    CHECK(from({0, 0}, Process::emission, 2) == doctest::Approx(1.0));
    // sigma_z of one atom turns |1,0> into the singlet: rate 1/4 an atom.
    CHECK(from({2, 0}, Process::dephasing, -2) == doctest::Approx(0.5));
    CHECK(from({0, 0}, Process::dephasing, 2) == doctest::Approx(0.5));
    CHECK(from({2, 2}, Process::dephasing, -2) == 0.0);
}

TEST_CASE("no local jump leaves the states, and every state has a place of its own") {
    for (const std::int64_t atoms : {1, 2, 5, 6}) {
        const LocalSpins spins(atoms, {.emission = 1.0, .pumping = 1.0, .dephasing = 1.0});
        std::set<std::int64_t> places;
        each_state(atoms, [&](const SpinState& at) {
            Problems problems;
            check_spin(atoms, at, problems);
            CHECK(problems.empty());
            places.insert(spins.index(at));
            for (const auto& exit : spins.exits(at)) {
                if (exit.rate == 0.0) continue;
                const auto to = exit.from(at);
                check_spin(atoms, to, problems);
                CHECK(spins.excited(to) == spins.excited(at) + level_change(exit.process));
            }
            CHECK(problems.empty());
        });
        CHECK(*places.begin() == 0);
        CHECK(*places.rbegin() == spins.states() - 1);
        CHECK(static_cast<std::int64_t>(places.size()) == spins.states());
    }
}

TEST_CASE("collective rates are the ladder's at j = N/2") {
    const LocalSpins spins(9, {});
    for (std::int64_t n = 0; n <= 9; ++n) {
        const auto at = spins.symmetric(n);
        CHECK(LocalSpins::collective_pumping(at) == static_cast<double>((9 - n) * (n + 1)));
        CHECK(LocalSpins::collective_emission(at) == static_cast<double>(n * (10 - n)));
        CHECK(spins.index(at) == n);
        CHECK(spins.excited(at) == n);
    }
}

TEST_CASE("spins that are not there, and rates that are none") {
    for (const SpinState& wrong :
         {SpinState{6, 0}, SpinState{4, 0}, SpinState{-1, 0}, SpinState{5, 7}, SpinState{5, 2}}) {
        Problems problems;
        check_spin(5, wrong, problems);
        CHECK(problems.list().size() == 1);
    }
    const double nan = std::numeric_limits<double>::quiet_NaN();
    try {
        LocalSpins(0, {.emission = -1.0, .pumping = nan, .dephasing = 1.0});
        FAIL("taken");
    } catch (const InvalidInput& error) {
        CHECK(error.problems().size() == 3);
    }
}
