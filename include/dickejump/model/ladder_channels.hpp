#pragma once

#include <complex>
#include <cstdint>
#include <vector>

#include "dickejump/model/dicke_ladder.hpp"

namespace dickejump {

/// N three-level atoms |g>, |e>, |r> that share everything: the model that Eq. (1) comes from, Eq. (2), in
/// units of gamma.
struct ThreeLevelAtoms {
    std::int64_t atoms = 1;  ///< N >= 1
    double detuning = 1.0;   ///< delta, of the drive from g <-> r
    double drive = 1.0;      ///< Omega
    double gamma_r = 1.0;    ///< collective emission rate r -> e

    /// w = gamma_r (Omega/delta)^2, the pump of Eq. (1) that these atoms approach (App. B).
    double pump() const { return gamma_r * (drive / detuning) * (drive / detuning); }
    /// Omega that makes this pump: |delta| sqrt(w/gamma_r). @throws InvalidInput unless w is finite and >= 0
    double drive_for(double pump) const;

    /// @throws InvalidInput unless N >= 1, all is finite, delta is not 0, gamma_r > 0.
    void check() const;
};

/// The operators of a model on the Dicke ladder |n>, n = 0..N, at pump w [gamma]: jumps sqrt(w) K with
/// K|n> = pumping[n] |n+1>, and J- with J-|n> = emission[n] |n-1>; energy w sum_n energy[n] |n><n|.
///
/// The no-jump evolution of such a model is diagonal in n, which is what makes it exact.
struct LadderChannels {
    std::vector<std::complex<double>> pumping;  ///< [n], n = 0..N; 0 at N
    std::vector<double> emission;               ///< [n]; 0 at n = 0
    std::vector<double> energy;                 ///< [n], in units of w

    /// N, from the length of the lists.
    std::int64_t atoms() const { return static_cast<std::int64_t>(pumping.size()) - 1; }
};

/// Eq. (1): K = J+, no energy.
LadderChannels collective_channels(const DickeLadder& ladder);

/// App. B at finite detuning, with k = n + 1: K = sqrt((N-n) k) / (1 + i gamma_r k/(2 delta)) (B11) and
/// energy (delta/gamma_r) (N-n) / (1 + (gamma_r k/(2 delta))^2) (B12). Both of its terms grow as Omega^2, and
/// so as w. Only delta and gamma_r matter here. @throws InvalidInput as `ThreeLevelAtoms::check`.
LadderChannels effective_channels(const ThreeLevelAtoms& atoms);

/// @throws InvalidInput unless the three lists are of one length N + 1 >= 2, finite, with no jump out of the
/// ladder.
void check(const LadderChannels& channels);

}  // namespace dickejump
