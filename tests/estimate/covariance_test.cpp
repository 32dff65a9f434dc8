#include "dickejump/estimate/covariance.hpp"

#include <doctest/doctest.h>

#include <Eigen/LU>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <vector>

#include "dickejump/estimate/moments.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "estimate/samples.hpp"

using namespace dickejump;
using namespace dickejump::test;

namespace {

/// Two correlated numbers a run and a third that depends on them in part.
std::vector<Eigen::VectorXd> vectors(std::size_t count, std::uint64_t trajectory) {
    Stream random(18, trajectory, Purpose::test);
    std::vector<Eigen::VectorXd> values;
    for (std::size_t i = 0; i < count; ++i) {
        const double a = open_unit(random()), b = open_unit(random()), c = -std::log(open_unit(random()));
        values.emplace_back(Eigen::Vector3d(a, a + 0.5 * b, b - c));
    }
    return values;
}

Covariance covariance_of(const std::vector<Eigen::VectorXd>& values, std::size_t begin, std::size_t end) {
    Covariance covariance(values.front().size());
    for (std::size_t i = begin; i < end; ++i)
        covariance.add(values[i]);
    return covariance;
}

Covariance of_numbers(const std::vector<double>& values) {
    Covariance covariance(1);
    for (const double value : values)
        covariance.add(Eigen::VectorXd::Constant(1, value));
    return covariance;
}

}  // namespace

TEST_CASE("the covariance of four vectors is that found by hand") {
    Covariance covariance(2);
    CHECK(covariance.covariance() == Eigen::MatrixXd::Zero(2, 2));
    covariance.add(Eigen::Vector2d(1, 2));
    CHECK(covariance.covariance() == Eigen::MatrixXd::Zero(2, 2));
    for (const auto& x : {Eigen::Vector2d(3, 1), Eigen::Vector2d(5, 6), Eigen::Vector2d(7, 7)})
        covariance.add(x);
    CHECK(covariance.count() == 4);
    CHECK(covariance.mean().isApprox(Eigen::Vector2d(4, 4), 1e-15));
    // Distances (-3,-2) (-1,-3) (1,2) (3,3): sums 20, 20, 26; over 3.
    Eigen::Matrix2d expected;
    expected << 20.0, 20.0, 20.0, 26.0;
    CHECK(covariance.covariance().isApprox(expected / 3.0, 1e-14));
}

TEST_CASE("merged covariances are those of all vectors, wherever they were parted") {
    const auto values = vectors(300, 1);
    const auto all = covariance_of(values, 0, values.size());
    for (const std::size_t cut : {0u, 1u, 2u, 150u, 299u, 300u}) {
        auto left = covariance_of(values, 0, cut);
        left.merge(covariance_of(values, cut, values.size()));
        CHECK(left.count() == all.count());
        CHECK(left.mean().isApprox(all.mean(), 1e-13));
        CHECK(left.covariance().isApprox(all.covariance(), 1e-12));
    }
}

TEST_CASE("a covariance is that of its parts in one dimension") {
    const auto values = skewed(200, 0.0);
    const auto one = of_numbers(values);
    Moments moments;
    for (const double value : values)
        moments.add(value);
    CHECK(one.mean()(0) == doctest::Approx(moments.mean()->value).epsilon(1e-13));
    CHECK(one.covariance()(0, 0) == doctest::Approx(moments.variance()->value).epsilon(1e-13));
}

TEST_CASE("agreement about one number is Student's two-sided test") {
    // Mean 5, standard error sqrt(4/7), 7 degrees of freedom.
    const auto observed = of_numbers(by_hand);
    for (const double expected : {5.0, 5.5, 4.0, 7.0, -3.0}) {
        const double t = std::abs(5.0 - expected) / std::sqrt(4.0 / 7.0);
        const double p = 2.0 * boost::math::cdf(boost::math::complement(boost::math::students_t(7.0), t));
        CHECK(agreement(observed, Eigen::VectorXd::Constant(1, expected)) ==
              doctest::Approx(p).epsilon(1e-10));
    }
}

TEST_CASE("agreement is Hotelling's test, and does not care for the units") {
    const auto values = vectors(40, 2);
    const auto observed = covariance_of(values, 0, 40);
    const Eigen::Vector3d expected(0.5, 0.7, -0.4);
    const Eigen::VectorXd off = observed.mean() - expected;
    const double t2 = 40.0 * off.dot(observed.covariance().inverse() * off);
    const double p =
        boost::math::cdf(boost::math::complement(boost::math::fisher_f(3.0, 37.0), t2 * 37.0 / (3.0 * 39.0)));
    CHECK(agreement(observed, expected) == doctest::Approx(p).epsilon(1e-9));

    Eigen::Matrix3d mix;
    mix << 2.0, 0.3, 0.0, -1.0, 5.0, 0.1, 0.0, 0.7, 100.0;
    Covariance mixed(3);
    for (const auto& value : values)
        mixed.add(mix * value);
    CHECK(agreement(mixed, mix * expected) == doctest::Approx(p).epsilon(1e-8));
}

TEST_CASE("agreement is lost when the mean is shifted by ten standard errors") {
    const auto values = vectors(400, 3);
    const auto observed = covariance_of(values, 0, 400);
    const Eigen::Vector3d truth(0.5, 0.75, -0.5);
    CHECK(agreement(observed, observed.mean()) == doctest::Approx(1.0));
    CHECK(agreement(observed, truth) > 1e-6);
    for (int i = 0; i < 3; ++i) {
        const double error = std::sqrt(observed.covariance()(i, i) / 400.0);
        for (const double side : {-10.0, 10.0}) {
            Eigen::Vector3d shifted = truth;
            shifted(i) += side * error;
            CHECK(agreement(observed, shifted) < 1e-12);
        }
    }
}

TEST_CASE("agreement needs more trajectories than numbers") {
    const auto values = vectors(4, 4);
    CHECK_THROWS_AS(agreement(covariance_of(values, 0, 3), Eigen::Vector3d::Zero()), InvalidInput);
    CHECK_NOTHROW(agreement(covariance_of(values, 0, 4), Eigen::Vector3d::Zero()));
}

TEST_CASE("a number without any spread agrees with itself and with nothing else") {
    const auto still = of_numbers(std::vector(50, 2.0));
    CHECK(agreement(still, Eigen::VectorXd::Constant(1, 3.0)) == 0.0);
    // Beside one that does spread, too.
    Covariance both(2);
    for (const double value : skewed(50, 0.0))
        both.add(Eigen::Vector2d(value, 2.0));
    CHECK(agreement(both, Eigen::Vector2d(both.mean()(0), 3.0)) == 0.0);
}

TEST_CASE("numbers of another dimension are refused") {
    Covariance two(2);
    two.add(Eigen::Vector2d(1.0, 2.0));
    CHECK_THROWS_AS(two.add(Eigen::Vector3d::Zero()), InvalidInput);
    CHECK_THROWS_AS(two.merge(Covariance(3)), InvalidInput);
    CHECK(two.count() == 1);
    CHECK_THROWS_AS(Covariance(-1), InvalidInput);
    for (const Eigen::Index i : {-1, 2})
        CHECK_THROWS_AS(two.part({0, i}), InvalidInput);
    CHECK(two.part({1}).mean()(0) == 2.0);
    for (int i = 0; i < 5; ++i)
        two.add(Eigen::Vector2d(i, i * i));
    CHECK_THROWS_AS(agreement(two, Eigen::Vector3d::Zero()), InvalidInput);
    CHECK_THROWS_AS(agreement(two, Eigen::VectorXd::Zero(1)), InvalidInput);
}
