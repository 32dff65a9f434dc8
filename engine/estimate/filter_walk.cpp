#include "estimate/filter_walk.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace dickejump {

namespace {

using numeric::Row, numeric::row_width, numeric::largest;
constexpr double inf = std::numeric_limits<double>::infinity();

}  // namespace

/// What nobody sees between clicks, and what the clicks that do not come tell.
struct FilterWalk::Unseen {
    Row up, down;  ///< the parts of the jumps that leave no click
    Row side;      ///< e Gamma
    Row background;
};

/// A step, or two of the same length.
struct FilterWalk::Plan {
    double h;
    int poles;
    bool pair;
};

FilterWalk::FilterWalk(const DickeLadder& ladder, const PumpSchedule& pump, const Eigen::VectorXd& start,
                       const Detector& detector, const LaneParameters& lanes, double step_scale)
    : ladder_(ladder),
      lanes_(lanes),
      step_scale_(step_scale),
      atoms_(static_cast<double>(ladder.atoms())),
      levels_(ladder.atoms()),
      p_(static_cast<std::size_t>(start.size())),
      work_(static_cast<std::size_t>(start.size() * filter_rows::work_rows)),
      hi_(ladder.atoms()),
      clock_(pump, detector, lanes) {
    for (Eigen::Index n = 0; n < start.size(); ++n)
        p_[n] += start(n);
    filter_rows::weigh(levels_, stretch(), Row{}, Row{} + 1.0, p_.data(), sums_);
    settle();
}

/// After a pass over the levels: the moments, the levels that still matter, and a norm that is a number.
void FilterWalk::settle() {
    constexpr double far = 1e60;
    Row inverse;
    bool renew = false;
    for (int i = 0; i < row_width; ++i) {
        // Parameters for which the record cannot happen stay impossible; they must not spoil the others.
        const bool possible = sums_.zeroth[i] > 0.0 && std::isfinite(sums_.zeroth[i]);
        inverse[i] = possible ? 1.0 / sums_.zeroth[i] : 0.0;
        renew = renew || !possible || sums_.zeroth[i] > far || sums_.zeroth[i] < 1.0 / far;
    }
    const auto base = static_cast<double>(sums_.origin);
    const Row first = sums_.first * inverse, second = sums_.second * inverse;
    mean_ = base + first;
    mean_square_ = base * base + 2.0 * base * first + second;
    const Row spread = second - first * first;
    variance_ = spread > 0.0 ? spread : Row{};
    trim();
    if (renew) normalise(inverse);
}

/// Forget levels that no lane gives weight.
void FilterWalk::trim() {
    constexpr double negligible = 1e-12;
    const Row least = negligible * sums_.zeroth;
    const auto empty = [&](std::int64_t n) {
        const Row& row = p_[n];
        for (int i = 0; i < row_width; ++i)
            if (row[i] > least[i]) return false;
        return true;
    };
    while (lo_ < hi_ && empty(lo_))
        p_[lo_++] = Row{};
    while (hi_ > lo_ && empty(hi_))
        p_[hi_--] = Row{};
}

/// Take the norm into log_norm_.
void FilterWalk::normalise(const Row& inverse) {
    for (int i = 0; i < row_width; ++i)
        log_norm_[i] += inverse[i] > 0.0 ? std::log(sums_.zeroth[i]) : -inf;
    filter_rows::weigh(levels_, stretch(), Row{}, inverse, p_.data(), sums_);
}

Row FilterWalk::log_likelihood() const {
    Row result = log_norm_;
    for (int i = 0; i < row_width; ++i)
        result[i] += sums_.zeroth[i] > 0.0 ? std::log(sums_.zeroth[i]) : -inf;
    return result;
}

/// <A> = N + (N - 1)<n> - <n^2>.
Row FilterWalk::pumping() const {
    return atoms_ + (atoms_ - 1.0) * mean_ - mean_square_;
}
/// gamma <B>, <B> = (N + 1)<n> - <n^2>.
Row FilterWalk::emission() const {
    return lanes_.gamma * ((atoms_ + 1.0) * mean_ - mean_square_);
}

Row FilterWalk::click_rate(Channel c, double time) const {
    const Row photons = c == Channel::cavity ? emission()
                        : c == Channel::pump ? clock_.pump_at(time) * pumping()
                                             : lanes_.side_rate * mean_;
    return lanes_.efficiency[index_of(c)] * photons + lanes_.background[index_of(c)];
}

FilterWalk::Unseen FilterWalk::unseen(double time) const {
    const auto seen = [&](Channel c) {
        return clock_.alive(c, time) ? lanes_.efficiency[index_of(c)] : Row{};
    };
    Unseen unseen{.up = 1.0 - seen(Channel::pump),
                  .down = 1.0 - seen(Channel::cavity),
                  .side = seen(Channel::side) * lanes_.side_rate,
                  .background = {}};
    for (const auto c : channels)
        if (clock_.alive(c, time)) unseen.background += lanes_.background[index_of(c)];
    return unseen;
}

void FilterWalk::follow(std::span<const Photon> clicks, double duration, const Weigh& weigh,
                        const Arrive& arrive, StopRequest stop) {
    clock_.follow(
        clicks, duration, [&](double time, double end) { evolve(time, end, weigh, arrive, stop); },
        [&](const Photon& photon) {
            click(photon);
            if (arrive) arrive(photon.time);
        });
}

