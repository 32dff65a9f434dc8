#include "dickejump/exact/hierarchy.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "dickejump/exact/steady_state.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "exact/maximum.hpp"
#include "exact/radau.hpp"
#include "model/checks.hpp"

namespace dickejump::exact {

namespace {

constexpr double truncation_tolerance = 1e-10;  // of <J_z>/(N/2)

/// N' (w - 1)/2 of a pump: what drives the moments, s but for 1/N.
struct Boost {
    double levels;

    double operator()(double pump) const { return 0.5 * levels * (pump - 1.0); }
};

/// The pump as kappa(t) + offset. The parts of the hierarchy that belong to w = 0 cancel to one part in N, so
/// they are split at the kappa that the run has instead.
struct ShiftedPump {
    PumpSchedule schedule;
    double offset;
};

ShiftedPump shifted(const PumpSchedule& pump, double duration, const Boost& boost) {
    const auto [lowest, highest] = pump.extremes(duration);
    // Positive as a pump must be, and far enough from 0 that relative changes a step do not limit the
    // integrator; unless w itself comes near 0, where they must.
    const double offset = std::min(0.5 * boost.levels, boost(highest) - 2.0 * boost(lowest) + 1.0);
    return {pump.held_from(duration).affine(0.5 * boost.levels, offset, 1.0), offset};
}

/// The hierarchy truncated to `count` moments, in kappa + offset: y' = ((kappa + offset) P + E) y.
LinearSystem hierarchy(double levels, int count, const ShiftedPump& pump, double duration,
                       const std::vector<double>& start) {
    LinearSystem system{.pumping = {},
                        .emission = {},
                        .pump = pump.schedule,
                        .until = duration,
                        .start = Eigen::Map<const Eigen::VectorXd>(start.data(), count),
                        .norm = LinearSystem::Norm::maximum};
    for (auto* part : {&system.pumping, &system.emission})
        part->below = part->diagonal = part->above = Eigen::ArrayXd::Zero(count);
    for (int l = 0; l < count; ++l) {
        const double order = l, decay = order * (order + 1.0), coupling = decay / (2.0 * order + 1.0);
        const double part = order / levels;
        system.pumping.diagonal(l) = -decay / levels;  // (w + 1)/2 = 1 + kappa/N'
        system.emission.diagonal(l) = -decay + pump.offset * decay / levels;
        if (l > 0) {
            system.pumping.below(l) = coupling * (1.0 - part * part);
            system.emission.below(l) = -pump.offset * system.pumping.below(l);
        }
        if (l + 1 < count) {
            system.pumping.above(l) = -coupling;
            system.emission.above(l) = pump.offset * coupling;
        }
    }
    return system;
}

/// <P_1> and <P_2> along the run, with their derivatives by kappa, and integrals of the run.
struct Curves {
    DenseCurve first, second, first_slope, second_slope;
};

struct Observables {
    double levels;

