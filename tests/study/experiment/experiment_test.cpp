#include "dickejump/study/experiment/experiment.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>
#include <random>

#include "dickejump/exact/local_equation.hpp"
#include "dickejump/exact/steady_state.hpp"
#include "dickejump/study/scan/exact_scan.hpp"
#include "study/experiment/experiment_plan.hpp"

using namespace dickejump;

namespace {

ExperimentConfig three_legs() {
    return {.atoms = 8,
            .rate = 2.0,
            .half_width = 3.0,
            .duration = 9.5,
            .emission = 0.1,
            .rest = 0.2,
            .trajectories = 3000,
            .seed = 5};
}

const LegEstimate& area_of(const ExperimentLeg& leg) {
    for (const auto& one : leg.estimators)
        if (one.estimator == Estimator::area) return one;
    throw InvalidInput("no area");
}

}  // namespace

TEST_CASE("as many legs as fit, up first, with rests between them") {
    CHECK(three_legs().legs() == 3);
    auto shorter = three_legs();
    shorter.duration = 9.399;
    CHECK(shorter.legs() == 2);
    shorter.duration = 9.4 * (1.0 - 1e-12);
    CHECK(shorter.legs() == 3);
    const auto result = simulate(prepare(three_legs()));
    REQUIRE(result.legs.size() == 3);
    CHECK(result.legs[1].direction == Direction::down);
    CHECK(result.legs[2].direction == Direction::up);
    CHECK(result.legs[2].start == doctest::Approx(6.4));
}

TEST_CASE("legs are calibrated by the rate equation along the whole course, which runs follow") {
    auto config = three_legs();
    config.rest = 0.0;
    config.duration = 9.0;
    config.trajectories = 20'000;
    const auto result = simulate(prepare(config));
    // Three legs are one schedule, which can be solved with its derivative at once.
    const DickeLadder ladder(8);
    const LocalSpins spins(8, config.local_rates());
    const std::vector<double> times{3.0, 6.0, 9.0};
    const auto pump =
        PumpSchedule::piecewise_linear(std::vector{0.0, 3.0, 6.0, 9.0}, std::vector{0.25, 1.75, 0.25, 1.75});
    const auto exact = exact::solve_local(
        spins, pump, 9.0, exact::symmetric_populations(spins, exact::steady_state(ladder, 0.25)), times);
    double before = 0.0, slope_before = 0.0;
    for (std::size_t k = 0; k < 3; ++k) {
        const auto& area = area_of(result.legs[k]);
        const double offset = -2.0 / 8.0 * (exact.inversion_integral[k] - before),
                     slope = 2.0 / 8.0 * (exact.inversion_integral_slope[k] - slope_before) * 2.0 / 8.0;
        CHECK(area.calibration->offset == doctest::Approx(offset).epsilon(1e-7));
        CHECK(area.calibration->slope == doctest::Approx(slope).epsilon(1e-4));
        before = exact.inversion_integral[k], slope_before = exact.inversion_integral_slope[k];
        // 5.5 standard errors: a false alarm in 3e7; a pump 2 % too strong moves the first offset by ten.
        const auto mean = *area.runs.mean(), j2 = *result.legs[k].j2_end.mean();
        CHECK(std::abs(mean.value - offset) < 5.5 * mean.error);
        CHECK(std::abs(j2.value - exact.j2_mean[k]) < 5.5 * j2.error);
    }
    CHECK(*result.full_record == doctest::Approx(1.0 / std::sqrt(*exact.solution.record_information)));
    CHECK(*result.legs[2].information > *result.legs[1].information);
}

TEST_CASE("without local processes the first leg is the scan's, and the parked bound has its closed form") {
    auto config = three_legs();
    config.emission = 0.0;
    const auto result = simulate(prepare(config));
    const auto scan = solve(ExactScanConfig{.atoms = 8, .rate = 2.0, .half_width = 3.0});
    CHECK(area_of(result.legs[0]).calibration->offset ==
          doctest::Approx(scan.legs[0].area.offset).epsilon(1e-6));
    CHECK(area_of(result.legs[0]).calibration->slope ==
          doctest::Approx(scan.legs[0].area.slope).epsilon(1e-4));
    CHECK(result.parked_full_record == doctest::Approx(std::sqrt(6.0 / (8.0 * 10.0 * 9.5))));
    CHECK(*result.paper ==
          doctest::Approx(*scan.legs[0].bounds.paper_heuristic / std::sqrt(2.0 * 9.5 / 6.0)));
}

