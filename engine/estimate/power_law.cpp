#include "dickejump/estimate/power_law.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "dickejump/model/invalid_input.hpp"

namespace dickejump {

std::optional<double> PowerLaw::p_value() const {
    if (degrees < 1) return {};
    return boost::math::gamma_q(0.5 * degrees, 0.5 * chi2);
}

Estimate PowerLaw::exponent_with_scatter() const {
    const double scale = degrees < 1 ? 1.0 : std::max(1.0, std::sqrt(chi2 / degrees));
    return {exponent.value, scale * exponent.error};
}

std::optional<PowerLaw> fit_power_law(std::span<const double> x, std::span<const Estimate> y, bool tail) {
    if (x.size() != y.size())
        throw InvalidInput(std::to_string(x.size()) + " x and " + std::to_string(y.size()) +
                           " y (a point has one of each) give as many");
    const auto counts = [](double number) { return number > 0.0 && std::isfinite(number); };
    std::vector<std::size_t> used;
    for (std::size_t i = 0; i < x.size(); ++i)
        if (counts(x[i]) && counts(y[i].value) && counts(y[i].error)) used.push_back(i);
    const Eigen::Index parameters = tail ? 3 : 2, points = static_cast<Eigen::Index>(used.size());
    if (points < parameters) return {};

    // About the middle of log x, and c/x in units of its largest value: columns of one size.
    double middle = 0.0, least = x[used.front()];
    for (const auto i : used) {
        middle += std::log(x[i]) / static_cast<double>(points);
        least = std::min(least, x[i]);
    }
    Eigen::MatrixXd design(points, parameters);
    Eigen::VectorXd value(points);
    for (Eigen::Index row = 0; row < points; ++row) {
        const auto i = used[static_cast<std::size_t>(row)];
        const double weight = y[i].value / y[i].error;
        design(row, 0) = weight;
        design(row, 1) = weight * (std::log(x[i]) - middle);
        if (tail) design(row, 2) = weight * least / x[i];
        value(row) = weight * std::log(y[i].value);
    }
    const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(design);
    if (qr.rank() < parameters) return {};
    const Eigen::VectorXd solution = qr.solve(value);
    const Eigen::MatrixXd covariance = (design.transpose() * design).inverse();

    // Back to log x = 0.
    const double origin = solution(0) - solution(1) * middle;
    const double origin_variance =
        covariance(0, 0) - 2.0 * middle * covariance(0, 1) + middle * middle * covariance(1, 1);
    PowerLaw law{.exponent = {solution(1), std::sqrt(covariance(1, 1))},
                 .prefactor = {std::exp(origin), std::exp(origin) * std::sqrt(origin_variance)},
                 .tail = {},
                 .points = static_cast<int>(points),
                 .degrees = static_cast<int>(points - parameters),
                 .chi2 = (value - design * solution).squaredNorm()};
    if (tail) law.tail = Estimate{solution(2) * least, std::sqrt(covariance(2, 2)) * least};
    return law;
}

}  // namespace dickejump
