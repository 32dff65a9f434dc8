#include "numeric/gauss_points.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>
#include <vector>

using namespace dickejump::numeric;

TEST_CASE("n points integrate polynomials of degree 2n - 1 exactly, and 2n not") {
    const auto integral = [](auto points, int degree, double begin, double end) {
        double sum = 0.0;
        for_each_gauss_point<points()>(begin, end,
                                       [&](double x, double weight) { sum += weight * std::pow(x, degree); });
        return sum;
    };
    const std::integral_constant<unsigned, 4> four;
    const std::integral_constant<unsigned, 10> ten;
    const auto exact = [](int degree, double begin, double end) {
        return (std::pow(end, degree + 1) - std::pow(begin, degree + 1)) / (degree + 1);
    };
    for (int degree = 0; degree <= 7; ++degree)
        CHECK(integral(four, degree, -0.5, 2.0) == doctest::Approx(exact(degree, -0.5, 2.0)).epsilon(1e-14));
    for (int degree = 0; degree <= 19; ++degree)
        CHECK(integral(ten, degree, 0.0, 1.0) == doctest::Approx(exact(degree, 0.0, 1.0)).epsilon(1e-14));
    CHECK(std::abs(integral(four, 8, -1.0, 1.0) - exact(8, -1.0, 1.0)) > 1e-3);
}

TEST_CASE("points come in pairs about the middle, from there outwards") {
    std::vector<double> distance;
    double last = 0.0;
    int count = 0;
    for_each_gauss_point<8>(1.0, 3.0, [&](double x, double weight) {
        CHECK(weight > 0.0);
        if (count % 2 == 1) CHECK(x - 2.0 == doctest::Approx(2.0 - last).epsilon(1e-14));
        if (count % 2 == 1) distance.push_back(x - 2.0);
        last = x;
        ++count;
    });
    REQUIRE(count == 8);
    for (std::size_t i = 1; i < distance.size(); ++i)
        CHECK(distance[i] > distance[i - 1]);
}
