#include <doctest/doctest.h>

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "dickejump/estimate/likelihood_estimate.hpp"
#include "dickejump/estimate/likelihood_filter.hpp"
#include "dickejump/estimate/moments.hpp"
#include "dickejump/exact/steady_state.hpp"
#include "dickejump/study/scan/scan_protocol.hpp"
#include "statistical/watched_runs.hpp"
#include "support/affordable.hpp"
#include "support/detectors.hpp"
#include "support/statistics.hpp"

// Likelihoods of records, their scores and their information against closed forms. Seeds are fixed; a p-value
// falls below `false_alarm` with probability 1e-6 for a new seed, and there are less than a hundred. Beside
// every kind of check stands its power: the same data against a rate or an efficiency that is 2 % off must
// fail.

using namespace dickejump;
using namespace dickejump::test;

namespace {

constexpr double false_alarm = 1e-6;

/// Score and curvature of log L at theta = 0 from a pair of close thetas, and the predictable information.
struct LocalLikelihood {
    double score, curvature, information;

    LocalLikelihood(const LikelihoodFilter& filter, std::span<const Photon> clicks, double step) {
        const auto result =
            filter(clicks, {-2.0 * step, -step, 0.0, -0.5 * step, 0.5 * step, 0.0, step, 2.0 * step});
        const auto& l = result.log_likelihood;
        score = (8.0 * (l[6] - l[1]) - (l[7] - l[0])) / (12.0 * step);
        curvature = (16.0 * (l[6] + l[1]) - (l[7] + l[0]) - 30.0 * l[2]) / (12.0 * step * step);
        information = result.information;
    }
};

/// Scores of many runs, to be compared with each other and with a Fisher information.
struct Scores {
    std::vector<double> score, square, curvature, information, square_less, curvature_left;

    void add(const LocalLikelihood& local) {
        score.push_back(local.score);
        square.push_back(local.score * local.score);
        curvature.push_back(-local.curvature);
        information.push_back(local.information);
        square_less.push_back(square.back() - local.information);
        curvature_left.push_back(square.back() + local.curvature);
    }
    Estimate mean_information() const {
        Moments moments;
        for (const double x : information)
            moments.add(x);
        return *moments.mean();
    }
    /// Mean score 0, and its square, the curvature and the information the same on average.
    void check_consistent() const {
        CHECK(two_sided(mean_z(score, 0.0)) > false_alarm);
        CHECK(two_sided(mean_z(square_less, 0.0)) > false_alarm);
        CHECK(two_sided(mean_z(curvature_left, 0.0)) > false_alarm);
    }
};

LadderSampler sampler_of(const DickeLadder& ladder, const ScanLeg& leg) {
    return {ladder, leg.pump(), leg.grid(), StartState::steady(leg.pump().at(0.0))};
}

}  // namespace

TEST_CASE("parked at w = gamma from known levels, the perfect record has information T N(N+2)/6") {
    constexpr std::int64_t atoms = 20;
    constexpr double duration = 2.0, exact = duration * atoms * (atoms + 2) / 6.0;
    const DickeLadder ladder(atoms);
    const auto both = detector_of("cavity=1,pump=1");
    const auto pump = PumpSchedule::constant(1.0);
    Scores right, wrong;
    // Levels in turn, each as often: no chance in the average over the start.
    for (std::int64_t n = 0; n <= atoms; ++n) {
        const LikelihoodFilter filter(ladder, pump, duration, Eigen::VectorXd::Unit(atoms + 1, n), both, 0.0);
        const auto add = [&](double w, std::uint64_t seed, Scores& scores) {
            const LadderSampler sampler(ladder, PumpSchedule::constant(w), {.duration = duration, .ticks = 1},
                                        StartState::dicke(n));
            each_run(sampler, affordable(160), seed + static_cast<std::uint64_t>(n), 0.0,
                     [&](std::int64_t run, const WatchedRun& ladder_run) {
                         const LocalLikelihood local(
                             filter, detect(both, ladder_run.photons, seed, run, Direction::up, duration),
                             0.01);
                         scores.add(local);
                         if (run < 4) {
                             double ups = 0.0;
                             for (const auto& photon : ladder_run.photons)
                                 ups += photon.channel == Channel::pump;
                             // The closed form: K/w - int A dt, and int A/w dt.
                             CHECK(local.score ==
                                   doctest::Approx(ups - ladder_run.pumping_dt).epsilon(1e-5).scale(10.0));
                             CHECK(local.information == doctest::Approx(ladder_run.pumping_dt).epsilon(1e-3));
                         }
                     });
        };
        add(1.0, 5600, right);
        add(1.02, 5700, wrong);
    }
    right.check_consistent();
    CHECK(two_sided(mean_z(right.information, exact)) > false_alarm);
    CHECK(two_sided(mean_z(right.square, exact)) > false_alarm);
    CHECK(two_sided(mean_z(right.curvature, exact)) > false_alarm);
    const auto mean = right.mean_information();
    MESSAGE("predictable information " << mean.value << " +- " << mean.error << ", exact " << exact);
    CHECK(two_sided(mean_z(wrong.score, 0.0)) < false_alarm);
}

