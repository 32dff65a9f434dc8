#include "trajectory/sphere/jump_counts.hpp"

#include <doctest/doctest.h>

#include <boost/math/distributions/poisson.hpp>
#include <cmath>
#include <cstdint>
#include <vector>

#include "trajectory/vector_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "trajectory/sphere/jump_counts_test.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "trajectory/sphere/jump_counts-inl.hpp"

// On the best target of this processor; every lane has the same.

#ifndef DICKEJUMP_JUMP_COUNTS_TEST_ONCE
#define DICKEJUMP_JUMP_COUNTS_TEST_ONCE
namespace dickejump::test {

struct UpAndDown {
    std::int64_t up, down;
};

}  // namespace dickejump::test
#endif

HWY_BEFORE_NAMESPACE();
namespace dickejump::HWY_NAMESPACE {

/// Both words that are drawn are `word`.
test::UpAndDown counts_of(std::uint64_t word, double mean, double net) {
    const Words w;
    const Reals d;
    LaneGenerator random{hn::Set(w, word), hn::Zero(w), hn::Zero(w), hn::Zero(w)};
    const auto counts = count_jumps(random, hn::Set(d, mean), hn::Set(d, net));
    return {hn::GetLane(counts.up), hn::GetLane(counts.down)};
}

}  // namespace dickejump::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace dickejump {

HWY_EXPORT(counts_of);

}  // namespace dickejump

using namespace dickejump;

namespace {

test::UpAndDown counts(std::uint64_t word, double mean, double net) {
    return HWY_DYNAMIC_DISPATCH(dickejump::counts_of)(word, mean, net);
}

/// The normal number that both words make.
double normal_of(std::uint64_t word) {
    const double u = (static_cast<double>(word >> 12) + 0.5) * 0x1p-52;
    return std::sin(3.14159265358979324 * (u - 0.5)) * std::sqrt(-2.0 * std::log(u));
}

const std::vector<std::uint64_t> some_words{0,
                                            1,
                                            std::uint64_t{1} << 50,
                                            0x123456789abcdef0,
                                            std::uint64_t{1} << 63,
                                            0xcedc000000000001,
                                            ~std::uint64_t{0}};

}  // namespace

TEST_CASE("the quantile of a Poisson law is the smallest number that is as probable as the normal one") {
    CHECK(sphere::poisson_quantile(0.0, 5.0) == 0.0);
    CHECK(sphere::poisson_quantile(3.0, -8.0) == 0.0);
    CHECK(sphere::poisson_quantile(1.0, -0.4) == 0.0);  // P(Z <= -0.4) = 0.345 < e^-1 = 0.368 ..
    CHECK(sphere::poisson_quantile(1.0, -0.3) == 1.0);  // .. < P(Z <= -0.3) = 0.382
    for (const double mean : {0.1, 1.0, 7.5, 31.9}) {
        const boost::math::poisson_distribution<double> law(mean);
        for (double z = -5.0; z <= 5.0; z += 0.01) {
            const double p = 0.5 * std::erfc(-z / std::sqrt(2.0)), k = sphere::poisson_quantile(mean, z);
            CHECK(boost::math::cdf(law, k) >= p * (1.0 - 1e-12));
            if (k > 0.0) CHECK(boost::math::cdf(law, k - 1.0) < p * (1.0 + 1e-12));
        }
    }
    CHECK(sphere::poisson_quantile(31.9, 40.0) <= 300.0);  // where P(Z <= z) is 1 in doubles
}

TEST_CASE("jumps up and down differ by the change of n, and none is negative") {
    for (const auto word : some_words)
        for (const double mean : {0.0, 0.3, 5.0, 31.0, 33.0, 1e3, 1e9})
            for (const double net : {-70.0, -3.0, -1.0, 0.0, 1.0, 2.0, 55.0}) {
                const auto [up, down] = counts(word, mean, net);
                CHECK(up - down == static_cast<std::int64_t>(net));
                CHECK(up >= 0);
                CHECK(down >= 0);
            }
}

TEST_CASE("without a rate only the jumps that must have been are there") {
    for (const auto word : some_words) {
        CHECK(counts(word, 0.0, 0.0).up == 0);
        CHECK(counts(word, 0.0, 4.0).up == 4);
        CHECK(counts(word, 0.0, 4.0).down == 0);
        CHECK(counts(word, 0.0, -4.0).up == 0);
        CHECK(counts(word, 0.0, -4.0).down == 4);
    }
}

TEST_CASE("the sum of the jumps is the number nearest to the quantile that has the parity of the change") {
    for (const auto word : some_words)
        for (const double mean : {40.0, 777.0, 1e6})
            for (const double net : {0.0, 1.0, 2.0, 5.0}) {
                const double z = normal_of(word);
                const double quantile = mean + std::sqrt(mean) * z + (z * z - 1.0) / 6.0;
                const auto [up, down] = counts(word, mean, net);
                const auto sum = static_cast<double>(up + down);
                if (quantile > net) CHECK(std::abs(sum - quantile) <= 1.0 + 1e-9);
                CHECK(std::fmod(sum - net, 2.0) == 0.0);
            }
}

TEST_CASE("small numbers of jumps come from the law itself") {
    for (const auto word : some_words) {
        const double z = normal_of(word), k = sphere::poisson_quantile(8.0, z);
        const auto [up, down] = counts(word, 8.0, 0.0);
        CHECK(std::abs(static_cast<double>(up + down) - k) <= 1.0);
        if (std::fmod(k, 2.0) == 0.0) CHECK(static_cast<double>(up + down) == k);
    }
}

TEST_CASE("the difference of 10^17 jumps up and as many down is exact") {
    const auto [up, down] = counts(std::uint64_t{1} << 63, 2e17, 12345.0);
    CHECK(up - down == 12345);
    CHECK(up > 99'000'000'000'000'000);
}

#endif
