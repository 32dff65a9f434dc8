#include "dickejump/record/record.hpp"

#include <doctest/doctest.h>

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "dickejump/estimate/likelihood_estimate.hpp"
#include "dickejump/estimate/moments.hpp"
#include "dickejump/exact/master_equation.hpp"
#include "dickejump/exact/steady_state.hpp"
#include "dickejump/random/stream.hpp"
#include "dickejump/study/scan/simulated_scan.hpp"
#include "dickejump/trajectory/observer.hpp"
#include "support/detectors.hpp"
#include "support/pumping_integral.hpp"
#include "support/statistics.hpp"

// Records and what is made of them against closed forms and the master equation. Seeds are fixed; a p-value
// falls below `false_alarm` with probability 1e-6 for a new seed, and there are some hundred: 1e-4 for the
// file. Beside every kind of check stands its power: the same data against a rate or an efficiency that is
// 2 % off must fail.

using namespace dickejump;
using namespace dickejump::test;

namespace {

constexpr double false_alarm = 1e-6;

/// Clicks of a Poisson source: counts per unit time of each run (the first unit left out: the detector starts
/// awake), and the times between clicks.
struct PoissonRecord {
    static constexpr std::int64_t runs = 1000;
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

/// Runs of the ladder parked or along a scan, with what the perfect record says of each.
struct WatchedRun {
    std::vector<Photon> photons;
    double n_dt = 0.0, pumping_dt = 0.0;
    std::int64_t start = 0;
};
void each_run(const LadderSampler& sampler, std::int64_t trajectories, std::uint64_t seed, double side_rate,
              const std::function<void(std::int64_t, const WatchedRun&)>& see) {
    for (std::int64_t first = 0; first < trajectories; first += 16) {
        PhotonRecords records(seed, first, Direction::up, side_rate);
        std::vector<WatchedRun> block(16);
        const Lanes lanes{.seed = seed,
                          .first_trajectory = first,
                          .count = static_cast<int>(std::min<std::int64_t>(16, trajectories - first)),
                          .purpose = Purpose::test};
        std::vector<std::vector<Jump>> jumps(16);
        sampler(lanes, Quantities::time_tags | Quantities::level_integral, [&](const Window& window) {
            records.observe(window);
            for (int lane = 0; lane < window.lanes; ++lane) {
                const auto i = static_cast<std::size_t>(lane);
                block[i].start = window.start[i];
                for (int t = 0; t < window.ticks; ++t)
                    block[i].n_dt += window.n_dt[window.at(t, lane)];
                jumps[i].insert(jumps[i].end(), window.tags[i].begin(), window.tags[i].end());
            }
        });
        for (int lane = 0; lane < lanes.count; ++lane) {
            auto& run = block[static_cast<std::size_t>(lane)];
            run.photons = records.photons[static_cast<std::size_t>(lane)];
            run.pumping_dt =
                pumping_integral(sampler.ladder(), run.start, jumps[static_cast<std::size_t>(lane)], 0.0,
                                 sampler.grid().duration);
            see(first + lane, run);
        }
    }
}

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

/// Means and two-time moments of n integrated over bins, along a run: the regression by the classical
/// Runge-Kutta rule with tiny steps, p beside v, v' = L v + n p from the bin's start on.
class BinMoments {
public:
    std::vector<double> mean;        ///< [bin] of int n dt
    std::vector<double> variance;    ///< [bin] of int n dt
    std::vector<double> covariance;  ///< [bin] with the middle bin, from it on

