#include "dickejump/study/lock/lock.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "dickejump/study/measure/measure.hpp"
#include "support/affordable.hpp"
#include "support/statistics.hpp"

// Closed loops against the exact chain and against martingales. Seeds are fixed; a p-value falls below
// `false_alarm` with probability 1e-6 for a new seed, and there are some thirty. Beside the checks stands
// their power: a true pump 2 % off.

using namespace dickejump;
using namespace dickejump::test;

namespace {

constexpr double false_alarm = 1e-6;

double p_value(const std::optional<Estimate>& found, double truth) {
    return two_sided((found->value - truth) / found->error);
}

LockConfig perfect(std::int64_t atoms, double gain) {
    return {.atoms = atoms,
            .duration = 4.0,
            .gain = gain,
            .tick = 0.01,
            .trajectories = affordable(8000),
            .seed = 5};
}

Detector both() {
    Detector d;
    d.name = "both";
    d[Channel::cavity] = ChannelDetector{.efficiency = 0.5};
    d[Channel::side] = ChannelDetector{.efficiency = 0.5, .background = 2.0};
    return d;
}

}  // namespace

TEST_CASE("runs of a perfect servo have the means of the chain") {
    for (const double gain : {0.0, 0.3, 1.5}) {
        const auto config = perfect(20, gain);
        const auto result = simulate(prepare(config));
        const auto law = solve(config).law;
        CAPTURE(gain);
        CHECK(p_value(result.up_jumps.mean(), law.up_jumps) > false_alarm);
        CHECK(p_value(result.relative_information.mean(), law.up_jumps) > false_alarm);
        CHECK(p_value(result.jz.mean(), law.jz_mean) > false_alarm);
        CHECK(p_value(result.jz.variance(), law.jz_variance) > false_alarm);
        CHECK(p_value(result.square_error.mean(), law.mean_square_error) > false_alarm);
        if (law.shift_information)
            CHECK(p_value(result.shift_information.mean(), *law.shift_information) > false_alarm);
    }
    auto wrong = perfect(20, 0.3);
    wrong.simulated_shift = 0.02;
    wrong.trajectories = affordable(40'000);
    CHECK(p_value(simulate(prepare(wrong)).jz.mean(), solve(wrong).law.jz_mean) < false_alarm);
}

TEST_CASE("under feedback the score of every jump has mean 0 and its information as mean square") {
    // The estimate from every jump is near score/information: unbiased, and at its bound.
    auto config = perfect(30, 0.5);
    const auto result = simulate(prepare(config));
    const auto& estimate = result.estimators.front().runs;
    CHECK(p_value(estimate.slope(), 1.0) > false_alarm);  // E[x S] = 1 for an unbiased x
    const double bound = 1.0 / std::sqrt(result.shift_information.mean()->value);
    CHECK(estimate.sensitivity()->value / bound == doctest::Approx(1.0).epsilon(0.06));
    config.simulated_shift = 0.02;
    CHECK(p_value(simulate(prepare(config)).estimators.front().runs.mean(), 0.0) < false_alarm);
    CHECK(p_value(simulate(prepare(config)).estimators.front().runs.mean(), 0.02) > 1e-4);
}

TEST_CASE("servos on clicks hold, and the likelihood of what they saw is right") {
    LockConfig config{.atoms = 15, .duration = 4.0, .gain = 0.5, .tick = 0.02};
    config.detectors = {both()}, config.side_rate = 20.0, config.trajectories = affordable(1500),
    config.seed = 6;
    const double free = 15.0 * 17.0 / 12.0;
    for (const auto servo : {Servo::filter, Servo::counts}) {
        config.servo = servo;
        const auto result = simulate(prepare(config));
        CHECK(result.jz.variance()->value < 0.8 * free);
        const auto& likelihood = result.estimators[1];
        REQUIRE(likelihood.estimator == LockEstimator::maximum_likelihood);
        CHECK(p_value(likelihood.runs.mean(), 0.0) > false_alarm);
        // E[x S] = 1 for an unbiased estimate; that of the maximum is so to some per cent.
        CHECK(likelihood.runs.slope()->value == doctest::Approx(1.0).epsilon(0.2));
        const double bound = 1.0 / std::sqrt(result.squared_score->mean()->value);
        CHECK(likelihood.runs.sensitivity()->value / bound == doctest::Approx(1.05).epsilon(0.15));
    }
    config.simulated_shift = 0.02;
    config.trajectories = affordable(6000);
    CHECK(p_value(simulate(prepare(config)).estimators[1].runs.mean(), 0.0) < false_alarm);
}

TEST_CASE("under a pump at rest the estimates are at their bound, and 2 % more pump is found") {
    MeasureConfig config{.atoms = 30, .park = 1.0, .duration = 4.0};
    Detector half = both();
    half[Channel::pump] = ChannelDetector{.efficiency = 0.5};
    config.detectors = {half}, config.side_rate = 1.0, config.trajectories = affordable(1500),
    config.seed = 8;
    const auto result = simulate(prepare(config));
    const auto& seen = result.detectors.front();
    CHECK(p_value(seen.maximum_likelihood.mean(), 0.0) > false_alarm);
    CHECK(p_value(seen.bayes.mean(), 0.0) > false_alarm);
    // Near its bound an estimate is normal: 1500 runs know a spread to 2 %, and a slope to 4 %.
    const double bound = 1.0 / std::sqrt(seen.information.mean()->value);
    CHECK(seen.maximum_likelihood.sensitivity()->value / bound == doctest::Approx(1.0).epsilon(0.15));
    const double held = static_cast<double>(seen.posterior68) / static_cast<double>(seen.posteriors);
    CHECK(two_sided((held - 0.68) / std::sqrt(0.68 * 0.32 / 1500.0)) > false_alarm);
    config.simulated_shift = 0.02;
    CHECK(p_value(simulate(prepare(config)).detectors.front().maximum_likelihood.mean(), 0.0) < false_alarm);
}
