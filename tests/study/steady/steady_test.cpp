#include "dickejump/study/steady/steady.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "dickejump/exact/steady_state.hpp"
#include "support/statistics.hpp"

using namespace dickejump;
using doctest::Approx;

namespace {

/// Every sequence of shots of a small ladder, with its probability: mean and deviation of the finite
/// estimates.
ExactShotEstimate by_enumeration(const DickeLadder& ladder, double pump, std::int64_t pool) {
    const Eigen::VectorXd p = exact::steady_state(ladder, pump);
    double weight = 0.0, first = 0.0, second = 0.0;
    std::vector<std::int64_t> shots(static_cast<std::size_t>(pool), 0);
    while (true) {
        double probability = 1.0;
        std::int64_t sum = 0;
        for (const auto n : shots) {
            probability *= p(n);
            sum += n;
        }
        const double jz =
            static_cast<double>(sum) / static_cast<double>(pool) - 0.5 * static_cast<double>(ladder.atoms());
        if (sum < pool * ladder.atoms()) {
            const double estimate = exact::steady_pump(ladder, jz);
            weight += probability;
            first += probability * estimate;
            second += probability * estimate * estimate;
        }
        std::size_t i = 0;
        while (i < shots.size() && shots[i] == ladder.atoms())
            shots[i++] = 0;
        if (i == shots.size()) break;
        ++shots[i];
    }
    const double mean = first / weight;
    return {mean, std::sqrt(second / weight - mean * mean), 1.0 - weight};
}

}  // namespace

TEST_CASE("the law of a pool is that of all its sequences of shots") {
    const DickeLadder ladder(4);
    for (const double pump : {0.6, 1.0, 1.7})
        for (const std::int64_t pool : {1, 2, 5}) {
            CAPTURE(pump);
            CAPTURE(pool);
            const auto exact = exact_estimate(ladder, pump, ShotEstimator::maximum_likelihood, pool);
            const auto expected = by_enumeration(ladder, pump, pool);
            REQUIRE(exact.has_value());
            CHECK(exact->mean == Approx(expected.mean).epsilon(1e-11));
            CHECK(exact->deviation == Approx(expected.deviation).epsilon(1e-10));
            CHECK(exact->unbounded == Approx(expected.unbounded).epsilon(1e-8));
        }
}

TEST_CASE("the locally unbiased estimate saturates the bound; many shots' maximum likelihood tends to it") {
    const DickeLadder ladder(50);
    const double bound = exact::steady_state_bound(ladder);
    const auto once = exact_estimate(ladder, 1.0, ShotEstimator::locally_unbiased, 1);
    CHECK(once->mean == 1.0);
    CHECK(once->deviation == Approx(bound).epsilon(1e-14));
    double last = 1e9;
    for (const std::int64_t pool : {1, 4, 16, 64, 256}) {
        const auto many = exact_estimate(ladder, 1.0, ShotEstimator::maximum_likelihood, pool);
        const double excess = many->deviation * std::sqrt(static_cast<double>(pool)) / bound - 1.0;
        CHECK(excess > 0.0);
        CHECK(excess < last);
        last = excess;
    }
    CHECK(last < 0.005);
    CHECK_FALSE(
        exact_estimate(DickeLadder(1000000), 1.0, ShotEstimator::maximum_likelihood, 1000).has_value());
}

TEST_CASE("simulated shots follow their law") {
    // Four z at a fixed seed: false alarm 1e-6 together. Power: shots at a pump 2 % higher fail.
    const DickeLadder ladder(100);
    const auto worst = [&](double pump) {
        const auto result = simulate(
            prepare(SteadyConfig{.atoms = 100, .pump = pump, .shots = 40000, .pools = {1, 20}, .seed = 3}));
        double largest = 0.0;
        for (const auto& pooled : result.estimates) {
            const auto exact = exact_estimate(ladder, 1.0, pooled.estimator, pooled.pool);
            if (pooled.estimator == ShotEstimator::maximum_likelihood && pooled.pool == 1)
                continue;  // heavy tails
            const auto mean = *pooled.estimates.mean(), deviation = *pooled.estimates.deviation();
            // The locally unbiased estimate is told the pump; scale it to the one that is tested.
            const double told = pooled.estimator == ShotEstimator::locally_unbiased ? pump : 1.0;
            largest =
                std::max({largest, std::abs(mean.value / told - exact->mean) * told / mean.error,
                          std::abs(deviation.value / told - exact->deviation) * told / deviation.error});
        }
        return largest;
    };
    CHECK(4.0 * test::two_sided(worst(1.0)) > 1e-6);
    CHECK(4.0 * test::two_sided(worst(1.02)) < 1e-9);
}

TEST_CASE("shots depend on seed and number alone") {
    const auto run = [&](std::int64_t shots, int threads) {
        return simulate(prepare(SteadyConfig{.atoms = 30, .shots = shots, .pools = {1, 7}, .seed = 5}),
                        {.threads = threads});
    };
    const auto one = run(3001, 1), three = run(3001, 3);
    REQUIRE(one.estimates.size() == 4);
    CHECK(one.jz.count() == 3001);
    CHECK(one.estimates[2].estimates.count() == 428);  // 3001/7, a last incomplete pool left out
    for (std::size_t i = 0; i < 4; ++i) {
        CHECK(one.estimates[i].estimates.mean()->value == three.estimates[i].estimates.mean()->value);
        CHECK(one.estimates[i].unbounded == three.estimates[i].unbounded);
    }
}

TEST_CASE("shots that cannot be are refused, all at once") {
    try {
        prepare(SteadyConfig{.atoms = 10, .pump = -1.0, .shots = 3, .pools = {0, 5}});
        FAIL("accepted");
    } catch (const InvalidInput& error) {
        CHECK(error.problems().size() == 3);
    }
}
