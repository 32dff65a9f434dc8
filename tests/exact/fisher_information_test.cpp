#include "dickejump/exact/fisher_information.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "dickejump/exact/density_matrix.hpp"
#include "dickejump/exact/master_equation.hpp"
#include "dickejump/model/invalid_input.hpp"

using namespace dickejump;

TEST_CASE("of a diagonal state the quantum information is the classical one") {
    const Eigen::Vector4d p(0.1, 0.2, 0.3, 0.4), dp(0.05, -0.02, 0.04, -0.07);
    const Eigen::MatrixXcd rho = p.cast<std::complex<double>>().asDiagonal();
    const Eigen::MatrixXcd slope = dp.cast<std::complex<double>>().asDiagonal();
    CHECK(exact::quantum_fisher_information(rho, slope) ==
          doctest::Approx(dp.cwiseAbs2().cwiseQuotient(p).sum()).epsilon(1e-13));
}

TEST_CASE("a GHZ state turned about z knows N^2, a coherent one N") {
    for (const std::int64_t atoms : {1, 4, 9}) {
        const DickeLadder ladder(atoms);
        const auto n = static_cast<double>(atoms);
        const Eigen::MatrixXcd jz = Eigen::VectorXd::LinSpaced(atoms + 1, -0.5 * n, 0.5 * n)
                                        .cast<std::complex<double>>()
                                        .asDiagonal();
        const auto of = [&](const DickeState& state) {
            const auto c = state.amplitudes();
            return exact::quantum_fisher_information_of_rotation(c * c.adjoint(), jz);
        };
        CHECK(of(DickeState::ghz(ladder)) == doctest::Approx(n * n).epsilon(1e-10));
        CHECK(of(DickeState::coherent(ladder, 0.5 * std::acos(-1.0), 0.3)) ==
              doctest::Approx(n).epsilon(1e-10));
        // As a derivative, d rho = -i [G, rho], it is the same.
        const auto c = DickeState::coherent(ladder, 1.0, 0.3).amplitudes();
        const Eigen::MatrixXcd rho = c * c.adjoint();
        CHECK(exact::quantum_fisher_information(rho, std::complex(0.0, -1.0) * (jz * rho - rho * jz)) ==
              doctest::Approx(exact::quantum_fisher_information_of_rotation(rho, jz)).epsilon(1e-10));
    }
}

TEST_CASE("a snapshot from a Dicke state tells the best measurement no more than J_z; a superposition does") {
    const DickeLadder ladder(8);
    const auto pump = PumpSchedule::linear(0.6, 1.5, 2.0);
    const std::vector<double> times{0.1, 0.3};
    const auto channels = collective_channels(ladder);

    const auto dicke = exact::pump_information(channels, pump, DickeState::dicke(ladder, 2), times);
    const auto coherent =
        exact::pump_information(channels, pump, DickeState::coherent(ladder, 1.4, 0.0), times);
    for (std::size_t i = 0; i < times.size(); ++i) {
        CHECK(dicke.quantum[i] == doctest::Approx(dicke.inversion[i]).epsilon(1e-8));
        CHECK(coherent.quantum[i] > 1.02 * coherent.inversion[i]);
    }
}

TEST_CASE("the derivative of the state by the pump is the one of differences") {
    const DickeLadder ladder(4);
    const auto state = DickeState::coherent(ladder, 1.4, 0.6);
    const std::vector<double> times{0.4};
    for (const auto& channels : {collective_channels(ladder), effective_channels({4, 30.0, 1.0, 8.0})}) {
        const double h = 1e-4;
        const auto at = [&](double shift) {
            const auto c = state.amplitudes();
            return exact::solve_density_matrix(channels, PumpSchedule::linear(0.8 + shift, 1.2 + shift, 1.0),
                                               c * c.adjoint(), times)[0];
        };
        const Eigen::MatrixXcd slope = (at(h) - at(-h)) / (2.0 * h);
        CHECK(
            exact::pump_information(channels, PumpSchedule::linear(0.8, 1.2, 1.0), state, times).quantum[0] ==
            doctest::Approx(exact::quantum_fisher_information(at(0.0), slope)).epsilon(1e-5));
    }
}

