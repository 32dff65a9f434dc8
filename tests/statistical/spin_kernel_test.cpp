#include "dickejump/trajectory/spin_kernel.hpp"

#include <doctest/doctest.h>
#include <hwy/targets.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "dickejump/estimate/moments.hpp"
#include "dickejump/exact/local_equation.hpp"
#include "dickejump/exact/steady_state.hpp"
#include "dickejump/trajectory/spin_sampler.hpp"
#include "support/affordable.hpp"
#include "support/statistics.hpp"

// Lanes on |j, m> against the rate equation, and against the reference sampler where that tells nothing. The
// seeds are fixed; each p-value falls below `false_alarm` with probability 1e-6 for a new one, and there are
// some seventy: 7e-5 for the file. Beside them their power: the same runs against rates that are 2 % off, or
// more where what is seen hardly depends on them.

using namespace dickejump;
using namespace dickejump::test;

namespace {

constexpr double false_alarm = 1e-6;
constexpr auto everything = Quantities::jumps | Quantities::level_integral | Quantities::crossings_up |
                            Quantities::time_tags | Quantities::spin;

/// Atoms under a pump, from the steady state of the collective processes at w(0).
struct Course {
    std::int64_t atoms;
    LocalRates rates;
    PumpSchedule pump;
    double duration;
    std::int64_t ticks;

