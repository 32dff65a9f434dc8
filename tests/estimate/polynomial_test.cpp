#include "estimate/polynomial.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace dickejump;
using doctest::Approx;

TEST_CASE("the polynomial through points is the one that they are of, with slope and curvature") {
    const auto f = [](double x) { return 2.0 - x + 3.0 * x * x - 0.5 * x * x * x; };
    const std::array nodes{0.3, -1.0, 2.0, 0.5, -0.2};
    std::array<double, 5> values{};
    for (std::size_t i = 0; i < nodes.size(); ++i)
        values[i] = f(nodes[i]);
    const Polynomial polynomial(nodes, values);
    for (const double x : {-1.5, 0.0, 0.3, 1.0, 3.0}) {
        const auto local = polynomial.at(x);
        CHECK(local.value == Approx(f(x)));
        CHECK(local.slope == Approx(-1.0 + 6.0 * x - 1.5 * x * x));
        CHECK(local.curvature == Approx(6.0 - 3.0 * x));
    }
    const Polynomial constant(std::array{1.0}, std::array{7.0});
    CHECK(constant.at(5.0).value == 7.0);
    CHECK(constant.at(5.0).slope == 0.0);
}
