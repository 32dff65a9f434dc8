#include "dickejump/estimate/spin_filter.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "estimate/filter_clock.hpp"
#include "estimate/filter_result.hpp"
#include "estimate/spin_rows.hpp"
#include "estimate/thetas.hpp"
#include "model/checks.hpp"

namespace dickejump {

namespace {

using numeric::Row, numeric::row_width, numeric::largest;
using spin_rows::Box, spin_rows::Cells;
constexpr double inf = std::numeric_limits<double>::infinity();

/// A number that a Poisson variable of this mean exceeds with probability 1e-12 at most.
std::int64_t poisson_reach(double mean) {
    constexpr double least = 1e-12;
    double term = std::exp(-mean), beyond = 1.0 - term;
    std::int64_t k = 0;
    while (beyond > least && k < 1000) {
        term *= mean / static_cast<double>(++k);
        beyond -= term;
        // Where rounding has eaten the tail, a bound of it.
        if (term<least&& static_cast<double>(k)> 2.0 * mean) break;
    }
    return k;
}

}  // namespace

struct SpinFilter::Setup {
    LocalSpins spins;
    Cells cells;
    PumpSchedule pump;
    double duration;
    Eigen::VectorXd start;
    Detector detector;
    double step_scale;
};

namespace {

/// The filter of one record under way.
class SpinFilterWalk {
public:
    using Weigh = std::function<void(double time, double weight)>;
    using Arrive = std::function<void(double time)>;

    SpinFilterWalk(const LocalSpins& spins, const Cells& cells, const PumpSchedule& pump,
                   const Eigen::VectorXd& start, const Detector& detector, const LaneParameters& lanes,
                   double step_scale)
        : cells_(cells),
          detector_(detector),
          rates_(spins.rates()),
          step_scale_(step_scale),
          clock_(pump, detector, lanes),
          p_(static_cast<std::size_t>(cells.size())),
          next_(static_cast<std::size_t>(cells.size())),
          sum_(static_cast<std::size_t>(cells.size())),
          box_{0, 0, 0, cells.atoms()} {
        for (Eigen::Index n = 0; n < start.size(); ++n)
            p_[cells_.at(0, n)] += start(n);
        settle();
    }

    void follow(std::span<const Photon> clicks, double duration, const Weigh& weigh, const Arrive& arrive,
                StopRequest stop) {
        clock_.follow(
            clicks, duration, [&](double time, double end) { evolve(time, end, weigh, arrive, stop); },
            [&](const Photon& photon) {
                click(photon);
                if (arrive) arrive(photon.time);
            });
    }

    Row log_likelihood() const {
        Row result = log_norm_;
        for (int i = 0; i < row_width; ++i)
            result[i] += sums_.zeroth[i] > 0.0 ? std::log(sums_.zeroth[i]) : -inf;
        return result;
    }
    bool alive(Channel c, double time) const { return clock_.alive(c, time); }
    Row click_rate(Channel c, double time) const {
        const Row photons = c == Channel::cavity ? sums_.emitted * inverse_
                            : c == Channel::pump ? clock_.pump_at(time) * (sums_.pumped * inverse_)
                                                 : rates_.emission * mean_;
        return detector_[c]->efficiency * photons + detector_[c]->background;
    }
    const Row& mean() const { return mean_; }
    const Row& variance() const { return variance_; }

private:
    double seen(Channel c, double time) const { return alive(c, time) ? detector_[c]->efficiency : 0.0; }

    /// As of the ladder: pairs of steps of fourth order in the change of the pump.
    void evolve(double time, double end, const Weigh& weigh, const Arrive& arrive, StopRequest stop) {
        constexpr double longest = 0.03, steepest = 0.008, most_events = 60.0;
        // The shift of the pump, in units of 1/N, that a single step's neglect of its change may amount to.
        constexpr double negligible_shift = 2e-6;
        const auto atoms = static_cast<double>(cells_.atoms());
        const double change = std::abs(clock_.slope(time, end));
        const double single =
            step_scale_ * std::sqrt(12.0 * negligible_shift / (change * atoms * atoms + 1e-300));
        double weight = 0.0;  // of the point where the walk stands, so far
        while (time < end) {
            stop.check();
            const double left = end - time;
            const double limit =
                step_scale_ / std::max({1.0 / longest, change / steepest, fastest(box_, time) / most_events});
            double count = std::max(1.0, std::ceil(left / limit - 0.01));
            if (left > single) count = std::max(count, 2.0);
            const double h = left / count;
            if (count == 1.0) {
                weigh(time, weight + 0.5 * h);
                step(time, h, time + 0.5 * h);
                weight = 0.5 * h;
                time = end;
            } else {
                // See FilterWalk::evolve.
                weigh(time, weight + h / 3.0);
                step(time, h, time + h / 3.0);
                weigh(time + h, 4.0 * h / 3.0);
                if (arrive) arrive(time + h);
                step(time + h, h, time + 5.0 * h / 3.0);
                weight = h / 3.0;
                time = 2.0 * h >= left ? end : time + 2.0 * h;
            }
            if (arrive) arrive(time);
        }
        weigh(std::nextafter(end, 0.0), weight);
    }

