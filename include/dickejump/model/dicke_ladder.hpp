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
    static constexpr std::int64_t max_atoms = std::numeric_limits<std::int32_t>::max();

    /// @throws InvalidInput unless 1 <= atoms <= 2^31 - 1.
    explicit DickeLadder(std::int64_t atoms);

    std::int64_t atoms() const { return atoms_; }

    /// A_n = (N-n)(n+1), exact (below 2^62): the collective pumping rate from n in units of w.
    std::int64_t pumping(std::int64_t n) const { return (atoms_ - n) * (n + 1); }
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
};

/// Adds what is wrong with a ladder of this many atoms to `problems`.
void check_atoms(std::int64_t atoms, Problems& problems);

}  // namespace dickejump
