#include "dickejump/study/ensemble/ensemble_run.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <memory>

#include "dickejump/estimate/covariance.hpp"
#include "dickejump/exact/density_matrix.hpp"
#include "dickejump/exact/lindblad.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "dickejump/model/start_state.hpp"
#include "dickejump/model/three_level.hpp"
#include "dickejump/trajectory/ladder_walk.hpp"
#include "dickejump/wavefunction/diagonal_sampler.hpp"
#include "dickejump/wavefunction/propagator_sampler.hpp"
#include "dickejump/wavefunction/wavefunction_sampler.hpp"

namespace dickejump {

namespace {

using Eigen::Index;

/// The whole of `text` as a number.
template <class Number>
std::optional<Number> number_in(std::string_view text) {
    Number value{};
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || stop != text.data() + text.size()) return {};
    return value;
}

/// What every model's observables are; nr last, where there is an |r>.
constexpr std::array observable_names{"jz", "jz2", "jx", "jy", "nr"};

std::size_t observables_of(Model model) {
    return model == Model::three_level ? 5 : 4;
}

ThreeLevelAtoms three_level_atoms(const EnsembleRun& run) {
    return {.atoms = run.atoms, .detuning = run.detuning, .drive = run.drive, .gamma_r = run.gamma_r};
}

PumpSchedule pump_of(const EnsembleRun& run) {
    return run.pump ? *run.pump : PumpSchedule::constant(three_level_atoms(run).pump());
}

/// w(t) times a factor.
PumpSchedule scaled(const PumpSchedule& pump, double factor) {
    std::vector<double> times, pumps;
    for (const auto& piece : pump.pieces()) {
        times.push_back(piece.begin);
        pumps.push_back(factor * piece.pump);
    }
    return PumpSchedule::piecewise_linear(times, pumps);
}

LadderChannels channels_of(const EnsembleRun& run) {
    return run.model == Model::ladder ? collective_channels(DickeLadder(run.atoms))
                                      : effective_channels(three_level_atoms(run));
}

/// The pure initial state; `steady` has none.
DickeState pure_state(const EnsembleRun& run) {
    const DickeLadder ladder(run.atoms);
    const auto& initial = run.initial;
    switch (initial.kind) {
        case InitialState::Kind::dicke:
            return DickeState::dicke(ladder, initial.n);
        case InitialState::Kind::coherent:
            return DickeState::coherent(ladder, initial.theta, initial.phi);
        case InitialState::Kind::ghz:
            return DickeState::ghz(ladder);
        case InitialState::Kind::file:
            return DickeState::from_csv(ladder, initial.file);
        default:
            return DickeState::dicke(ladder, 0);
    }
}

/// Where the first `k` of the probabilities reach `u`.
std::size_t quantile(const std::vector<double>& cumulative, double u) {
    const auto it = std::upper_bound(cumulative.begin(), cumulative.end(), u * cumulative.back());
    return std::min(static_cast<std::size_t>(it - cumulative.begin()), cumulative.size() - 1);
}

/// One trajectory: writes its observables at every time, [time][observable], and returns its jumps.
using Trajectory = std::function<std::int64_t(Stream& random, double* values)>;

/// The draws of a ladder walk, one by one.
struct WalkDraws {
    Stream& random;

