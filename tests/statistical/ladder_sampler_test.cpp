#include "dickejump/trajectory/ladder_sampler.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <cmath>
#include <vector>

#include "support/affordable.hpp"
#include "support/pumping_integral.hpp"
#include "support/statistics.hpp"

// The sampler against laws that can be written down without a master equation. Seeds are fixed; a p-value
// falls below `false_alarm` with probability 1e-6 for a new seed, and there are some twenty: 2e-5 for the
// file. Beside every check stands its power: the same data against a rate, or data of a pump, that is 2 %
// off.

using namespace dickejump;
using namespace dickejump::test;

namespace {

constexpr double false_alarm = 1e-6;

/// Runs `trajectories` in blocks and shows `see` each window with its lane.
template <class See>
void each_lane(const LadderSampler& sampler, std::int64_t trajectories, std::uint64_t seed, Quantities wanted,
               const See& see) {
    for (std::int64_t first = 0; first < affordable(trajectories); first += 128) {
        const Lanes lanes{.seed = seed,
                          .first_trajectory = first,
                          .count = static_cast<int>(std::min<std::int64_t>(128, trajectories - first)),
                          .purpose = Purpose::test};
        sampler(lanes, wanted, [&](const Window& window) {
            for (int lane = 0; lane < window.lanes; ++lane)
                see(window, lane);
        });
    }
}

/// One atom, w = begin + slope t for ever, emission at rate `emission`: everything by quadrature.
struct OneAtom {
    double begin, slope = 0.0, emission = 1.0;

    double pump(double t) const { return begin + slope * t; }
    double pump_integral(double t) const { return begin * t + 0.5 * slope * t * t; }
    /// P(n = 1) at t, from n = 0 at t = 0: int w(s) exp(-int_s^t (w + emission)) ds.
    double excited(double t) const {
        if (slope == 0.0) return begin / (begin + emission) * -std::expm1(-(begin + emission) * t);
        const auto arrived = [&](double s) {
            return pump(s) * std::exp(pump_integral(s) - pump_integral(t) - emission * (t - s));
        };
        return boost::math::quadrature::gauss_kronrod<double, 31>::integrate(arrived, 0.0, t, 10, 1e-12);
    }
    /// Mean number of jumps up until t.
    double ups(double t) const {
        const auto rate = [&](double s) { return pump(s) * (1.0 - excited(s)); };
        return boost::math::quadrature::gauss_kronrod<double, 31>::integrate(rate, 0.0, t, 5, 1e-10);
    }
};

/// What one-atom runs from n = 0 told: excited ones at each tick, jumps up in all.
struct OneAtomRuns {
    TickGrid grid;
    std::vector<double> excited;
    std::vector<double> ups;

    double occupation_p_value(const OneAtom& law) const {
        // The worst of the ticks, times their number (Bonferroni: the ticks are correlated).
        const auto runs = static_cast<double>(ups.size());
        double least = 1.0;
        for (std::int64_t tick = 0; tick < grid.ticks; ++tick) {
            const double p = law.excited(grid.time(tick + 1));
            const double off = excited[static_cast<std::size_t>(tick)] - runs * p;
            least = std::min(least, two_sided(off / std::sqrt(runs * p * (1.0 - p))));
        }
        return std::min(1.0, least * static_cast<double>(grid.ticks));
    }
    double ups_p_value(const OneAtom& law) const { return two_sided(mean_z(ups, law.ups(grid.duration))); }
};

OneAtomRuns one_atom_runs(const OneAtom& law, std::uint64_t seed) {
    OneAtomRuns runs{.grid = {.duration = 3.0, .ticks = 6}, .excited = std::vector<double>(6), .ups = {}};
    const LadderSampler sampler(DickeLadder(1), PumpSchedule::linear(law.begin, law.pump(10.0), 10.0),
                                runs.grid, StartState::dicke(0));
    each_lane(sampler, 400'000, seed, Quantities::jumps, [&](const Window& window, int lane) {
        std::int64_t ups = 0;
        for (int tick = 0; tick < window.ticks; ++tick) {
            runs.excited[static_cast<std::size_t>(tick)] += window.n[window.at(tick, lane)];
            ups += window.jumps_up[window.at(tick, lane)];
        }
        runs.ups.push_back(static_cast<double>(ups));
    });
    return runs;
}

}  // namespace

