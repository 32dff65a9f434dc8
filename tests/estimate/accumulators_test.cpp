#include <doctest/doctest.h>

#include <Eigen/LU>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numeric>
#include <vector>

#include "dickejump/estimate/covariance.hpp"
#include "dickejump/estimate/histogram.hpp"
#include "dickejump/estimate/moments.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "dickejump/random/stream.hpp"

using namespace dickejump;

namespace {

Moments moments_of(const std::vector<double>& values, std::size_t begin = 0,
                   std::size_t end = ~std::size_t{0}) {
    Moments moments;
    for (std::size_t i = begin; i < std::min(end, values.size()); ++i)
        moments.add(values[i]);
    return moments;
}

void check_close(const std::optional<Estimate>& a, const std::optional<Estimate>& b, double epsilon) {
    REQUIRE(a.has_value());
    REQUIRE(b.has_value());
    CHECK(a->value == doctest::Approx(b->value).epsilon(epsilon));
    CHECK(a->error == doctest::Approx(b->error).epsilon(epsilon));
}

void check_same(const Moments& a, const Moments& b, double epsilon) {
    CHECK(a.count() == b.count());
    check_close(a.mean(), b.mean(), epsilon);
    check_close(a.variance(), b.variance(), epsilon);
    check_close(a.deviation(), b.deviation(), epsilon);
    // About two truths, so that the third moment shows with both signs.
    for (const double truth : {-1.0, 3.0})
        check_close(a.rmse(truth), b.rmse(truth), epsilon);
}

/// Skewed values on a large offset.
std::vector<double> skewed(std::size_t count, double offset, std::uint64_t trajectory = 0) {
    Stream random(17, trajectory, Purpose::test);
    std::vector<double> values(count);
    for (auto& value : values)
        value = offset - std::log(open_unit(random()));
    return values;
}

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

std::int64_t total(const Histogram& histogram) {
    return std::accumulate(histogram.counts().begin(), histogram.counts().end(), std::int64_t{0});
}

// Mean 5; the sums of the powers 2, 3, 4 of the distances from it are 32, 42, 356.
const std::vector<double> by_hand{2, 4, 4, 4, 5, 5, 7, 9};

}  // namespace

TEST_CASE("the moments of eight numbers are those found by hand") {
    const auto moments = moments_of(by_hand);
    CHECK(moments.count() == 8);
    const double variance = 32.0 / 7.0, error2 = (356.0 / 8.0 - variance * variance * 5.0 / 7.0) / 8.0;
    CHECK(moments.mean()->value == doctest::Approx(5.0).epsilon(1e-15));
    CHECK(moments.mean()->error == doctest::Approx(std::sqrt(4.0 / 7.0)).epsilon(1e-15));
    CHECK(moments.variance()->value == doctest::Approx(variance).epsilon(1e-15));
    CHECK(moments.variance()->error == doctest::Approx(std::sqrt(error2)).epsilon(1e-14));
    CHECK(moments.deviation()->value == doctest::Approx(std::sqrt(variance)).epsilon(1e-15));
    CHECK(moments.deviation()->error == doctest::Approx(std::sqrt(error2 / variance) / 2.0).epsilon(1e-14));
    // From 3: squares 1 1 1 1 4 4 16 36, mean 8; fourth powers 1588 in all.
    CHECK(moments.rmse(3.0)->value == doctest::Approx(std::sqrt(8.0)).epsilon(1e-15));
    const double spread2 = (1588.0 / 8.0 - 64.0) / 8.0;
    CHECK(moments.rmse(3.0)->error ==
          doctest::Approx(std::sqrt(spread2) / (2.0 * std::sqrt(8.0))).epsilon(1e-14));
    // From 6: squares 16 4 4 4 1 1 1 9, mean 5; fourth powers 388 in all. The third moment enters with the
    // other sign.
    CHECK(moments.rmse(6.0)->value == doctest::Approx(std::sqrt(5.0)).epsilon(1e-15));
    CHECK(moments.rmse(6.0)->error ==
          doctest::Approx(std::sqrt((388.0 / 8.0 - 25.0) / 8.0) / (2.0 * std::sqrt(5.0))).epsilon(1e-14));
}

