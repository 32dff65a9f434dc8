#include "dickejump/estimate/joint_estimate.hpp"

#include <doctest/doctest.h>

#include <Eigen/LU>
#include <cmath>

#include "dickejump/estimate/likelihood_estimate.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "estimate/plain_filter.hpp"
#include "support/detectors.hpp"

using namespace dickejump;
using namespace dickejump::test;

namespace {

/// Records whose log-likelihood is a parabola about a maximum.
JointLikelihood parabola(const Eigen::VectorXd& maximum, const Eigen::MatrixXd& information) {
    return [=](const Eigen::VectorXd& at) {
        const Eigen::VectorXd off = at - maximum;
        return RecordInformation::Told{-0.5 * off.dot(information * off), -information * off, information};
    };
}

Eigen::MatrixXd some_information() {
    Eigen::Matrix3d f;
    f << 260, -130, 120, -130, 210, 140, 120, 140, 420;
    return f;
}
Eigen::VectorXd vector_of(std::initializer_list<double> numbers) {
    Eigen::VectorXd all(static_cast<Eigen::Index>(numbers.size()));
    std::copy(numbers.begin(), numbers.end(), all.begin());
    return all;
}

constexpr double z68 = 0.994457883209753, z95 = 1.959963984540054;

}  // namespace

TEST_CASE("of a parabola everything is known") {
    const std::vector<Unknown> unknown{{Parameter::gamma}, {Parameter::efficiency_cavity}};
    const auto f = some_information();
    const auto maximum = vector_of({0.05, 1.02, 0.4});
    const auto found =
        estimate_jointly(parabola(maximum, f), JointProblem::of(unknown, -0.8), vector_of({0.0, 1.0, 0.5}));
    const Eigen::MatrixXd c = f.inverse();
    CHECK(found.converged);
    CHECK((found.value - maximum).cwiseAbs().maxCoeff() < 1e-9);
    CHECK((found.covariance - c).cwiseAbs().maxCoeff() < 1e-6 * c.trace());
    CHECK(found.error(1) == doctest::Approx(std::sqrt(c(1, 1))));
    CHECK(found.singular.empty());
    CHECK(found.at_end.empty());
    REQUIRE(found.theta);
    CHECK(found.theta->estimate.error == doctest::Approx(std::sqrt(c(0, 0))));
    CHECK(found.theta->interval68->low == doctest::Approx(0.05 - z68 * std::sqrt(c(0, 0))).epsilon(1e-2));
    CHECK(found.theta->interval95->high == doctest::Approx(0.05 + z95 * std::sqrt(c(0, 0))).epsilon(1e-2));
    REQUIRE(found.critical_pump);
    const double critical = std::sqrt(c(0, 0) - 2.0 * c(0, 1) + c(1, 1));
    CHECK(found.critical_pump->estimate.value == doctest::Approx(1.02 - 0.05));
    CHECK(found.critical_pump->estimate.error == doctest::Approx(critical));
    CHECK(found.critical_pump->interval95->low == doctest::Approx(0.97 - z95 * critical).epsilon(1e-2));

    // A prior adds its information and draws towards its value.
    auto told = unknown;
    told[1].prior = Estimate{0.5, 0.02};
    const auto drawn =
        estimate_jointly(parabola(maximum, f), JointProblem::of(told, -0.8), vector_of({0.0, 1.0, 0.5}));
    Eigen::MatrixXd more = f;
    more(2, 2) += 2500.0;
    CHECK((drawn.covariance - more.inverse()).cwiseAbs().maxCoeff() < 1e-6 * c.trace());
    const Eigen::VectorXd expected = more.inverse() * (f * maximum + vector_of({0.0, 0.0, 1250.0}));
    CHECK((drawn.value - expected).cwiseAbs().maxCoeff() < 1e-8);
    CHECK(drawn.log_likelihood == doctest::Approx(-0.5 * (expected - maximum).dot(f * (expected - maximum))));
}

TEST_CASE("what no record tells is named, left where it was, and costs theta only what it hides") {
    Eigen::Matrix3d f;
    f << 100, 30, 15, 30, 40, 20, 15, 20, 10;
    const std::vector<Unknown> unknown{{Parameter::efficiency_side}, {Parameter::side_rate}};
    const auto likelihood = parabola(vector_of({0.1, 0.5, 1.0}), f);
    const auto problem = JointProblem::of(unknown, -0.8);
    const auto found = estimate_jointly(likelihood, problem, vector_of({0.0, 0.5, 1.0}));
    REQUIRE(found.singular.size() == 1);
    CHECK(found.singular[0].find("side_rate") != std::string::npos);
    CHECK(std::isnan(found.error(1)));
    CHECK(std::isnan(found.error(2)));
    REQUIRE(found.theta);
    CHECK(found.theta->estimate.value == doctest::Approx(0.1));
    CHECK(found.theta->estimate.error ==
          doctest::Approx(1.0 / std::sqrt(100.0 - 900.0 / 40.0)).epsilon(1e-4));
    CHECK(std::isfinite(found.theta->interval95->low));

    Eigen::Matrix2d hiding;
    hiding << 4, 6, 6, 9;
    const auto none =
        estimate_jointly(parabola(vector_of({0.0, 1.0}), hiding),
                         JointProblem::of({{Parameter::background_cavity}}, -0.8), vector_of({0.1, 1.0}));
    CHECK_FALSE(none.theta);
    CHECK(none.singular.size() == 1);
}

