#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "dickejump/exact/crossing_law.hpp"
#include "dickejump/exact/steady_state.hpp"
#include "dickejump/study/scan/compare_scan.hpp"
#include "dickejump/study/scan/prepared_scan.hpp"
#include "dickejump/trajectory/ladder_sampler.hpp"
#include "support/affordable.hpp"
#include "support/statistics.hpp"

// Simulated scans against the master equation. Seeds are fixed, so nothing here fails now and then: a false
// alarm is that of a new seed. Each CHECK of a p-value is set at 1e-6; with some two hundred of them the file
// as a whole stays at 2e-4. Power: beside each kind of check stands one that must fail.

using namespace dickejump;
using namespace dickejump::test;

namespace {

constexpr double false_alarm = 1e-6;

const EstimatorResult& estimator(const ScanResult& result, Estimator wanted,
                                 std::optional<Direction> direction) {
    return *std::find_if(result.estimators.begin(), result.estimators.end(), [&](const auto& entry) {
        return entry.estimator == wanted && entry.direction == direction;
    });
}

ScanResult result_of(const ScanConfig& config) {
    return simulate(prepare(config, {.threads = 1}), {.threads = 1});
}

double pull(const Estimate& estimate, double truth) {
    return (estimate.value - truth) / estimate.error;
}

/// Times at which one run crosses J_z = 0, read off its jumps by the definitions themselves.
struct RunCrossings {
    std::optional<double> first, last;

    RunCrossings(std::int64_t atoms, Direction direction, std::int64_t n, const std::vector<Jump>& jumps) {
        const bool up = direction == Direction::up;
        const auto side = [&] { return up ? 2 * n - atoms : atoms - 2 * n; };  // > 0: beyond the middle
        const bool starts_short = side() < 0;
        for (const auto& jump : jumps) {
            const bool short_or_on = side() <= 0;
            n += jump.dn();
            if (starts_short && side() >= 0 && !first) first = jump.time;
            if (short_or_on && side() > 0) last = jump.time;
        }
        if (side() <= 0) last.reset();
    }
};

}  // namespace

