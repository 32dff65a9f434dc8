#pragma once

#include <optional>

#include "dickejump/model/local_spins.hpp"

namespace dickejump::direct {

/// What single atoms do at |j, m> in all, whatever j: G n + W (N - n) + D N/4, a line in n [gamma]. With it
/// is a share of dephasing, D N m^2/(4 j(j+1)) + .., that leaves the state as it is.
struct LocalRate {
    double on_ground;    ///< at n = 0
    double per_excited;  ///< for each of the n

    explicit LocalRate(const LocalSpins& spins)
        : on_ground(static_cast<double>(spins.atoms()) *
                    (spins.rates().pumping + 0.25 * spins.rates().dephasing)),
          per_excited(spins.rates().emission - spins.rates().pumping) {}

    double at(double n) const { return on_ground + per_excited * n; }
};

/// Which way out of the state a single atom takes that does something, for a uniform number; none if that
/// changes nothing.
std::optional<LocalSpins::Exit> local_exit(const LocalSpins& spins, const SpinState& at, double u);

}  // namespace dickejump::direct
