#include "dickejump/estimate/likelihood_estimate.hpp"

#include <doctest/doctest.h>

#include <array>
#include <boost/math/distributions/gamma.hpp>
#include <cmath>
#include <vector>

#include "dickejump/exact/steady_state.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "dickejump/record/record.hpp"
#include "dickejump/trajectory/ladder_sampler.hpp"
#include "dickejump/trajectory/observer.hpp"
#include "support/detectors.hpp"
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
    /// As flat as what the closed form of the posterior has: up to pumps that cannot be.
    ThetaRange range() const { return {.lowest = -pump, .prior = {-pump, 10.0 * pump}}; }
    LikelihoodEstimate estimate(double guess = 1.0) const {
        return estimate_likelihood(filter, clicks, guess * scale(), range());
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
            CHECK(std::abs(estimate.posterior.mean() - ((run.ups + 1.0) / run.pumping - w)) < 0.02 * unit);
            // Quantiles lose what lies beyond the grid of thetas: a twentieth of an error at worst.
            const auto check_interval = [&](const Interval& interval, double tail) {
                CHECK(std::abs(interval.low - run.posterior_quantile(tail)) < 0.06 * unit);
                CHECK(std::abs(interval.high - run.posterior_quantile(1.0 - tail)) < 0.06 * unit);
            };
            check_interval(estimate.posterior.interval(0.68), 0.16);
            check_interval(estimate.posterior.interval(0.95), 0.025);
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
        CHECK(std::abs(other.posterior.interval(0.95).low - right.posterior.interval(0.95).low) <
              0.05 * right.standard_error);
        CHECK(std::abs(other.posterior.interval(0.95).high - right.posterior.interval(0.95).high) <
              0.05 * right.standard_error);
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
        const auto estimate =
            estimate_likelihood(elsewhere, run.clicks, run.scale(),
                                ThetaRange::of(PumpSchedule::constant(1.0 + sign * off), 1.0, 3.0));
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
    const auto narrow = estimate.posterior.interval(0.68), broad = estimate.posterior.interval(0.95);
    CHECK(broad.low < narrow.low);
    CHECK(narrow.high < broad.high);
    CHECK(narrow.contains(estimate.posterior.mean()));
}

TEST_CASE("a record that says nothing of the pump has no maximum") {
    const LikelihoodFilter blind(
        DickeLadder(10), PumpSchedule::constant(1.0), 1.0, Eigen::VectorXd::Constant(11, 1.0 / 11.0),
        Detector{.name = "blind", .channel = {ChannelDetector{.efficiency = 0.0}}}, 0.0);
    const auto estimate = estimate_likelihood(blind, {}, 0.1, {.lowest = -1.0, .prior = {-0.5, 0.5}});
    CHECK_FALSE(estimate.found());
    CHECK(estimate.no_maximum == NoMaximum::flat);
    CHECK(name(*estimate.no_maximum) == "flat");
    CHECK_FALSE(estimate.confidence95().contains(0.0));
    CHECK(estimate.information < 1e-9);
    // What was believed before is believed after.
    CHECK(std::abs(estimate.posterior.mean()) < 1e-6);
    CHECK(estimate.posterior.interval(0.68).low == Approx(-0.34).epsilon(1e-6));
}