TEST_CASE("a parameter at an end of its range is taken as known there, and named") {
    // The efficiency would be 1.1; with it at 1 theta moves along.
    const auto f = some_information();
    const auto maximum = vector_of({0.05, 1.0, 1.1});
    const auto found = estimate_jointly(
        parabola(maximum, f), JointProblem::of({{Parameter::gamma}, {Parameter::efficiency_cavity}}, -0.8),
        vector_of({0.0, 1.0, 0.9}));
    CHECK(found.converged);
    CHECK(found.at_end == std::vector<std::string>{"efficiency:cavity"});
    CHECK(found.value(2) == 1.0);
    const Eigen::Matrix2d inner = f.topLeftCorner(2, 2);
    const Eigen::Vector2d moved = inner.inverse() * f.topRightCorner(2, 1) * 0.1;
    CHECK(found.value(0) == doctest::Approx(0.05 + moved(0)));
    CHECK(found.theta->estimate.error == doctest::Approx(std::sqrt(inner.inverse()(0, 0))));
    // Theta itself at its end is none.
    const auto low =
        estimate_jointly(parabola(vector_of({-1.0, 1.0, 0.5}), f),
                         JointProblem::of({{Parameter::gamma}, {Parameter::efficiency_cavity}}, -0.8),
                         vector_of({0.0, 1.0, 0.5}));
    CHECK(low.at_end == std::vector<std::string>{"theta"});
    REQUIRE(low.theta);
    CHECK(std::isnan(low.theta->estimate.value));
    CHECK(low.theta->interval95->low == -0.8);
    // The profile falls from the wall, 0.2 beyond its maximum: L(theta) = -(theta + 1)^2/2c.
    const double c = f.inverse()(0, 0);
    CHECK(low.theta->interval95->high ==
          doctest::Approx(std::sqrt(0.04 + z95 * z95 * c) - 1.0).epsilon(1e-2));
    CHECK(low.critical_pump->interval95->contains(low.value(1) + 0.8));
    CHECK(std::isfinite(low.critical_pump->interval95->high));
}

TEST_CASE("profile intervals of a count are those of its likelihood") {
    // k clicks at rate e (1 + theta), e measured beforehand.
    constexpr double k = 9.0;
    const JointLikelihood count = [](const Eigen::VectorXd& at) {
        const double rate = 10.0 * at(1) * (1.0 + at(0));
        Eigen::Vector2d slope(10.0 * at(1), 10.0 * (1.0 + at(0)));
        return RecordInformation::Told{k * std::log(rate) - rate, (k / rate - 1.0) * slope,
                                       slope * slope.transpose() / rate};
    };
    const auto found =
        estimate_jointly(count, JointProblem::of({{Parameter::efficiency_cavity, Estimate{0.9, 0.1}}}, -1.0),
                         vector_of({0.3, 0.7}));
    CHECK(found.value(0) == doctest::Approx(0.0).epsilon(1e-3));
    CHECK(found.value(1) == doctest::Approx(0.9).epsilon(1e-3));
    // The profile by a search over e.
    const auto profile = [&](double theta) {
        double top = -1e9;
        for (double e = 0.3; e <= 1.0; e += 1e-4) {
            const double rate = 10.0 * e * (1.0 + theta);
            top = std::max(top, k * std::log(rate) - rate - 0.5 * std::pow((e - 0.9) / 0.1, 2));
        }
        return top;
    };
    const double highest = profile(0.0);
    for (const auto& [interval, z] :
         {std::pair{*found.theta->interval68, z68}, {*found.theta->interval95, z95}})
        for (const double end : {interval.low, interval.high})
            CHECK(std::sqrt(2.0 * (highest - profile(end))) == doctest::Approx(z).epsilon(0.01));
}

TEST_CASE("of records with theta alone unknown the estimate is that of their likelihood") {
    auto detector = detector_of("cavity=0.6,side=0.8");
    detector[Channel::cavity]->background = 2.0;
    const FilteredRun c{DickeLadder(12), PumpSchedule::linear(0.6, 1.4, 1.5), 1.5, detector, 0.7};
    const auto clicks = c.clicks(3);
    const RecordInformation of(c.ladder, c.pump, c.duration, c.start(), c.detector, c.side_rate, {});
    const auto joint = estimate_jointly([&](const Eigen::VectorXd& at) { return of.at(clicks, at); },
                                        JointProblem::of({}, -0.6), of.nominal());
    const auto alone = estimate_likelihood(c.filter(), clicks, 0.2, ThetaRange::of(c.pump, c.duration, 3.0));
    REQUIRE(alone.found());
    REQUIRE(joint.theta);
    CHECK(std::abs(joint.value(0) - alone.maximum) < 0.01 * alone.standard_error);
    CHECK(joint.theta->estimate.error == doctest::Approx(alone.standard_error).epsilon(0.02));
    CHECK(joint.critical_pump->estimate.value == 1.0 - joint.value(0));
}

TEST_CASE("starts that cannot be are refused") {
    const auto problem = JointProblem::of({{Parameter::gamma}}, -0.8);
    const JointLikelihood impossible = [](const Eigen::VectorXd& at) {
        return RecordInformation::Told{-std::numeric_limits<double>::infinity(), at,
                                       Eigen::MatrixXd::Zero(2, 2)};
    };
    CHECK_THROWS_AS(estimate_jointly(impossible, problem, vector_of({0.0, 1.0})), InvalidInput);
    CHECK_THROWS_AS(estimate_jointly(impossible, problem, vector_of({0.0})), InvalidInput);
}
