#include "dickejump/estimate/likelihood_filter.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "dickejump/model/invalid_input.hpp"
#include "estimate/thetas.hpp"
#include "model/checks.hpp"
#include "numeric/each_width.hpp"
#include "numeric/row.hpp"

namespace dickejump {

namespace {

constexpr int theta_count = LikelihoodFilter::theta_count;
using Thetas = LikelihoodFilter::Thetas;

/// One level, all thetas.
using numeric::Row, numeric::Rows;
static_assert(theta_count == numeric::row_width);

/// What a step of length h does, for levels lo..hi.
struct Step {
    std::int64_t atoms, lo, hi;
    double h;
    Row pump;          ///< w + theta
    Row shift;         ///< taken out of the generator: the mean loss of norm
    double keep_up;    ///< the part of the pumping jumps that is not seen
    double keep_down;  ///< the part of the emission jumps that is not seen
    double side;       ///< e Gamma: loss of norm per excited atom
    double background;
};

/// p -> exp(h (M + shift)) p by 2 Re c/(z - pole), z = h (M + shift), with pole 2 + i sqrt 2, c = 1 - 5
/// i/sqrt 2. It is L-stable: what a click or the edge of the stretch makes rough is damped, where a (2,2)
/// approximant would let it ring. `x` and `y` are working rows, real and imaginary parts.
DICKEJUMP_EACH_WIDTH
void propagate(const Step& step, Row* p, Row* x_re, Row* x_im, Row* c_re, Row* c_im) {
    constexpr double pole_re = 2.0, pole_im = 1.4142135623730951, weight_re = 1.0,
                     weight_im = -3.5355339059327378;
    const double atoms = static_cast<double>(step.atoms), h = step.h;
    const Row pumped = h * step.pump, seen_pumped = pumped * step.keep_up;
    const Row offset = h * (step.shift - step.background) - pole_re;
    Row previous_re{}, previous_im{}, ratio_re{}, ratio_im{};
    for (std::int64_t n = step.lo; n <= step.hi; ++n) {
        const double level = static_cast<double>(n);
        const double up = (atoms - level) * (level + 1.0), down = level * (atoms - level + 1.0);
        const double up_below = (atoms - level + 1.0) * level, down_above = (level + 1.0) * (atoms - level);
        const Row lower = n > step.lo ? seen_pumped * up_below : Row{};
        const double upper = n < step.hi ? h * step.keep_down * down_above : 0.0;
        const Row diagonal = offset - pumped * up - h * (down + step.side * level);
        const Row den_re = diagonal - lower * ratio_re, den_im = -pole_im - lower * ratio_im;
        const Row inverse = 1.0 / (den_re * den_re + den_im * den_im);
        const Row inv_re = den_re * inverse, inv_im = -den_im * inverse;
        const Row right_re = p[n] - lower * previous_re, right_im = -lower * previous_im;
        ratio_re = upper * inv_re;
        ratio_im = upper * inv_im;
        previous_re = right_re * inv_re - right_im * inv_im;
        previous_im = right_re * inv_im + right_im * inv_re;
        c_re[n] = ratio_re;
        c_im[n] = ratio_im;
        x_re[n] = previous_re;
        x_im[n] = previous_im;
    }
    Row next_re{}, next_im{};
    for (std::int64_t n = step.hi; n >= step.lo; --n) {
        const Row re = x_re[n] - (c_re[n] * next_re - c_im[n] * next_im);
        const Row im = x_im[n] - (c_re[n] * next_im + c_im[n] * next_re);
        p[n] = 2.0 * (weight_re * re - weight_im * im);
        next_re = re;
        next_im = im;
    }
}

/// Sums of p, n p and n^2 p about level `origin`.
struct Sums {
    Row zeroth, first, second;
};
DICKEJUMP_EACH_WIDTH
void sum_about(const Row* p, std::int64_t lo, std::int64_t hi, std::int64_t origin, Sums& sums) {
    sums.zeroth = sums.first = sums.second = Row{};
    for (std::int64_t n = lo; n <= hi; ++n) {
        const double d = static_cast<double>(n - origin);
        sums.zeroth += p[n];
        sums.first += d * p[n];
        sums.second += (d * d) * p[n];
    }
}

DICKEJUMP_EACH_WIDTH
void scale_rows(Row* p, std::int64_t lo, std::int64_t hi, const Row& factor) {
    for (std::int64_t n = lo; n <= hi; ++n)
        p[n] *= factor;
}

Row row_of(const Thetas& values) {
    Row row;
    for (int i = 0; i < theta_count; ++i)
        row[i] = values[static_cast<std::size_t>(i)];
    return row;
}

double largest(const Row& row) {
    double top = row[0];
    for (int i = 1; i < theta_count; ++i)
        top = std::max(top, row[i]);
    return top;
}

void check_clicks(std::span<const Photon> clicks, const Detector& detector, double duration,
                  Problems& problems) {
    double last = 0.0;
    for (const auto& click : clicks) {
        const auto at = [&] {
            return "a click of the " + std::string(name(click.channel)) + " at time " + text(click.time);
        };
        if (!(click.time >= last && click.time <= duration)) {
            problems.add(at() + " after one at " + text(last) + " in a run of " + text(duration) +
                         " (clicks ascend within the run) sort or cut them");
            return;
        }
        if (!detector[click.channel]) {
            problems.add(at() + " (detector " + detector.name +
                         " does not see that channel) leave it out, or name the channel");
            return;
        }
        last = click.time;
    }
}

constexpr std::size_t index_of(Channel c) {
    return static_cast<std::size_t>(c);
}

}  // namespace

/// One record under way.
struct LikelihoodFilter::Workspace {
    const LikelihoodFilter& filter;
    Row theta;
    Rows p, x_re, x_im, c_re, c_im;
    std::int64_t lo = 0, hi = 0;
    Row log_norm{};
    std::array<double, 3> dead_until{};  // by channel
    double information = 0.0;

