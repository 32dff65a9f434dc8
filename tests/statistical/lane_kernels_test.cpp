#include <doctest/doctest.h>
#include <hwy/targets.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "dickejump/exact/crossing_law.hpp"
#include "dickejump/exact/hierarchy.hpp"
#include "dickejump/exact/master_equation.hpp"
#include "dickejump/random/stream.hpp"
#include "dickejump/trajectory/direct_kernel.hpp"
#include "dickejump/trajectory/ladder_sampler.hpp"
#include "dickejump/trajectory/sphere_kernel.hpp"
#include "dickejump/trajectory/uniformisation_kernel.hpp"
#include "support/affordable.hpp"
#include "support/statistics.hpp"

// The lane kernels against the master equation. Seeds are fixed; a p-value falls below `false_alarm` with
// probability 1e-6 for a new seed, and there are some eighty: 8e-5 for the file. Beside the checks stands
// their power: runs of a pump 2 % off. (The number of photons hardly depends on the pump: there the power
// lies in the jumps less their integrated rate.)

using namespace dickejump;
using namespace dickejump::test;

namespace {

constexpr double false_alarm = 1e-6;

/// A scan upwards at rate r from the ground state at s = -S.
struct Upwards {
    DickeLadder ladder;
    double rate, half_width;
    std::int64_t ticks;

    double duration() const { return 2.0 * half_width / rate; }
    TickGrid grid() const { return {.duration = duration(), .ticks = ticks}; }
    PumpSchedule pump(double factor = 1.0) const {
        return PumpSchedule::linear(factor * ladder.pump(-half_width), factor * ladder.pump(half_width),
                                    duration());
    }
    /// w in the middle of a tick.
    double tick_pump(std::int64_t tick) const { return pump().at(grid().time(tick) + 0.5 * grid().tick()); }
    double scaled_pump(double time) const { return rate * time - half_width; }
    template <class Kernel, class... More>
    Kernel kernel(double factor, More... more) const {
        return Kernel(ladder, pump(factor), grid(), StartState::dicke(0), more...);
    }
};

/// One number a run of each kind. The jumps are compared with int w A dt and int B dt as the trapezium rule
/// has them from the n at the ends of ticks: that takes away most of their scatter.
struct Runs {
    std::vector<std::vector<double>> jz;  ///< at every tenth of the run
    std::vector<double> ups, inversion, ups_off, downs_off, first, last;
};

template <class Kernel>
Runs run(const Kernel& kernel, const Upwards& scan, std::int64_t trajectories, std::uint64_t seed) {
    Runs runs{.jz = std::vector<std::vector<double>>(10),
              .ups = {},
              .inversion = {},
              .ups_off = {},
              .downs_off = {},
              .first = {},
              .last = {}};
    const auto atoms = static_cast<double>(scan.ladder.atoms());
    const double tick = kernel.grid().tick();
    for (std::int64_t begin = 0; begin < affordable(trajectories); begin += 128) {
        std::vector<double> ups(128), inversion(128), ups_off(128), downs_off(128);
        std::vector<double> pumping(128,
                                    static_cast<double>(scan.ladder.pumping(0)));  // A_n at the last tick
        kernel({.seed = seed, .first_trajectory = begin, .count = 128, .purpose = Purpose::test},
               Quantities::jumps | Quantities::level_integral | Quantities::crossings_up,
               [&](const Window& window) {
                   for (int t = 0; t < window.ticks; ++t) {
                       const auto end = window.first_tick + t + 1;
                       const double w = scan.tick_pump(end - 1);
                       for (std::size_t lane = 0; lane < 128; ++lane) {
                           const auto cell = window.at(t, static_cast<int>(lane));
                           const auto up = static_cast<double>(window.jumps_up[cell]),
                                      down = static_cast<double>(window.jumps_down[cell]);
                           const auto after = static_cast<double>(scan.ladder.pumping(window.n[cell]));
                           const double n_dt = window.n_dt[cell], a_dt = 0.5 * tick * (pumping[lane] + after);
                           pumping[lane] = after;
                           ups[lane] += up;
                           inversion[lane] += n_dt - 0.5 * atoms * tick;
                           ups_off[lane] += up - w * a_dt;
                           // B = A - N + 2n.
                           downs_off[lane] += down - (a_dt - atoms * tick + 2.0 * n_dt);
                           if (end * 10 % window.grid.ticks == 0)
                               runs.jz[static_cast<std::size_t>(end * 10 / window.grid.ticks - 1)].push_back(
                                   scan.ladder.jz(window.n[cell]));
                       }
                   }
                   if (!window.last()) return;
                   for (std::size_t lane = 0; lane < 128; ++lane) {
                       if (!std::isnan(window.first_crossing[lane]))
                           runs.first.push_back(window.first_crossing[lane]);
                       const auto end = window.n[window.at(window.ticks - 1, static_cast<int>(lane))];
                       if (2 * end > scan.ladder.atoms()) runs.last.push_back(window.last_crossing[lane]);
                   }
               });
        runs.ups.insert(runs.ups.end(), ups.begin(), ups.end());
        runs.inversion.insert(runs.inversion.end(), inversion.begin(), inversion.end());
        runs.ups_off.insert(runs.ups_off.end(), ups_off.begin(), ups_off.end());
        runs.downs_off.insert(runs.downs_off.end(), downs_off.begin(), downs_off.end());
    }
    return runs;
}

double mean_p_value(const std::vector<double>& values, double expected) {
    return two_sided(mean_z(values, expected));
}

struct Expected {
    exact::Solution solution;   ///< at every tick, from 0 on
    double ups_off, downs_off;  ///< of Runs
    exact::CrossingLaws crossings;

