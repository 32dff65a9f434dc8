#include "dickejump/exact/local_equation.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "exact/classical_information.hpp"
#include "exact/local_system.hpp"
#include "exact/maximum.hpp"
#include "model/checks.hpp"

namespace dickejump::exact {

namespace {

/// Integrals of a curve from 0 to ascending or other times within it.
std::vector<double> integrals_to(const DenseCurve& curve, std::span<const double> times) {
    std::vector<double> ends{0.0}, sums{0.0};
    for (const auto& step : curve.steps()) {
        ends.push_back(step.begin + step.length);
        sums.push_back(sums.back() +
                       step.length * Radau::scheme().weights.dot(step.values.tail<Radau::stages>()));
    }
    std::vector<double> integrals;
    for (const double time : times) {
        const auto after = std::upper_bound(ends.begin(), ends.end(), time);
        const auto before = static_cast<std::size_t>(after - ends.begin()) - 1;
        // Three points of Gauss are exact for a polynomial of degree 5.
        const double half = 0.5 * (time - ends[before]), middle = ends[before] + half;
        double rest = 0.0;
        if (half > 0.0 && before + 1 < ends.size())
            rest = half / 9.0 *
                   (8.0 * curve(middle) +
                    5.0 * (curve(middle - std::sqrt(0.6) * half) + curve(middle + std::sqrt(0.6) * half)));
        integrals.push_back(sums[before] + rest);
    }
    return integrals;
}

void check_arguments(const LocalSpins& spins, double duration, const Eigen::VectorXd& start,
                     std::span<const double> times) {
    Problems problems;
    check_duration(duration, problems);
    check_states(spins, problems);
    if (start.size() != static_cast<Eigen::Index>(spins.states()))
        problems.add("start populations of size " + std::to_string(start.size()) + " (there are " +
                     std::to_string(spins.states()) + " states |j, m>) give one for each");
    else
        problems.require(
            start.allFinite() && start.minCoeff() >= -1e-9 && std::abs(start.sum() - 1.0) <= 1e-6,
            "start populations with sum " + text(start.sum()) +
                " (a distribution is not negative and sums to 1) correct them");
    check_times_within(times, duration, problems);
    problems.raise();
}

}  // namespace

LocalSolution solve_local(const LocalSpins& spins, const PumpSchedule& pump, double duration,
                          const Eigen::VectorXd& start, std::span<const double> times,
                          Sensitivity sensitivity, StopRequest stop) {
    check_arguments(spins, duration, start, times);
    const auto& scheme = Radau::scheme();
    const LocalTables tables(spins);
    const Eigen::VectorXd m2 = tables.m.cwiseAbs2();
    const bool followed = sensitivity == Sensitivity::followed;

    LocalSolution result{};
    auto& solution = result.solution;
    DenseCurve mean, slope, square, spin;
    Maximum variance, snapshot;
    double information = 0.0, excited = 0.0;

    auto system = local_system(spins);
    system.pump = pump;
    system.until = duration;
    system.start = start;
    system.with_sensitivity = followed;
    system.tolerance = 1e-10;
    system.stop = stop;
    integrate(system, [&](const RadauStep& step) {
        const Radau::NodeVector jz = step.y * tables.m, jz2 = step.y * m2, a = step.y * tables.pumping;
        mean.append(step.begin, step.length, jz);
        square.append(step.begin, step.length, jz2);
        spin.append(step.begin, step.length, step.y * tables.j2);
        const auto integral = [&](const Radau::NodeVector& values) {
            return step.length * scheme.weights.dot(values.tail<Radau::stages>());
        };
        Radau::NodeVector w;
        for (int i = 0; i < Radau::nodes; ++i)
            w(i) = pump.at(step.begin + scheme.node(i) * step.length);
        solution.inversion_integral += integral(jz);
        solution.up_jumps += integral(a.cwiseProduct(w));
        excited += integral(jz) + 0.5 * static_cast<double>(spins.atoms()) * step.length;
        information += integral(a.cwiseQuotient(w));
        result.end = step.y.row(Radau::stages).transpose();
        if (followed) {
            const Radau::NodeVector moved = step.sensitivity * tables.m;
            slope.append(step.begin, step.length, moved);
            solution.inversion_integral_slope += integral(moved);
        }
        constexpr int looks = 6;
        for (int i = 0; i <= looks; ++i) {
            const double fraction = static_cast<double>(i) / looks,
                         time = step.begin + fraction * step.length;
            const auto weights = scheme.interpolation(fraction);
            const double average = weights.dot(jz);
            variance.add({weights.dot(jz2) - average * average, time});
            if (followed)
                snapshot.add({classical_information(
                                  tables.levels(step.y.transpose() * weights, spins.atoms()),
                                  tables.levels(step.sensitivity.transpose() * weights, spins.atoms())),
                              time});
        }
    });

    solution.times.assign(times.begin(), times.end());
    for (const double time : times) {
        const bool at_start = time == 0.0;
        const double average = at_start ? tables.m.dot(start) : mean(time);
        solution.jz_mean.push_back(average);
        solution.jz_variance.push_back(
            std::max(0.0, (at_start ? m2.dot(start) : square(time)) - average * average));
        result.j2_mean.push_back(at_start ? tables.j2.dot(start) : spin(time));
    }
    result.inversion_integral = integrals_to(mean, times);
    if (followed) result.inversion_integral_slope = integrals_to(slope, times);
    add_crossing(mean, duration, solution);
    solution.max_variance = variance.top();
    solution.snapshot_information = snapshot.top();
    if (pump.extremes(duration).lowest > 0.0) solution.record_information = information;
    result.side_photons = spins.rates().emission * excited;
    return result;
}

Eigen::VectorXd symmetric_populations(const LocalSpins& spins, const Eigen::VectorXd& levels) {
    Problems problems;
    check_states(spins, problems);
    problems.raise();
    if (levels.size() != spins.atoms() + 1)
        throw InvalidInput("populations of size " + std::to_string(levels.size()) +
                           " (the ladder has N + 1 = " + std::to_string(spins.atoms() + 1) +
                           " levels) give one for each");
    Eigen::VectorXd populations = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(spins.states()));
    populations.head(levels.size()) = levels;
    return populations;
}

}  // namespace dickejump::exact