    // Mean and mean square of n by theta, of the normalised p.
    Row mean{}, mean_square{}, variance{};

    explicit Workspace(const LikelihoodFilter& f, const Thetas& thetas)
        : Workspace(f, thetas, static_cast<std::size_t>(f.start_.size())) {}
    Workspace(const LikelihoodFilter& f, const Thetas& thetas, std::size_t size)
        : filter(f), theta(row_of(thetas)), p(size), x_re(size), x_im(size), c_re(size), c_im(size) {
        for (Eigen::Index n = 0; n < f.start_.size(); ++n)
            p[n] += f.start_(n);
        hi = f.ladder_.atoms();
        trim();
        normalise();
    }

    double atoms() const { return static_cast<double>(filter.ladder_.atoms()); }

    Row pump_at(double time) const {
        const Row w = filter.pump_.at(time) + theta;
        return w > 0.0 ? w : Row{};
    }

    bool alive(Channel c, double time) const {
        return filter.detector_[c] && time >= dead_until[index_of(c)] && time >= filter.detector_.gate_open &&
               time < filter.detector_.gate_close;
    }

    /// Forget levels that no theta gives weight.
    void trim() {
        constexpr double negligible = 1e-14;
        Row top{};
        for (std::int64_t n = lo; n <= hi; ++n)
            top = p[n] > top ? p[n] : top;
        const Row least = negligible * top;
        const auto empty = [&](std::int64_t n) {
            const Row& row = p[n];
            for (int i = 0; i < theta_count; ++i)
                if (row[i] > least[i]) return false;
            return true;
        };
        while (lo < hi && empty(lo))
            p[lo++] = Row{};
        while (hi > lo && empty(hi))
            p[hi--] = Row{};
    }

    /// Take the norm into log_norm and the moments from what is left.
    void normalise() {
        const auto origin = (lo + hi) / 2;
        Sums sums;
        sum_about(p.data(), lo, hi, origin, sums);
        Row inverse;
        for (int i = 0; i < theta_count; ++i) {
            // A theta for which the record cannot happen stays impossible; it must not spoil the others.
            const bool possible = sums.zeroth[i] > 0.0 && std::isfinite(sums.zeroth[i]);
            inverse[i] = possible ? 1.0 / sums.zeroth[i] : 0.0;
            log_norm[i] += possible ? std::log(sums.zeroth[i]) : -std::numeric_limits<double>::infinity();
        }
        scale_rows(p.data(), lo, hi, inverse);
        const double base = static_cast<double>(origin);
        const Row first = sums.first * inverse, second = sums.second * inverse;
        mean = base + first;
        mean_square = base * base + 2.0 * base * first + second;
        const Row spread = second - first * first;
        variance = spread > 0.0 ? spread : Row{};
    }

