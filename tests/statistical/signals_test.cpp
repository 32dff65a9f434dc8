#include <doctest/doctest.h>

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "dickejump/estimate/moments.hpp"
#include "dickejump/exact/steady_state.hpp"
#include "dickejump/study/scan/prepared_scan.hpp"
#include "support/affordable.hpp"
#include "support/detectors.hpp"
#include "support/statistics.hpp"

// Signals that a scan reads off its records against the master equation. Seeds are fixed; a p-value falls
// below `false_alarm` with probability 1e-6 for a new seed, and there are less than a hundred. Beside every
// kind of check stands its power: the same data against a rate or an efficiency that is 2 % off must fail.

using namespace dickejump;
using namespace dickejump::test;

namespace {

constexpr double false_alarm = 1e-6;

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
        state.col(0) = exact::start_populations(leg.ladder(), leg.start()).array();
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

double pull(const Estimate& estimate, double truth) {
    return (estimate.value - truth) / estimate.error;
}

}  // namespace

TEST_CASE("signals from side counts are the master equation's moments of the bins") {
    // Per bin: mean, variance with shot noise removed, Fano factor; from the bin at s = 0 on, g2 and C_zz by
    // quantum regression, all of n integrated over bins. p-values are of the worst bin times their number.
    const DickeLadder ladder(6);
    auto detector = detector_of("side=0.8");
    detector[Channel::side]->background = 5.0;
    const ScanConfig config{.atoms = 6,
                            .rate = 5.0,
                            .half_width = 2.5,
                            .direction = Legs::up,
                            .trajectories = affordable(40'000),
                            .seed = 61,
                            .points = 11,
                            .estimators = {Estimator::area},
                            .detectors = {detector},
                            .side_rate = 20.0,
                            .signals = true};
    const auto result = simulate(prepare(config, {.threads = 1}), {.threads = 1});
    const auto& signal = result.signals.at(0);
    const ScanLeg leg(ladder, config.protocol(), Direction::up);
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
    ScanConfig config{.atoms = 3,
                      .rate = 10.0,
                      .half_width = 1.2,
                      .direction = Legs::up,
                      .ticks = 20,
                      .trajectories = 512,
                      .points = 5,
                      .estimators = {Estimator::area},
                      .detectors = {detector_of("side=1")},
                      .side_rate = 40.0,
                      .signals = true};
    const ScanLeg leg(ladder, config.protocol(), Direction::up);
    const auto replicas = static_cast<std::uint64_t>(affordable(100));
    std::array<double, 5> squares{};
    const BinMoments moments(ladder, leg, 4);
    const double width = leg.duration() / 4.0;
    for (std::uint64_t seed = 1; seed <= replicas; ++seed) {
        config.seed = seed;
        const auto signal = simulate(prepare(config, {.threads = 1}), {.threads = 1}).signals.at(0);
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
        MESSAGE(names[i] << ": root mean square of pulls "
                         << std::sqrt(squares[i] / static_cast<double>(replicas)));
        CHECK(chi_square_two_sided(squares[i], static_cast<double>(replicas)) > false_alarm);
    }
}
