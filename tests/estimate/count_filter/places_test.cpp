#include "estimate/count_filter/places.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace dickejump;
using namespace dickejump::count_filter;
using doctest::Approx;

TEST_CASE("a boost adds to the rapidity of every place, by theta") {
    const std::vector<double> rapidity{-2.0, -0.3, 0.0, 0.7, 2.5};
    std::vector<double> x, sine;
    for (const double r : rapidity) {
        x.push_back(std::tanh(r));
        sine.push_back(1.0 / std::cosh(r));
    }
    numeric::Row boost, t, root;
    for (int k = 0; k < numeric::row_width; ++k) {
        boost[k] = 0.4 * k - 1.1;
        t[k] = std::tanh(boost[k]);
        root[k] = 1.0 / std::cosh(boost[k]);
    }
    std::vector<Place> places(rapidity.size());
    boost_places(x.data(), sine.data(), 1, 4, t, root, places.data());
    for (std::size_t i = 1; i < 4; ++i)
        for (int k = 0; k < numeric::row_width; ++k) {
            const double moved = rapidity[i] + boost[k], radius = 1.0 / std::cosh(moved);
            CHECK(places[i].y[k] == Approx(std::tanh(moved)).epsilon(1e-13));
            CHECK(places[i].radius[k] == Approx(radius).epsilon(1e-13));
            CHECK(places[i].inverse[k] == Approx(1.0 / radius).epsilon(1e-13));
            CHECK(places[i].inverse_root[k] == Approx(std::sqrt(1.0 / radius)).epsilon(1e-13));
        }
}