    /// <A> = N + (N - 1)<n> - <n^2>, <B> = (N + 1)<n> - <n^2>.
    Row pumping() const { return atoms() + (atoms() - 1.0) * mean - mean_square; }
    Row emission() const { return (atoms() + 1.0) * mean - mean_square; }

    /// Predicted click rate of a channel.
    Row click_rate(Channel c, const Row& pump) const {
        const auto& channel = *filter.detector_[c];
        const Row photons = c == Channel::cavity ? emission()
                            : c == Channel::pump ? pump * pumping()
                                                 : filter.side_rate_ * mean;
        return channel.efficiency * photons + channel.background;
    }

    /// sum_c (d lambda/d theta)^2 / lambda of the channels that see.
    double information_rate(double time) const {
        const Row pump = pump_at(time);
        double sum = 0.0;
        for (const auto c : channels) {
            if (!alive(c, time)) continue;
            const Row rate = click_rate(c, pump);
            const double middle = 0.5 * (rate[lower_middle] + rate[upper_middle]);
            if (!(middle > 0.0)) continue;
            const double slope =
                (rate[upper_middle] - rate[lower_middle]) / (theta[upper_middle] - theta[lower_middle]);
            sum += slope * slope / middle;
        }
        return sum;
    }

    /// Carry p from `time` to `end`, with what is seen unchanged on the way.
    void evolve(double time, double end, const Follow& follow) {
        const auto& detector = filter.detector_;
        const auto efficiency = [&](Channel c) { return alive(c, time) ? detector[c]->efficiency : 0.0; };
        const double unseen_up = 1.0 - efficiency(Channel::pump),
                     unseen_down = 1.0 - efficiency(Channel::cavity);
        double background = 0.0;
        for (const auto c : channels)
            if (alive(c, time)) background += detector[c]->background;
        const double side = efficiency(Channel::side) * filter.side_rate_;
        double rate_before = information_rate(time);
        while (time < end) {
            const Row pump_now = pump_at(time);
            const Row hidden = pump_now * pumping() * unseen_up + emission() * unseen_down;
            double h = std::min(end - time, step_limit(pump_now, hidden, side, unseen_up, unseen_down));
            if (time + 1.01 * h >= end) h = end - time;
            widen(largest(hidden) * h);

            const Row pump = pump_at(time + 0.5 * h);
            const Row loss = pump * pumping() * (1.0 - unseen_up) + emission() * (1.0 - unseen_down) +
                             side * mean + background;
            const Step step{
                filter.ladder_.atoms(), lo, hi, h, pump, loss, unseen_up, unseen_down, side, background};
            propagate(step, p.data(), x_re.data(), x_im.data(), c_re.data(), c_im.data());
            trim();
            normalise();
            log_norm -= h * loss;
            time = h == end - time ? end : time + h;
            const double rate_after = information_rate_before(time, end);
            information += 0.5 * h * (rate_before + rate_after);
            rate_before = rate_after;
            if (follow) follow(time, mean[lower_middle], std::sqrt(variance[lower_middle]));
        }
    }

    /// The rate just before `time`: at the end of a stretch a channel may be about to wake or the gate to
    /// close.
    double information_rate_before(double time, double end) const {
        return information_rate(time < end ? time : std::nextafter(time, 0.0));
    }

    /// Steps short enough for the approximant: hidden jumps may widen the distribution by a part of its width
    /// only, and the loss of norm may not differ much over it.
    double step_limit(const Row& pump, const Row& hidden, double side, double unseen_up,
                      double unseen_down) const {
        const double width = std::sqrt(largest(variance));
        const double slope_of_rates = std::abs(atoms() - 2.0 * mean[lower_middle]);
        const double loss_spread = width * ((pump[lower_middle] * (1.0 - unseen_up) + (1.0 - unseen_down)) *
                                                (slope_of_rates + width) +
                                            side);
        const double top = largest(hidden);
        double h = 0.01;
        if (top > 0.0) h = std::min(h, 0.3 * (width * width + 1.0) / top);
        if (loss_spread > 0.0) h = std::min(h, 0.3 / loss_spread);
        return h * filter.step_scale_;
    }

