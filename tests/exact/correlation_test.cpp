#include "dickejump/exact/correlation.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <complex>
#include <limits>
#include <stdexcept>
#include <vector>

#include "dickejump/exact/lindblad.hpp"
#include "dickejump/exact/steady_state.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "dickejump/model/operators.hpp"
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

TEST_CASE("g2 of the cavity takes its published values") {
    const std::vector<double> delays{0.0, 0.5, 1.0};
    const auto g2 = exact::intensity_correlation(DickeLadder(20), 1.0, Channel::cavity, delays);
    const std::vector<double> expected{1.1918181818181819, 1.007381253299632, 0.99956962975121};
    for (std::size_t i = 0; i < expected.size(); ++i)
        CHECK(std::abs(g2[i] - expected[i]) < 1e-10);
}

TEST_CASE("g2 of every channel is that of the full density matrix after a click") {
    // The atoms as a spin N/2 with jumps J- and sqrt(w) J+, by the general Lindblad equation: it knows
    // nothing of the ladder.
    const double w = 0.8;
    for (const std::int64_t atoms : {1, 2, 5}) {
        const Operator down = jmat(atoms, '-'), up = jmat(atoms, '+');
        const QuantumSystem system{.hamiltonian = {},
                                   .jumps = {{.matrix = down}, {.matrix = Operator(std::sqrt(w) * up)}}};
        const Eigen::MatrixXcd steady = exact::steady_density_matrix(system);
        const Operator excited =
            Operator(jmat(atoms, 'z') + 0.5 * static_cast<double>(atoms) * qeye(atoms + 1));
        const std::vector<double> delays{0.0, 0.05, 0.4, 2.0};
        const auto check = [&](Channel channel, const Operator& rate, const Eigen::MatrixXcd& after) {
            const double mean = exact::expectation(rate, steady).real();
            CHECK(after.trace().real() == Approx(mean).epsilon(1e-12));
            const auto later = exact::solve_lindblad(system, after / mean, delays);
            const auto g2 = exact::intensity_correlation(DickeLadder(atoms), w, channel, delays);
            for (std::size_t i = 0; i < delays.size(); ++i)
                CHECK(std::abs(g2[i] - exact::expectation(rate, later[i]).real() / mean) < 1e-9);
        };
        check(Channel::cavity, Operator(up * down), down * steady * up);
        check(Channel::pump, Operator(down * up), up * steady * down);
        // Without back-action the click weighs the levels and leaves them.
        check(Channel::side, excited, excited * steady);
    }
}

TEST_CASE("g2 tends to 1, in any order of delays, at any number of atoms") {
    const std::vector<double> delays{60.0, 0.0, 30.0};
    for (const auto channel : channels)
        for (const double w : {1e-3, 1.0, 30.0}) {
            const auto g2 = exact::intensity_correlation(DickeLadder(300), w, channel, delays);
            CHECK(std::abs(g2[0] - 1.0) < 1e-8);
            CHECK(std::abs(g2[2] - 1.0) < 1e-8);
        }
    CHECK(exact::intensity_correlation(DickeLadder(1), 1.0, Channel::cavity, delays)[1] == 0.0);
}

TEST_CASE("g2 of a channel without clicks, and of a delay before now, is refused") {
    const std::vector<double> none{0.0}, before{-0.5};
    for (const auto channel : channels)
        CHECK_THROWS_AS(exact::intensity_correlation(DickeLadder(5), 0.0, channel, none), InvalidInput);
    CHECK_THROWS_AS(exact::intensity_correlation(DickeLadder(5), -1.0, Channel::pump, none), InvalidInput);
    CHECK_THROWS_AS(exact::intensity_correlation(DickeLadder(5), 1.0, Channel::pump, before), InvalidInput);
}

