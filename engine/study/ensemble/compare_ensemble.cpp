#include <Eigen/Cholesky>
#include <cmath>
#include <string>

#include "dickejump/estimate/covariance.hpp"
#include "study/ensemble/ensemble_plan.hpp"

namespace dickejump {

namespace {

using Eigen::Index;

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

/// What does not fluctuate (J_x from a Dicke state, J_y where it follows J_x) has no say in the test, and
/// would make its matrix singular: the numbers that add spread of their own to what is kept already.
std::vector<Index> independent(const Covariance& samples, double scale) {
    const Eigen::MatrixXd covariance = samples.covariance();
    std::vector<Index> kept;
    for (Index i = 0; i < covariance.rows(); ++i) {
        const double size = std::abs(samples.mean()(i)) + scale;
        if (!(covariance(i, i) > 1e-16 * size * size)) continue;
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
    return kept;
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

    const auto exact = solve(asked, control).curves;
    const auto prepared = prepare(asked, control);
    const auto& [config, names, numbers] = prepared.plan();
    std::vector<std::size_t> cells;
    for (const auto time : compared_times(config.times))
        for (std::size_t o = 0; o < names.size(); ++o)
            cells.push_back(time * names.size() + o);
    const auto outcome = detail::simulate_numbers(config.ensemble(), config.times.size() * names.size(),
                                                  numbers, cells, config.time_limit, control);
    if (!outcome.result) throw Stopped(outcome.stop_reason);
    EnsembleComparison comparison{.points = {},
                                  .alpha = alpha,
                                  .result = {.config = config,
                                             .observed = detail::observed(names, config.times, outcome),
                                             .threads = control.threads,
                                             .provenance = Provenance::now()}};
    if (cells.empty())
        throw InvalidInput("nothing fluctuates at these times (no spread to judge by) give `times` beyond 0");
    const auto& samples = *outcome.result->samples;
    const auto kept = independent(samples, static_cast<double>(config.atoms));
    if (kept.empty())
        throw InvalidInput("nothing fluctuates at these times (no spread to judge by) give `times` beyond 0");

    // The test on what is kept, with the samples' own accumulators cut down to it.
    const Eigen::MatrixXd covariance = samples.covariance();
    Eigen::VectorXd expected(static_cast<Index>(kept.size()));
    for (std::size_t k = 0; k < kept.size(); ++k) {
        const auto place = kept[k];
        const auto cell = cells[static_cast<std::size_t>(place)];
        const auto& observable = exact.observables[cell % names.size()];
        const auto i = static_cast<Index>(k);
        expected(i) = observable.mean[cell / names.size()];
        const double error = std::sqrt(covariance(place, place) / static_cast<double>(samples.count()));
        comparison.points.push_back({observable.name, config.times[cell / names.size()],
                                     (samples.mean()(place) - expected(i)) / error});
    }
    comparison.p_value = agreement(samples.part(kept), expected);
    return comparison;
}

}  // namespace dickejump
