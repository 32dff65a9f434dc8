#include "estimate/count_filter/density.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace dickejump::count_filter {

namespace {

constexpr int thetas = CountFilter::theta_count;
static_assert(thetas == numeric::row_width);
constexpr auto lower = CountFilter::lower_middle, upper = CountFilter::upper_middle;

}  // namespace

Density::Density(const Cells& cells, double atoms, const StartState& start, const CountFilter::Thetas& values)
    : cells_(cells), levels_(atoms + 1.0), to_(cells.x.size()), sum_(cells.x.size()) {
    for (int i = 0; i < thetas; ++i)
        theta_[i] = values[static_cast<std::size_t>(i)];
    if (start.kind == StartState::Kind::dicke) {
        const double at = (2.0 * static_cast<double>(start.n) + 1.0) / levels_ - 1.0;
        x_ = {at}, angle_ = {std::acos(at)}, sine_ = {std::sin(angle_[0])};
        mass_.push_back({Row{} + 1.0});
    } else {
        // Cells of levels that follow each other geometrically are exp(a x).
        x_ = cells.x, angle_ = cells.angle, sine_ = cells.sine;
        const double a = 0.5 * levels_ * std::log(std::max(start.pump, 1e-300));
        double total = 0.0;
        std::vector<double> density;
        for (std::size_t i = 0; i < x_.size(); ++i) {
            density.push_back(cells.weight[i] * std::exp(a * x_[i] - std::abs(a)));
            total += density.back();
        }
        for (const double p : density)
            mass_.push_back({Row{} + p / total});
    }
    hi_ = x_.size();
    trim();
}

void Density::trim() {
    constexpr double negligible = 1e-13;
    Row top{};
    for (std::size_t i = lo_; i < hi_; ++i)
        top = larger(mass_[i].value, top);
    const auto empty = [&](std::size_t i) {
        for (int k = 0; k < thetas; ++k)
            if (mass_[i].value[k] > negligible * top[k]) return false;
        return true;
    };
    while (lo_ + 1 < hi_ && empty(lo_))
        ++lo_;
    while (hi_ > lo_ + 1 && empty(hi_ - 1))
        --hi_;
}

void Density::step(const Tick& tick, const CountLaw& law) {
    const double inverse_scale = 1.0 / tick.scale;
    const Row drift = theta_ * (0.25 * levels_ * tick.length);
    Row first, second, first_root, second_root;
    double shift = 0.0;
    for (int k = 0; k < thetas; ++k) {
        first[k] = std::tanh(tick.first + drift[k]);
        second[k] = -std::tanh(tick.second + drift[k]);
        first_root[k] = 1.0 / std::cosh(tick.first + drift[k]);
        second_root[k] = 1.0 / std::cosh(tick.second + drift[k]);
        shift = std::max(shift, std::abs(tick.first + tick.second + 2.0 * drift[k]));
    }
    // Forward from where the density is, and back from the cells where it may come to.
    from_.resize(x_.size());
    boost_places(x_.data(), sine_.data(), lo_, hi_, first, first_root, from_.data());
    // Angles descend in x: cell j is at pi (j + 1/2)/G.
    const auto count = cells_.x.size();
    const double reach = 7.0 * std::sqrt(tick.spread) + shift;
    const double per_angle = static_cast<double>(count) / 3.141592653589793;
    const auto cell = [&](double a) {
        return static_cast<std::size_t>(
            std::clamp(std::floor(a * per_angle), 0.0, static_cast<double>(count - 1)));
    };
    const auto begin = cell(angle_[lo_] - reach), end = cell(angle_[hi_ - 1] + reach) + 1;
    boost_places(cells_.x.data(), cells_.sine.data(), begin, end, second, second_root, to_.data());
    for (std::size_t j = begin; j < end; ++j)
        sum_[j] = {};

    pairs_.select(law, theta_, lower, {x_.data(), from_.data(), lo_, hi_},
                  {cells_.x.data(), to_.data(), begin, end}, inverse_scale);
    pairs_.gather(from_.data(), mass_.data(), to_.data(), theta_, inverse_scale, sum_.data());

    x_ = cells_.x, sine_ = cells_.sine, angle_ = cells_.angle;
    mass_.resize(count);
    Row total{};
    for (std::size_t j = begin; j < end; ++j) {
        const Row jacobian = 1.0 / (1.0 + cells_.x[j] * second);
        mass_[j].value = sum_[j].value * jacobian * jacobian * (second_root * second_root) *
                         (cells_.weight[j] * inverse_scale);
        total += mass_[j].value;
    }
    lo_ = begin, hi_ = end;
    Row inverse;
    const double base = pairs_.log_scale();
    std::array<double, thetas> gain{};
    for (int k = 0; k < thetas; ++k) {
        const auto i = static_cast<std::size_t>(k);
        const bool possible = total[k] > 0.0 && std::isfinite(total[k]);
        inverse[k] = possible ? 1.0 / total[k] : 0.0;
        gain[i] = possible ? base + std::log(total[k]) : -std::numeric_limits<double>::infinity();
        log_norm_[k] += gain[i];
    }
    for (std::size_t j = lo_; j < hi_; ++j)
        mass_[j].value *= inverse;
    score_ += (gain[upper] - gain[lower]) / (theta_[upper] - theta_[lower]);
    trim();
}

void Density::end_bin() {
    if (std::isfinite(score_)) information_ += score_ * score_;
    score_ = 0.0;
}

CountFilter::Result Density::result() const {
    CountFilter::Result result;
    for (int k = 0; k < thetas; ++k)
        result.log_likelihood[static_cast<std::size_t>(k)] = log_norm_[k];
    result.information = information_;
    return result;
}

void Density::tell(double time, const CountFilter::Follow& follow) const {
    double mean = 0.0, square = 0.0;
    for (std::size_t i = lo_; i < hi_; ++i)
        mean += mass_[i].value[lower] * x_[i];
    for (std::size_t i = lo_; i < hi_; ++i)
        square += mass_[i].value[lower] * (x_[i] - mean) * (x_[i] - mean);
    const double half = 0.5 * levels_;
    follow(time, half * (1.0 + mean) - 0.5, half * std::sqrt(square));
}

}  // namespace dickejump::count_filter
