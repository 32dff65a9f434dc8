#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "trajectory/vector_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "trajectory/sphere/path_integrals_test.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "trajectory/sphere/path_integrals-inl.hpp"

// On the best target of this processor; every lane has the same.

#ifndef DICKEJUMP_PATH_INTEGRALS_TEST_ONCE
#define DICKEJUMP_PATH_INTEGRALS_TEST_ONCE
namespace dickejump::test {

struct Sums {
    double x_dt, x_variance, radius2_dt, bend;
};
struct Integrals {
    double x_dt, jumps;
};

}  // namespace dickejump::test
#endif

HWY_BEFORE_NAMESPACE();
namespace dickejump::HWY_NAMESPACE {

double normal_of(std::uint64_t word) {
    return hn::GetLane(normal_of_parts(hn::Set(Words(), word)));
}

test::Sums sums_of(const std::vector<double>& x, const std::vector<SphereStep>& steps) {
    const Reals d;
    auto sums = no_steps();
    for (std::size_t i = 0; i < steps.size(); ++i)
        add_step<true>(sums, hn::Set(d, x[i]), hn::Set(d, x[i + 1]), steps[i]);
    return {hn::GetLane(sums.x_dt), hn::GetLane(sums.x_variance), hn::GetLane(sums.radius2_dt),
            hn::GetLane(sums.bend)};
}

test::Integrals integrals_of(const test::Sums& s, double normal, double length, double rate_dt,
                             double levels) {
    const Reals d;
    const PathSums sums{hn::Set(d, s.x_dt), hn::Set(d, s.x_variance), hn::Set(d, s.radius2_dt),
                        hn::Set(d, s.bend)};
    const auto integrals =
        with_noise<true>(sums, hn::Set(d, normal), {.length = length, .rate_dt = rate_dt}, levels);
    return {hn::GetLane(integrals.x_dt), hn::GetLane(integrals.jumps)};
}

}  // namespace dickejump::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace dickejump {

HWY_EXPORT(normal_of);
HWY_EXPORT(sums_of);
HWY_EXPORT(integrals_of);

}  // namespace dickejump

using namespace dickejump;

namespace {

/// A word whose four sixteen-bit parts have this sum.
std::uint64_t word_of_sum(std::int64_t sum) {
    std::uint64_t word = 0;
    for (int part = 0; part < 4; ++part) {
        const auto here = std::min<std::int64_t>(sum, 65535);
        word |= static_cast<std::uint64_t>(here) << (16 * part);
        sum -= here;
    }
    return word;
}

double normal(std::uint64_t word) {
    return HWY_DYNAMIC_DISPATCH(dickejump::normal_of)(word);
}

SphereStep step_of(double length, double spread) {
    SphereStep step{};
    step.length = length, step.spread = spread;
    return step;
}

}  // namespace

TEST_CASE("the normal number of a word is a function of the sum of its parts, odd about their mean") {
    CHECK(normal(0x0001000200030004) == normal(word_of_sum(10)));
    CHECK(normal(0x0004000300020001) == normal(word_of_sum(10)));
    CHECK(normal(0xffff00000000ffff) == 0.0);
    for (const std::uint64_t word : {std::uint64_t{0}, 0x123456789abcdef0u, 0xfedc000000000001u})
        CHECK(normal(word) == -normal(~word));
    CHECK(normal(~std::uint64_t{0}) == doctest::Approx(4.06).epsilon(1e-3));
    double before = -10.0;
    for (std::int64_t sum = 0; sum <= 4 * 65535; sum += 97) {
        CHECK(normal(word_of_sum(sum)) > before);
        before = normal(word_of_sum(sum));
    }
}

TEST_CASE("the normal number of a word has the first five moments of a normal law, the sixth is 14.4") {
    // How many words have a sum s of their four parts, by inclusion and exclusion.
    const auto words = [](std::int64_t sum) {
        long double count = 0.0L;
        const std::array<long double, 5> binomial{1.0L, -4.0L, 6.0L, -4.0L, 1.0L};
        for (std::int64_t j = 0; j <= sum / 65536; ++j) {
            const auto m = static_cast<long double>(sum - 65536 * j);
            count += binomial[static_cast<std::size_t>(j)] * (m + 3.0L) * (m + 2.0L) * (m + 1.0L) / 6.0L;
        }
        return count;
    };
    std::array<long double, 7> moments{};
    for (std::int64_t sum = 0; sum <= 4 * 65535; ++sum) {
        const auto weight = words(sum) * 0x1p-64L;
        auto power = weight;
        for (auto& moment : moments) {
            moment += power;
            power *= normal(word_of_sum(sum));
        }
    }
    CHECK(static_cast<double>(moments[0]) == doctest::Approx(1.0).epsilon(1e-12));
    CHECK(std::abs(static_cast<double>(moments[1])) < 1e-12);
    CHECK(static_cast<double>(moments[2]) == doctest::Approx(1.0).epsilon(1e-9));
    CHECK(std::abs(static_cast<double>(moments[3])) < 1e-12);
    CHECK(static_cast<double>(moments[4]) == doctest::Approx(3.0).epsilon(1e-9));
    CHECK(std::abs(static_cast<double>(moments[5])) < 1e-11);
    CHECK(static_cast<double>(moments[6]) == doctest::Approx(14.4).epsilon(1e-2));
}

