#include "estimate/count_filter/pairs.hpp"

#include <algorithm>
#include <cmath>

#include "numeric/each_width.hpp"
#include "numeric/exponential.hpp"

namespace dickejump::count_filter {

namespace {

using numeric::AlignedRow, numeric::load, numeric::store;
constexpr int eight = numeric::row_width;

constexpr double impossible = -1e300;
/// Exponents that are this much below the largest of their tick are nothing.
constexpr double negligible_below = 30.0;

}  // namespace

void Pairs::Screened::resize(std::size_t size) {
    for (auto* column : {&constant, &slope, &bend, &determinant, &all})
        column->resize(size);
}

/// All pairs of beginnings x with one end: x, y and radius in blocks of eight.
DICKEJUMP_EACH_WIDTH
void Pairs::screen(const CountLaw& law, double theta, const double* x, const double* y, const double* radius,
                   std::size_t blocks, double to_x, double to_y, double to_radius, double inverse_scale,
                   Screened& out) {
    for (std::size_t block = 0; block < blocks; ++block) {
        const auto at = block * eight;
        const Row way = (1.0 - load(y + at) * to_y - load(radius + at) * to_radius) * inverse_scale;
        bool near = false;
        for (int i = 0; i < eight; ++i)
            near = near || way[i] < negligible_below;
        Row all = Row{} + impossible;
        if (near) {
            const auto value = law(load(x + at), to_x);
            const Row sum = value.constant + theta * (value.slope + theta * value.bend) - way;
            all = way < negligible_below ? sum : all;
            store(value.constant, out.constant.data() + at);
            store(value.slope, out.slope.data() + at);
            store(value.bend, out.bend.data() + at);
            store(value.determinant, out.determinant.data() + at);
        }
        store(all, out.all.data() + at);
    }
}

void Pairs::select(const CountLaw& law, const Row& theta, int which, const Stretch& from, const Stretch& to,
                   double inverse_scale) {
    const auto blocks = (from.size() + eight - 1) / eight;
    const auto& filling = from.boosted[from.first];
    begin_x_.assign(blocks * eight, from.x[from.first]);
    begin_y_.assign(blocks * eight, filling.y[which]);
    begin_radius_.assign(blocks * eight, filling.radius[which]);
    for (auto i = from.first; i < from.last; ++i) {
        begin_x_[i - from.first] = from.x[i];
        begin_y_[i - from.first] = from.boosted[i].y[which];
        begin_radius_[i - from.first] = from.boosted[i].radius[which];
    }
    screened_.resize(blocks * eight);
    pairs_.clear();
    determinants_.clear();
    weights_.clear();
    double best = impossible, best_determinant = 1.0;
    for (auto j = to.first; j < to.last; ++j) {
        const double radius = to.boosted[j].radius[which];
        screen(law, theta[which], begin_x_.data(), begin_y_.data(), begin_radius_.data(), blocks, to.x[j],
               to.boosted[j].y[which], radius, inverse_scale, screened_);
        for (std::size_t k = 0; k < from.size(); ++k) {
            const double all = screened_.all[k];
            if (!(all > std::max(best, 0.5 * impossible) - negligible_below)) continue;
            pairs_.push_back({static_cast<std::int32_t>(from.first + k), static_cast<std::int32_t>(j),
                              screened_.constant[k], screened_.slope[k], screened_.bend[k], 1.0,
                              begin_radius_[k] * radius * inverse_scale < 3.75});
            determinants_.push_back(screened_.determinant[k]);
            weights_.push_back(all);
            if (all > best) best = all, best_determinant = screened_.determinant[k];
        }
    }
    std::size_t kept = 0;
    for (std::size_t k = 0; k < pairs_.size(); ++k) {
        if (weights_[k] < best - negligible_below) continue;
        pairs_[kept] = pairs_[k];
        pairs_[kept].constant -= best;
        pairs_[kept++].weight = std::sqrt(best_determinant / determinants_[k]);
    }
    pairs_.resize(kept);
    log_scale_ = best - 0.5 * std::log(best_determinant);
}

DICKEJUMP_EACH_WIDTH
void Pairs::add_up(const Pair* pairs, std::size_t count, const Place* from, const AlignedRow* mass,
                   const Place* to, const Row& theta, double inverse_scale, AlignedRow* result) {
    // exp(-z) I0(z): Abramowitz & Stegun 9.8.1 and 9.8.2, errors below 2e-7.
    for (std::size_t i = 0; i < count; ++i) {
        const Pair& pair = pairs[i];
        const Place &a = from[pair.from], &b = to[pair.to];
        const Row circle = a.radius * b.radius;
        Row exponent = pair.constant + theta * (pair.slope + theta * pair.bend);
        Row factor;
        if (pair.polar) {
            const Row t = circle * (inverse_scale / 3.75), y = t * t;
            factor = y * 0.0045813 + 0.0360768;
            factor = factor * y + 0.2659732;
            factor = factor * y + 1.2067492;
            factor = factor * y + 3.0899424;
            factor = factor * y + 3.5156229;
            factor = factor * y + 1.0;
            exponent -= (1.0 - a.y * b.y) * inverse_scale;
        } else {
            const Row t = a.inverse * b.inverse * (3.75 / inverse_scale);
            factor = t * 0.00392377 - 0.01647633;
            factor = factor * t + 0.02635537;
            factor = factor * t - 0.02057706;
            factor = factor * t + 0.00916281;
            factor = factor * t - 0.00157565;
            factor = factor * t + 0.00225319;
            factor = factor * t + 0.01328592;
            factor = factor * t + 0.39894228;
            factor *= a.inverse_root * b.inverse_root * (1.0 / std::sqrt(inverse_scale));
            exponent -= (1.0 - a.y * b.y - circle) * inverse_scale;
        }
        result[pair.to].value +=
            mass[pair.from].value * pair.weight * numeric::rough_exponential(exponent) * factor;
    }
}

void Pairs::gather(const Place* from, const AlignedRow* mass, const Place* to, const Row& theta,
                   double inverse_scale, AlignedRow* result) const {
    add_up(pairs_.data(), pairs_.size(), from, mass, to, theta, inverse_scale, result);
}

}  // namespace dickejump::count_filter
