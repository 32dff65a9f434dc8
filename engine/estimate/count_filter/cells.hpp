#pragma once

#include <vector>

namespace dickejump::count_filter {

/// Cells of equal width in the angle acos x, x descending: what a density of x is kept on. Sums over them
/// with Fejer's weights integrate polynomials in x of degree below their number exactly. Cost: of order
/// count^2.
struct Cells {
    std::vector<double> angle, x, sine, weight;  ///< sine = sqrt(1 - x^2)

    explicit Cells(int count);
};

/// How fine the cells must be, and what they then cannot tell.
struct Resolution {
    double cells;
    /// Added variance of n as a part of that of n in a tick: with both kinds of jumps seen almost completely,
    /// their difference is blurred to what the cells resolve.
    double blur;
};

/// Cells as fine as what the path of a tick leaves open of x, and as the difference of the jumps where both
/// are seen.
/// @param least_spread  the smallest int (w + 1) dt of a tick
/// @param up, down  efficiencies of the pump and the cavity channel, 0 if not seen
Resolution resolution_for(double least_spread, double up, double down);

}  // namespace dickejump::count_filter
