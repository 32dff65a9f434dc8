#include "dickejump/estimate/count_filter.hpp"

#include <algorithm>
#include <array>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include "model/sphere_steps.hpp"
#include "numeric/each_width.hpp"

namespace dickejump {

namespace {

constexpr int lanes = CountFilter::lanes;
using Lanes = CountFilter::Lanes;

/// One cell, all thetas, as in the likelihood filter.
using Row = double __attribute__((vector_size(lanes * sizeof(double))));
using Bits = std::int64_t __attribute__((vector_size(lanes * sizeof(double))));

/// So that what is compiled for several processors is so down to the bottom.
#define DICKEJUMP_INLINE inline __attribute__((always_inline))

/// exp(x) for x <= 0, below -700 as there; relative error 1e-13.
DICKEJUMP_INLINE Row exp_row(Row x) {
    const Row least = Row{} - 700.0, shifter = Row{} + 0x1.8p52;
    x = x > least ? x : least;
    const Row shifted = x * 1.4426950408889634 + shifter;
    const Row k = shifted - shifter;
    const Row r = (x - k * 0x1.62e42fefa38p-1) - k * 0x1.ef35793c7673p-45;
    Row p = r * (1.0 / 3628800.0) + 1.0 / 362880.0;
    p = p * r + 1.0 / 40320.0;
    p = p * r + 1.0 / 5040.0;
    p = p * r + 1.0 / 720.0;
    p = p * r + 1.0 / 120.0;
    p = p * r + 1.0 / 24.0;
    p = p * r + 1.0 / 6.0;
    p = p * r + 0.5;
    p = p * r + 1.0;
    p = p * r + 1.0;
    Bits exponent, bits;
    std::memcpy(&exponent, &shifted, sizeof(Row));
    std::memcpy(&bits, &p, sizeof(Row));
    bits += exponent << 52;
    std::memcpy(&p, &bits, sizeof(Row));
    return p;
}

/// What all pairs of ends of one tick share. Means and variances are in photons.
struct Tick {
    double tau;            ///< [1/gamma]
    double spread;         ///< int (w + 1) dt
    double w;              ///< mean pump
    double first, second;  ///< boosts
    double scale;          ///< 2 mu, the mean of q
};

/// What one channel counted in one tick.
struct Seen {
    bool open = false;
    double arrivals = 0.0;       ///< dead time taken out
    double efficiency = 0.0;     ///< the gate's share of the tick included
    double background = 0.0;     ///< arrivals in the tick
    double dead = 0.0;           ///< dead time times rate: excess variance per arrival
    bool few = false;            ///< Poisson rather than normal
    double log_factorial = 0.0;  ///< of the arrivals
};

constexpr double half_log_two_pi = 0.91893853320467274;

/// log P of counts = constant + theta slope + theta^2 bend - log(determinant)/2.
struct LogLaw {
    Row constant{}, slope{}, bend{}, determinant = Row{} + 1.0;
};

DICKEJUMP_INLINE Row larger(const Row& a, const Row& b) {
    return a > b ? a : b;
}
DICKEJUMP_INLINE Row smaller(const Row& a, const Row& b) {
    return a < b ? a : b;
}
DICKEJUMP_INLINE Row larger(const Row& a, double b) {
    return larger(a, Row{} + b);
}

/// One channel: its count, of this mean (at theta = 0; `slope` by theta) and variance.
DICKEJUMP_INLINE void add(const Seen& seen, const Row& told_mean, const Row& variance, const Row& slope,
                          LogLaw& law) {
    const double a = seen.arrivals;
    const Row normal_off = a - told_mean, weight = 1.0 / variance;
    const Row normal = -0.5 * normal_off * normal_off * weight - half_log_two_pi;
    if (!seen.few) {
        law.constant += normal;
        law.slope += normal_off * slope * weight;
        law.bend -= 0.5 * slope * slope * weight;
        law.determinant *= variance;
        return;
    }
    // Poisson, averaged over a mean that scatters with the excess variance: second order about the mean.
    // Where the mean scatters by more than a half of shot noise it is hundreds, and few clicks are far from
    // it: the normal law again.
    const Row mean = larger(told_mean, 1e-12), off = a - mean, excess = variance - told_mean;
    const Row typical = 0.5 * (mean + a) + 1.0, spread = larger(typical + excess, 0.1 * typical);
    Row poisson = 0.5 * off * off * (1.0 / typical - 1.0 / spread) - mean - seen.log_factorial;
    if (a > 0.0)
        for (int i = 0; i < lanes; ++i)
            poisson[i] += a * std::log(mean[i]);
    const auto wide = excess > 0.3 * typical;
    law.constant += wide ? normal : poisson;
    law.slope += (wide ? normal_off * weight : off / mean) * slope;
    law.bend -= 0.5 * (wide ? weight : a / (mean * mean)) * slope * slope;
    law.determinant *= wide ? variance : spread / typical;
}

/// The law of what is counted in a tick, given where x is at its two ends: eight beginnings at once.
class CountLaw {
public:
    CountLaw(const Tick& tick, double atoms, double side_rate, const std::array<Seen, 3>& seen,
             double bin_ticks, double blur)
        : tick_(tick),
          levels_(atoms + 1.0),
          atoms_(atoms),
          side_rate_(side_rate),
          down_(seen[0]),
          up_(seen[1]),
          side_(seen[2]),
          within_bin_(bin_ticks > 1.0 ? bin_ticks / 6.0 : 0.0),
          loose_(tick.spread * (blur + (bin_ticks > 1.0 ? 1.0 - 1.0 / bin_ticks : 0.0)) * 0.25 * levels_ *
                 levels_) {}

