#pragma once

#include <cstdint>
#include <limits>

#include "dickejump/model/invalid_input.hpp"

namespace dickejump {

/// The Dicke ladder |n>, n = 0..N excited atoms of N, at conserved j = N/2; J_z = n - N/2.
///
/// Collective emission sqrt(gamma) J- takes n to n-1 at rate gamma B_n, collective pumping sqrt(w) J+ takes n
/// to n+1 at rate w A_n (Eq. (1)). Rates are in units of gamma, times in units of 1/gamma, everywhere.
class DickeLadder {
public:
    /// 2^31 - 1: a level is a signed integer of 32 bits
    static constexpr std::int64_t max_atoms = std::numeric_limits<std::int32_t>::max();

    /// @param linewidth  gamma_r/(2 delta) of the transition that pumps: 0 in Eq. (1), else as in App. B, see
    ///                   `pumping_rate`
    /// @throws InvalidInput unless 1 <= atoms <= 2^31 - 1, and linewidth finite and not negative.
    explicit DickeLadder(std::int64_t atoms, double linewidth = 0.0);

    /// N, the number of levels less one.
    std::int64_t atoms() const { return atoms_; }
    /// gamma_r/(2 delta): how wide the line of one atom is that pumps, beside its detuning.
    double linewidth() const { return linewidth_; }
    /// Whether the pump is that of Eq. (1), far from resonance.
    bool is_ideal() const { return linewidth_ == 0.0; }

    /// A_n = (N-n)(n+1), exact (below 2^62): the collective pumping rate from n in units of w, in Eq. (1).
    std::int64_t pumping(std::int64_t n) const { return (atoms_ - n) * (n + 1); }
    /// A_n/(1 + (linewidth (n+1))^2), (B11): the upper level decays faster the more atoms are excited, and
    /// the light that drives it misses a line that is wide by what the width is beside the detuning.
    double pumping_rate(std::int64_t n) const { return static_cast<double>(pumping(n)) / broadening(n); }
    /// 1 + (linewidth (n+1))^2
    double broadening(std::int64_t n) const {
        const double relative = linewidth_ * static_cast<double>(n + 1);
        return 1.0 + relative * relative;
    }
    /// B_n = n(N-n+1), exact: the collective emission rate from n in units of gamma.
    std::int64_t emission(std::int64_t n) const { return n * (atoms_ - n + 1); }
    /// m = n - N/2, the eigenvalue of J_z.
    double jz(double n) const { return n - 0.5 * static_cast<double>(atoms_); }

    /// s = (w/gamma - 1) N/2: the pump in widths of the transition.
    double scaled_pump(double pump) const { return 0.5 * (pump - 1.0) * static_cast<double>(atoms_); }
    /// w/gamma at scaled pump s.
    double pump(double scaled_pump) const { return 1.0 + 2.0 * scaled_pump / static_cast<double>(atoms_); }

private:
    std::int64_t atoms_;
    double linewidth_;
};

/// Adds what is wrong with a ladder of this many atoms to `problems`.
void check_atoms(std::int64_t atoms, Problems& problems);

}  // namespace dickejump
