#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <memory>

#include "dickejump/exact/density_matrix.hpp"
#include "dickejump/exact/lindblad.hpp"
#include "dickejump/model/start_state.hpp"
#include "dickejump/trajectory/ladder_walk.hpp"
#include "study/ensemble/draws.hpp"
#include "study/ensemble/ensemble_plan.hpp"
#include "study/ensemble/local_ensemble.hpp"

namespace dickejump {

namespace {

/// Eq. (1) from Dicke states is the chain itself, which needs nothing of the size N.
Trajectory<std::int64_t> ladder_chain(const EnsembleConfig& config, const PumpSchedule& pump) {
    const DickeLadder ladder(config.atoms);
    const bool steady = config.initial.kind == InitialState::Kind::steady;
    const auto level = config.initial.kind == InitialState::Kind::dicke ? config.initial.n : 0;
    const double first_pump = config.pump_of_time().at(0.0);
    return [=](Stream& random, std::span<const double> times, const ShowAt<std::int64_t>& show,
               StopRequest stop) {
        const auto n = steady ? steady_state_quantile(ladder, first_pump, open_unit(random())) : level;
        LadderWalk<WalkDraws> walk(ladder, pump, n, WalkDraws{random});
        SparseCheck listen{stop, 1 << 16};
        std::int64_t jumps = 0;
        for (std::size_t i = 0; i < times.size(); ++i) {
            for (; walk.jumps_by(times[i]); ++jumps) {
                listen();
                walk.jump<Quantities::none>(nullptr);
            }
            show(i, static_cast<std::int64_t>(walk.n()));
        }
        return jumps;
    };
}

Trajectory<LadderView> diagonal(const EnsembleConfig& config, const PumpSchedule& pump) {
    const DickeLadder ladder(config.atoms);
    const auto channels = channels_of(config);
    DiagonalSampler sampler(channels, pump, config.pure_state());
    if (config.initial.kind != InitialState::Kind::steady) return trajectory(std::move(sampler));
    Choice level;
    for (const double p : exact::steady_state(channels, config.pump_of_time().at(0.0)))
        level.add(p);
    return [ladder, level, sampler = std::move(sampler)](Stream& random, std::span<const double> times,
                                                         const ShowAt<LadderView>& show, StopRequest stop) {
        std::vector<Jump> record;
        const auto n = static_cast<std::int64_t>(level(open_unit(random())));
        sampler(random, DickeState::dicke(ladder, n), times, show, &record, stop);
        return static_cast<std::int64_t>(record.size());
    };
}

Trajectory<Eigen::VectorXcd> three_level_trajectory(const EnsembleConfig& config,
                                                    const ThreeLevelBasis& basis) {
    const auto system = three_level(config, basis, config.simulated_pump_factor);
    // A mixed start is drawn from its eigenvectors.
    std::vector<Eigen::VectorXcd> starts;
    Choice choice;
    if (config.initial.kind == InitialState::Kind::steady) {
        const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXcd> solver(three_level_steady(config, basis));
        for (Eigen::Index i = 0; i < basis.dimension(); ++i) {
            starts.emplace_back(solver.eigenvectors().col(i));
            choice.add(std::max(0.0, solver.eigenvalues()(i)));
        }
    } else {
        starts.push_back(basis.embed(config.pure_state()));
    }
    const auto with = [&](auto sampler) -> Trajectory<Eigen::VectorXcd> {
        return [sampler, starts, choice](Stream& random, std::span<const double> times,
                                         const ShowAt<Eigen::VectorXcd>& show, StopRequest stop) {
            const auto& start = starts[choice.empty() ? 0 : choice(open_unit(random()))];
            std::vector<ChannelJump> record;
            sampler(random, start, times, show, &record, stop);
            return static_cast<std::int64_t>(record.size());
        };
    };
    if (system.constant()) return with(PropagatorSampler(system));
    return with(WavefunctionSampler(system));
}

}  // namespace

PumpSchedule scaled(const PumpSchedule& pump, double factor) {
    std::vector<double> times, pumps;
    for (const auto& piece : pump.pieces()) {
        times.push_back(piece.begin);
        pumps.push_back(factor * piece.pump);
    }
    return PumpSchedule::piecewise_linear(times, pumps);
}

std::vector<std::string> observables_of(Model model) {
    std::vector<std::string> names{"jz", "jz2", "jx", "jy"};
    if (model == Model::three_level) names.push_back("nr");
    if (model == Model::local) names.push_back("j2");
    return names;
}

LadderChannels channels_of(const EnsembleConfig& config) {
    return config.model != Model::effective ? collective_channels(DickeLadder(config.atoms))
                                            : effective_channels(config.three_level_atoms());
}

ThreeLevelObservables::ThreeLevelObservables(const ThreeLevelBasis& basis)
    : jz(basis.dimension()),
      nr(basis.dimension()),
      raising(basis.transfer(ThreeLevelBasis::Level::e, ThreeLevelBasis::Level::g)) {
    for (Eigen::Index i = 0; i < basis.dimension(); ++i) {
        jz(i) = 0.5 * static_cast<double>(basis[i].e - basis[i].g);
        nr(i) = static_cast<double>(basis[i].r);
    }
}

void ThreeLevelObservables::of(const Eigen::VectorXcd& psi, std::span<double> values) const {
    const Eigen::VectorXd p = psi.cwiseAbs2();
    std::complex<double> raised = 0.0;
    for (Eigen::Index column = 0; column < raising.outerSize(); ++column) {
        if (psi(column) == 0.0) continue;
        for (Operator::InnerIterator entry(raising, column); entry; ++entry)
            raised += entry.value() * std::conj(psi(entry.row())) * psi(column);
    }
    values[0] = p.dot(jz);
    values[1] = p.dot(jz.cwiseAbs2());
    values[2] = raised.real();
    values[3] = raised.imag();
    values[4] = p.dot(nr);
}

void ThreeLevelObservables::of(const Eigen::MatrixXcd& rho, std::span<double> values) const {
    const Eigen::VectorXd p = rho.diagonal().real();
    const auto raised = exact::expectation(raising, rho);
    values[0] = p.dot(jz);
    values[1] = p.dot(jz.cwiseAbs2());
    values[2] = raised.real();
    values[3] = raised.imag();
    values[4] = p.dot(nr);
}

QuantumSystem three_level(const EnsembleConfig& config, const ThreeLevelBasis& basis, double pump_factor) {
    auto atoms = config.three_level_atoms();
    atoms.drive *= std::sqrt(pump_factor);
    return config.has_pump() ? three_level_system(atoms, basis, scaled(config.pump_of_time(), pump_factor))
                             : three_level_system(atoms, basis);
}

Eigen::MatrixXcd three_level_steady(const EnsembleConfig& config, const ThreeLevelBasis& basis) {
    auto atoms = config.three_level_atoms();
    if (config.has_pump()) atoms.drive = atoms.drive_for(config.pump_of_time().at(0.0));
    return exact::steady_density_matrix(three_level_system(atoms, basis));
}

detail::Numbers numbers_of(const EnsembleConfig& config) {
    const auto names = observables_of(config.model);
    if (config.model == Model::three_level) {
        const ThreeLevelBasis basis(config.atoms);
        const auto observables = std::make_shared<const ThreeLevelObservables>(basis);
        return detail::numbers_of<Eigen::VectorXcd>(
            three_level_trajectory(config, basis), config.times,
            {names, [observables](const Eigen::VectorXcd& psi, std::span<double> values) {
                 observables->of(psi, values);
             }});
    }
    const auto pump = scaled(config.pump_of_time(), config.simulated_pump_factor);
    if (config.model == Model::local) return local_numbers(config, names, pump);
    if (config.model == Model::ladder && config.initial.is_diagonal()) {
        const DickeLadder ladder(config.atoms);
        return detail::numbers_of<std::int64_t>(
            ladder_chain(config, pump), config.times,
            {names, [ladder](const std::int64_t& n, std::span<double> values) {
                 const double jz = ladder.jz(static_cast<double>(n));
                 values[0] = jz;
                 values[1] = jz * jz;
                 values[2] = values[3] = 0.0;
             }});
    }
    return detail::numbers_of<LadderView>(diagonal(config, pump), config.times,
                                          {names, [](const LadderView& state, std::span<double> values) {
                                               const auto moments = spin_moments(state);
                                               values[0] = moments.jz;
                                               values[1] = moments.jz2;
                                               values[2] = moments.jx;
                                               values[3] = moments.jy;
                                           }});
}

}  // namespace dickejump
