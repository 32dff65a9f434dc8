#pragma once

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

#include "dickejump/model/operators.hpp"

namespace dickejump {

/// A sparse matrix by rows, ready for many products. The products spell out complex arithmetic, which
/// std::complex guards against infinities at some cost.
class FlatOperator {
public:
    explicit FlatOperator(const Operator& matrix) {
        const Eigen::SparseMatrix<std::complex<double>, Eigen::RowMajor> rows(matrix);
        begin_.push_back(0);
        for (Eigen::Index i = 0; i < rows.outerSize(); ++i) {
            for (decltype(rows)::InnerIterator entry(rows, i); entry; ++entry) {
                if (entry.value() == 0.0) continue;
                column_.push_back(static_cast<std::size_t>(entry.col()));
                real_.push_back(entry.value().real());
                imag_.push_back(entry.value().imag());
            }
            begin_.push_back(column_.size());
        }
    }

    std::size_t rows() const { return begin_.size() - 1; }

    /// y += factor M x.
    void add_product(double factor, const std::complex<double>* x, std::complex<double>* y) const {
        for (std::size_t i = 0; i + 1 < begin_.size(); ++i) {
            const auto sum = row(i, x);
            y[i] += std::complex(factor * sum.real(), factor * sum.imag());
        }
    }
    /// y = M x, and |y|^2.
    double product(const std::complex<double>* x, std::complex<double>* y) const {
        double norm = 0.0;
        for (std::size_t i = 0; i + 1 < begin_.size(); ++i) {
            y[i] = row(i, x);
            norm += y[i].real() * y[i].real() + y[i].imag() * y[i].imag();
        }
        return norm;
    }
    /// Re <x|M|x>.
    double expectation(const std::complex<double>* x) const {
        double sum = 0.0;
        for (std::size_t i = 0; i + 1 < begin_.size(); ++i) {
            const auto y = row(i, x);
            sum += x[i].real() * y.real() + x[i].imag() * y.imag();
        }
        return sum;
    }

private:
    std::complex<double> row(std::size_t i, const std::complex<double>* x) const {
        double re = 0.0, im = 0.0;
        for (auto k = begin_[i]; k < begin_[i + 1]; ++k) {
            const double a = x[column_[k]].real(), b = x[column_[k]].imag();
            re += real_[k] * a - imag_[k] * b;
            im += real_[k] * b + imag_[k] * a;
        }
        return {re, im};
    }

    std::vector<std::size_t> begin_, column_;
    std::vector<double> real_, imag_;
};

}  // namespace dickejump
