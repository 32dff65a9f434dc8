#pragma once

#include <cstddef>

namespace dickejump::numeric {

/// sum x_i^2, in the same order on all vector widths. Error: that of eight sums side by side, each of size/8
/// terms.
double sum_of_squares(const double* x, std::size_t size);

}  // namespace dickejump::numeric