    explicit Expected(const Upwards& scan) {
        std::vector<double> times;
        for (std::int64_t tick = 0; tick <= scan.ticks; ++tick)
            times.push_back(scan.grid().time(tick));
        const Eigen::VectorXd start = Eigen::VectorXd::Unit(scan.ladder.atoms() + 1, 0);
        solution = exact::solve(scan.ladder, scan.pump(), scan.duration(), start, times);
        crossings = exact::crossing_laws(scan.ladder, scan.pump(), scan.duration(), start, Direction::up);
        const auto atoms = static_cast<double>(scan.ladder.atoms());
        const auto pumping = [&](std::size_t tick) {  // <A_n> = j(j+1) - <m^2> - <m>
            const double jz = solution.jz_mean[tick];
            return 0.25 * atoms * (atoms + 2.0) - (solution.jz_variance[tick] + jz * jz) - jz;
        };
        ups_off = solution.up_jumps;
        // Down jumps are the up jumps less the change of n; int <n> dt = int <J_z> dt + N T/2.
        downs_off = solution.up_jumps - (solution.jz_mean.back() - solution.jz_mean.front()) -
                    2.0 * solution.inversion_integral;
        for (std::size_t tick = 0; tick + 1 < times.size(); ++tick) {
            const double a_dt = 0.5 * scan.grid().tick() * (pumping(tick) + pumping(tick + 1));
            ups_off -= scan.tick_pump(static_cast<std::int64_t>(tick)) * a_dt;
            downs_off -= a_dt;
        }
    }

