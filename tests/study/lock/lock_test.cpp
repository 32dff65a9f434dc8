#include "dickejump/study/lock/lock.hpp"

#include <doctest/doctest.h>

#include "dickejump/io/lock_report.hpp"
#include "dickejump/model/invalid_input.hpp"

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
