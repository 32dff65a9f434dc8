#include "estimate/likelihood_curve.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace dickejump {

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

/// So far below its highest value, in log L, the posterior does not matter.
constexpr double negligible = 12.0;
/// So far below the maximum no other one is looked for beyond the samples.
constexpr double no_rival_beyond = 6.0;
/// The strongest pump that is looked at [gamma]: beyond it the atoms stay up whatever its size.
constexpr double strongest_pump = 30.0;
constexpr int most_looks = 40;

}  // namespace

std::optional<Peak> vertex(const Polynomial& log_likelihood, double from, const Interval& within) {
    double theta = from;
    constexpr int steps = 20;
    for (int i = 0; i < steps; ++i) {
        const auto local = log_likelihood.at(theta);
        if (!(local.curvature < 0.0)) return {};
        theta = std::clamp(theta - local.slope / local.curvature, within.low, within.high);
    }
    return Peak{theta, 1.0 / std::sqrt(-log_likelihood.at(theta).curvature)};
}

LikelihoodCurve::LikelihoodCurve(const Likelihood& likelihood, const ThetaRange& range)
    : likelihood_(likelihood), range_(range), highest_(range.lowest + strongest_pump) {}

void LikelihoodCurve::add(const LikelihoodFilter::Thetas& thetas, const LikelihoodFilter::Result& result) {
    for (std::size_t i = 0; i < thetas.size(); ++i) {
        if (thetas[i] < range_.lowest) continue;
        const double value = result.log_likelihood[i];
        samples_.push_back({thetas[i], std::isnan(value) ? -inf : value});
    }
    std::stable_sort(samples_.begin(), samples_.end(),
                     [](const Sample& a, const Sample& b) { return a.theta < b.theta; });
    // Closer ones would tell the rounding of log L, not its slope.
    const double closest = 1e-7 * (range_.prior.high - range_.prior.low);
    const auto same = [&](const Sample& a, const Sample& b) { return b.theta - a.theta < closest; };
    samples_.erase(std::unique(samples_.begin(), samples_.end(), same), samples_.end());
}

/// At up to eight thetas; the lanes that are left over repeat the last.
void LikelihoodCurve::look(const std::vector<double>& thetas) {
    for (std::size_t first = 0; first < thetas.size(); first += LikelihoodFilter::theta_count) {
        LikelihoodFilter::Thetas lanes;
        for (std::size_t i = 0; i < lanes.size(); ++i)
            lanes[i] = thetas[std::min(first + i, thetas.size() - 1)];
        add(lanes, likelihood_(lanes));
    }
}

LikelihoodCurve::Samples::const_iterator LikelihoodCurve::best() const {
    return std::max_element(samples_.begin(), samples_.end(),
                            [](const Sample& a, const Sample& b) { return a.value < b.value; });
}

double LikelihoodCurve::top() const {
    return best()->value;
}

double LikelihoodCurve::top_of_prior() const {
    double top = -inf;
    for (const auto& sample : samples_)
        if (range_.prior.contains(sample.theta)) top = std::max(top, sample.value);
    return top;
}

/// Go out to the ends of the range where log L is not negligible yet. The prior wants its own ends known,
/// whatever lies beyond them.
void LikelihoodCurve::close_ends() {
    const auto front = samples_.front(), back = samples_.back();
    const double reach = back.theta - front.theta;
    const auto open = [&](const Sample& end) {
        return !(end.value < top() - no_rival_beyond) ||
               (range_.prior.contains(end.theta) && !(end.value < top_of_prior() - negligible));
    };
    std::vector<double> thetas;
    for (int k = 1; k <= 4; ++k) {
        // Ever wider steps.
        const auto step = [&](double distance) {
            const double part = 0.25 * k;
            return distance > reach ? distance * std::pow(reach / distance, 1.0 - part) : distance * part;
        };
        if (open(front) && front.theta > range_.lowest)
            thetas.push_back(std::max(range_.lowest, front.theta - step(front.theta - range_.lowest)));
        if (open(back) && back.theta < highest_)
            thetas.push_back(std::min(highest_, back.theta + step(highest_ - back.theta)));
    }
    if (!thetas.empty()) look(thetas);
}

double LikelihoodCurve::cubic(std::size_t interval, double theta) const {
    // The two samples on either side, or the nearest four of a range's end, that can happen.
    const auto size = samples_.size();
    const auto first = std::min(interval > 0 ? interval - 1 : 0, size > 4 ? size - 4 : 0);
    std::array<double, 4> nodes{}, values{};
    std::size_t count = 0;
    for (auto i = first; i < std::min(first + 4, size); ++i)
        if (std::isfinite(samples_[i].value)) {
            nodes[count] = samples_[i].theta;
            values[count++] = samples_[i].value;
        }
    if (count == 0) return -inf;
    return Polynomial(std::span(nodes).first(count), std::span(values).first(count)).at(theta).value;
}

