#include "dickejump/study/lock/lock.hpp"

#include <doctest/doctest.h>

#include <Eigen/Core>
#include <cmath>
#include <numbers>
#include <unsupported/Eigen/MatrixFunctions>
#include <vector>

#include "dickejump/study/measure/measure.hpp"
#include "support/affordable.hpp"
#include "support/statistics.hpp"

// Closed loops against the exact chain and against martingales. Seeds are fixed; a p-value falls below
// `false_alarm` with probability 1e-6 for a new seed, and there are some thirty. Beside the checks stands
// their power: a true pump 2 % off.

using namespace dickejump;
using namespace dickejump::test;

namespace {

constexpr double false_alarm = 1e-6;

double p_value(const std::optional<Estimate>& found, double truth) {
    return two_sided((found->value - truth) / found->error);
}

LockConfig perfect(std::int64_t atoms, double gain) {
    return {.atoms = atoms,
            .duration = 4.0,
            .gain = gain,
            .tick = 0.01,
            .trajectories = affordable(8000),
            .seed = 5};
}

Detector both() {
    Detector d;
    d.name = "both";
    d[Channel::cavity] = ChannelDetector{.efficiency = 0.5};
    d[Channel::side] = ChannelDetector{.efficiency = 0.5, .background = 2.0};
    return d;
}

}  // namespace

