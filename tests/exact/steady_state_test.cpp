#include "dickejump/exact/steady_state.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <utility>

#include "dickejump/exact/density_matrix.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "dickejump/model/ladder_channels.hpp"

using namespace dickejump;
using doctest::Approx;

TEST_CASE("the steady state is p_n ~ w^n") {
    for (const double w : {0.0, 0.3, 0.97, 1.0, 1.4, 25.0}) {
        CAPTURE(w);
        const Eigen::VectorXd p = exact::steady_state(DickeLadder(7), w);
        REQUIRE(p.size() == 8);
        CHECK(p.sum() == Approx(1.0).epsilon(1e-15));
        for (Eigen::Index n = 0; n < 7; ++n)
            CHECK(p(n + 1) == Approx(w * p(n)).epsilon(1e-14));
    }
}

TEST_CASE("the steady state is in detailed balance") {
    const DickeLadder ladder(40);
    const double w = 1.08;
    const Eigen::VectorXd p = exact::steady_state(ladder, w);
    for (std::int64_t n = 0; n < 40; ++n) {
        const double up = w * static_cast<double>(ladder.pumping(n)) * p(n);
        const double down = static_cast<double>(ladder.emission(n + 1)) * p(n + 1);
        CHECK(up == Approx(down).epsilon(1e-13));
    }
}

TEST_CASE("at w = gamma the steady state has the variance N(N+2)/12") {
    for (const std::int64_t atoms :
         {std::int64_t{1}, std::int64_t{2}, std::int64_t{7}, std::int64_t{100}, std::int64_t{1'000'000}}) {
        const auto n = static_cast<double>(atoms);
        const auto steady = exact::steady_inversion(DickeLadder(atoms), 1.0);
        CHECK(steady.mean == 0.0);
        CHECK(steady.variance == Approx(n * (n + 2.0) / 12.0).epsilon(1e-15));
        CHECK(exact::steady_state_bound(DickeLadder(atoms)) ==
              Approx(std::sqrt(12.0 / (n * (n + 2.0)))).epsilon(1e-15));
    }
}

TEST_CASE("steady moments are those of the geometric law at any N and pump") {
    // Truncated geometric law with ratio q from the populated end: <k> = q/(1-q) - (N+1) q^(N+1)/(1-q^(N+1)).
    const auto distance = [](double atoms, double q) {
        const double log_q = std::log(q), levels = atoms + 1.0;
        return 1.0 / std::expm1(-log_q) - levels / std::expm1(-levels * log_q);
    };
    for (const double atoms : {10.0, 1e3, 1e6})
        for (const double w : {0.2, 0.9, 1.1, 3.0}) {
            CAPTURE(atoms);
            CAPTURE(w);
            const auto steady = exact::steady_inversion(DickeLadder(static_cast<std::int64_t>(atoms)), w);
            const double k = distance(atoms, w < 1.0 ? w : 1.0 / w);
            CHECK(steady.mean == Approx(w < 1.0 ? k - 0.5 * atoms : 0.5 * atoms - k).epsilon(1e-12));
            if (atoms * std::abs(std::log(w)) > 60.0) {  // the far end no longer counts
                const double q = w < 1.0 ? w : 1.0 / w;
                CHECK(steady.variance == Approx(q / ((1.0 - q) * (1.0 - q))).epsilon(1e-11));
            }
        }
}

TEST_CASE("moments of the closed form are those of the populations, within the transition too") {
    for (const double s : {-6.0, -0.4, 1e-7, 0.3, 11.0}) {
        CAPTURE(s);
        const DickeLadder ladder(500);
        const double w = ladder.pump(s);
        const auto closed = exact::steady_inversion(ladder, w);
        const auto summed = exact::inversion(ladder, exact::steady_state(ladder, w));
        CHECK(std::abs(closed.mean - summed.mean) < 1e-10 * 250.0);
        CHECK(closed.variance == Approx(summed.variance).epsilon(1e-11));
    }
}

TEST_CASE("a million levels of steady state sum to one and stay finite at any pump") {
    const DickeLadder ladder(1'000'000);
    for (const double w : {1e-300, 0.5, 1.0 - 1e-7, 1.0 + 1e-7, 2.0, 1e300}) {
        const Eigen::VectorXd p = exact::steady_state(ladder, w);
        CHECK(p.allFinite());
        CHECK(p.minCoeff() >= 0.0);
        CHECK(p.sum() == Approx(1.0).epsilon(1e-12));
    }
}

