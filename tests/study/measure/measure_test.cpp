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