    bool blind() const { return !down_.open && !up_.open && !side_.open; }

    DICKEJUMP_INLINE LogLaw operator()(const Row& x0, double x1) const {
        const double tau = tick_.tau;
        const Row sum = x0 + x1, half = 0.5 * sum;
        const Row round = larger(1.0 - half * half, 0.0);
        const Row spread = round * tick_.spread;
        const Row x_dt = half * tau;
        const Row round_dt = tau - tau / 3.0 * (sum * sum - x0 * x1) - spread * tau * (1.0 / 6.0);
        const Row path = spread * tau * tau * (1.0 / 12.0 + within_bin_);
        const double quarter = 0.25 * levels_ * levels_, half_levels = 0.5 * levels_;
        const Row both = larger(quarter * round_dt - tau * (1.0 / 6.0), 0.0);
        const Row moved = half_levels * (x1 - x0);  // ups - downs
        const Row pumping = larger(both - half_levels * x_dt, 0.0);
        const Row jumps =
            larger((tick_.w + 1.0) * both + (1.0 - tick_.w) * half_levels * x_dt, larger(moved, -moved)) +
            1e-3;
        // How I answers to int x dt.
        const Row lever = (tick_.w + 1.0) * quarter * (-2.0 * half) + (1.0 - tick_.w) * half_levels;
        const Row bent = (tick_.w + 1.0) * quarter * spread * tau;
        const Row total = jumps + lever * lever * path + bent * bent * (1.0 / 45.0);
        const Row loose = loose_ * round;

        LogLaw law;
        // The channels one after the other, each given those before it. Near a pole the mean rate can be
        // below what the ends tell of it: theta changes no rate by more than all of it.
        Row up_off{}, up_variance{}, up_slope{};
        if (up_.open) {
            const double e = up_.efficiency;
            const Row ups = 0.5 * (jumps + moved);
            const Row mean = e * ups + up_.background;
            const Row excess = 0.25 * e * e * (total + loose) - e * e * ups + up_.dead * mean;
            up_slope = smaller(0.5 * e * pumping, e * ups);
            up_off = up_.arrivals - mean, up_variance = larger(mean + excess, 0.05 * mean) + 1e-12;
            add(up_, mean, up_variance, up_slope, law);
        }
        Row down_off{}, down_variance{}, down_slope{};
        if (down_.open) {
            const double e = down_.efficiency;
            const Row downs = 0.5 * (jumps - moved);
            const Row mean = e * downs + down_.background;
            Row variance = mean + 0.25 * e * e * (total + loose) - e * e * downs + down_.dead * mean;
            variance = larger(variance, 0.05 * mean) + 1e-12;
            down_slope = smaller(0.5 * e * pumping, e * downs);
            Row given = mean;
            if (up_.open) {
                const Row common = 0.25 * e * up_.efficiency * (total - loose);
                const Row regression = common / up_variance;
                given += regression * up_off;
                down_slope -= regression * up_slope;
                variance = larger(variance - regression * common, 1e-9 * variance);
            }
            down_off = down_.arrivals - given, down_variance = variance;
            add(down_, given, variance, down_slope, law);
        }
        if (side_.open) {
            const double photons = side_.efficiency * side_rate_;
            const double per_x = photons * half_levels;
            const Row mean = per_x * x_dt + photons * 0.5 * atoms_ * tau + side_.background;
            Row variance = larger(mean, 0.0) * (1.0 + side_.dead) + per_x * per_x * path;
            Row given = mean, slope{};
            // The path between the ends is what they have in common.
            const Row shared = per_x * lever * path;
            Row with_up{};
            if (up_.open) {
                with_up = 0.5 * up_.efficiency * shared;
                const Row regression = with_up / up_variance;
                given += regression * up_off;
                slope -= regression * up_slope;
                variance -= regression * with_up;
            }
            if (down_.open) {
                Row with_down = 0.5 * down_.efficiency * shared;
                if (up_.open)
                    with_down -=
                        0.25 * down_.efficiency * up_.efficiency * (total - loose) * with_up / up_variance;
                const Row regression = with_down / down_variance;
                given += regression * down_off;
                slope -= regression * down_slope;
                variance -= regression * with_down;
            }
            add(side_, given, larger(variance, 0.05 * mean) + 1e-12, slope, law);
        }
        return law;
    }

private:
    const Tick& tick_;
    double levels_, atoms_, side_rate_;
    const Seen &down_, &up_, &side_;
    double within_bin_, loose_;
};

/// A place of the density with what the boosts of all thetas make of it: y, sqrt(1 - y^2) and powers of that.
struct alignas(sizeof(Row)) Place {
    Row y, radius, inverse, inverse_root;
};

/// x and sine = sqrt(1 - x^2) boosted by atanh t.
DICKEJUMP_INLINE void boost(double x, double sine, const Row& t, const Row& root, Place& place) {
    const Row scale = 1.0 / (1.0 + x * t);
    place.y = (x + t) * scale;
    place.radius = sine * root * scale;
    place.inverse = 1.0 / place.radius;
}

/// boost for places first .. last - 1.
DICKEJUMP_EACH_WIDTH
void boost_all(const double* x, const double* sine, std::size_t first, std::size_t last, const Row& t,
               const Row& root, Place* places) {
    for (std::size_t i = first; i < last; ++i) {
        boost(x[i], sine[i], t, root, places[i]);
        for (int l = 0; l < lanes; ++l)
            places[i].inverse_root[l] = std::sqrt(places[i].inverse[l]);
    }
}

/// A mass, with the alignment that std::vector keeps for structs only.
struct alignas(sizeof(Row)) Mass {
    Row value{};
};

/// Two ends of a tick that are worth while.
struct Pair {
    std::int32_t from, to;
    double constant, slope, bend;
    double weight;  ///< one over the root of the determinant
    bool polar;     ///< so near a pole that the azimuth hardly matters
};

/// Log-laws of pairs that share their end, and `all`: with the transition, at one theta.
struct Screened {
    std::vector<double> constant, slope, bend, determinant, all;

