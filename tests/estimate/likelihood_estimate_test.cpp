#include "dickejump/estimate/likelihood_estimate.hpp"

#include <doctest/doctest.h>

#include <boost/math/distributions/gamma.hpp>
#include <cmath>
#include <vector>

#include "dickejump/model/invalid_input.hpp"
#include "dickejump/record/record.hpp"
#include "dickejump/trajectory/ladder_sampler.hpp"
#include "dickejump/trajectory/observer.hpp"
#include "support/pumping_integral.hpp"

using namespace dickejump;
using namespace dickejump::test;
using doctest::Approx;

namespace {

/// A perfect record of a run parked at pump w from a known level: log L = K log(w + theta) - theta I + const,
/// K the J+ jumps and I = int A dt, so that w + theta has a gamma law and everything has a closed form.
struct Parked {
    double pump;
    LikelihoodFilter filter;
    std::vector<Photon> clicks;
    double ups = 0.0, pumping = 0.0;

    Parked(std::int64_t atoms, double w, double duration, std::int64_t trajectory)
        : pump(w),
          filter(DickeLadder(atoms), PumpSchedule::constant(w), duration,
                 Eigen::VectorXd::Unit(atoms + 1, atoms / 2),
                 Detector{.name = "all", .channel = {ChannelDetector{}, ChannelDetector{}, {}}}, 0.0) {
        const LadderSampler sampler(DickeLadder(atoms), PumpSchedule::constant(w),
                                    {.duration = duration, .ticks = 1}, StartState::dicke(atoms / 2));
        sampler({.seed = 31, .first_trajectory = trajectory, .count = 1, .purpose = Purpose::test},
                Quantities::time_tags, [&](const Window& window) {
                    for (const auto& jump : window.tags[0])
                        clicks.push_back({jump.time, jump.dn() > 0 ? Channel::pump : Channel::cavity});
                    pumping += pumping_integral(DickeLadder(atoms), atoms / 2, window.tags[0], 0.0, duration);
                });
        for (const auto& click : clicks)
            ups += click.channel == Channel::pump;
    }

    double maximum() const { return ups / pumping - pump; }
    double standard_error() const { return std::sqrt(ups) / pumping; }
    double posterior_quantile(double probability) const {
        return boost::math::quantile(boost::math::gamma_distribution<double>(ups + 1.0, 1.0 / pumping),
                                     probability) -
               pump;
    }
    double scale() const { return pump / std::sqrt(ups); }
    LikelihoodEstimate estimate(double guess = 1.0) const {
        return estimate_likelihood(filter, clicks, guess * scale());
    }
};

}  // namespace

TEST_CASE("maximum, error, posterior and score of a perfect parked record are the closed forms") {
    for (const double w : {0.7, 1.0, 1.3})
        for (const std::int64_t trajectory : {1, 2, 3}) {
            CAPTURE(w);
            CAPTURE(trajectory);
            const Parked run(50, w, 1.0, trajectory);
            REQUIRE(run.ups > 100.0);
            const auto estimate = run.estimate();
            const double unit = run.standard_error();
            REQUIRE(estimate.found());
            CHECK(std::abs(estimate.maximum - run.maximum()) < 1e-3 * unit);
            CHECK(estimate.standard_error == Approx(unit).epsilon(3e-3));
            CHECK(std::abs(estimate.posterior_mean - ((run.ups + 1.0) / run.pumping - w)) < 0.02 * unit);
            // Quantiles lose what lies beyond the grid of thetas: a twentieth of an error at worst.
            const auto check_interval = [&](const Interval& interval, double tail) {
                CHECK(std::abs(interval.low - run.posterior_quantile(tail)) < 0.06 * unit);
                CHECK(std::abs(interval.high - run.posterior_quantile(1.0 - tail)) < 0.06 * unit);
            };
            check_interval(estimate.credible68, 0.16);
            check_interval(estimate.credible95, 0.025);
            // The score is a difference over 0.3 scales: its third derivative shows at 1e-3 of its spread.
            CHECK(std::abs(estimate.score - (run.ups / w - run.pumping)) < 0.02 * std::sqrt(run.ups) / w);
            CHECK(estimate.information == Approx(run.pumping / w).epsilon(0.01));
        }
}

TEST_CASE("the estimate does not depend on the scale that it is told") {
    const Parked run(50, 1.0, 1.0, 4);
    const auto right = run.estimate();
    for (const double guess : {0.1, 0.3, 3.0, 10.0}) {
        CAPTURE(guess);
        const auto other = run.estimate(guess);
        REQUIRE(other.found());
        CHECK(std::abs(other.maximum - right.maximum) < 0.02 * right.standard_error);
        CHECK(other.standard_error == Approx(right.standard_error).epsilon(0.03));
        CHECK(std::abs(other.credible95.low - right.credible95.low) < 0.05 * right.standard_error);
        CHECK(std::abs(other.credible95.high - right.credible95.high) < 0.05 * right.standard_error);
    }
}

TEST_CASE("a maximum many errors away is found") {
    // The same record told that the pump is far from what it was.
    const Parked run(50, 1.0, 1.0, 5);
    const double off = 12.0 * run.standard_error();
    for (const double sign : {-1.0, 1.0}) {
        const LikelihoodFilter elsewhere(
            DickeLadder(50), PumpSchedule::constant(1.0 + sign * off), 1.0, Eigen::VectorXd::Unit(51, 25),
            Detector{.name = "all", .channel = {ChannelDetector{}, ChannelDetector{}, {}}}, 0.0);
        const auto estimate = estimate_likelihood(elsewhere, run.clicks, run.scale());
        REQUIRE(estimate.found());
        CHECK(std::abs(estimate.maximum + sign * off - run.maximum()) < 0.01 * run.standard_error());
    }
}

TEST_CASE("intervals are as wide as they claim and hold what is inside") {
    const Parked run(50, 1.0, 1.0, 6);
    const auto estimate = run.estimate();
    const auto near = estimate.confidence68(), wide = estimate.confidence95();
    CHECK(0.5 * (near.high - near.low) == Approx(0.99446 * estimate.standard_error).epsilon(1e-4));
    CHECK(0.5 * (wide.high - wide.low) == Approx(1.95996 * estimate.standard_error).epsilon(1e-4));
    CHECK(near.contains(estimate.maximum));
    CHECK_FALSE(near.contains(wide.high));
    CHECK(wide.contains(wide.low));
    CHECK(estimate.credible95.low < estimate.credible68.low);
    CHECK(estimate.credible68.high < estimate.credible95.high);
    CHECK(estimate.credible68.contains(estimate.posterior_mean));
}

TEST_CASE("a record that says nothing of the pump has no maximum") {
    const LikelihoodFilter blind(
        DickeLadder(10), PumpSchedule::constant(1.0), 1.0, Eigen::VectorXd::Constant(11, 1.0 / 11.0),
        Detector{.name = "blind", .channel = {ChannelDetector{.efficiency = 0.0}}}, 0.0);
    const auto estimate = estimate_likelihood(blind, {}, 0.1);
    CHECK_FALSE(estimate.found());
    CHECK_FALSE(estimate.confidence95().contains(0.0));
    CHECK(estimate.information < 1e-9);
}

TEST_CASE("a scale that is none is refused") {
    const Parked run(10, 1.0, 1.0, 7);
    for (const double scale : {0.0, -1.0, std::nan(""), HUGE_VAL})
        CHECK_THROWS_AS(estimate_likelihood(run.filter, run.clicks, scale), InvalidInput);
}
