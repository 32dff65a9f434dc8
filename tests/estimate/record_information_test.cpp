#include "dickejump/estimate/record_information.hpp"

#include <doctest/doctest.h>

#include <Eigen/Core>
#include <cmath>
#include <vector>

#include "dickejump/model/invalid_input.hpp"
#include "estimate/plain_filter.hpp"
#include "support/detectors.hpp"

using namespace dickejump;
using namespace dickejump::test;

namespace {

FilteredRun some_run() {
    auto detector = detector_of("cavity=0.6,side=0.8");
    detector[Channel::cavity]->background = 2.0;
    return {DickeLadder(12), PumpSchedule::linear(0.6, 1.4, 1.5), 1.5, detector, 0.7};
}

Eigen::MatrixXd information(const FilteredRun& c, const std::vector<Parameter>& unknown,
                            std::int64_t trajectory) {
    const RecordInformation of(c.ladder, c.pump, c.duration, c.start(), c.detector, c.side_rate, unknown);
    return of(c.clicks(trajectory));
}

}  // namespace

TEST_CASE("the information about theta alone is that of the likelihood filter") {
    const auto c = some_run();
    for (const std::int64_t trajectory : {1, 2, 3}) {
        const auto clicks = c.clicks(trajectory);
        const auto result = c.filter()(clicks, {0, 0, 0, -1e-4, 1e-4, 0, 0, 0});
        CHECK(information(c, {}, trajectory)(0, 0) == doctest::Approx(result.information).epsilon(1e-4));
    }
}

TEST_CASE("the matrix obeys what scaling says of a detector's parameters") {
    const auto c = some_run();
    // Efficiency and rate of the side light enter as their product; gamma and the shift are no such pair.
    const auto f = information(c,
                               {Parameter::side_rate, Parameter::efficiency_side, Parameter::gamma,
                                Parameter::efficiency_cavity, Parameter::background_cavity},
                               4);
    REQUIRE(f.rows() == 6);
    CHECK((f - f.transpose()).cwiseAbs().maxCoeff() < 1e-12 * f.trace());
    for (Eigen::Index i = 0; i < 6; ++i) {
        CHECK(f(i, i) > 0.0);
        CHECK(0.7 * f(1, i) == doctest::Approx(0.8 * f(2, i)).epsilon(1e-3));
        for (Eigen::Index j = 0; j < i; ++j)
            CHECK(f(i, j) * f(i, j) <= f(i, i) * f(j, j) * (1.0 + 1e-9));
    }
    CHECK(f(0, 3) * f(0, 3) < 0.99 * f(0, 0) * f(3, 3));
}

TEST_CASE("a background alone tells of itself as a count does") {
    // Nothing but background: the information of a Poisson count, T/b.
    FilteredRun c{DickeLadder(3), PumpSchedule::constant(1.0), 2.0, detector_of("cavity=0"), 0.0};
    c.detector[Channel::cavity]->background = 5.0;
    const auto f = information(c, {Parameter::background_cavity, Parameter::efficiency_cavity}, 1);
    CHECK(f(1, 1) == doctest::Approx(2.0 / 5.0).epsilon(1e-5));
    CHECK(f(0, 0) < 1e-9);
    CHECK(f(2, 2) > 0.0);
}

TEST_CASE("at another gamma a record is that of the same atoms in another time") {
    const auto c = some_run();
    constexpr double g = 1.3;
    const auto clicks = c.clicks(5);
    const RecordInformation of(c.ladder, c.pump, c.duration, c.start(), c.detector, c.side_rate,
                               {Parameter::gamma, Parameter::efficiency_cavity});
    Eigen::Vector3d at(0.07, g, 0.5);
    const auto told = of.at(clicks, at);
    // Time in units of 1/g: rates g times smaller, clicks g times as dense in it.
    auto scaled = c;
    scaled.duration = g * c.duration;
    scaled.pump = PumpSchedule::linear(0.67 / g, 1.47 / g, scaled.duration);
    scaled.side_rate = c.side_rate / g;
    scaled.detector[Channel::cavity]->efficiency = 0.5;
    scaled.detector[Channel::cavity]->background = 2.0 / g;
    auto later = clicks;
    for (auto& click : later)
        click.time *= g;
    const LikelihoodFilter filter(scaled.ladder, scaled.pump, scaled.duration, c.start(), scaled.detector,
                                  scaled.side_rate);
    const auto plain = filter(later, {0, 0, 0, -1e-4, 1e-4, 0, 0, 0});
    const double stretched = static_cast<double>(clicks.size()) * std::log(g);
    CHECK(std::abs(told.log_likelihood - plain.log_likelihood[0] - stretched) < 1e-4);
    const double slope = (plain.log_likelihood[4] - plain.log_likelihood[3]) / 2e-4;
    CHECK(told.score(0) == doctest::Approx(slope / g).epsilon(1e-4));
    CHECK(told.information(0, 0) == doctest::Approx(plain.information / (g * g)).epsilon(1e-3));
    CHECK(of.setup(at).gamma == g);
    CHECK(of.setup(at).detector[Channel::cavity]->efficiency == 0.5);
    CHECK(of.nominal() == Eigen::Vector3d(0.0, 1.0, 0.6));
    CHECK_THROWS_AS(of.at(clicks, Eigen::Vector2d(0.0, 1.0)), InvalidInput);
}

