#include "dickejump/trajectory/spin_sampler.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "dickejump/estimate/moments.hpp"
#include "dickejump/exact/local_equation.hpp"
#include "dickejump/exact/steady_state.hpp"
#include "support/affordable.hpp"
#include "support/statistics.hpp"

// The sampler of |j, m> against the rate equation. The seed is fixed; each p-value falls below 1e-6 with
// that probability for a new one. Beside them their power: the same runs against rates that are 2 % off.

using namespace dickejump;
using namespace dickejump::test;

namespace {

constexpr LocalRates rates{.emission = 0.3, .pumping = 0.1, .dephasing = 0.4};
constexpr double duration = 3.0;
const auto pump = PumpSchedule::linear(0.6, 1.4, duration);

struct Means {
    Moments jz, j2, integral, side, up;
};

Means simulated() {
    const LocalSpins spins(10, rates);
    const SpinSampler sampler(spins, pump, {.duration = duration, .ticks = 30}, StartState::steady(0.6));
    Means means;
    for (std::int64_t first = 0; first < affordable(40'000); first += 100) {
        std::vector<double> integral(100), side(100), up(100);
        sampler({.seed = 11, .first_trajectory = first, .count = 100, .purpose = Purpose::test},
                Quantities::level_integral | Quantities::spin | Quantities::time_tags | Quantities::jumps,
                [&](const Window& window) {
                    for (int lane = 0; lane < window.lanes; ++lane) {
                        const auto k = static_cast<std::size_t>(lane);
                        for (int tick = 0; tick < window.ticks; ++tick) {
                            integral[k] += window.n_dt[window.at(tick, lane)];
                            up[k] += static_cast<double>(window.jumps_up[window.at(tick, lane)]);
                        }
                        for (const auto& tag : window.tags[k])
                            side[k] += tag.process == Process::emission;
                        if (!window.last()) continue;
                        const auto end = window.at(window.ticks - 1, lane);
                        means.jz.add(window.n[end] - 5.0);
                        means.j2.add(SpinState{window.twice_j[end], 0}.j2());
                        means.integral.add(integral[k] - 5.0 * duration);
                        means.side.add(side[k]);
                        means.up.add(up[k]);
                    }
                });
    }
    return means;
}

exact::LocalSolution solved(LocalRates its, const PumpSchedule& its_pump) {
    const LocalSpins spins(10, its);
    const auto start = exact::symmetric_populations(spins, exact::steady_state(DickeLadder(10), 0.6));
    return exact::solve_local(spins, its_pump, duration, start, std::array{duration});
}

double p_value(const Moments& runs, double expected) {
    const auto mean = *runs.mean();
    return two_sided((mean.value - expected) / mean.error);
}

}  // namespace

TEST_CASE("trajectories on |j, m> have the means of the rate equation") {
    const auto means = simulated();
    const auto exact = solved(rates, pump);
    CHECK(p_value(means.jz, exact.solution.jz_mean[0]) > 1e-6);
    CHECK(p_value(means.j2, exact.j2_mean[0]) > 1e-6);
    CHECK(p_value(means.integral, exact.solution.inversion_integral) > 1e-6);
    CHECK(p_value(means.side, exact.side_photons) > 1e-6);
    CHECK(p_value(means.up, exact.solution.up_jumps) > 1e-6);
    CHECK(means.jz.variance()->value == doctest::Approx(exact.solution.jz_variance[0]).epsilon(0.05));

    const auto emit = solved({.emission = 0.306, .pumping = 0.1, .dephasing = 0.4}, pump);
    CHECK(p_value(means.side, emit.side_photons) < 1e-6);
    CHECK(p_value(means.up, solved(rates, pump.affine(1.02, 0.0)).solution.up_jumps) < 1e-6);
    const auto fade = solved({.emission = 0.3, .pumping = 0.1, .dephasing = 0.48}, pump);
    CHECK(p_value(means.j2, fade.j2_mean[0]) < 1e-6);
}