    /// Make room for as many levels as hidden jumps can reach.
    void widen(double jumps) {
        if (jumps <= 0.0) return;
        const auto reach = static_cast<std::int64_t>(4.0 + jumps + 7.0 * std::sqrt(jumps));
        lo = std::max<std::int64_t>(0, lo - reach);
        hi = std::min(filter.ladder_.atoms(), hi + reach);
    }

    void click(const Photon& photon) {
        const auto& channel = *filter.detector_[photon.channel];
        const Row pump = pump_at(photon.time);
        const double atoms_in = atoms(), e = channel.efficiency, b = channel.background;
        const auto up = [&](std::int64_t n) {
            return (atoms_in - static_cast<double>(n)) * (static_cast<double>(n) + 1.0);
        };
        if (photon.channel == Channel::cavity) {
            // B_{n+1} = A_n.
            lo = std::max<std::int64_t>(0, lo - 1);
            for (std::int64_t n = lo; n <= hi; ++n) {
                p[n] = (n < hi ? e * up(n) * p[n + 1] : Row{}) + b * p[n];
            }
        } else if (photon.channel == Channel::pump) {
            hi = std::min(filter.ladder_.atoms(), hi + 1);
            for (std::int64_t n = hi; n >= lo; --n) {
                p[n] = (n > lo ? e * pump * up(n - 1) * p[n - 1] : Row{}) + b * p[n];
            }
        } else {
            for (std::int64_t n = lo; n <= hi; ++n)
                p[n] *= e * filter.side_rate_ * static_cast<double>(n) + b;
        }
        trim();
        normalise();
        dead_until[index_of(photon.channel)] = photon.time + channel.dead_time;
    }
};

LikelihoodFilter::LikelihoodFilter(const DickeLadder& ladder, const PumpSchedule& pump, double duration,
                                   const Eigen::VectorXd& start, const Detector& detector, double side_rate,
                                   double step_scale)
    : ladder_(ladder),
      pump_(pump),
      duration_(duration),
      start_(start),
      detector_(detector),
      side_rate_(side_rate),
      step_scale_(step_scale) {
    Problems problems;
    check_duration(duration, problems);
    check_populations(start, ladder, problems);
    check_ideal(ladder, problems);
    check(detector, problems);
    check_rate("side_rate", side_rate, problems);
    problems.require(std::isfinite(step_scale) && step_scale > 0.0,
                     "step scale = " + text(step_scale) + " (steps are positive) give a positive one");
    problems.raise();
}
LikelihoodFilter::~LikelihoodFilter() = default;
LikelihoodFilter::LikelihoodFilter(LikelihoodFilter&&) noexcept = default;

LikelihoodFilter::Result LikelihoodFilter::operator()(std::span<const Photon> clicks, const Thetas& thetas,
                                                      const Follow& follow) const {
    Problems problems;
    check_thetas(thetas, problems);
    check_clicks(clicks, detector_, duration_, problems);
    problems.raise();
    Workspace work(*this, thetas);
    double time = 0.0;
    std::size_t next = 0;
    while (time < duration_) {
        // What is seen changes at clicks, where dead channels wake, and at the gate's edges.
        double stop = duration_;
        const auto consider = [&](double t) {
            if (t > time) stop = std::min(stop, t);
        };
        for (const double t : work.dead_until)
            consider(t);
        consider(detector_.gate_open);
        consider(detector_.gate_close);
        const bool clicked = next < clicks.size() && clicks[next].time <= stop;
        if (clicked) stop = clicks[next].time;
        work.evolve(time, stop, follow);
        time = stop;
        if (clicked) {
            work.click(clicks[next++]);
            if (follow) follow(time, work.mean[lower_middle], std::sqrt(work.variance[lower_middle]));
        }
    }
    Result result;
    for (int i = 0; i < theta_count; ++i)
        result.log_likelihood[static_cast<std::size_t>(i)] = work.log_norm[i];
    result.information = work.information;
    return result;
}

}  // namespace dickejump