TEST_CASE("curves, crossings, variances and estimators of a scan are the master equation's") {
    struct Case {
        std::int64_t atoms;
        double rate, half_width;
        std::int64_t trajectories;
    };
    for (const auto& [atoms, rate, half_width, trajectories] :
         {Case{1, 0.5, 0.5, 20'000}, Case{2, 1, 1, 20'000}, Case{2, 16, 1, 20'000}, Case{37, 0.5, 6, 3000},
          Case{37, 4, 10, 5000}, Case{37, 100, 18.5, 20'000}, Case{100, 1, 10, 3000},
          Case{100, 16, 30, 10'000}, Case{100, 100, 45, 20'000}, Case{400, 16, 20, 3000},
          Case{400, 100, 60, 3000}}) {
        CAPTURE(atoms);
        CAPTURE(rate);
        const auto comparison = compare(ScanConfig{.atoms = atoms,
                                                   .rate = rate,
                                                   .half_width = half_width,
                                                   .trajectories = affordable(trajectories),
                                                   .seed = 77,
                                                   .points = 3},
                                        1e-6, {.threads = 1});
        const auto& result = comparison.result;
        const auto& exact = result.exact;
        CHECK(comparison.p_value.value() > false_alarm);

        for (const auto& curve : result.curves) {
            const auto& leg = exact.leg(curve.direction);
            CAPTURE(name(curve.direction));
            REQUIRE(curve.crossing.has_value() == leg.crossing.has_value());
            if (leg.crossing) CHECK(two_sided(pull(*curve.crossing, *leg.crossing)) > false_alarm);
            CHECK(two_sided(pull(*curve.points[1].jz_mean, leg.solution.jz_mean[1])) > false_alarm);
            // One atom has a variance of 1/4 - <J_z>^2: near <J_z> = 0 it has no linear error.
            if (atoms > 1)
                CHECK(two_sided(pull(*curve.points[1].jz_variance, leg.solution.jz_variance[1])) >
                      false_alarm);
        }
        if (exact.width) CHECK(two_sided(pull(*result.width, *exact.width)) > false_alarm);
        for (const auto& entry : result.estimators)
            if (entry.runs.count() > 300) {
                CAPTURE(name(entry.estimator));
                CHECK(two_sided(pull(*entry.runs.mean(), entry.calibration->offset)) > false_alarm);
                // Power: the same mean is not that of a pump off by five errors and a bit.
                const double off = entry.calibration->offset + 10.0 * entry.runs.mean()->error;
                CHECK(two_sided(pull(*entry.runs.mean(), off)) < false_alarm);
            }
    }
}

TEST_CASE("runs without a crossing are as many as the master equation has") {
    for (const std::int64_t atoms : {1, 2, 7})
        for (const auto direction : {Direction::up, Direction::down}) {
            CAPTURE(atoms);
            CAPTURE(name(direction));
            const DickeLadder ladder(atoms);
            const ScanConfig config{.atoms = atoms,
                                    .rate = 1.5,
                                    .half_width = 0.5 * static_cast<double>(atoms),
                                    .trajectories = affordable(20'000),
                                    .seed = 78};
            const ScanLeg leg(ladder, config.protocol(), direction);
            const auto laws =
                exact::crossing_laws(ladder, leg.pump(), leg.duration(),
                                     exact::start_populations(leg.ladder(), leg.start()), direction);
            const auto result = result_of(config);
            const auto check = [&](Estimator wanted, double probability) {
                const auto runs = static_cast<double>(config.trajectories);
                const double expected = runs * (1.0 - probability);
                const double error = std::sqrt(expected * probability);
                const auto missing = static_cast<double>(estimator(result, wanted, direction).missing);
                if (expected > 20.0) CHECK(two_sided((missing - expected) / error) > false_alarm);
                // Too few for a Gaussian law: P(Poisson(20) > 50) < 1e-7.
                if (expected <= 20.0) CHECK(missing <= 50.0);
            };
            check(Estimator::first_crossing, laws.first.probability);
            check(Estimator::last_crossing, laws.last.probability);
            check(Estimator::mid_crossing, laws.mid.probability);
        }
}

TEST_CASE("the laws of single crossings are those of brute force") {
    // 200 000 runs each: a pump 2 % stronger moves a crossing by 0.01 N of the scan, six errors and more of
    // the mean at five atoms; the last line of each pass sees it.
    for (const std::int64_t atoms : {4, 5})
        for (const auto direction : {Direction::up, Direction::down}) {
            CAPTURE(atoms);
            CAPTURE(name(direction));
            const bool up = direction == Direction::up;
            const DickeLadder ladder(atoms);
            const double duration = 2.0, from = up ? 0.3 : 1.8, to = up ? 1.8 : 0.3;
            const auto laws = [&](double factor) {
                return exact::crossing_laws(ladder,
                                            PumpSchedule::linear(factor * from, factor * to, duration),
                                            duration, exact::steady_state(ladder, from), direction);
            };
            const LadderSampler sample(ladder, PumpSchedule::linear(from, to, duration),
                                       {.duration = duration, .ticks = 1}, StartState::steady(from));
            std::vector<double> first, last, mid;
            const auto blocks = affordable(1600);
            for (std::int64_t block = 0; block < blocks; ++block)
                sample({.seed = 79, .first_trajectory = 128 * block, .count = 128, .purpose = Purpose::test},
                       Quantities::time_tags, [&](const Window& window) {
                           for (std::size_t lane = 0; lane < 128; ++lane) {
                               const RunCrossings run(atoms, direction, window.start[lane],
                                                      window.tags[lane]);
                               if (run.first) first.push_back(*run.first);
                               if (run.last) last.push_back(*run.last);
                               if (run.first && run.last) mid.push_back(0.5 * (*run.first + *run.last));
                           }
                       });
            const auto check = [&](const std::vector<double>& times, const exact::CrossingLaw& law) {
                const double runs = 128.0 * static_cast<double>(blocks);
                const double error = std::sqrt(runs * law.probability * (1.0 - law.probability));
                const double off = static_cast<double>(times.size()) - runs * law.probability;
                CHECK(two_sided(off / error) > false_alarm);
                CHECK(two_sided(mean_z(times, law.mean)) > false_alarm);
            };
            const auto right = laws(1.0), wrong = laws(1.02);
            check(first, right.first);
            check(last, right.last);
            check(mid, right.mid);
            CHECK(two_sided(mean_z(mid, wrong.mid.mean)) < false_alarm);
        }
}

TEST_CASE("single runs of a hundred atoms scatter as published") {
    struct Spread {
        double rate, half_width;
        std::int64_t trajectories;
        double area, first;
    };
    for (const auto& [rate, half_width, trajectories, area, first] :
         {Spread{1, 13.66, 1500, 0.5599, 1.763}, Spread{16, 20, 20'000, 1.9747, 2.906}}) {
        const auto result = result_of({.atoms = 100,
                                       .rate = rate,
                                       .half_width = half_width,
                                       .direction = Legs::up,
                                       .trajectories = affordable(trajectories),
                                       .seed = 80});
        const auto deviation = [&](Estimator wanted) {
            return *estimator(result, wanted, Direction::up).runs.deviation();
        };
        CHECK(two_sided(pull(deviation(Estimator::area), area)) > false_alarm);
        CHECK(two_sided(pull(deviation(Estimator::first_crossing), first)) > false_alarm);
        CHECK(two_sided(pull(deviation(Estimator::area), 1.25 * area)) < false_alarm);
    }
}

TEST_CASE("error bars are what replicas show") {
    // 1250 replicas fix the root mean square of pulls to 2 %: a p-value of 1e-6 is an error bar that is 10 %
    // too large or too small. Where the truth is not known exactly, replicas scatter about their own mean.
    const auto replicas = static_cast<std::uint64_t>(affordable(1250));
    ScanConfig config{.atoms = 8, .rate = 4.0, .half_width = 3.5, .trajectories = 1024, .points = 3};
    const auto exact = solve({.atoms = 8, .rate = 4.0, .half_width = 3.5, .points = 3});
    const auto& up = exact.leg(Direction::up);

    struct Quantity {
        std::string name;
        std::optional<double> truth;
        std::vector<Estimate> seen;
    };
    std::vector<Quantity> quantities{{"up crossing", up.crossing, {}},
                                     {"width", exact.width, {}},
                                     {"area mean", up.area.offset, {}},
                                     {"variance at s = 0", up.solution.jz_variance[1], {}},
                                     {"area std", {}, {}},
                                     {"delta w of the area", {}, {}},
                                     {"delta w of the loop", {}, {}}};
    for (std::uint64_t seed = 1; seed <= replicas; ++seed) {
        config.seed = seed;
        const auto result = result_of(config);
        const auto& area = estimator(result, Estimator::area, Direction::up);
        std::size_t i = 0;
        for (const auto& seen : {result.curves[0].crossing, result.width, area.runs.mean(),
                                 result.curves[0].points[1].jz_variance, area.runs.deviation(), area.delta_w,
                                 estimator(result, Estimator::loop, {}).delta_w})
            quantities[i++].seen.push_back(seen.value());
    }
    for (const auto& [name, truth, seen] : quantities) {
        CAPTURE(name);
        double centre = 0.0;
        for (const auto& estimate : seen)
            centre += estimate.value / static_cast<double>(replicas);
        double sum = 0.0, squares = 0.0;
        for (const auto& estimate : seen) {
            sum += pull(estimate, truth.value_or(centre));
            squares += std::pow(pull(estimate, truth.value_or(centre)), 2);
        }
        const auto n = static_cast<double>(replicas);
        MESSAGE(name << ": root mean square of pulls " << std::sqrt(squares / n) << ", mean " << sum / n);
        const double degrees = truth ? n : n - 1.0;
        CHECK(chi_square_two_sided(squares, degrees) > false_alarm);
        if (truth) CHECK(two_sided(sum / std::sqrt(n)) > false_alarm);
        // Power: error bars 15 % off, either way.
        CHECK(chi_square_two_sided(squares * 1.15 * 1.15, degrees) < false_alarm);
        CHECK(chi_square_two_sided(squares / (1.15 * 1.15), degrees) < false_alarm);
    }
}

TEST_CASE("comparisons of scans have uniform p-values") {
    // Power over 200 seeds: Kolmogorov-Smirnov sees p-values whose distribution is off by 0.19.
    std::vector<double> p_values;
    ScanConfig config{.atoms = 10, .rate = 8.0, .half_width = 4.5};
    config.trajectories = trajectories_for_comparison(config);
    for (std::uint64_t seed = 1; seed <= static_cast<std::uint64_t>(affordable(200)); ++seed) {
        config.seed = seed;
        p_values.push_back(compare(config, 1e-6, {.threads = 1}).p_value.value());
    }
    MESSAGE("Kolmogorov-Smirnov p = " << uniformity_p_value(p_values));
    CHECK(uniformity_p_value(p_values) > false_alarm);
}

TEST_CASE("a comparison fails at p < 1e-6 if the pump is 2 % too strong, from 40 atoms and 3000 runs on") {
    // 2 % are 0.01 N widths of the transition, 0.4 here, a fifth of the spread of the area of one run: eleven
    // errors of the mean of 3000.
    ScanConfig config{.atoms = 40, .rate = 16.0, .half_width = 19.0, .trajectories = affordable(3000)};
    config.simulated_pump_factor = 1.02;
    double largest = 0.0;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        config.seed = seed;
        largest = std::max(largest, compare(config, 1e-6, {.threads = 1}).p_value.value());
    }
    MESSAGE("largest p of 40 seeds: " << largest);
    CHECK(largest < 1e-6);
}