    void resize(std::size_t size) {
        for (auto* column : {&constant, &slope, &bend, &determinant, &all})
            column->resize(size);
    }
};

DICKEJUMP_INLINE Row load(const double* at) {
    Row row;
    std::memcpy(&row, at, sizeof(Row));
    return row;
}
DICKEJUMP_INLINE void store(const Row& row, double* at) {
    std::memcpy(at, &row, sizeof(Row));
}

constexpr double impossible = -1e300;
/// Exponents that are this much below the largest of their tick are nothing.
constexpr double negligible_below = 30.0;

/// All pairs of beginnings x with one end: x, y and radius in blocks of eight.
DICKEJUMP_EACH_WIDTH
void screen(const CountLaw& law, double theta, const double* x, const double* y, const double* radius,
            std::size_t blocks, double to_x, double to_y, double to_radius, double inverse_scale,
            Screened& out) {
    for (std::size_t block = 0; block < blocks; ++block) {
        const auto at = block * lanes;
        const Row way = (1.0 - load(y + at) * to_y - load(radius + at) * to_radius) * inverse_scale;
        bool near = false;
        for (int i = 0; i < lanes; ++i)
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

/// Sum of mass x transition x P(counts) over pairs that share an end.
DICKEJUMP_EACH_WIDTH
void gather(const Pair* pairs, std::size_t count, const Place* from, const Mass* mass, const Place* to,
            const Row& theta, double inverse_scale, Mass* result) {
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
        result[pair.to].value += mass[pair.from].value * pair.weight * exp_row(exponent) * factor;
    }
}

}  // namespace

/// All that does not depend on the record.
struct CountFilter::Grid {
    DickeLadder ladder;
    TickGrid ticks;
    Detector detector;
    double side_rate;
    StartState start;
    std::vector<Tick> steps;
    double blur = 0.0;
    std::vector<double> angle, x, sine, weight;  ///< by cell, x descending

