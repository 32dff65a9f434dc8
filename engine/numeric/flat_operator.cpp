#include "numeric/flat_operator.hpp"

#include <algorithm>
#include <map>

#include "numeric/each_width.hpp"
#include "numeric/sum_of_squares.hpp"

namespace dickejump::numeric {

namespace {

using Complex = std::complex<double>;
using Matrix = Eigen::SparseMatrix<Complex>;

/// y += factor (straight x + crossed x with the two numbers of each pair swapped); one of the two
/// coefficients may be null.
[[gnu::always_inline]] inline void add_diagonal(double factor, const double* straight, const double* crossed,
                                                const double* __restrict x, double* __restrict y,
                                                std::size_t size) {
    if (straight && crossed)
        for (std::size_t i = 0; i < size; i += 2) {
            y[i] += factor * (straight[i] * x[i] + crossed[i] * x[i + 1]);
            y[i + 1] += factor * (straight[i + 1] * x[i + 1] + crossed[i + 1] * x[i]);
        }
    else if (crossed)
        for (std::size_t i = 0; i < size; i += 2) {
            y[i] += factor * (crossed[i] * x[i + 1]);
            y[i + 1] += factor * (crossed[i + 1] * x[i]);
        }
    else
        for (std::size_t i = 0; i < size; ++i)
            y[i] += factor * (straight[i] * x[i]);
}

}  // namespace

FlatOperator::FlatOperator(const Matrix& matrix) : size_(static_cast<std::size_t>(matrix.rows())) {
    std::map<std::ptrdiff_t, std::size_t> filled;
    std::size_t entries = 0;
    for (Eigen::Index column = 0; column < matrix.outerSize(); ++column)
        for (Matrix::InnerIterator entry(matrix, column); entry; ++entry)
            if (entry.value() != 0.0) {
                ++filled[entry.col() - entry.row()];
                ++entries;
            }
    std::size_t room = 0;
    for (const auto& [offset, count] : filled)
        room += size_ - static_cast<std::size_t>(std::abs(offset));

    if (size_ >= 16 && room <= 3 * entries) {
        for (const auto& [offset, count] : filled) {
            Diagonal diagonal{.offset = offset,
                              .begin = static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, -offset)),
                              .end = size_ - static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, offset)),
                              .straight = {},
                              .crossed = {}};
            bool has_real = false, has_imag = false;
            std::vector<double> straight, crossed;
            for (auto i = diagonal.begin; i < diagonal.end; ++i) {
                const Complex value = matrix.coeff(static_cast<Eigen::Index>(i),
                                                   static_cast<Eigen::Index>(i) + diagonal.offset);
                has_real |= value.real() != 0.0;
                has_imag |= value.imag() != 0.0;
                straight.insert(straight.end(), {value.real(), value.real()});
                crossed.insert(crossed.end(), {-value.imag(), value.imag()});
            }
            if (has_real) diagonal.straight = std::move(straight);
            if (has_imag) diagonal.crossed = std::move(crossed);
            diagonals_.push_back(std::move(diagonal));
        }
        return;
    }
    const Eigen::SparseMatrix<Complex, Eigen::RowMajor> rows(matrix);
    row_begin_.push_back(0);
    for (Eigen::Index i = 0; i < rows.outerSize(); ++i) {
        for (decltype(rows)::InnerIterator entry(rows, i); entry; ++entry) {
            if (entry.value() == 0.0) continue;
            column_.push_back(static_cast<std::size_t>(entry.col()));
            real_.push_back(entry.value().real());
            imag_.push_back(entry.value().imag());
        }
        row_begin_.push_back(column_.size());
    }
}

DICKEJUMP_EACH_WIDTH
void FlatOperator::add_diagonals(const std::vector<Diagonal>& diagonals, double factor, const double* x,
                                 double* y) {
    for (const auto& diagonal : diagonals) {
        const auto first = static_cast<std::ptrdiff_t>(2 * diagonal.begin);
        add_diagonal(factor, diagonal.straight.empty() ? nullptr : diagonal.straight.data(),
                     diagonal.crossed.empty() ? nullptr : diagonal.crossed.data(),
                     x + first + 2 * diagonal.offset, y + first, 2 * (diagonal.end - diagonal.begin));
    }
}

void FlatOperator::add_product(double factor, const Complex* x, Complex* y) const {
    add_diagonals(diagonals_, factor, reinterpret_cast<const double*>(x), reinterpret_cast<double*>(y));
    for (std::size_t i = 0; i + 1 < row_begin_.size(); ++i) {
        double re = 0.0, im = 0.0;
        for (auto k = row_begin_[i]; k < row_begin_[i + 1]; ++k) {
            const double a = x[column_[k]].real(), b = x[column_[k]].imag();
            re += real_[k] * a - imag_[k] * b;
            im += real_[k] * b + imag_[k] * a;
        }
        y[i] += Complex(factor * re, factor * im);
    }
}

double FlatOperator::product(const Complex* x, Complex* y) const {
    std::fill(y, y + size_, Complex(0.0));
    add_product(1.0, x, y);
    return sum_of_squares(reinterpret_cast<const double*>(y), 2 * size_);
}

double FlatOperator::expectation(const Complex* x) const {
    thread_local std::vector<Complex> y;
    y.resize(size_);
    product(x, y.data());
    double sum = 0.0;
    for (std::size_t i = 0; i < size_; ++i)
        sum += x[i].real() * y[i].real() + x[i].imag() * y[i].imag();
    return sum;
}

}  // namespace dickejump::numeric
