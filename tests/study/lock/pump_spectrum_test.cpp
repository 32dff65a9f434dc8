#include "study/lock/pump_spectrum.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

#include "dickejump/random/stream.hpp"

using namespace dickejump;
using doctest::Approx;

TEST_CASE("a pump that swings has its power where it swings, and its mean is nowhere") {
    const TickGrid grid{.duration = 16.0, .ticks = 3200};
    const PumpSpectrum spectrum(grid);
    CHECK(spectrum.ticks() == 1024);
    const auto& frequencies = spectrum.frequencies();
    REQUIRE(frequencies.size() > 10);
    CHECK(frequencies.front() == Approx(2.0 / (1024 * 0.005)));
    CHECK(frequencies.back() < 0.5 / 0.005);
    const double amplitude = 0.3, frequency = 20.0;
    std::vector<double> pumps(spectrum.ticks());
    for (std::size_t i = 0; i < pumps.size(); ++i)
        pumps[i] =
            1.7 + amplitude * std::sin(2.0 * std::numbers::pi * frequency * 0.005 * static_cast<double>(i));
    const auto power = spectrum(pumps);
    std::size_t highest = 0;
    double sum = 0.0;
    for (std::size_t band = 0; band < power.size(); ++band) {
        if (power[band] > power[highest]) highest = band;
        // A band reaches half way to its neighbours.
        const double below = band > 0 ? frequencies[band - 1] : frequencies[band],
                     above = band + 1 < power.size() ? frequencies[band + 1] : frequencies[band];
        sum += power[band] * 0.5 * (above - below);
    }
    CHECK(frequencies[highest] == Approx(frequency).epsilon(0.1));
    CHECK(sum == Approx(0.5 * amplitude * amplitude).epsilon(0.1));  // the variance
    for (const double density : spectrum(std::vector<double>(spectrum.ticks(), 3.0)))
        CHECK(density < 1e-25);
}

TEST_CASE("independent ticks have the same power at every frequency") {
    // Variance 1/12 a tick, one-sided: 2 tick/12. The mean over some 2000 lines and 50 runs: five standard
    // deviations are 1.6 % of it.
    const TickGrid grid{.duration = 10.0, .ticks = 10000};
    const PumpSpectrum spectrum(grid);
    Stream random(1, 1, Purpose::loop);
    std::vector<double> pumps(spectrum.ticks());
    double last = 0.0;
    for (int run = 0; run < 50; ++run) {
        for (double& w : pumps)
            w = open_unit(random());
        last += spectrum(pumps).back() / 50.0;
    }
    CHECK(last == Approx(2.0 * 0.001 / 12.0).epsilon(0.03));
}

TEST_CASE("a short loop has no spectrum") {
    CHECK(PumpSpectrum({.duration = 1.0, .ticks = 63}).frequencies().empty());
    CHECK(PumpSpectrum({.duration = 1.0, .ticks = 64}).frequencies().size() > 3);
    CHECK(PumpSpectrum({.duration = 1.0, .ticks = 63}).ticks() == 0);
}