TEST_CASE("scores of what a detector sees vanish on average and scatter as their information says") {
    // Imperfect in every exact way, with the right and with a wrong idea of it.
    const DickeLadder ladder(12);
    const auto pump = PumpSchedule::linear(0.4, 1.7, 3.0);
    const LadderSampler sampler(ladder, pump, {.duration = 3.0, .ticks = 1}, StartState::steady(0.4));
    const auto start = exact::steady_state(ladder, 0.4);
    for (const std::string seen : {"cavity=0.6", "pump=0.8", "side=0.9", "cavity=0.9,pump=0.7,side=0.5"}) {
        CAPTURE(seen);
        auto detector = detector_of(seen);
        for (const auto c : channels)
            if (detector[c]) detector[c]->background = 3.0, detector[c]->dead_time = 0.01;
        auto mistaken = detector;
        for (const auto c : channels)
            if (mistaken[c]) mistaken[c]->efficiency /= 1.15;
        const LikelihoodFilter filter(ladder, pump, 3.0, start, detector, 2.0),
            wrong_filter(ladder, pump, 3.0, start, mistaken, 2.0);
        Scores scores, wrong;
        each_run(sampler, affordable(800), 58, 2.0, [&](std::int64_t run, const WatchedRun& ladder_run) {
            const auto clicks = detect(detector, ladder_run.photons, 58, run, Direction::up, 3.0);
            scores.add({filter, clicks, 0.02});
            wrong.add({wrong_filter, clicks, 0.02});
        });
        scores.check_consistent();
        CHECK(two_sided(mean_z(wrong.score, 0.0)) < false_alarm);
    }
}

TEST_CASE("a gate within the run leaves the score of a detector with dead time unbiased") {
    // What was dead when the gate opens is part of the record's law.
    const DickeLadder ladder(12);
    const auto pump = PumpSchedule::constant(1.0);
    const auto start = exact::steady_state(ladder, 1.0);
    const LadderSampler sampler(ladder, pump, {.duration = 0.5, .ticks = 1}, StartState::steady(1.0));
    auto detector = detector_of("cavity=1");
    detector[Channel::cavity]->dead_time = 0.1;
    detector.gate_open = 0.25;
    REQUIRE(detector.likelihood_is_exact());
    const LikelihoodFilter filter(ladder, pump, 0.5, start, detector, 0.0);
    Scores scores;
    each_run(sampler, affordable(6000), 62, 0.0, [&](std::int64_t run, const WatchedRun& ladder_run) {
        scores.add({filter, detect(detector, ladder_run.photons, 62, run, Direction::up, 0.5), 0.02});
    });
    scores.check_consistent();
}

TEST_CASE("the information of thirty atoms' cavity and side photons is as published") {
    // r = 1, S = 8: 913.7(6) from cavity photons, 457.5(3) from side photons at Gamma = 1.
    struct Published {
        std::string seen;
        double value, error;
        std::int64_t runs;
    };
    const DickeLadder ladder(30);
    const ScanProtocol scan{.rate = 1.0, .half_width = 8.0, .legs = Legs::up};
    const ScanLeg leg(ladder, scan, Direction::up);
    for (const auto& [seen, value, error, runs] :
         {Published{"cavity=1", 913.7, 0.6, 600}, Published{"side=1", 457.5, 0.3, 1500}}) {
        CAPTURE(seen);
        const auto detector = detector_of(seen);
        const LikelihoodFilter filter(ladder, leg.pump(), leg.duration(),
                                      exact::start_populations(leg.ladder(), leg.start()), detector, 1.0);
        Scores scores;
        each_run(sampler_of(ladder, leg), affordable(runs), 59, 1.0,
                 [&](std::int64_t run, const WatchedRun& ladder_run) {
                     scores.add({filter,
                                 detect(detector, ladder_run.photons, 59, run, Direction::up, leg.duration()),
                                 0.005});
                 });
        scores.check_consistent();
        const auto mean = scores.mean_information();
        MESSAGE(seen << ": predictable information " << mean.value << " +- " << mean.error);
        const double together = std::hypot(mean.error, error);
        CHECK(two_sided((mean.value - value) / together) > false_alarm);
        // Power: 3 % more or less information is not it.
        CHECK(two_sided((mean.value - 1.03 * value) / together) < false_alarm);
        CHECK(two_sided((mean.value - 0.97 * value) / together) < false_alarm);
    }
}

