#include "dickejump/record/record.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "dickejump/exact/master_equation.hpp"
#include "dickejump/exact/steady_state.hpp"
#include "dickejump/random/stream.hpp"
#include "statistical/watched_runs.hpp"
#include "support/affordable.hpp"
#include "support/statistics.hpp"

// Photons and clicks against closed forms and the master equation. Seeds are fixed; a p-value falls below
// `false_alarm` with probability 1e-6 for a new seed, and there are less than a hundred. Beside every kind of
// check stands its power: the same data against a rate or an efficiency that is 2 % off must fail.

using namespace dickejump;
using namespace dickejump::test;

namespace {

constexpr double false_alarm = 1e-6;

/// Clicks of a Poisson source: counts per unit time of each run (the first unit left out: the detector starts
/// awake), and the times between clicks.
struct PoissonRecord {
    static inline const std::int64_t runs = affordable(1000);
    static constexpr double duration = 1001.0;

    std::vector<double> mean_counts;          ///< [run] of the unit bins
    std::vector<std::vector<double>> counts;  ///< [run][bin]
    std::vector<double> waits;

    PoissonRecord(double source, const ChannelDetector& settings, std::uint64_t seed) {
        Detector detector;
        detector[Channel::cavity] = settings;
        for (std::int64_t run = 0; run < runs; ++run) {
            Stream random(seed, static_cast<std::uint64_t>(run), Purpose::test);
            std::vector<Photon> photons;
            if (source > 0.0)
                for (double t = 0.0; (t -= std::log(open_unit(random())) / source) < duration;)
                    photons.push_back({t, Channel::cavity});
            const auto clicks = detect(detector, photons, seed, run, Direction::up, duration);
            const auto bins = binned(clicks, Channel::cavity, 1.0, 1001);
            counts.emplace_back(bins.begin() + 1, bins.end());
            double sum = 0.0;
            for (const double count : counts.back())
                sum += count;
            mean_counts.push_back(sum / 1000.0);
            // A thousand waits a run are plenty. They are a fixed number, so that long ones are not cut off.
            for (std::size_t i = 1; i <= 1000; ++i)
                waits.push_back(clicks[i].time - clicks[i - 1].time);
        }
    }

    double mean_p_value(double rate) const { return two_sided(mean_z(mean_counts, rate)); }
    /// About the mean that is claimed too: one number a run, so that neighbouring bins may be correlated.
    double variance_p_value(double mean, double variance) const {
        std::vector<double> squares;
        for (const auto& bins : counts) {
            double sum = 0.0;
            for (const double count : bins)
                sum += (count - mean) * (count - mean);
            squares.push_back(sum / 1000.0);
        }
        return two_sided(mean_z(squares, variance));
    }
    double waits_p_value(const std::function<double(double)>& distribution) const {
        std::vector<double> uniform;
        for (const double wait : waits)
            uniform.push_back(distribution(wait));
        return uniformity_p_value(uniform);
    }
};

std::function<double(double)> exponential_after(double dead, double rate) {
    return [=](double t) { return t < dead ? 0.0 : -std::expm1(-rate * (t - dead)); };
}

}  // namespace

TEST_CASE("background and thinned Poisson sources are Poisson: mean, variance and waiting times") {
    struct Source {
        double rate, efficiency, background;
    };
    for (const auto& [rate, efficiency, background] :
         {Source{0.0, 1.0, 4.0}, Source{12.0, 0.35, 0.0}, Source{8.0, 0.25, 2.2}}) {
        CAPTURE(rate);
        const PoissonRecord record(rate, {.efficiency = efficiency, .background = background}, 51);
        const double seen = rate * efficiency + background;
        CHECK(record.mean_p_value(seen) > false_alarm);
        CHECK(record.variance_p_value(seen, seen) > false_alarm);
        CHECK(record.waits_p_value(exponential_after(0.0, seen)) > false_alarm);
        for (const double wrong : {0.98 * seen, 1.02 * seen}) {
            CHECK(record.mean_p_value(wrong) < false_alarm);
            CHECK(record.variance_p_value(wrong, wrong) < false_alarm);
            CHECK(record.waits_p_value(exponential_after(0.0, wrong)) < false_alarm);
        }
    }
}

