#include "dickejump/estimate/mean_crossing.hpp"

#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <string>

#include "dickejump/model/invalid_input.hpp"
#include "model/checks.hpp"
#include "numeric/bisection.hpp"

namespace dickejump {

MeanCrossing::MeanCrossing(std::int64_t atoms, const TickGrid& grid, double centre, double reach)
    : half_atoms_(0.5 * static_cast<double>(atoms)) {
    Problems problems;
    check_grid(grid, problems);
    problems.require(centre >= 0.0 && centre <= grid.duration,
                     "centre = " + text(centre) + " (outside the run, 0.." + text(grid.duration) +
                         ") fit around a time within it");
    problems.require(std::isfinite(reach) && reach >= 0.0,
                     "reach = " + text(reach) + " (a time is finite and not negative) give `reach` >= 0");
    problems.require(atoms >= 1,
                     "atoms = " + std::to_string(atoms) + " (a ladder has at least one) give more");
    if (problems.empty()) {
        constexpr double bytes_a_tick = 400.0;  // of four coefficients, and of what solves for them
        check_memory("reach = " + text(reach) + " (the ticks within it",
                     bytes_a_tick * 2.0 * std::min(reach, grid.duration) / grid.tick(), problems);
    }
    problems.raise();
    constexpr std::int64_t fewest = 8;
    const double tick = grid.tick();
    const auto nearest = static_cast<std::int64_t>(std::llround(centre / tick));
    // Symmetric about the crossing where the run allows it: odd errors of the fit then cancel.
    auto half =
        std::max<std::int64_t>(fewest / 2, static_cast<std::int64_t>(std::min(reach, grid.duration) / tick));
    half = std::max<std::int64_t>(std::min({half, nearest, grid.ticks - nearest}), fewest / 2);
    first_ = std::max<std::int64_t>(nearest - half, 0);
    const auto last = std::min(nearest + half, grid.ticks);
    const auto count = last - first_ + 1;
    middle_ = 0.5 * (grid.time(first_) + grid.time(last));
    reach_ = 0.5 * (grid.time(last) - grid.time(first_));

    Eigen::MatrixXd powers(count, 4);
    for (Eigen::Index i = 0; i < count; ++i) {
        const double x = (grid.time(first_ + i) - middle_) / reach_;
        powers.row(i) << 1.0, x, x * x, x * x * x;
    }
    // Some columns of the identity at a time: all of them are as many numbers as ticks, squared.
    const auto qr = powers.colPivHouseholderQr();
    weights_.resize(4, count);
    constexpr Eigen::Index chunk = 256;
    for (Eigen::Index first = 0; first < count; first += chunk) {
        const auto size = std::min<Eigen::Index>(chunk, count - first);
        Eigen::MatrixXd unit = Eigen::MatrixXd::Zero(count, size);
        unit.middleRows(first, size).setIdentity();
        weights_.middleCols(first, size) = qr.solve(unit);
    }
}

void MeanCrossing::merge(const MeanCrossing& other) {
    if (other.half_atoms_ != half_atoms_ || other.first_ != first_ || other.middle_ != middle_ ||
        other.reach_ != reach_)
        throw InvalidInput("a fit around " + text(other.middle_) + " within " + text(other.reach_) +
                           " (this one is around " + text(middle_) + " within " + text(reach_) +
                           ") merge those of one run and stretch");
    coefficients_.merge(other.coefficients_);
}

void MeanCrossing::observe(const Window& window) {
    check_window(window, needs, static_cast<std::size_t>(sums_.cols()));
    const auto last = first_ + static_cast<std::int64_t>(weights_.cols()) - 1;
    const double rounding = 1e-9 * window.grid.duration;
    if (!(std::abs(window.grid.time(first_) - (middle_ - reach_)) <= rounding &&
          std::abs(window.grid.time(last) - (middle_ + reach_)) <= rounding))
        throw InvalidInput("a window of a run of " + std::to_string(window.grid.ticks) + " ticks in " +
                           text(window.grid.duration) +
                           " (this fit is of other ticks) give it the run's grid");
    if (window.first_tick == 0) sums_ = Eigen::MatrixXd::Zero(4, window.lanes);
    const auto add = [&](Eigen::Index i, const std::int32_t* levels) {
        for (int lane = 0; lane < window.lanes; ++lane)
            sums_.col(lane) += weights_.col(i) * (levels[lane] - half_atoms_);
    };
    if (window.first_tick == 0 && first_ == 0) add(0, window.start.data());
    for (int t = 0; t < window.ticks; ++t) {
        const auto i = window.first_tick + t + 1 - first_;
        if (i >= 0 && i < weights_.cols()) add(i, window.n.data() + window.at(t, 0));
    }
    if (window.last())
        for (int lane = 0; lane < window.lanes; ++lane)
            coefficients_.add(sums_.col(lane));
}

std::optional<Estimate> MeanCrossing::time() const {
    if (coefficients_.count() < 2) return {};
    const Eigen::Vector4d c = coefficients_.mean();
    const auto value = [&](double x) { return c(0) + x * (c(1) + x * (c(2) + x * c(3))); };
    if (value(-1.0) * value(1.0) > 0.0) return {};
    const double side = value(-1.0) < 0.0 ? -1.0 : 1.0;
    const double x =
        numeric::bisect([&](double at) { return side * value(at) > 0.0; }, {-1.0, 1.0}, 0.0, 60).middle();
    const double slope = c(1) + x * (2.0 * c(2) + x * 3.0 * c(3));
    const Eigen::Vector4d powers{1.0, x, x * x, x * x * x};
    const double variance =
        powers.dot(coefficients_.covariance() * powers) / static_cast<double>(coefficients_.count());
    return Estimate{middle_ + reach_ * x, reach_ * std::sqrt(std::max(0.0, variance)) / std::abs(slope)};
}

}  // namespace dickejump
