#include "estimate/count_filter/places.hpp"

#include <cmath>

namespace dickejump::count_filter {

using numeric::Row;

DICKEJUMP_EACH_WIDTH
void boost_places(const double* x, const double* sine, std::size_t first, std::size_t last, const Row& t,
                  const Row& root, Place* places) {
    for (std::size_t i = first; i < last; ++i) {
        Place& place = places[i];
        const Row scale = 1.0 / (1.0 + x[i] * t);
        place.y = (x[i] + t) * scale;
        place.radius = sine[i] * root * scale;
        place.inverse = 1.0 / place.radius;
        for (int k = 0; k < numeric::row_width; ++k)
            place.inverse_root[k] = std::sqrt(place.inverse[k]);
    }
}

}  // namespace dickejump::count_filter
