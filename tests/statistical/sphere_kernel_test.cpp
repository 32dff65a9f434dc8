#include "dickejump/trajectory/sphere_kernel.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "dickejump/exact/crossing_law.hpp"
#include "dickejump/exact/hierarchy.hpp"
#include "dickejump/study/scan/scan_protocol.hpp"
#include "study/scan/leg_bias.hpp"
#include "support/affordable.hpp"
#include "support/statistics.hpp"

// Single runs of the sphere at its default step against the absorbing ladder. Seeds are fixed; a check fails
// with probability 1e-6 for a new seed, and there are some twenty: 2e-5 for the file.

using namespace dickejump;
using namespace dickejump::test;

namespace {

constexpr double false_alarm = 1e-6;

struct Crossings {
    std::vector<double> first, last;
};

Crossings crossings(const ScanLeg& leg, int steps_per_tick, std::int64_t runs, std::uint64_t seed) {
    const SphereKernel kernel(leg.ladder(), leg.pump(), leg.grid(), leg.start(), steps_per_tick);
    const auto wanted =
        leg.direction() == Direction::up ? Quantities::crossings_up : Quantities::crossings_down;
    Crossings result;
    for (std::int64_t begin = 0; begin < runs; begin += 1000)
        kernel({.seed = seed, .first_trajectory = begin, .count = 1000, .purpose = leg.purpose()}, wanted,
               [&](const Window& window) {
                   if (window.first_tick + window.ticks < leg.grid().ticks) return;
                   for (std::size_t lane = 0; lane < window.first_crossing.size(); ++lane) {
                       if (!std::isnan(window.first_crossing[lane]))
                           result.first.push_back(window.first_crossing[lane]);
                       if (!std::isnan(window.last_crossing[lane]))
                           result.last.push_back(window.last_crossing[lane]);
                   }
               });
    return result;
}

double deviation_z(const std::vector<double>& values, double expected, double mean) {
    std::vector<double> squares;
    for (const double value : values)
        squares.push_back((value - mean) * (value - mean));
    return mean_z(squares, expected * expected);
}

}  // namespace

