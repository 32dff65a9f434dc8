#include "dickejump/estimate/scored_moments.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "dickejump/random/stream.hpp"

using namespace dickejump;
using doctest::Approx;

namespace {

/// Pairs with a covariance, the score with outliers.
std::vector<std::pair<double, double>> pairs(std::size_t count, std::uint64_t k) {
    Stream random(5, k, Purpose::test);
    std::vector<std::pair<double, double>> result;
    for (std::size_t i = 0; i < count; ++i) {
        const double s = -std::log(open_unit(random())) - 1.0, noise = open_unit(random()) - 0.5;
        result.emplace_back(0.3 + 0.5 * s + noise, s);
    }
    return result;
}

}  // namespace

TEST_CASE("spread, slope and sensitivity are those of the pairs") {
    const auto data = pairs(200, 1);
    ScoredMoments moments;
    Moments plain;
    double mean_x = 0.0, mean_s = 0.0, product = 0.0;
    for (const auto& [x, s] : data)
        moments.add(x, s), plain.add(x), mean_x += x / 200.0, mean_s += s / 200.0;
    for (const auto& [x, s] : data)
        product += (x - mean_x) * (s - mean_s) / 199.0;
    CHECK(moments.count() == 200);
    CHECK(moments.mean()->value == Approx(plain.mean()->value));
    CHECK(moments.mean()->error == Approx(plain.mean()->error));
    CHECK(moments.deviation()->value == Approx(plain.deviation()->value));
    CHECK(moments.slope()->value == Approx(product));
    CHECK(moments.sensitivity()->value == Approx(plain.deviation()->value / product));
}

TEST_CASE("sums merge, and little data says little") {
    const auto data = pairs(100, 2);
    ScoredMoments whole, first, second;
    CHECK_FALSE(whole.mean().has_value());
    CHECK_FALSE(whole.sensitivity().has_value());
    for (std::size_t i = 0; i < data.size(); ++i) {
        whole.add(data[i].first, data[i].second);
        (i < 37 ? first : second).add(data[i].first, data[i].second);
    }
    first.merge(second);
    CHECK(first.count() == 100);
    CHECK(first.sensitivity()->value == Approx(whole.sensitivity()->value).epsilon(1e-12));
    CHECK(first.sensitivity()->error == Approx(whole.sensitivity()->error).epsilon(1e-10));
    ScoredMoments one;
    one.add(1.0, 2.0);
    CHECK_FALSE(one.deviation().has_value());
    CHECK_FALSE(one.slope().has_value());
}

TEST_CASE("the errors are right: pulls of many replicas have the spread of 1") {
    // True values: x = 0.3 + s/2 + uniform noise, Var s = 1: slope 1/2, variance 1/4 + 1/12.
    const double slope = 0.5, sensitivity = std::sqrt(0.25 + 1.0 / 12.0) / slope;
    Moments slopes, sensitivities;
    constexpr int replicas = 2000;
    for (std::uint64_t k = 0; k < replicas; ++k) {
        ScoredMoments moments;
        for (const auto& [x, s] : pairs(1000, 100 + k))
            moments.add(x, s);
        slopes.add((moments.slope()->value - slope) / moments.slope()->error);
        sensitivities.add((moments.sensitivity()->value - sensitivity) / moments.sensitivity()->error);
    }
    // The spread of 2000 pulls is known to 1.6 %: five of those, and the skewness of a thousand pairs.
    CHECK(slopes.deviation()->value == Approx(1.0).epsilon(0.12));
    CHECK(sensitivities.deviation()->value == Approx(1.0).epsilon(0.12));
    CHECK(std::abs(slopes.mean()->value) < 0.25);
    CHECK(std::abs(sensitivities.mean()->value) < 0.25);
}
