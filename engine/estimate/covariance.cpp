#include "dickejump/estimate/covariance.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <boost/math/distributions/fisher_f.hpp>
#include <cmath>
#include <limits>
#include <string>

#include "dickejump/model/invalid_input.hpp"
#include "model/checks.hpp"

namespace dickejump {

namespace {

void check_dimension(Eigen::Index given, Eigen::Index dimension) {
    if (given != dimension)
        throw InvalidInput(std::to_string(given) + " numbers (this covariance is of " +
                           std::to_string(dimension) + ") give as many");
}

void check_enough(std::int64_t count, Eigen::Index dimension) {
    if (count <= dimension)
        throw InvalidInput(std::to_string(count) + " trajectories (the test of " + std::to_string(dimension) +
                           " points needs more than points) run more");
}

Eigen::Index checked(Eigen::Index dimension) {
    if (dimension < 0)
        throw InvalidInput("dimension = " + std::to_string(dimension) +
                           " (a number of numbers is not negative) give 0 or more");
    constexpr double bytes = 16.0;  // of a number, while matrices are copied
    const auto d = static_cast<double>(dimension);
    Problems problems;
    check_memory("dimension = " + std::to_string(dimension) + " (covariances of so many numbers",
                 bytes * d * d, problems);
    problems.raise();
    return dimension;
}

}  // namespace

Covariance::Covariance(Eigen::Index dimension)
    : mean_(Eigen::VectorXd::Zero(checked(dimension))), sum_(Eigen::MatrixXd::Zero(dimension, dimension)) {}

void Covariance::add(const Eigen::VectorXd& x) {
    check_dimension(x.size(), mean_.size());
    ++count_;
    const Eigen::VectorXd before = x - mean_;
    mean_ += before / static_cast<double>(count_);
    sum_.noalias() += before * (x - mean_).transpose();
}

void Covariance::merge(const Covariance& other) {
    check_dimension(other.mean_.size(), mean_.size());
    if (other.count_ == 0) return;
    if (count_ == 0) {
        *this = other;
        return;
    }
    const auto a = static_cast<double>(count_), b = static_cast<double>(other.count_);
    const Eigen::VectorXd d = other.mean_ - mean_;
    sum_ += other.sum_ + d * d.transpose() * (a * b / (a + b));
    mean_ += d * (b / (a + b));
    count_ += other.count_;
}

Eigen::MatrixXd Covariance::covariance() const {
    return count_ < 2 ? Eigen::MatrixXd::Zero(sum_.rows(), sum_.cols())
                      : Eigen::MatrixXd(sum_ / static_cast<double>(count_ - 1));
}

Covariance Covariance::part(const std::vector<Eigen::Index>& kept) const {
    for (const auto i : kept)
        if (i < 0 || i >= mean_.size())
            throw InvalidInput("number " + std::to_string(i) + " (there are 0.." +
                               std::to_string(mean_.size() - 1) + ") choose among them");
    Covariance result(static_cast<Eigen::Index>(kept.size()));
    result.count_ = count_;
    result.mean_ = mean_(kept);
    result.sum_ = sum_(kept, kept);
    return result;
}

double agreement(const Covariance& observed, const Eigen::VectorXd& expected) {
    check_dimension(expected.size(), observed.mean().size());
    check_enough(observed.count(), expected.size());
    if (!expected.allFinite())
        throw InvalidInput("an expected mean that is not finite (no mean can be it) correct it");
    const Eigen::VectorXd off = observed.mean() - expected;
    const Eigen::MatrixXd covariance = observed.covariance();
    // A number without spread must be met exactly; the factorisation would pass over it.
    for (Eigen::Index i = 0; i < off.size(); ++i)
        if (covariance(i, i) == 0.0 && off(i) != 0.0) return 0.0;
    const double t2 = static_cast<double>(observed.count()) * off.dot(covariance.ldlt().solve(off));
    return p_of_t2(std::max(0.0, t2), expected.size(), observed.count());
}

double p_of_t2(double t2, Eigen::Index dimension, std::int64_t count) {
    check_enough(count, dimension);
    if (!(t2 >= 0.0) || dimension < 1)
        throw InvalidInput("T^2 = " + text(t2) + " of " + std::to_string(dimension) +
                           " numbers (it is a sum of squares) give at least 0, of at least one number");
    const auto d = static_cast<double>(dimension), n = static_cast<double>(count);
    if (std::isinf(t2)) return 0.0;
    const double f = t2 * (n - d) / (d * (n - 1.0));
    return boost::math::cdf(boost::math::complement(boost::math::fisher_f(d, n - d), f));
}

std::int64_t trajectories_for_agreement(Eigen::Index dimension) {
    constexpr Eigen::Index most = std::numeric_limits<Eigen::Index>::max() / 100;
    if (dimension < 0 || dimension > most)
        throw InvalidInput("dimension = " + std::to_string(dimension) +
                           " (a number of numbers, at most 9 10^16) give 0 or more");
    return 100 * dimension;
}

}  // namespace dickejump