double LikelihoodCurve::doubt(std::size_t interval) const {
    const auto &a = samples_[interval], &b = samples_[interval + 1];
    if (b.theta <= range_.prior.low || a.theta >= range_.prior.high) return 0.0;
    const double middle = 0.5 * (a.theta + b.theta), expected = cubic(interval, middle);
    const double ceiling = top_of_prior(), higher = std::max({a.value, b.value, expected});
    if (higher < ceiling - negligible) return 0.0;
    double off = 1.0;  // next to a theta for which the record cannot happen nothing is known
    if (std::isfinite(a.value) && std::isfinite(b.value)) {
        // Parabolas through the interval and the sample on either side: the cubic is better than their
        // difference says.
        const auto parabola = [&](std::size_t first) {
            const std::array nodes{samples_[first].theta, samples_[first + 1].theta,
                                   samples_[first + 2].theta};
            const std::array values{samples_[first].value, samples_[first + 1].value,
                                    samples_[first + 2].value};
            return Polynomial(nodes, values).at(middle).value;
        };
        const bool before = interval > 0 && std::isfinite(samples_[interval - 1].value);
        const bool after = interval + 2 < samples_.size() && std::isfinite(samples_[interval + 2].value);
        if (before && after)
            off = 0.25 * std::abs(parabola(interval - 1) - parabola(interval));
        else if (before || after)
            off = std::abs(parabola(before ? interval - 1 : interval) - 0.5 * (a.value + b.value)) * 0.5;
    }
    return std::min(off, 1.0) * std::exp(std::min(0.0, higher - ceiling)) * (b.theta - a.theta);
}

