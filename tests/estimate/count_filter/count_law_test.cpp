#include "estimate/count_filter/count_law.hpp"

#include <doctest/doctest.h>

#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <vector>

using namespace dickejump;
using namespace dickejump::count_filter;
using doctest::Approx;

namespace {

/// A tick of a parked run of a thousand atoms at w = gamma.
constexpr Tick tick{.length = 0.01, .spread = 0.02, .pump = 1.0, .first = 0.0, .second = 0.0, .scale = 0.02};
constexpr double atoms = 1000.0, levels = 1001.0;

TickCount counted(double arrivals, double efficiency, double background = 0.0, bool few = false) {
    TickCount count;
    count.open = true;
    count.arrivals = arrivals;
    count.efficiency = efficiency;
    count.background = background;
    count.few = few;
    if (few) count.log_factorial = boost::math::lgamma(arrivals + 1.0);
    return count;
}

/// At x0 (the first of the row) and x1: ln P at a shift theta of the pump.
double log_probability(const std::array<TickCount, 3>& counts, double x0, double x1, double theta = 0.0,
                       double blur = 0.0) {
    const CountLaw law(tick, atoms, 0.5, counts, 1.0, blur);
    const LogLaw value = law(Row{} + x0, x1);
    return value.constant[0] + theta * (value.slope[0] + theta * value.bend[0]) -
           0.5 * std::log(value.determinant[0]);
}

struct Law {
    double total = 0.0, mean = 0.0, variance = 0.0;
};

/// Of one channel's count, summed over all that can be.
Law law_of(int channel, double efficiency, double background, bool few, double x0, double x1, int most,
           double theta = 0.0) {
    Law law;
    double square = 0.0;
    for (int a = 0; a <= most; ++a) {
        std::array<TickCount, 3> counts{};
        counts[static_cast<std::size_t>(channel)] = counted(a, efficiency, background, few);
        const double p = std::exp(log_probability(counts, x0, x1, theta));
        law.total += p, law.mean += p * a, square += p * a * a;
    }
    law.mean /= law.total;
    law.variance = square / law.total - law.mean * law.mean;
    return law;
}

}  // namespace

TEST_CASE("the probabilities of one channel's counts sum to one, about the mean of the path") {
    // int A dt and int B dt along the mean path: N'^2/4 int (1 - x^2) dt, about.
    const double x0 = 0.30, x1 = 0.32, middle = 0.31;
    const double jumps = 0.25 * levels * levels * (1.0 - middle * middle) * tick.length;
    const double net = 0.5 * levels * (x1 - x0);
    for (const double e : {0.1, 0.4}) {
        const auto down = law_of(0, e, 5.0, false, x0, x1, 3000), up = law_of(1, e, 0.0, false, x0, x1, 3000);
        CHECK(down.total == Approx(1.0).epsilon(1e-6));
        CHECK(up.total == Approx(1.0).epsilon(1e-6));
        CHECK(down.mean == Approx(e * (jumps - 0.5 * net) + 5.0).epsilon(0.01));
        CHECK(up.mean - (down.mean - 5.0) == Approx(e * net).epsilon(1e-3));
        CHECK(up.variance > up.mean);
    }
    const auto side = law_of(2, 1.0, 2.0, false, x0, x1, 400);
    CHECK(side.total == Approx(1.0).epsilon(1e-2));
    CHECK(side.mean == Approx(0.5 * (0.5 * levels * middle + 0.5 * atoms) * tick.length + 2.0).epsilon(0.02));
}

TEST_CASE("few clicks are Poisson, with the excess of the path") {
    const double e = 0.004;
    const auto few = law_of(0, e, 0.0, true, 0.3, 0.3, 200), normal = law_of(0, e, 0.0, false, 0.3, 0.3, 200);
    CHECK(few.total == Approx(1.0).epsilon(1e-3));
    CHECK(few.mean == Approx(normal.mean).epsilon(5e-3));
    CHECK(few.variance == Approx(normal.variance).epsilon(0.03));
    // Skewed as such: nothing below no clicks.
    const auto scarce = law_of(0, e / 10.0, 0.0, true, 0.3, 0.3, 60);
    CHECK(scarce.total == Approx(1.0).epsilon(1e-3));
    CHECK(scarce.variance == Approx(scarce.mean).epsilon(0.01));
}

TEST_CASE("theta shifts the mean of the jumps by int A, half of it either way") {
    const double h = 1e-4, e = 0.3;
    const auto mean = [&](double theta) { return law_of(1, e, 0.0, false, 0.1, 0.1, 2500, theta).mean; };
    const double pumping =
        0.25 * levels * levels * (1.0 - 0.01) * tick.length - 0.5 * levels * 0.1 * tick.length;
    CHECK((mean(h) - mean(-h)) / (2.0 * h) == Approx(0.5 * e * pumping).epsilon(0.01));
}

TEST_CASE("seen completely, the two kinds of jumps differ by what x moved, but for the blur") {
    const double x0 = 0.1, x1 = 0.11, blur = 0.0144;
    const double net = 0.5 * levels * (x1 - x0);
    double total = 0.0, mean = 0.0, square = 0.0;
    for (int ups = 2200; ups <= 2800; ups += 3)
        for (int difference = -60; difference <= 60; ++difference) {
            const double downs = ups - net + difference;
            const double p =
                std::exp(log_probability({counted(downs, 1.0), counted(ups, 1.0), {}}, x0, x1, 0.0, blur));
            total += p, mean += p * difference, square += p * difference * difference;
        }
    mean /= total;
    const double variance = square / total - mean * mean;
    CHECK(3.0 * total == Approx(1.0).epsilon(0.02));
    CHECK(std::abs(mean) < 0.5);
    CHECK(variance ==
          Approx(blur * tick.spread * 0.25 * levels * levels * (1.0 - 0.105 * 0.105)).epsilon(0.05));
}

TEST_CASE("the side tells of the same path as the jumps do") {
    // Given more jumps down than expected beyond J_z = 0, where fewer are made, x was nearer to 0 and the
    // side is darker.
    const double x0 = 0.6, x1 = 0.6;
    const auto side_mean = [&](double downs) {
        double total = 0.0, mean = 0.0;
        for (int a = 0; a <= 60; ++a) {
            const double p = std::exp(log_probability({counted(downs, 1.0), {}, counted(a, 1.0)}, x0, x1));
            total += p, mean += p * a;
        }
        return mean / total;
    };
    const double expected = 0.25 * levels * levels * (1.0 - 0.36) * tick.length;
    CHECK(side_mean(expected + 100.0) < side_mean(expected) - 1e-3);
    CHECK(side_mean(expected - 100.0) > side_mean(expected) + 1e-3);
}
