#pragma once

#include <limits>

namespace dickejump::numeric {

/// Where a root is known to be: `low` is before it, `high` at or beyond it.
struct Bracket {
    double low, high;

    double middle() const { return 0.5 * (low + high); }
    /// Where to look next if Newton's method says `newton`: there, if that is inside, else in the middle.
    double safeguarded(double newton) const { return newton > low && newton < high ? newton : middle(); }
};

/// Halves a bracket until it is two neighbouring numbers, as narrow as `tolerance` times its upper end, or
/// has been halved so many times.
/// @param before  before(x): whether the root is still to come at x
template <class Before>
Bracket bisect(const Before& before, Bracket bracket, double tolerance = 0.0,
               int halvings = std::numeric_limits<int>::max()) {
    for (int i = 0; i < halvings && bracket.high - bracket.low > tolerance * bracket.high; ++i) {
        const double middle = bracket.middle();
        if (middle == bracket.low || middle == bracket.high) break;
        (before(middle) ? bracket.low : bracket.high) = middle;
    }
    return bracket;
}

}  // namespace dickejump::numeric
