#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "dickejump/model/dicke_state.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "dickejump/model/ladder_channels.hpp"
#include "dickejump/model/three_level.hpp"

using namespace dickejump;
using Complex = std::complex<double>;

TEST_CASE("a coherent state points where its angles say") {
    for (const std::int64_t atoms : {1, 5, 300})
        for (const double theta : {0.0, 0.4, 2.0, 3.141592653589793, -0.7, 5.0})
            for (const double phi : {0.0, 1.1, -2.5}) {
                CAPTURE(atoms);
                CAPTURE(theta);
                const DickeLadder ladder(atoms);
                const auto c = DickeState::coherent(ladder, theta, phi).amplitudes();
                double jz = 0.0;
                Complex raised = 0.0;
                for (std::int64_t n = 0; n <= atoms; ++n) {
                    jz += std::norm(c(n)) * ladder.jz(static_cast<double>(n));
                    if (n < atoms)
                        raised +=
                            std::conj(c(n + 1)) * c(n) * std::sqrt(static_cast<double>(ladder.pumping(n)));
                }
                const double half = 0.5 * static_cast<double>(atoms);
                CHECK(c.squaredNorm() == doctest::Approx(1.0).epsilon(1e-12));
                CHECK(std::abs(jz - half * std::cos(theta)) < 1e-10 * half);
                CHECK(std::abs(raised - half * std::sin(theta) * std::polar(1.0, phi)) < 1e-10 * half);
            }
}

TEST_CASE("a coherent state of 10^4 atoms has all of its amplitudes") {
    const auto state = DickeState::coherent(DickeLadder(10'000), 0.3, 0.0);
    CHECK(std::isfinite(state.log_weights().front()));
    CHECK(state.log_weights().front() < -30'000.0);
    CHECK(state.amplitudes().squaredNorm() == doctest::Approx(1.0).epsilon(1e-10));
}

TEST_CASE("amplitudes from a file are the state, and mistakes in it are named") {
    const DickeLadder ladder(2);
    const auto path = (std::filesystem::temp_directory_path() / "dickejump_state_test.csv").string();
    const auto write = [&](const char* text) { std::ofstream(path) << text; };
    write("re,im\n# a comment\n0.6,0\n0,-0.8\n0,0\n");
    const auto c = DickeState::from_csv(ladder, path).amplitudes();
    CHECK(std::abs(c(0) - 0.6) < 1e-15);
    CHECK(std::abs(c(1) - Complex(0.0, -0.8)) < 1e-15);
    CHECK(c(2) == 0.0);
    write("0.6,0\n0;8\n0,0\n");
    CHECK_THROWS_WITH_AS(DickeState::from_csv(ladder, path), doctest::Contains(":2"), InvalidInput);
    write("0.6,0\n0.8,0\n");
    CHECK_THROWS_WITH_AS(DickeState::from_csv(ladder, path), doctest::Contains("2 amplitudes"), InvalidInput);
    write("0.6,0\n0.9,0\n0,0\n");
    CHECK_THROWS_WITH_AS(DickeState::from_csv(ladder, path), doctest::Contains("|c_n|^2 = 1.17"),
                         InvalidInput);
    std::filesystem::remove(path);
    CHECK_THROWS_WITH_AS(DickeState::from_csv(ladder, path), doctest::Contains("cannot be read"),
                         InvalidInput);
    CHECK_THROWS_WITH_AS(DickeState::dicke(ladder, 3), doctest::Contains("0..2"), InvalidInput);
}

TEST_CASE("the effective model is Eqs. (B11) and (B12), and Eq. (1) far from resonance") {
    const ThreeLevelAtoms atoms{6, 200.0, 11.0, 30.0};
    const auto channels = effective_channels(atoms);
    const double w = atoms.pump();
    for (std::size_t n = 0; n <= 6; ++n) {
        const double ground = 6.0 - static_cast<double>(n), k = static_cast<double>(n) + 1.0;
        const Complex jump = atoms.drive / atoms.detuning * std::sqrt(atoms.gamma_r * ground * k) /
                             Complex(1.0, 0.5 * atoms.gamma_r * k / atoms.detuning);
        CHECK(std::abs(std::sqrt(w) * channels.pumping[n] - jump) < 1e-13);
        const double width = atoms.gamma_r * k / (2.0 * atoms.detuning);
        CHECK(w * channels.energy[n] ==
              doctest::Approx(atoms.drive * atoms.drive / atoms.detuning * ground / (1.0 + width * width)));
    }
    const auto far = effective_channels({6, 1e9, 1.0, 30.0});
    const auto ideal = collective_channels(DickeLadder(6));
    for (std::size_t n = 0; n <= 6; ++n)
        CHECK(std::abs(far.pumping[n] - ideal.pumping[n]) < 1e-6);
    CHECK_THROWS_AS(effective_channels({0, 0.0, 1.0, -1.0}), InvalidInput);
}

TEST_CASE("symmetric three-level states are numbered without gaps, and their operators are u(3)") {
    using Level = ThreeLevelBasis::Level;
    for (const std::int64_t most : {0, 1, 3, 5}) {
        const ThreeLevelBasis states(5, most);
        for (Eigen::Index i = 0; i < states.dimension(); ++i) {
            CHECK(states[i].g + states[i].e + states[i].r == 5);
            CHECK(states.index(states[i].e, states[i].r) == i);
        }
    }
    const ThreeLevelBasis states(4);
    CHECK(states.dimension() == 15);
    const std::array levels{Level::g, Level::e, Level::r};
    const auto commutator = [](const Operator& a, const Operator& b) { return Operator(a * b - b * a); };
    for (const auto a : levels)
        for (const auto b : levels)
            for (const auto c : levels)
                for (const auto d : levels) {
                    Operator expected(15, 15);
                    if (b == c) expected += states.transfer(a, d);
                    if (a == d) expected -= states.transfer(c, b);
                    CHECK((commutator(states.transfer(a, b), states.transfer(c, d)) - expected).norm() <
                          1e-12);
                }
    CHECK_THROWS_AS(ThreeLevelBasis(3, 4), InvalidInput);
    CHECK_THROWS_WITH_AS(states.embed(DickeState::ghz(DickeLadder(3))), doctest::Contains("N + 1 = 5"),
                         InvalidInput);
    CHECK_THROWS_AS(three_level_system({3, 1.0, 1.0, 1.0}, states), InvalidInput);
}

TEST_CASE("operators carry QuTiP's conventions") {
    CHECK((sigmap() * sigmam() * basis(2, 0) - basis(2, 0)).norm() == 0.0);
    CHECK(Operator(destroy(4).adjoint() * destroy(4)).coeff(3, 3).real() == doctest::Approx(3.0));
    CHECK((tensor(destroy(3), sigmam()) * tensor(basis(3, 1), basis(2, 0)) - tensor(basis(3, 0), basis(2, 1)))
              .norm() == 0.0);
    CHECK_THROWS_AS(basis(2, 2), InvalidInput);
}
