#include "dickejump/study/lock/lock_config.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace dickejump;

namespace {

std::size_t problems_of(const LockConfig& config) {
    Problems problems;
    check(config, problems);
    return problems.list().size();
}

Detector seeing(Channel c) {
    Detector d;
    d.name = "d";
    d[c] = ChannelDetector{.efficiency = 0.5};
    return d;
}

}  // namespace

TEST_CASE("ticks fill the duration, none longer than asked for") {
    CHECK(LockConfig{.atoms = 20, .duration = 10.0, .tick = 0.01}.grid().ticks == 1000);
    CHECK(LockConfig{.atoms = 20, .duration = 1.0, .tick = 0.3}.grid().ticks == 4);
    CHECK(LockConfig{.atoms = 20, .duration = 1.0}.grid().ticks == 100);
    CHECK(resolved({.atoms = 20, .duration = 1.0, .tick = 0.3}).tick == 0.25);
}

TEST_CASE("loops that cannot be are refused") {
    const LockConfig fine{.atoms = 10, .duration = 5.0};
    CHECK(problems_of(fine) == 0);
    auto wrong = fine;
    wrong.gain = -1.0;
    CHECK(problems_of(wrong) == 1);
    wrong = fine, wrong.tick = 20.0;
    CHECK(problems_of(wrong) == 1);
    wrong = fine, wrong.initial = 11;
    CHECK(problems_of(wrong) == 1);
    wrong = fine, wrong.memory = std::numeric_limits<double>::quiet_NaN();
    CHECK(problems_of(wrong) == 1);
    wrong = fine, wrong.detectors = {seeing(Channel::cavity)};
    CHECK(problems_of(wrong) == 1);  // the perfect servo does not look through it
    wrong.servo = Servo::counts;
    CHECK(problems_of(wrong) == 1);  // the cavity does not tell the sign
    wrong.servo = Servo::filter;
    CHECK(problems_of(wrong) == 0);
    wrong.detectors.push_back(seeing(Channel::pump));
    CHECK(problems_of(wrong) == 1);
    wrong = fine, wrong.servo = Servo::counts, wrong.detectors = {seeing(Channel::side)};
    CHECK(problems_of(wrong) == 1);  // no side rate
    wrong.side_rate = 1.0;
    CHECK(problems_of(wrong) == 0);
}

TEST_CASE("what shapes the result enters the hash, how many runs there are does not") {
    const LockConfig config{.atoms = 10, .duration = 5.0};
    auto other = config;
    other.trajectories = 5;
    CHECK(hash(other) == hash(config));
    other.gain = 0.4;
    CHECK(hash(other) != hash(config));
}

TEST_CASE("dead time and jitter are for a servo that counts, without the likelihood of its clicks") {
    LockConfig config{.atoms = 10, .duration = 5.0, .servo = Servo::counts, .side_rate = 1.0};
    config.detectors = {seeing(Channel::side)};
    CHECK(config.asks_for(LockEstimator::maximum_likelihood));
    config.detectors[0][Channel::side]->dead_time = 0.1;
    CHECK(problems_of(config) == 0);
    CHECK_FALSE(config.asks_for(LockEstimator::maximum_likelihood));
    CHECK(config.asks_for(LockEstimator::mean_pump));
    config.estimators = {LockEstimator::maximum_likelihood};
    CHECK(problems_of(config) == 1);
    config.estimators.clear(), config.servo = Servo::filter;
    CHECK(problems_of(config) == 1);
}
