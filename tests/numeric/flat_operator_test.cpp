#include "numeric/flat_operator.hpp"

#include <doctest/doctest.h>

#include <Eigen/Dense>
#include <cmath>
#include <complex>

using dickejump::numeric::FlatOperator;
using Complex = std::complex<double>;
using Matrix = Eigen::SparseMatrix<Complex>;

namespace {

Eigen::VectorXcd vector(Eigen::Index size) {
    Eigen::VectorXcd x(size);
    for (Eigen::Index i = 0; i < size; ++i)
        x(i) = Complex(std::sin(1.0 + static_cast<double>(i)), std::cos(3.0 * static_cast<double>(i)));
    return x;
}

/// Diagonals -1 (real), 0 (imaginary), 2 (both): what is kept by diagonals.
Matrix banded(Eigen::Index size) {
    Matrix m(size, size);
    for (Eigen::Index i = 0; i < size; ++i) {
        const double n = static_cast<double>(i) + 1.0;
        m.coeffRef(i, i) = Complex(0.0, n);
        if (i > 0) m.coeffRef(i, i - 1) = std::sqrt(n);
        if (i + 2 < size) m.coeffRef(i, i + 2) = Complex(0.3 * n, -0.1 * n * n);
    }
    return m;
}

/// Few entries, all over: what is kept by rows.
Matrix scattered(Eigen::Index size) {
    Matrix m(size, size);
    for (Eigen::Index i = 0; i < size; ++i)
        m.coeffRef(i, (7 * i + 3) % size) = Complex(1.0 + static_cast<double>(i), -2.0);
    return m;
}

}  // namespace

TEST_CASE("products of flat operators are those of the matrices, by diagonals and by rows") {
    for (const auto& matrix : {banded(40), banded(5), scattered(40), Matrix(3, 3)}) {
        const auto size = matrix.rows();
        const FlatOperator flat(matrix);
        const Eigen::VectorXcd x = vector(size), expected = matrix * x;
        Eigen::VectorXcd y(size);
        const double square = flat.product(x.data(), y.data());
        CHECK((y - expected).norm() <= 1e-14 * (1.0 + expected.norm()));
        CHECK(square == doctest::Approx(expected.squaredNorm()).epsilon(1e-13));
        flat.add_product(-2.0, x.data(), y.data());
        CHECK((y + expected).norm() <= 1e-13 * (1.0 + expected.norm()));
        CHECK(flat.expectation(x.data()) == doctest::Approx(x.dot(expected).real()).epsilon(1e-12));
    }
}
