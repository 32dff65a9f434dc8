#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <span>
#include <vector>

#include "dickejump/random/stream.hpp"
#include "dickejump/wavefunction/channel_jump.hpp"

namespace dickejump::test {

/// What one trajectory leaves behind.
struct ToldStates {
    std::vector<ChannelJump> jumps;
    std::vector<Eigen::VectorXcd> states;
};

template <class Sampler>
ToldStates told(const Sampler& sample, const Eigen::VectorXcd& start, std::span<const double> times,
                std::uint64_t trajectory) {
    ToldStates result;
    Stream random(11, trajectory, Purpose::test);
    sample(
        random, start, times,
        [&](std::size_t, const Eigen::VectorXcd& state) { result.states.push_back(state); }, &result.jumps);
    return result;
}

/// The same random words must make the same trajectory, to the methods' tolerance.
inline void check_same(const ToldStates& a, const ToldStates& b, double tolerance) {
    REQUIRE(a.jumps.size() == b.jumps.size());
    REQUIRE(a.states.size() == b.states.size());
    for (std::size_t i = 0; i < a.jumps.size(); ++i) {
        CHECK(a.jumps[i].channel == b.jumps[i].channel);
        CHECK(a.jumps[i].time == doctest::Approx(b.jumps[i].time).epsilon(tolerance));
    }
    for (std::size_t i = 0; i < a.states.size(); ++i)
        CHECK(std::abs(std::abs(a.states[i].dot(b.states[i])) - 1.0) < 10.0 * tolerance);
}

}  // namespace dickejump::test
