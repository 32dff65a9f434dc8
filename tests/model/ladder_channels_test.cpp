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
