#pragma once

#include <cstddef>

#include "numeric/row.hpp"

namespace dickejump::count_filter {

/// A place x of the density after a boost that differs from theta to theta: y, sqrt(1 - y^2), the inverse of
/// that and the root of the inverse.
struct alignas(sizeof(numeric::Row)) Place {
    numeric::Row y, radius, inverse, inverse_root;
};

/// The boost of places first .. last - 1: y = (x + t)/(1 + x t).
/// @param sine  sqrt(1 - x^2)
/// @param t, root  by theta: tanh b of the boost b, and 1/cosh b = sqrt(1 - t^2)
void boost_places(const double* x, const double* sine, std::size_t first, std::size_t last,
                  const numeric::Row& t, const numeric::Row& root, Place* places);

}  // namespace dickejump::count_filter
