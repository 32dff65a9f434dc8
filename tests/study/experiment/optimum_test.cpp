#include "dickejump/study/experiment/optimum.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace dickejump;

namespace {

ExperimentConfig six_atoms() {
    return {.atoms = 6,
            .half_width = 2.0,
            .duration = 12.0,
            .emission = 0.05,
            .optimize = {Sought::rate},
            .trajectories = 1000,
            .seed = 3};
}

/// delta w of the area of K legs that fill the time.
double delta_of(std::int64_t legs, double half_width) {
    auto config = six_atoms();
    config.optimize.clear();
    config.half_width = half_width;
    config.rate = 2.0 * half_width * static_cast<double>(legs) / config.duration;
    for (const auto& one : simulate(prepare(config)).combined)
        if (one.estimator == Estimator::area) return one.delta_w->value;
    return 0.0;
}

}  // namespace

TEST_CASE("the best rate is that of the best number of legs") {
    const auto found = optimise(six_atoms());
    CHECK(found.half_width.value == 2.0);
    CHECK(found.rate.value == doctest::Approx(4.0 * static_cast<double>(found.legs) / 12.0));
    CHECK(found.delta_w.value == doctest::Approx(delta_of(found.legs, 2.0)));
    // What the search did not look at is not better by more than chance: 1000 runs know it to 2.2 %.
    double worst = 0.0;
    for (const std::int64_t legs : {1, 2, 3, 5, 8, 12, 20, 40}) {
        const double delta = delta_of(legs, 2.0);
        CHECK(found.delta_w.value < 1.05 * delta);
        worst = std::max(worst, delta);
    }
    MESSAGE("best " << found.delta_w.value << " with " << found.legs << " legs, worst " << worst);
    CHECK(worst > 1.05 * found.delta_w.value);  // there is something to find
}

TEST_CASE("half-width alone, and both") {
    auto config = six_atoms();
    config.optimize = {Sought::half_width};
    config.trajectories = 300;
    config.rate = 1.0;
    const auto width = optimise(config);
    CHECK(width.rate.value == doctest::Approx(1.0));
    CHECK(width.half_width.value == doctest::Approx(6.0 / static_cast<double>(width.legs)));
    config.optimize = {Sought::rate, Sought::half_width};
    const auto both = optimise(config);
    CHECK(both.delta_w.value < 1.15 * width.delta_w.value);
    CHECK(both.rate.error > 0.0);
    CHECK(both.half_width.error > 0.0);
    config.optimize.clear();
    CHECK_THROWS_WITH_AS(optimise(config), doctest::Contains("optimize"), InvalidInput);
}
