#include "dickejump/record/loop_kernel.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "dickejump/exact/lock.hpp"
#include "dickejump/record/loop_sampler.hpp"
#include "support/affordable.hpp"
#include "support/statistics.hpp"

// Loops in vector lanes against the exact chain, against the sampler that runs one at a time, and against
// martingales. Seeds are fixed; a p-value falls below `false_alarm` with probability 1e-6 for a new seed, and
// there are some eighty. Beside the checks stands their power: a true pump 2 % off.

using namespace dickejump;
using namespace dickejump::test;

namespace {

constexpr double false_alarm = 1e-6;

/// What is compared of a run.
constexpr std::array names{"J+",
                           "J-",
                           "n at the end",
                           "n^2 at the end",
                           "int A dt",
                           "pump set",
                           "pump set^2",
                           "x^2",
                           "cavity clicks",
                           "pump clicks",
                           "side clicks",
                           "time of clicks within ticks",
                           "score",
                           "clicks * n"};
using Summary = std::array<double, names.size()>;

Summary summary_of(const DickeLadder& ladder, const TickGrid& grid, const LoopRun& run) {
    Summary all{};
    for (const auto& tick : run.ticks) {
        const double x = ProportionalServo::error_signal(ladder, tick.n);
        all[0] += tick.ups, all[1] += tick.downs, all[4] += tick.pumping;
        all[5] += tick.pump, all[6] += tick.pump * tick.pump, all[7] += x * x;
        for (std::size_t c = 0; c < 3; ++c)
            all[8 + c] += tick.clicks[c];
        if (tick.pump > 0.0) all[12] += tick.ups / tick.pump - tick.pumping;
        all[13] += (tick.clicks[0] + tick.clicks[1] + tick.clicks[2]) * tick.n;
    }
    const auto end = static_cast<double>(run.end);
    all[2] = end, all[3] = end * end;
    for (const auto& click : run.clicks)
        all[11] += std::fmod(click.time, grid.tick());
    return all;
}

/// Columns of summaries.
struct Sample {
    std::array<std::vector<double>, names.size()> of;

    void add(const Summary& summary) {
        for (std::size_t i = 0; i < names.size(); ++i)
            of[i].push_back(summary[i]);
    }
    double mean(std::size_t i) const {
        double sum = 0.0;
        for (const double x : of[i])
            sum += x;
        return sum / static_cast<double>(of[i].size());
    }
    double error(std::size_t i) const {  // of the mean
        const double m = mean(i), n = static_cast<double>(of[i].size());
        double square = 0.0;
        for (const double x : of[i])
            square += (x - m) * (x - m);
        return std::sqrt(square / (n - 1.0) / n);
    }
};

Sample in_lanes(const LoopKernel& kernel, const LoopKernel::Task& task, std::int64_t runs) {
    Sample sample;
    kernel({.seed = 5, .first_trajectory = 0, .count = static_cast<int>(runs)}, task,
           [&](std::int64_t, const LoopRun& run) {
               sample.add(summary_of(kernel.ladder(), kernel.grid(), run));
           });
    return sample;
}

/// Smallest p-value of all comparisons that are not the same number on both sides.
double worst_p_value(const Sample& a, const Sample& b, bool complain) {
    double worst = 1.0;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const double error = std::hypot(a.error(i), b.error(i));
        if (error == 0.0 && a.mean(i) == b.mean(i)) continue;
        const double p = two_sided((a.mean(i) - b.mean(i)) / error);
        if (complain) {
            const std::string what = names[i];
            CAPTURE(what);
            CHECK(p > false_alarm);
        }
        worst = std::min(worst, p);
    }
    return worst;
}

}  // namespace