    double atoms() const { return static_cast<double>(ladder.atoms()); }

    double efficiency(Channel c) const { return detector[c] ? detector[c]->efficiency : 0.0; }

    /// Cells as fine as the path of a tick, and as the difference of the jumps where both are seen.
    int cells_needed() {
        double least = std::numeric_limits<double>::infinity();
        for (const auto& step : steps)
            least = std::min(least, step.spread);
        constexpr double finest = 0.12;
        double fine = 0.25;
        const double up = efficiency(Channel::pump), down = efficiency(Channel::cavity);
        if (up > 0.0 && down > 0.0) {
            const double missed = 0.5 * (1.0 / up + 1.0 / down - 2.0);  // of the variance of n in a tick
            blur = std::max(0.0, finest * finest - missed);
            fine = std::min(fine, 0.8 * std::sqrt(missed + blur));
        }
        return static_cast<int>(std::ceil(3.141592653589793 / (fine * std::sqrt(least))));
    }

    void lay_out(int cells) {
        constexpr double pi = 3.141592653589793;
        for (int i = 0; i < cells; ++i) {
            const double a = pi * (i + 0.5) / cells;
            double sum = 0.0;
            for (int j = 1; j <= cells / 2; ++j)
                sum += std::cos(2.0 * j * a) / (4.0 * j * j - 1.0);
            angle.push_back(a);
            x.push_back(std::cos(a));
            sine.push_back(std::sin(a));
            weight.push_back(2.0 / cells * (1.0 - 2.0 * sum));
        }
    }
};

/// One record under way.
struct CountFilter::Workspace {
    const Grid& grid;
    Row theta;
    // The density now: places (the cells, or the start level) and masses.
    std::vector<double> x, sine, angle;
    std::vector<Mass> mass;
    std::size_t lo = 0, hi = 0;  ///< places with weight: lo .. hi - 1
    Row log_norm{};
    double score = 0.0;  ///< of the bin so far
    double information = 0.0;
    std::vector<Place> from, to;
    std::vector<Mass> sum;
    std::vector<Pair> pairs;
    std::vector<double> determinants, weights;
    std::vector<double> begin_x, begin_y, begin_radius;  ///< of the beginnings, in blocks of eight
    Screened screened;

    Workspace(const Grid& g, const Lanes& thetas) : grid(g), to(g.x.size()), sum(g.x.size()) {
        for (int i = 0; i < lanes; ++i)
            theta[i] = thetas[static_cast<std::size_t>(i)];
        const double levels = g.atoms() + 1.0;
        if (g.start.kind == StartState::Kind::dicke) {
            const double at = (2.0 * static_cast<double>(g.start.n) + 1.0) / levels - 1.0;
            x = {at}, angle = {std::acos(at)}, sine = {std::sin(angle[0])};
            mass.push_back({Row{} + 1.0});
        } else {
            // Cells of levels that follow each other geometrically are exp(a x).
            x = g.x, angle = g.angle, sine = g.sine;
            const double a = 0.5 * levels * std::log(std::max(g.start.pump, 1e-300));
            double total = 0.0;
            std::vector<double> density;
            for (std::size_t i = 0; i < x.size(); ++i) {
                density.push_back(g.weight[i] * std::exp(a * x[i] - std::abs(a)));
                total += density.back();
            }
            for (const double p : density)
                mass.push_back({Row{} + p / total});
        }
        hi = x.size();
        trim();
    }

    void trim() {
        constexpr double negligible = 1e-13;
        Row top{};
        for (std::size_t i = lo; i < hi; ++i)
            top = mass[i].value > top ? mass[i].value : top;
        const auto empty = [&](std::size_t i) {
            for (int l = 0; l < lanes; ++l)
                if (mass[i].value[l] > negligible * top[l]) return false;
            return true;
        };
        while (lo + 1 < hi && empty(lo))
            ++lo;
        while (hi > lo + 1 && empty(hi - 1))
            --hi;
    }

