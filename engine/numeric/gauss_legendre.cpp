#include "numeric/gauss_legendre.hpp"

#include <boost/math/special_functions/legendre.hpp>
#include <cstddef>

namespace dickejump::numeric {

GaussLegendre::GaussLegendre(int size) : node(size), weight(size) {
    // Near the ends 1 - x^2 and the slope lose digits that the longer type still has.
    using Long = long double;
    const auto zeros = boost::math::legendre_p_zeros<Long>(size);  // those >= 0, ascending
    for (std::size_t i = 0; i < zeros.size(); ++i) {
        const Long x = zeros[i], slope = boost::math::legendre_p_prime(size, x);
        const auto above = size - static_cast<int>(zeros.size() - i), below = size - 1 - above;
        node(above) = static_cast<double>(x);
        node(below) = -node(above);
        weight(above) = weight(below) = static_cast<double>(2 / ((1 - x * x) * slope * slope));
    }
}

}  // namespace dickejump::numeric
