#include "dickejump/estimate/likelihood_estimate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "dickejump/model/invalid_input.hpp"

namespace dickejump {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// In units of the scale. The inner pair is for derivatives at the centre.
constexpr auto lower = LikelihoodFilter::lower_middle, upper = LikelihoodFilter::upper_middle;

constexpr LikelihoodFilter::Thetas grid{-5.0, -3.3, -1.6, -0.15, 0.15, 1.6, 3.3, 5.0};

/// The polynomial through the possible points of a grid.
class Interpolant {
public:
    explicit Interpolant(const LikelihoodFilter::Thetas& values) {
        for (std::size_t i = 0; i < grid.size(); ++i)
            if (std::isfinite(values[i])) {
                nodes_.push_back(grid[i]);
                values_.push_back(values[i]);
            }
        // Newton's divided differences.
        for (std::size_t order = 1; order < nodes_.size(); ++order)
            for (std::size_t i = nodes_.size() - 1; i >= order; --i)
                values_[i] = (values_[i] - values_[i - 1]) / (nodes_[i] - nodes_[i - order]);
    }
    bool usable() const { return nodes_.size() >= 4; }
    double low() const { return nodes_.front(); }
    double high() const { return nodes_.back(); }

    struct Local {
        double value, slope, curvature;
    };
    Local at(double u) const {
        Local local{values_.back(), 0.0, 0.0};
        for (std::size_t i = nodes_.size() - 1; i-- > 0;) {
            const double d = u - nodes_[i];
            local.curvature = local.curvature * d + 2.0 * local.slope;
            local.slope = local.slope * d + local.value;
            local.value = local.value * d + values_[i];
        }
        return local;
    }

private:
    std::vector<double> nodes_, values_;
};

/// Posterior with a flat prior over the grid: mean and quantiles.
void add_posterior(const Interpolant& log_likelihood, double centre, double scale,
                   LikelihoodEstimate& estimate) {
    constexpr int cells = 800;
    const double low = log_likelihood.low(), width = (log_likelihood.high() - low) / cells;
    std::vector<double> logs;
    for (int i = 0; i < cells; ++i)
        logs.push_back(log_likelihood.at(low + (i + 0.5) * width).value);
    const double top = *std::max_element(logs.begin(), logs.end());
    std::vector<double> below{0.0};  // distribution function at cell edges
    double mean = 0.0;
    for (int i = 0; i < cells; ++i) {
        const double weight = std::exp(logs[static_cast<std::size_t>(i)] - top);
        mean += weight * (low + (i + 0.5) * width);
        below.push_back(below.back() + weight);
    }
    const double total = below.back();
    const auto quantile = [&](double probability) {
        const auto after = std::upper_bound(below.begin() + 1, below.end() - 1, probability * total);
        const auto cell = static_cast<double>(after - below.begin() - 1);
        const double inside = (probability * total - *(after - 1)) / (*after - *(after - 1));
        return centre + scale * (low + (cell + inside) * width);
    };
    estimate.posterior_mean = centre + scale * mean / total;
    estimate.credible68 = {quantile(0.16), quantile(0.84)};
    estimate.credible95 = {quantile(0.025), quantile(0.975)};
}

}  // namespace

LikelihoodEstimate LikelihoodEstimate::none() {
    return {nan, nan, nan, {nan, nan}, {nan, nan}, nan, 0.0};
}

bool LikelihoodEstimate::found() const {
    return std::isfinite(maximum);
}

Interval LikelihoodEstimate::confidence68() const {
    constexpr double z = 0.994457883209753;  // 68 % of a normal distribution
    return {maximum - z * standard_error, maximum + z * standard_error};
}

Interval LikelihoodEstimate::confidence95() const {
    constexpr double z = 1.959963984540054;
    return {maximum - z * standard_error, maximum + z * standard_error};
}

LikelihoodEstimate estimate_likelihood(const LikelihoodFilter& filter, std::span<const Photon> clicks,
                                       double scale) {
    return estimate_likelihood([&](const auto& thetas) { return filter(clicks, thetas); }, scale);
}

LikelihoodEstimate estimate_likelihood(const Likelihood& likelihood, double scale) {
    if (!(std::isfinite(scale) && scale > 0.0))
        throw InvalidInput("scale = " + text(scale) +
                           " (the expected standard error is positive) give 1/sqrt(Fisher information)");
    auto estimate = LikelihoodEstimate::none();
    double centre = 0.0;
    constexpr int tries = 12;
    for (int attempt = 0; attempt < tries; ++attempt) {
        LikelihoodFilter::Thetas thetas;
        for (std::size_t i = 0; i < grid.size(); ++i)
            thetas[i] = centre + scale * grid[i];
        const auto result = likelihood(thetas);
        if (attempt == 0) {
            estimate.information = result.information;
            estimate.score = (result.log_likelihood[upper] - result.log_likelihood[lower]) /
                             (thetas[upper] - thetas[lower]);
        }
        const Interpolant log_likelihood(result.log_likelihood);
        if (!log_likelihood.usable()) {
            centre +=
                3.0 * scale;  // thetas too low make J+ clicks impossible where the pump would be negative
            continue;
        }
        // The best of a fine look over the grid, then Newton.
        double u = 0.0, best = -std::numeric_limits<double>::infinity();
        constexpr int looks = 400;
        for (int i = 0; i <= looks; ++i) {
            const double at =
                log_likelihood.low() + (log_likelihood.high() - log_likelihood.low()) * i / looks;
            if (const double value = log_likelihood.at(at).value; value > best) best = value, u = at;
        }
        for (int i = 0; i < 4; ++i) {
            const auto local = log_likelihood.at(u);
            if (local.curvature < 0.0) u = std::clamp(u - local.slope / local.curvature, u - 0.1, u + 0.1);
        }
        const double curvature = log_likelihood.at(u).curvature;
        if (std::abs(u) > 2.5 || !(curvature < 0.0)) {
            centre += scale * std::clamp(u, -4.0, 4.0);
            if (!(curvature < 0.0)) scale *= 1.5;
            continue;
        }
        // Intervals are read off the grid, so it must hold the posterior: 3.3 standard errors on either side.
        const double width = 1.0 / std::sqrt(-curvature);  // in units of the scale
        const bool holds = std::abs(u) + 3.3 * width <= log_likelihood.high() && width > 0.3;
        if (!holds && attempt + 1 < tries) {
            centre += scale * u;
            scale *= width;
            continue;
        }
        estimate.maximum = centre + scale * u;
        estimate.standard_error = scale * width;
        add_posterior(log_likelihood, centre, scale, estimate);
        break;
    }
    return estimate;
}

}  // namespace dickejump
