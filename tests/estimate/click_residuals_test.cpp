#include "dickejump/estimate/click_residuals.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "dickejump/exact/steady_state.hpp"
#include "support/complaint.hpp"
#include "support/detectors.hpp"

using namespace dickejump;

namespace {

/// One atom that starts down and is neither pumped nor seen to move: only background clicks, at a known rate.
struct Background {
    DickeLadder ladder{1};
    PumpSchedule pump = PumpSchedule::constant(0.0);
    double duration = 2.0;
    Eigen::VectorXd start = exact::start_populations(ladder, StartState::dicke(0));
    Detector detector = test::detector_of("cavity=1,side=1");

    Background(double cavity, double side, double dead_time = 0.0) {
        detector[Channel::cavity]->background = cavity;
        detector[Channel::cavity]->dead_time = dead_time;
        detector[Channel::side]->background = side;
    }
    ClickResiduals of(const std::vector<Photon>& clicks) const {
        const LikelihoodFilter filter(ladder, pump, duration, start, detector, 1.0);
        return residuals(filter, ladder, pump, duration, start, detector, 1.0, clicks, 0.0);
    }
};

}  // namespace

TEST_CASE("known rates: waiting times, excess and the last open interval by hand") {
    const Background model(3.0, 0.5);
    const auto all = model.of({{0.4, Channel::cavity}, {0.5, Channel::side}, {1.6, Channel::cavity}});
    REQUIRE(all.processes.size() == 3);
    const auto &cavity = all.processes[0], &side = all.processes[1], &both = all.processes[2];
    CHECK(cavity.clicks == 2.0);
    CHECK(cavity.expected == doctest::Approx(6.0));
    REQUIRE(cavity.intervals.size() == 2);
    CHECK(cavity.intervals[0] == doctest::Approx(1.2));
    CHECK(cavity.intervals[1] == doctest::Approx(3.6));
    CHECK(side.intervals.at(0) == doctest::Approx(0.25));
    CHECK(side.expected == doctest::Approx(1.0));
    CHECK(both.intervals.at(1) == doctest::Approx(0.35));
    CHECK(both.expected == doctest::Approx(7.0));
    // Up to t = 1 (the 20th of 40 times): one click, three expected.
    CHECK(cavity.excess[19] == doctest::Approx(-2.0));
    CHECK(cavity.excess.back() == doctest::Approx(-4.0));
    // Below the largest tau: intervals 1.2, 3.6, and 1.2 that has not ended.
    const double tau = -std::log1p(-23.5 / 24.0);
    CHECK(cavity.short_waits.back() ==
          doctest::Approx(1.0 - 1.2 + (3.6 <= tau ? 1.0 : 0.0) - std::min(3.6, tau) - 1.2));
    CHECK(all.distances().size() == 6);
}

TEST_CASE("a dead channel expects nothing") {
    const Background model(3.0, 0.5, 0.25);
    const auto all = model.of({{0.5, Channel::cavity}});
    CHECK(all.processes[0].expected == doctest::Approx(3.0 * (2.0 - 0.25)));
    CHECK(all.processes[0].intervals.at(0) == doctest::Approx(1.5));
}

TEST_CASE("a gate is a time without clicks that is not missed") {
    Background model(3.0, 0.5);
    model.detector.gate_open = 0.5;
    model.detector.gate_close = 1.5;
    CHECK(model.of({}).processes[0].expected == doctest::Approx(3.0));
}

TEST_CASE("p-values count those at least as far off, in units of the usual distance") {
    const std::vector<std::vector<double>> simulated{{1.0, 10.0}, {2.0, 30.0}, {3.0, 20.0}};
    const std::vector<double> ordinary{1.5, 20.0}, large{30.0, 10.0}, small{0.1, 1.0};
    CHECK(fit_p_value(large, simulated) == doctest::Approx(0.25));
    CHECK(fit_p_value(small, simulated) == doctest::Approx(1.0));
    CHECK(fit_p_value(ordinary, simulated) == doctest::Approx(0.75));
    CHECK(std::isnan(fit_p_value(ordinary, {})));
    const std::vector<double> shorter{1.0};
    CHECK(test::mentions(test::complaint([&] { fit_p_value(shorter, simulated); }), "2 distances"));
}