    BinMoments(const DickeLadder& ladder, const ScanLeg& leg, std::size_t bins) : ladder_(ladder) {
        const double width = leg.duration() / static_cast<double>(bins);
        Eigen::ArrayXXd state = Eigen::ArrayXXd::Zero(ladder.atoms() + 1, 3);  // p, own bin's v, middle's v
        state.col(0) = leg.start_populations().array();
        const Eigen::ArrayXd n =
            Eigen::ArrayXd::LinSpaced(ladder.atoms() + 1, 0.0, static_cast<double>(ladder.atoms()));
        const auto middle = bins / 2;
        for (std::size_t bin = 0; bin < bins; ++bin) {
            state.col(1).setZero();
            std::array<double, 3> before{}, sums{};
            const auto inside = [&] {
                return std::array{(n * state.col(0)).sum(), (n * state.col(1)).sum(),
                                  (n * state.col(2)).sum()};
            };
            constexpr int steps = 200;
            const double h = width / steps;
            const auto rate = [&](const Eigen::ArrayXXd& y, double t) {
                Eigen::ArrayXXd dy = generate(y, leg.pump().at(t));
                dy.col(1) += n * y.col(0);
                if (bin == middle) dy.col(2) += n * y.col(0);
                return dy;
            };
            before = inside();
            for (int i = 0; i < steps; ++i) {
                const double t = width * static_cast<double>(bin) + h * i;
                const Eigen::ArrayXXd k1 = rate(state, t), k2 = rate(state + 0.5 * h * k1, t + 0.5 * h),
                                      k3 = rate(state + 0.5 * h * k2, t + 0.5 * h),
                                      k4 = rate(state + h * k3, t + h);
                state += h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4);
                const auto after = inside();
                for (std::size_t k = 0; k < 3; ++k)
                    sums[k] += 0.5 * h * (before[k] + after[k]);
                before = after;
            }
            mean.push_back(sums[0]);
            variance.push_back(2.0 * sums[1] - sums[0] * sums[0]);
            if (bin == middle) covariance.push_back(variance.back());
            if (bin > middle) covariance.push_back(sums[2] - sums[0] * mean[middle]);
        }
    }

private:
    Eigen::ArrayXXd generate(const Eigen::ArrayXXd& y, double w) const {
        Eigen::ArrayXXd dy = Eigen::ArrayXXd::Zero(y.rows(), y.cols());
        for (Eigen::Index i = 0; i < y.rows(); ++i) {
            const double up = w * static_cast<double>(ladder_.pumping(i)),
                         down = static_cast<double>(ladder_.emission(i));
            dy.row(i) -= (up + down) * y.row(i);
            if (i + 1 < y.rows()) dy.row(i + 1) += up * y.row(i);
            if (i > 0) dy.row(i - 1) += down * y.row(i);
        }
        return dy;
    }

