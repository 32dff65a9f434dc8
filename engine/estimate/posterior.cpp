#include "dickejump/estimate/posterior.hpp"

#include <algorithm>
#include <cmath>

#include "dickejump/model/invalid_input.hpp"

namespace dickejump {

Posterior::Posterior(const std::function<double(double)>& log_likelihood, const Interval& support)
    : support_(support) {
    if (!(std::isfinite(support.low) && std::isfinite(support.high) && support.low < support.high))
        throw InvalidInput("support from " + text(support.low) + " to " + text(support.high) +
                           " (a posterior is over a range of theta) give two finite ends, the lower first");
    if (!log_likelihood) throw InvalidInput("no likelihood (a posterior is made from one) give the record's");
    constexpr int cells = 800;
    const double width = (support.high - support.low) / cells;
    std::vector<double> logs;
    for (int i = 0; i < cells; ++i)
        logs.push_back(log_likelihood(support.low + (i + 0.5) * width));
    for (const double log : logs)
        if (std::isnan(log))
            throw InvalidInput("a likelihood that is not a number (no posterior) correct it");
    const double top = *std::max_element(logs.begin(), logs.end());
    if (!std::isfinite(top))
        throw InvalidInput("the record cannot happen for any theta from " + text(support.low) + " to " +
                           text(support.high) + " (no posterior) check the record and its detector");
    below_.push_back(0.0);
    double moment = 0.0;
    for (int i = 0; i < cells; ++i) {
        const double weight = std::exp(logs[static_cast<std::size_t>(i)] - top);
        moment += weight * (i + 0.5);
        below_.push_back(below_.back() + weight);
    }
    const double total = below_.back();
    for (double& sum : below_)
        sum /= total;
    mean_ = support.low + width * moment / total;
}

double Posterior::quantile(double probability) const {
    if (!known()) return mean_;
    const auto after = std::upper_bound(below_.begin() + 1, below_.end() - 1, probability);
    const double inside = (probability - *(after - 1)) / (*after - *(after - 1));
    const auto cell = static_cast<double>(after - below_.begin() - 1) + inside;
    return support_.low + cell / static_cast<double>(below_.size() - 1) * (support_.high - support_.low);
}

Interval Posterior::interval(double probability) const {
    if (!(probability >= 0.0 && probability <= 1.0))
        throw InvalidInput("probability = " + text(probability) + " (0 to 1) ask for one of these");
    return {quantile(0.5 - 0.5 * probability), quantile(0.5 + 0.5 * probability)};
}

double Posterior::below(double theta) const {
    if (std::isnan(theta)) throw InvalidInput("theta = nan (no shift at all) ask for a number");
    if (!known()) return mean_;
    const auto cells = static_cast<double>(below_.size() - 1);
    const double place = (theta - support_.low) / (support_.high - support_.low) * cells;
    if (!(place > 0.0)) return 0.0;
    if (place >= cells) return 1.0;
    const auto cell = static_cast<std::size_t>(place);
    return below_[cell] + (place - std::floor(place)) * (below_[cell + 1] - below_[cell]);
}

}  // namespace dickejump
