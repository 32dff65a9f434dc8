#pragma once

#include <Eigen/SparseCore>
#include <complex>
#include <cstddef>
#include <vector>

namespace dickejump::numeric {

/// A sparse matrix ready for many products: by diagonals if they are well filled (as those of ladders,
/// oscillators and their products are), which vectorises, else by rows. The products spell out complex
/// arithmetic, which std::complex guards against infinities at some cost. The same bits on all vector widths.
class FlatOperator {
public:
    FlatOperator() = default;
    explicit FlatOperator(const Eigen::SparseMatrix<std::complex<double>>& matrix);

    /// y += factor M x.
    void add_product(double factor, const std::complex<double>* x, std::complex<double>* y) const;
    /// y = M x, and |y|^2.
    double product(const std::complex<double>* x, std::complex<double>* y) const;
    /// Re <x|M|x>.
    double expectation(const std::complex<double>* x) const;

private:
    /// Entries (i, i + offset), rows begin <= i < end, as pairs: `straight` multiplies (re, im) of x, and
    /// `crossed` multiplies (im, re). One of them may be empty.
    struct Diagonal {
        std::ptrdiff_t offset;
        std::size_t begin, end;
        std::vector<double> straight, crossed;
    };
    static void add_diagonals(const std::vector<Diagonal>& diagonals, double factor, const double* x,
                              double* y);

    std::size_t size_ = 0;
    std::vector<Diagonal> diagonals_;
    std::vector<std::size_t> row_begin_, column_;  // by rows, if there are no diagonals
    std::vector<double> real_, imag_;
};

}  // namespace dickejump::numeric
