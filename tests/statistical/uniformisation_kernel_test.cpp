#include "dickejump/trajectory/uniformisation_kernel.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "dickejump/trajectory/direct_kernel.hpp"
#include "dickejump/trajectory/ladder_sampler.hpp"
#include "support/affordable.hpp"
#include "support/statistics.hpp"

// The time tags of the uniformisation kernel. By the theorem of random time change, the integrals of the
// total rate over the waiting times of a trajectory are independent standard exponentials, and given the
// times each jump goes up with probability w A_n/(w A_n + B_n): together that is the whole law of a
// trajectory. The first jumps after a fixed time are taken (all that happen before another would favour short
// waits). Seeds are fixed; a p-value falls below `false_alarm` with probability 1e-6 for a new seed, and
// there are some fifty.

using namespace dickejump;
using namespace dickejump::test;

namespace {

constexpr double false_alarm = 1e-6;

struct Times {
    std::vector<double> uniform;     ///< exp(-integrated rate) of every wait
    std::vector<double> pairs;       ///< products of centred neighbours: mean 0 if independent
    std::vector<double> directions;  ///< one number a stretch: jumps up less their probabilities
    // The same, and waits less 1, weighted by the place within the tick:
    std::vector<double> placed_directions, placed_waits;
    std::int64_t short_stretches = 0;  ///< that ended before they had all the jumps

    double wait_p_value() const { return uniformity_p_value(uniform); }
    double mean_p_value() const {
        std::vector<double> waits;
        for (const double u : uniform)
            waits.push_back(-std::log(u));
        return two_sided(mean_z(waits, 1.0));
    }
};

struct Run {
    DickeLadder ladder;
    PumpSchedule pump;
    TickGrid grid;
    std::int64_t start;

    template <class Kernel, class... More>
    Kernel kernel(More... more) const {
        return Kernel(ladder, pump, grid, StartState::dicke(start), more...);
    }
};

/// int w dt between two times, and w, of the pump that the judge takes for true.
struct Judge {
    PumpSchedule pump;
    bool flat_within_ticks = false;  ///< a judge who thinks so must notice
    TickGrid grid{};

    double at(double time) const {
        if (!flat_within_ticks) return pump.at(time);
        const auto tick = std::min(grid.ticks - 1, static_cast<std::int64_t>(time / grid.tick()));
        return 0.5 * (pump.at(grid.time(tick)) + pump.at(grid.time(tick + 1)));
    }
    double integral(double from, double to) const {
        double sum = 0.0;
        std::vector<double> cuts{from};
        for (const auto& piece : pump.pieces())
            if (piece.begin > from && piece.begin < to) cuts.push_back(piece.begin);
        if (flat_within_ticks)
            for (std::int64_t tick = 1; tick < grid.ticks; ++tick)
                if (grid.time(tick) > from && grid.time(tick) < to) cuts.push_back(grid.time(tick));
        cuts.push_back(to);
        std::sort(cuts.begin(), cuts.end());
        for (std::size_t i = 0; i + 1 < cuts.size(); ++i)
            sum += (cuts[i + 1] - cuts[i]) * at(0.5 * (cuts[i] + cuts[i + 1]));
        return sum;
    }
};

/// `jumps` jumps after each of the times `begins`.
template <class Kernel>
Times look(const Kernel& kernel, const Run& run, const Judge& judge, std::int64_t trajectories,
           std::uint64_t seed, const std::vector<double>& begins, int jumps) {
    Times times;
    for (std::int64_t first = 0; first < affordable(trajectories); first += 128) {
        std::vector<std::vector<Jump>> tags(128);
        std::vector<std::int32_t> start;
        kernel({.seed = seed, .first_trajectory = first, .count = 128, .purpose = Purpose::test},
               Quantities::time_tags, [&](const Window& window) {
                   start = window.start;
                   for (std::size_t lane = 0; lane < 128; ++lane)
                       tags[lane].insert(tags[lane].end(), window.tags[lane].begin(),
                                         window.tags[lane].end());
               });
        for (std::size_t lane = 0; lane < 128; ++lane)
            for (const double begin : begins) {
                std::int64_t n = start[lane];
                double before = begin, last = 0.0, directions = 0.0, placed_directions = 0.0,
                       placed_waits = 0.0;
                int seen = 0;
                for (const auto& tag : tags[lane]) {
                    if (tag.time > begin) {
                        const auto pumping = static_cast<double>(run.ladder.pumping(n)),
                                   emission = static_cast<double>(run.ladder.emission(n));
                        const double wait =
                            pumping * judge.integral(before, tag.time) + emission * (tag.time - before);
                        const double up = pumping * judge.at(tag.time);
                        times.uniform.push_back(std::exp(-wait));
                        if (seen > 0) times.pairs.push_back((wait - 1.0) * (last - 1.0));
                        const auto place = [&](double time) {
                            return time / run.grid.tick() - std::floor(time / run.grid.tick()) - 0.5;
                        };
                        const double off = (tag.dn() > 0 ? 1.0 : 0.0) - up / (up + emission);
                        directions += off;
                        // Weights may know what came before: a wait's begin, the time of a direction.
                        placed_directions += off * place(tag.time);
                        placed_waits += (wait - 1.0) * place(before);
                        last = wait, before = tag.time;
                        if (++seen == jumps) break;
                    }
                    n += tag.dn();
                }
                times.short_stretches += seen < jumps ? 1 : 0;
                times.directions.push_back(directions);
                times.placed_directions.push_back(placed_directions);
                times.placed_waits.push_back(placed_waits);
            }
    }
    return times;
}

void check_right(const Times& times) {
    CHECK(times.short_stretches == 0);
    CHECK(times.wait_p_value() > false_alarm);
    CHECK(times.mean_p_value() > false_alarm);
    CHECK(two_sided(mean_z(times.pairs, 0.0)) > false_alarm);
    CHECK(two_sided(mean_z(times.directions, 0.0)) > false_alarm);
    CHECK(two_sided(mean_z(times.placed_directions, 0.0)) > false_alarm);
    CHECK(two_sided(mean_z(times.placed_waits, 0.0)) > false_alarm);
}

Run upwards(std::int64_t atoms, double rate, double half_width, std::int64_t ticks) {
    const DickeLadder ladder(atoms);
    const double duration = 2.0 * half_width / rate;
    return {ladder,
            PumpSchedule::linear(ladder.pump(-half_width), ladder.pump(half_width), duration),
            {.duration = duration, .ticks = ticks},
            0};
}

PumpSchedule stronger(const Run& run, double factor) {
    return PumpSchedule::linear(factor * run.pump.at(0.0), factor * run.pump.at(run.grid.duration),
                                run.grid.duration);
}

}  // namespace

