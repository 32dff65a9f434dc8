#include "dickejump/estimate/likelihood_estimate.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "dickejump/model/invalid_input.hpp"
#include "estimate/likelihood_curve.hpp"

namespace dickejump {

namespace {

/// Between these two thetas derivatives at the centre are taken.
constexpr auto lower = LikelihoodFilter::lower_middle, upper = LikelihoodFilter::upper_middle;

/// Where a look about a centre goes: as far as `below` and `above` it.
struct Look {
    double centre, below, above;
};

LikelihoodFilter::Thetas thetas_of(const Look& look, double scale, double lowest) {
    // At the boundary, where nothing lies below, the lower points fill the gaps above.
    const double pair = 0.15 * std::min(scale, look.below > 0.0 ? look.below : look.above);
    const auto down = [&](double part, double instead) {
        return look.below > 0.0 ? std::max(lowest, look.centre - part * look.below)
                                : look.centre + instead * look.above;
    };
    const auto up = [&](double part) { return look.centre + part * look.above; };
    return {down(1.0, 0.83),    down(0.66, 0.5),
            down(0.32, 0.16),   look.below > 0.0 ? look.centre - pair : look.centre,
            look.centre + pair, up(0.32),
            up(0.66),           up(1.0)};
}

/// A look whose likelihood is nearly a parabola about a maximum well inside: what it says.
class Ordinary {
public:
    Ordinary(const LikelihoodFilter::Thetas& thetas, const LikelihoodFilter::Thetas& values)
        : all_(thetas, values) {
        const auto [low, high] = std::minmax_element(thetas.begin(), thetas.end());
        ends_ = {*low, *high};
        for (const double value : values)
            if (!std::isfinite(value)) return;
        const auto peak = vertex(
            all_,
            thetas[static_cast<std::size_t>(std::max_element(values.begin(), values.end()) - values.begin())],
            ends_);
        if (!peak) return;
        // Without the end that is farther off.
        const bool drop_first = peak->theta - ends_.low > ends_.high - peak->theta;
        const auto dropped = static_cast<std::size_t>((drop_first ? low : high) - thetas.begin());
        std::vector<double> nodes, heights;
        for (std::size_t i = 0; i < thetas.size(); ++i)
            if (i != dropped) nodes.push_back(thetas[i]), heights.push_back(values[i]);
        const auto fewer = vertex(Polynomial(nodes, heights), peak->theta, ends_);
        if (!fewer) return;
        const double off = std::abs(fewer->theta - peak->theta) / peak->standard_error,
                     off_error = std::abs(fewer->standard_error / peak->standard_error - 1.0);
        // What all eight are off by is a small part of what one of them matters.
        agrees_ = off < 4e-3 && off_error < 8e-3;
        if (off < 0.5 && off_error < 0.5) best_ = peak;
    }

    /// The maximum as far as is known, to look closer at.
    const std::optional<Peak>& best() const { return best_; }
    /// Whether the look holds the maximum and all of the posterior that matters: 3.3 standard errors.
    bool holds() const {
        return agrees_ && ends_.low <= best_->theta - margin() && best_->theta + margin() <= ends_.high &&
               best_->standard_error > 0.06 * (ends_.high - ends_.low) * 0.5;
    }
    const Interval& ends() const { return ends_; }
    double log_likelihood(double theta) const { return all_.at(theta).value; }

private:
    double margin() const { return 3.3 * best_->standard_error; }