TEST_CASE("with a non-paralysable dead time clicks are the renewal process of it") {
    // Rate r/(1 + r tau); waits tau + Exp(r); the variance in a window of the process in equilibrium is
    // sigma^2 t/mu^3 + 1/6 + sigma^4/(2 mu^4) - kappa_3/(3 mu^3) (Cox, Renewal Theory, 4.5), up to terms that
    // vanish exponentially: 1e-7 here.
    constexpr double r = 6.0, tau = 0.02;
    const PoissonRecord record(20.0, {.efficiency = 0.25, .background = 1.0, .dead_time = tau}, 52);
    const auto mean = [](double rate, double dead) { return rate / (1.0 + rate * dead); };
    const auto variance = [](double rate, double dead) {
        const double mu = dead + 1.0 / rate, sigma2 = 1.0 / (rate * rate);
        return sigma2 / std::pow(mu, 3) + 1.0 / 6.0 + sigma2 * sigma2 / (2.0 * std::pow(mu, 4)) -
               2.0 / (3.0 * std::pow(rate * mu, 3));
    };
    CHECK(record.mean_p_value(mean(r, tau)) > false_alarm);
    CHECK(record.variance_p_value(mean(r, tau), variance(r, tau)) > false_alarm);
    CHECK(record.waits_p_value(exponential_after(tau, r)) > false_alarm);
    for (const double wrong : {0.98 * r, 1.02 * r}) {
        CHECK(record.mean_p_value(mean(wrong, tau)) < false_alarm);
        CHECK(record.variance_p_value(mean(wrong, tau), variance(wrong, tau)) < false_alarm);
        CHECK(record.waits_p_value(exponential_after(tau, wrong)) < false_alarm);
    }
    CHECK(record.mean_p_value(r * std::exp(-r * tau)) < false_alarm);  // the other kind
}

TEST_CASE("with a paralysable dead time arrivals click after a silence of it") {
    // Rate r exp(-r tau); no two clicks within tau, beyond it they are independent: in a window t the
    // variance is lambda t - 2 lambda^2 (tau t - tau^2/2).
    constexpr double r = 6.0, tau = 0.02;
    const PoissonRecord record(20.0,
                               {.efficiency = 0.25,
                                .background = 1.0,
                                .dead_time = tau,
                                .dead_time_kind = ChannelDetector::DeadTime::paralysable},
                               53);
    const auto mean = [](double rate) { return rate * std::exp(-rate * tau); };
    const auto variance = [&](double rate) {
        return mean(rate) - 2.0 * mean(rate) * mean(rate) * (tau - 0.5 * tau * tau);
    };
    CHECK(record.mean_p_value(mean(r)) > false_alarm);
    CHECK(record.variance_p_value(mean(r), variance(r)) > false_alarm);
    CHECK(*std::min_element(record.waits.begin(), record.waits.end()) >= tau);
    for (const double wrong : {0.98 * r, 1.02 * r}) {
        CHECK(record.mean_p_value(mean(wrong)) < false_alarm);
        CHECK(record.variance_p_value(mean(wrong), variance(wrong)) < false_alarm);
    }
    CHECK(record.mean_p_value(r / (1.0 + r * tau)) < false_alarm);  // the other kind
}

TEST_CASE("jittered times are spread as they should be and lost only at the ends") {
    constexpr double sigma = 0.3;
    Detector detector;
    detector[Channel::pump] = ChannelDetector{.jitter = sigma};
    std::vector<double> uniform, wrong;
    for (std::int64_t run = 0; run < affordable(20'000); ++run) {
        const std::vector<Photon> photons{{5.0, Channel::pump}};
        const auto clicks = detect(detector, photons, 54, run, Direction::up, 10.0);
        REQUIRE(clicks.size() == 1);
        const double off = clicks[0].time - 5.0;
        uniform.push_back(0.5 * std::erfc(-off / sigma / std::sqrt(2.0)));
        wrong.push_back(0.5 * std::erfc(-off / (1.15 * sigma) / std::sqrt(2.0)));
    }
    CHECK(uniformity_p_value(uniform) > false_alarm);
    CHECK(uniformity_p_value(wrong) < false_alarm);  // Kolmogorov-Smirnov with 20 000 sees 15 %
}

TEST_CASE("photons to the side come at Gamma n") {
    const DickeLadder ladder(10);
    const auto pump = PumpSchedule::linear(0.4, 1.8, 4.0);
    const double gamma = 3.0;
    const LadderSampler sampler(ladder, pump, {.duration = 4.0, .ticks = 8}, StartState::steady(0.4));
    std::vector<double> counts, beyond, beyond_wrong;
    double chi_square = 0.0;
    each_run(sampler, affordable(6000), 55, gamma, [&](std::int64_t, const WatchedRun& run) {
        const auto count = static_cast<double>(
            std::count_if(run.photons.begin(), run.photons.end(),
                          [](const Photon& photon) { return photon.channel == Channel::side; }));
        counts.push_back(count);
        beyond.push_back(count - gamma * run.n_dt);  // given n(t), Poisson
        beyond_wrong.push_back(count - 1.02 * gamma * run.n_dt);
        chi_square += std::pow(beyond.back(), 2) / (gamma * run.n_dt);
    });
    const auto exact =
        exact::solve(ladder, pump, 4.0, exact::steady_state(ladder, 0.4)).inversion_integral + 5.0 * 4.0;
    CHECK(two_sided(mean_z(counts, gamma * exact)) > false_alarm);
    CHECK(two_sided(mean_z(beyond, 0.0)) > false_alarm);
    // Beside the law of the sum, mean squares of Poisson numbers of some 60: chi-square but for 1/60.
    CHECK(std::abs(chi_square / 6000.0 - 1.0) < 4.9 * std::sqrt((2.0 + 1.0 / 30.0) / 6000.0));
    CHECK(two_sided(mean_z(beyond_wrong, 0.0)) < false_alarm);
}
