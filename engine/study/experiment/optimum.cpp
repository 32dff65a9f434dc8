#include "dickejump/study/experiment/optimum.hpp"

#include "study/experiment/experiment_plan.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace dickejump {

namespace {

/// The best S of one number of legs.
struct BestWidth {
    double log_width = 0.0, width_error = 0.0;  ///< ln S, and its error
    double log_delta = 0.0, delta_error = 0.0;  ///< ln delta w, and its error
};

class Search {
public:
    Search(ExperimentConfig config, const RunControl& control)
        : asked_(std::move(config)), config_(asked_.with_some_protocol()), control_(control) {}

    /// r with which K legs of half-width S and their rests last T.
    double rate(std::int64_t legs, double half_width) const {
        const auto count = static_cast<double>(legs);
        return 2.0 * half_width * count / (config_.duration - (count - 1.0) * config_.rest);
    }

    /// K up to which legs have half of T, and at most as many as 200 legs are worth.
    std::int64_t most_legs() const {
        constexpr double most = 200.0;
        return static_cast<std::int64_t>(
            config_.rest > 0.0 ? std::max(1.0, std::min(most, 0.5 * config_.duration / config_.rest)) : most);
    }

    const std::optional<BestWidth>& best(std::int64_t legs) {
        const auto [place, is_new] = known_.try_emplace(legs);
        if (is_new) place->second = search(legs);
        return place->second;
    }
    const std::map<std::int64_t, std::optional<BestWidth>>& known() const { return known_; }

private:
    struct Point {
        double log_width, log_delta, error;
    };

    std::optional<Point> evaluate(std::int64_t legs, double log_width) {
        control_.stop().check();
        if (!(log_width <= std::log(0.5 * static_cast<double>(config_.atoms)) + 1e-12)) return {};
        auto config = config_;
        // At S = N/2 the logarithm there and back can end beyond it.
        config.half_width = std::min(std::exp(log_width), 0.5 * static_cast<double>(config_.atoms));
        config.rate = rate(legs, config.half_width);
        const auto extent = config_.estimator == Estimator::area ? Extent::area_alone : Extent::all;
        const auto result =
            simulate(PreparedExperiment(make_experiment_plan(config, extent, control_)), control_);
        if (result.stop_reason != StopReason::completed) throw Stopped(result.stop_reason);
        for (const auto& one : result.combined)
            if (one.estimator == config_.estimator && one.delta_w)
                return Point{log_width, std::log(one.delta_w->value),
                             one.delta_w->error / one.delta_w->value};
        return {};
    }

    /// r, S and K are tied to each other by T.
    std::optional<BestWidth> search(std::int64_t legs) {
        if (asked_.seeks(Sought::rate) && asked_.seeks(Sought::half_width)) return search_widths(legs);
        const auto count = static_cast<double>(legs);
        const double half_width =
            asked_.seeks(Sought::rate)
                ? asked_.half_width
                : asked_.rate * (config_.duration - (count - 1.0) * config_.rest) / (2.0 * count);
        const auto point = evaluate(legs, std::log(half_width));
        if (!point) return {};
        return BestWidth{point->log_width, 0.0, point->log_delta, point->error};
    }

    /// A coarse look over all S, then a parabola about the lowest.
    std::optional<BestWidth> search_widths(std::int64_t legs) {
        const double low = std::log(0.5), high = std::log(0.49 * static_cast<double>(config_.atoms));
        constexpr int coarse = 6, fine = 7;
        std::optional<Point> lowest;
        const double spacing = (high - low) / (coarse - 1);
        for (int i = 0; i < coarse; ++i)
            if (const auto point = evaluate(legs, low + spacing * i);
                point && (!lowest || point->log_delta < lowest->log_delta))
                lowest = point;
        if (!lowest) return {};
        const double from = std::max(low, lowest->log_width - 0.6 * spacing),
                     to = std::min(high, lowest->log_width + 0.6 * spacing);
        std::vector<Point> points;
        for (int i = 0; i < fine; ++i)
            if (const auto point = evaluate(legs, from + (to - from) * i / (fine - 1)))
                points.push_back(*point);
        return points.size() >= 4 ? parabola(points, from, to)
                                  : BestWidth{lowest->log_width, spacing, lowest->log_delta, lowest->error};
    }

