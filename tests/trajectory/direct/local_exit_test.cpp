#include "trajectory/direct/local_exit.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

using namespace dickejump;
using direct::local_exit;
using direct::LocalRate;

namespace {

constexpr LocalRates rates{.emission = 0.3, .pumping = 0.1, .dephasing = 0.4};

}  // namespace

TEST_CASE("what single atoms do in all is a line in n: every exit, and dephasing that changes nothing") {
    for (const std::int64_t atoms : {1, 2, 5, 8}) {
        const LocalSpins spins(atoms, rates);
        for (std::int64_t twice_j = atoms; twice_j >= 0; twice_j -= 2)
            for (std::int64_t twice_m = -twice_j; twice_m <= twice_j; twice_m += 2) {
                const SpinState at{twice_j, twice_m};
                double all = 0.0;
                for (const auto& exit : spins.exits(at))
                    all += exit.rate;
                const double j = at.j(), m = at.m();
                if (twice_j > 0)
                    all += rates.dephasing * (0.5 * static_cast<double>(atoms) + 1.0) * m * m /
                           (2.0 * j * (j + 1.0));
                CHECK(LocalRate(spins).at(static_cast<double>(spins.excited(at))) ==
                      doctest::Approx(all).epsilon(1e-14));
            }
    }
}

TEST_CASE("an atom takes the way in which the number falls, in the order of the exits, or none") {
    const LocalSpins spins(8, rates);
    for (const SpinState at : {SpinState{6, 2}, SpinState{8, 8}, SpinState{8, -8}, SpinState{0, 0},
                               SpinState{2, 0}, SpinState{4, -4}}) {
        const double all = LocalRate(spins).at(static_cast<double>(spins.excited(at)));
        double below = 0.0;
        for (const auto& exit : spins.exits(at)) {
            if (exit.rate > 0.0) {
                for (const double u : {(below + 1e-9) / all, (below + exit.rate - 1e-9) / all}) {
                    const auto taken = local_exit(spins, at, u);
                    REQUIRE(taken);
                    CHECK(taken->process == exit.process);
                    CHECK(taken->twice_dj == exit.twice_dj);
                    CHECK_NOTHROW(spins.check_state(taken->from(at)));
                }
            }
            below += exit.rate;
        }
        if (below < all - 1e-6) CHECK_FALSE(local_exit(spins, at, (below + 1e-9) / all));
        CHECK((at == SpinState{0, 0} || at == SpinState{2, 0} || below < all - 1e-6));
    }
}

TEST_CASE("the ends of (0, 1) lead to states that there are, whatever is 0") {
    constexpr std::array<LocalRates, 4> some{LocalRates{.emission = 0.1}, LocalRates{.pumping = 0.1},
                                             LocalRates{.dephasing = 0.1}, rates};
    for (const auto& rate : some)
        for (const std::int64_t atoms : {1, 2, 3, 1001}) {
            const LocalSpins spins(atoms, rate);
            for (const auto twice_j : {atoms, atoms % 2, std::max<std::int64_t>(atoms - 2, atoms % 2)})
                for (const auto twice_m : {-twice_j, twice_j})
                    for (const double u : {0x1p-53, 0.5, 1.0 - 0x1p-53})
                        if (const auto exit = local_exit(spins, {twice_j, twice_m}, u))
                            CHECK_NOTHROW(spins.check_state(exit->from({twice_j, twice_m})));
        }
}