TEST_CASE("maximum likelihood of a hundred atoms' complete record reaches its bound") {
    // F = 22154.70 of the record with the start seen. The closed score sum 1/w - int A dt has mean 0 and
    // variance F exactly; the estimate differs little from score/F, so that its spread is had to a fraction
    // of a per cent from the difference alone: Var = 1/F + 2 Cov(score/F, difference) + Var(difference).
    constexpr double information = 22154.70;
    const double bound = 1.0 / std::sqrt(information);
    const auto all = affordable(240);
    const auto runs = static_cast<double>(all);
    const DickeLadder ladder(100);
    const ScanProtocol scan{.rate = 1.0, .half_width = 14.0, .legs = Legs::up};
    const ScanLeg leg(ladder, scan, Direction::up);
    const auto both = detector_of("cavity=1,pump=1");
    const LikelihoodFilter filter(ladder, leg.pump(), leg.duration(),
                                  exact::start_populations(leg.ladder(), leg.start()), both, 0.0);

    std::vector<double> maxima, differences, scores, cross;
    std::array<double, 4> holding{};
    std::vector<double> pulls;
    double standard_errors = 0.0;
    each_run(sampler_of(ladder, leg), all, 60, 0.0, [&](std::int64_t run, const WatchedRun& ladder_run) {
        const auto clicks = detect(both, ladder_run.photons, 60, run, Direction::up, leg.duration());
        const auto estimate =
            estimate_likelihood(filter, clicks, bound, ThetaRange::of(leg.pump(), leg.duration(), 0.28));
        REQUIRE(estimate.found());
        double score = -ladder_run.pumping_dt;
        for (const auto& photon : ladder_run.photons)
            if (photon.channel == Channel::pump) score += 1.0 / leg.pump().at(photon.time);
        maxima.push_back(estimate.maximum);
        scores.push_back(score / information);
        differences.push_back(estimate.maximum - score / information);
        pulls.push_back(estimate.maximum / estimate.standard_error);
        standard_errors += estimate.standard_error / runs;
        const std::array intervals{estimate.confidence68(), estimate.confidence95(),
                                   estimate.posterior.interval(0.68), estimate.posterior.interval(0.95)};
        for (std::size_t i = 0; i < 4; ++i)
            holding[i] += intervals[i].contains(0.0);
    });
    double squares = 0.0, bias = 0.0, mixed = 0.0, off = 0.0;
    for (std::size_t i = 0; i < maxima.size(); ++i) {
        squares += maxima[i] * maxima[i];
        bias += differences[i] / runs;
    }
    for (std::size_t i = 0; i < maxima.size(); ++i) {
        mixed += scores[i] * (differences[i] - bias) / runs;
        off += std::pow(differences[i] - bias, 2) / runs;
    }
    const double spread = std::sqrt(1.0 / information + 2.0 * mixed + off);
    // Of the covariance of two nearly Gaussian numbers.
    const double spread_error = std::sqrt((1.0 / information * off + mixed * mixed) / runs) / spread;
    const double bias_error = std::sqrt(off / runs);
    MESSAGE("spread/bound " << spread / bound << " +- " << spread_error / bound << " (plainly "
                            << std::sqrt(squares / runs) / bound << "), bias/bound " << bias / bound << " +- "
                            << bias_error / bound << ", standard error/bound " << standard_errors / bound
                            << ", coverage " << holding[0] / runs << " " << holding[1] / runs << " "
                            << holding[2] / runs << " " << holding[3] / runs);
    CHECK(std::abs(spread / bound - 1.0) + 4.9 * spread_error / bound < 0.05);
    CHECK(std::abs(bias) + 4.9 * bias_error < 0.1 * bound);
    CHECK(chi_square_two_sided(squares * information, runs) > false_alarm);
    CHECK(std::abs(standard_errors / bound - 1.0) < 0.05);
    for (std::size_t i = 0; i < 4; ++i) {
        const double claimed = i % 2 == 0 ? 0.68 : 0.95;
        const double error = std::sqrt(claimed * (1.0 - claimed) / runs);
        // Binomial: at 95 % the lower tail is wider than a Gaussian's, hence 6 errors there.
        CHECK(std::abs(holding[i] / runs - claimed) < (i % 2 == 0 ? 4.9 : 6.0) * error);
    }
    // Power: with a pump 2 % off, three bounds, every interval but a few would miss.
    double holding_wrong = 0.0;
    for (const double p : pulls)
        holding_wrong += std::abs(p - 0.02 / bound) < 1.0;
    CHECK(std::abs(holding_wrong / runs - 0.68) > 4.9 * std::sqrt(0.68 * 0.32 / runs));
}
