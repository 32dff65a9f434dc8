#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "dickejump/ensemble/run_control.hpp"
#include "dickejump/ensemble/simulate.hpp"
#include "dickejump/estimate/moments.hpp"
#include "dickejump/estimate/run_samples.hpp"
#include "dickejump/random/stream.hpp"
#include "dickejump/study/ensemble/observables.hpp"
#include "dickejump/trajectory/sampler.hpp"
#include "dickejump/wavefunction/diagonal_sampler.hpp"
#include "dickejump/wavefunction/diffusive_sampler.hpp"
#include "dickejump/wavefunction/propagator_sampler.hpp"
#include "dickejump/wavefunction/wavefunction_sampler.hpp"

namespace dickejump {

/// Shows the state at the time of an index.
template <class State>
using ShowAt = std::function<void(std::size_t index, const State& state)>;

/// One trajectory of any sampler: shows its state at every time, draws its chance from a stream, and returns
/// its number of jumps. What takes long asks `stop`, and throws Stopped.
template <class State>
using Trajectory = std::function<std::int64_t(Stream& random, std::span<const double> times,
                                              const ShowAt<State>& show, StopRequest stop)>;

/// Amplitudes on the ladder, jump by jump, from the sampler's own start.
Trajectory<LadderView> trajectory(DiagonalSampler sampler);
/// Any system by dense-output integration, from `start`.
Trajectory<Eigen::VectorXcd> trajectory(WavefunctionSampler sampler, Eigen::VectorXcd start);
/// A system without time dependence by its propagator, from `start`.
Trajectory<Eigen::VectorXcd> trajectory(PropagatorSampler sampler, Eigen::VectorXcd start);
/// Pure states under homodyne or heterodyne detection; the jumps are the pump's.
Trajectory<Eigen::VectorXcd> trajectory(DiffusiveSampler sampler);
/// Density matrices given the photocurrent; there are no jumps to count.
Trajectory<Eigen::MatrixXcd> trajectory(ConditionalStateSampler sampler);

namespace detail {

/// The sums of some trajectories: moments of every observable at every time.
struct ObservedTally {
    std::vector<Moments> moments;       ///< [time][observable]
    std::optional<RunSamples> samples;  ///< of the cells that a comparison wants
    std::int64_t jumps = 0;

    void merge(const ObservedTally& other);
};

/// One trajectory as numbers: writes its observables [time][observable], and returns its jumps.
using Numbers = std::function<std::int64_t(Stream& random, std::span<double> values, StopRequest stop)>;

Outcome<ObservedTally> simulate_numbers(const Ensemble& ensemble, std::size_t cells, const Numbers& numbers,
                                        const std::vector<std::size_t>& sampled, double time_limit,
                                        const RunControl& control);
/// By how much a rare event would move an observable at a time; 0: there is none, or nobody knows.
using EventSize = std::function<double(std::size_t time, std::size_t observable, const Moments& values)>;
ObservedEnsemble observed(const std::vector<std::string>& names, std::span<const double> times,
                          const Outcome<ObservedTally>& outcome, const EventSize& level = {});
void check_ensemble(const Ensemble& ensemble, std::span<const double> times);
void check_observables(const std::vector<std::string>& names, bool has_values);

template <class State>
Numbers numbers_of(const Trajectory<State>& trajectory, std::vector<double> times,
                   Observables<State> observables) {
    return [trajectory, times = std::move(times), observables = std::move(observables)](
               Stream& random, std::span<double> values, StopRequest stop) {
        const auto count = observables.names.size();
        return trajectory(
            random, times,
            [&](std::size_t index, const State& state) {
                observables.values(state, values.subspan(index * count, count));
            },
            stop);
    };
}

}  // namespace detail

/// Means over an ensemble of any sampler's trajectories, with standard errors. Trajectory k draws from
/// Stream{seed, k, Purpose::wavefunction} alone, and the result is the same to the last bit on any number of
/// threads.
///
///     simulate(Ensemble{.trajectories = 1000}, trajectory(WavefunctionSampler(system), psi0), times,
///              Observables<Eigen::VectorXcd>{{"photons", [&](const auto& psi) { return expect(n, psi); }}})
///
/// @param times  ascending, from 0 on
/// @throws InvalidInput if there are no trajectories, the times do not ascend, or an observable has no value,
/// one that is not finite, or the name of another; what the sampler throws
template <class State>
ObservedEnsemble simulate(const Ensemble& ensemble, const Trajectory<State>& trajectory,
                          const std::vector<double>& times, const Observables<State>& observables,
                          const RunControl& control = {}) {
    detail::check_ensemble(ensemble, times);
    detail::check_observables(observables.names, bool{observables.values});
    if (!trajectory) throw InvalidInput("no trajectory (an ensemble is made of them) pass a sampler's");
    const auto outcome = detail::simulate_numbers(ensemble, times.size() * observables.names.size(),
                                                  detail::numbers_of(trajectory, times, observables), {},
                                                  std::numeric_limits<double>::infinity(), control);
    return detail::observed(observables.names, times, outcome);
}

/// The same of a sampler of the ladder's level, many lanes at once: the state is n, the times are its ticks,
/// from t = 0 on. Trajectory k is that of `sampler` at (seed, k, purpose).
ObservedEnsemble simulate(const Ensemble& ensemble, const Sampler& sampler,
                          const Observables<std::int64_t>& observables, const RunControl& control = {},
                          Purpose purpose = Purpose::ladder);

}  // namespace dickejump