    template <class Kernel>
    Kernel kernel() const {
        return {LocalSpins(atoms, rates), pump, {.duration = duration, .ticks = ticks}, start()};
    }
    StartState start() const { return StartState::steady(pump.at(0.0)); }
    exact::LocalSolution solved() const {
        const LocalSpins spins(atoms, rates);
        const auto populations =
            exact::symmetric_populations(spins, exact::steady_state(DickeLadder(atoms), pump.at(0.0)));
        return exact::solve_local(spins, pump, duration, populations, std::array{duration});
    }
};

struct Runs {
    Moments jz, j2, integral, side, up;
    Moments side_off;                ///< photons to the side less Gamma int n dt: 0, and with little scatter
    Moments local;                   ///< jumps of single atoms, of any kind
    std::vector<std::int64_t> ends;  ///< [LocalSpins::index] runs that end there
    std::vector<double> first, last, side_times;  ///< crossings, and every photon to the side
};

template <class Kernel>
Runs run(const Course& course, std::int64_t trajectories, std::uint64_t seed) {
    const auto kernel = course.kernel<Kernel>();
    const LocalSpins spins(course.atoms, course.rates);
    const double half = 0.5 * static_cast<double>(course.atoms);
    Runs runs;
    runs.ends.resize(static_cast<std::size_t>(spins.states()));
    for (std::int64_t begin = 0; begin < affordable(trajectories); begin += 128) {
        std::vector<double> integral(128), side(128), up(128), local(128);
        kernel({.seed = seed, .first_trajectory = begin, .count = 128, .purpose = Purpose::test}, everything,
               [&](const Window& window) {
                   for (std::size_t k = 0; k < 128; ++k) {
                       for (int tick = 0; tick < window.ticks; ++tick) {
                           const auto cell = window.at(tick, static_cast<int>(k));
                           integral[k] += window.n_dt[cell];
                           up[k] += static_cast<double>(window.jumps_up[cell]);
                           local[k] += static_cast<double>(window.local_jumps[cell]);
                       }
                       for (const auto& tag : window.tags[k])
                           if (tag.process == Process::emission) {
                               side[k] += 1.0;
                               runs.side_times.push_back(tag.time);
                           }
                       if (!window.last()) continue;
                       const auto end = window.at(window.ticks - 1, static_cast<int>(k));
                       const SpinState at{window.twice_j[end], 2 * window.n[end] - course.atoms};
                       ++runs.ends[static_cast<std::size_t>(spins.index(at))];
                       runs.jz.add(at.m()), runs.j2.add(at.j2());
                       runs.integral.add(integral[k] - half * course.duration);
                       runs.side.add(side[k]), runs.up.add(up[k]), runs.local.add(local[k]);
                       runs.side_off.add(side[k] - course.rates.emission * integral[k]);
                       if (!std::isnan(window.first_crossing[k]))
                           runs.first.push_back(window.first_crossing[k]);
                       if (!std::isnan(window.last_crossing[k])) runs.last.push_back(window.last_crossing[k]);
                   }
               });
    }
    return runs;
}

double p_value(const Moments& runs, double expected) {
    const auto mean = *runs.mean();
    return two_sided((mean.value - expected) / mean.error);
}

/// Pearson's test of the states in which runs end; rare ones are taken together.
double ends_p_value(const Runs& runs, const Eigen::VectorXd& populations) {
    double all = 0.0;
    for (const auto count : runs.ends)
        all += static_cast<double>(count);
    std::vector<std::int64_t> counts;
    std::vector<double> probabilities;
    std::int64_t rare = 0;
    double rarely = 0.0;
    for (std::size_t i = 0; i < runs.ends.size(); ++i) {
        const double p = std::max(0.0, populations(static_cast<Eigen::Index>(i)));
        if (p * all < 10.0)
            rare += runs.ends[i], rarely += p;
        else
            counts.push_back(runs.ends[i]), probabilities.push_back(p);
    }
    if (rarely * all < 10.0)
        counts.back() += rare, probabilities.back() += rarely;
    else
        counts.push_back(rare), probabilities.push_back(rarely);
    return counts_p_value(counts, probabilities);
}

double between(const Moments& a, const Moments& b) {
    const auto x = *a.mean(), y = *b.mean();
    return two_sided((x.value - y.value) / std::hypot(x.error, y.error));
}

/// Kolmogorov-Smirnov test that two samples have one law.
double same_law_p_value(std::vector<double> a, std::vector<double> b) {
    std::sort(a.begin(), a.end()), std::sort(b.begin(), b.end());
    const auto m = static_cast<double>(a.size()), n = static_cast<double>(b.size());
    double distance = 0.0;
    for (std::size_t i = 0, k = 0; i < a.size() && k < b.size();) {
        const double at = std::min(a[i], b[k]);
        while (i < a.size() && a[i] <= at)
            ++i;
        while (k < b.size() && b[k] <= at)
            ++k;
        distance = std::max(distance, std::abs(static_cast<double>(i) / m - static_cast<double>(k) / n));
    }
    const double root = std::sqrt(m * n / (m + n)), x = distance * (root + 0.12 + 0.11 / root);
    double p = 0.0;
    for (int k = 1; k <= 100; ++k)
        p += (k % 2 == 1 ? 2.0 : -2.0) * std::exp(-2.0 * k * k * x * x);
    return x < 0.3 ? 1.0 : std::clamp(p, 0.0, 1.0);
}

void check(const Runs& runs, const exact::LocalSolution& exact) {
    CHECK(p_value(runs.jz, exact.solution.jz_mean[0]) > false_alarm);
    CHECK(p_value(runs.j2, exact.j2_mean[0]) > false_alarm);
    CHECK(p_value(runs.integral, exact.solution.inversion_integral) > false_alarm);
    CHECK(p_value(runs.side, exact.side_photons) > false_alarm);
    CHECK(p_value(runs.side_off, 0.0) > false_alarm);
    CHECK(p_value(runs.up, exact.solution.up_jumps) > false_alarm);
    CHECK(ends_p_value(runs, exact.end) > false_alarm);
}

const Course ramp{.atoms = 10,
                  .rates = {.emission = 0.3, .pumping = 0.1, .dephasing = 0.4},
                  .pump = PumpSchedule::linear(0.6, 1.4, 3.0),
                  .duration = 3.0,
                  .ticks = 30};
/// Corners within ticks, a stretch without a pump, few ticks: w changes much in each.
const Course corners{.atoms = 7,
                     .rates = {.emission = 0.5, .pumping = 0.3, .dephasing = 0.2},
                     .pump = PumpSchedule::piecewise_linear(std::vector{0.0, 0.7, 1.1, 1.6, 2.4},
                                                            std::vector{0.5, 1.8, 0.0, 0.0, 1.2}),
                     .duration = 2.6,
                     .ticks = 7};

}  // namespace

