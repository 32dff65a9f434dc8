#include "numeric/sum_of_squares.hpp"

#include "numeric/each_width.hpp"

namespace dickejump::numeric {

DICKEJUMP_EACH_WIDTH
double sum_of_squares(const double* x, std::size_t size) {
    // Eight sums side by side fill the widest vectors, and are added in one order on all of them.
    constexpr std::size_t together = 8;
    double sums[together] = {};
    std::size_t i = 0;
    for (; i + together <= size; i += together)
        for (std::size_t k = 0; k < together; ++k)
            sums[k] += x[i + k] * x[i + k];
    for (; i < size; ++i)
        sums[0] += x[i] * x[i];
    return ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7]));
}

}  // namespace dickejump::numeric