TEST_CASE("one atom under a constant pump is occupied as the two-state process, and jumps as often") {
    // p(t) = w/(1+w) (1 - exp(-(1+w) t)). 400 000 runs: 2 % of the pump is 6 standard errors of p and more.
    const OneAtom law{.begin = 1.5};
    CHECK(law.excited(1.0) == doctest::Approx(0.6 * (1.0 - std::exp(-2.5))).epsilon(1e-14));
    CHECK(law.ups(3.0) ==
          doctest::Approx(1.5 * (3.0 - 0.6 * (3.0 - (1.0 - std::exp(-7.5)) / 2.5))).epsilon(1e-9));
    const auto runs = one_atom_runs(law, 11);
    CHECK(runs.occupation_p_value(law) > false_alarm);
    CHECK(runs.ups_p_value(law) > false_alarm);

    const auto stronger = one_atom_runs({.begin = 1.5 * 1.02}, 12);
    CHECK(stronger.occupation_p_value(law) < false_alarm);
    CHECK(stronger.ups_p_value(law) < false_alarm);
    const OneAtom faster{.begin = 1.5, .emission = 1.02};
    CHECK(runs.occupation_p_value(faster) < false_alarm);
    CHECK(runs.ups_p_value(faster) < false_alarm);
}

TEST_CASE("one atom under a linear pump is occupied as the quadrature says, and jumps as often") {
    const OneAtom law{.begin = 0.4, .slope = 0.7};
    // The same quadrature for a vanishing slope is the closed form.
    CHECK(OneAtom{.begin = 1.5, .slope = 1e-12}.excited(1.0) ==
          doctest::Approx(OneAtom{.begin = 1.5}.excited(1.0)));
    const auto runs = one_atom_runs(law, 21);
    CHECK(runs.occupation_p_value(law) > false_alarm);
    CHECK(runs.ups_p_value(law) > false_alarm);

    const auto stronger = one_atom_runs({.begin = 0.4 * 1.02, .slope = 0.7 * 1.02}, 22);
    CHECK(stronger.occupation_p_value(law) < false_alarm);
    CHECK(stronger.ups_p_value(law) < false_alarm);
    const OneAtom faster{.begin = 0.4, .slope = 0.7, .emission = 1.02};
    CHECK(runs.occupation_p_value(faster) < false_alarm);
    CHECK(runs.ups_p_value(faster) < false_alarm);
}

TEST_CASE("waiting times of one atom under a constant pump are exponential") {
    // The first six waits of 100 000 runs. Six take longer than the run with a probability below 1e-13, so
    // that nothing is cut off. A rate 2 % off moves the distribution function by 0.02/e: 4 in units of the
    // Kolmogorov law, 3e-14.
    constexpr double w = 0.8;
    const auto waits = [](double pump, std::uint64_t seed) {
        std::array<std::vector<double>, 2> from;  // from n = 0 and from n = 1
        const LadderSampler sampler(DickeLadder(1), PumpSchedule::constant(pump),
                                    {.duration = 60.0, .ticks = 1}, StartState::dicke(0));
        each_lane(sampler, 100'000, seed, Quantities::time_tags, [&](const Window& window, int lane) {
            const auto& tags = window.tags[static_cast<std::size_t>(lane)];
            REQUIRE(tags.size() >= 6);
            double before = 0.0;
            for (std::size_t i = 0; i < 6; ++i) {
                from[i % 2].push_back(tags[i].time - before);
                before = tags[i].time;
            }
        });
        return from;
    };
    const auto p_value = [](std::vector<double> times, double rate) {
        for (double& time : times)
            time = -std::expm1(-rate * time);
        return uniformity_p_value(std::move(times));
    };
    const auto right = waits(w, 31);
    CHECK(p_value(right[0], w) > false_alarm);
    CHECK(p_value(right[1], 1.0) > false_alarm);
    CHECK(p_value(right[1], 1.02) < false_alarm);
    CHECK(p_value(waits(w * 1.02, 32)[0], w) < false_alarm);
}

