#pragma once

#include <array>
#include <cstdint>

#include "dickejump/model/invalid_input.hpp"
#include "dickejump/model/process.hpp"

namespace dickejump {

/// What every atom does on its own, rates per atom [gamma], names and conventions of QuTiP's PIQS.
struct LocalRates {
    double emission = 0.0;   ///< D[sigma_-]
    double pumping = 0.0;    ///< D[sigma_+]
    double dephasing = 0.0;  ///< D[sigma_z/2]

    /// Whether a single atom does anything, so that j can change.
    bool any() const { return emission > 0.0 || pumping > 0.0 || dephasing > 0.0; }
};

/// Adds what is wrong with the rates to `problems`: each is finite and not negative.
void check(const LocalRates& rates, Problems& problems);

/// A collective spin state |j, m>, in integers: 2j and 2m.
struct SpinState {
    std::int64_t twice_j = 0,  ///< 2j, of the parity of N
        twice_m = 0;           ///< 2m, between -2j and 2j

    std::int64_t above() const { return (twice_j + twice_m) / 2; }  ///< j + m, steps up from m = -j
    std::int64_t below() const { return (twice_j - twice_m) / 2; }  ///< j - m, steps down from m = j
    /// The quantum number of J^2, a whole or half number.
    double j() const { return 0.5 * static_cast<double>(twice_j); }
    /// The quantum number of J_z, n - N/2.
    double m() const { return 0.5 * static_cast<double>(twice_m); }
    /// <J^2> = j(j+1).
    double j2() const { return j() * (j() + 1.0); }

    /// The same j and m.
    friend bool operator==(const SpinState&, const SpinState&) = default;
};

/// N atoms with collective emission and pumping, and with processes of single atoms: a Markov chain on |j,
/// m>.
///
/// From a mixture of the states |j, m> (each with its many ways to make j from N spins equally likely) the
/// populations are closed: collective emission (j+m)(j-m+1) takes m down, collective pumping w (j-m)(j+m+1)
/// takes it up, and local processes change j by at most 1 (Zhang, Zhang & Molmer, New J. Phys. 20, 112001
/// (2018); Shammah et al., PRA 98, 063815 (2018)). With
///     a0 = (N+2)/(4j(j+1)),  a1 = (N+2j+2)/(4j(2j+1)),  a2 = (N-2j)/(4(j+1)(2j+1)),   a0 = a1 = 0 at j = 0,
/// the rates of one local process at unit rate, to (j, j-1, j+1):
///     emission,  m - 1:  a0 (j+m)(j-m+1),  a1 (j+m)(j+m-1),  a2 (j-m+1)(j-m+2);   in all N/2 + m
///     pumping,   m + 1:  a0 (j-m)(j+m+1),  a1 (j-m)(j-m-1),  a2 (j+m+1)(j+m+2);   in all N/2 - m
///     dephasing, m:      no change,        a1 (j^2 - m^2),   a2 ((j+1)^2 - m^2).
class LocalSpins {
public:
    /// N above which products of the rates would no longer be exact in doubles.
    static constexpr std::int64_t max_atoms = 10'000'000;

    /// @throws InvalidInput unless 1 <= atoms <= 10^7 and the rates are rates.
    LocalSpins(std::int64_t atoms, LocalRates rates);

    /// N; j is at most N/2.
    std::int64_t atoms() const { return atoms_; }
    /// What single atoms do, as given to the constructor.
    const LocalRates& rates() const { return rates_; }

    /// (j-m)(j+m+1): of collective pumping, in units of w.
    static double collective_pumping(const SpinState& at) {
        return static_cast<double>(at.below()) * static_cast<double>(at.above() + 1);
    }
    /// (j+m)(j-m+1): of collective emission, in units of gamma.
    static double collective_emission(const SpinState& at) {
        return static_cast<double>(at.above()) * static_cast<double>(at.below() + 1);
    }

    /// A way out of a state by a local process.
    struct Exit {
        Process process;  ///< emission, pumping or dephasing
        int twice_dj;     ///< -2, 0, 2
        double rate;      ///< [gamma]

        /// The state that this way leads to.
        SpinState from(const SpinState& at) const {
            return {at.twice_j + twice_dj, at.twice_m + 2 * level_change(process)};
        }
    };
    /// All of them, those of rate 0 too: emission to j, j-1, j+1, pumping the same, dephasing to j-1, j+1.
    /// @throws InvalidInput unless these atoms have the state
    std::array<Exit, 8> exits(const SpinState& at) const;

    // Populations as one vector: j = N/2 first, then N/2 - 1, ..; m ascending from -j.

    /// The number of states |j, m>.
    std::int64_t states() const { return first_of(atoms_ / 2 + 1); }
    /// Place of a state in such a vector, 0..states() - 1. @throws InvalidInput unless these atoms have it
    std::int64_t index(const SpinState& at) const;
    /// @throws InvalidInput unless these atoms have the state |j, m>, see `check_spin`
    void check_state(const SpinState& at) const;
    /// Where the states of j = N/2 - lost begin.
    std::int64_t first_of(std::int64_t lost) const { return lost * (atoms_ + 2 - lost); }
    /// n = N/2 + m, the number of excited atoms.
    std::int64_t excited(const SpinState& at) const { return (atoms_ + at.twice_m) / 2; }
    /// j = N/2 with n atoms excited.
    SpinState symmetric(std::int64_t n) const { return {atoms_, 2 * n - atoms_}; }

private:
    std::int64_t atoms_;
    LocalRates rates_;
};

/// Adds what is wrong with |j, m> of so many atoms to `problems`: j in {N/2, N/2 - 1, ..} and not negative,
/// m in {-j, .., j}.
void check_spin(std::int64_t atoms, const SpinState& state, Problems& problems);

}  // namespace dickejump