    double exponential() { return -std::log(open_unit(random())); }
    double uniform() { return open_unit(random()); }
};

/// Eq. (1) from Dicke states is the chain itself, which needs nothing of the size N.
Trajectory ladder_chain(const EnsembleRun& run, const PumpSchedule& pump) {
    const DickeLadder ladder(run.atoms);
    const bool steady = run.initial.kind == InitialState::Kind::steady;
    const auto level = run.initial.kind == InitialState::Kind::dicke ? run.initial.n : 0;
    const double first_pump = pump_of(run).at(0.0);
    return [ladder, pump, steady, level, first_pump, times = run.times](Stream& random, double* values) {
        const auto n = steady ? steady_state_quantile(ladder, first_pump, open_unit(random())) : level;
        LadderWalk<WalkDraws> walk(ladder, pump, n, WalkDraws{random});
        std::int64_t jumps = 0;
        for (const double time : times) {
            for (; walk.jumps_by(time); ++jumps)
                walk.jump<Quantities::none>(nullptr);
            const double jz = ladder.jz(walk.n());
            *values++ = jz;
            *values++ = jz * jz;
            *values++ = 0.0;
            *values++ = 0.0;
        }
        return jumps;
    };
}

Trajectory diagonal(const EnsembleRun& run, const PumpSchedule& pump) {
    const DickeLadder ladder(run.atoms);
    const auto channels = channels_of(run);
    std::vector<double> cumulative;
    if (run.initial.kind == InitialState::Kind::steady)
        for (const double p : exact::steady_state(channels, pump_of(run).at(0.0)))
            cumulative.push_back(p + (cumulative.empty() ? 0.0 : cumulative.back()));
    const auto sampler = std::make_shared<const DiagonalSampler>(channels, pump, pure_state(run));
    return [ladder, sampler, cumulative, times = run.times](Stream& random, double* values) {
        const auto show = [&](std::size_t index, const LadderView& state) {
            const auto moments = spin_moments(state);
            double* at = values + 4 * index;
            at[0] = moments.jz;
            at[1] = moments.jz2;
            at[2] = moments.jx;
            at[3] = moments.jy;
        };
        std::vector<Jump> record;
        if (cumulative.empty()) {
            (*sampler)(random, times, show, &record);
        } else {
            const auto n = static_cast<std::int64_t>(quantile(cumulative, open_unit(random())));
            (*sampler)(random, DickeState::dicke(ladder, n), times, show, &record);
        }
        return static_cast<std::int64_t>(record.size());
    };
}

/// The operators whose means are the observables: J_z and J_rr are diagonal, J_+ is not.
struct ThreeLevelObservables {
    Eigen::VectorXd jz, nr;
    Operator raising;

    explicit ThreeLevelObservables(const ThreeLevelBasis& basis)
        : jz(basis.dimension()),
          nr(basis.dimension()),
          raising(basis.transfer(ThreeLevelBasis::Level::e, ThreeLevelBasis::Level::g)) {
        for (Index i = 0; i < basis.dimension(); ++i) {
            jz(i) = 0.5 * static_cast<double>(basis[i].e - basis[i].g);
            nr(i) = static_cast<double>(basis[i].r);
        }
    }