TEST_CASE("the first wait under a piecewise linear pump has the survival exp(-int w dt)") {
    // N = 3 from the ground state: rate 3 w(t), with knots and a stretch without any pump before it rises.
    // From t = 2 on the rate is 4.5, and a run without a jump by t = 12 has a probability of e^-45.
    const std::vector<double> times{0.0, 0.2, 0.5, 0.8, 2.0}, pumps{0.1, 0.9, 0.0, 0.0, 1.5};
    const auto integral = [&](double t) {
        double sum = 0.0;
        for (std::size_t i = 0; i < times.size() && times[i] < t; ++i) {
            const double end = i + 1 < times.size() ? std::min(t, times[i + 1]) : t;
            const double slope =
                i + 1 < times.size() ? (pumps[i + 1] - pumps[i]) / (times[i + 1] - times[i]) : 0.0;
            sum += (end - times[i]) * (pumps[i] + 0.5 * slope * (end - times[i]));
        }
        return sum;
    };
    const auto p_value = [&](double strength, std::uint64_t seed) {
        auto stronger = pumps;
        for (double& pump : stronger)
            pump *= strength;
        const LadderSampler sampler(DickeLadder(3), PumpSchedule::piecewise_linear(times, stronger),
                                    {.duration = 12.0, .ticks = 1}, StartState::dicke(0));
        std::vector<double> values;
        each_lane(sampler, 300'000, seed, Quantities::time_tags, [&](const Window& window, int lane) {
            const auto& tags = window.tags[static_cast<std::size_t>(lane)];
            if (tags.empty()) FAIL("a run without a jump");
            values.push_back(-std::expm1(-3.0 * integral(tags.front().time)));
        });
        return uniformity_p_value(std::move(values));
    };
    CHECK(p_value(1.0, 41) > false_alarm);
    CHECK(p_value(1.02, 42) < false_alarm);
}

TEST_CASE("the steady state is drawn as p_n ~ w^n and stays") {
    // Six atoms: 2 % of the pump is a noncentrality of 4e-4 Var(n) a run, and Var(n) = 3: 240 at 200 000
    // runs.
    constexpr std::int64_t atoms = 6, trajectories = 200'000;
    constexpr double w = 0.7;
    const auto law = [](double pump) {
        std::vector<double> p;
        double sum = 0.0;
        for (std::int64_t n = 0; n <= atoms; ++n)
            sum += p.emplace_back(std::pow(pump, static_cast<double>(n)));
        for (double& value : p)
            value /= sum;
        return p;
    };
    const auto counts = [](double start, double pump, std::uint64_t seed) {
        std::array<std::vector<std::int64_t>, 2> at;  // the start and the end of the run
        for (auto& levels : at)
            levels.resize(atoms + 1);
        const LadderSampler sampler(DickeLadder(atoms), PumpSchedule::constant(pump),
                                    {.duration = 3.0, .ticks = 2}, StartState::steady(start));
        each_lane(sampler, trajectories, seed, Quantities::none, [&](const Window& window, int lane) {
            ++at[0][static_cast<std::size_t>(window.start[static_cast<std::size_t>(lane)])];
            ++at[1][static_cast<std::size_t>(window.n[window.at(1, lane)])];
        });
        return at;
    };
    const auto right = counts(w, w, 51);
    CHECK(counts_p_value(right[0], law(w)) > false_alarm);
    CHECK(counts_p_value(right[1], law(w)) > false_alarm);
    // A rate of emission 2 % off is a pump 2 % off here; both are tried, as the law and as the pump.
    CHECK(counts_p_value(right[0], law(w / 1.02)) < false_alarm);
    CHECK(counts_p_value(right[1], law(w / 1.02)) < false_alarm);
    const auto stronger = counts(w, w * 1.02, 52);
    CHECK(counts_p_value(stronger[0], law(w)) > false_alarm);
    CHECK(counts_p_value(stronger[1], law(w)) < false_alarm);
    // And above the transition, where the law counts from the full ladder.
    const auto above = counts(1.0 / w, 1.0 / w, 53);
    CHECK(counts_p_value(above[0], law(1.0 / w)) > false_alarm);
    CHECK(counts_p_value(above[1], law(1.0 / w)) > false_alarm);
    CHECK(counts_p_value(above[1], law(1.02 / w)) < false_alarm);
}

