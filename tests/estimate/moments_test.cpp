#include "dickejump/estimate/moments.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "dickejump/model/invalid_input.hpp"
#include "estimate/samples.hpp"

using namespace dickejump;
using namespace dickejump::test;

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
    CHECK(std::isnan(one.mean()->error));
    CHECK_FALSE(one.variance().has_value());
    CHECK_FALSE(one.deviation().has_value());
    CHECK(one.rmse(5.0)->value == 2.0);
    CHECK(std::isnan(one.rmse(5.0)->error));

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

TEST_CASE("fewer values than none are refused") {
    CHECK_THROWS_AS(Moments::from_power_sums(-1, 0.0, 0.0, 0.0, 0.0, 0.0), InvalidInput);
}

TEST_CASE("an error that rests on a rare event is not known") {
    const auto with_events = [](int count, int events, double size = 1.0) {
        Moments moments;
        for (int i = 0; i < count; ++i)
            moments.add(i < events ? size : 0.0);
        return moments;
    };
    CHECK(with_events(10'000, 25).carriers() == doctest::Approx(25.0).epsilon(0.01));
    CHECK(with_events(10'000, 5'000).carriers() == doctest::Approx(10'000.0));
    CHECK(with_events(10'000, 0).carriers() == 0.0);
    // Ten runs that stand out carry an error, nine do not; nor do they a variance's, a deviation's or an
    // RMSE's.
    CHECK(with_events(10'000, 11).mean()->error > 0.0);
    const auto few = with_events(10'000, 9);
    CHECK(std::isnan(few.mean()->error));
    CHECK(std::isnan(few.variance()->error));
    CHECK(std::isnan(few.deviation()->error));
    CHECK(std::isnan(few.rmse(0.0)->error));
    CHECK(few.mean()->value == doctest::Approx(9e-4));
    // Of fewer values fewer are enough: two of twenty.
    CHECK(with_events(20, 2).mean()->error > 0.0);
    // What never moves has no error, unless something could have happened.
    CHECK(with_events(100, 0).mean()->error == 0.0);
    CHECK(std::isnan(with_events(100, 0).mean(1.0)->error));
    CHECK(std::isnan(with_events(100, 0).deviation(1.0)->error));
    // A spread of many small deviations does not show an event of size 1 that was missed.
    const auto small = with_events(10'000, 5'000, 1e-3);
    CHECK(small.mean()->error > 0.0);
    CHECK(small.mean(1e-2)->error > 0.0);
    CHECK(std::isnan(small.mean(1.0)->error));
}
