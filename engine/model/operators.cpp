#include "dickejump/model/operators.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "dickejump/model/invalid_input.hpp"

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
Operator sigmaz() {
    return from(2, {{0, 0, 1.0}, {1, 1, -1.0}});
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
    if (index < 0 || index >= dimension)
        throw InvalidInput("state " + std::to_string(index) + " (there are 0.." +
                           std::to_string(dimension - 1) + ") choose one of them");
    return Eigen::VectorXcd::Unit(dimension, index);
}

Eigen::VectorXcd tensor(const Eigen::VectorXcd& left, const Eigen::VectorXcd& right) {
    Eigen::VectorXcd result(left.size() * right.size());
    for (Eigen::Index i = 0; i < left.size(); ++i)
        result.segment(i * right.size(), right.size()) = left(i) * right;
    return result;
}

}  // namespace dickejump
