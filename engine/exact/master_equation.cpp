#include "dickejump/exact/master_equation.hpp"

#include <algorithm>
#include <cmath>

#include "dickejump/exact/steady_state.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "exact/classical_information.hpp"
#include "exact/maximum.hpp"
#include "exact/populations.hpp"
#include "model/checks.hpp"

namespace dickejump::exact {

Solution solve(const DickeLadder& ladder, const PumpSchedule& pump, double duration,
               const Eigen::VectorXd& start, std::span<const double> times, StopRequest stop) {
    Problems problems;
    check_duration(duration, problems);
    constexpr double bytes_a_level = 400.0;
    check_memory("atoms = " + std::to_string(ladder.atoms()) + " (the equation of so many levels",
                 bytes_a_level * (static_cast<double>(ladder.atoms()) + 1.0), problems);
    check_populations(start, ladder, problems);
    check_times_within(times, duration, problems);
    problems.raise();
    const auto& scheme = Radau::scheme();
    const auto levels = start.size();
    const Eigen::VectorXd m = Eigen::VectorXd::LinSpaced(levels, ladder.jz(0.0), -ladder.jz(0.0));
    const Eigen::VectorXd m2 = m.cwiseAbs2();
    Eigen::VectorXd pumping(levels);
    for (Eigen::Index n = 0; n < levels; ++n)
        pumping(n) = ladder.pumping_rate(n);

    Solution solution{};
    DenseCurve mean, square;
    Maximum variance, snapshot;
    double information = 0.0;

    auto [up, down] = generator(ladder, {0, ladder.atoms()}, Equation::forward);
    integrate({.pumping = std::move(up),
               .emission = std::move(down),
               .pump = pump,
               .until = duration,
               .start = start,
               .stop = stop},
              [&](const RadauStep& step) {
                  const Radau::NodeVector jz = step.y * m, jz2 = step.y * m2, a = step.y * pumping;
                  mean.append(step.begin, step.length, jz);
                  square.append(step.begin, step.length, jz2);
                  const auto integral = [&](const Radau::NodeVector& values) {
                      return step.length * scheme.weights.dot(values.tail<Radau::stages>());
                  };
                  Radau::NodeVector w;
                  for (int i = 0; i < Radau::nodes; ++i)
                      w(i) = pump.at(step.begin + scheme.node(i) * step.length);
                  solution.inversion_integral += integral(jz);
                  solution.inversion_integral_slope += integral(step.sensitivity * m);
                  solution.up_jumps += integral(a.cwiseProduct(w));
                  information += integral(a.cwiseQuotient(w));
                  constexpr int looks = 6;
                  for (int i = 0; i <= looks; ++i) {
                      const double fraction = static_cast<double>(i) / looks,
                                   time = step.begin + fraction * step.length;
                      const auto weights = scheme.interpolation(fraction);
                      const double average = weights.dot(jz);
                      variance.add({weights.dot(jz2) - average * average, time});
                      snapshot.add({classical_information(step.y.transpose() * weights,
                                                          step.sensitivity.transpose() * weights),
                                    time});
                  }
              });

    solution.times.assign(times.begin(), times.end());
    const auto initial = inversion(ladder, start);
    for (const double time : times) {
        const double average = time == 0.0 ? initial.mean : mean(time);
        solution.jz_mean.push_back(average);
        // Of a state that is nearly pure the difference is rounding, of either sign.
        solution.jz_variance.push_back(time == 0.0 ? initial.variance
                                                   : std::max(0.0, square(time) - average * average));
    }
    add_crossing(mean, duration, solution);
    solution.max_variance = variance.top();
    solution.snapshot_information = snapshot.top();
    if (pump.extremes(duration).lowest > 0.0) solution.record_information = information;

    // From a single level under a pump that starts at zero with slope b, the first jump up has probability A
    // b t^2/2 and derivative A t: the information starts at 2A/b, which no later look can show.
    Eigen::Index level = 0;
    const auto& first = pump.pieces().front();
    if (first.pump == 0.0 && first.slope > 0.0 && start.maxCoeff(&level) == 1.0) {
        const double at_start = 2.0 * pumping(level) / first.slope;
        if (at_start > solution.snapshot_information.value) solution.snapshot_information = {at_start, 0.0};
    }
    return solution;
}

}  // namespace dickejump::exact