void FilterWalk::evolve(double time, double end, const Weigh& weigh, const Arrive& arrive, StopRequest stop) {
    const auto unseen_now = unseen(time);
    double weight = 0.0;  // of the point where the walk stands, so far
    while (time < end) {
        stop.check();
        const auto [h, poles, pair] = plan(unseen_now, time, end);
        if (!pair) {
            weigh(time, weight + 0.5 * h);
            step(unseen_now, time, h, time + 0.5 * h, poles);
            weight = 0.5 * h;
            time = h == end - time ? end : time + h;
        } else {
            // Two steps whose pumps lie a sixth of their length from the ends are of fourth order in the
            // change of the pump: the commutator-free Magnus rule (Blanes & Moan, Appl. Numer. Math. 56, 1519
            // (2006)). Simpson's rule goes with them.
            weigh(time, weight + h / 3.0);
            step(unseen_now, time, h, time + h / 3.0, poles);
            weigh(time + h, 4.0 * h / 3.0);
            if (arrive) arrive(time + h);
            step(unseen_now, time + h, h, time + 5.0 * h / 3.0, poles);
            weight = h / 3.0;
            time = 2.0 * h >= end - time ? end : time + 2.0 * h;
        }
        if (arrive) arrive(time);
    }
    // At the end a channel may be about to wake or the gate to close.
    weigh(std::nextafter(end, 0.0), weight);
}

/// Steps short enough for the approximants: over the width of the distribution the loss of norm may not
/// differ much, and hidden jumps may not widen it by more than a part of it. The cheapest order that gets to
/// the end.
FilterWalk::Plan FilterWalk::plan(const Unseen& unseen, double time, double end) const {
    // Where an approximant errs by some 1e-8 over a Gaussian distribution; `cost` as measured.
    struct Order {
        int poles;
        double hops, spread, cost;
    };
    constexpr std::array<Order, filter_rows::most_poles> orders{
        {{1, 0.1, 0.03, 1.0}, {2, 1.0, 0.4, 1.7}, {3, 2.0, 0.8, 2.5}}};
    constexpr double longest = 0.03, steepest = 0.02;  // the latter a change of the pump
    // The shift of the pump, in units of 1/N, that a single step's neglect of its change may amount to.
    constexpr double negligible_shift = 2e-5;

    const double left = end - time;
    const Row pump = clock_.pump_at(time), up = pump * pumping(), down = emission();
    const double variance = largest(variance_), width = std::sqrt(variance);
    const double hops = largest(up * unseen.up + down * unseen.down) / (variance + 1.0);
    const Row seen = pump * (1.0 - unseen.up) + lanes_.gamma * (1.0 - unseen.down);
    const Row tilt = atoms_ - 2.0 * mean_;
    const double spread = width * largest(seen * ((tilt > 0.0 ? tilt : -tilt) + width) + unseen.side);
    const double change = std::abs(clock_.slope(time, end));
    const double single = std::sqrt(12.0 * negligible_shift / (change * atoms_ * atoms_ + 1e-300));

    Plan best{};
    double least = inf;
    for (const auto& order : orders) {
        const double limit = step_scale_ / std::max({1.0 / longest, change / steepest, hops / order.hops,
                                                     spread / order.spread});
        double count = std::max(1.0, std::ceil(left / limit - 0.01));
        if (left > single * step_scale_) count = std::max(count, 2.0);
        if (count * order.cost >= least) continue;
        least = count * order.cost;
        best = {.h = left / count, .poles = order.poles, .pair = count > 1.0};
    }
    return best;
}

void FilterWalk::step(const Unseen& unseen, double time, double h, double pump_time, int poles) {
    const Row up = clock_.pump_at(time) * pumping() * unseen.up, down = emission() * unseen.down;
    const Row drift = up - down;
    widen(largest(up + down) * h, largest(drift > 0.0 ? drift : -drift) * h);
    const Row pump = clock_.pump_at(pump_time);
    const Row loss =
        pump * pumping() * (1.0 - unseen.up) + emission() * (1.0 - unseen.down) + unseen.side * mean_;
    const filter_rows::Step step{.pumped = h * pump,
                                 .pumped_kept = h * unseen.up * pump,
                                 .emitted = h * lanes_.gamma,
                                 .emitted_kept = h * unseen.down * lanes_.gamma,
                                 .side = h * unseen.side,
                                 .shift = h * loss};
    filter_rows::propagate(levels_, stretch(), step, poles, p_.data(), work_.data(), sums_);
    settle();
    log_norm_ -= h * (loss + unseen.background);
}

/// Make room for the levels that hidden jumps can reach: as a Gaussian distribution widens whose edge is the
/// stretch's.
void FilterWalk::widen(double jumps, double drift) {
    if (jumps <= 0.0) return;
    constexpr double edge = 50.0;  // squared, in standard deviations: 1e-11 of the weight
    const double half = 0.5 * static_cast<double>(hi_ - lo_);
    const auto reach = static_cast<std::int64_t>(4.0 + drift + std::sqrt(half * half + edge * jumps) - half);
    lo_ = std::max<std::int64_t>(0, lo_ - reach);
    hi_ = std::min(ladder_.atoms(), hi_ + reach);
}

void FilterWalk::click(const Photon& photon) {
    const auto c = index_of(photon.channel);
    const Row &efficiency = lanes_.efficiency[c], &background = lanes_.background[c];
    if (photon.channel == Channel::cavity) {
        lo_ = std::max<std::int64_t>(0, lo_ - 1);
        filter_rows::lower(levels_, stretch(), efficiency * lanes_.gamma, background, p_.data(), sums_);
    } else if (photon.channel == Channel::pump) {
        hi_ = std::min(ladder_.atoms(), hi_ + 1);
        filter_rows::raise(levels_, stretch(), efficiency * clock_.pump_at(photon.time), background,
                           p_.data(), sums_);
    } else {
        filter_rows::weigh(levels_, stretch(), efficiency * lanes_.side_rate, background, p_.data(), sums_);
    }
    settle();
}

}  // namespace dickejump
