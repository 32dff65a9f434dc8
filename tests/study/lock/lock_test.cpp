#include "dickejump/study/lock/lock.hpp"

#include <doctest/doctest.h>

#include "dickejump/io/lock_report.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "dickejump/record/loop_sampler.hpp"

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
    Moments ups, jz;
    const LoopSampler sample(DickeLadder(12), config.grid());
    for (std::int64_t k = 0; k < config.trajectories; ++k) {
        const auto run = sample(config.seed, k, {}, [](const LoopTick&) { return 1.0; });
        std::int64_t all = 0;
        for (const auto up : run.ups)
            all += up;
        ups.add(static_cast<double>(all));
        jz.add(DickeLadder(12).jz(static_cast<double>(run.n.back())));
    }
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