    void of(const Eigen::VectorXcd& psi, double* values) const {
        const Eigen::VectorXd p = psi.cwiseAbs2();
        std::complex<double> raised = 0.0;
        for (Index column = 0; column < raising.outerSize(); ++column) {
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
    void of(const Eigen::MatrixXcd& rho, double* values) const {
        const Eigen::VectorXd p = rho.diagonal().real();
        const auto raised = exact::expectation(raising, rho);
        values[0] = p.dot(jz);
        values[1] = p.dot(jz.cwiseAbs2());
        values[2] = raised.real();
        values[3] = raised.imag();
        values[4] = p.dot(nr);
    }
};

QuantumSystem three_level(const EnsembleRun& run, const ThreeLevelBasis& basis, double pump_factor) {
    auto atoms = three_level_atoms(run);
    atoms.drive *= std::sqrt(pump_factor);
    return run.pump ? three_level_system(atoms, basis, scaled(*run.pump, pump_factor))
                    : three_level_system(atoms, basis);
}

/// The steady state of three-level atoms at the pump w(0).
Eigen::MatrixXcd three_level_steady(const EnsembleRun& run, const ThreeLevelBasis& basis) {
    auto atoms = three_level_atoms(run);
    if (run.pump) atoms.drive = atoms.drive_for(run.pump->at(0.0));
    return exact::steady_density_matrix(three_level_system(atoms, basis));
}

Trajectory three_level_trajectory(const EnsembleRun& run, double pump_factor) {
    const ThreeLevelBasis basis(run.atoms);
    const auto system = three_level(run, basis, pump_factor);
    // A mixed start is drawn from its eigenvectors.
    std::vector<Eigen::VectorXcd> starts;
    std::vector<double> cumulative;
    if (run.initial.kind == InitialState::Kind::steady) {
        const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXcd> solver(three_level_steady(run, basis));
        for (Index i = 0; i < basis.dimension(); ++i) {
            starts.emplace_back(solver.eigenvectors().col(i));
            cumulative.push_back(std::max(0.0, solver.eigenvalues()(i)) +
                                 (cumulative.empty() ? 0.0 : cumulative.back()));
        }
    } else {
        starts.push_back(basis.embed(pure_state(run)));
    }
    const auto with = [&](auto sampler) -> Trajectory {
        return [sampler, starts, cumulative, observables = ThreeLevelObservables(basis), times = run.times](
                   Stream& random, double* values) {
            const auto& start = starts[cumulative.empty() ? 0 : quantile(cumulative, open_unit(random()))];
            std::vector<ChannelJump> record;
            sampler(
                random, start, times,
                [&](std::size_t index, const Eigen::VectorXcd& psi) {
                    observables.of(psi, values + 5 * index);
                },
                &record);
            return static_cast<std::int64_t>(record.size());
        };
    };
    if (system.constant()) return with(PropagatorSampler(system));
    return with(WavefunctionSampler(system));
}

Trajectory trajectory_of(const EnsembleRun& run) {
    if (run.model == Model::three_level) return three_level_trajectory(run, run.simulated_pump_factor);
    const auto pump = scaled(pump_of(run), run.simulated_pump_factor);
    const auto kind = run.initial.kind;
    const bool dicke = kind == InitialState::Kind::ground || kind == InitialState::Kind::steady ||
                       kind == InitialState::Kind::dicke;
    return run.model == Model::ladder && dicke ? ladder_chain(run, pump) : diagonal(run, pump);
}

struct Tally {
    std::vector<Moments> moments;  ///< [time][observable]
    std::optional<Covariance> samples;
    std::int64_t jumps = 0;

    void merge(const Tally& other) {
        for (std::size_t i = 0; i < moments.size(); ++i)
            moments[i].merge(other.moments[i]);
        if (samples) samples->merge(*other.samples);
        jumps += other.jumps;
    }
};

/// The task of `simulate`. `sampled` are the places [time][observable] that a comparison wants.
struct EnsembleBlock {
    Trajectory trajectory;
    std::size_t cells;
    std::vector<std::size_t> sampled;

    Tally operator()(const Block& block) const {
        Tally tally;
        tally.moments.resize(cells);
        const auto dimension = static_cast<Index>(sampled.size());
        if (dimension > 0) tally.samples.emplace(dimension);
        std::vector<double> values(cells);
        Eigen::VectorXd sample(dimension);
        for (int i = 0; i < block.count; ++i) {
            Stream random(block.seed, static_cast<std::uint64_t>(block.first_trajectory() + i),
                          Purpose::wavefunction);
            tally.jumps += trajectory(random, values.data());
            for (std::size_t cell = 0; cell < cells; ++cell)
                tally.moments[cell].add(values[cell]);
            for (Index k = 0; k < dimension; ++k)
                sample(k) = values[sampled[static_cast<std::size_t>(k)]];
            if (dimension > 0) tally.samples->add(sample);
        }
        return tally;
    }
};

Outcome<Tally> simulated(const EnsembleRun& run, std::vector<std::size_t> sampled) {
    const auto cells = run.times.size() * observables_of(run.model);
    const EnsembleBlock task{trajectory_of(run), cells, std::move(sampled)};
    Watch<Tally> watch;
    watch.time_limit = run.time_limit;
    watch.interrupt = run.interrupt;
    watch.show = run.show;
    return simulate(run.ensemble, task, watch);
}

EnsembleCurves empty_curves(const EnsembleRun& run) {
    EnsembleCurves curves{.times = run.times, .observables = {}};
    for (std::size_t o = 0; o < observables_of(run.model); ++o)
        curves.observables.push_back({observable_names[o], {}, {}});
    return curves;
}

EnsembleResult result_of(const EnsembleRun& run, const Outcome<Tally>& outcome) {
    EnsembleResult result{.curves = empty_curves(run),
                          .trajectories = outcome.trajectories,
                          .jumps = outcome.result ? outcome.result->jumps : 0,
                          .stop_reason = outcome.stop_reason,
                          .seconds = outcome.seconds};
    if (!outcome.result) return result;
    auto cell = outcome.result->moments.begin();
    for (std::size_t t = 0; t < run.times.size(); ++t)
        for (auto& observable : result.curves.observables) {
            const auto mean = *(cell++)->mean();
            observable.mean.push_back(mean.value);
            observable.error.push_back(mean.error);
        }
    return result;
}

}  // namespace

std::string_view name(Model model) {
    switch (model) {
        case Model::effective:
            return "effective";
        case Model::three_level:
            return "three-level";
        default:
            return "ladder";
    }
}

std::optional<Model> model_named(std::string_view wanted) {
    for (const auto model : {Model::ladder, Model::effective, Model::three_level})
        if (name(model) == wanted) return model;
    return {};
}

InitialState initial_state(std::string_view text) {
    const auto colon = text.find(':');
    const auto kind = text.substr(0, colon);
    const bool bare = colon == std::string_view::npos;
    const auto rest = bare ? std::string_view{} : text.substr(colon + 1);
    if (bare && kind == "ground") return {.kind = InitialState::Kind::ground};
    if (bare && kind == "steady") return {.kind = InitialState::Kind::steady};
    if (bare && kind == "ghz") return {.kind = InitialState::Kind::ghz};
    if (kind == "dicke")
        if (const auto n = number_in<std::int64_t>(rest)) return {.kind = InitialState::Kind::dicke, .n = *n};
    if (kind == "coherent") {
        const auto comma = rest.find(',');
        if (comma != std::string_view::npos) {
            const auto theta = number_in<double>(rest.substr(0, comma));
            const auto phi = number_in<double>(rest.substr(comma + 1));
            if (theta && phi)
                return {.kind = InitialState::Kind::coherent, .n = 0, .theta = *theta, .phi = *phi};
        }
    }
    if (kind == "file" && !rest.empty())
        return {
            .kind = InitialState::Kind::file, .n = 0, .theta = 0.0, .phi = 0.0, .file = std::string(rest)};
    throw InvalidInput("initial state " + std::string(text) +
                       " (not one that is known) pass ground, steady, dicke:n, coherent:theta,phi, ghz or "
                       "file:PATH");
}

std::vector<double> times_of(std::string_view range) {
    const auto wrong = [&](const std::string& why) {
        return InvalidInput("times " + std::string(range) + " (" + why + ") pass --times a:b:n");
    };
    const auto first = range.find(':');
    const auto second = first == std::string_view::npos ? first : range.find(':', first + 1);
    if (second == std::string_view::npos) throw wrong("a range has a start, an end and a number of points");
    const auto a = number_in<double>(range.substr(0, first));
    const auto b = number_in<double>(range.substr(first + 1, second - first - 1));
    const auto n = number_in<std::int64_t>(range.substr(second + 1));
    if (!a || !b || !n) throw wrong("not numbers");
    if (!(std::isfinite(*a) && std::isfinite(*b) && *a >= 0.0 && *b >= *a))
        throw wrong("0 <= a <= b must hold");
    if (*n < 1 || *n > 10'000'000 || (*n == 1) != (*a == *b))
        throw wrong("two points or more, and one where a = b");
    std::vector<double> times;
    for (std::int64_t i = 0; i < *n; ++i)
        times.push_back(*n == 1 ? *a
                                : *a + (*b - *a) * (static_cast<double>(i) / static_cast<double>(*n - 1)));
    return times;
}

const ObservableCurve& EnsembleCurves::observable(std::string_view wanted) const {
    for (const auto& curve : observables)
        if (curve.name == wanted) return curve;
    throw InvalidInput("observable " + std::string(wanted) + " (this model has no such) choose another");
}

void check(const EnsembleRun& run) {
    Problems problems;
    const auto take = [&](const auto& attempt) {
        try {
            attempt();
            return true;
        } catch (const InvalidInput& error) {
            for (const auto& problem : error.problems())
                problems.add(problem);
            return false;
        }
    };
    if (run.model == Model::ladder) {
        problems.require(
            run.pump.has_value(),
            "no pump (the ladder model has no drive to take it from) pass --pump w or --schedule "
            "FILE");
        problems.require(run.detuning == 0.0 && run.drive == 0.0 && run.gamma_r == 0.0,
                         "detuning = " + text(run.detuning) + ", drive = " + text(run.drive) +
                             ", gamma_r = " + text(run.gamma_r) +
                             " (Eq. (1) has none of them) choose another model, or leave them out");
    } else {
        auto atoms = three_level_atoms(run);
        atoms.atoms = 1;  // judged below
        take([&] { atoms.check(); });
    }
    if (take([&] { DickeLadder ladder(run.atoms); })) {
        const auto& initial = run.initial;
        if (initial.kind == InitialState::Kind::coherent)
            problems.require(std::isfinite(initial.theta) && std::isfinite(initial.phi),
                             "initial state coherent (its angles are not finite) pass coherent:theta,phi in "
                             "radians");
        if (initial.kind == InitialState::Kind::dicke)
            problems.require(initial.n >= 0 && initial.n <= run.atoms,
                             "initial state dicke:" + std::to_string(initial.n) + " (the ladder has 0.." +
                                 std::to_string(run.atoms) + ") choose one of them");
        if (initial.kind == InitialState::Kind::file) take([&] { pure_state(run); });
    }
    problems.require(!run.times.empty(), "no times (nothing to look at) pass --times a:b:n");
    for (std::size_t i = 0; i < run.times.size(); ++i)
        if (!(std::isfinite(run.times[i]) && run.times[i] >= (i == 0 ? 0.0 : run.times[i - 1]))) {
            problems.add("time = " + text(run.times[i]) +
                         " (times are finite and ascend from 0 on) pass --times a:b:n with 0 <= a <= b");
            break;
        }
    problems.require(run.ensemble.trajectories >= 1,
                     "trajectories = " + std::to_string(run.ensemble.trajectories) +
                         " (an ensemble needs at least one) pass --trajectories M");
    problems.require(run.ensemble.threads >= 0, "threads = " + std::to_string(run.ensemble.threads) +
                                                    " (a number of threads; 0 means all) pass 0 or more");
    problems.require(run.time_limit > 0.0,
                     "time-limit = " + text(run.time_limit) +
                         " (no time to run in) pass --time-limit with positive seconds");
    problems.raise();
}

EnsembleResult simulate_ensemble(const EnsembleRun& run) {
    check(run);
    return result_of(run, simulated(run, {}));
}

EnsembleCurves solve_ensemble(const EnsembleRun& run) {
    check(run);
    auto curves = empty_curves(run);
    const bool steady = run.initial.kind == InitialState::Kind::steady;
    if (run.model == Model::three_level) {
        const ThreeLevelBasis basis(run.atoms);
        Eigen::MatrixXcd start;
        if (steady) {
            start = three_level_steady(run, basis);
        } else {
            const Eigen::VectorXcd psi = basis.embed(pure_state(run));
            start = psi * psi.adjoint();
        }
        const ThreeLevelObservables observables(basis);
        std::array<double, 5> values;
        for (const auto& rho : exact::solve_lindblad(three_level(run, basis, 1.0), start, run.times)) {
            observables.of(rho, values.data());
            for (std::size_t o = 0; o < values.size(); ++o)
                curves.observables[o].mean.push_back(values[o]);
        }
        return curves;
    }
    const auto channels = channels_of(run);
    const auto pump = pump_of(run);
    Eigen::VectorXcd populations, coherences;
    if (steady) {
        populations = exact::steady_state(channels, pump.at(0.0)).cast<std::complex<double>>();
        coherences = Eigen::VectorXcd::Zero(populations.size() - 1);
    } else {
        const auto state = pure_state(run);
        populations = exact::sector_of(state, 0);
        coherences = exact::sector_of(state, 1);
    }
    auto spin = exact::solve_spin(channels, pump, populations, coherences, run.times);
    curves.observables[0].mean = std::move(spin.jz);
    curves.observables[1].mean = std::move(spin.jz2);
    curves.observables[2].mean = std::move(spin.jx);
    curves.observables[3].mean = std::move(spin.jy);
    return curves;
}

namespace {

/// Up to five of the later times: early ones have little spread, close ones say the same.
std::vector<std::size_t> compared_times(const EnsembleRun& run) {
    std::vector<std::size_t> chosen;
    const auto last = run.times.size() - 1;
    for (std::size_t k = 1; k <= 5; ++k) {
        const auto i = last * k / 5;
        if (run.times[i] > 0.0 && (chosen.empty() || i > chosen.back())) chosen.push_back(i);
    }
    return chosen;
}

}  // namespace

std::int64_t trajectories_for_comparison(const EnsembleRun& run) {
    return trajectories_for_agreement(static_cast<Index>(5 * observables_of(run.model)));
}

EnsembleComparison compare_ensemble(const EnsembleRun& run) {
    check(run);
    const auto fewest = trajectories_for_comparison(run);
    if (run.ensemble.trajectories < fewest)
        throw InvalidInput("trajectories = " + std::to_string(run.ensemble.trajectories) +
                           " (the test of means at many points needs " + std::to_string(fewest) +
                           " for its p-value to hold) pass --trajectories M with at least that");
    const auto exact = solve_ensemble(run);
    const auto count = observables_of(run.model);
    std::vector<std::size_t> cells;
    for (const auto time : compared_times(run))
        for (std::size_t o = 0; o < count; ++o)
            cells.push_back(time * count + o);
    const auto outcome = simulated(run, cells);
    EnsembleComparison comparison{.points = {}, .p_value = 1.0, .result = result_of(run, outcome)};
    if (!outcome.result)
        throw InvalidInput("the comparison was stopped before its first block (no p-value) run it longer");

    // What does not fluctuate (J_x from a Dicke state, J_y where it follows J_x) has no say in the test, and
    // would make its matrix singular: keep what adds spread of its own to what is kept already.
    const Eigen::MatrixXd covariance = outcome.result->samples->covariance();
    std::vector<Index> kept;
    for (Index i = 0; i < covariance.rows(); ++i) {
        const double scale = std::abs(outcome.result->samples->mean()(i)) + static_cast<double>(run.atoms);
        if (!(covariance(i, i) > 1e-16 * scale * scale)) continue;
        const auto d = static_cast<Index>(kept.size());
        Eigen::MatrixXd correlations(d, d);
        Eigen::VectorXd with(d);
        for (Index a = 0; a < d; ++a) {
            const auto ia = kept[static_cast<std::size_t>(a)];
            with(a) = covariance(ia, i) / std::sqrt(covariance(ia, ia) * covariance(i, i));
            for (Index b = 0; b < d; ++b) {
                const auto ib = kept[static_cast<std::size_t>(b)];
                correlations(a, b) = covariance(ia, ib) / std::sqrt(covariance(ia, ia) * covariance(ib, ib));
            }
        }
        const double own = d == 0 ? 1.0 : 1.0 - with.dot(correlations.ldlt().solve(with));
        if (own > 1e-6) kept.push_back(i);
    }
    if (kept.empty())
        throw InvalidInput(
            "nothing fluctuates at these times (no spread to judge by) pass --times with b > 0");

    // The test on what is kept, with the samples' own accumulators cut down to it.
    const auto d = static_cast<Index>(kept.size());
    Eigen::VectorXd expected(d);
    for (Index k = 0; k < d; ++k) {
        const auto cell = cells[static_cast<std::size_t>(kept[static_cast<std::size_t>(k)])];
        const auto& observable = exact.observables[cell % count];
        expected(k) = observable.mean[cell / count];
        const auto place = kept[static_cast<std::size_t>(k)];
        const double error =
            std::sqrt(covariance(place, place) / static_cast<double>(outcome.result->samples->count()));
        comparison.points.push_back({observable.name, run.times[cell / count],
                                     (outcome.result->samples->mean()(place) - expected(k)) / error});
    }
    comparison.p_value = agreement(outcome.result->samples->part(kept), expected);
    return comparison;
}

}  // namespace dickejump