    void step(const Tick& tick, const CountLaw& law) {
        const double scale = tick.scale, inverse_scale = 1.0 / scale;
        const Row drift = theta * (0.25 * (grid.atoms() + 1.0) * tick.tau);
        Row first, second, first_root, second_root;
        double shift = 0.0;
        for (int l = 0; l < lanes; ++l) {
            first[l] = std::tanh(tick.first + drift[l]);
            second[l] = -std::tanh(tick.second + drift[l]);
            first_root[l] = 1.0 / std::cosh(tick.first + drift[l]);
            second_root[l] = 1.0 / std::cosh(tick.second + drift[l]);
            shift = std::max(shift, std::abs(tick.first + tick.second + 2.0 * drift[l]));
        }
        from.resize(x.size());
        boost_all(x.data(), sine.data(), lo, hi, first, first_root, from.data());
        // Angles descend in x: cell j is at pi (j + 1/2)/G.
        const auto cells = grid.x.size();
        const double reach = 7.0 * std::sqrt(tick.spread) + shift;
        const double per_angle = static_cast<double>(cells) / 3.141592653589793;
        const auto cell = [&](double a) {
            return static_cast<std::size_t>(
                std::clamp(std::floor(a * per_angle), 0.0, static_cast<double>(cells - 1)));
        };
        const auto begin = cell(angle[lo] - reach), end = cell(angle[hi - 1] + reach) + 1;
        boost_all(grid.x.data(), grid.sine.data(), begin, end, second, second_root, to.data());
        for (std::size_t j = begin; j < end; ++j)
            sum[j] = {};

        // Pairs that matter to lane 3 matter: the thetas differ by little in one tick.
        constexpr int middle = 3;
        const auto blocks = (hi - lo + lanes - 1) / lanes;
        begin_x.assign(blocks * lanes, x[lo]);
        begin_y.assign(blocks * lanes, from[lo].y[middle]);
        begin_radius.assign(blocks * lanes, from[lo].radius[middle]);
        for (std::size_t i = lo; i < hi; ++i) {
            begin_x[i - lo] = x[i];
            begin_y[i - lo] = from[i].y[middle];
            begin_radius[i - lo] = from[i].radius[middle];
        }
        screened.resize(blocks * lanes);
        pairs.clear();
        determinants.clear();
        weights.clear();
        double best = impossible, best_determinant = 1.0;
        for (std::size_t j = begin; j < end; ++j) {
            const double radius = to[j].radius[middle];
            screen(law, theta[middle], begin_x.data(), begin_y.data(), begin_radius.data(), blocks, grid.x[j],
                   to[j].y[middle], radius, inverse_scale, screened);
            for (std::size_t k = 0; k < hi - lo; ++k) {
                const double all = screened.all[k];
                if (!(all > std::max(best, 0.5 * impossible) - negligible_below)) continue;
                pairs.push_back({static_cast<std::int32_t>(lo + k), static_cast<std::int32_t>(j),
                                 screened.constant[k], screened.slope[k], screened.bend[k], 1.0,
                                 begin_radius[k] * radius * inverse_scale < 3.75});
                determinants.push_back(screened.determinant[k]);
                weights.push_back(all);
                if (all > best) best = all, best_determinant = screened.determinant[k];
            }
        }
        std::size_t kept = 0;
        for (std::size_t k = 0; k < pairs.size(); ++k) {
            if (weights[k] < best - negligible_below) continue;
            pairs[kept] = pairs[k];
            pairs[kept].constant -= best;
            pairs[kept++].weight = std::sqrt(best_determinant / determinants[k]);
        }
        gather(pairs.data(), kept, from.data(), mass.data(), to.data(), theta, inverse_scale, sum.data());

        x = grid.x, sine = grid.sine, angle = grid.angle;
        mass.resize(cells);
        Row total{};
        for (std::size_t j = begin; j < end; ++j) {
            const Row jacobian = 1.0 / (1.0 + grid.x[j] * second);
            mass[j].value = sum[j].value * jacobian * jacobian * (second_root * second_root) *
                            (grid.weight[j] * inverse_scale);
            total += mass[j].value;
        }
        lo = begin, hi = end;
        Row inverse;
        const double base = best - 0.5 * std::log(best_determinant);
        std::array<double, lanes> gain{};
        for (int l = 0; l < lanes; ++l) {
            const bool possible = total[l] > 0.0 && std::isfinite(total[l]);
            inverse[l] = possible ? 1.0 / total[l] : 0.0;
            gain[static_cast<std::size_t>(l)] =
                possible ? base + std::log(total[l]) : -std::numeric_limits<double>::infinity();
            log_norm[l] += gain[static_cast<std::size_t>(l)];
        }
        for (std::size_t j = lo; j < hi; ++j)
            mass[j].value *= inverse;
        score += (gain[4] - gain[3]) / (theta[4] - theta[3]);
        trim();
    }

