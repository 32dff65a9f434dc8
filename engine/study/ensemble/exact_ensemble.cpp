#include "dickejump/exact/density_matrix.hpp"
#include "dickejump/exact/lindblad.hpp"
#include "model/checks.hpp"
#include "study/ensemble/ensemble_plan.hpp"
#include "study/ensemble/local_ensemble.hpp"

namespace dickejump {

namespace {

EnsembleCurves three_level_curves(const EnsembleConfig& config, EnsembleCurves curves, StopRequest stop) {
    const ThreeLevelBasis basis(config.atoms);
    Eigen::MatrixXcd start;
    if (config.initial.kind == InitialState::Kind::steady) {
        start = three_level_steady(config, basis);
    } else {
        const Eigen::VectorXcd psi = basis.embed(config.pure_state());
        start = psi * psi.adjoint();
    }
    const ThreeLevelObservables observables(basis);
    std::vector<double> values(curves.observables.size());
    for (const auto& rho :
         exact::solve_lindblad(three_level(config, basis, 1.0), start, config.times, stop)) {
        observables.of(rho, values);
        for (std::size_t o = 0; o < values.size(); ++o)
            curves.observables[o].mean.push_back(values[o]);
    }
    return curves;
}

EnsembleCurves ladder_curves(const EnsembleConfig& config, EnsembleCurves curves, StopRequest stop) {
    Problems problems;
    constexpr double bytes_a_level = 600.0;
    check_memory("atoms = " + std::to_string(config.atoms) + " (the equation of so many levels",
                 bytes_a_level * (static_cast<double>(config.atoms) + 1.0), problems);
    problems.raise();
    const auto channels = channels_of(config);
    const auto pump = config.pump_of_time();
    Eigen::VectorXcd populations, coherences;
    if (config.initial.kind == InitialState::Kind::steady) {
        populations = exact::steady_state(channels, pump.at(0.0)).cast<std::complex<double>>();
        coherences = Eigen::VectorXcd::Zero(populations.size() - 1);
    } else {
        const auto state = config.pure_state();
        populations = exact::sector_of(state, 0);
        coherences = exact::sector_of(state, 1);
    }
    auto spin = exact::solve_spin(channels, pump, populations, coherences, config.times, stop);
    curves.observables[0].mean = std::move(spin.jz);
    curves.observables[1].mean = std::move(spin.jz2);
    curves.observables[2].mean = std::move(spin.jx);
    curves.observables[3].mean = std::move(spin.jy);
    return curves;
}

}  // namespace

ExactEnsemble solve(const EnsembleConfig& asked, const RunControl& control) {
    const auto config = resolved(asked);
    control.stop().check();
    EnsembleCurves curves{.times = config.times, .observables = {}};
    for (const auto& name : observables_of(config.model))
        curves.observables.push_back({name, {}, {}});
    if (config.model == Model::local)
        return {config, local_curves(config, std::move(curves), control.stop())};
    return {config, config.model == Model::three_level
                        ? three_level_curves(config, std::move(curves), control.stop())
                        : ladder_curves(config, std::move(curves), control.stop())};
}

}  // namespace dickejump
