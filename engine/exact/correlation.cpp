#include "dickejump/exact/correlation.hpp"

#include <algorithm>
#include <cmath>

#include "dickejump/exact/local_steady.hpp"
#include "dickejump/exact/steady_state.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "exact/local_system.hpp"
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
std::vector<double> regression(LinearSystem system, double pump, Eigen::VectorXd start,
                               const Eigen::VectorXd& seen, std::span<const double> delays,
                               StopRequest stop) {
    const double longest = delays.empty() ? 0.0 : *std::max_element(delays.begin(), delays.end());
    const double now = seen.dot(start);
    DenseCurve curve;
    if (longest > 0.0) {
        system.pump = PumpSchedule::constant(pump);
        system.until = longest;
        system.start = std::move(start);
        system.with_sensitivity = false;
        system.stop = stop;
        integrate(system,
                  [&](const RadauStep& step) { curve.append(step.begin, step.length, step.y * seen); });
    }
    std::vector<double> result;
    for (const double delay : delays)
        result.push_back(delay == 0.0 ? now : curve(delay));
    return result;
}

/// Of the populations of the ladder, but for pump, time and start.
LinearSystem system_of(const DickeLadder& ladder) {
    auto [pumping, emission] = generator(ladder, {0, ladder.atoms()}, Equation::forward);
    return {.pumping = std::move(pumping),
            .emission = std::move(emission),
            .pump = PumpSchedule::constant(0.0),
            .until = 0.0,
            .start = {}};
}

/// Whether there is a click to begin with. @throws InvalidInput if not
void check_clicks(double rate, double pump, Channel channel) {
    if (!(rate > 0.0) || (channel == Channel::pump && pump == 0.0))
        throw InvalidInput("`pump` = " + text(pump) + " (in the steady state there is no click of the " +
                           std::string(name(channel)) + " to begin with) give `pump` > 0");
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
    auto result = regression(system_of(ladder), pump, (m * p.array()).matrix(), m.matrix(), delays, stop);
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
    check_clicks(mean, pump, channel);
    const Eigen::Index levels = p.size(), moved = levels - std::abs(step);
    Eigen::VectorXd after = Eigen::VectorXd::Zero(levels);  // populations right after a click
    after.segment(std::max<Eigen::Index>(step, 0), moved) =
        (rate.cwiseProduct(p) / mean).segment(std::max<Eigen::Index>(-step, 0), moved);
    auto result = regression(system_of(ladder), pump, std::move(after), rate, delays, stop);
    for (double& g2 : result)
        g2 /= mean;
    return result;
}

std::vector<double> inversion_correlation(const LocalSpins& spins, double pump,
                                          std::span<const double> delays, StopRequest stop) {
    check_delays(delays);
    const auto steady = local_steady_state(spins, pump, stop);
    const LocalTables tables(spins);
    const Eigen::VectorXd m = (tables.m.array() - steady.inversion.mean).matrix();
    return regression(local_system(spins), pump, m.cwiseProduct(steady.populations), m, delays, stop);
}

std::vector<double> intensity_correlation(const LocalSpins& spins, double pump, Channel channel,
                                          std::span<const double> delays, StopRequest stop) {
    check_delays(delays);
    index_of(channel);  // or refused
    if (channel == Channel::side && spins.rates().emission == 0.0)
        throw InvalidInput(
            "`emission` = 0 (a side click is an emission of a single atom, and there is none) "
            "give `emission` > 0, or another `channel`");
    const auto steady = local_steady_state(spins, pump, stop);
    // Rates of clicks, pump aside, and the populations right after one.
    Eigen::VectorXd rate = Eigen::VectorXd::Zero(steady.populations.size()),
                    after = Eigen::VectorXd::Zero(steady.populations.size());
    for (std::int64_t twice_j = spins.atoms(); twice_j >= 0; twice_j -= 2)
        for (std::int64_t twice_m = -twice_j; twice_m <= twice_j; twice_m += 2) {
            const SpinState at{twice_j, twice_m};
            const auto i = static_cast<Eigen::Index>(spins.index(at));
            const auto click = [&](const SpinState& to, double click_rate) {
                if (click_rate == 0.0) return;
                rate(i) += click_rate;
                after(static_cast<Eigen::Index>(spins.index(to))) += click_rate * steady.populations(i);
            };
            if (channel == Channel::cavity)
                click({twice_j, twice_m - 2}, LocalSpins::collective_emission(at));
            else if (channel == Channel::pump)
                click({twice_j, twice_m + 2}, LocalSpins::collective_pumping(at));
            else
                for (const auto& exit : spins.exits(at))
                    if (exit.process == Process::emission) click(exit.from(at), exit.rate);
        }
    // What the iteration leaves beside a dark state is not a click.
    const double mean = after.sum() > 1e-12 ? after.sum() : 0.0;
    check_clicks(mean, pump, channel);
    auto result = regression(local_system(spins), pump, after / mean, rate, delays, stop);
    for (double& g2 : result)
        g2 /= mean;
    return result;
}

}  // namespace dickejump::exact
