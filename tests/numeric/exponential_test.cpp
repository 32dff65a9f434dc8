#include "numeric/exponential.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>

#include "numeric/row.hpp"

using namespace dickejump::numeric;

namespace {

/// Exponents of all sizes, with the edges of the reduction: multiples of ln(2)/2 and their neighbours.
template <class Visit>
void each_exponent(const Visit& visit) {
    for (double x = -699.0; x < 5.0; x += 0.0137)
        visit(x);
    for (int k = -2000; k <= 10; ++k)
        for (const double off : {-1e-13, 0.0, 1e-13})
            if (const double x = 0.5 * k * std::log(2.0) + off; x > -700.0) visit(x);
    for (double x = -1e-18; x > -1e-3; x *= 1.7)
        visit(x);
}

template <class F>
double worst_error(const F& f) {
    double worst = 0.0;
    each_exponent([&](double x) {
        const long double exact = std::exp(static_cast<long double>(x));
        const auto error = static_cast<double>(std::abs(static_cast<long double>(f(x)) / exact - 1.0L));
        if (!(error <= worst)) worst = error;
    });
    return worst;
}

}  // namespace

TEST_CASE("the exponential is right to 2 ulp, the rough one to 4e-13") {
    CHECK(worst_error([](double x) { return exponential(x); }) < 4.5e-16);
    const double rough = worst_error([](double x) { return rough_exponential(x); });
    CHECK(rough < 4e-13);
    CHECK(rough > 1e-14);  // else it need not be there
    CHECK(exponential(0.0) == 1.0);
}

TEST_CASE("exponents below -700 count as -700") {
    for (const double x : {-700.0, -1e6, -HUGE_VAL}) {
        CHECK(exponential(x) == exponential(-700.0));
        CHECK(rough_exponential(x) == rough_exponential(-700.0));
    }
    CHECK(exponential(-700.0) > 0.0);
}

TEST_CASE("eight exponentials at once have the bits of one") {
    Row row;
    for (int i = 0; i < row_width; ++i)
        row[i] = -0.37 * i * i * i;
    const Row all = exponential(row), rough = rough_exponential(row);
    for (int i = 0; i < row_width; ++i) {
        CHECK(all[i] == exponential<double>(row[i]));
        CHECK(rough[i] == rough_exponential<double>(row[i]));
    }
}
