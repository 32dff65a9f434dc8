#include "dickejump/exact/correlation.hpp"

#include <algorithm>
#include <cmath>

#include "dickejump/exact/steady_state.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "exact/populations.hpp"

namespace dickejump::exact {

std::vector<double> inversion_correlation(const DickeLadder& ladder, double pump,
                                          std::span<const double> delays, StopRequest stop) {
    Problems problems;
    for (const double delay : delays)
        problems.require(std::isfinite(delay) && delay >= 0.0,
                         "time = " + text(delay) + " (a delay is finite and not negative) give `times` >= 0");
    problems.raise();

    const Eigen::VectorXd p = steady_state(ladder, pump);
    const auto steady = steady_inversion(ladder, pump);
    const Eigen::ArrayXd m =
        Eigen::ArrayXd::LinSpaced(p.size(), ladder.jz(0.0), -ladder.jz(0.0)) - steady.mean;
    const double longest = delays.empty() ? 0.0 : *std::max_element(delays.begin(), delays.end());

    DenseCurve curve;
    if (longest > 0.0) {
        auto [pumping, emission] = generator(ladder, {0, ladder.atoms()}, Equation::forward);
        integrate({.pumping = std::move(pumping),
                   .emission = std::move(emission),
                   .pump = PumpSchedule::constant(pump),
                   .until = longest,
                   .start = (m * p.array()).matrix(),
                   .with_sensitivity = false,
                   .stop = stop},
                  [&](const RadauStep& step) { curve.append(step.begin, step.length, step.y * m.matrix()); });
    }
    std::vector<double> result;
    for (const double delay : delays)
        result.push_back(delay == 0.0 ? steady.variance : curve(delay));
    return result;
}

}  // namespace dickejump::exact