/// Look in the middle of the intervals with the greatest doubt. False: there is none left.
bool LikelihoodCurve::refine() {
    double width = 0.0;  // of the posterior: what an error of log L matters against
    for (std::size_t i = 0; i + 1 < samples_.size(); ++i) {
        const auto &a = samples_[i], &b = samples_[i + 1];
        if (b.theta <= range_.prior.low || a.theta >= range_.prior.high) continue;
        const auto weight = [&](double value) { return std::exp(std::min(0.0, value - top_of_prior())); };
        width += 0.5 * (weight(a.value) + weight(b.value)) * (b.theta - a.theta);
    }
    constexpr double tolerance = 5e-4;
    std::vector<std::pair<double, double>> doubts;  // and where to look
    for (std::size_t i = 0; i + 1 < samples_.size(); ++i)
        if (const double d = doubt(i); d > tolerance * width)
            doubts.emplace_back(d, 0.5 * (samples_[i].theta + samples_[i + 1].theta));
    if (doubts.empty()) return false;
    std::stable_sort(doubts.begin(), doubts.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<double> thetas;
    for (std::size_t i = 0; i < std::min<std::size_t>(doubts.size(), LikelihoodFilter::theta_count); ++i)
        thetas.push_back(doubts[i].second);
    look(thetas);
    return true;
}

void LikelihoodCurve::explore() {
    const auto far_out = [&](const Sample& end) {
        return range_.prior.contains(end.theta) && end.value < top() - negligible;
    };
    if (!far_out(samples_.front()) || !far_out(samples_.back())) {
        const Interval prior{std::max(range_.prior.low, range_.lowest), range_.prior.high};
        std::vector<double> thetas;
        for (int i = 0; i < LikelihoodFilter::theta_count; ++i)
            thetas.push_back(std::lerp(prior.low, prior.high, i / (LikelihoodFilter::theta_count - 1.0)));
        look(thetas);
        close_ends();
    }
    for (int i = 0; i < most_looks && refine(); ++i) {
    }
}

double LikelihoodCurve::at(double theta) const {
    const auto after = std::upper_bound(samples_.begin() + 1, samples_.end() - 1, theta,
                                        [](double x, const Sample& sample) { return x < sample.theta; });
    return cubic(static_cast<std::size_t>(after - samples_.begin() - 1), theta) - top();
}

Interval LikelihoodCurve::support() const {
    const double least = top_of_prior() - negligible;
    Interval support{std::max(range_.prior.low, range_.lowest), range_.prior.high};
    for (std::size_t i = 0; i + 1 < samples_.size(); ++i) {
        if (samples_[i].value >= least || samples_[i + 1].value >= least) break;
        support.low = std::max(support.low, samples_[i + 1].theta);
    }
    for (std::size_t i = samples_.size() - 1; i > 0; --i) {
        if (samples_[i].value >= least || samples_[i - 1].value >= least) break;
        support.high = std::min(support.high, samples_[i - 1].theta);
    }
    return support;
}

/// Whether log L is highest at the boundary and falls from there on, by a look up to `gap` from it.
bool LikelihoodCurve::falls_from_boundary(double gap) {
    constexpr std::array parts{0.0, 0.05, 0.15, 0.3, 0.45, 0.6, 0.8, 1.0};
    LikelihoodFilter::Thetas thetas;
    for (std::size_t i = 0; i < parts.size(); ++i)
        thetas[i] = range_.lowest + parts[i] * gap;
    const auto result = likelihood_(thetas);
    add(thetas, result);
    const auto& values = result.log_likelihood;
    constexpr double rounding = 1e-6;
    return std::isfinite(values[0]) && Polynomial(parts, values).at(0.0).slope <= 0.0 &&
           values[0] >= *std::max_element(values.begin(), values.end()) - rounding;
}

/// The vertex of the parabola through an inner sample that is higher than its neighbours, or what room there
/// is between them.
Peak LikelihoodCurve::parabola_at(Samples::const_iterator sample) const {
    const auto before = sample - 1, after = sample + 1;
    const Peak between{sample->theta,
                       0.9 * std::min(sample->theta - before->theta, after->theta - sample->theta)};
    if (!std::isfinite(before->value) || !std::isfinite(after->value)) return between;
    const std::array nodes{before->theta, sample->theta, after->theta};
    const std::array values{before->value, sample->value, after->value};
    return vertex(Polynomial(nodes, values), sample->theta, {before->theta, after->theta}).value_or(between);
}

/// Looks around a guess, ever closer, until the polynomials through all eight values and through the inner
/// six have the same maximum. The values of one look share every step, and so every error, of the filter.
/// Empty if log L is not smooth there, or has no maximum.
std::optional<Peak> LikelihoodCurve::settle(Peak guess) {
    constexpr std::array grid{-1.0, -0.75, -0.45, -0.15, 0.15, 0.45, 0.75, 1.0};
    constexpr int most = 8;
    for (int i = 0; i < most; ++i) {
        const double reach = std::min(
            {guess.standard_error, 0.95 * (guess.theta - range_.lowest), 0.5 * (highest_ - guess.theta)});
        LikelihoodFilter::Thetas thetas;
        for (std::size_t n = 0; n < grid.size(); ++n)
            thetas[n] = guess.theta + reach * grid[n];
        const auto result = likelihood_(thetas);
        add(thetas, result);
        const std::span<const double> nodes(grid), values(result.log_likelihood);
        if (!std::all_of(values.begin(), values.end(), [](double x) { return std::isfinite(x); })) return {};
        const double start =
            grid[static_cast<std::size_t>(std::max_element(values.begin(), values.end()) - values.begin())];
        // In units of the reach about the guess.
        const auto all = vertex(Polynomial(nodes, values), start, {-1.0, 1.0}),
                   inner = vertex(Polynomial(nodes.subspan(1, 6), values.subspan(1, 6)), start, {-1.0, 1.0});
        if (!all || !inner) return {};
        const bool inside = std::abs(all->theta) < 0.9;
        const bool same = std::abs(all->theta - inner->theta) < 1e-3 * all->standard_error &&
                          std::abs(inner->standard_error / all->standard_error - 1.0) < 1.5e-3;
        if (inside && same) return Peak{guess.theta + reach * all->theta, reach * all->standard_error};
        guess = {guess.theta + reach * all->theta,
                 inside ? 0.5 * reach * std::min(1.0, all->standard_error) : reach};
    }
    return {};
}

std::optional<Peak> LikelihoodCurve::peak() {
    const double close = 1e-4 * (range_.prior.high - range_.lowest);
    constexpr int most_rounds = 12;
    for (int i = 0; i < most_rounds; ++i) {
        const auto highest = best();
        if (highest + 1 == samples_.end()) return {};
        if (highest == samples_.begin() || highest->theta < range_.lowest + close) {
            if (falls_from_boundary(std::max((highest + 1)->theta - range_.lowest, 10.0 * close))) return {};
            continue;
        }
        const auto left = *(highest - 1), middle = *highest, right = *(highest + 1);
        if (const auto found = settle(parabola_at(highest))) return found;
        // Closer, between the neighbours.
        std::vector<double> thetas;
        for (const double part : {0.2, 0.4, 0.6, 0.8}) {
            thetas.push_back(std::lerp(left.theta, middle.theta, part));
            thetas.push_back(std::lerp(middle.theta, right.theta, part));
        }
        look(thetas);
    }
    return {};
}

NoMaximum LikelihoodCurve::why_none() const {
    double lowest = inf, highest = -inf;
    for (const auto& sample : samples_) {
        lowest = std::min(lowest, sample.value);
        highest = std::max(highest, sample.value);
    }
    const bool flat = highest - lowest <= 1e-9 * (1.0 + std::abs(highest));
    return flat ? NoMaximum::flat : NoMaximum::boundary;
}

}  // namespace dickejump
