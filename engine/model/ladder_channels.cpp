#include "dickejump/model/ladder_channels.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "dickejump/model/invalid_input.hpp"

namespace dickejump {

double ThreeLevelAtoms::drive_for(double pump) const {
    if (!(pump >= 0.0) || std::isinf(pump))
        throw InvalidInput("pump = " + text(pump) + " (a rate is finite and not negative) give w >= 0");
    return std::abs(detuning) * std::sqrt(pump / gamma_r);
}

void ThreeLevelAtoms::check() const {
    Problems problems;
    problems.require(atoms >= 1 && atoms <= DickeLadder::max_atoms,
                     "atoms = " + std::to_string(atoms) +
                         " (the ladder holds 1 to 2^31 - 1 atoms) give `atoms` in that range");
    problems.require(
        std::isfinite(detuning) && detuning != 0.0,
        "detuning = " + text(detuning) +
            " (the third level is eliminated by a detuning other than 0) give such a `detuning`");
    problems.require(std::isfinite(drive) && drive >= 0.0,
                     "drive = " + text(drive) +
                         " (a Rabi frequency is finite and not negative; its phase is the states') give "
                         "`drive` >= 0");
    problems.require(std::isfinite(gamma_r) && gamma_r > 0.0,
                     "gamma_r = " + text(gamma_r) +
                         " (a rate, and without it no atom is pumped) give a positive "
                         "`gamma_r`");
    problems.raise();
}

LadderChannels collective_channels(const DickeLadder& ladder) {
    LadderChannels channels;
    for (std::int64_t n = 0; n <= ladder.atoms(); ++n) {
        channels.pumping.emplace_back(std::sqrt(static_cast<double>(ladder.pumping(n))));
        channels.emission.push_back(std::sqrt(static_cast<double>(ladder.emission(n))));
        channels.energy.push_back(0.0);
    }
    return channels;
}

LadderChannels effective_channels(const ThreeLevelAtoms& atoms) {
    atoms.check();
    auto channels = collective_channels(DickeLadder(atoms.atoms));
    for (std::size_t n = 0; n < channels.pumping.size(); ++n) {
        const double ground = static_cast<double>(atoms.atoms) - static_cast<double>(n);
        const double width = 0.5 * atoms.gamma_r * (static_cast<double>(n) + 1.0) / atoms.detuning;
        channels.pumping[n] /= std::complex(1.0, width);
        // K of (B11) is sqrt(w) times this up to the sign of Omega/delta, which nothing depends on.
        channels.energy[n] = atoms.detuning / atoms.gamma_r * ground / (1.0 + width * width);
    }
    return channels;
}

void check(const LadderChannels& channels) {
    const auto levels = channels.pumping.size();
    Problems problems;
    problems.require(levels >= 2, "a ladder of " + std::to_string(levels) +
                                      " levels (N atoms have N + 1, N >= 1) give more");
    problems.require(channels.emission.size() == levels && channels.energy.size() == levels,
                     "pumping, emission and energy of lengths " + std::to_string(levels) + ", " +
                         std::to_string(channels.emission.size()) + " and " +
                         std::to_string(channels.energy.size()) +
                         " (each has one entry a level) make them equal");
    problems.raise();
    const auto finite = [](double x) { return std::isfinite(x); };
    problems.require(
        std::all_of(channels.pumping.begin(), channels.pumping.end(),
                    [](auto k) { return std::isfinite(k.real()) && std::isfinite(k.imag()); }) &&
            std::all_of(channels.emission.begin(), channels.emission.end(), finite) &&
            std::all_of(channels.energy.begin(), channels.energy.end(), finite),
        "an entry of the ladder's operators is not finite (no evolution follows from it) correct it");
    problems.require(channels.pumping.back() == 0.0 && channels.emission.front() == 0.0,
                     "pumping out of n = N or emission out of n = 0 (there is no level to go to) make it 0");
    problems.raise();
}

}  // namespace dickejump