    Polynomial all_;
    Interval ends_{};
    std::optional<Peak> best_;
    bool agrees_ = false;
};

void check(double scale, const ThetaRange& range) {
    Problems problems;
    problems.require(std::isfinite(scale) && scale > 0.0,
                     "scale = " + text(scale) +
                         " (the expected standard error is positive) give 1/sqrt(Fisher information)");
    problems.require(std::isfinite(range.lowest) && range.lowest <= 0.0,
                     "lowest theta = " + text(range.lowest) +
                         " (the nominal pump, theta = 0, is not negative) give minus the least pump");
    problems.require(std::isfinite(range.prior.low) && std::isfinite(range.prior.high) &&
                         range.prior.high > std::max(range.prior.low, range.lowest),
                     "prior from " + text(range.prior.low) + " to " + text(range.prior.high) +
                         " (holds no theta above " + text(range.lowest) + ") give a wider one");
    problems.raise();
}

}  // namespace

std::string_view name(NoMaximum reason) {
    return reason == NoMaximum::no_clicks ? "no clicks" : reason == NoMaximum::boundary ? "boundary" : "flat";
}

void NoMaximumCounts::add(NoMaximum reason) {
    ++(reason == NoMaximum::no_clicks ? no_clicks : reason == NoMaximum::boundary ? boundary : flat);
}

void NoMaximumCounts::merge(const NoMaximumCounts& other) {
    no_clicks += other.no_clicks;
    boundary += other.boundary;
    flat += other.flat;
}

ThetaRange ThetaRange::of(const PumpSchedule& pump, double duration, double reach) {
    Problems problems;
    for (const auto& [what, value] : {std::pair{"duration", duration}, {"reach", reach}})
        problems.require(std::isfinite(value) && value > 0.0,
                         std::string(what) + " = " + text(value) + " (not positive) give a positive one");
    problems.raise();
    const double lowest = -pump.extremes(duration).lowest;
    return {.lowest = lowest, .prior = {std::max(lowest, -reach), reach}};
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
                                       double scale, const ThetaRange& range) {
    return estimate_likelihood([&](const auto& thetas) { return filter(clicks, thetas); }, scale, range);
}

LikelihoodEstimate estimate_likelihood(const Likelihood& given, double scale, const ThetaRange& range) {
    check(scale, range);
    if (!given) throw InvalidInput("no likelihood (an estimate is made from one) give the record's");
    const Likelihood likelihood = [&](const LikelihoodFilter::Thetas& thetas) {
        auto result = given(thetas);
        for (const double log : result.log_likelihood)
            if (std::isnan(log) || log == std::numeric_limits<double>::infinity())
                throw InvalidInput("a log-likelihood of " + text(log) +
                                   " (finite, or -infinity where the record cannot happen) correct it");
        return result;
    };
    LikelihoodEstimate estimate;
    std::vector<std::pair<LikelihoodFilter::Thetas, LikelihoodFilter::Result>> looks;
    double centre = 0.0;
    constexpr int tries = 4;
    for (int attempt = 0; attempt < tries; ++attempt) {
        const Look look{centre, std::min(5.0 * scale, centre - range.lowest), 5.0 * scale};
        const auto thetas = thetas_of(look, scale, range.lowest);
        const auto result = likelihood(thetas);
        if (attempt == 0) {
            estimate.information = result.information;
            estimate.score = (result.log_likelihood[upper] - result.log_likelihood[lower]) /
                             (thetas[upper] - thetas[lower]);
        }
        looks.emplace_back(thetas, result);
        const Ordinary ordinary(thetas, result.log_likelihood);
        const auto& best = ordinary.best();
        const Interval support{std::max(ordinary.ends().low, range.prior.low),
                               std::min(ordinary.ends().high, range.prior.high)};
        if (best && ordinary.holds() && support.contains(best->theta)) {
            estimate.maximum = best->theta;
            estimate.standard_error = best->standard_error;
            estimate.posterior =
                Posterior([&](double theta) { return ordinary.log_likelihood(theta); }, support);
            return estimate;
        }
        // A look that the boundary cuts, or that is nothing like a parabola, is no beginning; one that is
        // centred and as wide as it should be already would only be repeated.
        if (!best || look.below < 3.3 * scale) break;
        const double ratio = best->standard_error / scale;
        if (std::abs(best->theta - centre) < scale && ratio > 0.5 && ratio < 1.5) break;
        centre = std::max(best->theta, range.lowest);
        scale = best->standard_error;
    }
    LikelihoodCurve curve(likelihood, range);
    for (const auto& [thetas, result] : looks)
        curve.add(thetas, result);
    curve.explore();
    estimate.posterior = Posterior([&](double theta) { return curve.at(theta); }, curve.support());
    if (const auto peak = curve.peak()) {
        estimate.maximum = peak->theta;
        estimate.standard_error = peak->standard_error;
    } else {
        estimate.no_maximum = curve.why_none();
    }
    return estimate;
}

}  // namespace dickejump