TEST_CASE("lanes on |j, m> have the means and the last states of the rate equation") {
    const auto runs = run<SpinKernel>(ramp, 60'000, 11);
    check(runs, ramp.solved());
    CHECK(runs.jz.variance()->value == doctest::Approx(ramp.solved().solution.jz_variance[0]).epsilon(0.05));

    auto off = ramp;
    off.rates.emission *= 1.02;
    CHECK(p_value(runs.side, off.solved().side_photons) < false_alarm);
    off = ramp, off.pump = ramp.pump.affine(1.02, 0.0);
    CHECK(p_value(runs.up, off.solved().solution.up_jumps) < false_alarm);
    off = ramp, off.rates.dephasing *= 1.2;
    CHECK(p_value(runs.j2, off.solved().j2_mean[0]) < false_alarm);
    CHECK(ends_p_value(runs, off.solved().end) < false_alarm);
}

TEST_CASE("a pump with corners, a long tick, and every local process on its own") {
    check(run<SpinKernel>(corners, 40'000, 12), corners.solved());
    auto one = corners;
    one.rates = {.emission = 0.4};
    check(run<SpinKernel>(one, 40'000, 13), one.solved());
    for (const LocalRates rates : {LocalRates{.pumping = 0.4}, LocalRates{.dephasing = 0.8}}) {
        one.rates = rates;
        const auto runs = run<SpinKernel>(one, 40'000, 14);
        const auto exact = one.solved();
        CHECK(p_value(runs.jz, exact.solution.jz_mean[0]) > false_alarm);
        CHECK(p_value(runs.j2, exact.j2_mean[0]) > false_alarm);
        CHECK(p_value(runs.up, exact.solution.up_jumps) > false_alarm);
        CHECK(ends_p_value(runs, exact.end) > false_alarm);
        CHECK(runs.side_times.empty());
    }
    one = ramp, one.ticks = 2;
    check(run<SpinKernel>(one, 40'000, 15), one.solved());
}

TEST_CASE("weak emission of many atoms, and single atoms that jump more often than all together") {
    const double width = 1.0 / 50.0;
    const Course weak{.atoms = 100,
                      .rates = {.emission = 0.01},
                      .pump = PumpSchedule::linear(1.0 - 15.0 * width, 1.0 + 15.0 * width, 2.0),
                      .duration = 2.0,
                      .ticks = 100};
    const auto runs = run<SpinKernel>(weak, 20'000, 16);
    check(runs, weak.solved());
    auto off = weak;
    off.rates.emission = 1.1 * weak.rates.emission;
    CHECK(p_value(runs.side, off.solved().side_photons) < false_alarm);
    CHECK(p_value(runs.j2, off.solved().j2_mean[0]) < false_alarm);

    const Course strong{.atoms = 9,
                        .rates = {.emission = 30.0, .pumping = 20.0, .dephasing = 40.0},
                        .pump = PumpSchedule::linear(0.6, 1.4, 0.5),
                        .duration = 0.5,
                        .ticks = 9};
    check(run<SpinKernel>(strong, 20'000, 17), strong.solved());
}

TEST_CASE("the portable target has the law of |j, m> too") {
    hwy::SetSupportedTargetsForTest(HWY_SCALAR);
    check(run<SpinKernel>(ramp, 20'000, 18), ramp.solved());
    check(run<SpinKernel>(corners, 20'000, 19), corners.solved());
    hwy::SetSupportedTargetsForTest(0);
}

TEST_CASE("crossings, local jumps and the times of side photons are those of the reference sampler") {
    for (const auto& course : {ramp, corners}) {
        const auto mine = run<SpinKernel>(course, 40'000, 20), its = run<SpinSampler>(course, 40'000, 21);
        CHECK(same_law_p_value(mine.first, its.first) > false_alarm);
        CHECK(same_law_p_value(mine.last, its.last) > false_alarm);
        CHECK(same_law_p_value(mine.side_times, its.side_times) > false_alarm);
        CHECK(between(mine.local, its.local) > false_alarm);
        CHECK(between(mine.j2, its.j2) > false_alarm);
        auto off = course;
        off.pump = course.pump.affine(1.05, 0.0);
        CHECK(same_law_p_value(mine.first, run<SpinSampler>(off, 40'000, 21).first) < false_alarm);
        off = course, off.rates.emission *= 1.3;
        CHECK(between(mine.local, run<SpinSampler>(off, 40'000, 21).local) < false_alarm);
    }
}
