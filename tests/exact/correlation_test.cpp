#include "dickejump/exact/correlation.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include "dickejump/exact/steady_state.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "exact/tiny_steps.hpp"

using namespace dickejump;
using doctest::Approx;

TEST_CASE("the correlation of the inversion takes its published values") {
    const DickeLadder ladder(100);
    const std::vector<double> critical_delays{0.0, 0.25, 0.5, 1.0}, delays{0.0, 0.25, 0.5};
    const std::vector<double> critical{850.0, 515.55106076, 312.697525, 115.03499075};
    const std::vector<double> above{345.03870587, 140.88548738, 60.17425607};
    const auto at_critical = exact::inversion_correlation(ladder, 1.0, critical_delays);
    for (std::size_t i = 0; i < critical.size(); ++i)
        CHECK(std::abs(at_critical[i] - critical[i]) < 1e-8);
    const auto beyond = exact::inversion_correlation(ladder, 1.05, delays);
    for (std::size_t i = 0; i < above.size(); ++i)
        CHECK(std::abs(beyond[i] - above[i]) < 1e-8);
}

TEST_CASE("at w = gamma the correlation decays as one exponential, exp(-2 tau)") {
    // J_z is an eigenvector there: C_zz(tau) = N(N+2)/12 exp(-2 tau) at every N.
    const std::vector<double> delays{3.0, 0.0, 0.1, 7.0};  // in any order
    for (const std::int64_t atoms : {1, 2, 31, 400}) {
        const auto n = static_cast<double>(atoms);
        const auto czz = exact::inversion_correlation(DickeLadder(atoms), 1.0, delays);
        for (std::size_t i = 0; i < delays.size(); ++i)
            CHECK(std::abs(czz[i] / (n * (n + 2.0) / 12.0) - std::exp(-2.0 * delays[i])) < 1e-9);
    }
}

TEST_CASE("the correlation is that of tiny Runge-Kutta steps") {
    const DickeLadder ladder(9);
    const double w = 0.7;
    const Eigen::VectorXd p = exact::steady_state(ladder, w);
    const auto steady = exact::steady_inversion(ladder, w);
    const Eigen::VectorXd m =
        Eigen::VectorXd::LinSpaced(10, ladder.jz(0.0), -ladder.jz(0.0)).array() - steady.mean;
    const Eigen::VectorXd weighted = m.cwiseProduct(p);
    const test::TinySteps reference(ladder, PumpSchedule::constant(w));
    const std::vector<double> delays{0.3, 1.1};
    const auto czz = exact::inversion_correlation(ladder, w, delays);
    for (std::size_t i = 0; i < delays.size(); ++i) {
        const double expected = m.dot(reference.run(weighted, delays[i], 1e-4).p.matrix());
        CHECK(std::abs(czz[i] - expected) < 1e-10);
    }
}

TEST_CASE("no delays give no values, and a delay before now is refused") {
    const DickeLadder ladder(5);
    CHECK(exact::inversion_correlation(ladder, 1.0, {}).empty());
    for (const double bad : {-0.1, std::numeric_limits<double>::quiet_NaN()}) {
        const std::vector<double> delays{0.0, bad};
        CHECK_THROWS_AS(exact::inversion_correlation(ladder, 1.0, delays), InvalidInput);
    }
}

TEST_CASE("without a pump nothing fluctuates") {
    const std::vector<double> delays{0.0, 1.0, 30.0};
    CHECK(exact::inversion_correlation(DickeLadder(5), 0.0, delays) == std::vector{0.0, 0.0, 0.0});
    // And hardly with one, which does not take long either.
    CHECK(exact::inversion_correlation(DickeLadder(5), 1e-200, delays)[1] < 1e-199);
}

TEST_CASE("a correlation that doubles cannot hold ends with an error") {
    const DickeLadder ladder(5);
    const std::vector<double> delays{0.0, 1.0};
    CHECK_THROWS_AS(exact::inversion_correlation(ladder, 1e300, delays), std::runtime_error);
    for (const double bad : {-1.0, std::numeric_limits<double>::quiet_NaN(), HUGE_VAL})
        CHECK_THROWS_AS(exact::inversion_correlation(ladder, bad, delays), InvalidInput);
}