TEST_CASE("moments of no, one and two numbers") {
    const Moments none;
    CHECK(none.count() == 0);
    CHECK_FALSE(none.mean().has_value());
    CHECK_FALSE(none.variance().has_value());
    CHECK_FALSE(none.deviation().has_value());
    CHECK_FALSE(none.rmse(0.0).has_value());

    const auto one = moments_of({3.0});
    CHECK(one.mean()->value == 3.0);
    CHECK(one.mean()->error == 0.0);
    CHECK_FALSE(one.variance().has_value());
    CHECK_FALSE(one.deviation().has_value());
    CHECK(one.rmse(5.0)->value == 2.0);
    CHECK(one.rmse(5.0)->error == 0.0);

    const auto two = moments_of({1.0, 5.0});
    CHECK(two.mean()->value == 3.0);
    CHECK(two.mean()->error == 2.0);
    CHECK(two.variance()->value == 8.0);
    // (mu4 + sigma^4)/2 with mu4 = 16: the formula's own value at n = 2.
    CHECK(two.variance()->error == doctest::Approx(std::sqrt((16.0 + 64.0) / 2.0)).epsilon(1e-15));
    CHECK(two.rmse(3.0)->value == 2.0);
    CHECK(two.rmse(3.0)->error == 0.0);
}

TEST_CASE("moments of equal numbers have no spread and no negative roots") {
    const auto moments = moments_of(std::vector(100, 0.1));
    CHECK(moments.mean()->value == doctest::Approx(0.1).epsilon(1e-15));
    for (const auto& estimate : {moments.variance(), moments.deviation(), moments.rmse(0.1)}) {
        CHECK(estimate->value == doctest::Approx(0.0));
        CHECK(estimate->error >= 0.0);
        CHECK(estimate->error < 1e-12);
    }
}

TEST_CASE("merged moments are those of all numbers, wherever they were parted") {
    const auto values = skewed(1000, 0.0);
    const auto all = moments_of(values);
    for (const std::size_t cut : {0u, 1u, 2u, 17u, 500u, 999u, 1000u}) {
        auto left = moments_of(values, 0, cut);
        left.merge(moments_of(values, cut));
        check_same(left, all, 1e-12);
    }
    Moments parts;
    for (std::size_t begin = 0; begin < values.size(); begin += 37)
        parts.merge(moments_of(values, begin, begin + 37));
    check_same(parts, all, 1e-12);
}

TEST_CASE("moments keep their digits on a large offset") {
    // Offset by 2^20 the shifted numbers keep 2^-33 of themselves, and so should their moments.
    const auto near = skewed(1000, 0.0), far = skewed(1000, 0x1p20);
    CHECK(moments_of(far).variance()->value ==
          doctest::Approx(moments_of(near).variance()->value).epsilon(1e-8));
    CHECK(moments_of(far).variance()->error ==
          doctest::Approx(moments_of(near).variance()->error).epsilon(1e-8));
}

TEST_CASE("moments from power sums are those of adding, about any origin") {
    const auto values = skewed(500, 0.0);
    for (const double origin : {0.0, 1.0, -2.5}) {
        double sums[4] = {};
        for (const double value : values) {
            double power = 1.0;
            for (double& sum : sums)
                sum += power *= value - origin;
        }
        const auto moments = Moments::from_power_sums(500, origin, sums[0], sums[1], sums[2], sums[3]);
        check_same(moments, moments_of(values), 1e-11);
    }
    CHECK(Moments::from_power_sums(0, 3.0, 0.0, 0.0, 0.0, 0.0).count() == 0);
    CHECK(Moments::from_power_sums(1, 3.0, 2.0, 4.0, 8.0, 16.0).mean()->value == 5.0);
    CHECK_FALSE(Moments::from_power_sums(0, 3.0, 0.0, 0.0, 0.0, 0.0).mean().has_value());
}