TEST_CASE("jumps balance, and come at the rates w A_n and B_n along the run") {
    // Up-jumps less w int A dt, and down-jumps less int B dt, are martingales: of mean 0 whatever the run
    // does, with the number of jumps as their variance. 4e6 jumps each way: 2 % of a rate is 40 standard
    // errors.
    constexpr std::int64_t atoms = 30;
    constexpr double w = 1.1, duration = 2.0;
    const LadderSampler sampler(DickeLadder(atoms), PumpSchedule::constant(w),
                                {.duration = duration, .ticks = 8}, StartState::steady(w));
    std::vector<double> ups_off, downs_off, ups_strong, downs_strong, net;
    bool balanced = true;
    each_lane(sampler, 10'000, 61, Quantities::jumps | Quantities::level_integral | Quantities::time_tags,
              [&](const Window& window, int lane) {
                  std::int64_t n = window.start[static_cast<std::size_t>(lane)], all_ups = 0, all_downs = 0;
                  const double pumping = pumping_integral(
                      sampler.ladder(), n, window.tags[static_cast<std::size_t>(lane)], 0.0, duration);
                  double n_dt = 0.0;
                  for (int tick = 0; tick < window.ticks; ++tick) {
                      const auto cell = window.at(tick, lane);
                      n += window.jumps_up[cell] - window.jumps_down[cell];
                      balanced = balanced && n == window.n[cell] && window.jumps_up[cell] >= 0 &&
                                 window.jumps_down[cell] >= 0;
                      all_ups += window.jumps_up[cell];
                      all_downs += window.jumps_down[cell];
                      n_dt += window.n_dt[cell];
                  }
                  const auto ups = static_cast<double>(all_ups), downs = static_cast<double>(all_downs);
                  const double emission =
                      pumping - static_cast<double>(atoms) * duration + 2.0 * n_dt;  // B = A - N + 2n
                  ups_off.push_back(ups - w * pumping);
                  downs_off.push_back(downs - emission);
                  ups_strong.push_back(ups - 1.02 * w * pumping);
                  downs_strong.push_back(downs - 1.02 * emission);
                  net.push_back(ups - downs);
              });
    CHECK(balanced);
    CHECK(two_sided(mean_z(ups_off, 0.0)) > false_alarm);
    CHECK(two_sided(mean_z(downs_off, 0.0)) > false_alarm);
    CHECK(two_sided(mean_z(net, 0.0)) > false_alarm);  // as many up as down in the steady state
    CHECK(two_sided(mean_z(ups_strong, 0.0)) < false_alarm);
    CHECK(two_sided(mean_z(downs_strong, 0.0)) < false_alarm);
}

TEST_CASE("time spent at the levels of a steady run is p_n, as int n dt and the tags measure it") {
    // <n> and <A_n> from p_n ~ w^n, N = 6 (at w = 1.4, for <A_n> has its maximum near w = 0.7 and tells
    // nothing there); the errors from the spread over runs.
    constexpr std::int64_t atoms = 6;
    constexpr double w = 1.4, duration = 4.0;
    const DickeLadder ladder(atoms);
    const auto means = [&](double pump) {
        double sum = 0.0, n_mean = 0.0, a_mean = 0.0;
        for (std::int64_t n = 0; n <= atoms; ++n) {
            const double p = std::pow(pump, static_cast<double>(n));
            sum += p;
            n_mean += p * static_cast<double>(n);
            a_mean += p * static_cast<double>(ladder.pumping(n));
        }
        return std::pair{n_mean / sum * duration, a_mean / sum * duration};
    };
    std::vector<double> n_dt, pumping_dt;  // the one from the column, the other from the tags
    const LadderSampler sampler(ladder, PumpSchedule::constant(w), {.duration = duration, .ticks = 3},
                                StartState::steady(w));
    each_lane(
        sampler, 200'000, 71, Quantities::level_integral | Quantities::time_tags,
        [&](const Window& window, int lane) {
            double n = 0.0;
            for (int tick = 0; tick < window.ticks; ++tick)
                n += window.n_dt[window.at(tick, lane)];
            n_dt.push_back(n);
            const auto i = static_cast<std::size_t>(lane);
            pumping_dt.push_back(pumping_integral(ladder, window.start[i], window.tags[i], 0.0, duration));
        });
    CHECK(two_sided(mean_z(n_dt, means(w).first)) > false_alarm);
    CHECK(two_sided(mean_z(pumping_dt, means(w).second)) > false_alarm);
    CHECK(two_sided(mean_z(n_dt, means(w * 1.02).first)) < false_alarm);
    CHECK(two_sided(mean_z(pumping_dt, means(w * 1.02).second)) < false_alarm);
}
