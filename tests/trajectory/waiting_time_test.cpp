#include <doctest/doctest.h>

#include <cmath>

#include "dickejump/random/stream.hpp"
#include "dickejump/trajectory/ladder_walk.hpp"
#include "support/scripted_walk.hpp"

// The waiting times of `LadderWalk`: the root of its equation.

using namespace dickejump;
using namespace dickejump::test;

namespace {

/// The root of rate t + growth t^2/2 = hazard on [0, upper], where the left side rises.
long double bisected(long double rate, long double growth, long double hazard, long double upper) {
    long double low = 0.0L, high = upper;
    for (int i = 0; i < 200; ++i) {
        const long double middle = 0.5L * (low + high);
        (rate * middle + 0.5L * growth * middle * middle < hazard ? low : high) = middle;
    }
    return high;
}

}  // namespace

TEST_CASE("the waiting time is the hazard over the rate while the rate is constant") {
    CHECK(waiting_time(4.0, 0.0, 3.0) == 0.75);
    CHECK(waiting_time(1.0, 0.0, 1e-16) == 1e-16);
    CHECK(waiting_time(0.0, 0.0, 1.0) == infinity);
}

TEST_CASE("the waiting time from rate 0 under a growing pump is sqrt(2E/a)") {
    CHECK(waiting_time(0.0, 2.0, 9.0) == 3.0);
    CHECK(waiting_time(0.0, 0.5, 1.0) == 2.0);
    CHECK(waiting_time(0.0, 2.0, 1e-16) == doctest::Approx(1e-8).epsilon(1e-14));
}

TEST_CASE("the waiting time under a falling pump that runs dry first is infinite") {
    // From rate 2 falling by 1: at most 2 in all.
    CHECK(waiting_time(2.0, -1.0, 2.0) == 2.0);
    CHECK(waiting_time(2.0, -1.0, 1.5) == 1.0);
    CHECK(waiting_time(2.0, -1.0, 2.0 + 1e-15) == infinity);
    CHECK(waiting_time(2.0, -1.0, 100.0) == infinity);
    CHECK(waiting_time(0.0, -1.0, 1e-300) == infinity);
}

TEST_CASE("no hazard left means no time to wait, also where the pump has run dry") {
    // The smallest dt >= 0 that uses up nothing is 0, whatever the rate.
    CHECK(waiting_time(2.0, 1.0, 0.0) == 0.0);
    CHECK(waiting_time(2.0, -1.0, 0.0) == 0.0);
    CHECK(waiting_time(0.0, 1.0, 0.0) == 0.0);
    CHECK(waiting_time(0.0, 0.0, 0.0) == 0.0);
}

TEST_CASE("the waiting time is the bisected root for rates, growths and hazards of all sizes") {
    Stream random(1, 0, Purpose::test);
    double worst = 0.0;
    int dry = 0;
    for (int i = 0; i < 20'000; ++i) {
        const double rate = logarithmic(random, 1e-6, 1e12), hazard = logarithmic(random, 1e-16, 40.0);
        double growth = logarithmic(random, 1e-6, 1e6) * rate * rate / hazard * 1e-4;
        if (i % 2 == 1) {
            // Down to a tenth from running dry, where the root is well conditioned; and beyond it.
            growth = -0.5 * rate * rate / hazard * (i % 4 == 1 ? 0.9 * open_unit(random()) : 1.0 + 1e-9);
        }
        const double dt = waiting_time(rate, growth, hazard);
        if (i % 4 == 3) {
            dry += dt == infinity;
            continue;
        }
        const long double upper =
            growth < 0.0 ? rate / -static_cast<long double>(growth) : static_cast<long double>(hazard) / rate;
        const long double root = bisected(rate, growth, hazard, upper);
        worst = std::max(worst, static_cast<double>(std::abs(dt / root - 1.0L)));
    }
    CHECK(worst < 4e-15);
    CHECK(dry == 5000);
}
