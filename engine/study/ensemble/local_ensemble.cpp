#include "study/ensemble/local_ensemble.hpp"

#include <cmath>
#include <functional>

#include "dickejump/exact/local_equation.hpp"
#include "dickejump/exact/steady_state.hpp"
#include "dickejump/trajectory/spin_walk.hpp"
#include "model/checks.hpp"
#include "study/ensemble/draws.hpp"

namespace dickejump {

namespace {

using Kind = InitialState::Kind;

/// The one state of a start that is no mixture.
SpinState single_start(const EnsembleConfig& config, const LocalSpins& spins) {
    if (config.initial.kind == Kind::spin) return config.initial.spin;
    return spins.symmetric(config.initial.kind == Kind::dicke ? config.initial.n : 0);
}

/// ln of the probability of |j, m> if every atom is excited with probability p: the number of ways to make
/// j, N! (2j+1)/((N/2+j+1)! (N/2-j)!), times p^n (1-p)^(N-n).
double thermal_logarithm(const LocalSpins& spins, const SpinState& at, double p) {
    const auto atoms = static_cast<double>(spins.atoms()), j = at.j();
    const auto n = static_cast<double>(spins.excited(at));
    const auto power = [](double base, double exponent) {
        return exponent == 0.0 ? 0.0 : exponent * std::log(base);
    };
    return std::lgamma(atoms + 1.0) + std::log(2.0 * j + 1.0) - std::lgamma(0.5 * atoms + j + 2.0) -
           std::lgamma(0.5 * atoms - j + 1.0) + power(p, n) + power(1.0 - p, atoms - n);
}

/// Of the coherent state at this angle, n = 0..N.
Eigen::VectorXd coherent_populations(const DickeLadder& ladder, double theta) {
    return DickeState::coherent(ladder, theta, 0.0).amplitudes().cwiseAbs2();
}

/// Whether the start is a mixture of many |j, m>, to be listed.
bool is_listed(const InitialState& initial) {
    return initial.kind == Kind::thermal || initial.kind == Kind::dephased;
}

/// Populations at t = 0, [LocalSpins::index].
Eigen::VectorXd start_populations(const EnsembleConfig& config, const LocalSpins& spins) {
    const auto states = static_cast<Eigen::Index>(spins.states());
    if (config.initial.kind == Kind::steady)
        return exact::symmetric_populations(
            spins, exact::steady_state(DickeLadder(config.atoms), config.pump_of_time().at(0.0)));
    if (config.initial.kind == Kind::dephased)
        return exact::symmetric_populations(
            spins, coherent_populations(DickeLadder(config.atoms), config.initial.theta));
    if (!is_listed(config.initial))
        return Eigen::VectorXd::Unit(states,
                                     static_cast<Eigen::Index>(spins.index(single_start(config, spins))));
    Eigen::VectorXd populations = Eigen::VectorXd::Zero(states);
    for (std::int64_t twice_j = spins.atoms(); twice_j >= 0; twice_j -= 2)
        for (std::int64_t twice_m = -twice_j; twice_m <= twice_j; twice_m += 2) {
            const SpinState at{twice_j, twice_m};
            populations(static_cast<Eigen::Index>(spins.index(at))) =
                std::exp(thermal_logarithm(spins, at, config.initial.excited));
        }
    return populations / populations.sum();
}

/// Draws the first state of a trajectory.
std::function<SpinState(Stream&)> start_of(const EnsembleConfig& config, const LocalSpins& spins) {
    if (config.initial.kind == Kind::steady)
        return [spins, ladder = DickeLadder(config.atoms),
                pump = config.pump_of_time().at(0.0)](Stream& random) {
            return spins.symmetric(steady_state_quantile(ladder, pump, open_unit(random())));
        };
    if (!is_listed(config.initial)) return [state = single_start(config, spins)](Stream&) { return state; };
    Choice choice;
    for (const double p : start_populations(config, spins))
        choice.add(p);
    std::vector<SpinState> states;
    for (std::int64_t twice_j = spins.atoms(); twice_j >= 0; twice_j -= 2)
        for (std::int64_t twice_m = -twice_j; twice_m <= twice_j; twice_m += 2)
            states.push_back({twice_j, twice_m});
    return
        [choice, states = std::move(states)](Stream& random) { return states[choice(open_unit(random()))]; };
}

}  // namespace

detail::Numbers local_numbers(const EnsembleConfig& config, const std::vector<std::string>& names,
                              const PumpSchedule& pump) {
    const LocalSpins spins(config.atoms, config.local_rates());
    const auto start = start_of(config, spins);
    const Trajectory<SpinState> run = [=](Stream& random, std::span<const double> times,
                                          const ShowAt<SpinState>& show, StopRequest stop) {
        const auto first = start(random);
        SpinWalk<WalkDraws> walk(spins, pump, first, WalkDraws{random});
        std::int64_t jumps = 0;
        for (std::size_t i = 0; i < times.size(); ++i) {
            for (; walk.jumps_by(times[i]); ++jumps) {
                if (jumps % 4096 == 0) stop.check();
                walk.template jump<Quantities::none>(nullptr);
            }
            show(i, walk.state());
        }
        return jumps;
    };
    return detail::numbers_of<SpinState>(run, config.times,
                                         {names, [](const SpinState& at, std::span<double> values) {
                                              values[0] = at.m();
                                              values[1] = at.m() * at.m();
                                              values[2] = values[3] = 0.0;
                                              values[4] = at.j2();
                                          }});
}

EnsembleCurves local_curves(const EnsembleConfig& config, EnsembleCurves curves, StopRequest stop) {
    const LocalSpins spins(config.atoms, config.local_rates());
    Problems problems;
    check_states(spins, problems);
    problems.raise();
    const auto start = start_populations(config, spins);
    // At t = 0 alone there is nothing to integrate, but a run lasts some time.
    const double duration = config.times.back() > 0.0 ? config.times.back() : 1e-9;
    const auto found = exact::solve_local(spins, config.pump_of_time(), duration, start, config.times,
                                          exact::Sensitivity::left_out, stop);
    const auto& [jz, variance] = std::tie(found.solution.jz_mean, found.solution.jz_variance);
    curves.observables[0].mean = jz;
    for (std::size_t i = 0; i < jz.size(); ++i)
        curves.observables[1].mean.push_back(variance[i] + jz[i] * jz[i]);
    curves.observables[2].mean.assign(jz.size(), 0.0);
    curves.observables[3].mean.assign(jz.size(), 0.0);
    curves.observables[4].mean = found.j2_mean;
    return curves;
}

}  // namespace dickejump