    double jz(double p1) const { return 0.5 * levels * p1; }
    double square(double p2) const { return (levels * levels * p2 + 0.5 * (levels * levels - 1.0)) / 6.0; }
    double variance(double p1, double p2) const { return square(p2) - jz(p1) * jz(p1); }
    /// <A_n> = j(j+1) - <m^2> - <m>.
    double pumping(double p1, double p2) const {
        return 0.25 * (levels * levels - 1.0) - square(p2) - jz(p1);
    }
};

/// Moments that a run needs at least: those of the most polar steady state along it, down to 1e-16.
int first_guess(const PumpSchedule& pump, double duration, const Boost& boost) {
    const double most = 0.5 * boost.levels * pump.extremes(duration).farthest_from(1.0);
    const double guess = 24.0 + std::sqrt(2.0 * 37.0 * most);
    return static_cast<int>(std::min(guess, boost.levels));
}

}  // namespace

std::vector<double> start_moments(const DickeLadder& ladder, const StartState& start, int count) {
    Problems problems;
    check_start(start, ladder, problems);
    problems.require(count >= 1, "count = " + std::to_string(count) +
                                     " (there is at least the moment l = 0) ask for 1 or more");
    problems.raise();
    const double levels = static_cast<double>(ladder.atoms()) + 1.0;
    std::vector<double> moments(static_cast<std::size_t>(count), 0.0);
    moments[0] = 1.0;
    if (start.kind == StartState::Kind::dicke) {
        const double x = 2.0 * ladder.jz(static_cast<double>(start.n)) / levels;
        if (count > 1) moments[1] = x;
        for (std::size_t i = 1; i + 1 < moments.size(); ++i) {
            const auto l = static_cast<double>(i);
            const double part = l / levels;
            moments[i + 1] =
                ((2.0 * l + 1.0) * x * moments[i] - l * (1.0 - part * part) * moments[i - 1]) / (l + 1.0);
        }
        return moments;
    }
    // Stationarity: <P_{l-1}> (1 - l^2/N'^2) = <P_{l+1}> + (2l+1) (w+1)/(N' (w-1)) <P_l>. With |w-1| all are
    // positive, and the ratio of neighbours is a continued fraction that forgets where it is begun.
    if (start.pump == 1.0) return moments;
    const double drive = levels * std::abs(start.pump - 1.0) / (start.pump + 1.0);
    const double sign = start.pump > 1.0 ? 1.0 : -1.0;
    const double from = std::min(levels, static_cast<double>(count) + 200.0 + std::sqrt(80.0 * drive));
    double ratio = 0.0;
    for (auto i = static_cast<std::int64_t>(from); i >= 1; --i) {
        const auto l = static_cast<double>(i);
        const double part = l / levels;
        ratio = (1.0 - part * part) / ((2.0 * l + 1.0) / drive + ratio);
        if (i < count) moments[static_cast<std::size_t>(i)] = sign * ratio;
    }
    for (std::size_t i = 1; i < moments.size(); ++i)
        moments[i] *= moments[i - 1];
    return moments;
}

HierarchySolution solve_hierarchy(const DickeLadder& ladder, const PumpSchedule& pump, double duration,
                                  const StartState& start, std::span<const double> times) {
    Problems problems;
    check_duration(duration, problems);
    check_start(start, ladder, problems);
    check_ideal(ladder, problems);
    check_times_within(times, duration, problems);
    problems.raise();
    const double levels = static_cast<double>(ladder.atoms()) + 1.0;
    const Boost boost{levels};
    const Observables observe{levels};
    const auto drive = shifted(pump, duration, boost);
    const auto& scheme = Radau::scheme();
    const auto most = static_cast<std::int64_t>(levels);

    // <P_1> with fewer moments, to see what the last ones did.
    int count = first_guess(pump, duration, boost);
    const auto mean_of = [&](int moments) {
        DenseCurve mean;
        auto system = hierarchy(levels, moments, drive, duration, start_moments(ladder, start, moments));
        system.with_sensitivity = false;
        if (moments == 1)
            mean.append(0.0, duration, Radau::NodeVector::Zero());
        else
            integrate(system,
                      [&](const RadauStep& step) { mean.append(step.begin, step.length, step.y.col(1)); });
        return mean;
    };
    DenseCurve fewer = mean_of(count);

    HierarchySolution result{};
    for (;;) {
        const int more = static_cast<int>(std::min<std::int64_t>(most, count + (count + 1) / 2));
        Curves curves;
        Solution solution{};
        Maximum variance;
        double information = 0.0;
        integrate(hierarchy(levels, more, drive, duration, start_moments(ladder, start, more)),
                  [&](const RadauStep& step) {
                      const Radau::NodeVector p1 = step.y.col(1), dp1 = step.sensitivity.col(1);
                      // N = 1 has no second moment: P_2 vanishes on two levels.
                      const Radau::NodeVector p2 =
                          more > 2 ? Radau::NodeVector(step.y.col(2)) : Radau::NodeVector::Zero();
                      const Radau::NodeVector dp2 =
                          more > 2 ? Radau::NodeVector(step.sensitivity.col(2)) : Radau::NodeVector::Zero();
                      curves.first.append(step.begin, step.length, p1);
                      curves.second.append(step.begin, step.length, p2);
                      curves.first_slope.append(step.begin, step.length, dp1);
                      curves.second_slope.append(step.begin, step.length, dp2);
                      for (int i = 1; i < Radau::nodes; ++i) {
                          const double weight = step.length * scheme.weights(i - 1);
                          const double w = pump.at(step.begin + scheme.node(i) * step.length);
                          const double rate = observe.pumping(p1(i), p2(i));
                          solution.inversion_integral += weight * observe.jz(p1(i));
                          solution.inversion_integral_slope += weight * observe.jz(dp1(i)) * 0.5 * levels;
                          solution.up_jumps += weight * w * rate;
                          information += weight * rate / w;
                      }
                      constexpr int looks = 6;
                      for (int i = 0; i <= looks; ++i) {
                          const double fraction = static_cast<double>(i) / looks;
                          const auto weights = scheme.interpolation(fraction);
                          variance.add({observe.variance(weights.dot(p1), weights.dot(p2)),
                                        step.begin + fraction * step.length});
                      }
                  });

        double change = 0.0;
        constexpr int looks = 400;
        for (int i = 1; i <= looks; ++i) {
            const double time = duration * i / looks;
            change = std::max(change, std::abs(curves.first(time) - fewer(time)));
        }
        if (change > truncation_tolerance && more < most) {
            fewer = curves.first;
            count = more;
            continue;
        }

        solution.times.assign(times.begin(), times.end());
        for (const double time : times) {
            const double p1 = curves.first(time), p2 = curves.second(time);
            const double dp1 = curves.first_slope(time), dp2 = curves.second_slope(time);
            solution.jz_mean.push_back(observe.jz(p1));
            // Of a state that is nearly pure the difference is rounding, of either sign.
            solution.jz_variance.push_back(std::max(0.0, observe.variance(p1, p2)));
            result.jz_mean_slope.push_back(observe.jz(dp1) * 0.5 * levels);
            result.jz_variance_slope.push_back(
                (levels * levels * dp2 / 6.0 - 2.0 * observe.jz(p1) * observe.jz(dp1)) * 0.5 * levels);
        }
        if (const double zero = curves.first.first_zero(); zero > 0.0) {
            solution.crossing = zero;
            const double h = 1e-5 * duration;
            const double before = std::max(0.0, zero - h), after = std::min(duration, zero + h);
            solution.rise = observe.jz(curves.first(after) - curves.first(before)) / (after - before);
            if (solution.rise != 0.0)
                result.crossing_slope = -observe.jz(curves.first_slope(zero)) * 0.5 * levels / solution.rise;
        }
        solution.max_variance = variance.top();
        constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
        solution.snapshot_information = {unknown, unknown};
        if (pump.extremes(duration).lowest > 0.0) solution.record_information = information;
        result.solution = std::move(solution);
        result.moments = more;
        result.truncation_error = change;
        return result;
    }
}

}  // namespace dickejump::exact
