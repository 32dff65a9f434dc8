#include "dickejump/exact/lock.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "dickejump/model/invalid_input.hpp"
#include "model/checks.hpp"

namespace dickejump::exact {

namespace {

/// Weights P(k) of a Poisson law and its upper tails P(> k), as far as they count.
struct PoissonSum {
    std::vector<double> weight, tail;

    explicit PoissonSum(double mean) {
        const double reach = mean + 9.0 * std::sqrt(mean) + 20.0;
        for (double k = 0.0; k <= reach; ++k)
            weight.push_back(std::exp(k * std::log(mean) - mean - std::lgamma(k + 1.0)));
        tail.resize(weight.size());
        double sum = 0.0;
        for (std::size_t k = weight.size(); k-- > 0; sum += weight[k])
            tail[k] = sum;
    }
};

/// What a tick that starts at one level does, on average.
struct TickRow {
    std::int64_t first = 0;      ///< level of the first probability
    std::vector<double> levels;  ///< where it ends
    double pumping = 0.0;        ///< int <A> dt
    double pump = 0.0;           ///< w
};

/// Probabilities below this at an edge are let go.
constexpr double least = 1e-18;

TickRow tick_row(const DickeLadder& ladder, double pump, double tick, std::int64_t from) {
    // Levels that a tick reaches, by its jumps at the fastest rate: steps k of the chain see from -+ k.
    const auto levels = static_cast<double>(ladder.atoms()) + 1.0;
    const double fastest = 0.25 * levels * levels * (pump + 1.0);
    const PoissonSum jumps(fastest * tick);
    const auto size = static_cast<std::size_t>(ladder.atoms()) + 1;
    std::vector<double> p(size, 0.0), next(size, 0.0), end(size, 0.0);
    auto low = from, high = from;
    p[static_cast<std::size_t>(from)] = 1.0;
    TickRow row{.first = 0, .levels = {}, .pumping = 0.0, .pump = pump};
    for (std::size_t k = 0; k < jumps.weight.size(); ++k) {
        double pumping = 0.0;
        for (auto n = low; n <= high; ++n) {
            const auto i = static_cast<std::size_t>(n);
            end[i] += jumps.weight[k] * p[i];
            pumping += ladder.pumping_rate(n) * p[i];
        }
        row.pumping += jumps.tail[k] / fastest * pumping;
        const auto below = std::max<std::int64_t>(0, low - 1), above = std::min(ladder.atoms(), high + 1);
        std::fill(next.begin() + below, next.begin() + above + 1, 0.0);
        for (auto n = low; n <= high; ++n) {
            const auto i = static_cast<std::size_t>(n);
            const double up = pump * ladder.pumping_rate(n) / fastest,
                         down = static_cast<double>(ladder.emission(n)) / fastest;
            next[i] += p[i] * (1.0 - up - down);
            if (n < ladder.atoms()) next[i + 1] += p[i] * up;
            if (n > 0) next[i - 1] += p[i] * down;
        }
        low = below, high = above;
        while (low < high && next[static_cast<std::size_t>(low)] < least)
            ++low;
        while (low < high && next[static_cast<std::size_t>(high)] < least)
            --high;
        p.swap(next);
    }
    auto first = std::find_if(end.begin(), end.end(), [](double x) { return x > least; });
    auto last = std::find_if(end.rbegin(), end.rend(), [](double x) { return x > least; }).base();
    row.first = first - end.begin();
    row.levels.assign(first, last);
    return row;
}

}  // namespace

LockLaw solve_lock(const DickeLadder& ladder, const ProportionalServo& servo, double tick, std::int64_t ticks,
                   const Eigen::VectorXd& start, const StopRequest& stop) {
    Problems problems;
    check_populations(start, ladder, problems);
    check_grid({.duration = tick * static_cast<double>(ticks), .ticks = ticks}, problems);
    problems.require(
        std::isfinite(servo.gain) && servo.gain >= 0.0,
        "gain = " + text(servo.gain) + " (a servo with a negative one drives J_z away) give `gain` >= 0");
    const auto levels = static_cast<double>(ladder.atoms()) + 1.0;
    const double jumps = 0.25 * levels * levels * (2.0 + servo.gain) * tick;
    problems.require(levels * (jumps + 30.0) * std::min(levels, 2.0 * jumps + 30.0) < 1e12,
                     "`tick` = " + text(tick) + " (some " + text(std::round(jumps)) +
                         " jumps a tick from each of " + text(levels) +
                         " levels are too many to sum) give a shorter `tick`, or fewer `atoms`");
    problems.require(levels * std::min(levels, 2.0 * jumps + 30.0) * static_cast<double>(ticks) < 1e14,
                     "`ticks` = " + std::to_string(ticks) + " (too many of " + text(levels) +
                         " levels each to add up) give a shorter `duration`, or longer ticks");
    problems.raise();

    std::vector<TickRow> rows;
    for (std::int64_t n = 0; n <= ladder.atoms(); ++n) {
        stop.check();
        rows.push_back(tick_row(
            ladder, servo.pump(ProportionalServo::error_signal(ladder, static_cast<double>(n))), tick, n));
    }
    LockLaw law;
    Eigen::VectorXd p = start, next(start.size());
    double information = 0.0;
    for (std::int64_t k = 0; k < ticks; ++k) {
        if (k % 64 == 0) stop.check();
        next.setZero();
        for (Eigen::Index n = 0; n < p.size(); ++n) {
            if (p(n) < least) continue;
            const auto& row = rows[static_cast<std::size_t>(n)];
            const double x = ProportionalServo::error_signal(ladder, static_cast<double>(n));
            law.up_jumps += p(n) * row.pump * row.pumping;
            if (row.pump > 0.0) information += p(n) * row.pumping / row.pump;
            law.mean_square_error += p(n) * x * x;
            next.segment(row.first, static_cast<Eigen::Index>(row.levels.size())) +=
                p(n) * Eigen::Map<const Eigen::VectorXd>(row.levels.data(),
                                                         static_cast<Eigen::Index>(row.levels.size()));
        }
        p.swap(next);
    }
    law.mean_square_error /= static_cast<double>(ticks);
    if (!servo.reaches_zero()) law.shift_information = information;
    double first = 0.0, second = 0.0;
    for (Eigen::Index n = 0; n < p.size(); ++n) {
        const double m = ladder.jz(static_cast<double>(n));
        first += p(n) * m, second += p(n) * m * m;
        if (std::abs(ProportionalServo::error_signal(ladder, static_cast<double>(n))) > 0.9) law.lost += p(n);
    }
    law.jz_mean = first, law.jz_variance = second - first * first;
    return law;
}

double protocol_limit(const DickeLadder& ladder, double duration, double emission) {
    Problems problems;
    check_duration(duration, problems);
    check_rate("emission", emission, problems);
    problems.raise();
    const auto n = static_cast<double>(ladder.atoms());
    return 1.0 / std::sqrt(0.25 * duration * (n + 1.0) * (n + 1.0) + n + emission * n * duration);
}

}  // namespace dickejump::exact
