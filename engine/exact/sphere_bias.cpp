#include "dickejump/exact/sphere_bias.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "dickejump/exact/hierarchy.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "model/checks.hpp"
#include "model/sphere_steps.hpp"
#include "numeric/gauss_legendre.hpp"
#include "numeric/gauss_points.hpp"

namespace dickejump {

namespace {

constexpr double most_polar = 2000.0;
constexpr double most_sharp = 300.0;

double levels_of(const DickeLadder& ladder) {
    return static_cast<double>(ladder.atoms()) + 1.0;
}

/// max |kappa| along the run.
double steepest(const DickeLadder& ladder, const PumpSchedule& pump, double duration) {
    return 0.5 * levels_of(ladder) * pump.extremes(duration).farthest_from(1.0);
}

/// <x> and <x^2> at the ticks.
struct Moments12 {
    std::vector<double> first, second;  ///< <P_1>, <P_2>
};

/// The mean law of the kernel's steps in Legendre moments.
class Propagator {
public:
    Propagator(int moments, int nodes) : moments_(moments), nodes_(nodes), legendre_(nodes, moments) {
        Eigen::ArrayXd p = Eigen::ArrayXd::Ones(nodes), before = Eigen::ArrayXd::Zero(nodes);
        for (int l = 0; l < moments; ++l) {
            legendre_.col(l) = p * (l + 0.5);
            step_up(l, nodes_.node, p, before);
        }
    }

    Moments12 operator()(const SphereSteps& steps, int steps_per_tick, Eigen::VectorXd y) const {
        Moments12 result;
        // The second boost of a step and the first of the next are one.
        Eigen::VectorXd off_pole(y.size());
        boost(y, steps.steps.front().first_boost, -1, &off_pole);
        for (std::size_t i = 0; i < steps.steps.size(); ++i) {
            const auto& step = steps.steps[i];
            rotate(y, off_pole, step);
            if ((i + 1) % static_cast<std::size_t>(steps_per_tick) == 0) {
                Eigen::VectorXd seen = y;
                boost(seen, step.second_boost, 3);
                result.first.push_back(seen(1));
                result.second.push_back(seen(2));
            }
            if (i + 1 < steps.steps.size())
                boost(y, step.second_boost + steps.steps[i + 1].first_boost, -1, &off_pole);
        }
        return result;
    }

private:
    static void step_up(int l, const Eigen::ArrayXd& x, Eigen::ArrayXd& p, Eigen::ArrayXd& before) {
        const Eigen::ArrayXd next = ((2.0 * l + 1.0) * x * p - l * before) / (l + 1.0);
        before = p;
        p = next;
    }

    /// The first `count` moments after x -> (x + tanh b)/(1 + x tanh b), and those weighted with 1 - x^2.
    void boost(Eigen::VectorXd& y, double b, int count = -1, Eigen::VectorXd* off_pole = nullptr) const {
        if (count < 0) count = moments_;
        const double t = std::tanh(b);
        const Eigen::ArrayXd density = (legendre_ * y).array() * nodes_.weight;
        const Eigen::ArrayXd x = (nodes_.node + t) / (1.0 + t * nodes_.node);
        Eigen::ArrayXd p = Eigen::ArrayXd::Ones(x.size()), before = Eigen::ArrayXd::Zero(x.size());
        const Eigen::ArrayXd weighted = (1.0 - x.square()) * density;
        for (int l = 0; l < count; ++l) {
            y(l) = (p * density).sum();
            if (off_pole) (*off_pole)(l) = (p * weighted).sum();
            step_up(l, x, p, before);
        }
    }

    /// d/db of the moments under a boost b: l(l+1)/(2l+1) (y_{l-1} - y_{l+1}).
    static Eigen::VectorXd boosted(const Eigen::VectorXd& y) {
        const auto count = y.size();
        Eigen::VectorXd result = Eigen::VectorXd::Zero(count);
        for (Eigen::Index l = 1; l < count; ++l) {
            const double above = l + 1 < count ? y(l + 1) : 0.0, at = static_cast<double>(l);
            result(l) = at * (at + 1.0) / (2.0 * at + 1.0) * (y(l - 1) - above);
        }
        return result;
    }