TEST_CASE("the likelihood of a few clicks to the side: maximum and error as two integrators found them") {
    // N = 30, r = 1, S = 8 upwards, one photon of the side at rate 0.01: values from a forward filter by
    // uniformisation and from an adaptive Runge-Kutta integration, agreeing to 1e-8.
    const DickeLadder ladder(30);
    const auto pump = PumpSchedule::linear(1.0 - 16.0 / 30.0, 1.0 + 16.0 / 30.0, 16.0);
    const auto range = ThetaRange::of(pump, 16.0, 16.0 / 30.0);
    CHECK(range.lowest == Approx(-14.0 / 30.0));
    CHECK(range.prior.low == range.lowest);
    CHECK(range.prior.high == Approx(16.0 / 30.0));
    const LikelihoodFilter filter(ladder, pump, 16.0,
                                  exact::start_populations(ladder, StartState::steady(14.0 / 30.0)),
                                  detector_of("side=1"), 0.01);
    const auto of = [&](std::vector<double> times, double scale) {
        std::vector<Photon> clicks;
        for (const double t : times)
            clicks.push_back({t, Channel::side});
        return estimate_likelihood(filter, clicks, scale, range);
    };
    for (const double scale : {0.05, 0.2, 0.8}) {
        CAPTURE(scale);
        for (const auto& [time, maximum, error] :
             {std::array{10.091387003658138, -0.0563429917, 0.1855376981},
              std::array{10.605425343732737, -0.0902148387, 0.1849603059}}) {
            const auto estimate = of({time}, scale);
            REQUIRE(estimate.found());
            CHECK(std::abs(estimate.maximum - maximum) < 1e-3 * error);
            CHECK(estimate.standard_error == Approx(error).epsilon(1e-3));
            CHECK_FALSE(estimate.no_maximum.has_value());
            // Between the boundary and the end of the prior, on either side of the maximum.
            const auto interval = estimate.posterior.interval(0.95);
            CHECK(interval.low > range.prior.low);
            CHECK(interval.high < range.prior.high);
            CHECK(interval.contains(maximum));
        }
        // No photon wants no pump; photons all the time want ever more of it.
        std::vector<double> always;
        for (double t = 0.01; t < 16.0; t += 0.2)
            always.push_back(t);
        const auto none = of({}, scale), many = of(always, scale);
        CHECK_FALSE(none.found());
        CHECK(none.no_maximum == NoMaximum::boundary);
        CHECK(none.posterior.known());
        CHECK(none.posterior.mean() < -0.1);
        CHECK_FALSE(many.found());
        CHECK(many.no_maximum == NoMaximum::boundary);
        CHECK(many.posterior.mean() > 0.3);
    }
}

TEST_CASE("of two maxima the higher one is found, wherever looking begins") {
    // A mixture of two normal laws of theta: log L has maxima near both centres.
    const Likelihood mixture = [](const LikelihoodFilter::Thetas& thetas) {
        LikelihoodFilter::Result result;
        for (std::size_t i = 0; i < thetas.size(); ++i) {
            const auto bump = [&](double centre, double width) {
                return std::exp(-0.5 * std::pow((thetas[i] - centre) / width, 2));
            };
            result.log_likelihood[i] = std::log(bump(-0.4, 0.1) + 1.5 * bump(0.35, 0.05) + 1e-12);
        }
        return result;
    };
    for (const double scale : {0.05, 0.1}) {
        CAPTURE(scale);
        const auto estimate = estimate_likelihood(mixture, scale, {.lowest = -1.0, .prior = {-0.9, 0.9}});
        REQUIRE(estimate.found());
        CHECK(estimate.maximum == Approx(0.35).epsilon(1e-4));
        CHECK(estimate.standard_error == Approx(0.05).epsilon(1e-3));
        // Weights 0.1 and 0.075.
        CHECK(estimate.posterior.mean() == Approx((-0.4 * 0.1 + 0.35 * 0.075) / 0.175).epsilon(1e-2));
        CHECK(estimate.posterior.below(0.0) == Approx(0.1 / 0.175).epsilon(3e-3));
    }
}

TEST_CASE("a scale or a range that is none is refused") {
    const Parked run(10, 1.0, 1.0, 7);
    for (const double scale : {0.0, -1.0, std::nan(""), HUGE_VAL})
        CHECK_THROWS_AS(estimate_likelihood(run.filter, run.clicks, scale, run.range()), InvalidInput);
    for (const ThetaRange& range : {ThetaRange{.lowest = 0.1, .prior = {0.2, 1.0}},
                                    ThetaRange{.lowest = std::nan(""), .prior = {0.2, 1.0}},
                                    ThetaRange{.lowest = -1.0, .prior = {-3.0, -1.0}},
                                    ThetaRange{.lowest = -1.0, .prior = {0.5, std::nan("")}}})
        CHECK_THROWS_AS(estimate_likelihood(run.filter, run.clicks, run.scale(), range), InvalidInput);
    CHECK_THROWS_AS(ThetaRange::of(PumpSchedule::constant(1.0), 0.0, 1.0), InvalidInput);
    CHECK_THROWS_AS(ThetaRange::of(PumpSchedule::constant(1.0), 1.0, -1.0), InvalidInput);
}