TEST_CASE("runs of a perfect servo have the means of the chain") {
    for (const double gain : {0.0, 0.3, 1.5}) {
        const auto config = perfect(20, gain);
        const auto result = simulate(prepare(config));
        const auto law = solve(config).law;
        CAPTURE(gain);
        CHECK(p_value(result.up_jumps.mean(), law.up_jumps) > false_alarm);
        CHECK(p_value(result.relative_information.mean(), law.up_jumps) > false_alarm);
        CHECK(p_value(result.jz.mean(), law.jz_mean) > false_alarm);
        CHECK(p_value(result.jz.variance(), law.jz_variance) > false_alarm);
        CHECK(p_value(result.square_error.mean(), law.mean_square_error) > false_alarm);
        if (law.shift_information)
            CHECK(p_value(result.shift_information.mean(), *law.shift_information) > false_alarm);
    }
    auto wrong = perfect(20, 0.3);
    wrong.simulated_shift = 0.02;
    wrong.trajectories = affordable(40'000);
    CHECK(p_value(simulate(prepare(wrong)).jz.mean(), solve(wrong).law.jz_mean) < false_alarm);
}

TEST_CASE("under feedback the score of every jump has mean 0 and its information as mean square") {
    // The estimate from every jump is near score/information: unbiased, and at its bound.
    auto config = perfect(30, 0.5);
    const auto result = simulate(prepare(config));
    const auto& estimate = result.estimators.front().runs;
    CHECK(p_value(estimate.slope(), 1.0) > false_alarm);  // E[x S] = 1 for an unbiased x
    const double bound = 1.0 / std::sqrt(result.shift_information.mean()->value);
    CHECK(estimate.sensitivity()->value / bound == doctest::Approx(1.0).epsilon(0.06));
    config.simulated_shift = 0.02;
    CHECK(p_value(simulate(prepare(config)).estimators.front().runs.mean(), 0.0) < false_alarm);
    CHECK(p_value(simulate(prepare(config)).estimators.front().runs.mean(), 0.02) > 1e-4);
}

TEST_CASE("servos on clicks hold, and the likelihood of what they saw is right") {
    LockConfig config{.atoms = 15, .duration = 4.0, .gain = 0.5, .tick = 0.02};
    config.detectors = {both()}, config.side_rate = 20.0, config.trajectories = affordable(1500),
    config.seed = 6;
    const double free = 15.0 * 17.0 / 12.0;
    for (const auto servo : {Servo::filter, Servo::counts}) {
        config.servo = servo;
        const auto result = simulate(prepare(config));
        CHECK(result.jz.variance()->value < 0.8 * free);
        const auto& likelihood = result.estimators[1];
        REQUIRE(likelihood.estimator == LockEstimator::maximum_likelihood);
        CHECK(p_value(likelihood.runs.mean(), 0.0) > false_alarm);
        // E[x S] = 1 for an unbiased estimate; that of the maximum is so to some per cent.
        CHECK(likelihood.runs.slope()->value == doctest::Approx(1.0).epsilon(0.2));
        const double bound = 1.0 / std::sqrt(result.squared_score->mean()->value);
        CHECK(likelihood.runs.sensitivity()->value / bound == doctest::Approx(1.05).epsilon(0.15));
    }
    config.simulated_shift = 0.02;
    config.trajectories = affordable(6000);
    CHECK(p_value(simulate(prepare(config)).estimators[1].runs.mean(), 0.0) < false_alarm);
}

TEST_CASE("under a pump at rest the estimates are at their bound, and 2 % more pump is found") {
    MeasureConfig config{.atoms = 30, .park = 1.0, .duration = 4.0};
    Detector half = both();
    half[Channel::pump] = ChannelDetector{.efficiency = 0.5};
    config.detectors = {half}, config.side_rate = 1.0, config.trajectories = affordable(1500),
    config.seed = 8;
    const auto result = simulate(prepare(config));
    const auto& seen = result.detectors.front();
    CHECK(p_value(seen.maximum_likelihood.mean(), 0.0) > false_alarm);
    CHECK(p_value(seen.bayes.mean(), 0.0) > false_alarm);
    // Near its bound an estimate is normal: 1500 runs know a spread to 2 %, and a slope to 4 %.
    const double bound = 1.0 / std::sqrt(seen.information.mean()->value);
    CHECK(seen.maximum_likelihood.sensitivity()->value / bound == doctest::Approx(1.0).epsilon(0.15));
    const double held = static_cast<double>(seen.posterior68) / static_cast<double>(seen.posteriors);
    CHECK(two_sided((held - 0.68) / std::sqrt(0.68 * 0.32 / 1500.0)) > false_alarm);
    config.simulated_shift = 0.02;
    CHECK(p_value(simulate(prepare(config)).detectors.front().maximum_likelihood.mean(), 0.0) < false_alarm);
}

namespace {

/// Means at the end of a loop of single atoms, whose servo knows n: dense matrices over all |j, m>.
struct DenseLoop {
    double jz = 0.0, square = 0.0, j2 = 0.0;
};

DenseLoop dense_loop(const LockConfig& config) {
    const LocalSpins spins(config.atoms, *config.model.local_rates());
    const DickeLadder ladder(config.atoms);
    const ProportionalServo servo{config.gain};
    const auto grid = config.grid();
    const auto states = static_cast<Eigen::Index>(spins.states());
    // Rates straight from the table of processes.
    const auto generator = [&](double w) {
        Eigen::MatrixXd q = Eigen::MatrixXd::Zero(states, states);
        for (std::int64_t twice_j = spins.atoms(); twice_j >= 0; twice_j -= 2)
            for (std::int64_t twice_m = -twice_j; twice_m <= twice_j; twice_m += 2) {
                const SpinState at{twice_j, twice_m};
                const auto i = static_cast<Eigen::Index>(spins.index(at));
                const auto go = [&](const SpinState& to, double rate) {
                    if (rate == 0.0) return;
                    q(static_cast<Eigen::Index>(spins.index(to)), i) += rate;
                    q(i, i) -= rate;
                };
                go({twice_j, twice_m + 2}, w * LocalSpins::collective_pumping(at));
                go({twice_j, twice_m - 2}, LocalSpins::collective_emission(at));
                for (const auto& exit : spins.exits(at))
                    go(exit.from(at), exit.rate);
            }
        return q;
    };
    std::vector<Eigen::MatrixXd> ticks;
    for (std::int64_t n = 0; n <= config.atoms; ++n) {
        const double w = servo.pump(ProportionalServo::error_signal(ladder, static_cast<double>(n)));
        ticks.push_back((generator(w) * grid.tick()).exp());
    }
    Eigen::VectorXd p = Eigen::VectorXd::Zero(states);
    p.head(config.atoms + 1).setConstant(1.0 / static_cast<double>(config.atoms + 1));
    DenseLoop found;
    const auto each = [&](const auto& visit) {
        for (std::int64_t twice_j = spins.atoms(); twice_j >= 0; twice_j -= 2)
            for (std::int64_t twice_m = -twice_j; twice_m <= twice_j; twice_m += 2)
                visit(SpinState{twice_j, twice_m});
    };
    for (std::int64_t tick = 0; tick < grid.ticks; ++tick) {
        Eigen::VectorXd next = Eigen::VectorXd::Zero(states);
        each([&](const SpinState& at) {
            const auto i = static_cast<Eigen::Index>(spins.index(at));
            const double x = 2.0 * at.m() / static_cast<double>(config.atoms);
            found.square += p(i) * x * x / static_cast<double>(grid.ticks);
            next += p(i) * ticks[static_cast<std::size_t>(spins.excited(at))].col(i);
        });
        p = next;
    }
    each([&](const SpinState& at) {
        const double weight = p(static_cast<Eigen::Index>(spins.index(at)));
        found.jz += weight * at.m(), found.j2 += weight * at.j2();
    });
    return found;
}

LockConfig of_single_atoms() {
    LockConfig config{.atoms = 4, .duration = 3.0, .gain = 0.8, .tick = 0.05, .seed = 11};
    config.model = {.kind = Model::local, .emission = 0.4, .pumping = 0.1, .dephasing = 0.2};
    config.trajectories = affordable(100'000);
    return config;
}

}  // namespace

TEST_CASE("a loop of single atoms has the means of all |j, m>") {
    const auto config = of_single_atoms();
    const auto truth = dense_loop(config);
    const auto result = simulate(prepare(config));
    CHECK(p_value(result.jz.mean(), truth.jz) > false_alarm);
    CHECK(p_value(result.j2.mean(), truth.j2) > false_alarm);
    CHECK(p_value(result.square_error.mean(), truth.square) > false_alarm);
    // The power: a pump 2 % off, and an emission that is.
    auto wrong = config;
    wrong.simulated_shift = 0.02, wrong.trajectories = affordable(400'000);
    CHECK(p_value(simulate(prepare(wrong)).jz.mean(), truth.jz) < false_alarm);
    auto bright = config;
    bright.duration = 0.3, bright.model.emission = 1.0, bright.trajectories = affordable(2'500'000);
    const double j2 = dense_loop(bright).j2;
    CHECK(p_value(simulate(prepare(bright)).j2.mean(), j2) > false_alarm);
    bright.model.emission *= 0.98;
    CHECK(p_value(simulate(prepare(bright)).j2.mean(), j2) < false_alarm);
}

TEST_CASE("under feedback on single atoms the score has mean 0, on what is known and on clicks") {
    auto config = of_single_atoms();
    config.atoms = 12, config.gain = 0.5, config.trajectories = affordable(6000);
    const auto perfect = simulate(prepare(config));
    CHECK(p_value(perfect.estimators.front().runs.slope(), 1.0) > false_alarm);
    CHECK(perfect.limit < exact::protocol_limit(DickeLadder(12), config.duration));
    Detector side;
    side.name = "side";
    side[Channel::side] = ChannelDetector{.efficiency = 0.8};
    config.servo = Servo::counts, config.detectors = {side}, config.memory = 0.5;
    const auto counts = simulate(prepare(config));
    CHECK(p_value(counts.estimators.front().runs.slope(), 1.0) > false_alarm);
    CHECK_FALSE(counts.squared_score);  // no likelihood of what the detector sees
}

TEST_CASE("the spectrum of the pump is that of the chain over tick starts") {
    // Exact: the periodogram's mean from the covariance of w between ticks, by powers of the dense matrix of
    // one tick. The least p-value of all bands, times their number; a gain 2 % off fails.
    auto config = perfect(12, 0.7);
    config.duration = 12.8, config.tick = 0.1, config.trajectories = affordable(60'000);
    constexpr std::size_t length = 64;
    const DickeLadder ladder(12);
    const auto expected = [&](double gain) {
        const ProportionalServo servo{gain};
        Eigen::MatrixXd tick(13, 13);
        Eigen::VectorXd w(13);
        for (Eigen::Index n = 0; n <= 12; ++n) {
            w(n) = servo.pump(ProportionalServo::error_signal(ladder, static_cast<double>(n)));
            Eigen::MatrixXd q = Eigen::MatrixXd::Zero(13, 13);
            for (Eigen::Index k = 0; k <= 12; ++k) {
                const double up = w(n) * ladder.pumping_rate(k),
                             down = static_cast<double>(ladder.emission(k));
                if (k < 12) q(k + 1, k) += up;
                if (k > 0) q(k - 1, k) += down;
                q(k, k) -= (k < 12 ? up : 0.0) + down;
            }
            tick.col(n) = (q * 0.1).exp().col(n);
        }
        Eigen::VectorXd p = Eigen::VectorXd::Constant(13, 1.0 / 13.0);
        for (int k = 0; k < 500; ++k)
            p = tick * p;
        const double mean = w.dot(p);
        const Eigen::VectorXd moved = (w.array() - mean).matrix();
        std::vector<double> covariance;
        Eigen::VectorXd weighted = moved.cwiseProduct(p);
        for (std::size_t lag = 0; lag < length; ++lag, weighted = tick * weighted)
            covariance.push_back(moved.dot(weighted));
        std::vector<double> lines(length / 2 + 1, 0.0);
        double norm = 0.0;
        const auto window = [&](std::size_t i) {
            return std::pow(std::sin(std::numbers::pi * static_cast<double>(i) / length), 2);
        };
        for (std::size_t i = 0; i < length; ++i) {
            norm += window(i) * window(i);
            for (std::size_t k = 0; k < length; ++k)
                for (std::size_t line = 0; line < lines.size(); ++line)
                    lines[line] += window(i) * window(k) * covariance[i > k ? i - k : k - i] *
                                   std::cos(2.0 * std::numbers::pi * static_cast<double>(line) *
                                            (static_cast<double>(i) - static_cast<double>(k)) / length);
        }
        for (double& power : lines)
            power *= 2.0 * 0.1 / norm;
        return lines;
    };
    const auto result = simulate(prepare(config));
    REQUIRE(result.spectrum.size() > 8);
    const auto worst = [&](const std::vector<double>& lines) {
        double least = 1.0;
        std::size_t first = 2;  // bands have one line or more, of which the frequency is the middle
        for (const auto& band : result.spectrum) {
            const auto last =
                static_cast<std::size_t>(std::lround(2.0 * band.frequency * length * 0.1)) - first;
            double mean = 0.0;
            for (auto line = first; line <= last; ++line)
                mean += lines[line] / static_cast<double>(last - first + 1);
            least = std::min(least, p_value(band.power.mean(), mean));
            first = last + 1;
        }
        CHECK(first == length / 2 + 1);
        return static_cast<double>(result.spectrum.size()) * least;
    };
    CHECK(worst(expected(0.7)) > false_alarm);
    CHECK(worst(expected(0.714)) < false_alarm);
}