    /// No state of the box is left at a higher rate.
    double fastest(const Box& box, double time) const {
        const double pump = largest(clock_.pump_at(time));
        double collective = 0.0;
        // On the longest ladder of the box.
        for (auto n = cells_.first_n(box, box.first_line); n <= cells_.last_n(box, box.first_line); ++n) {
            const auto k = static_cast<std::size_t>(cells_.at(box.first_line, n));
            collective = std::max(collective, pump * cells_.pumped[k] + cells_.emitted[k]);
        }
        const auto atoms = static_cast<double>(cells_.atoms());
        return collective + rates_.emission * static_cast<double>(box.last_n) +
               rates_.pumping * (atoms - static_cast<double>(box.first_n)) +
               0.25 * rates_.dephasing * (atoms + 2.0);
    }

    /// The box that hidden jumps lead to in a time h: as a Gaussian distribution widens whose edge is the
    /// box's, and, of single atoms, one by one.
    Box widened(double time, double h) const {
        const Row pump = clock_.pump_at(time);
        const Row up = pump * (sums_.pumped * inverse_) * (1.0 - seen(Channel::pump, time)),
                  down = sums_.emitted * inverse_ * (1.0 - seen(Channel::cavity, time)), drift = up - down;
        const auto atoms = static_cast<double>(cells_.atoms());
        const double alone = rates_.emission * static_cast<double>(box_.last_n) +
                             rates_.pumping * (atoms - static_cast<double>(box_.first_n)) +
                             0.25 * rates_.dephasing * (atoms + 2.0);
        const auto lines = poisson_reach(alone * h);
        constexpr double edge = 50.0;  // squared, in standard deviations: 1e-11 of the weight
        const double half = 0.5 * static_cast<double>(box_.last_n - box_.first_n),
                     jumps = largest(up + down) * h, moved = largest(drift > 0.0 ? drift : -drift) * h;
        const auto reach =
            lines + static_cast<std::int64_t>(4.0 + moved + std::sqrt(half * half + edge * jumps) - half);
        return {std::max<std::int64_t>(0, box_.first_line - lines),
                std::min(cells_.lines() - 1, box_.last_line + lines),
                std::max<std::int64_t>(0, box_.first_n - reach),
                std::min(cells_.atoms(), box_.last_n + reach)};
    }

    static Box grown(const Box& box, const Box& most) {
        return {std::max(most.first_line, box.first_line - 1), std::min(most.last_line, box.last_line + 1),
                std::max(most.first_n, box.first_n - 1), std::min(most.last_n, box.last_n + 1)};
    }

    void step(double time, double h, double pump_time) {
        const auto most = widened(time, h);
        const double rate = fastest(most, pump_time), events = rate * h;
        const Row pump = clock_.pump_at(pump_time);
        spin_rows::Power power{.pump = pump / rate,
                               .pump_kept = pump * (1.0 - seen(Channel::pump, time)) / rate,
                               .emission = 1.0 / rate,
                               .emission_kept = (1.0 - seen(Channel::cavity, time)) / rate,
                               .alone = 1.0 / rate,
                               .side_kept = (1.0 - seen(Channel::side, time)) / rate,
                               .weight = std::exp(-events)};
        // Both other tables are empty.
        each(box_, [&](std::int64_t i) { sum_[i] = power.weight * p_[i]; });
        double beyond = 1.0 - power.weight;
        constexpr double negligible = 1e-12;
        auto box = box_;
        for (double k = 1.0; beyond > negligible; ++k) {
            power.weight *= events / k;
            beyond -= power.weight;
            box = grown(box, most);
            spin_rows::add_power(cells_, box, power, p_.data(), next_.data(), sum_.data());
            std::swap(p_, next_);
            // Where rounding has eaten the tail.
            if (k > events && power.weight < negligible * 0.1) break;
        }
        clear(p_, box), clear(next_, box);
        std::swap(p_, sum_);
        box_ = box;
        settle();
        double background = 0.0;
        for (const auto c : channels)
            if (alive(c, time)) background += detector_[c]->background;
        log_norm_ -= h * background;
    }

    void click(const Photon& photon) {
        const auto& channel = *detector_[photon.channel];
        const double e = channel.efficiency;
        const Box all{0, cells_.lines() - 1, 0, cells_.atoms()};
        const auto box = grown(box_, all);
        const auto here = [&](Channel c) { return photon.channel == c ? e : 0.0; };
        spin_rows::click(cells_, box,
                         {.pump = here(Channel::pump) * clock_.pump_at(photon.time),
                          .emission = here(Channel::cavity),
                          .side = here(Channel::side),
                          .background = channel.background},
                         p_.data(), next_.data());
        clear(p_, box);
        std::swap(p_, next_);
        box_ = box;
        settle();
    }

