#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "dickejump/model/dicke_ladder.hpp"
#include "dickejump/model/stop_request.hpp"

namespace dickejump::exact {

/// The `count` slowest decay rates [gamma] of sector Diag^(q), the coherences rho_{n,n+q}, ascending; at q =
/// 0 (the populations) the zero mode is the first. At w = gamma they are l(l+1) - q^2, l = q, q+1, .. (App.
/// C, Fig. 6).
///
/// From the symmetric tridiagonal form by bisection on its factors; at q = 0 the factors are known in closed
/// form, so that the gap keeps its relative accuracy at any N.
/// @throws InvalidInput unless w > 0 and w (N + 1)^4 is a finite number, 0 <= sector <= N and 1 <= count <=
/// N + 1 - sector, and sector = 0 on a ladder with a linewidth.
std::vector<double> decay_rates(const DickeLadder& ladder, double pump, std::int64_t sector,
                                std::int64_t count, StopRequest stop = {});

/// The slowest relaxation of the populations: the exact gap, and the paper's cumulant estimate Eq. (7),
/// w + gamma + 2 (w - gamma) <J_z>, which is of a ladder without a linewidth. @throws InvalidInput if the
/// pump is negative or beyond the limit above.
struct Relaxation {
    double gap;                      ///< slowest decay rate but the zero mode [gamma]
    std::optional<double> cumulant;  ///< Eq. (7) [gamma]; empty with a linewidth
};
/// See Relaxation.
Relaxation relaxation(const DickeLadder& ladder, double pump, StopRequest stop = {});

}  // namespace dickejump::exact
