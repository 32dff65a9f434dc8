#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "dickejump/estimate/covariance.hpp"
#include "dickejump/estimate/moments.hpp"
#include "dickejump/random/stream.hpp"
#include "support/statistics.hpp"

// Seeds are fixed, so nothing here fails now and then: a false-alarm probability is that of a new seed, or of
// a change that draws other numbers. Each CHECK of a p-value is set at 1e-6; with some forty of them the file
// as a whole stays below 1e-4.

using namespace dickejump;
using namespace dickejump::test;

namespace {

constexpr double false_alarm = 1e-6;

/// A law of one number with its central moments known in closed form.
struct Law {
    std::string name;
    std::function<double(double)> quantile;
    double mean, variance;
    int count;  ///< numbers a replica: enough for the skewed sums of the fourth power to be Gaussian
};

const std::vector<Law> laws{
    {"uniform", [](double u) { return u; }, 0.5, 1.0 / 12.0, 3000},
    {"exponential", [](double u) { return -std::log(u); }, 1.0, 1.0, 30'000},
};

/// (value - truth)/error of independent replicas.
using Pulls = std::vector<double>;

double pull(const std::optional<Estimate>& estimate, double truth) {
    return (estimate->value - truth) / estimate->error;
}

/// Sum of squares of the pulls: chi-square with as many degrees of freedom; too small an error and too large
/// a one are both seen.
double width_p_value(const Pulls& pulls, double scale = 1.0) {
    double square = 0.0;
    for (const double p : pulls)
        square += scale * p * scale * p;
    return chi_square_two_sided(square, static_cast<double>(pulls.size()));
}

/// Sum of the pulls over the root of their number: standard normal.
double bias_p_value(const Pulls& pulls, double shift = 0.0) {
    double sum = 0.0;
    for (const double p : pulls)
        sum += p + shift;
    return two_sided(sum / std::sqrt(static_cast<double>(pulls.size())));
}

/// Four points of one random curve: partial sums of exponentials, strongly correlated and skewed. Means 1, 2,
/// 3, 4.
Eigen::Vector4d random_curve(Stream& random) {
    Eigen::Vector4d curve;
    double sum = 0.0;
    for (int i = 0; i < 4; ++i)
        curve(i) = sum -= std::log(open_unit(random()));
    return curve;
}

}  // namespace

TEST_CASE("error bars of mean, variance, deviation and rmse are calibrated") {
    // Bias of a pull: at most half its skewness over the root of the count, 0.03 here for the exponential's
    // variance; seen at 800 replicas is 0.17 (5 standard errors).
    constexpr std::uint64_t replicas = 800;
    for (std::size_t law = 0; law < laws.size(); ++law) {
        const auto& [name, quantile, mean, variance, count] = laws[law];
        const double truth =
            mean + 0.4;  // the rmse about another value than the mean, so that the skewness counts
        Pulls means, variances, deviations, rmses;
        for (std::uint64_t replica = 0; replica < replicas; ++replica) {
            Stream random(100 + law, replica, Purpose::test);
            // In parts, as an ensemble does it.
            Moments moments;
            for (int part = 0; part < 10; ++part) {
                Moments some;
                for (int i = 0; i < count / 10; ++i)
                    some.add(quantile(open_unit(random())));
                moments.merge(some);
            }
            means.push_back(pull(moments.mean(), mean));
            variances.push_back(pull(moments.variance(), variance));
            deviations.push_back(pull(moments.deviation(), std::sqrt(variance)));
            rmses.push_back(pull(moments.rmse(truth), std::sqrt(variance + 0.4 * 0.4)));
        }
        for (const auto& [what, pulls] : {std::pair{"mean", &means}, std::pair{"variance", &variances},
                                          std::pair{"deviation", &deviations}, std::pair{"rmse", &rmses}}) {
            CAPTURE(name);
            CAPTURE(what);
            CHECK(width_p_value(*pulls) > false_alarm);
            CHECK(bias_p_value(*pulls) > false_alarm);
            // Power: errors 25 % too small or too large, and estimates off by 0.4 of their error.
            CHECK(width_p_value(*pulls, 1.25) < false_alarm);
            CHECK(width_p_value(*pulls, 1.0 / 1.25) < false_alarm);
            CHECK(bias_p_value(*pulls, 0.4) < false_alarm);
            CHECK(bias_p_value(*pulls, -0.4) < false_alarm);
        }
    }
}

TEST_CASE("p-values of agreement are uniform where the means agree, and small where they do not") {
    constexpr std::uint64_t seeds = 400;
    const Eigen::Vector4d truth(1.0, 2.0, 3.0, 4.0);
    // One standard error of the first point alone moves two of the independent increments: a noncentrality of
    // 2 on 4 degrees of freedom, too little to be seen at one seed and plain over 400.
    const auto runs = trajectories_for_agreement(4);
    Eigen::Vector4d shifted = truth;
    shifted(0) += 1.0 / std::sqrt(static_cast<double>(runs));
    std::vector<double> fair, unfair, gross;
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
        Stream random(200, seed, Purpose::test);
        Covariance curves(4);
        for (std::int64_t run = 0; run < runs; ++run)
            curves.add(random_curve(random));
        fair.push_back(agreement(curves, truth));
        unfair.push_back(agreement(curves, shifted));
        gross.push_back(agreement(curves, truth + 10.0 * (shifted - truth)));
    }
    CHECK(uniformity_p_value(fair) > false_alarm);
    CHECK(uniformity_p_value(unfair) < false_alarm);
    CHECK(*std::max_element(gross.begin(), gross.end()) < false_alarm);
}

TEST_CASE("the p-values of this suite are uniform themselves, and see what is not") {
    // Pearson's, of ten equal cells; Kolmogorov-Smirnov's, of 200 values; both tails of chi-square; of a
    // mean.
    std::vector<double> cells, distances, widths, means, loaded, bent;
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        Stream random(300, seed, Purpose::test);
        std::vector<std::int64_t> counts(10), loaded_counts(10);
        std::vector<double> values, logarithms, bent_values;
        for (int i = 0; i < 2000; ++i) {
            const double u = open_unit(random());
            ++counts[static_cast<std::size_t>(10.0 * u)];
            ++loaded_counts[static_cast<std::size_t>(10.0 * std::pow(u, 1.2))];
            if (i < 200) values.push_back(u), bent_values.push_back(std::pow(u, 1.5));
            logarithms.push_back(-2.0 * std::log(u));
        }
        const std::vector<double> equal(10, 0.1);
        cells.push_back(counts_p_value(counts, equal));
        loaded.push_back(counts_p_value(loaded_counts, equal));
        distances.push_back(uniformity_p_value(values));
        bent.push_back(uniformity_p_value(bent_values));
        means.push_back(two_sided(mean_z(logarithms, 2.0)));
        double sum = 0.0;
        for (int i = 0; i < 50; ++i)
            sum += logarithms[static_cast<std::size_t>(i)];
        widths.push_back(chi_square_two_sided(sum, 100.0));  // each is chi-square with 2 degrees
    }
    for (const auto& p_values : {cells, distances, widths, means})
        CHECK(uniformity_p_value(p_values) > false_alarm);
    for (const auto& p_values : {loaded, bent})
        CHECK(uniformity_p_value(p_values) < false_alarm);
}