TEST_CASE("loops in lanes have the law of the sampler that runs one at a time, clicks included") {
    const DickeLadder ladder(20);
    Detector side, both;
    side.name = "side", both.name = "both";
    side[Channel::side] = ChannelDetector{.efficiency = 0.5, .background = 5.0};
    side[Channel::cavity] = ChannelDetector{.efficiency = 0.3, .background = 4.0};
    both[Channel::cavity] = ChannelDetector{.efficiency = 0.9, .background = 2.0};
    both[Channel::pump] = ChannelDetector{.efficiency = 0.8};
    // Ticks with a jump now and then, and with some twenty.
    for (const std::int64_t ticks : {400, 40})
        for (const auto& detector : {side, both}) {
            const TickGrid grid{.duration = 4.0, .ticks = ticks};
            const double side_rate = detector[Channel::side] ? 10.0 : 0.0;
            const CountServo servo(ladder, {0.4}, Dither(0.2), detector, side_rate, grid.tick(), 0.3);
            const LoopKernel kernel(ladder, grid, detector, side_rate);
            const LoopSampler sampler(ladder, grid, detector, side_rate);
            const auto runs = affordable(6000);
            Sample one_by_one;
            for (std::int64_t k = 0; k < runs; ++k)
                one_by_one.add(summary_of(ladder, grid, sampler(9, k, {}, controllers(ladder, servo)(k))));
            CAPTURE(ticks);
            CAPTURE(detector.name);
            const LoopKernel::Task task{.servo = servo, .clicks = LoopKernel::Clicks::timed};
            worst_p_value(in_lanes(kernel, task, runs), one_by_one, true);
            auto wrong = task;
            wrong.theta = 0.02;
            CHECK(worst_p_value(in_lanes(kernel, wrong, runs), one_by_one, false) < false_alarm);
        }
}

TEST_CASE("a perfect servo in lanes has the means of the exact chain, with a linewidth too") {
    for (const double linewidth : {0.0, 0.02})
        for (const double gain : {0.0, 0.5, 1.5}) {
            const DickeLadder ladder(20, linewidth);
            const TickGrid grid{.duration = 4.0, .ticks = 400};
            const Eigen::VectorXd start = Eigen::VectorXd::Constant(21, 1.0 / 21.0);
            const auto law = exact::solve_lock(ladder, {gain}, grid.tick(), grid.ticks, start);
            const LoopKernel kernel(ladder, grid);
            const auto p_values = [&](double theta, std::int64_t runs) {
                const auto sample = in_lanes(kernel, {.servo = PerfectServo{{gain}}, .theta = theta}, runs);
                const auto p = [&](std::size_t i, double truth) {
                    return two_sided((sample.mean(i) - truth) / sample.error(i));
                };
                return std::array{p(0, law.up_jumps), p(2, law.jz_mean + 10.0),
                                  p(3, law.jz_variance + std::pow(law.jz_mean + 10.0, 2)),
                                  p(7, law.mean_square_error * static_cast<double>(grid.ticks))};
            };
            CAPTURE(linewidth);
            CAPTURE(gain);
            for (const double p : p_values(0.0, affordable(20'000)))
                CHECK(p > false_alarm);
            CHECK(p_values(0.02, affordable(60'000))[1] < false_alarm);
        }
}

TEST_CASE("under feedback the score has mean 0, and its square the mean of the information") {
    const DickeLadder ladder(30);
    const TickGrid grid{.duration = 4.0, .ticks = 400};
    Detector eye;
    eye.name = "eye";
    eye[Channel::side] = ChannelDetector{.efficiency = 0.5};
    const LoopKernel kernel(ladder, grid, eye, 20.0);
    const std::array<LoopServo, 3> servos{PerfectServo{{0.5}}, PerfectServo{{0.5}, Dither(0.4)},
                                          CountServo(ladder, {0.3}, Dither(), eye, 20.0, grid.tick(), 0.05)};
    for (const auto& servo : servos) {
        CAPTURE(servo.index());
        const auto p_values = [&](double theta) {
            std::vector<double> scores, differences;
            kernel({.seed = 6, .count = static_cast<int>(affordable(20'000))},
                   {.servo = servo, .theta = theta}, [&](std::int64_t, const LoopRun& run) {
                       double score = 0.0, information = 0.0;
                       for (const auto& tick : run.ticks) {
                           if (tick.pump == 0.0) continue;
                           score += tick.ups / tick.pump - tick.pumping;
                           information += tick.pumping / tick.pump;
                       }
                       scores.push_back(score);
                       differences.push_back(score * score - information);
                   });
            return std::array{two_sided(mean_z(scores, 0.0)), two_sided(mean_z(differences, 0.0))};
        };
        for (const double p : p_values(0.0))
            CHECK(p > false_alarm);
        for (const double p : p_values(0.02))
            CHECK(p < false_alarm);
    }
}