TEST_CASE("moments from power sums can be merged with added ones") {
    const auto values = skewed(64, 0.0);
    double sums[4] = {};
    for (std::size_t i = 0; i < 20; ++i) {
        double power = 1.0;
        for (double& sum : sums)
            sum += power *= values[i];
    }
    auto moments = Moments::from_power_sums(20, 0.0, sums[0], sums[1], sums[2], sums[3]);
    moments.merge(moments_of(values, 20));
    check_same(moments, moments_of(values), 1e-11);
}

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
    const auto moments = moments_of(values);
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

TEST_CASE("a histogram counts every value once, the far ones in its end bins") {
    Histogram histogram(-1.0, 3.0, 4);
    for (const double value : {-1.0, -0.5, 0.0, 0.999, 1.0, 2.5, 3.0, 1e300, -1e300, HUGE_VAL, -HUGE_VAL})
        histogram.add(value);
    CHECK(histogram.counts() == std::vector<std::int64_t>{4, 2, 1, 4});
    CHECK(histogram.low() == -1.0);
    CHECK(histogram.high() == 3.0);
    for (std::size_t i = 0; i <= 4; ++i)
        CHECK(histogram.edge(i) == -1.0 + static_cast<double>(i));
}

TEST_CASE("merged histograms have the counts of all values") {
    const auto values = skewed(1000, 0.0);
    Histogram all(0.0, 5.0, 50), left = all, right = all;
    for (std::size_t i = 0; i < values.size(); ++i) {
        all.add(values[i]);
        (i < 300 ? left : right).add(values[i]);
    }
    left.merge(right);
    CHECK(left.counts() == all.counts());
    CHECK(total(all) == 1000);
}

TEST_CASE("a trimmed histogram keeps every count in a bin that covers it") {
    const auto values = skewed(500, 2.0);
    Histogram fine(-10.0, 30.0, 4000);
    for (const double value : values)
        fine.add(value);
    for (const int bins : {1, 2, 7, 50, 333, 4000, 10'000}) {
        CAPTURE(bins);
        const auto coarse = fine.trimmed(bins);
        CHECK(total(coarse) == 500);
        CHECK(coarse.counts().size() <= static_cast<std::size_t>(bins));
        CHECK(coarse.counts().front() > 0);
        CHECK(coarse.counts().back() > 0);
        CHECK(coarse.low() >= 2.0 - 0.02);
        // Every coarse edge is a fine edge: the counts between two of them can be compared.
        std::size_t wrong = 0;
        for (std::size_t i = 0; i < coarse.counts().size(); ++i) {
            std::int64_t expected = 0;
            for (std::size_t k = 0; k < fine.counts().size(); ++k) {
                const double middle = 0.5 * (fine.edge(k) + fine.edge(k + 1));
                if (middle > coarse.edge(i) && middle < coarse.edge(i + 1)) expected += fine.counts()[k];
            }
            wrong += coarse.counts()[i] != expected;
        }
        CHECK(wrong == 0);
    }
}

TEST_CASE("a trimmed histogram is as fine as its bins allow") {
    Histogram fine(0.0, 100.0, 100);
    for (int i = 20; i < 80; ++i)
        fine.add(i + 0.5);
    CHECK(fine.trimmed(60).counts() == std::vector<std::int64_t>(60, 1));
    CHECK(fine.trimmed(1000).counts() == std::vector<std::int64_t>(60, 1));
    CHECK(fine.trimmed(30).counts() == std::vector<std::int64_t>(30, 2));
    CHECK(fine.trimmed(59).counts() == std::vector<std::int64_t>(30, 2));
    CHECK(fine.trimmed(7).counts() == std::vector<std::int64_t>{9, 9, 9, 9, 9, 9, 6});
}

TEST_CASE("a trimmed histogram of one value is one bin around it, and an empty one stays empty") {
    Histogram histogram(0.0, 10.0, 100);
    CHECK(total(histogram.trimmed(5)) == 0);
    for (int i = 0; i < 3; ++i)
        histogram.add(4.25);
    const auto one = histogram.trimmed(5);
    CHECK(one.counts() == std::vector<std::int64_t>{3});
    CHECK(one.low() == doctest::Approx(4.2));
    CHECK(one.high() == doctest::Approx(4.3));
}
