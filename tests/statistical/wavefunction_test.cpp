#include <doctest/doctest.h>

#include <cmath>
#include <functional>

#include "dickejump/ensemble/simulate.hpp"
#include "dickejump/estimate/covariance.hpp"
#include "dickejump/exact/density_matrix.hpp"
#include "dickejump/study/ensemble/prepared_ensemble.hpp"
#include "dickejump/wavefunction/diffusive_sampler.hpp"
#include "dickejump/wavefunction/propagator_sampler.hpp"
#include "support/affordable.hpp"
#include "support/qutip_systems.hpp"
#include "support/statistics.hpp"

// Monte Carlo against exact means. Every check is one Hotelling T^2 over a few points of one run's curves,
// their correlations included: a p-value, which falls below `false_alarm` with probability 1e-6 for a new
// seed. There are 19 of them: 2e-5 for the file. Beside them stands their power: the same with rates 2 % off
// must be found out (p < `found_out`).

using namespace dickejump;
using namespace dickejump::test;

namespace {

constexpr double false_alarm = 1e-6, found_out = 1e-9;

EnsembleConfig run_of(Model model, std::int64_t atoms, const char* initial, std::int64_t trajectories) {
    return {.model = model,
            .atoms = atoms,
            .initial = parse_initial_state(initial),
            .times = numbers_in("times", "0:1:6"),
            .trajectories = affordable(trajectories),
            .seed = 20};
}

double p_value(EnsembleConfig run, double pump_factor = 1.0) {
    run.simulated_pump_factor = pump_factor;
    return compare(run).p_value.value();
}

/// One vector of numbers a trajectory, in blocks of the scheduler.
Covariance collected(std::int64_t trajectories, Eigen::Index dimension,
                     const std::function<void(Stream&, Eigen::VectorXd&)>& trajectory) {
    const auto task = [&](const Block& block) {
        Covariance part(dimension);
        Eigen::VectorXd numbers(dimension);
        for (int i = 0; i < block.count; ++i) {
            Stream random(block.seed, static_cast<std::uint64_t>(block.first_trajectory() + i),
                          Purpose::test);
            trajectory(random, numbers);
            part.add(numbers);
        }
        return part;
    };
    return *simulate(Ensemble{.trajectories = affordable(trajectories), .seed = 8}, task).result;
}

/// Trajectories of a small system against QuTiP's means at three of the times.
template <class Sampler>
double p_value(const ReferenceSystem& made, const Sampler& sample, std::int64_t trajectories) {
    const auto reference = qutip_reference()[made.name];
    const auto all = reference["times"].get<std::vector<double>>();
    const auto count = static_cast<Eigen::Index>(made.observables.size());
    std::vector<double> times;
    Eigen::VectorXd expected(3 * count);
    for (std::size_t k = 0; k < 3; ++k) {
        const auto i = (all.size() - 1) * (k + 1) / 3;
        times.push_back(all[i]);
        for (Eigen::Index o = 0; o < count; ++o)
            expected(static_cast<Eigen::Index>(k) * count + o) =
                reference["observables"][made.observables[static_cast<std::size_t>(o)].first][i];
    }
    const auto observed = collected(trajectories, 3 * count, [&](Stream& random, Eigen::VectorXd& numbers) {
        sample(
            random, made.start, times,
            [&](std::size_t i, const Eigen::VectorXcd& psi) {
                for (Eigen::Index o = 0; o < count; ++o)
                    numbers(static_cast<Eigen::Index>(i) * count + o) =
                        psi.dot(made.observables[static_cast<std::size_t>(o)].second * psi).real();
            },
            nullptr);
    });
    return agreement(observed, expected);
}

}  // namespace

