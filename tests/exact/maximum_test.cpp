#include "exact/maximum.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace dickejump::exact;
using doctest::Approx;

namespace {

template <class F>
Extremum largest(const F& f, double begin, double end, int looks) {
    Maximum maximum;
    for (int i = 0; i <= looks; ++i) {
        const double time = begin + (end - begin) * i / looks;
        maximum.add({f(time), time});
    }
    return maximum.top();
}

}  // namespace

TEST_CASE("the top of a parabola is found wherever its three points stand") {
    const auto parabola = [](double t) { return 7.0 - 2.0 * (t - 0.37) * (t - 0.37); };
    for (const double first : {0.1, 0.2, 0.3})
        for (const double middle : {0.35, 0.4}) {
            const auto top =
                parabola_top({parabola(first), first}, {parabola(middle), middle}, {parabola(0.6), 0.6});
            CHECK(top.time == Approx(0.37).epsilon(1e-10));
            CHECK(top.value == Approx(7.0).epsilon(1e-12));
        }
}

TEST_CASE("three points without a top between them leave the middle one") {
    const auto middle = parabola_top({1.0, 0.0}, {1.5, 1.0}, {3.0, 2.0});
    CHECK(middle.value == 1.5);
    CHECK(middle.time == 1.0);
}

TEST_CASE("a maximum between looks is refined to the fourth order of their distance") {
    const auto curve = [](double t) { return std::cos(3.0 * (t - 0.411)); };
    const auto coarse = largest(curve, 0.0, 1.0, 20), fine = largest(curve, 0.0, 1.0, 40);
    CHECK(std::abs(coarse.value - 1.0) < 1e-4);
    CHECK(std::abs(fine.value - 1.0) < std::abs(coarse.value - 1.0) / 4.0);
    CHECK(coarse.time == Approx(0.411).epsilon(1e-3));
}

TEST_CASE("a maximum at an end is that end, and the higher of two tops wins") {
    CHECK(largest([](double t) { return t; }, 0.0, 2.0, 7).time == 2.0);
    CHECK(largest([](double t) { return -t; }, 0.0, 2.0, 7).time == 0.0);
    const auto two = [](double t) { return std::sin(t) * (1.0 + 0.1 * t); };
    CHECK(largest(two, 0.0, 10.0, 200).time == Approx(7.91).epsilon(2e-3));
}

TEST_CASE("a jump of the curve makes no parabola") {
    // A value that falls to a fiftieth from one look to the next: the parabola would overshoot.
    Maximum maximum;
    for (const auto& point : {Extremum{0.0, 0.0}, {50.0, 1.0}, {49.9, 2.0}, {49.0, 3.0}})
        maximum.add(point);
    CHECK(maximum.top().value == 50.0);
    CHECK(maximum.top().time == 1.0);
}

TEST_CASE("looks that do not move on in time are passed over") {
    Maximum maximum;
    maximum.add({1.0, 0.5});
    maximum.add({9.0, 0.5});
    maximum.add({2.0, 0.6});
    CHECK(maximum.top().value == 2.0);
}
