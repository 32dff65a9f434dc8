#include "dickejump/model/dicke_state.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "dickejump/model/invalid_input.hpp"

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
