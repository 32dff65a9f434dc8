#include "dickejump/study/schedule/best_schedule.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "dickejump/exact/master_equation.hpp"
#include "dickejump/model/invalid_input.hpp"

using namespace dickejump;

namespace {

/// E F by the master equation's own integrator.
double expected_information(const ScheduleConfig& config, const ScheduleResult& result) {
    const auto nodes = PriorNodes::of(config.prior_width, config.atoms);
    const auto pump = PumpSchedule::piecewise_linear(result.times, result.best.pumps);
    const auto levels = config.atoms + 1;
    const Eigen::VectorXd start = Eigen::VectorXd::Constant(levels, 1.0 / static_cast<double>(levels));
    double all = 0.0;
    for (std::size_t i = 0; i < nodes.epsilon.size(); ++i)
        all += nodes.weight[i] * exact::solve(DickeLadder(config.atoms),
                                              pump.affine(std::exp(nodes.epsilon[i]), 0.0), config.duration,
                                              start)
                                     .up_jumps;
    return all;
}

std::size_t problems_of(const ScheduleConfig& config) {
    Problems problems;
    check(config, problems);
    return problems.list().size();
}

}  // namespace

TEST_CASE("who knows the critical pump parks there") {
    const ScheduleConfig config{.atoms = 30, .duration = 8.0, .knots = 17};
    const auto result = simulate(config, {.threads = 1});
    CHECK(result.converged);
    CHECK(result.parked.information == doctest::Approx(8.0 * 30 * 32 / 6.0).epsilon(1e-9));
    // In the steady state the optimum is a little above gamma, by 15/N^2 or so; only the end climbs, for the
    // atoms that are up then have been pumped.
    for (std::size_t k = 2; k < 12; ++k)
        CHECK(std::abs(result.best.pumps[k] - 1.0) < 0.04);
    CHECK(result.best.pumps.back() > 1.2);
    CHECK(result.best.information > result.parked.information);
    CHECK(result.best.information < result.limit);
    CHECK(result.best.at_center == doctest::Approx(result.best.information));
    CHECK(!result.best.with_prior(config));
}

TEST_CASE("what is found is never below the scan that it starts from, and tells what it says") {
    for (const double width : {1.0, 5.0}) {
        const ScheduleConfig config{.atoms = 20, .duration = 6.0, .prior_width = width, .knots = 13};
        const auto result = simulate(config);
        CHECK(result.best.information >= result.scan.information);
        CHECK(result.best.information >= result.parked.information);
        CHECK(result.best.information == doctest::Approx(expected_information(config, result)).epsilon(2e-4));
        CHECK(*std::min_element(result.best.pumps.begin(), result.best.pumps.end()) >= config.pump_min);
        CHECK(*std::max_element(result.best.pumps.begin(), result.best.pumps.end()) <= config.pump_max);
        const double sigma = width / 10.0;
        CHECK(*result.best.with_prior(config) ==
              doctest::Approx(1.0 / std::sqrt(result.best.information + 1.0 / (sigma * sigma))));
    }
}

TEST_CASE("any number of threads finds the same schedule") {
    const ScheduleConfig config{.atoms = 12, .duration = 3.0, .prior_width = 3.0, .knots = 7};
    CHECK(simulate(config, {.threads = 1}).best.pumps == simulate(config, {.threads = 3}).best.pumps);
}

TEST_CASE("the nodes of a prior have its moments") {
    for (const double width : {0.3, 1.0, 12.5}) {
        const auto nodes = PriorNodes::of(width, 50);
        double norm = 0.0, square = 0.0, wave = 0.0;
        for (std::size_t i = 0; i < nodes.epsilon.size(); ++i) {
            norm += nodes.weight[i];
            square += nodes.weight[i] * nodes.epsilon[i] * nodes.epsilon[i];
            wave += nodes.weight[i] * std::cos(20.0 * nodes.epsilon[i]);
        }
        const double sigma = 2.0 * width / 50.0;
        CHECK(norm == doctest::Approx(1.0).epsilon(1e-12));
        CHECK(square == doctest::Approx(sigma * sigma).epsilon(2e-4));
        CHECK(wave == doctest::Approx(std::exp(-200.0 * sigma * sigma)).epsilon(1e-3).scale(1.0));
    }
    CHECK(PriorNodes::of(0.0, 50).weight == std::vector{1.0});
}

TEST_CASE("schedules that cannot be are refused") {
    const ScheduleConfig fine{.atoms = 20, .duration = 5.0};
    CHECK(problems_of(fine) == 0);
    auto wrong = fine;
    wrong.pump_min = 0.0;
    CHECK(problems_of(wrong) == 1);
    wrong = fine, wrong.pump_min = 1.5;
    CHECK(problems_of(wrong) == 1);
    wrong = fine, wrong.pump_max = 0.5;
    CHECK(problems_of(wrong) == 1);
    wrong = fine, wrong.prior_width = 11.0;
    CHECK(problems_of(wrong) == 1);
    wrong = fine, wrong.half_width = 9.5;
    CHECK(problems_of(wrong) == 1);
    wrong = fine, wrong.knots = 1;
    CHECK(problems_of(wrong) == 1);
    wrong = fine, wrong.initial = 21;
    CHECK(problems_of(wrong) == 1);
    wrong = fine, wrong.duration = -1.0, wrong.prior_width = -1.0;
    CHECK(problems_of(wrong) == 2);
    CHECK_THROWS_AS(simulate(wrong), InvalidInput);
}

TEST_CASE("what shapes a schedule enters the hash") {
    const ScheduleConfig config{.atoms = 20, .duration = 5.0};
    auto other = config;
    other.time_limit = 5.0;
    CHECK(hash(other) == hash(config));
    other.prior_width = 1.0;
    CHECK(hash(other) != hash(config));
}
