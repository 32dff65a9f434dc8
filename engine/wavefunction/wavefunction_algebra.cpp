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
