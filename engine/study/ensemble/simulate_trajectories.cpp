#include "dickejump/study/ensemble/simulate_trajectories.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "dickejump/estimate/run_observers.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "model/checks.hpp"

namespace dickejump {

Trajectory<LadderView> trajectory(DiagonalSampler sampler) {
    return [sampler = std::move(sampler)](Stream& random, std::span<const double> times,
                                          const ShowAt<LadderView>& show, StopRequest stop) {
        std::vector<Jump> record;
        sampler(random, times, show, &record, stop);
        return static_cast<std::int64_t>(record.size());
    };
}

namespace {

template <class Sampler>
Trajectory<Eigen::VectorXcd> from_start(Sampler sampler, Eigen::VectorXcd start) {
    return [sampler = std::move(sampler), start = std::move(start)](
               Stream& random, std::span<const double> times, const ShowAt<Eigen::VectorXcd>& show,
               StopRequest stop) {
        std::vector<ChannelJump> record;
        sampler(random, start, times, show, &record, stop);
        return static_cast<std::int64_t>(record.size());
    };
}

}  // namespace

Trajectory<Eigen::VectorXcd> trajectory(WavefunctionSampler sampler, Eigen::VectorXcd start) {
    return from_start(std::move(sampler), std::move(start));
}
Trajectory<Eigen::VectorXcd> trajectory(PropagatorSampler sampler, Eigen::VectorXcd start) {
    return from_start(std::move(sampler), std::move(start));
}
Trajectory<Eigen::VectorXcd> trajectory(DiffusiveSampler sampler) {
    return [sampler = std::move(sampler)](Stream& random, std::span<const double> times,
                                          const ShowAt<Eigen::VectorXcd>& show, StopRequest stop) {
        std::vector<Jump> pumped;
        sampler(random, times, show, nullptr, &pumped, stop);
        return static_cast<std::int64_t>(pumped.size());
    };
}
Trajectory<Eigen::MatrixXcd> trajectory(ConditionalStateSampler sampler) {
    return [sampler = std::move(sampler)](Stream& random, std::span<const double> times,
                                          const ShowAt<Eigen::MatrixXcd>& show, StopRequest stop) {
        sampler(random, times, show, nullptr, stop);
        return std::int64_t{0};
    };
}

namespace {
void check_values(std::span<const double> values) {
    for (const double value : values)
        if (!std::isfinite(value))
            throw InvalidInput("an observable of " + text(value) +
                               " (no mean could follow from it) let it be a finite number of every state");
}
}  // namespace

namespace detail {

void check_observables(const std::vector<std::string>& names, bool has_values) {
    Problems problems;
    problems.require(has_values, "observables without a function (it says their values) give one");
    for (auto name = names.begin(); name != names.end(); ++name)
        problems.require(std::find(names.begin(), name, *name) == name,
                         "observable " + *name + " (there is one of that name already) give each its own");
    problems.raise();
}

void ObservedTally::merge(const ObservedTally& other) {
    for (std::size_t i = 0; i < moments.size(); ++i)
        moments[i].merge(other.moments[i]);
    if (samples) samples->merge(*other.samples);
    jumps += other.jumps;
}

void check_ensemble(const Ensemble& ensemble, std::span<const double> times) {
    Problems problems;
    problems.require(ensemble.trajectories >= 1, "`trajectories` = " + std::to_string(ensemble.trajectories) +
                                                     " (an ensemble needs at least one) give 1 or more");
    problems.require(!times.empty(), "no `times` (nothing to look at) give `times` as a:b:n, or a list");
    for (std::size_t i = 0; i < times.size(); ++i)
        if (!(std::isfinite(times[i]) && times[i] >= (i == 0 ? 0.0 : times[i - 1]))) {
            problems.add("`times` with " + text(times[i]) +
                         " (times are finite and ascend from 0 on) give `times` in order, 0 <= a <= b");
            break;
        }
    problems.raise();
}

Outcome<ObservedTally> simulate_numbers(const Ensemble& ensemble, std::size_t cells, const Numbers& numbers,
                                        const std::vector<std::size_t>& sampled, double time_limit,
                                        const RunControl& control) {
    // Sums of blocks under way, those that wait for their neighbours, and what one of them copies.
    const auto copies = std::min(blocks_of(ensemble).end, control.executor().ahead() + 60) + 2;
    Problems problems;
    check_memory(
        "`times` (" + std::to_string(cells) + " means at them",
        static_cast<double>(cells) * static_cast<double>(sizeof(Moments)) * static_cast<double>(copies),
        problems);
    problems.raise();
    const auto dimension = static_cast<Eigen::Index>(sampled.size());
    const auto task = [&](const Block& block) {
        ObservedTally tally;
        tally.moments.resize(cells);
        if (dimension > 0) tally.samples.emplace(dimension);
        std::vector<double> values(cells);
        Eigen::VectorXd sample(dimension);
        for (int i = 0; i < block.count; ++i) {
            block.stop.check();
            Stream random(block.seed, static_cast<std::uint64_t>(block.first_trajectory() + i),
                          Purpose::wavefunction);
            tally.jumps += numbers(random, values, block.stop);
            check_values(values);
            for (std::size_t cell = 0; cell < cells; ++cell)
                tally.moments[cell].add(values[cell]);
            for (Eigen::Index k = 0; k < dimension; ++k)
                sample(k) = values[sampled[static_cast<std::size_t>(k)]];
            if (dimension > 0) tally.samples->add(sample);
        }
        return tally;
    };
    StopRule<ObservedTally> rule;
    rule.time_limit = time_limit;
    return dickejump::simulate(ensemble, task, rule, control);
}

ObservedEnsemble observed(const std::vector<std::string>& names, std::span<const double> times,
                          const Outcome<ObservedTally>& outcome, const EventSize& level) {
    ObservedEnsemble result{.curves = {.times = {times.begin(), times.end()}, .observables = {}},
                            .trajectories = outcome.trajectories,
                            .jumps = outcome.result ? outcome.result->jumps : 0,
                            .stop_reason = outcome.stop_reason,
                            .seconds = outcome.seconds};
    for (const auto& name : names)
        result.curves.observables.push_back({name, {}, {}});
    if (!outcome.result) return result;
    auto cell = outcome.result->moments.begin();
    for (std::size_t t = 0; t < times.size(); ++t)
        for (std::size_t o = 0; o < names.size(); ++o) {
            const auto mean = *cell->mean(level ? level(t, o, *cell) : 0.0);
            ++cell;
            result.curves.observables[o].mean.push_back(mean.value);
            result.curves.observables[o].error.push_back(mean.error);
        }
    return result;
}

}  // namespace detail

namespace {

/// Moments of the observables of n at every tick, t = 0 included.
class LevelMoments {
public:
    static constexpr Quantities needs = Quantities::none;

