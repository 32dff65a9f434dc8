#include "wavefunction/wavefunction_algebra.hpp"

#include <algorithm>
#include <cmath>

#include "numeric/each_width.hpp"

namespace dickejump {

namespace {

template <std::size_t terms>
[[gnu::always_inline]] inline void combine_all(const double* const* x, const double* factors,
                                               double* __restrict y, std::size_t size) {
    const double* from[terms];
    double factor[terms];
    for (std::size_t k = 0; k < terms; ++k) {
        from[k] = x[k];
        factor[k] = factors[k];
    }
    for (std::size_t i = 0; i < size; ++i) {
        double sum = factor[0] * from[0][i];
        for (std::size_t k = 1; k < terms; ++k)
            sum += factor[k] * from[k][i];
        y[i] = sum;
    }
}

}  // namespace

DICKEJUMP_EACH_WIDTH
double sum_of_squares(const double* x, std::size_t size) {
    // Eight sums side by side fill the widest vectors, and are added in one order on all of them.
    constexpr std::size_t lanes = 8;
    double sums[lanes] = {};
    std::size_t i = 0;
    for (; i + lanes <= size; i += lanes)
        for (std::size_t k = 0; k < lanes; ++k)
            sums[k] += x[i + k] * x[i + k];
    for (; i < size; ++i)
        sums[0] += x[i] * x[i];
    return ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7]));
}

DICKEJUMP_EACH_WIDTH
void combine(std::size_t terms, const double* const* x, const double* factors, double* y, std::size_t size) {
    switch (terms) {
        case 2:
            return combine_all<2>(x, factors, y, size);
        case 3:
            return combine_all<3>(x, factors, y, size);
        case 4:
            return combine_all<4>(x, factors, y, size);
        case 5:
            return combine_all<5>(x, factors, y, size);
        case 6:
            return combine_all<6>(x, factors, y, size);
        default:
            return combine_all<7>(x, factors, y, size);
    }
}

double StateErrorChecker::error(const AmplitudeAlgebra&, const Amplitudes& psi, const Amplitudes&,
                                const Amplitudes& error, double) const {
    return std::sqrt(squared_norm(error) / squared_norm(psi)) / tolerance_;
}

}  // namespace dickejump
