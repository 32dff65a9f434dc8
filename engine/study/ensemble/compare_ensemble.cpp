#include <algorithm>
#include <cmath>
#include <string>

#include "dickejump/estimate/run_samples.hpp"
#include "study/ensemble/ensemble_plan.hpp"

namespace dickejump {

namespace {

using Eigen::Index;

constexpr double fewest_events = 100.0;  // of a level each, from which J_z is judged

/// Up to five of the later times: early ones have little spread, close ones say the same.
std::vector<std::size_t> compared_times(const std::vector<double>& times) {
    std::vector<std::size_t> chosen;
    const auto last = times.size() - 1;
    for (std::size_t k = 1; k <= 5; ++k) {
        const auto i = last * k / 5;
        if (times[i] > 0.0 && (chosen.empty() || i > chosen.back())) chosen.push_back(i);
    }
    return chosen;
}

/// What the exact side knows of the compared cells, [time][observable] of `cells`.
KnownMeans known(const EnsembleConfig& config, const EnsembleCurves& exact,
                 const std::vector<std::size_t>& cells) {
    const auto names = exact.observables.size();
    const auto n = static_cast<double>(config.atoms), runs = static_cast<double>(config.trajectories);
    KnownMeans means(static_cast<Index>(cells.size()));
    for (std::size_t k = 0; k < cells.size(); ++k) {
        const auto i = static_cast<Index>(k);
        const auto time = cells[k] / names, o = cells[k] % names;
        const auto& observable = exact.observables[o];
        means.mean(i) = observable.mean[time];
        const bool component =
            observable.name.size() == 2 && observable.name != "nr" && observable.name != "j2";
        means.low(i) = component ? -0.5 * n : 0.0;
        means.high(i) = observable.name == "nr"    ? n
                        : observable.name == "jz2" ? 0.25 * n * n
                        : observable.name == "j2"  ? 0.25 * n * (n + 2.0)
                                                   : 0.5 * n;
        means.leader[k] = i - static_cast<Index>(o);
        if (o > 0) continue;
        // Of a run's <J_z> at most the variance of a measurement of J_z, and just that of runs along Dicke
        // states; an event moves it by a level.
        const double jz = observable.mean[time];
        means.variance(i) = std::max(0.0, exact.observables[1].mean[time] - jz * jz);
        const bool along = config.model != Model::three_level && config.initial.is_diagonal();
        means.least(i) = std::max(fewest_events / runs, along ? 0.5 * means.variance(i) : 0.0);
    }
    return means;
}

}  // namespace

std::int64_t trajectories_for_comparison(const EnsembleConfig& config) {
    return trajectories_for_agreement(static_cast<Index>(5 * observables_of(config.model).size()));
}

void check_comparison(const EnsembleConfig& asked, double alpha, Problems& problems) {
    check(asked, problems);
    const auto fewest = trajectories_for_comparison(asked);
    problems.require(asked.trajectories >= fewest || asked.trajectories < 1,
                     "`trajectories` = " + std::to_string(asked.trajectories) +
                         " (the test of means at many points needs " + std::to_string(fewest) +
                         " for its p-value to hold) give `trajectories` with at least that");
    problems.require(alpha > 0.0 && alpha < 1.0,
                     "`alpha` = " + text(alpha) + " (a probability) give it between 0 and 1");
}

EnsembleComparison compare(const EnsembleConfig& asked, double alpha, const RunControl& control) {
    Problems problems;
    check_comparison(asked, alpha, problems);
    problems.raise();

    const auto start = StopRequest::Clock::now();
    const auto exact = solve(asked, control.within(asked.time_limit)).curves;
    const auto prepared = prepare(asked, control);
    const auto& [config, names, numbers] = prepared.plan();
    std::vector<std::size_t> cells;
    for (const auto time : compared_times(config.times))
        for (std::size_t o = 0; o < names.size(); ++o)
            cells.push_back(time * names.size() + o);
    if (cells.empty())
        throw InvalidInput("`times` up to 0 (there is no spread to judge by) give `times` beyond 0");
    const auto outcome =
        detail::simulate_numbers(config.ensemble(), config.times.size() * names.size(), numbers, cells,
                                 std::max(0.0, config.time_limit - seconds_since(start)), control);
    if (!outcome.result) throw Stopped(outcome.stop_reason);
    EnsembleComparison comparison{.points = {},
                                  .p_value = {},
                                  .alpha = alpha,
                                  .reason = {},
                                  .result = {.config = config,
                                             .observed = observed(prepared.plan(), outcome),
                                             .threads = control.threads,
                                             .provenance = Provenance::now()}};
    const auto& samples = *outcome.result->samples;
    if (comparison.reason = too_few_runs(outcome.trajectories, trajectories_for_comparison(config));
        !comparison.reason.empty())
        return comparison;
    const auto expected = known(config, exact, cells);
    const auto verdict = judge_means(samples, expected, alpha);
    comparison.p_value = verdict.p_value;
    if (!verdict.p_value) comparison.reason = too_few_events;
    const Eigen::MatrixXd covariance = samples.all().covariance();
    for (const auto i : verdict.judged) {
        const auto cell = cells[static_cast<std::size_t>(i)];
        const double error = std::sqrt(covariance(i, i) / static_cast<double>(samples.all().count()));
        comparison.points.push_back({names[cell % names.size()], config.times[cell / names.size()],
                                     (samples.all().mean()(i) - expected.mean(i)) / error});
    }
    return comparison;
}

}  // namespace dickejump