    /// The worst of the means and variances of J_z, by the number of them (they are correlated).
    double curve_p_value(const Runs& runs) const {
        double least = 1.0;
        for (std::size_t i = 0; i < runs.jz.size(); ++i) {
            const auto tick = (i + 1) * (solution.times.size() - 1) / 10;
            const double mean = solution.jz_mean[tick];
            least = std::min(least, mean_p_value(runs.jz[i], mean));
            std::vector<double> squares;
            for (const double jz : runs.jz[i])
                squares.push_back((jz - mean) * (jz - mean));
            least = std::min(least, mean_p_value(squares, solution.jz_variance[tick]));
        }
        return std::min(1.0, 20.0 * least);
    }
};

template <class Kernel, class... More>
void check_kernel(const Upwards& scan, std::int64_t trajectories, std::uint64_t seed, More... more) {
    const Expected expected(scan);
    CAPTURE(scan.ladder.atoms());
    const auto right = run(scan.kernel<Kernel>(1.0, more...), scan, trajectories, seed);
    CHECK(expected.curve_p_value(right) > false_alarm);
    CHECK(mean_p_value(right.ups, expected.solution.up_jumps) > false_alarm);
    CHECK(mean_p_value(right.inversion, expected.solution.inversion_integral) > false_alarm);
    CHECK(mean_p_value(right.ups_off, expected.ups_off) > false_alarm);
    CHECK(mean_p_value(right.downs_off, expected.downs_off) > false_alarm);
    CHECK(mean_p_value(right.first, expected.crossings.first.mean) > false_alarm);
    CHECK(mean_p_value(right.last, expected.crossings.last.mean) > false_alarm);

    const auto wrong = run(scan.kernel<Kernel>(1.02, more...), scan, trajectories, seed + 1);
    CHECK(expected.curve_p_value(wrong) < false_alarm);
    CHECK(mean_p_value(wrong.inversion, expected.solution.inversion_integral) < false_alarm);
    CHECK(mean_p_value(wrong.ups_off, expected.ups_off) < false_alarm);
    CHECK(mean_p_value(wrong.first, expected.crossings.first.mean) < false_alarm);
    CHECK(mean_p_value(wrong.last, expected.crossings.last.mean) < false_alarm);
}

/// A ladder with a linewidth; runs without it must be told apart, and runs of 2 % more pump.
template <class Kernel>
void check_linewidth(const Upwards& scan, std::int64_t trajectories, std::uint64_t seed) {
    const Expected expected(scan);
    const auto p_values = [&](const Upwards& simulated, double factor, std::uint64_t own_seed) {
        const auto runs = run(simulated.kernel<Kernel>(factor), scan, trajectories, own_seed);
        return std::array{expected.curve_p_value(runs),
                          mean_p_value(runs.inversion, expected.solution.inversion_integral),
                          mean_p_value(runs.first, expected.crossings.first.mean),
                          mean_p_value(runs.last, expected.crossings.last.mean),
                          mean_p_value(runs.ups, expected.solution.up_jumps)};
    };
    for (const double p : p_values(scan, 1.0, seed))
        CHECK(p > false_alarm);
    auto ideal = scan;
    ideal.ladder = DickeLadder(scan.ladder.atoms());
    CHECK(p_values(ideal, 1.0, seed + 1)[0] < false_alarm);
    const auto more = p_values(scan, 1.02, seed + 2);
    for (std::size_t i = 0; i < 4; ++i)
        CHECK(more[i] < false_alarm);
}

/// First crossings of zero of a test record: x = 2m/N at the ends of ticks with noise 0.05, smoothed over
/// 0.05/gamma, interpolated between ticks.
template <class Kernel>
std::vector<double> record_crossings(const Kernel& kernel, const Upwards& scan, std::int64_t trajectories) {
    std::vector<double> crossings;
    const double tick = kernel.grid().tick(), share = -std::expm1(-tick / 0.05);
    for (std::int64_t begin = 0; begin < affordable(trajectories); begin += 128) {
        std::vector<double> y(128, -1.0), crossed(128, std::numeric_limits<double>::quiet_NaN());
        Stream random(11, static_cast<std::uint64_t>(begin), Purpose::test);
        kernel({.seed = 9, .first_trajectory = begin, .count = 128, .purpose = Purpose::ladder},
               Quantities::none, [&](const Window& window) {
                   for (int t = 0; t < window.ticks; ++t)
                       for (std::size_t lane = 0; lane < 128; ++lane) {
                           const double radius = std::sqrt(-2.0 * std::log(open_unit(random())));
                           const double noise =
                               0.05 * radius * std::cos(6.283185307179586 * open_unit(random()));
                           const double x =
                               2.0 * scan.ladder.jz(window.n[window.at(t, static_cast<int>(lane))]) /
                                   static_cast<double>(scan.ladder.atoms()) +
                               noise;
                           const double next = y[lane] + share * (x - y[lane]);
                           if (std::isnan(crossed[lane]) && next >= 0.0)
                               crossed[lane] = window.grid.time(window.first_tick + t) +
                                               tick * y[lane] / (y[lane] - next);
                           y[lane] = next;
                       }
               });
        for (const double time : crossed)
            crossings.push_back(scan.scaled_pump(time));
    }
    return crossings;
}

void check_record(const std::vector<double>& crossings, double mean, double mean_error, double spread,
                  double spread_error) {
    const auto n = static_cast<double>(crossings.size());
    double sum = 0.0, square = 0.0, fourth = 0.0;
    for (const double s : crossings)
        sum += s / n;
    for (const double s : crossings) {
        const double off = (s - sum) * (s - sum);
        square += off / n, fourth += off * off / n;
    }
    const double own = std::sqrt(square / n),
                 own_spread = std::sqrt((fourth - square * square) / (4.0 * n * square));
    CHECK(two_sided((sum - mean) / std::hypot(own, mean_error)) > false_alarm);
    CHECK(two_sided((std::sqrt(square) - spread) / std::hypot(own_spread, spread_error)) > false_alarm);
}

}  // namespace

