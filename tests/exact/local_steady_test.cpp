#include "dickejump/exact/local_steady.hpp"

#include <doctest/doctest.h>

#include <Eigen/Eigenvalues>
#include <array>
#include <atomic>
#include <cmath>

#include "dickejump/exact/local_equation.hpp"
#include "dickejump/exact/spectrum.hpp"
#include "exact/local_system.hpp"

using namespace dickejump;
using doctest::Approx;

TEST_CASE("the steady state of |j, m> is where the rate equation ends") {
    for (const LocalRates& rates :
         {LocalRates{.emission = 0.1}, LocalRates{.emission = 0.1, .pumping = 0.05, .dephasing = 0.2},
          LocalRates{.dephasing = 0.3}})
        for (const std::int64_t atoms : {2, 7, 20}) {
            const LocalSpins spins(atoms, rates);
            const double w = 1.1;
            CAPTURE(atoms);
            const auto steady = exact::local_steady_state(spins, w);
            const auto ended = exact::solve_local(
                spins, PumpSchedule::constant(w), 400.0,
                Eigen::VectorXd::Unit(static_cast<Eigen::Index>(spins.states()), 0), std::array{400.0});
            CHECK(steady.inversion.mean == Approx(ended.solution.jz_mean[0]).epsilon(1e-7));
            CHECK(steady.inversion.variance == Approx(ended.solution.jz_variance[0]).epsilon(1e-7));
            CHECK(steady.j2 == Approx(ended.j2_mean[0]).epsilon(1e-7));
            CHECK((steady.populations - ended.end).lpNorm<1>() < 1e-6);
            // To rounding it stays where it is.
            const auto generator = exact::generator_of(exact::local_system(spins), w);
            CHECK((generator * steady.populations).lpNorm<1>() <
                  1e-13 * generator.diagonal().cwiseAbs().maxCoeff());
            CHECK(steady.populations.sum() == Approx(1.0).epsilon(1e-14));
        }
}

TEST_CASE("its gap is the slowest of all eigenvalues of the generator") {
    for (const LocalRates& rates : {LocalRates{.emission = 0.1}, LocalRates{.pumping = 1e-4},
                                    LocalRates{.emission = 3.0, .pumping = 2.0, .dephasing = 0.2}})
        for (const std::int64_t atoms : {1, 5, 12}) {
            const LocalSpins spins(atoms, rates);
            const Eigen::MatrixXd whole = exact::generator_of(exact::local_system(spins), 0.9);
            Eigen::VectorXd decays = -whole.eigenvalues().real();
            std::sort(decays.begin(), decays.end());
            CAPTURE(atoms);
            CHECK(exact::local_steady_state(spins, 0.9).gap == Approx(decays(1)).epsilon(1e-7));
        }
}

TEST_CASE("the law of n answers to the pump as the difference of two pumps") {
    const LocalSpins spins(16, {.emission = 0.2, .pumping = 0.02, .dephasing = 0.1});
    const double h = 2e-5;
    const auto below = exact::local_steady_state(spins, 1.0 - h),
               here = exact::local_steady_state(spins, 1.0),
               above = exact::local_steady_state(spins, 1.0 + h);
    CHECK(here.levels.sum() == Approx(1.0).epsilon(1e-13));
    CHECK(std::abs(here.level_slopes.sum()) < 1e-12);
    for (Eigen::Index n = 0; n <= 16; ++n)
        CHECK(std::abs(here.level_slopes(n) - (above.levels(n) - below.levels(n)) / (2.0 * h)) < 1e-8);
    double information = 0.0;
    for (Eigen::Index n = 0; n <= 16; ++n)
        information += here.level_slopes(n) * here.level_slopes(n) / here.levels(n);
    CHECK(here.information() == Approx(information).epsilon(1e-10));
}

TEST_CASE("without local rates it is the ladder's, and without a pump emission ends in the ground state") {
    const LocalSpins spins(30, {});
    const auto steady = exact::local_steady_state(spins, 1.2);
    const auto ladder = exact::steady_inversion(DickeLadder(30), 1.2);
    CHECK(steady.inversion.mean == Approx(ladder.mean).epsilon(1e-13));
    CHECK(steady.inversion.variance == Approx(ladder.variance).epsilon(1e-13));
    CHECK(steady.gap == exact::relaxation(DickeLadder(30), 1.2).gap);
    CHECK(steady.information() == Approx(ladder.variance / (1.2 * 1.2)).epsilon(1e-10));
    // Slow processes of single atoms mix every j, however slow they are.
    const auto slow = exact::local_steady_state(LocalSpins(30, {.emission = 1e-7}), 1.2);
    CHECK(slow.j2 < 0.5 * steady.j2);
    CHECK(slow.gap < 1e-6);
    const auto dark = exact::local_steady_state(LocalSpins(9, {.emission = 0.3}), 0.0);
    CHECK(dark.populations(0) == Approx(1.0).epsilon(1e-12));
}

TEST_CASE("a pump that is no rate is refused, and a steady state that is asked to stop does") {
    const LocalSpins spins(8, {.emission = 0.1});
    CHECK_THROWS_AS(exact::local_steady_state(spins, -1.0), InvalidInput);
    CHECK_THROWS_AS(exact::local_steady_state(spins, std::nan("")), InvalidInput);
    const std::atomic<bool> stop = true;
    CHECK_THROWS_AS(exact::local_steady_state(spins, 1.0, StopRequest(&stop)), Stopped);
}