    /// The rotation by q as the kernel draws it, of which each y_l takes E[P_l(1 - q)], to first order in how
    /// much less it is off the poles, and to second in the boosts that grow with E - 1.
    void rotate(Eigen::VectorXd& y, const Eigen::VectorXd& off_pole, const SphereStep& step) const {
        constexpr int panels = 40;  // P_l oscillates in sqrt(E): from 0 to 40, e^-40 being nothing
        constexpr int size = panels * 10;
        Eigen::ArrayXd cosine(size), weight(size), excess(size);
        int i = 0;
        for (int panel = 0; panel < panels; ++panel)
            numeric::for_each_gauss_point<10>(panel, panel + 1, [&](double at, double part) {
                const double v = at / panels, e = 40.0 * v * v;  // which makes the oscillation even
                weight(i) = 80.0 * v * std::exp(-e) * part / panels;
                excess(i) = e - 1.0;
                cosine(i) = 1.0 - std::clamp(e * (step.linear - step.square * e), 0.0, 2.0);
                ++i;
            });
        Eigen::ArrayXd p = Eigen::ArrayXd::Ones(size), before = Eigen::ArrayXd::Zero(size);
        const Eigen::ArrayXd first_weight = weight * excess, second_weight = first_weight * excess;
        const Eigen::ArrayXd polar_weight = weight / (1.0 + cosine).max(1e-12);
        Eigen::VectorXd mean = Eigen::VectorXd::Ones(moments_), first = Eigen::VectorXd::Zero(moments_),
                        second = Eigen::VectorXd::Ones(moments_), polar = Eigen::VectorXd::Zero(moments_);
        for (int l = 1; l < moments_; ++l) {
            step_up(l - 1, cosine, p, before);
            mean(l) = (p * weight).sum();
            first(l) = (p * first_weight).sum();
            second(l) = (p * second_weight).sum();
            // q P_l'(1 - q), by l (P_{l-1} - x P_l) = (1 - x^2) P_l'.
            polar(l) = l * ((before - cosine * p) * polar_weight).sum();
        }
        const double a = step.first_turn / (1.0 - step.first * step.first),
                     b = step.second_turn / (1.0 - step.second * step.second);
        const Eigen::VectorXd once = boosted(y), twice = boosted(once);
        const auto times = [](const Eigen::VectorXd& u, const Eigen::VectorXd& v) -> Eigen::VectorXd {
            return u.cwiseProduct(v);
        };
        y = times(mean, y) + step.polar * times(polar, off_pole) + a * times(first, once) +
            b * boosted(times(first, y)) + 0.5 * a * a * times(second, twice) +
            a * b * boosted(times(second, once)) + 0.5 * b * b * boosted(boosted(times(second, y)));
    }