TEST_CASE("the record of all legs and rests tells as much as its bound allows") {
    auto config = three_legs();
    config.trajectories = 400;
    Detector all, some;
    all.name = "all", some.name = "some";
    for (const auto c : channels)
        all[c] = ChannelDetector{.efficiency = 1.0};
    some[Channel::cavity] = ChannelDetector{.efficiency = 0.6, .background = 0.5};
    config.detectors = {all, some};
    const auto result = simulate(prepare(config));
    REQUIRE(result.records.size() == 2);
    const auto &complete = result.records[0], &partial = result.records[1];
    // Who sees every jump but not the start knows nearly all; less light tells less.
    REQUIRE((complete.bound && partial.bound && result.full_record));
    CHECK(complete.bound->value > *result.full_record - 5.0 * complete.bound->error);
    CHECK(complete.bound->value < 1.1 * *result.full_record);
    CHECK(partial.bound->value > 1.05 * complete.bound->value);
    for (const auto& record : result.records) {
        CHECK(record.exact_likelihood);
        const auto bayes = *record.bayes.sensitivity();
        CHECK(bayes.value > record.bound->value - 5.0 * bayes.error);
        CHECK(bayes.value < 1.3 * record.bound->value);
        REQUIRE(record.bayes_holds);
        // 68 % of 400, to 5 standard deviations.
        CHECK(std::abs(record.bayes_holds->at68.value - 0.6827) < 0.117);
    }
    // The runs are the same, whoever looks, and on any number of threads.
    auto blind = config;
    blind.detectors.clear();
    CHECK(simulate(prepare(blind)).combined[3].delta_w->value == result.combined[3].delta_w->value);
    config.trajectories = 130;
    const auto one = simulate(prepare(config), {.threads = 1}),
               three = simulate(prepare(config), {.threads = 3});
    CHECK(one.records[1].bayes.mean()->value == three.records[1].bayes.mean()->value);
}

TEST_CASE("repumping in rests brings the spin back") {
    auto config = three_legs();
    config.emission = 0.4;
    config.rest = 1.0;
    config.duration = 11.0;
    const auto faded = simulate(prepare(config));
    config.repump = 5.0;
    const auto restored = simulate(prepare(config));
    REQUIRE(restored.legs.size() == 3);
    CHECK(restored.legs[2].j2_end.mean()->value > faded.legs[2].j2_end.mean()->value + 1.0);
}

TEST_CASE("the combination of legs is the best linear one") {
    // Two independent legs of variances 1 and 4 with slopes 1 and 1/2, and two that share their noise.
    Covariance independent(2), shared(2);
    for (int i = 0; i < 400; ++i) {
        const double a = i % 2 == 0 ? 1.0 : -1.0, b = i / 2 % 2 == 0 ? 2.0 : -2.0;
        independent.add(Eigen::Vector2d{a, b});
        shared.add(Eigen::Vector2d{a, a + 0.1 * b});
    }
    const std::vector<Calibration> slopes{{.slope = 1.0}, {.slope = 0.5}},
        equal{{.slope = 1.0}, {.slope = 1.0}};
    const auto best = combined(Estimator::area, independent, slopes, 10);
    const double scale = std::sqrt(400.0 / 398.0);  // of so many degrees
    CHECK(best.weights[0] == doctest::Approx(16.0 / 17.0));
    CHECK(best.weights[0] + best.weights[1] == doctest::Approx(1.0));
    CHECK(best.delta_w->value == doctest::Approx(0.2 * scale / std::sqrt(1.0 + 0.25 / 4.0)));
    CHECK(best.delta_w->error == doctest::Approx(best.delta_w->value * std::sqrt(0.5 / 398.0)));
    // The noise that both have cannot be taken out: the second leg, which has more, counts for nothing.
    const auto common = combined(Estimator::area, shared, equal, 10);
    CHECK(common.weights[0] == doctest::Approx(1.0));
    CHECK(std::abs(common.weights[1]) < 1e-9);
}

TEST_CASE("many legs beside few runs are not combined better than they are") {
    // 20 legs of variance 1 and slope 1, 220 runs: delta w^2 = (2/N)^2/20. The mean of 300 replicas has an
    // error of 0.6 %, and is 9 % too small without the degrees that the combination takes.
    constexpr int legs = 20, runs = 220, replicas = 300;
    const std::vector<Calibration> slopes(legs, Calibration{.slope = 1.0});
    std::mt19937_64 random(3);
    std::normal_distribution<double> normal;
    double mean = 0.0, square = 0.0;
    for (int r = 0; r < replicas; ++r) {
        Covariance together(legs);
        for (int i = 0; i < runs; ++i)
            together.add(Eigen::VectorXd::NullaryExpr(legs, [&] { return normal(random); }));
        const double delta = combined(Estimator::area, together, slopes, 2).delta_w->value;
        mean += delta * delta * legs / replicas, square += std::pow(delta * delta * legs, 2) / replicas;
    }
    const double error = std::sqrt((square - mean * mean) / replicas);
    CHECK(std::abs(mean - 1.0) < 4.9 * error);  // false alarm 1e-6
    CHECK(0.91 * mean < 1.0 - 4.9 * error);     // power
}

TEST_CASE("an experiment is the same on any number of threads, and refuses what cannot be") {
    const auto prepared = prepare(three_legs());
    const auto one = simulate(prepared, {.threads = 1}), two = simulate(prepared, {.threads = 2});
    CHECK(one.jumps == two.jumps);
    CHECK(area_of(one.legs[2]).runs.mean()->value == area_of(two.legs[2]).runs.mean()->value);
    auto config = three_legs();
    config.duration = 2.9;
    CHECK_THROWS_WITH_AS(prepare(config), doctest::Contains("duration"), InvalidInput);
    config = three_legs();
    config.emission = -0.1;
    CHECK_THROWS_WITH_AS(prepare(config), doctest::Contains("emission"), InvalidInput);
    config = three_legs();
    config.rest = 0.0;
    config.repump = 1.0;
    CHECK_THROWS_WITH_AS(prepare(config), doctest::Contains("rest"), InvalidInput);
}