TEST_CASE("a coherent state at the equator follows the sectors of the master equation") {
    auto run = run_of(Model::ladder, 20, "coherent:1.5707963267948966,0.3", 20'000);
    run.pump_schedule = PumpSchedule::constant(0.7);
    CHECK(p_value(run) > false_alarm);
    CHECK(p_value(run, 1.02) < found_out);
}

TEST_CASE("so do Dicke, steady and GHZ starts, on ramps too") {
    const auto ramp = PumpSchedule::triangle(0.6, 1.6, 0.3, 2);
    for (const auto* initial : {"dicke:9", "steady", "ghz"}) {
        CAPTURE(initial);
        auto run = run_of(Model::ladder, 12, initial, 60'000);
        run.pump_schedule = ramp;
        CHECK(p_value(run) > false_alarm);
        CHECK(p_value(run, 1.02) < found_out);
    }
}

TEST_CASE("the effective model at finite detuning, with its phases") {
    for (const auto* initial : {"ground", "coherent:1.2,0.4"}) {
        CAPTURE(initial);
        auto run = run_of(Model::effective, 8, initial, 60'000);
        run.detuning = 300.0;
        run.gamma_r = 40.0;
        run.pump_schedule = PumpSchedule::linear(0.8, 1.2, 0.7);
        CHECK(p_value(run) > false_alarm);
        CHECK(p_value(run, 1.02) < found_out);
    }
}

TEST_CASE("three-level atoms under a constant and a ramped drive") {
    for (const auto* initial : {"ground", "steady", "coherent:1.2,0.4"}) {
        CAPTURE(initial);
        auto run = run_of(Model::three_level, 2, initial, 600'000);
        run.detuning = 300.0;
        run.drive = 300.0 / std::sqrt(40.0);
        run.gamma_r = 40.0;
        CHECK(p_value(run) > false_alarm);
        CHECK(p_value(run, 1.02) < found_out);
    }
    auto ramped = run_of(Model::three_level, 2, "coherent:1.2,0.4", 40'000);
    ramped.detuning = 60.0;
    ramped.gamma_r = 20.0;
    ramped.pump_schedule = PumpSchedule::triangle(0.6, 0.9, 0.4, 2);
    CHECK(p_value(ramped) > false_alarm);
    CHECK(p_value(ramped, 1.02) < found_out);
}

TEST_CASE("general systems reach QuTiP's means") {
    for (const auto& build : {driven_atom, jaynes_cummings}) {
        const auto made = build(1.0), wrong = build(1.02);
        CHECK(p_value(made, WavefunctionSampler(made.system), 10'000) > false_alarm);
        // Propagators are quick enough for the numbers that a 2 % wrong rate needs.
        CHECK(p_value(made, PropagatorSampler(made.system), 600'000) > false_alarm);
        CHECK(p_value(made, PropagatorSampler(wrong.system), 600'000) < found_out);
    }
    const auto made = time_dependent_rate();
    CHECK(p_value(made, WavefunctionSampler(made.system), 400'000) > false_alarm);
    CHECK(p_value(made, WavefunctionSampler(time_dependent_rate(1.02).system), 400'000) < found_out);
}

namespace {

/// Four atoms, half a unit of time, a hundred steps, whose errors of O(dt^2) are far below the statistical
/// ones.
struct Photocurrents {
    static constexpr int steps = 100, bins = 5;
    static constexpr double duration = 0.5, dt = duration / steps, phase = 0.3;

    DickeLadder ladder{4};
    LadderChannels channels = collective_channels(ladder);
    DickeState start = DickeState::coherent(ladder, 1.2, 0.4);
    CavityDetection detection;
    std::vector<double> times;

    explicit Photocurrents(CavityDetection::Kind kind, double efficiency)
        : detection{kind, phase, efficiency, 1.5 * dt} {
        for (int k = 0; k <= steps; ++k)
            times.push_back(dt * k);
    }

    static PumpSchedule pump(double factor) { return PumpSchedule::linear(0.8 * factor, 1.6 * factor, 1.0); }
    int quadratures() const { return detection.kind == CavityDetection::Kind::homodyne ? 1 : 2; }

    /// What a state leads to: spin, the currents' means, the pump's rate per w.
    struct Means {
        double jz = 0.0, jz2 = 0.0, jx = 0.0, pumping = 0.0;
        double current[2] = {0.0, 0.0};
    };
    Means means(const Eigen::VectorXd& weights, const std::complex<double>& raising) const {
        Means m{.jx = raising.real()};
        for (int n = 0; n <= 4; ++n) {
            m.jz += weights(n) * (n - 2.0);
            m.jz2 += weights(n) * (n - 2.0) * (n - 2.0);
            m.pumping += weights(n) * static_cast<double>(ladder.pumping(n));
        }
        for (int q = 0; q < quadratures(); ++q) {
            const double angle = phase + 0.5 * std::acos(-1.0) * q;
            m.current[q] = 2.0 * std::sqrt(detection.efficiency / quadratures()) *
                           (raising.real() * std::cos(angle) - raising.imag() * std::sin(angle));
        }
        return m;
    }
    /// <J_+> from the coherences rho_{n,n+1}.
    std::complex<double> raising(const std::function<std::complex<double>(int n)>& coherence) const {
        std::complex<double> sum = 0.0;
        for (int n = 0; n < 4; ++n)
            sum += std::sqrt(static_cast<double>(ladder.pumping(n))) * coherence(n);
        return sum;
    }

    Eigen::Index dimension() const {
        return 4 + bins * quadratures() + (detection.efficiency == 1.0 ? 1 : 0);
    }
    /// First what the master equation knows: J_z, J_z^2, J_x at the end. Then what has mean 0 by what a
    /// current is: the innovations, dY less its mean given the record so far, weighted by that mean, and
    /// summed over five parts of the time; where the pump's jumps are seen, their number less the integral of
    /// their rate.
    Eigen::VectorXd judged(const std::vector<Means>& states, const Photocurrent& current,
                           double pump_jumps) const {
        Eigen::VectorXd numbers = Eigen::VectorXd::Zero(dimension());
        numbers.head<3>() << states.back().jz, states.back().jz2, states.back().jx;
        const auto nominal = pump(1.0);
        double pumped = 0.0;
        for (std::size_t k = 0; k < steps; ++k) {
            const auto& before = states[k];
            const auto& after = states[k + 1];
            for (int q = 0; q < quadratures(); ++q) {
                const double innovation =
                    (q == 0 ? current.x : current.y)[k] - 0.5 * dt * (before.current[q] + after.current[q]);
                numbers(3) += before.current[q] * innovation;
                numbers(4 + bins * q + static_cast<int>(k) * bins / steps) += innovation;
            }
            pumped +=
                0.5 * dt * (nominal.at(times[k]) * before.pumping + nominal.at(times[k + 1]) * after.pumping);
        }
        if (detection.efficiency == 1.0) numbers(dimension() - 1) = pump_jumps - pumped;
        return numbers;
    }

    /// Against the nominal laws, with pump rates and efficiency (or, where that is 1, the coupling gamma)
    /// times these.
    double p_value(std::int64_t trajectories, double pump_factor = 1.0, double seen_factor = 1.0) const {
        const auto exact = exact::solve_spin(channels, pump(1.0), exact::sector_of(start, 0),
                                             exact::sector_of(start, 1), std::vector{duration});
        Eigen::VectorXd expected = Eigen::VectorXd::Zero(dimension());
        expected.head<3>() << exact.jz[0], exact.jz2[0], exact.jx[0];

        const bool whole = detection.efficiency == 1.0;
        auto simulated = channels;
        auto seen = detection;
        if (whole)
            for (auto& emission : simulated.emission)
                emission *= std::sqrt(seen_factor);
        else
            seen.efficiency *= seen_factor;
        const DiffusiveSampler pure(simulated, pump(pump_factor), start,
                                    {seen.kind, seen.phase, 1.0, seen.longest_step});
        const ConditionalStateSampler mixed(simulated, pump(pump_factor), start, seen);
        return agreement(
            collected(trajectories, dimension(),
                      [&](Stream& random, Eigen::VectorXd& numbers) {
                          Photocurrent current;
                          std::vector<Jump> jumps;
                          std::vector<Means> states;
                          states.reserve(times.size());
                          if (whole)
                              pure(
                                  random, times,
                                  [&](std::size_t, const Eigen::VectorXcd& psi) {
                                      states.push_back(means(psi.cwiseAbs2(), raising([&](int n) {
                                                                 return psi(n) * std::conj(psi(n + 1));
                                                             })));
                                  },
                                  &current, &jumps);
                          else
                              mixed(
                                  random, times,
                                  [&](std::size_t, const Eigen::MatrixXcd& rho) {
                                      states.push_back(means(rho.diagonal().real(),
                                                             raising([&](int n) { return rho(n, n + 1); })));
                                  },
                                  &current);
                          numbers = judged(states, current, static_cast<double>(jumps.size()));
                      }),
            expected);
    }
};

}  // namespace

TEST_CASE("photocurrents have the master equation's means, and innovations that nothing foretells") {
    // The pure state knows of the pump by some two jumps a run: 2 % need many runs. The state given the
    // current alone moves little beside its innovations, and finds 2 % in the pump at once. 4 % in gamma or
    // in the efficiency are 2 % in the current.
    using Kind = CavityDetection::Kind;
    const Photocurrents homodyne(Kind::homodyne, 1.0), heterodyne(Kind::heterodyne, 1.0);
    CHECK(homodyne.p_value(60'000) > false_alarm);
    CHECK(homodyne.p_value(120'000, 1.02) < found_out);
    CHECK(homodyne.p_value(20'000, 1.0, 1.04) < found_out);
    CHECK(heterodyne.p_value(20'000) > false_alarm);
    CHECK(heterodyne.p_value(20'000, 1.0, 1.04) < found_out);

    const Photocurrents dim(Kind::homodyne, 0.4), dim_heterodyne(Kind::heterodyne, 0.7);
    CHECK(dim.p_value(10'000) > false_alarm);
    CHECK(dim.p_value(5'000, 1.02) < found_out);
    CHECK(dim.p_value(10'000, 1.0, 1.04) < found_out);
    CHECK(dim_heterodyne.p_value(10'000) > false_alarm);
    CHECK(dim_heterodyne.p_value(5'000, 1.02) < found_out);
    CHECK(dim_heterodyne.p_value(10'000, 1.0, 1.04) < found_out);
}