TEST_CASE("time tags of the uniformisation kernel have the waiting times and directions of the chain") {
    const auto run = upwards(60, 16.0, 20.0, 100);
    const std::vector<double> begins{0.0, 0.31, 0.613, 1.2, 1.513, 1.83};
    const auto kernel = run.kernel<UniformisationKernel>();
    const Judge judge{run.pump};
    check_right(look(kernel, run, judge, 4'096, 1, begins, 20));
    // The judge is right about the sampler that goes jump by jump ..
    check_right(look(run.kernel<LadderSampler>(), run, judge, 4'096, 2, begins, 20));
    // .. and sees a pump 2 % too strong.
    const auto wrong = look(kernel, run, {stronger(run, 1.02)}, 16'384, 3, begins, 20);
    CHECK(wrong.mean_p_value() < false_alarm);
    CHECK(wrong.wait_p_value() < false_alarm);
    CHECK(two_sided(mean_z(wrong.directions, 0.0)) < false_alarm);

    const auto many = upwards(257, 16.0, 20.0, 100);
    check_right(
        look(many.kernel<UniformisationKernel>(), many, {many.pump}, 512, 4, {0.0, 0.5, 1.1, 1.6}, 300));
}

TEST_CASE("time tags of the uniformisation kernel feel the ramp within a tick") {
    // w goes from 0.1 to 1.9 in four ticks.
    const auto run = upwards(40, 16.0, 18.0, 4);
    const std::vector<double> begins{0.02, 0.4, 0.57, 1.0, 1.3, 1.71};
    const Judge judge{run.pump};
    const auto kernel = run.kernel<UniformisationKernel>();
    check_right(look(kernel, run, judge, 16'384, 10, begins, 10));
    check_right(look(run.kernel<UniformisationKernel>(3'000), run, judge, 4'096, 11, begins, 10));
    check_right(look(run.kernel<UniformisationKernel>(65'535), run, judge, 2'048, 12, begins, 10));
    check_right(look(run.kernel<LadderSampler>(), run, judge, 4'096, 13, begins, 10));
    const auto flat = look(kernel, run, {run.pump, true, run.grid}, 16'384, 14, begins, 10);
    CHECK(two_sided(mean_z(flat.placed_directions, 0.0)) < false_alarm);
    CHECK(two_sided(mean_z(flat.placed_waits, 0.0)) < false_alarm);

    // Up and down, corners within ticks, eight ticks in all.
    const std::vector<double> knots{0.0, 0.33, 0.71, 1.9}, pumps{0.2, 2.5, 0.1, 1.4};
    const Run corners{
        DickeLadder(30), PumpSchedule::piecewise_linear(knots, pumps), {.duration = 2.0, .ticks = 8}, 15};
    check_right(look(corners.kernel<UniformisationKernel>(), corners, {corners.pump}, 8'192, 15,
                     {0.05, 0.29, 0.5, 0.69, 1.0, 1.6}, 10));
}

TEST_CASE("time tags of the direct kernel have the law of the chain, within ticks too") {
    const auto run = upwards(60, 16.0, 20.0, 100);
    const std::vector<double> begins{0.0, 0.31, 0.613, 1.2, 1.513, 1.83};
    const auto kernel = run.kernel<DirectKernel>();
    check_right(look(kernel, run, {run.pump}, 4'096, 30, begins, 20));
    const auto wrong = look(kernel, run, {stronger(run, 1.02)}, 16'384, 31, begins, 20);
    CHECK(wrong.mean_p_value() < false_alarm);
    CHECK(wrong.wait_p_value() < false_alarm);
    CHECK(two_sided(mean_z(wrong.directions, 0.0)) < false_alarm);

    const auto steep = upwards(40, 16.0, 18.0, 4);
    const std::vector<double> within{0.02, 0.4, 0.57, 1.0, 1.3, 1.71};
    check_right(look(steep.kernel<DirectKernel>(), steep, {steep.pump}, 16'384, 32, within, 10));
    const auto flat =
        look(steep.kernel<DirectKernel>(), steep, {steep.pump, true, steep.grid}, 16'384, 33, within, 10);
    CHECK(two_sided(mean_z(flat.placed_directions, 0.0)) < false_alarm);
    CHECK(two_sided(mean_z(flat.placed_waits, 0.0)) < false_alarm);
    // Downwards, where a tick's highest pump is its first.
    const Run down{
        steep.ladder,
        PumpSchedule::linear(steep.pump.at(steep.grid.duration), steep.pump.at(0.0), steep.grid.duration),
        steep.grid, 40};
    check_right(look(down.kernel<DirectKernel>(), down, {down.pump}, 16'384, 34, {0.02, 0.4, 0.57, 1.0}, 5));

    const std::vector<double> knots{0.0, 0.33, 0.71, 1.9}, pumps{0.2, 2.5, 0.1, 1.4};
    const Run corners{
        DickeLadder(30), PumpSchedule::piecewise_linear(knots, pumps), {.duration = 2.0, .ticks = 8}, 15};
    check_right(look(corners.kernel<DirectKernel>(), corners, {corners.pump}, 8'192, 35,
                     {0.05, 0.29, 0.5, 0.69, 1.0, 1.6}, 10));
}

TEST_CASE("int n dt of the uniformisation kernel has the moments of that of its tags") {
    // Given the sequence of states, int n dt of a tick and its column are independent, with the same mean and
    // variance: the squares of both are compared, each about the level that the tick begins with. Half of the
    // noise too little, as the mean of the two has, must be seen.
    const auto run = upwards(60, 16.0, 20.0, 100);
    const auto kernel = run.kernel<UniformisationKernel>();
    std::vector<double> means, squares, calmer;
    for (std::int64_t first = 0; first < 16'384; first += 128) {
        std::vector<double> n;
        kernel({.seed = 20, .first_trajectory = first, .count = 128, .purpose = Purpose::test},
               Quantities::time_tags | Quantities::level_integral, [&](const Window& window) {
                   if (n.empty()) n.assign(window.start.begin(), window.start.end());
                   for (std::size_t lane = 0; lane < 128; ++lane) {
                       auto tag = window.tags[lane].begin();
                       double mean = 0.0, square = 0.0, calm = 0.0;
                       for (int t = 0; t < window.ticks; ++t) {
                           const double begin = window.grid.time(window.first_tick + t),
                                        end = window.grid.time(window.first_tick + t + 1), level = n[lane];
                           double before = begin, n_dt = 0.0;
                           const auto stay = [&](double until) {
                               n_dt += (n[lane] - level) * (until - before);
                               before = until;
                           };
                           for (; tag != window.tags[lane].end() && tag->time <= end; ++tag) {
                               stay(tag->time);
                               n[lane] += tag->dn();
                           }
                           stay(end);
                           const auto cell = window.at(t, static_cast<int>(lane));
                           const double column = window.n_dt[cell] - level * (end - begin);
                           mean += column - n_dt;
                           square += column * column - n_dt * n_dt;
                           calm += 0.25 * (column + n_dt) * (column + n_dt) - n_dt * n_dt;
                       }
                       means.push_back(mean), squares.push_back(square), calmer.push_back(calm);
                   }
               });
    }
    CHECK(two_sided(mean_z(means, 0.0)) > false_alarm);
    CHECK(two_sided(mean_z(squares, 0.0)) > false_alarm);
    CHECK(two_sided(mean_z(calmer, 0.0)) < false_alarm);
}