TEST_CASE(
    "the sums of a tick are those of straight lines, and of the noise of a Brownian bridge about them") {
    // Two steps, 0 -> 1/2 in 1/4 and 1/2 -> -1/4 in 1/2; (w + 1) dt = 1/8 and 1/16.
    const auto sums = HWY_DYNAMIC_DISPATCH(dickejump::sums_of)({0.0, 0.5, -0.25},
                                                               {step_of(0.25, 0.125), step_of(0.5, 0.0625)});
    const double first = (1.0 - 0.0625) * 0.125, second = (1.0 - 0.015625) * 0.0625;  // (1 - x^2) v
    CHECK(sums.x_dt == 0.25 * 0.25 + 0.125 * 0.5);
    CHECK(sums.x_variance == doctest::Approx(first * 0.0625 / 12.0 + second * 0.25 / 12.0).epsilon(1e-15));
    // int (1 - x^2) along the lines, less the mean square of the bridge, v tau/6.
    const double lines = 0.75 - (0.25 / 3.0) * 0.25 - (0.5 / 3.0) * (0.25 - 0.125 + 0.0625);
    CHECK(sums.radius2_dt == doctest::Approx(lines - first * 0.25 / 6.0 - second * 0.5 / 6.0).epsilon(1e-15));
    CHECK(sums.bend ==
          doctest::Approx((first * first * 0.0625 + second * second * 0.25) / 90.0).epsilon(1e-14));
}

TEST_CASE("at a pole there is no noise, and no rate is below 0") {
    const auto sums = HWY_DYNAMIC_DISPATCH(dickejump::sums_of)({1.0, 1.0}, {step_of(0.25, 0.5)});
    CHECK(sums.x_dt == 0.25);
    CHECK(sums.x_variance == 0.0);
    CHECK(std::abs(sums.radius2_dt) < 1e-16);
    CHECK(sums.bend == 0.0);
    // N'^2/4 (1 - x^2) - 1/6 is negative at the very edge of the highest cell.
    const auto integrals = HWY_DYNAMIC_DISPATCH(dickejump::integrals_of)(sums, 3.0, 0.25, 0.5, 11.0);
    CHECK(integrals.x_dt == 0.25);
    CHECK(integrals.jumps == 0.0);
}

TEST_CASE("the mean number of jumps is int (w A + B) dt, of a run that stays on its level") {
    // At the middle x = (2n + 1)/N' - 1 of its cell, (A + B)/2 = N'^2/4 (1 - x^2) - 1/4 and the cell's own
    // 1/12 makes 1/6 of it: the kernel is right for x anywhere in the cell, on average.
    constexpr double levels = 101.0, tau = 0.5;
    for (const double n : {10.0, 50.0, 77.0})
        for (const double w : {0.0, 0.5, 1.0, 3.0}) {
            const double a = (100.0 - n) * (n + 1.0), b = n * (101.0 - n);
            double mean = 0.0;
            constexpr int places = 1000;  // of x in the cell
            for (int i = 0; i < places; ++i) {
                const double x = 2.0 * (n + (i + 0.5) / places) / levels - 1.0;
                const test::Sums still{x * tau, 0.0, (1.0 - x * x) * tau, 0.0};
                mean +=
                    HWY_DYNAMIC_DISPATCH(dickejump::integrals_of)(still, 1.3, tau, (w + 1.0) * tau, levels)
                        .jumps /
                    places;
            }
            CHECK(mean == doctest::Approx((w * a + b) * tau).epsilon(1e-7));
        }
}

TEST_CASE(
    "the noise of a tick moves int x dt and the rates together, and stops three quarters of the way to a "
    "pole") {
    const test::Sums sums{.x_dt = 0.25, .x_variance = 0.0004, .radius2_dt = 0.4, .bend = 0.0};
    const auto with = [&](double z) {
        return HWY_DYNAMIC_DISPATCH(dickejump::integrals_of)(sums, z, 0.5, 1.0, 101.0);
    };
    CHECK(with(0.0).x_dt == 0.25);
    CHECK(with(2.0).x_dt == doctest::Approx(0.29).epsilon(1e-15));
    CHECK(with(-2.0).x_dt == doctest::Approx(0.21).epsilon(1e-15));
    // w = 1: the jumps are twice N'^2/4 int (1 - x^2) dt, which changes by -2 x off, x = 1/2.
    CHECK(with(2.0).jumps - with(0.0).jumps == doctest::Approx(2.0 * 2550.25 * -0.04).epsilon(1e-12));
    CHECK(with(1e6).x_dt == 0.25 + 0.75 * 0.25);
    CHECK(with(-1e6).x_dt == 0.25 - 0.75 * 0.25);
    CHECK(with(1e6).jumps >= 0.0);
}

TEST_CASE("the bend of the path takes from the rates what is beyond its mean, z^2 - 1 of it") {
    const test::Sums sums{.x_dt = 0.0, .x_variance = 0.0, .radius2_dt = 0.5, .bend = 1e-4};
    const auto jumps = [&](double z) {
        return HWY_DYNAMIC_DISPATCH(dickejump::integrals_of)(sums, z, 0.5, 1.0, 101.0).jumps;
    };
    const double flat = 2.0 * (2550.25 * 0.5 - 0.5 / 6.0);
    CHECK(jumps(1.0) == doctest::Approx(flat).epsilon(1e-14));
    CHECK(jumps(-1.0) == doctest::Approx(flat).epsilon(1e-14));
    CHECK(jumps(0.0) == doctest::Approx(flat + 2.0 * 2550.25 * 0.01).epsilon(1e-14));
    CHECK(jumps(3.0) == doctest::Approx(flat - 8.0 * 2.0 * 2550.25 * 0.01).epsilon(1e-14));
}

#endif