    LevelMoments(const Observables<std::int64_t>& observables, const TickGrid& grid)
        : observables_(observables), values_(observables.names.size()) {
        tally.moments.resize((static_cast<std::size_t>(grid.ticks) + 1) * values_.size());
    }

    void observe(const Window& window) {
        const auto lanes = static_cast<std::size_t>(window.lanes);
        if (window.first_tick == 0) add(0, std::span(window.start));
        for (int t = 0; t < window.ticks; ++t)
            add(static_cast<std::size_t>(window.first_tick + t + 1),
                std::span(window.n).subspan(window.at(t, 0), lanes));
    }

    detail::ObservedTally tally;

private:
    void add(std::size_t tick, std::span<const std::int32_t> levels) {
        for (const auto n : levels) {
            observables_.values(n, values_);
            check_values(values_);
            for (std::size_t o = 0; o < values_.size(); ++o)
                tally.moments[tick * values_.size() + o].add(values_[o]);
        }
    }

    const Observables<std::int64_t>& observables_;
    std::vector<double> values_;
};

}  // namespace

ObservedEnsemble simulate(const Ensemble& ensemble, const Sampler& sampler,
                          const Observables<std::int64_t>& observables, const RunControl& control,
                          Purpose purpose) {
    detail::check_observables(observables.names, bool{observables.values});
    const auto& grid = sampler.grid();
    std::vector<double> times;
    for (std::int64_t tick = 0; tick <= grid.ticks; ++tick)
        times.push_back(grid.time(tick));
    detail::check_ensemble(ensemble, times);
    const auto task = [&](const Block& block) {
        LevelMoments moments(observables, grid);
        JumpCount jumps;
        StopWatcher watcher{block.stop};
        run(sampler,
            {.seed = block.seed,
             .first_trajectory = block.first_trajectory(),
             .count = block.count,
             .purpose = purpose,
             .stop = block.stop},
            moments, jumps, watcher);
        moments.tally.jumps = jumps.up + jumps.down;
        return std::move(moments.tally);
    };
    return detail::observed(observables.names, times, simulate(ensemble, task, {}, control));
}

}  // namespace dickejump