TEST_CASE("the score is the slope of the log-likelihood in every parameter") {
    const auto c = some_run();
    const auto clicks = c.clicks(6);
    const RecordInformation of(c.ladder, c.pump, c.duration, c.start(), c.detector, c.side_rate,
                               {Parameter::gamma, Parameter::side_rate, Parameter::efficiency_side,
                                Parameter::background_cavity, Parameter::offset});
    Eigen::VectorXd at = of.nominal();
    at(0) = 0.1, at(1) = 0.9, at(5) = 0.05;
    const auto told = of.at(clicks, at);
    for (Eigen::Index i = 0; i < at.size(); ++i) {
        CAPTURE(i);
        constexpr double step = 2e-3;
        Eigen::VectorXd up = at, down = at;
        up(i) += step, down(i) -= step;
        const double slope =
            (of.at(clicks, up).log_likelihood - of.at(clicks, down).log_likelihood) / (2.0 * step);
        CHECK(std::abs(told.score(i) - slope) < 0.02 + 0.01 * std::abs(slope));
    }
}

TEST_CASE("on a ramp the offset of its begin is a shift of the pump, at a bend it is not") {
    auto c = some_run();
    const auto clicks = c.clicks(7);
    const auto matrix = [&] {
        const RecordInformation of(c.ladder, c.pump, c.duration, c.start(), c.detector, c.side_rate,
                                   {Parameter::offset});
        return of(clicks);
    };
    const double slope = 0.8 / 1.5;
    const auto ramp = matrix();
    CHECK(ramp(0, 1) == doctest::Approx(-slope * ramp(0, 0)).epsilon(1e-3));
    CHECK(ramp(1, 1) == doctest::Approx(slope * slope * ramp(0, 0)).epsilon(1e-3));
    c.pump = PumpSchedule::triangle(0.6, 1.4, 0.75);
    const auto bent = matrix();
    CHECK(bent(0, 1) * bent(0, 1) < 0.9 * bent(0, 0) * bent(1, 1));

    // A schedule that begins later is the same as one with another first knot.
    const RecordInformation of(c.ladder, c.pump, c.duration, c.start(), c.detector, c.side_rate,
                               {Parameter::offset});
    const auto start = c.start();
    const auto late =
        PumpSchedule::piecewise_linear(std::vector{0.0, 0.2, 0.95, 1.7}, std::vector{0.6, 0.6, 1.4, 0.6});
    const LikelihoodFilter filter(c.ladder, late, c.duration, start, c.detector, c.side_rate);
    CHECK(std::abs(of.at(clicks, Eigen::Vector2d(0.0, 0.2)).log_likelihood -
                   filter(clicks, {}).log_likelihood[0]) < 1e-4);
}

TEST_CASE("parameters that the detector does not have, and too many of them, are refused") {
    const auto c = some_run();
    CHECK_THROWS_AS(information(c, {Parameter::efficiency_pump}, 1), InvalidInput);
    CHECK_THROWS_AS(information(c, {Parameter::gamma, Parameter::gamma}, 1), InvalidInput);
    auto all = c;
    all.detector = detector_of("cavity=0.5,pump=0.5,side=0.5");
    CHECK_THROWS_AS(information(all, {all_parameters.begin(), all_parameters.end()}, 1), InvalidInput);
}
