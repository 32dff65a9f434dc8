#include "dickejump/model/operators.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "dickejump/model/invalid_input.hpp"
#include "model/checks.hpp"

namespace dickejump {

namespace {

using Complex = std::complex<double>;
using Entries = std::vector<Eigen::Triplet<Complex>>;

Operator from(Eigen::Index dimension, const Entries& entries) {
    Operator result(dimension, dimension);
    result.setFromTriplets(entries.begin(), entries.end());
    return result;
}

int small(Eigen::Index i) {
    return static_cast<int>(i);
}

void check_dimension(double dimension) {
    if (!(dimension >= 1.0 && dimension <= std::numeric_limits<int>::max()))
        throw InvalidInput("a space of " + text(dimension) +
                           " states (there are 1 to 2^31 - 1) give a dimension in that range");
    constexpr double bytes_a_state = 80.0;  // of an entry, and of the list that it is made from
    Problems problems;
    check_memory("dimension = " + text(dimension) + " (operators and states of it", bytes_a_state * dimension,
                 problems);
    problems.raise();
}

}  // namespace

Operator qeye(Eigen::Index dimension) {
    check_dimension(static_cast<double>(dimension));
    Operator result(dimension, dimension);
    result.setIdentity();
    return result;
}

Operator destroy(Eigen::Index dimension) {
    check_dimension(static_cast<double>(dimension));
    Entries entries;
    for (Eigen::Index n = 1; n < dimension; ++n)
        entries.emplace_back(small(n - 1), small(n), std::sqrt(static_cast<double>(n)));
    return from(dimension, entries);
}

Operator sigmam() {
    return from(2, {{1, 0, 1.0}});
}
Operator sigmap() {
    return from(2, {{0, 1, 1.0}});
}
Operator sigmax() {
    return from(2, {{0, 1, 1.0}, {1, 0, 1.0}});
}
Operator sigmay() {
    const std::complex<double> i(0.0, 1.0);
    return from(2, {{0, 1, -i}, {1, 0, i}});
}
Operator sigmaz() {
    return from(2, {{0, 0, 1.0}, {1, 1, -1.0}});
}

Operator num(Eigen::Index dimension) {
    check_dimension(static_cast<double>(dimension));
    Entries entries;
    for (Eigen::Index n = 1; n < dimension; ++n)
        entries.emplace_back(small(n), small(n), static_cast<double>(n));
    return from(dimension, entries);
}

Operator dag(const Operator& op) {
    return Operator(op.adjoint());
}

Operator jmat(std::int64_t twice_j, char component) {
    if (twice_j < 0)
        throw InvalidInput("2j = " + std::to_string(twice_j) + " (a spin is not negative) give 0 or more");
    check_dimension(static_cast<double>(twice_j) + 1.0);
    const double j = 0.5 * static_cast<double>(twice_j);
    const auto dimension = static_cast<Eigen::Index>(twice_j + 1);
    Entries raising, along;
    for (Eigen::Index i = 0; i < dimension; ++i) {
        const double m = j - static_cast<double>(i);
        along.emplace_back(small(i), small(i), m);
        if (i > 0) raising.emplace_back(small(i - 1), small(i), std::sqrt(j * (j + 1.0) - m * (m + 1.0)));
    }
    const Operator plus = from(dimension, raising);
    switch (component) {
        case 'x':
            return 0.5 * (plus + dag(plus));
        case 'y':
            return std::complex<double>(0.0, -0.5) * (plus - dag(plus));
        case 'z':
            return from(dimension, along);
        case '+':
            return plus;
        case '-':
            return dag(plus);
        default:
            throw InvalidInput(std::string("component ") + component +
                               " (a spin has x, y, z, + and -) choose one of them");
    }
}

Operator tensor(const Operator& left, const Operator& right) {
    for (const auto& [a, b] : {std::pair(left.rows(), right.rows()), std::pair(left.cols(), right.cols())})
        check_dimension(static_cast<double>(a) * static_cast<double>(b));
    Entries entries;
    for (Eigen::Index i = 0; i < left.outerSize(); ++i)
        for (Operator::InnerIterator a(left, i); a; ++a)
            for (Eigen::Index j = 0; j < right.outerSize(); ++j)
                for (Operator::InnerIterator b(right, j); b; ++b)
                    entries.emplace_back(small(a.row() * right.rows() + b.row()),
                                         small(a.col() * right.cols() + b.col()), a.value() * b.value());
    Operator result(left.rows() * right.rows(), left.cols() * right.cols());
    result.setFromTriplets(entries.begin(), entries.end());
    return result;
}

Eigen::VectorXcd basis(Eigen::Index dimension, Eigen::Index index) {
    check_dimension(static_cast<double>(dimension));
    if (index < 0 || index >= dimension)
        throw InvalidInput("state " + std::to_string(index) + " (there are 0.." +
                           std::to_string(dimension - 1) + ") choose one of them");
    return Eigen::VectorXcd::Unit(dimension, index);
}

Eigen::VectorXcd coherent(Eigen::Index dimension, std::complex<double> alpha) {
    check_dimension(static_cast<double>(dimension));
    Eigen::VectorXcd psi(dimension);
    psi(0) = 1.0;
    for (Eigen::Index n = 1; n < dimension; ++n)
        psi(n) = psi(n - 1) * alpha / std::sqrt(static_cast<double>(n));
    const double norm = psi.norm();
    if (!std::isfinite(norm))
        throw InvalidInput("alpha = " + text(alpha.real()) + " + " + text(alpha.imag()) +
                           " i (the amplitudes of its " + std::to_string(dimension) +
                           " levels are no numbers) give a finite alpha that they can hold");
    return psi / norm;
}

double expect(const Operator& op, const Eigen::VectorXcd& psi) {
    if (op.rows() != psi.size() || op.cols() != psi.size())
        throw InvalidInput("an operator of " + std::to_string(op.rows()) + " x " + std::to_string(op.cols()) +
                           " on a state of " + std::to_string(psi.size()) +
                           " amplitudes (they are of different systems) give those of one");
    return psi.dot(op * psi).real();
}

Eigen::VectorXcd tensor(const Eigen::VectorXcd& left, const Eigen::VectorXcd& right) {
    check_dimension(static_cast<double>(left.size()) * static_cast<double>(right.size()));
    Eigen::VectorXcd result(left.size() * right.size());
    for (Eigen::Index i = 0; i < left.size(); ++i)
        result.segment(i * right.size(), right.size()) = left(i) * right;
    return result;
}

}  // namespace dickejump
