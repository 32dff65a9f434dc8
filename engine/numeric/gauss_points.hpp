#pragma once

#include <boost/math/quadrature/gauss.hpp>
#include <cstddef>

namespace dickejump::numeric {

/// Calls f(x, weight) for the n points of the Gauss-Legendre rule on [begin, end], n even: the integral of a
/// polynomial of degree 2n - 1 is the sum of weight times its value, exactly. In one fixed order, in pairs
/// from the middle outwards. The points are constants of boost::math::quadrature.
template <unsigned n, class F>
void for_each_gauss_point(double begin, double end, const F& f) {
    static_assert(n % 2 == 0, "an odd rule has its middle point once, not in a pair");
    using Gauss = boost::math::quadrature::gauss<double, n>;
    const double middle = 0.5 * (begin + end), half = 0.5 * (end - begin);
    for (std::size_t k = 0; k < Gauss::abscissa().size(); ++k)
        for (const double side : {-1.0, 1.0})
            f(middle + side * half * Gauss::abscissa()[k], half * Gauss::weights()[k]);
}

}  // namespace dickejump::numeric
