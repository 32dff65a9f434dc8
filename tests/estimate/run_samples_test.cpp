#include "dickejump/estimate/run_samples.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "dickejump/model/invalid_input.hpp"
#include "dickejump/random/stream.hpp"

using namespace dickejump;

namespace {

/// Runs of two normal-like numbers, correlated, and a third that is 1 with a probability and 0 else.
RunSamples samples_of(int runs, double shift, double rare, std::uint64_t seed) {
    RunSamples samples(3);
    for (int k = 0; k < runs; ++k) {
        Stream random(seed, static_cast<std::uint64_t>(k), Purpose::wavefunction);
        double a = 0.0, b = 0.0;
        for (int i = 0; i < 12; ++i)
            a += open_unit(random()) - 0.5, b += open_unit(random()) - 0.5;
        samples.add(Eigen::Vector3d{a + shift, 0.9 * a + 0.1 * b, open_unit(random()) < rare ? 1.0 : 0.0});
    }
    return samples;
}

KnownMeans known(double rare) {
    KnownMeans means(3);
    means.mean << 0.0, 0.0, rare;
    means.low << -6.0, -6.0, 0.0;
    means.high << 6.0, 6.0, 1.0;
    means.variance << 1.0, 0.82, rare * (1.0 - rare);
    return means;
}

}  // namespace

TEST_CASE("p-values of means are uniform, with a rare number among them and without") {
    for (const double rare : {0.3, 1e-3}) {
        constexpr int replicas = 400;
        std::vector<double> p;
        for (int r = 0; r < replicas; ++r) {
            const auto verdict = judge_means(
                samples_of(2000, 0.0, rare, 1000 + static_cast<std::uint64_t>(r)), known(rare), 1e-6);
            REQUIRE(verdict.p_value.has_value());
            CHECK(verdict.judged.size() == (rare > 0.1 ? 3u : 2u));
            p.push_back(*verdict.p_value);
        }
        std::sort(p.begin(), p.end());
        double distance = 0.0;
        for (std::size_t i = 0; i < p.size(); ++i)
            distance = std::max(distance, std::abs(p[i] - (static_cast<double>(i) + 0.5) / replicas));
        CHECK(distance < 2.7 / std::sqrt(replicas));  // Kolmogorov: false alarm 1e-6
    }
}

TEST_CASE("a mean that is off is found, also that of events which never come") {
    CHECK(*judge_means(samples_of(2000, 0.25, 0.3, 1), known(0.3), 1e-6).p_value < 1e-6);
    // 200 events expected, none seen: there is no spread to judge by, but a bound on so much luck.
    RunSamples still(1);
    for (int k = 0; k < 2000; ++k)
        still.add(Eigen::VectorXd::Zero(1));
    KnownMeans means(1);
    means.high << 1.0;
    means.mean << 0.1;
    means.variance << 0.09;
    const auto never = judge_means(still, means, 1e-6);
    CHECK(never.judged.empty());
    REQUIRE(never.p_value.has_value());
    CHECK(*never.p_value < 1e-6);
    // e^-200 is what it is; the bound is not better than the truth.
    CHECK(*never.p_value >= std::exp(2000.0 * std::log(0.9)));
    // Two expected: none is no wonder.
    means.mean << 1e-3;
    means.variance << 1e-3;
    CHECK_FALSE(judge_means(still, means, 1e-6).p_value.has_value());
    // A number that cannot move must be met.
    means.mean << 0.0;
    means.variance << 0.0;
    CHECK_FALSE(judge_means(still, means, 1e-6).p_value.has_value());
    means.mean << 0.5;
    CHECK(judge_means(still, means, 1e-6).p_value.value_or(1.0) < 1e-6);
}

TEST_CASE("a number is judged only with its leader, and above its least variance") {
    const auto samples = samples_of(2000, 0.0, 0.3, 7);
    auto means = known(0.3);
    CHECK(judge_means(samples, means, 1e-6).judged.size() == 3);
    means.least(2) = 0.5;
    CHECK(judge_means(samples, means, 1e-6).judged == std::vector<Eigen::Index>{0, 1});
    means.leader = {0, 2, 2};
    CHECK(judge_means(samples, means, 1e-6).judged == std::vector<Eigen::Index>{0});
}

TEST_CASE("samples merge to the same covariance and the same carriers") {
    RunSamples left(2), right(2), all(2);
    for (int k = 0; k < 300; ++k) {
        const Eigen::Vector2d x{std::sin(k), std::cos(2.0 * k)};
        (k < 100 ? left : right).add(x);
        all.add(x);
    }
    left.merge(right);
    CHECK(left.all().count() == 300);
    CHECK((left.all().covariance() - all.all().covariance()).norm() < 1e-12);
    const Eigen::Vector2d direction{1.0, -2.0};
    CHECK(left.carriers(direction) == doctest::Approx(all.carriers(direction)));
    CHECK_THROWS_AS(left.merge(RunSamples(3)), InvalidInput);
    CHECK_THROWS_AS(left.carriers(Eigen::Vector3d::Zero()), InvalidInput);
    CHECK_THROWS_AS(left.add(Eigen::Vector3d::Zero()), InvalidInput);
}

TEST_CASE("carriers count the runs that stand out, whatever the number of runs kept") {
    RunSamples samples(1);
    const int runs = static_cast<int>(RunSamples::most_kept) * 2;
    for (int k = 0; k < runs; ++k)
        samples.add(Eigen::VectorXd::Constant(1, k % 1000 == 0 ? 1.0 : 0.0));
    CHECK(samples.carriers(Eigen::VectorXd::Ones(1)) == doctest::Approx(runs / 1000).epsilon(0.01));
    CHECK(RunSamples(1).carriers(Eigen::VectorXd::Ones(1)) == 0.0);
}

TEST_CASE("expectations of another size are refused") {
    const auto samples = samples_of(200, 0.0, 0.3, 1);
    CHECK_THROWS_AS(judge_means(samples, KnownMeans(2), 1e-6), InvalidInput);
    auto means = known(0.3);
    means.leader[0] = 5;
    CHECK_THROWS_AS(judge_means(samples, means, 1e-6), InvalidInput);
}

TEST_CASE("too few runs are named with how many it takes") {
    CHECK(too_few_runs(3000, 3000).empty());
    CHECK(too_few_runs(128, 3000).find("128") != std::string::npos);
    CHECK(too_few_runs(128, 3000).find("3000") != std::string::npos);
}
