#include "numeric/logarithm.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>

using namespace dickejump::numeric;

TEST_CASE(
    "the logarithm is right to 2 ulp from 1e-300 to 1, and by the root of 1/2 where its reduction turns") {
    // On words of random numbers: tests/random/exponential_test.cpp.
    double worst = 0.0;
    const auto look = [&](double u) {
        const long double exact = -std::log(static_cast<long double>(u));
        const auto error =
            static_cast<double>(std::abs(static_cast<long double>(negative_logarithm(u)) / exact - 1.0L));
        if (!(error <= worst)) worst = error;
    };
    for (double u = 0.999; u > 1e-300; u *= 0.9871)
        look(u);
    for (int exponent = 0; exponent < 990; ++exponent)
        for (const double m : {0.5, std::sqrt(0.5)}) {
            const double u = std::ldexp(m, -exponent);
            look(u);
            look(std::nextafter(u, 0.0));
            look(std::nextafter(u, 1.0));
        }
    for (double distance = 0x1p-53; distance < 0.5; distance *= 1.9)
        look(1.0 - distance);
    CHECK(worst < 4.5e-16);
    CHECK(negative_logarithm(1.0) == 0.0);
}
