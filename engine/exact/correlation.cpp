#include "dickejump/exact/correlation.hpp"

#include <algorithm>
#include <cmath>

#include "dickejump/exact/steady_state.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "exact/populations.hpp"

namespace dickejump::exact {

namespace {

void check_delays(std::span<const double> delays) {
    Problems problems;
    for (const double delay : delays)
        problems.require(std::isfinite(delay) && delay >= 0.0,
                         "time = " + text(delay) + " (a delay is finite and not negative) give `times` >= 0");
    problems.raise();
}

/// seen . exp(L tau) start at every delay, L the generator at a constant pump; `seen` . start at delay 0.
std::vector<double> regression(const DickeLadder& ladder, double pump, Eigen::VectorXd start,
                               const Eigen::VectorXd& seen, std::span<const double> delays,
                               StopRequest stop) {
    const double longest = delays.empty() ? 0.0 : *std::max_element(delays.begin(), delays.end());
    const double now = seen.dot(start);
    DenseCurve curve;
    if (longest > 0.0) {
        auto [pumping, emission] = generator(ladder, {0, ladder.atoms()}, Equation::forward);
        integrate({.pumping = std::move(pumping),
                   .emission = std::move(emission),
                   .pump = PumpSchedule::constant(pump),
                   .until = longest,
                   .start = std::move(start),
                   .with_sensitivity = false,
                   .stop = stop},
                  [&](const RadauStep& step) { curve.append(step.begin, step.length, step.y * seen); });
    }
    std::vector<double> result;
    for (const double delay : delays)
        result.push_back(delay == 0.0 ? now : curve(delay));
    return result;
}

/// What the atoms' levels say about one channel: clicks a unit of time from level n, over the pump or Gamma,
/// and where a click leaves them.
struct Clicks {
    Eigen::VectorXd rate;
    Eigen::Index step;
};

Clicks clicks_of(const DickeLadder& ladder, Channel channel) {
    const auto levels = static_cast<Eigen::Index>(ladder.atoms()) + 1;
    Clicks clicks{.rate = Eigen::VectorXd(levels), .step = 0};
    for (Eigen::Index n = 0; n < levels; ++n)
        switch (channel) {
            case Channel::cavity:
                clicks.rate(n) = static_cast<double>(ladder.emission(n));
                break;
            case Channel::pump:
                clicks.rate(n) = ladder.pumping_rate(n);
                break;
            case Channel::side:
                clicks.rate(n) = static_cast<double>(n);
                break;
        }
    if (channel == Channel::cavity) clicks.step = -1;
    if (channel == Channel::pump) clicks.step = 1;
    return clicks;
}

}  // namespace

std::vector<double> inversion_correlation(const DickeLadder& ladder, double pump,
                                          std::span<const double> delays, StopRequest stop) {
    check_delays(delays);
    const Eigen::VectorXd p = steady_state(ladder, pump);
    const auto steady = steady_inversion(ladder, pump);
    const Eigen::ArrayXd m =
        Eigen::ArrayXd::LinSpaced(p.size(), ladder.jz(0.0), -ladder.jz(0.0)) - steady.mean;
    auto result = regression(ladder, pump, (m * p.array()).matrix(), m.matrix(), delays, stop);
    // The closed form does not cancel.
    for (std::size_t i = 0; i < result.size(); ++i)
        if (delays[i] == 0.0) result[i] = steady.variance;
    return result;
}

std::vector<double> intensity_correlation(const DickeLadder& ladder, double pump, Channel channel,
                                          std::span<const double> delays, StopRequest stop) {
    check_delays(delays);
    index_of(channel);  // or refused
    const Eigen::VectorXd p = steady_state(ladder, pump);
    const auto [rate, step] = clicks_of(ladder, channel);
    const double mean = rate.dot(p);
    if (!(mean > 0.0) || pump == 0.0)
        throw InvalidInput("`pump` = " + text(pump) + " (in the steady state there is no click of the " +
                           std::string(name(channel)) + " to begin with) give `pump` > 0");
    const Eigen::Index levels = p.size(), moved = levels - std::abs(step);
    Eigen::VectorXd after = Eigen::VectorXd::Zero(levels);  // populations right after a click
    after.segment(std::max<Eigen::Index>(step, 0), moved) =
        (rate.cwiseProduct(p) / mean).segment(std::max<Eigen::Index>(-step, 0), moved);
    auto result = regression(ladder, pump, std::move(after), rate, delays, stop);
    for (double& g2 : result)
        g2 /= mean;
    return result;
}

}  // namespace dickejump::exact
