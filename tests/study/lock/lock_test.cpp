#include "dickejump/study/lock/lock.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "dickejump/io/lock_report.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "dickejump/record/loop_kernel.hpp"

using namespace dickejump;

TEST_CASE("any number of threads gives the same loop") {
    LockConfig config{.atoms = 12, .duration = 2.0, .gain = 0.4, .tick = 0.02, .servo = Servo::filter};
    Detector side;
    side.name = "side";
    side[Channel::side] = ChannelDetector{.efficiency = 0.5};
    config.detectors = {side}, config.side_rate = 2.0, config.trajectories = 300;
    const auto one = simulate(prepare(config), {.threads = 1}),
               three = simulate(prepare(config), {.threads = 3});
    CHECK(one.jz.mean()->value == three.jz.mean()->value);
    CHECK(one.estimators[1].runs.sensitivity()->value == three.estimators[1].runs.sensitivity()->value);
    CHECK(one.estimators[1].detector == "side");
    CHECK(one.trajectories == 300);
}

TEST_CASE("the exact chain is of a perfect servo without dither") {
    const LockConfig config{.atoms = 12, .duration = 2.0};
    CHECK(solve(config).law.up_jumps > 0.0);
    auto wrong = config;
    wrong.dither = 0.1;
    CHECK_THROWS_AS(solve(wrong), InvalidInput);
    wrong = config, wrong.gain = -1.0;
    CHECK_THROWS_AS(solve(wrong), InvalidInput);
    CHECK_THROWS_AS(prepare(wrong), InvalidInput);
}

TEST_CASE("without gain the pump is parked, to the last bit, whatever the servo looks through") {
    LockConfig config{.atoms = 12, .duration = 2.0, .gain = 0.0, .tick = 0.02, .trajectories = 100};
    const auto parked = simulate(prepare(config));
    CHECK(parked.estimators.back().runs.deviation()->value == 0.0);  // w is gamma in every tick

    // The runs of a controller that does nothing.
    std::vector<double> all_ups(100), all_jz(100);
    LoopKernel(DickeLadder(12), config.grid())(
        {.seed = config.seed, .first_trajectory = 0, .count = 100},
        {.servo =
             ControllerMaker([](std::int64_t) -> Controller { return [](const LoopTick&) { return 1.0; }; })},
        [&](std::int64_t k, const LoopRun& run) {
            for (const auto& tick : run.ticks)
                all_ups[static_cast<std::size_t>(k)] += tick.ups;
            all_jz[static_cast<std::size_t>(k)] = DickeLadder(12).jz(static_cast<double>(run.end));
        });
    Moments ups, jz;
    for (std::size_t k = 0; k < 100; ++k)
        ups.add(all_ups[k]), jz.add(all_jz[k]);
    CHECK(parked.up_jumps.mean()->value == ups.mean()->value);
    CHECK(parked.jz.variance()->value == jz.variance()->value);

    Detector eye;
    eye.name = "eye";
    eye[Channel::side] = ChannelDetector{.efficiency = 0.5};
    config.detectors = {eye}, config.side_rate = 2.0;
    for (const auto servo : {Servo::filter, Servo::counts}) {
        config.servo = servo;
        const auto seen = simulate(prepare(config));
        CHECK(seen.up_jumps.mean()->value == parked.up_jumps.mean()->value);
        CHECK(seen.jz.variance()->value == parked.jz.variance()->value);
        CHECK(seen.estimators.front().runs.sensitivity()->value ==
              parked.estimators.front().runs.sensitivity()->value);
    }
    config.gain = 0.3;
    CHECK(simulate(prepare(config)).up_jumps.mean()->value != parked.up_jumps.mean()->value);
}

TEST_CASE("which estimates are asked for changes none of them, nor the runs") {
    LockConfig config{.atoms = 10, .duration = 1.0, .gain = 0.4, .tick = 0.02, .servo = Servo::counts};
    Detector eye;
    eye.name = "eye";
    eye[Channel::cavity] = ChannelDetector{.efficiency = 0.7, .background = 1.0};
    eye[Channel::side] = ChannelDetector{.efficiency = 0.5};
    config.detectors = {eye}, config.side_rate = 4.0, config.trajectories = 150;
    const auto all = simulate(prepare(config));
    config.estimators = {LockEstimator::mean_pump, LockEstimator::every_jump};
    const auto some = simulate(prepare(config));
    REQUIRE(all.estimators.size() == 3);
    REQUIRE(some.estimators.size() == 2);
    CHECK(all.squared_score);
    CHECK_FALSE(some.squared_score);
    CHECK(some.jz.variance()->value == all.jz.variance()->value);
    CHECK(some.estimators[0].runs.sensitivity()->value == all.estimators[0].runs.sensitivity()->value);
    CHECK(some.estimators[1].estimator == LockEstimator::mean_pump);
    CHECK(some.estimators[1].runs.sensitivity()->value == all.estimators[2].runs.sensitivity()->value);
    CHECK(hash(some.config) != hash(all.config));
    config.detectors.clear(), config.servo = Servo::perfect, config.side_rate = 0.0;
    config.estimators = {LockEstimator::maximum_likelihood};
    CHECK_THROWS_AS(prepare(config), InvalidInput);
}