TEST_CASE("the direct kernel follows the master equation, with jumps, integrals and crossings") {
    // 2 % of the pump is 0.02 N/2 in s: 0.6 of a crossing's 2.9 and more, 200 standard errors at N = 60.
    check_kernel<DirectKernel>({DickeLadder(60), 16.0, 20.0, 100}, 100'000, 100);
    check_kernel<DirectKernel>({DickeLadder(31), 8.0, 15.0, 40}, 50'000, 110);
}

TEST_CASE("every jump of a ladder with a linewidth: the direct kernel, the reference sampler, both targets") {
    const Upwards scan{DickeLadder(60, 1.0 / 300.0), 16.0, 20.0, 100};
    check_linewidth<DirectKernel>(scan, 50'000, 150);
    check_linewidth<LadderSampler>(scan, 20'000, 160);
    hwy::SetSupportedTargetsForTest(HWY_SCALAR);
    check_linewidth<DirectKernel>(scan, 20'000, 170);
    hwy::SetSupportedTargetsForTest(0);
}

TEST_CASE("the uniformisation kernel follows the master equation, with jumps, integrals and crossings") {
    check_kernel<UniformisationKernel>({DickeLadder(60), 16.0, 20.0, 100}, 100'000, 200);
    check_kernel<UniformisationKernel>({DickeLadder(31), 8.0, 15.0, 40}, 50'000, 210);
    check_kernel<UniformisationKernel>({DickeLadder(257), 16.0, 20.0, 100}, 10'000, 220);
}

TEST_CASE("the uniformisation kernel keeps its law where doubles decide a tenth of all candidates, or all") {
    check_kernel<UniformisationKernel>({DickeLadder(60), 16.0, 20.0, 100}, 50'000, 300, 3'000);
    check_kernel<UniformisationKernel>({DickeLadder(40), 16.0, 18.0, 100}, 20'000, 310, 65'535);
    // Few ticks: w moves by a tenth in each, and the times of many candidates have to be drawn.
    check_kernel<UniformisationKernel>({DickeLadder(40), 16.0, 18.0, 10}, 20'000, 320);
}

TEST_CASE("the sphere kernel follows the ladder of many atoms, with jumps, integrals and crossings") {
    // Its biases (2e-5 of N/2 in J_z at this step) are a hundredth of the errors here.
    check_kernel<SphereKernel>({DickeLadder(1'000), 16.0, 20.0, 100}, 20'000, 400, 5);
    check_kernel<SphereKernel>({DickeLadder(501), 16.0, 20.0, 100}, 20'000, 410, 5);
}

TEST_CASE("the portable target has the same law") {
    hwy::SetSupportedTargetsForTest(HWY_SCALAR);
    check_kernel<DirectKernel>({DickeLadder(40), 16.0, 18.0, 50}, 20'000, 500);
    check_kernel<SphereKernel>({DickeLadder(600), 16.0, 20.0, 100}, 10'000, 510, 4);
    hwy::SetSupportedTargetsForTest(0);
}

TEST_CASE("first crossings of a test record are those of the published table") {
    // Errors in brackets are the table's; a spread 2 % off is 6 of its errors at 200 000 runs.
    const Upwards hundred{DickeLadder(100), 16.0, 24.0, 300},
        million{DickeLadder(1'000'000), 16.0, 24.0, 300};
    const Upwards thousand{DickeLadder(1'000), 16.0, 24.0, 300};
    check_record(record_crossings(hundred.kernel<DirectKernel>(1.0), hundred, 100'000), 4.9368, 0.0013,
                 2.5514, 0.0009);
    check_record(record_crossings(hundred.kernel<UniformisationKernel>(1.0), hundred, 100'000), 4.9368,
                 0.0013, 2.5514, 0.0009);
    check_record(record_crossings(thousand.kernel<UniformisationKernel>(1.0), thousand, 5'000), 4.9139,
                 0.0026, 2.5996, 0.0018);
    check_record(record_crossings(million.kernel<SphereKernel>(1.0), million, 200'000), 4.9070, 0.0009, 2.608,
                 0.001);
}