    DickeLadder ladder_;
};

LadderSampler sampler_of(const DickeLadder& ladder, const ScanLeg& leg) {
    return {ladder, leg.pump(), leg.grid(), StartState::steady(leg.pump().at(0.0))};
}

double pull(const Estimate& estimate, double truth) {
    return (estimate.value - truth) / estimate.error;
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
    for (std::int64_t run = 0; run < 20'000; ++run) {
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
    each_run(sampler, 6000, 55, gamma, [&](std::int64_t, const WatchedRun& run) {
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
            each_run(sampler, 160, seed + static_cast<std::uint64_t>(n), 0.0,
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
            if (mistaken[c]) mistaken[c]->efficiency *= 1.15;
        const LikelihoodFilter filter(ladder, pump, 3.0, start, detector, 2.0),
            wrong_filter(ladder, pump, 3.0, start, mistaken, 2.0);
        Scores scores, wrong;
        each_run(sampler, 800, 58, 2.0, [&](std::int64_t run, const WatchedRun& ladder_run) {
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
    each_run(sampler, 6000, 62, 0.0, [&](std::int64_t run, const WatchedRun& ladder_run) {
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
    const Scan scan{.rate = 1.0, .half_width = 8.0, .legs = Scan::Legs::up};
    const ScanLeg leg(ladder, scan, Direction::up);
    for (const auto& [seen, value, error, runs] :
         {Published{"cavity=1", 913.7, 0.6, 600}, Published{"side=1", 457.5, 0.3, 1500}}) {
        CAPTURE(seen);
        const auto detector = detector_of(seen);
        const LikelihoodFilter filter(ladder, leg.pump(), leg.duration(), leg.start_populations(), detector,
                                      1.0);
        Scores scores;
        each_run(sampler_of(ladder, leg), runs, 59, 1.0, [&](std::int64_t run, const WatchedRun& ladder_run) {
            scores.add({filter, detect(detector, ladder_run.photons, 59, run, Direction::up, leg.duration()),
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
    constexpr std::int64_t runs = 240;
    const DickeLadder ladder(100);
    const Scan scan{.rate = 1.0, .half_width = 14.0, .legs = Scan::Legs::up};
    const ScanLeg leg(ladder, scan, Direction::up);
    const auto both = detector_of("cavity=1,pump=1");
    const LikelihoodFilter filter(ladder, leg.pump(), leg.duration(), leg.start_populations(), both, 0.0);

    std::vector<double> maxima, differences, scores, cross;
    std::array<double, 4> holding{};
    std::vector<double> pulls;
    double standard_errors = 0.0;
    each_run(sampler_of(ladder, leg), runs, 60, 0.0, [&](std::int64_t run, const WatchedRun& ladder_run) {
        const auto clicks = detect(both, ladder_run.photons, 60, run, Direction::up, leg.duration());
        const auto estimate = estimate_likelihood(filter, clicks, bound);
        REQUIRE(estimate.found());
        double score = -ladder_run.pumping_dt;
        for (const auto& photon : ladder_run.photons)
            if (photon.channel == Channel::pump) score += 1.0 / leg.pump().at(photon.time);
        maxima.push_back(estimate.maximum);
        scores.push_back(score / information);
        differences.push_back(estimate.maximum - score / information);
        pulls.push_back(estimate.maximum / estimate.standard_error);
        standard_errors += estimate.standard_error / runs;
        const std::array intervals{estimate.confidence68(), estimate.confidence95(), estimate.credible68,
                                   estimate.credible95};
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
    CHECK(chi_square_two_sided(squares * information, static_cast<double>(runs)) > false_alarm);
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

TEST_CASE("signals from side counts are the master equation's moments of the bins") {
    // Per bin: mean, variance with shot noise removed, Fano factor; from the bin at s = 0 on, g2 and C_zz by
    // quantum regression, all of n integrated over bins. p-values are of the worst bin times their number.
    const DickeLadder ladder(6);
    ScanRun run;
    run.scan = {.rate = 5.0, .half_width = 2.5, .legs = Scan::Legs::up};
    run.ensemble = {.trajectories = 40'000, .seed = 61, .threads = 1};
    run.points = 11;
    run.side_rate = 20.0;
    run.signals = true;
    auto detector = detector_of("side=0.8");
    detector[Channel::side]->background = 5.0;
    run.detectors = {detector};
    const auto result = simulate_scan(ladder, run, solve_scan(ladder, run.scan, 2));
    const auto& signal = result.signals.at(0);
    const ScanLeg leg(ladder, run.scan, Direction::up);
    const std::size_t bins = signal.jz.size();
    REQUIRE(bins == 10);
    const BinMoments moments(ladder, leg, bins);
    const double width = leg.duration() / static_cast<double>(bins);

    struct Worst {
        double jz = 1.0, variance = 1.0, fano = 1.0, g2 = 1.0, czz = 1.0;
    };
    /// Against the moments, with the counts' scale off by a factor.
    const auto compare = [&](double factor) {
        Worst worst;
        const auto take = [&](double& least, const std::optional<Estimate>& seen, double truth,
                              std::size_t number) {
            REQUIRE(seen.has_value());
            least =
                std::min(least, std::min(1.0, two_sided(pull(*seen, truth)) * static_cast<double>(number)));
        };
        const double photons = 0.8 * 20.0 * factor;  // counts per int n dt
        for (std::size_t bin = 0; bin < bins; ++bin) {
            const double mean = moments.mean[bin], variance = moments.variance[bin];
            const double counts = photons * mean + 5.0 * width;
            take(worst.jz, signal.jz[bin], factor * mean / width - 3.0, bins);
            take(worst.variance, signal.jz_variance[bin], factor * factor * variance / (width * width), bins);
            take(worst.fano, signal.fano[bin], (counts + photons * photons * variance) / counts, bins);
        }
        for (std::size_t lag = 0; lag < signal.lag.size(); ++lag) {
            const double covariance = moments.covariance[lag];
            take(worst.g2, signal.g2[lag],
                 1.0 + covariance / (moments.mean[bins / 2] * moments.mean[bins / 2 + lag]) * factor,
                 signal.lag.size());
            take(worst.czz, signal.czz[lag], factor * factor * covariance / (width * width),
                 signal.lag.size());
        }
        return worst;
    };
    const auto right = compare(1.0);
    CHECK(right.jz > false_alarm);
    CHECK(right.variance > false_alarm);
    CHECK(right.fano > false_alarm);
    CHECK(right.g2 > false_alarm);
    CHECK(right.czz > false_alarm);
    // Power: means see an efficiency or a rate that is 2 % off, second moments 10 % (20 % in the square).
    MESSAGE("2 % off: p of the mean " << compare(1.02).jz << ", of the variance " << compare(1.02).variance);
    CHECK(compare(1.02).jz < false_alarm);
    CHECK(compare(1.1).variance < false_alarm);
    CHECK(compare(1.1).fano < false_alarm);
    CHECK(compare(1.1).czz < false_alarm);
    CHECK(compare(1.5).g2 < false_alarm);  // not of the efficiency: g2 - 1 half as large again
}

TEST_CASE("error bars of signals are what replicas show") {
    // 100 replicas fix a root mean square of pulls to 7 %: a p-value of 1e-6 is an error bar that is a third
    // off. Second moments of 512 runs are nearly Gaussian.
    const DickeLadder ladder(3);
    ScanRun run;
    run.scan = {.rate = 10.0, .half_width = 1.2, .legs = Scan::Legs::up, .ticks = 20};
    run.ensemble = {.trajectories = 512, .threads = 1};
    run.points = 5;
    run.side_rate = 40.0;
    run.signals = true;
    run.detectors = {detector_of("side=1")};
    const ScanLeg leg(ladder, run.scan, Direction::up);
    const auto exact = solve_scan(ladder, run.scan, 2);
    constexpr std::uint64_t replicas = 100;
    std::array<double, 5> squares{};
    const BinMoments moments(ladder, leg, 4);
    const double width = leg.duration() / 4.0;
    for (std::uint64_t seed = 1; seed <= replicas; ++seed) {
        run.ensemble.seed = seed;
        const auto signal = simulate_scan(ladder, run, exact).signals.at(0);
        const double counts = 40.0 * moments.mean[2];
        const double scale = 1.0 / (width * width);
        const std::array pulls{
            pull(*signal.jz[2], moments.mean[2] / width - 1.5),
            pull(*signal.jz_variance[2], moments.variance[2] * scale),
            pull(*signal.fano[2], 1.0 + 1600.0 * moments.variance[2] / counts),
            pull(*signal.g2[1], 1.0 + moments.covariance[1] / (moments.mean[2] * moments.mean[3])),
            pull(*signal.czz[1], moments.covariance[1] * scale)};
        for (std::size_t i = 0; i < 5; ++i)
            squares[i] += pulls[i] * pulls[i];
    }
    const std::vector<std::string> names{"mean", "variance", "Fano factor", "g2", "C_zz"};
    for (std::size_t i = 0; i < 5; ++i) {
        CAPTURE(names[i]);
        MESSAGE(names[i] << ": root mean square of pulls " << std::sqrt(squares[i] / replicas));
        CHECK(chi_square_two_sided(squares[i], static_cast<double>(replicas)) > false_alarm);
    }
}
