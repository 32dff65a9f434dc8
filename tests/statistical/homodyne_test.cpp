#include <doctest/doctest.h>

#include <cmath>

#include "dickejump/study/homodyne/homodyne.hpp"
#include "support/affordable.hpp"
#include "support/statistics.hpp"

// Photocurrents of the verb `homodyne`. Seeds are fixed; a p-value falls below `false_alarm` with probability
// 1e-6 for a new seed, and there are twelve.

using namespace dickejump;
using namespace dickejump::test;

namespace {

constexpr double false_alarm = 1e-6, found_out = 1e-6;

/// A field that the pump puts out within 1/(w N/2).
HomodyneConfig pumped(std::int64_t trajectories) {
    HomodyneConfig config;
    config.atoms = 20;
    config.initial = parse_initial_state("coherent:pi/2,0");
    config.pump = 5.0;
    config.times = {0.06};
    config.longest_step = 2e-4;
    config.trajectories = affordable(trajectories);
    config.seed = 4;
    return config;
}

double p_of_mean(const HomodyneConfig& config, std::size_t quadrature = 0) {
    const auto seen = simulate(config).quadratures[quadrature];
    const auto mean = *seen.current[0].mean();
    return two_sided((mean.value - seen.exact[0]) / mean.error);
}

}  // namespace

TEST_CASE("mean photocurrents are the master equation's, and tell a pump that is 2 % off") {
    auto config = pumped(60'000);
    CHECK(p_of_mean(config) > false_alarm);
    config.simulated_pump_factor = 1.02;
    CHECK(p_of_mean(config) < found_out);

    auto both = pumped(10'000);
    both.detection = CavityDetection::Kind::heterodyne;
    both.efficiency = 0.6;
    both.phase = 0.7;
    CHECK(p_of_mean(both, 0) > false_alarm);
    CHECK(p_of_mean(both, 1) > false_alarm);
}

TEST_CASE("correlations of the photocurrent of one atom are those of its decaying dipole") {
    // C(tau) = 2 eta p_e exp(-Gamma tau), Gamma = (gamma + w)/2, p_e = w/(gamma + w), averaged over
    // intervals, and the shot noise 1/(their length) at delay 0; a quadrature of two has half of eta.
    HomodyneConfig config;
    config.atoms = 1;
    config.initial = parse_initial_state("steady");
    config.pump = 0.8;
    config.longest_step = 0.02;
    constexpr double length = 0.4;
    for (int k = 1; k <= 20; ++k)
        config.times.push_back(length * k);
    config.trajectories = affordable(8'000);
    config.seed = 6;
    const double gamma = 0.9, p = 0.8 / 1.8, x = gamma * length;
    const auto judge = [&](double eta, const QuadratureCurrent& seen) {
        for (const int k : {0, 1, 3}) {
            const double bins = k == 0 ? 2.0 * (x - 1.0 + std::exp(-x)) / (x * x)
                                       : std::exp(-k * x) * std::pow(2.0 * std::sinh(0.5 * x) / x, 2);
            const double expected = (k == 0 ? 1.0 / length : 0.0) + 2.0 * eta * p * bins;
            const auto mean = *seen.correlation[static_cast<std::size_t>(k)].mean();
            CAPTURE(k);
            CHECK(two_sided((mean.value - expected) / mean.error) > false_alarm);
            // Not the noise alone.
            if (eta == 1.0) CHECK(mean.value - (k == 0 ? 1.0 / length : 0.0) > 10.0 * mean.error);
        }
    };
    judge(1.0, simulate(config).quadratures[0]);
    config.efficiency = 0.5;
    config.detection = CavityDetection::Kind::heterodyne;
    const auto both = simulate(config);
    judge(0.25, both.quadratures[0]);
    judge(0.25, both.quadratures[1]);
}