TEST_CASE("single runs of the sphere cross as those of the ladder: mean, spread and whole law") {
    struct Case {
        std::int64_t atoms;
        double rate, half_width;
        Direction direction;
        std::int64_t runs;
    };
    for (const auto& [atoms, rate, half_width, direction, runs] :
         {Case{3000, 1.0, 12.0, Direction::up, 200'000},
          {301, 4.0, 14.0, Direction::down, 200'000},
          {1000, 64.0, 50.0, Direction::up, 200'000}}) {
        CAPTURE(atoms);
        CAPTURE(rate);
        const ScanLeg leg(DickeLadder(atoms),
                          {.rate = rate, .half_width = half_width, .initial = Initial::ground}, direction);
        std::vector<double> times;
        for (int i = 1; i < 2000; ++i)
            times.push_back(leg.duration() * i / 2000);
        const Eigen::VectorXd start =
            Eigen::VectorXd::Unit(atoms + 1, direction == Direction::up ? 0 : atoms);
        const auto exact =
            exact::crossing_laws(leg.ladder(), leg.pump(), leg.duration(), start, direction, times);
        const auto seen = crossings(leg, 1, affordable(runs), 1);
        const auto check = [&](const std::vector<double>& values, const exact::CrossingLaw& law) {
            CHECK(two_sided(mean_z(values, law.mean)) > false_alarm);
            CHECK(two_sided(deviation_z(values, law.deviation, law.mean)) > false_alarm);
            // Power: a fiftieth of the spread is seen.
            CHECK(two_sided(mean_z(values, law.mean + 0.02 * law.deviation)) < false_alarm);
            // Twenty cells of about the same probability.
            std::vector<double> edges, probabilities;
            double below = 0.0;
            for (std::size_t i = 0; i < times.size(); ++i)
                if (const double by = law.distribution[i];
                    by >= (static_cast<double>(edges.size()) + 1.0) / 20.0 && by < 0.97) {
                    edges.push_back(times[i]);
                    probabilities.push_back(by - below);
                    below = by;
                }
            probabilities.push_back(1.0 - below);
            std::vector<std::int64_t> counts(probabilities.size());
            for (const double value : values)
                ++counts[static_cast<std::size_t>(std::lower_bound(edges.begin(), edges.end(), value) -
                                                  edges.begin())];
            CHECK(counts.size() > 15);
            CHECK(counts_p_value(counts, probabilities) > false_alarm);
        };
        check(seen.first, exact.first);
        check(seen.last, exact.last);
    }
}

TEST_CASE("the bias of single crossings is a bound, also of coarse steps") {
    for (const double rate : {0.5, 2.0, 16.0}) {
        CAPTURE(rate);
        // Steps of 0.04/gamma.
        const double half_width = 10.0 + 2.0 * std::sqrt(rate);
        const auto ticks = 2 * static_cast<std::int64_t>(std::ceil(half_width / rate / 0.04));
        const ScanLeg leg(
            DickeLadder(1000),
            {.rate = rate, .half_width = half_width, .initial = Initial::ground, .ticks = ticks},
            Direction::up);
        const auto exact = exact::crossing_laws(leg.ladder(), leg.pump(), leg.duration(),
                                                Eigen::VectorXd::Unit(1001, 0), Direction::up);
        const auto bias = leg_bias(leg, sphere_bias(leg.ladder(), leg.pump(), leg.grid(), leg.start(), 1),
                                   EstimatorSet::of({}));
        const auto seen = crossings(leg, 1, affordable(50'000), 2);
        CHECK(bias.estimators[0].estimator == Estimator::first_crossing);
        CHECK(bias.estimators[0].mean > 0.0);
        const auto within = [&](const std::vector<double>& values, const exact::CrossingLaw& law,
                                double limit) {
            const double error = law.deviation / std::sqrt(static_cast<double>(values.size()));
            const double off = mean_z(values, law.mean) * error;
            CHECK(std::abs(off) <= limit / rate + 4.9 * error);
        };
        within(seen.first, exact.first, bias.estimators[0].mean);
        within(seen.last, exact.last, bias.estimators[1].mean);
    }
}

TEST_CASE("rounding to levels leaves <J_z> at the poles where it is") {
    // A floor alone costs s/(3 N^2) in <x> at a pole: here 1.0e-3, 17 standard errors.
    const DickeLadder ladder(100);
    const double w = ladder.pump(30.0);
    const TickGrid grid{.duration = 0.4, .ticks = 200};
    const auto start = StartState::steady(w);
    const SphereKernel kernel(ladder, PumpSchedule::constant(w), grid, start, 1);
    const std::vector<double> times{grid.duration};
    const auto exact = exact::solve_hierarchy(ladder, PumpSchedule::constant(w), grid.duration, start, times);
    std::vector<double> levels;
    for (std::int64_t begin = 0; begin < affordable(300'000); begin += 1000)
        kernel({.seed = 3, .first_trajectory = begin, .count = 1000, .purpose = Purpose::test},
               Quantities::none, [&](const Window& window) {
                   if (window.first_tick + window.ticks < grid.ticks) return;
                   for (int lane = 0; lane < window.lanes; ++lane)
                       levels.push_back(window.n[window.at(window.ticks - 1, lane)] - 50.0);
               });
    const double error = std::sqrt(exact.solution.jz_variance[0] / static_cast<double>(levels.size()));
    const double off = mean_z(levels, exact.solution.jz_mean[0]) * error;
    CHECK(std::abs(off) < 4.9 * error + 50.0 * 2.0 / (101.0 * 101.0));
    CHECK(50.0 * 30.0 / 3e4 > 8.0 * error);  // power
}
