#include "dickejump/study/scan/compare_scan.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "dickejump/estimate/covariance.hpp"
#include "study/scan/scan_block.hpp"
#include "study/scan/scan_results.hpp"

namespace dickejump {

namespace {

/// The compared points of one leg: up to 15, evenly spread over the stretch where J_z has spread, and far
/// enough apart for the covariance of neighbours to be well conditioned.
std::vector<std::int64_t> compared_ticks(const ScanLeg& leg, const exact::Solution& solution) {
    constexpr double floor = 0.05;    // of the largest variance
    constexpr double closest = 0.05;  // [1/gamma]
    constexpr std::int64_t most = 15;
    const auto& grid = leg.grid();
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

std::int64_t trajectories_for_comparison(const Scan& scan) {
    return trajectories_for_agreement(15 * static_cast<Eigen::Index>(scan.directions().size()));
}

ScanComparison compare_scan(const DickeLadder& ladder, const ScanRun& run) {
    Problems problems;
    check(run, ladder.atoms(), problems);
    const auto fewest = trajectories_for_comparison(run.scan);
    problems.require(run.ensemble.trajectories >= fewest,
                     "trajectories = " + std::to_string(run.ensemble.trajectories) +
                         " (the test of means at many points needs " + std::to_string(fewest) +
                         " for its p-value to hold) pass --trajectories M with at least that");
    problems.raise();

    const auto scanned = solve_scan(ladder, run.scan, 2001);
    std::vector<PreparedLeg> legs;
    Eigen::Index dimension = 0;
    for (const auto& exact : scanned.legs) {
        legs.push_back(prepare(ladder, run, exact));
        legs.back().sample_ticks = compared_ticks(legs.back().leg, exact.solution);
        dimension += static_cast<Eigen::Index>(legs.back().sample_ticks.size());
    }
    // Once more, for the exact means at just those ticks.
    Eigen::VectorXd expected(dimension);
    ScanComparison comparison{};
    for (const auto& prepared : legs) {
        const auto& leg = prepared.leg;
        std::vector<double> at;
        for (const auto tick : prepared.sample_ticks)
            at.push_back(leg.grid().time(tick));
        const auto solution = exact::solve(ladder, leg.pump(), leg.duration(), leg.start_populations(), at);
        for (std::size_t i = 0; i < at.size(); ++i) {
            expected(static_cast<Eigen::Index>(comparison.points.size())) = solution.jz_mean[i];
            comparison.points.push_back({leg.direction(), leg.scaled_pump(at[i]), 0.0});
        }
    }
    auto simulation = simulate_prepared(ladder, run, scanned, std::move(legs));
    comparison.result = std::move(simulation.result);
    if (!simulation.tally)
        throw InvalidInput("the comparison was stopped before its first block (no p-value) run it longer");
    const auto& samples = *simulation.tally->samples;
    const Eigen::MatrixXd covariance = samples.covariance();
    for (Eigen::Index i = 0; i < dimension; ++i) {
        const double error = std::sqrt(covariance(i, i) / static_cast<double>(samples.count()));
        comparison.points[static_cast<std::size_t>(i)].z = (samples.mean()(i) - expected(i)) / error;
    }
    comparison.p_value = agreement(samples, expected);
    return comparison;
}

}  // namespace dickejump
