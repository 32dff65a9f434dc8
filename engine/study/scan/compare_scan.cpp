#include "dickejump/study/scan/compare_scan.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "dickejump/ensemble/simulate.hpp"
#include "dickejump/estimate/run_samples.hpp"
#include "dickejump/exact/steady_state.hpp"
#include "study/scan/scan_block.hpp"
#include "study/scan/scan_plan.hpp"
#include "study/scan/scan_results.hpp"

namespace dickejump {

namespace {

exact::Solution solution_at(const ScanLeg& leg, const std::vector<double>& times, StopRequest stop) {
    return exact::solve(leg.ladder(), leg.pump(), leg.duration(),
                        exact::start_populations(leg.ladder(), leg.start()), times, stop);
}

/// The compared points of one leg: up to 15, evenly spread over the stretch where J_z has spread, and far
/// enough apart for the covariance of neighbours to be well conditioned.
std::vector<std::int64_t> compared_ticks(const ScanLeg& leg, const ExactLeg&, StopRequest stop) {
    constexpr double floor = 0.05;    // of the largest variance
    constexpr double closest = 0.05;  // [1/gamma]
    constexpr std::int64_t most = 15;
    constexpr int looks = 2001;
    const auto& grid = leg.grid();
    std::vector<double> times;
    for (int i = 0; i < looks; ++i)
        times.push_back(leg.duration() * (static_cast<double>(i) / (looks - 1)));
    const auto solution = solution_at(leg, times, stop);
    const double lowest = floor * solution.max_variance.value;
    const auto has_spread = [&](double variance) { return variance >= lowest; };
    const auto& v = solution.jz_variance;
    const auto first = std::find_if(v.begin() + 1, v.end(), has_spread);
    const auto last = std::find_if(v.rbegin(), v.rend(), has_spread);
    const double begin = solution.times[static_cast<std::size_t>(first - v.begin())];
    const double end = solution.times[v.size() - 1 - static_cast<std::size_t>(last - v.rbegin())];

    const auto fits = static_cast<std::int64_t>((end - begin) / std::max(closest, grid.tick())) + 1;
    const auto count = std::clamp<std::int64_t>(fits, 1, most);
    std::vector<std::int64_t> ticks;
    for (std::int64_t i = 0; i < count; ++i) {
        const double fraction = count == 1 ? 0.5 : static_cast<double>(i) / static_cast<double>(count - 1);
        const auto tick =
            static_cast<std::int64_t>(std::llround((begin + fraction * (end - begin)) / grid.tick()));
        ticks.push_back(std::clamp<std::int64_t>(tick, 1, grid.ticks));
    }
    ticks.erase(std::unique(ticks.begin(), ticks.end()), ticks.end());
    return ticks;
}

}  // namespace

std::int64_t trajectories_for_comparison(const ScanConfig& config) {
    return trajectories_for_agreement(15 * static_cast<Eigen::Index>(config.protocol().directions().size()));
}

void check_comparison(const ScanConfig& config, double alpha, Problems& problems) {
    check(config, problems);
    const auto fewest = trajectories_for_comparison(config);
    problems.require(config.trajectories >= fewest || config.trajectories < 1,
                     "`trajectories` = " + std::to_string(config.trajectories) +
                         " (the test of means at many points needs " + std::to_string(fewest) +
                         " for its p-value to hold) give `trajectories` with at least that");
    problems.require(alpha > 0.0 && alpha < 1.0,
                     "`alpha` = " + text(alpha) + " (a probability) give it between 0 and 1");
}

ScanComparison compare(const ScanConfig& config, double alpha, const RunControl& control) {
    Problems problems;
    check_comparison(config, alpha, problems);
    problems.raise();
    const auto plan = make_plan(config, control, compared_ticks);
    ScanComparison comparison{.points = {},
                              .p_value = {},
                              .alpha = alpha,
                              .reason = {},
                              .result = {.config = plan->asked, .exact = plan->exact}};
    const double half = 0.5 * static_cast<double>(config.atoms);
    std::vector<double> means, variances;
    for (const auto& prepared : plan->legs) {
        const auto& leg = prepared.leg;
        std::vector<double> at;
        for (const auto tick : prepared.sample_ticks)
            at.push_back(leg.grid().time(tick));
        const auto solution = solution_at(leg, at, control.within(plan->time_left()).stop());
        for (std::size_t i = 0; i < at.size(); ++i) {
            means.push_back(solution.jz_mean[i]);
            variances.push_back(solution.jz_variance[i]);
            comparison.points.push_back({leg.direction(), leg.scaled_pump(at[i]), 0.0});
        }
    }
    KnownMeans expected(static_cast<Eigen::Index>(means.size()));
    expected.mean = Eigen::Map<const Eigen::VectorXd>(means.data(), expected.mean.size());
    expected.variance = Eigen::Map<const Eigen::VectorXd>(variances.data(), expected.mean.size());
    expected.low.setConstant(-half);
    expected.high.setConstant(half);
    // A hundred events of a level each.
    expected.least = (0.5 * expected.variance).cwiseMax(100.0 / static_cast<double>(config.trajectories));
    const auto outcome =
        simulate(plan->config.ensemble(), ScanBlock(*plan), {.time_limit = plan->time_left()}, control);
    if (!outcome.result) throw Stopped(outcome.stop_reason);
    auto& result = comparison.result;
    result.biases = plan->biases;
    result.trajectories = outcome.trajectories;
    result.stop_reason = outcome.stop_reason;
    result.seconds = outcome.seconds;
    result.threads = control.threads;
    result.provenance = Provenance::now();
    add_results(*plan, *outcome.result, result);

    const auto& samples = *outcome.result->samples;
    for (Eigen::Index i = 0; i < expected.mean.size(); ++i) {
        // Against the exact variance: that of the runs may be a rare event's.
        const double error = std::sqrt(expected.variance(i) / static_cast<double>(samples.all().count()));
        comparison.points[static_cast<std::size_t>(i)].z =
            (samples.all().mean()(i) - expected.mean(i)) / error;
    }
    comparison.reason = too_few_runs(outcome.trajectories, trajectories_for_comparison(config));
    if (!comparison.reason.empty()) return comparison;
    comparison.p_value = judge_means(samples, expected, alpha).p_value;
    if (!comparison.p_value) comparison.reason = too_few_events;
    return comparison;
}

}  // namespace dickejump