TEST_CASE("a pump that is negative or not a number has no steady state") {
    for (const double w :
         {-1e-9, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
        CHECK_THROWS_AS(exact::steady_state(DickeLadder(5), w), InvalidInput);
        CHECK_THROWS_AS(exact::steady_inversion(DickeLadder(5), w), InvalidInput);
    }
}

TEST_CASE("the pump of an inversion is the inverse of the inversion of a pump") {
    for (const std::int64_t atoms : {1, 2, 10, 1000, 100000})
        for (const double s : {-30.0, -3.0, -0.2, -1e-6, 0.0, 1e-6, 0.2, 3.0, 30.0}) {
            const DickeLadder ladder(atoms);
            const double pump = std::exp(2.0 * s / static_cast<double>(atoms + 1));
            CAPTURE(atoms);
            CAPTURE(s);
            const double found = exact::steady_pump(ladder, exact::steady_inversion(ladder, pump).mean);
            // In ln w, which is what the inversion tells; near the ends it hardly moves.
            const double error = std::abs(std::log(found / pump)) * static_cast<double>(atoms);
            CHECK(error < 1e-9 * (1.0 + std::exp(std::abs(s) * (atoms == 1 ? 1.0 : 0.2))));
        }
    CHECK(exact::steady_pump(DickeLadder(8), 0.0) == 1.0);
    CHECK(exact::steady_pump(DickeLadder(8), -4.0) == 0.0);
    CHECK(exact::steady_pump(DickeLadder(8), 4.0) == std::numeric_limits<double>::infinity());
    CHECK_THROWS_AS(exact::steady_pump(DickeLadder(8), 4.5), InvalidInput);
}

TEST_CASE("an inversion is of as many populations as levels") {
    const DickeLadder ladder(4);
    CHECK_NOTHROW(exact::inversion(ladder, Eigen::VectorXd::Unit(5, 2)));
    for (const Eigen::Index size : {0, 4, 6})
        CHECK_THROWS_AS(exact::inversion(ladder, Eigen::VectorXd::Zero(size)), InvalidInput);
}

TEST_CASE("the steady state with a linewidth is that of the effective model's density matrix") {
    for (const double w : {0.0, 0.4, 1.0, 1.3, 9.0}) {
        const ThreeLevelAtoms atoms{.atoms = 40, .detuning = -300.0, .drive = 1.0, .gamma_r = 6.0};
        const DickeLadder ladder(40, 0.01);
        const Eigen::VectorXd p = exact::steady_state(ladder, w),
                              general = exact::steady_state(effective_channels(atoms), w);
        CHECK((p - general).cwiseAbs().maxCoeff() < 1e-13);
        const auto steady = exact::steady_inversion(ladder, w), summed = exact::inversion(ladder, general);
        CHECK(steady.mean == doctest::Approx(summed.mean).epsilon(1e-12));
        CHECK(steady.variance == doctest::Approx(summed.variance).epsilon(1e-11));
        if (w > 0.0) CHECK(exact::steady_pump(ladder, steady.mean) == doctest::Approx(w).epsilon(1e-9));
    }
    CHECK(exact::steady_pump(DickeLadder(40, 0.01), -20.0) == 0.0);
    CHECK(exact::steady_pump(DickeLadder(40, 0.01), 20.0) == std::numeric_limits<double>::infinity());
}

TEST_CASE("what the linewidth costs: the best shot of App. B's steady state at delta = 10 N gamma_r") {
    const std::pair<std::int64_t, double> published[] = {
        {100, 3.44}, {1'000, 3.61}, {10'000, 5.12}, {100'000, 11.0}};
    for (const auto& [atoms, bound] : published) {
        const auto n = static_cast<double>(atoms);
        const DickeLadder ladder(atoms, 0.5 / (10.0 * n));
        CHECK(n * exact::steady_state_bound(ladder) == doctest::Approx(bound).epsilon(0.003));
        // No pump does better, and where the transition is <J_z> = 0.
        const auto transition = exact::steady_transition(ladder);
        const double w = ladder.pump(transition.scaled_pump);
        const auto there = exact::steady_inversion(ladder, w);
        CHECK(std::abs(there.mean) < 1e-6 * n);
        CHECK(exact::steady_state_bound(ladder) <= w / std::sqrt(there.variance) * (1.0 + 1e-12));
        const double h = 1e-4 * transition.width,
                     rise = (exact::steady_inversion(ladder, ladder.pump(transition.scaled_pump + h)).mean -
                             exact::steady_inversion(ladder, ladder.pump(transition.scaled_pump - h)).mean) /
                            (2.0 * h);
        CHECK(transition.width == doctest::Approx((n + 2.0) / 6.0 / rise).epsilon(1e-5));
    }
    const auto ideal = exact::steady_transition(DickeLadder(50));
    CHECK(ideal.scaled_pump == doctest::Approx(0.0));
    CHECK(ideal.width == doctest::Approx(1.0));
}