    template <class Visit>
    void each(const Box& box, const Visit& visit) const {
        for (auto line = box.first_line; line <= box.last_line; ++line)
            for (auto n = cells_.first_n(box, line); n <= cells_.last_n(box, line); ++n)
                visit(cells_.at(line, n));
    }
    void clear(numeric::Rows& rows, const Box& box) const {
        each(box, [&](std::int64_t i) { rows[i] = Row{}; });
    }

    /// After a pass: the moments, the cells that still matter, and a norm that is a number.
    void settle() {
        constexpr double far = 1e60;
        sums_ = spin_rows::sums_of(cells_, box_, p_.data());
        bool renew = false;
        for (int i = 0; i < row_width; ++i) {
            // Parameters for which the record cannot happen stay impossible; they must not spoil the others.
            const bool possible = sums_.zeroth[i] > 0.0 && std::isfinite(sums_.zeroth[i]);
            inverse_[i] = possible ? 1.0 / sums_.zeroth[i] : 0.0;
            renew = renew || !possible || sums_.zeroth[i] > far || sums_.zeroth[i] < 1.0 / far;
        }
        trim();
        mean_ = sums_.first * inverse_;
        const Row spread = sums_.second * inverse_ - mean_ * mean_;
        variance_ = spread > 0.0 ? spread : Row{};
        if (!renew) return;
        for (int i = 0; i < row_width; ++i)
            log_norm_[i] += inverse_[i] > 0.0 ? std::log(sums_.zeroth[i]) : -inf;
        const Row scale = inverse_;
        each(box_, [&](std::int64_t i) { p_[i] *= scale; });
        sums_ = spin_rows::sums_of(cells_, box_, p_.data());
        for (int i = 0; i < row_width; ++i)
            inverse_[i] = sums_.zeroth[i] > 0.0 ? 1.0 / sums_.zeroth[i] : 0.0;
    }

    /// Forget lines and columns that no lane gives weight.
    void trim() {
        constexpr double negligible = 1e-13;
        const Row least = negligible * sums_.zeroth;
        const auto empty = [&](const Box& edge) {
            bool all = true;
            each(edge, [&](std::int64_t i) {
                const Row row = p_[i];
                for (int lane = 0; lane < row_width; ++lane)
                    all = all && !(row[lane] > least[lane]);
            });
            if (all) clear(p_, edge);
            return all;
        };
        const auto line = [&](std::int64_t l) { return Box{l, l, box_.first_n, box_.last_n}; };
        const auto column = [&](std::int64_t n) { return Box{box_.first_line, box_.last_line, n, n}; };
        while (box_.first_line < box_.last_line && empty(line(box_.first_line)))
            ++box_.first_line;
        while (box_.last_line > box_.first_line && empty(line(box_.last_line)))
            --box_.last_line;
        while (box_.first_n < box_.last_n && empty(column(box_.first_n)))
            ++box_.first_n;
        while (box_.last_n > box_.first_n && empty(column(box_.last_n)))
            --box_.last_n;
    }

    const Cells& cells_;
    const Detector& detector_;
    LocalRates rates_;
    double step_scale_;
    FilterClock clock_;
    numeric::Rows p_, next_, sum_;
    Box box_;
    Row log_norm_{};
    spin_rows::Sums sums_;  // of p as it is
    Row inverse_{}, mean_{}, variance_{};
};

}  // namespace

SpinFilter::SpinFilter(const LocalSpins& spins, const PumpSchedule& pump, double duration,
                       const Eigen::VectorXd& start, const Detector& detector, double step_scale) {
    Problems problems;
    check_duration(duration, problems);
    problems.require(spins.atoms() <= max_atoms, "atoms = " + std::to_string(spins.atoms()) +
                                                     " (the filter on |j, m> is for at most " +
                                                     std::to_string(max_atoms) + ") give fewer");
    check_populations(start, DickeLadder(spins.atoms()), problems);
    check(detector, problems);
    problems.require(std::isfinite(step_scale) && step_scale > 0.0,
                     "step scale = " + text(step_scale) + " (steps are positive) give a positive one");
    problems.raise();
    setup_ = std::make_unique<const Setup>(
        Setup{spins, Cells(spins), pump, duration, start, detector, step_scale});
}
SpinFilter::~SpinFilter() = default;
SpinFilter::SpinFilter(SpinFilter&&) noexcept = default;

SpinFilter::Result SpinFilter::operator()(std::span<const Photon> clicks, const Thetas& thetas,
                                          const Follow& follow, StopRequest stop) const {
    const auto& setup = *setup_;
    Problems problems;
    check_thetas(thetas, problems);
    check_clicks(clicks, setup.detector, setup.duration, problems);
    problems.raise();
    auto lanes = LaneParameters::of(setup.detector, 0.0);
    for (int i = 0; i < theta_count; ++i)
        lanes.theta[i] = thetas[static_cast<std::size_t>(i)];
    SpinFilterWalk walk(setup.spins, setup.cells, setup.pump, setup.start, setup.detector, lanes,
                        setup.step_scale);
    return filtered(walk, clicks, setup.duration, thetas, follow, stop);
}

}  // namespace dickejump