TEST_CASE("correlations on |j, m>: without local rates the ladder's, of one atom in closed form") {
    const std::vector<double> delays{0.0, 0.1, 0.7, 3.0};
    const LocalSpins collective(18, {});
    const auto czz = exact::inversion_correlation(collective, 1.2, delays),
               of_ladder = exact::inversion_correlation(DickeLadder(18), 1.2, delays);
    for (std::size_t i = 0; i < delays.size(); ++i)
        CHECK(std::abs(czz[i] - of_ladder[i]) < 1e-8);
    for (const auto channel : {Channel::cavity, Channel::pump}) {
        const auto g2 = exact::intensity_correlation(collective, 1.2, channel, delays),
                   ladder = exact::intensity_correlation(DickeLadder(18), 1.2, channel, delays);
        for (std::size_t i = 0; i < delays.size(); ++i)
            CHECK(g2[i] == Approx(ladder[i]).epsilon(1e-8));
    }
    // One atom goes up at w + W and down at gamma + G, and after a click of either kind it begins at an end.
    const LocalSpins one(1, {.emission = 0.4, .pumping = 0.1, .dephasing = 0.5});
    const double w = 0.8, rate = w + 0.1 + 1.0 + 0.4, up = (w + 0.1) / rate;
    const auto atom = exact::inversion_correlation(one, w, delays);
    for (std::size_t i = 0; i < delays.size(); ++i)
        CHECK(std::abs(atom[i] - up * (1.0 - up) * std::exp(-rate * delays[i])) < 1e-9);
    for (const auto channel : channels) {
        const auto g2 = exact::intensity_correlation(one, w, channel, delays);
        for (std::size_t i = 0; i < delays.size(); ++i)
            CHECK(std::abs(g2[i] - (1.0 - std::exp(-rate * delays[i]))) < 1e-9);
    }
}

TEST_CASE("side clicks of two atoms: the density matrix of both") {
    // Operators of each atom on four states: nothing of |j, m> is in it.
    const double w = 0.9;
    const LocalRates rates{.emission = 0.3, .pumping = 0.05, .dephasing = 0.7};
    QuantumSystem system;
    Operator all(4, 4), excited(4, 4);
    std::vector<Operator> lower;
    for (int atom = 0; atom < 2; ++atom) {
        Operator minus(4, 4);
        for (int s = 0; s < 4; ++s)
            if (s >> atom & 1) minus.coeffRef(s ^ (1 << atom), s) = 1.0;
        const Operator plus = minus.adjoint();
        const Operator z = plus * minus - minus * plus;
        all += minus;
        excited += Operator(plus * minus);
        lower.push_back(minus);
        system.jumps.push_back({.matrix = std::sqrt(rates.emission) * minus});
        system.jumps.push_back({.matrix = std::sqrt(rates.pumping) * plus});
        system.jumps.push_back({.matrix = 0.5 * std::sqrt(rates.dephasing) * z});
    }
    system.jumps.push_back({.matrix = all});
    system.jumps.push_back({.matrix = std::sqrt(w) * Operator(all.adjoint())});
    system.hamiltonian = {{.matrix = Operator(4, 4)}};
    const Eigen::MatrixXcd steady = exact::steady_density_matrix(system);
    Eigen::MatrixXcd after = Eigen::MatrixXcd::Zero(4, 4);
    for (const auto& minus : lower)
        after += minus * steady * Eigen::MatrixXcd(minus.adjoint());
    const double mean = after.trace().real();
    const std::vector<double> delays{0.0, 0.2, 1.0, 4.0};
    const auto states = exact::solve_lindblad(system, after / mean, delays);
    const auto g2 = exact::intensity_correlation(LocalSpins(2, rates), w, Channel::side, delays);
    for (std::size_t i = 0; i < delays.size(); ++i)
        CHECK(g2[i] == Approx(exact::expectation(excited, states[i]).real() / mean).epsilon(1e-8));
}

TEST_CASE("correlations on |j, m> that have no click to begin with are refused") {
    const std::vector<double> delays{0.0, 1.0};
    CHECK_THROWS_AS(
        exact::intensity_correlation(LocalSpins(4, {.dephasing = 0.1}), 1.0, Channel::side, delays),
        InvalidInput);
    CHECK_THROWS_AS(
        exact::intensity_correlation(LocalSpins(4, {.emission = 0.1}), 0.0, Channel::cavity, delays),
        InvalidInput);
    CHECK_THROWS_AS(exact::inversion_correlation(LocalSpins(4, {.emission = 0.1}), 1.0, std::vector{-1.0}),
                    InvalidInput);
}
