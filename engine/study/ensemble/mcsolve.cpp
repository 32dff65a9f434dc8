#include "dickejump/study/ensemble/mcsolve.hpp"

#include <algorithm>
#include <string>

#include "dickejump/model/invalid_input.hpp"

namespace dickejump {

namespace {

/// Means and jumps of some trajectories, and the records of those that are kept.
struct McTally {
    std::vector<Moments> moments;  ///< [time][operator]
    std::vector<Moments> jumps;    ///< [jump operator]
    std::vector<std::vector<ChannelJump>> records;

    void merge(const McTally& other) {
        for (std::size_t i = 0; i < moments.size(); ++i)
            moments[i].merge(other.moments[i]);
        for (std::size_t i = 0; i < jumps.size(); ++i)
            jumps[i].merge(other.jumps[i]);
        records.insert(records.end(), other.records.begin(), other.records.end());
    }
};

void check(const QuantumSystem& system, const Eigen::VectorXcd& start,
           const std::vector<NamedOperator>& operators) {
    dickejump::check(system);
    Problems problems;
    const auto dimension = system.dimension();
    problems.require(start.size() == dimension, "a start of " + std::to_string(start.size()) +
                                                    " amplitudes (the system has " +
                                                    std::to_string(dimension) + " states) give one for each");
    for (const auto& [name, op] : operators) {
        problems.require(!name.empty(),
                         "an operator without a name (its mean could not be found) give it one");
        const bool fits = op.rows() == dimension && op.cols() == dimension;
        problems.require(fits, "operator " + name + " of " + std::to_string(op.rows()) + " x " +
                                   std::to_string(op.cols()) + " (the system has " +
                                   std::to_string(dimension) + " states) give it that shape");
        if (fits)
            problems.require(Operator(op - dag(op)).norm() <= 1e-9 * (1.0 + op.norm()),
                             "operator " + name +
                                 " (not Hermitian: its mean is no real number) take its parts (O + O+)/2 "
                                 "and (O - O+)/2i");
    }
    problems.raise();
}

template <class Sampler>
Outcome<McTally> simulated(const Sampler& sample, const QuantumSystem& system, const Eigen::VectorXcd& start,
                           const std::vector<double>& times, const std::vector<NamedOperator>& operators,
                           const Ensemble& ensemble, const RunControl& control, std::int64_t keep_records) {
    const auto task = [&](const Block& block) {
        McTally tally{.moments = std::vector<Moments>(times.size() * operators.size()),
                      .jumps = std::vector<Moments>(system.jumps.size()),
                      .records = {}};
        std::vector<ChannelJump> record;
        std::vector<double> counts(system.jumps.size());
        for (int i = 0; i < block.count; ++i) {
            block.stop.check();
            const auto k = block.first_trajectory() + i;
            Stream random(block.seed, static_cast<std::uint64_t>(k), Purpose::wavefunction);
            record.clear();
            sample(
                random, start, times,
                [&](std::size_t t, const Eigen::VectorXcd& psi) {
                    for (std::size_t o = 0; o < operators.size(); ++o)
                        tally.moments[t * operators.size() + o].add(expect(operators[o].op, psi));
                },
                &record, block.stop);
            std::fill(counts.begin(), counts.end(), 0.0);
            for (const auto& jump : record)
                counts[static_cast<std::size_t>(jump.channel)] += 1.0;
            for (std::size_t c = 0; c < counts.size(); ++c)
                tally.jumps[c].add(counts[c]);
            if (k < keep_records) tally.records.push_back(record);
        }
        return tally;
    };
    return simulate(ensemble, task, {}, control);
}

}  // namespace

McResult mcsolve(const QuantumSystem& system, const Eigen::VectorXcd& start, const std::vector<double>& times,
                 const std::vector<NamedOperator>& operators, const Ensemble& ensemble,
                 const RunControl& control, std::int64_t keep_records) {
    check(system, start, operators);
    detail::check_ensemble(ensemble, times);
    const auto with = [&](const auto& sample) {
        return simulated(sample, system, start, times, operators, ensemble, control, keep_records);
    };
    const auto outcome =
        system.constant() ? with(PropagatorSampler(system)) : with(WavefunctionSampler(system));
    McResult result{.curves = {.times = times, .observables = {}},
                    .jumps = {},
                    .records = {},
                    .trajectories = outcome.trajectories,
                    .stop_reason = outcome.stop_reason,
                    .seconds = outcome.seconds};
    // Runs that are all alike because hardly any of them jumped say nothing of those that do.
    double jumps = 0.0;
    if (outcome.result)
        for (const auto& channel : outcome.result->jumps)
            jumps += channel.mean()->value * static_cast<double>(channel.count());
    const bool quiet = jumps < 10.0 && !system.jumps.empty();
    for (std::size_t o = 0; o < operators.size(); ++o) {
        ObservableCurve curve{operators[o].name, {}, {}};
        for (std::size_t t = 0; outcome.result && t < times.size(); ++t) {
            const auto& values = outcome.result->moments[t * operators.size() + o];
            const bool missed = quiet && times[t] > 0.0 && values.carriers() == 0.0;
            const auto mean = *values.mean(missed ? 1.0 : 0.0);
            curve.mean.push_back(mean.value);
            curve.error.push_back(mean.error);
        }
        result.curves.observables.push_back(std::move(curve));
    }
    if (outcome.result) {
        for (const auto& channel : outcome.result->jumps)
            result.jumps.push_back(*channel.mean());
        result.records = outcome.result->records;
    }
    return result;
}

}  // namespace dickejump
