#include <doctest/doctest.h>

#include <cmath>
#include <functional>

#include "dickejump/estimate/covariance.hpp"
#include "dickejump/exact/density_matrix.hpp"
#include "dickejump/scan/ensemble_run.hpp"
#include "dickejump/trajectory/diffusive_sampler.hpp"
#include "dickejump/trajectory/propagator_sampler.hpp"
#include "support/qutip_systems.hpp"
#include "support/statistics.hpp"

// Monte Carlo against exact means. Every check is one Hotelling T^2 over a few points of one run's curves,
// their correlations included: a p-value, which falls below `false_alarm` with probability 1e-6 for a new
// seed. There are 19 of them: 2e-5 for the file. Beside them stands their power: the same with rates 2 % off
// must be found out (p < `found_out`). Photocurrents are noisier and dearer: 15 % there.

using namespace dickejump;
using namespace dickejump::test;

namespace {

constexpr double false_alarm = 1e-6, found_out = 1e-9;

EnsembleRun run_of(Model model, std::int64_t atoms, const char* initial, std::int64_t trajectories) {
    EnsembleRun run;
    run.model = model;
    run.atoms = atoms;
    run.initial = initial_state(initial);
    run.times = times_of("0:1:6");
    run.ensemble = {.trajectories = trajectories, .seed = 20};
    return run;
}

double p_value(EnsembleRun run, double pump_factor = 1.0) {
    run.simulated_pump_factor = pump_factor;
    return compare_ensemble(run).p_value;
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
    return *simulate({.trajectories = trajectories, .seed = 8}, task).result;
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
    run.pump = PumpSchedule::constant(0.7);
    CHECK(p_value(run) > false_alarm);
    CHECK(p_value(run, 1.02) < found_out);
}

TEST_CASE("so do Dicke, steady and GHZ starts, on ramps too") {
    const auto ramp = PumpSchedule::triangle(0.6, 1.6, 0.3, 2);
    for (const auto* initial : {"dicke:9", "steady", "ghz"}) {
        CAPTURE(initial);
        auto run = run_of(Model::ladder, 12, initial, 60'000);
        run.pump = ramp;
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
        run.pump = PumpSchedule::linear(0.8, 1.2, 0.7);
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
    ramped.pump = PumpSchedule::triangle(0.6, 0.9, 0.4, 2);
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

TEST_CASE("means over photocurrents are the master equation's, and so is the mean current") {
    const DickeLadder ladder(4);
    const auto channels = collective_channels(ladder);
    const auto start = DickeState::coherent(ladder, 1.2, 0.4);
    const double duration = 0.5, phase = 0.3;
    std::vector<double> fine;
    for (int i = 0; i <= 2000; ++i)
        fine.push_back(duration * i / 2000.0);

    const auto p = [&](CavityDetection detection, double pump_factor, std::int64_t trajectories) {
        const auto nominal = PumpSchedule::linear(0.8, 1.6, 1.0);
        const auto pump = PumpSchedule::linear(0.8 * pump_factor, 1.6 * pump_factor, 1.0);
        const auto exact = exact::solve_spin(channels, nominal, exact::sector_of(start, 0),
                                             exact::sector_of(start, 1), fine);
        const bool one = detection.kind == CavityDetection::Kind::homodyne;
        double current = 0.0;
        for (std::size_t i = 0; i < fine.size(); ++i)
            current += (i == 0 || i + 1 == fine.size() ? 0.5 : 1.0) * duration / 2000.0 * 2.0 *
                       std::sqrt(one ? detection.efficiency : 0.5 * detection.efficiency) *
                       (exact.jx[i] * std::cos(phase) - exact.jy[i] * std::sin(phase));
        const Eigen::Vector4d expected(exact.jz.back(), exact.jz2.back(), exact.jx.back(), current);

        const Eigen::VectorXd m = Eigen::VectorXd::LinSpaced(5, -2.0, 2.0);
        const auto sum = [](const Photocurrent& record) {
            double total = 0.0;
            for (const double x : record.x)
                total += x;
            return total;
        };
        const auto raising = [&](std::int64_t n) {
            return std::sqrt(static_cast<double>(ladder.pumping(n)));
        };
        const DiffusiveSampler pure(channels, pump, start, {detection.kind, phase, 1.0, 0.002});
        const ConditionalStateSampler mixed(channels, pump, start,
                                            {detection.kind, phase, detection.efficiency, 0.002});
        const bool whole = detection.efficiency == 1.0;
        return agreement(collected(trajectories, 4,
                                   [&](Stream& random, Eigen::VectorXd& numbers) {
                                       Photocurrent record;
                                       const auto keep = [&](const Eigen::VectorXd& weights, double jx) {
                                           numbers << weights.dot(m), weights.dot(m.cwiseAbs2()), jx, 0.0;
                                       };
                                       const std::vector<double> end{duration};
                                       if (whole)
                                           pure(
                                               random, end,
                                               [&](std::size_t, const Eigen::VectorXcd& psi) {
                                                   double jx = 0.0;
                                                   for (int n = 0; n < 4; ++n)
                                                       jx += raising(n) *
                                                             (std::conj(psi(n + 1)) * psi(n)).real();
                                                   keep(psi.cwiseAbs2(), jx);
                                               },
                                               &record);
                                       else
                                           mixed(
                                               random, end,
                                               [&](std::size_t, const Eigen::MatrixXcd& rho) {
                                                   double jx = 0.0;
                                                   for (int n = 0; n < 4; ++n)
                                                       jx += raising(n) * rho(n, n + 1).real();
                                                   keep(rho.diagonal().real(), jx);
                                               },
                                               &record);
                                       numbers(3) = sum(record);
                                   }),
                         expected);
    };
    using Kind = CavityDetection::Kind;
    CHECK(p({Kind::homodyne, phase, 1.0}, 1.0, 20'000) > false_alarm);
    CHECK(p({Kind::heterodyne, phase, 1.0}, 1.0, 20'000) > false_alarm);
    CHECK(p({Kind::homodyne, phase, 0.4}, 1.0, 10'000) > false_alarm);
    CHECK(p({Kind::heterodyne, phase, 0.7}, 1.0, 10'000) > false_alarm);
    CHECK(p({Kind::homodyne, phase, 1.0}, 1.15, 20'000) < found_out);
    CHECK(p({Kind::homodyne, phase, 0.4}, 1.15, 10'000) < found_out);
}