    /// The clicks of a bin are independent news only as a whole.
    void end_bin() {
        if (std::isfinite(score)) information += score * score;
        score = 0.0;
    }

    void tell(double time, const Follow& follow) const {
        double mean = 0.0, square = 0.0;
        for (std::size_t i = lo; i < hi; ++i)
            mean += mass[i].value[3] * x[i];
        for (std::size_t i = lo; i < hi; ++i)
            square += mass[i].value[3] * (x[i] - mean) * (x[i] - mean);
        const double half = 0.5 * (grid.atoms() + 1.0);
        follow(time, half * (1.0 + mean) - 0.5, half * std::sqrt(square));
    }
};

CountFilter::CountFilter(const DickeLadder& ladder, const PumpSchedule& pump, const TickGrid& ticks,
                         const StartState& start, const Detector& detector, double side_rate,
                         double resolution) {
    auto grid =
        std::make_unique<Grid>(Grid{ladder, ticks, detector, side_rate, start, {}, 0.0, {}, {}, {}, {}});
    for (std::int64_t tick = 0; tick < ticks.ticks; ++tick) {
        const double begin = ticks.time(tick), end = ticks.time(tick + 1);
        const auto step = sphere_step(ladder, pump, begin, end);
        grid->steps.push_back({.tau = step.length,
                               .spread = step.spread,
                               .w = step.spread / step.length - 1.0,
                               .first = step.first_boost,
                               .second = step.second_boost,
                               .scale = step.linear - 2.0 * step.square});
    }
    const int cells = grid->cells_needed();
    grid->lay_out(std::max(8, static_cast<int>(std::ceil(cells * resolution))));
    grid_ = std::move(grid);
}
CountFilter::~CountFilter() = default;
CountFilter::CountFilter(CountFilter&&) noexcept = default;

int CountFilter::cells() const {
    return static_cast<int>(grid_->x.size());
}

CountFilter::Result CountFilter::operator()(const CountRecord& record, const Lanes& thetas,
                                            const Follow& follow) const {
    Workspace work(*grid_, thetas);
    const auto& ticks = grid_->ticks;
    const auto& detector = grid_->detector;
    const auto per_bin = record.ticks_per_bin;
    for (std::int64_t tick = 0; tick < ticks.ticks; ++tick) {
        const auto bin = tick / per_bin;
        const auto bin_end = std::min(ticks.ticks, (bin + 1) * per_bin);
        const double share = gate_share(detector, ticks, tick);
        double shares = 0.0;
        for (auto t = bin * per_bin; t < bin_end; ++t)
            shares += gate_share(detector, ticks, t);
        const auto& step = grid_->steps[static_cast<std::size_t>(tick)];
        std::array<Seen, 3> seen{};
        for (const auto c : channels) {
            if (!detector[c] || share == 0.0) continue;
            const auto& channel = *detector[c];
            if (channel.efficiency == 0.0) continue;
            auto& s = seen[static_cast<std::size_t>(c)];
            const double registered = static_cast<double>(record[c][static_cast<std::size_t>(bin)]);
            const double dead = channel.dead_time / (shares * step.tau);
            double arrivals = registered;
            if (channel.dead_time_kind == ChannelDetector::DeadTime::paralysable)
                for (int i = 0; i < 20; ++i)
                    arrivals = registered * std::exp(std::min(1.0, arrivals * dead));
            else
                arrivals = registered / (1.0 - std::min(0.5, registered * dead));
            s.open = true;
            s.arrivals = arrivals * share / shares;
            s.efficiency = channel.efficiency * share;
            s.background = channel.background * share * step.tau;
            s.dead = arrivals * dead;
            constexpr double many = 200.0;
            s.few = s.arrivals < many;
            if (s.few) s.log_factorial = boost::math::lgamma(s.arrivals + 1.0);
        }
        const CountLaw law(step, grid_->atoms(), grid_->side_rate, seen,
                           static_cast<double>(bin_end - bin * per_bin), grid_->blur);
        work.step(step, law);
        if (tick + 1 == bin_end) work.end_bin();
        if (follow) work.tell(ticks.time(tick + 1), follow);
    }
    Result result;
    for (int l = 0; l < lanes; ++l)
        result.log_likelihood[static_cast<std::size_t>(l)] = work.log_norm[l];
    result.information = work.information;
    return result;
}

}  // namespace dickejump