    /// ln delta = a + b u + c u^2, u = ln S from the middle, by weighted least squares.
    static BestWidth parabola(const std::vector<Point>& points, double from, double to) {
        const double middle = 0.5 * (from + to);
        Eigen::Matrix3d normal = Eigen::Matrix3d::Zero();
        Eigen::Vector3d right = Eigen::Vector3d::Zero();
        for (const auto& point : points) {
            const double u = point.log_width - middle, weight = 1.0 / (point.error * point.error);
            const Eigen::Vector3d row(1.0, u, u * u);
            normal += weight * row * row.transpose();
            right += weight * point.log_delta * row;
        }
        const Eigen::LDLT<Eigen::Matrix3d> solver(normal);
        const Eigen::Vector3d fit = solver.solve(right);
        const Eigen::Matrix3d covariance = solver.solve(Eigen::Matrix3d::Identity());
        const double reach = 0.5 * (to - from);
        double u = fit(2) > 0.0 ? -0.5 * fit(1) / fit(2) : (fit(1) > 0.0 ? -reach : reach);
        // d u of the top by b and c; an end of the range is known no better than half of it.
        double error = reach;
        if (fit(2) > 0.0 && std::abs(u) < reach) {
            const Eigen::Vector3d by(0.0, -0.5 / fit(2), 0.5 * fit(1) / (fit(2) * fit(2)));
            error = std::min(reach, std::sqrt(by.dot(covariance * by)));
        }
        u = std::clamp(u, -reach, reach);
        const Eigen::Vector3d at(1.0, u, u * u);
        return {.log_width = middle + u,
                .width_error = error,
                .log_delta = fit.dot(at),
                .delta_error = std::sqrt(at.dot(covariance * at))};
    }

    ExperimentConfig asked_, config_;
    const RunControl& control_;
    std::map<std::int64_t, std::optional<BestWidth>> known_;
};

/// The K of the least ln delta w: golden section over ln K in whole numbers.
std::int64_t best_legs(Search& search) {
    const auto value = [&](std::int64_t legs) {
        const auto& best = search.best(legs);
        return best ? best->log_delta : std::numeric_limits<double>::infinity();
    };
    std::int64_t low = 1, high = search.most_legs();
    while (high - low > 2) {
        const double ratio = std::log(static_cast<double>(high) / static_cast<double>(low));
        const auto inner = [&](double part) {
            return std::llround(static_cast<double>(low) * std::exp(part * ratio));
        };
        const auto left = std::clamp<std::int64_t>(inner(0.382), low + 1, high - 2),
                   right = std::clamp<std::int64_t>(inner(0.618), left + 1, high - 1);
        (value(left) <= value(right) ? high : low) = value(left) <= value(right) ? right : left;
    }
    auto best = low;
    for (auto legs = low; legs <= high; ++legs)
        if (value(legs) < value(best)) best = legs;
    return best;
}

}  // namespace

Optimum optimise(const ExperimentConfig& config, const RunControl& control) {
    Problems problems;
    check(config, problems);
    problems.require(!config.optimize.empty(),
                     "`optimize` (nothing is looked for) give rate, half-width or both");
    problems.raise();

    Search search(config, control);
    const auto legs = best_legs(search);
    const auto best = search.best(legs);
    if (!best)
        throw InvalidInput("`estimator` = " + std::string(name(config.estimator)) +
                           " (no protocol of this duration gives it) give another, or more `trajectories`");
    const double half_width = std::exp(best->log_width), rate = search.rate(legs, half_width);
    double rate_error = rate * best->width_error, width_error = half_width * best->width_error;
    for (const auto& [other, its] : search.known())
        if (its && its->log_delta - best->log_delta <= std::hypot(its->delta_error, best->delta_error)) {
            const double its_width = std::exp(its->log_width);
            rate_error = std::max(rate_error, std::abs(search.rate(other, its_width) - rate));
            width_error = std::max(width_error, std::abs(its_width - half_width));
        }
    const double delta = std::exp(best->log_delta);
    return {.rate = {rate, rate_error},
            .half_width = {half_width, width_error},
            .delta_w = {delta, delta * best->delta_error},
            .legs = legs};
}

}  // namespace dickejump
