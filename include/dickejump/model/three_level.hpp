#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "dickejump/model/dicke_state.hpp"
#include "dickejump/model/ladder_channels.hpp"
#include "dickejump/model/pump_schedule.hpp"
#include "dickejump/model/quantum_system.hpp"

namespace dickejump {

/// The symmetric states |n_g, n_e, n_r> of N three-level atoms, all (N+1)(N+2)/2 of them or those with n_r <=
/// most_r.
class ThreeLevelBasis {
public:
    /// The levels of one atom: ground, excited, and the one through which it is pumped.
    enum class Level { g, e, r };
    /// How many atoms are in each level; g + e + r = N.
    struct Occupation {
        std::int64_t g,  ///< in |g>
            e,           ///< in |e>
            r;           ///< in |r>
    };

    /// All symmetric states of so many atoms. @throws InvalidInput as below
    explicit ThreeLevelBasis(std::int64_t atoms) : ThreeLevelBasis(atoms, atoms) {}
    /// @throws InvalidInput unless N >= 1, 0 <= most_r <= N, and at most 10^7 states.
    ThreeLevelBasis(std::int64_t atoms, std::int64_t most_r);

    /// N, of every state of the basis.
    std::int64_t atoms() const { return atoms_; }
    /// Number of states.
    Eigen::Index dimension() const { return static_cast<Eigen::Index>(states_.size()); }
    /// The i-th state, i = 0..dimension() - 1.
    const Occupation& operator[](Eigen::Index i) const { return states_[static_cast<std::size_t>(i)]; }
    /// The place of |N - n_e - n_r, n_e, n_r>; -1 if it is not in the basis.
    Eigen::Index index(std::int64_t n_e, std::int64_t n_r) const;

    /// J_to,from = sum over atoms |to><from|: J|..> = sqrt(n_from (n_to + 1))|..>, or n_to on the diagonal.
    Operator transfer(Level to, Level from) const;
    /// A state of |g> and |e> alone. @throws InvalidInput if it has another N.
    Eigen::VectorXcd embed(const DickeState& state) const;

private:
    std::int64_t atoms_, most_r_;
    std::vector<Occupation> states_;
};

/// Eq. (2): H = -delta J_rr + Omega (J_rg + J_gr), jumps "cavity" = J_ge and "pump" = sqrt(gamma_r) J_er, in
/// units of gamma. @throws InvalidInput as `ThreeLevelAtoms::check`, or if basis and atoms differ in N.
QuantumSystem three_level_system(const ThreeLevelAtoms& atoms, const ThreeLevelBasis& basis);
/// The same with Omega(t) = |delta| sqrt(w(t)/gamma_r): the drive that makes the pump w(t) of Eq. (1).
QuantumSystem three_level_system(const ThreeLevelAtoms& atoms, const ThreeLevelBasis& basis,
                                 const PumpSchedule& pump);

}  // namespace dickejump
