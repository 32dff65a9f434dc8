#include "dickejump/study/measure/measure.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "dickejump/model/invalid_input.hpp"

using namespace dickejump;

namespace {

MeasureConfig parked() {
    MeasureConfig config{.atoms = 12, .park = 1.0, .duration = 1.5};
    Detector all;
    all.name = "all";
    all[Channel::cavity] = ChannelDetector{};
    all[Channel::pump] = ChannelDetector{};
    config.detectors = {all};
    config.trajectories = 400;
    return config;
}

}  // namespace

TEST_CASE("bounds with parameters unknown are those of the detected record's matrix") {
    auto config = parked();
    config.trajectories = 60;
    config.unknown = {Parameter::gamma};
    const auto result = simulate(prepare(config), {.threads = 2});
    const double known = std::sqrt(6.0 / (12.0 * 14.0 * 1.5));
    CHECK(*result.full_record_gamma_unknown == doctest::Approx(std::sqrt(2.0) * known).epsilon(1e-6));
    const auto& seen = result.detectors.at(0);
    REQUIRE(seen.matrix);
    CHECK(seen.matrix->count() == 60);
    const auto fisher = FisherMatrix::of({&*seen.matrix}, config.unknown);
    // Every jump is seen, but not the start: less than the full record by little. Five standard errors.
    CHECK(fisher.critical_pump->value >
          *result.full_record_gamma_unknown - 5.0 * fisher.critical_pump->error);
    CHECK(fisher.critical_pump->value < 1.15 * *result.full_record_gamma_unknown);
    config.unknown = {Parameter::efficiency_side};
    CHECK_THROWS_AS(prepare(config), InvalidInput);
}

TEST_CASE("a pump at rest: its bound, any number of threads, and a shift that is there is found") {
    auto config = parked();
    const auto one = simulate(prepare(config), {.threads = 1}),
               three = simulate(prepare(config), {.threads = 3});
    CHECK(one.full_record.value() == doctest::Approx(std::sqrt(6.0 / (12.0 * 14.0 * 1.5))).epsilon(1e-6));
    const auto& seen = one.detectors.at(0);
    CHECK(seen.maximum_likelihood.mean()->value == three.detectors.at(0).maximum_likelihood.mean()->value);
    // Fixed seed; six standard errors about no shift.
    const auto mean = *seen.bayes.mean();
    CHECK(std::abs(mean.value) < 6.0 * mean.error);
    CHECK(seen.posteriors == 400);
    config.simulated_shift = 0.3;
    const auto shifted = *simulate(prepare(config)).detectors.at(0).bayes.mean();
    CHECK(std::abs(shifted.value) > 6.0 * shifted.error);
}

TEST_CASE("measurements that cannot be are refused") {
    const auto problems_of = [](const MeasureConfig& config) {
        Problems problems;
        check(config, problems);
        return problems.list().size();
    };
    CHECK(problems_of(parked()) == 0);
    auto wrong = parked();
    wrong.park.reset();
    CHECK(problems_of(wrong) == 1);
    wrong = parked(), wrong.initial = 13;
    CHECK(problems_of(wrong) == 1);
    wrong = parked(), wrong.detectors.clear();
    CHECK(problems_of(wrong) == 1);
    wrong = parked(), wrong.detectors[0].time_tags = false;
    CHECK(problems_of(wrong) == 1);
    wrong = parked(), wrong.schedule = "no such file.csv";
    CHECK(problems_of(wrong) >= 1);
    CHECK_THROWS_AS(prepare(wrong), InvalidInput);
}