    int moments_;
    numeric::GaussLegendre nodes_;
    Eigen::MatrixXd legendre_;  ///< (l + 1/2) P_l at the nodes: from moments to the density
};

/// Legendre moments of the kernel's start: anywhere in the cell of a level.
Eigen::VectorXd start_law(const DickeLadder& ladder, const StartState& start, int count) {
    Eigen::VectorXd y = Eigen::VectorXd::Zero(count);
    y(0) = 1.0;
    const double levels = levels_of(ladder);
    if (start.kind == StartState::Kind::dicke || start.pump == 0.0) {
        const double n = start.kind == StartState::Kind::dicke ? static_cast<double>(start.n) : 0.0;
        const double middle = 2.0 * (n + 0.5) / levels - 1.0, half = 1.0 / levels;
        y.setZero();
        numeric::for_each_gauss_point<10>(-1.0, 1.0, [&](double place, double weight) {
            const double x = middle + half * place;
            double p = 1.0, before = 0.0;
            for (int l = 0; l < count; ++l) {
                y(l) += 0.5 * weight * p;
                const double next = ((2.0 * l + 1.0) * x * p - l * before) / (l + 1.0);
                before = p;
                p = next;
            }
        });
        return y;
    }
    // Spread over its cells, a lattice law has its own moments up to l = 2, and beyond to 1/N^2.
    const auto known = static_cast<int>(std::min<std::int64_t>(count, ladder.atoms() + 1));
    const auto moments = exact::start_moments(ladder, start, known);
    std::copy(moments.begin(), moments.end(), y.begin());
    return y;
}

double variance(double first, double second) {
    return (2.0 * second + 1.0) / 3.0 - first * first;
}

}  // namespace

SphereBias sphere_bias(const DickeLadder& ladder, const PumpSchedule& pump, const TickGrid& grid,
                       const StartState& start, int steps_per_tick) {
    Problems problems;
    check_grid(grid, problems);
    check_start(start, ladder, problems);
    check_ideal(ladder, problems);
    problems.raise();
    const double drive = steepest(ladder, pump, grid.duration);
    problems.require(steps_per_tick >= 1, "steps per tick = " + std::to_string(steps_per_tick) +
                                              " (a tick has whole steps) give 1 or more");
    problems.require(drive <= most_polar,
                     "|w - 1| (N+1)/2 up to " + text(drive) + " (above " + text(most_polar) +
                         " a run sits on few levels and the sphere does not hold) use an exact method");
    problems.raise();

    // As many moments as the most polar law of the run has, and as survive a step.
    const double theta = grid.tick() / (2.0 * steps_per_tick);
    // Moments beyond some hundreds reach the first two only by as many boosts.
    const int moments =
        32 + static_cast<int>(std::max(1.5 * std::sqrt(74.0 * drive),
                                       std::min(most_sharp, std::sqrt(37.0 / std::min(theta, 1.0)))));
    const Propagator propagate(moments, moments + moments / 2 + 16);
    const auto y = start_law(ladder, start, moments);
    const auto coarse = propagate(sphere_steps(ladder, pump, grid, steps_per_tick), steps_per_tick, y);
    const auto fine = propagate(sphere_steps(ladder, pump, grid, 2 * steps_per_tick), 2 * steps_per_tick, y);

    std::vector<double> times;
    for (std::int64_t tick = 1; tick <= grid.ticks; ++tick)
        times.push_back(grid.time(tick));
    const auto exact = exact::solve_hierarchy(ladder, pump, grid.duration, start, times);

    const double levels = levels_of(ladder);
    SphereBias bias{.step = {}, .model = {}, .steps_per_tick = steps_per_tick};
    std::vector<double> step_errors, model_errors;
    for (std::size_t i = 0; i < times.size(); ++i) {
        const double first = (4.0 * fine.first[i] - coarse.first[i]) / 3.0,
                     second = (4.0 * fine.second[i] - coarse.second[i]) / 3.0;
        step_errors.push_back(coarse.first[i] - first);
        model_errors.push_back(first - 2.0 * exact.solution.jz_mean[i] / levels);
        bias.step.mean = std::max(bias.step.mean, std::abs(step_errors.back()));
        bias.model.mean = std::max(bias.model.mean, std::abs(model_errors.back()));
        const double limit = variance(first, second);
        bias.step.variance =
            std::max(bias.step.variance, std::abs(variance(coarse.first[i], coarse.second[i]) - limit));
        // A level is a cell of the sphere: 1/12 in n^2.
        const double known = (4.0 * exact.solution.jz_variance[i] + 1.0 / 3.0) / (levels * levels);
        bias.model.variance = std::max(bias.model.variance, std::abs(limit - known));
    }
    if (exact.solution.crossing && exact.solution.rise != 0.0) {
        const auto tick = std::clamp<std::int64_t>(
            static_cast<std::int64_t>(std::lround(*exact.solution.crossing / grid.tick())) - 1, 0,
            grid.ticks - 1);
        const double slope = std::abs(2.0 * exact.solution.rise / levels);
        bias.step.crossing = std::abs(step_errors[static_cast<std::size_t>(tick)]) / slope;
        bias.model.crossing = std::abs(model_errors[static_cast<std::size_t>(tick)]) / slope;
    }
    return bias;
}

SphereBias sphere_bias_within(const DickeLadder& ladder, const PumpSchedule& pump, const TickGrid& grid,
                              const StartState& start, double tolerance) {
    constexpr double least = 1e-11, most_steps = 1e4;
    if (!std::isfinite(tolerance) || tolerance < least)
        throw InvalidInput("bias tolerance = " + text(tolerance) + " (rounding alone may reach " +
                           text(least) + ") give e.g. `bias_tolerance` = 1e-4");
    Problems problems;
    check_grid(grid, problems);
    problems.raise();
    // With a boost of more than one a step the error is not yet of second order.
    int steps = std::max(1, static_cast<int>(std::ceil(steepest(ladder, pump, grid.duration) * grid.tick())));
    for (;;) {
        const auto bias = sphere_bias(ladder, pump, grid, start, steps);
        if (bias.step.mean <= tolerance) return bias;
        // Of about third order; somewhat less than that asks for, so as not to go beyond the smallest number.
        const double ratio = bias.step.mean / tolerance, ticks = static_cast<double>(grid.ticks);
        if (steps * std::cbrt(ratio) * ticks > std::max(most_steps, 4.0 * steps * ticks))
            throw InvalidInput("bias tolerance = " + text(tolerance) + " (it needs more than " +
                               text(most_steps) +
                               " steps) give e.g. `bias_tolerance` = 1e-6, or use an exact method");
        steps = std::max(steps + 1, static_cast<int>(steps * std::pow(ratio, 0.3)));
    }
}

}  // namespace dickejump