TEST_CASE("Fisher information says what does not fit") {
    const Eigen::MatrixXcd two = Eigen::MatrixXcd::Identity(2, 2), three = Eigen::MatrixXcd::Identity(3, 3);
    CHECK_THROWS_WITH_AS(exact::quantum_fisher_information(two, three), doctest::Contains("3 x 3"),
                         InvalidInput);
    Eigen::MatrixXcd skew = two;
    skew(0, 1) = 1.0;
    CHECK_THROWS_WITH_AS(exact::quantum_fisher_information_of_rotation(two, skew),
                         doctest::Contains("not Hermitian"), InvalidInput);
}

TEST_CASE("a state that theta gives what it has none of tells everything") {
    Eigen::Matrix2cd rho, slope;
    rho << 1.0, 0.0, 0.0, 0.0;
    slope << -1.0, 0.0, 0.0, 1.0;
    CHECK(std::isinf(exact::quantum_fisher_information(rho, slope)));
    CHECK(exact::quantum_fisher_information(rho, Eigen::Matrix2cd::Zero()) == 0.0);
    // A little of it, and it is finite: (d p)^2/p.
    for (const double p : {1e-3, 1e-13, 1e-20}) {
        rho(1, 1) = p;
        CHECK(exact::quantum_fisher_information(rho, slope) == doctest::Approx(1.0 / p + 1.0).epsilon(1e-9));
    }
    // In another basis weights below rounding cannot be told from none.
    const Eigen::Matrix2cd turn = Eigen::Matrix2cd((Eigen::Matrix2cd() << 0.6, -0.8, 0.8, 0.6).finished());
    rho(1, 1) = 0.0;
    CHECK(std::isinf(
        exact::quantum_fisher_information(turn * rho * turn.adjoint(), turn * slope * turn.adjoint())));
    rho(1, 1) = 1e-6;
    CHECK(exact::quantum_fisher_information(turn * rho * turn.adjoint(), turn * slope * turn.adjoint()) ==
          doctest::Approx(1e6).epsilon(1e-5));
}

TEST_CASE("from the ground state a weak pump is known as well as its few photons tell") {
    // One atom: p_1 = w (1 - exp(-(1 + w) t))/(1 + w), and the information is (d p_1)^2/p_1 = (1 - e^-t)/w.
    const DickeLadder one(1);
    const std::vector<double> times{0.5, 1.5};
    for (const double w : {1e-3, 1e-10, 1e-13, 1e-15}) {
        CAPTURE(w);
        const auto information = exact::pump_information(collective_channels(one), PumpSchedule::constant(w),
                                                         DickeState::dicke(one, 0), times);
        for (std::size_t i = 0; i < 2; ++i) {
            const double expected = -std::expm1(-times[i]) / w;
            CHECK(information.quantum[i] == doctest::Approx(expected).epsilon(3.0 * w + 1e-6));
            CHECK(information.inversion[i] == doctest::Approx(expected).epsilon(3.0 * w + 1e-6));
        }
    }
    // Without any, the first would tell everything.
    const DickeLadder many(8);
    const auto dark = exact::pump_information(collective_channels(many), PumpSchedule::constant(0.0),
                                              DickeState::dicke(many, 0), times);
    CHECK(std::isinf(dark.quantum[0]));
    CHECK(std::isinf(dark.inversion[0]));
}

TEST_CASE("information at the very start is none") {
    const DickeLadder ladder(4);
    const auto at_start = exact::pump_information(collective_channels(ladder), PumpSchedule::constant(0.7),
                                                  DickeState::coherent(ladder, 1.0, 0.2), std::vector{0.0});
    CHECK(at_start.quantum[0] == 0.0);
    CHECK(at_start.inversion[0] == 0.0);
}

TEST_CASE("Fisher information refuses numbers that are not") {
    Eigen::MatrixXcd rho = Eigen::MatrixXcd::Identity(2, 2) / 2.0, spoilt = rho;
    spoilt(0, 1) = spoilt(1, 0) = std::nan("");
    CHECK_THROWS_AS(exact::quantum_fisher_information(spoilt, rho), InvalidInput);
    CHECK_THROWS_AS(exact::quantum_fisher_information(rho, spoilt), InvalidInput);
    CHECK_THROWS_AS(exact::quantum_fisher_information_of_rotation(rho, spoilt), InvalidInput);
}
