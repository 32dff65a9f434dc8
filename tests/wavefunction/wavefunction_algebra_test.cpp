#include "wavefunction/wavefunction_algebra.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <vector>

using namespace dickejump;
using doctest::Approx;

namespace {

Amplitudes filled(std::size_t size, double phase) {
    Amplitudes x(size);
    for (std::size_t i = 0; i < size; ++i)
        x[i] = std::sin(phase + 0.7 * static_cast<double>(i));
    return x;
}

}  // namespace

TEST_CASE("a combination adds up its terms, two to seven of them") {
    for (std::size_t terms = 2; terms <= 7; ++terms)
        for (const std::size_t size : {1u, 8u, 21u}) {
            std::vector<Amplitudes> x;
            std::vector<const double*> pointers;
            std::vector<double> factors;
            for (std::size_t k = 0; k < terms; ++k) {
                x.push_back(filled(size, static_cast<double>(k)));
                factors.push_back(0.3 * static_cast<double>(k) - 1.0);
            }
            for (const auto& one : x)
                pointers.push_back(one.data());
            Amplitudes y(size, 99.0);
            combine(terms, pointers.data(), factors.data(), y.data(), size);
            for (std::size_t i = 0; i < size; ++i) {
                double expected = 0.0;
                for (std::size_t k = 0; k < terms; ++k)
                    expected += factors[k] * x[k][i];
                CHECK(y[i] == Approx(expected).epsilon(1e-13));
            }
        }
}

TEST_CASE("the integrator's operations are those combinations") {
    const Amplitudes a = filled(6, 0.0), b = filled(6, 1.0), c = filled(6, 2.0);
    Amplitudes y(6);
    AmplitudeAlgebra::for_each4(y, a, b, c, AmplitudeAlgebra::Operations::scale_sum3<double>(1.0, 0.5, -2.0));
    for (std::size_t i = 0; i < 6; ++i)
        CHECK(y[i] == Approx(a[i] + 0.5 * b[i] - 2.0 * c[i]));
}

TEST_CASE("an error is a part of the state's norm, over the tolerance") {
    const Amplitudes psi{3.0, 0.0, 0.0, 4.0}, error{0.0, 0.5, 0.0, 0.0};
    CHECK(squared_norm(psi) == 25.0);
    const StateErrorChecker checker(1e-3);
    CHECK(checker.error({}, psi, psi, error, 0.1) == Approx(0.1 / 1e-3));
}
