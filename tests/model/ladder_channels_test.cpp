#include "dickejump/model/ladder_channels.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "dickejump/model/invalid_input.hpp"

using namespace dickejump;
using Complex = std::complex<double>;

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

TEST_CASE("the ideal model has the roots of the ladder's rates and no energy") {
    const DickeLadder ladder(7);
    const auto channels = collective_channels(ladder);
    CHECK(channels.atoms() == 7);
    for (std::int64_t n = 0; n <= 7; ++n) {
        const auto i = static_cast<std::size_t>(n);
        CHECK(std::norm(channels.pumping[i]) == doctest::Approx(static_cast<double>(ladder.pumping(n))));
        CHECK(channels.emission[i] * channels.emission[i] ==
              doctest::Approx(static_cast<double>(ladder.emission(n))));
        CHECK(channels.energy[i] == 0.0);
    }
    CHECK_NOTHROW(check(channels));
}

TEST_CASE("the drive makes the pump that it is made for") {
    const ThreeLevelAtoms atoms{5, -80.0, 3.0, 25.0};
    CHECK(atoms.pump() == doctest::Approx(25.0 * 9.0 / 6400.0));
    CHECK(atoms.drive_for(atoms.pump()) == doctest::Approx(3.0));
    for (const auto& bad : {ThreeLevelAtoms{0, 1.0, 1.0, 1.0}, ThreeLevelAtoms{1, 0.0, 1.0, 1.0},
                            ThreeLevelAtoms{1, 1.0, -1.0, 1.0}, ThreeLevelAtoms{1, 1.0, 1.0, 0.0},
                            ThreeLevelAtoms{1, std::nan(""), 1.0, 1.0}})
        CHECK_THROWS_AS(bad.check(), InvalidInput);
}

TEST_CASE("operators that are no ladder's are refused") {
    const auto broken = [](const auto& change) {
        auto channels = collective_channels(DickeLadder(3));
        change(channels);
        return channels;
    };
    CHECK_THROWS_AS(check(LadderChannels{}), InvalidInput);
    CHECK_THROWS_AS(check(broken([](auto& c) { c.energy.pop_back(); })), InvalidInput);
    CHECK_THROWS_AS(check(broken([](auto& c) { c.emission[2] = std::nan(""); })), InvalidInput);
    CHECK_THROWS_AS(check(broken([](auto& c) { c.pumping[1] = Complex(0.0, HUGE_VAL); })), InvalidInput);
    CHECK_THROWS_AS(check(broken([](auto& c) { c.pumping[3] = 1.0; })), InvalidInput);
    CHECK_THROWS_AS(check(broken([](auto& c) { c.emission[0] = 1.0; })), InvalidInput);
}
