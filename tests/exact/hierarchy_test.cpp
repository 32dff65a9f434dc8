#include "dickejump/exact/hierarchy.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "dickejump/exact/steady_state.hpp"
#include "dickejump/model/invalid_input.hpp"

using namespace dickejump;

namespace {

struct Ramp {
    DickeLadder ladder;
    double rate, half_width;

    double duration() const { return 2.0 * half_width / rate; }
    PumpSchedule pump() const {
        return PumpSchedule::linear(ladder.pump(-half_width), ladder.pump(half_width), duration());
    }
    double scaled_pump(double time) const { return rate * time - half_width; }
    std::vector<double> times(int points) const {
        std::vector<double> result;
        for (int i = 0; i < points; ++i)
            result.push_back(duration() * i / (points - 1));
        return result;
    }
};

Eigen::VectorXd populations(const DickeLadder& ladder, const StartState& start) {
    if (start.kind == StartState::Kind::steady) return exact::steady_state(ladder, start.pump);
    return Eigen::VectorXd::Unit(ladder.atoms() + 1, start.n);
}

/// Everything that both can say, of one run.
void check_against_populations(const DickeLadder& ladder, const PumpSchedule& pump, double duration,
                               const StartState& start, const std::vector<double>& times) {
    const auto moments = exact::solve_hierarchy(ladder, pump, duration, start, times);
    const auto full = exact::solve(ladder, pump, duration, populations(ladder, start), times);
    const auto atoms = static_cast<double>(ladder.atoms());
    CAPTURE(ladder.atoms());
    CHECK(moments.truncation_error < 1e-10);
    double mean = 0.0, variance = 0.0;
    for (std::size_t i = 0; i < times.size(); ++i) {
        mean = std::max(mean, std::abs(moments.solution.jz_mean[i] - full.jz_mean[i]));
        variance = std::max(variance, std::abs(moments.solution.jz_variance[i] - full.jz_variance[i]));
    }
    CHECK(mean < 1e-8 * 0.5 * atoms);
    CHECK(variance < 1e-8 * 0.25 * atoms * atoms);
    REQUIRE(moments.solution.crossing.has_value() == full.crossing.has_value());
    if (full.crossing) {
        CHECK(*moments.solution.crossing == doctest::Approx(*full.crossing).epsilon(1e-7));
        CHECK(moments.solution.rise == doctest::Approx(full.rise).epsilon(1e-5));
    }
    CHECK(moments.solution.max_variance.value == doctest::Approx(full.max_variance.value).epsilon(1e-5));
    CHECK(std::abs(moments.solution.inversion_integral - full.inversion_integral) <
          1e-8 * 0.5 * atoms * duration);
    CHECK(moments.solution.inversion_integral_slope ==
          doctest::Approx(full.inversion_integral_slope).epsilon(1e-6));
    CHECK(moments.solution.up_jumps == doctest::Approx(full.up_jumps).epsilon(1e-7));
    REQUIRE(moments.solution.record_information.has_value() == full.record_information.has_value());
    if (full.record_information)
        CHECK(*moments.solution.record_information ==
              doctest::Approx(*full.record_information).epsilon(1e-6));
    CHECK(std::isnan(moments.solution.snapshot_information.value));
}

}  // namespace

TEST_CASE("the moments are those of the populations, from the steady state, from the ends and from within") {
    for (const std::int64_t atoms : {1, 2, 3, 20, 101}) {
        const DickeLadder ladder(atoms);
        const double half = 0.45 * static_cast<double>(atoms);
        for (const double rate : {1.0, 16.0}) {
            const Ramp ramp{ladder, rate, std::min(half, 20.0)};
            const double first = ladder.pump(-ramp.half_width);
            for (const auto& start :
                 {StartState::steady(first), StartState::dicke(0), StartState::dicke(atoms / 2)})
                check_against_populations(ladder, ramp.pump(), ramp.duration(), start, ramp.times(41));
        }
    }
}

TEST_CASE("the moments follow a pump with corners, and one that starts at zero") {
    const DickeLadder ladder(40);
    const std::vector<double> times{0.0, 0.3, 0.7, 1.0, 2.0}, pumps{0.8, 1.6, 0.4, 0.4, 1.3};
    check_against_populations(ladder, PumpSchedule::piecewise_linear(times, pumps), 2.5,
                              StartState::steady(0.8), {0.0, 0.3, 0.31, 1.0, 2.5});
    const Ramp from_zero{ladder, 16.0, 20.0};
    check_against_populations(ladder, from_zero.pump(), from_zero.duration(), StartState::steady(0.0),
                              from_zero.times(41));
    check_against_populations(ladder, PumpSchedule::linear(1.5, 0.5, 3.0), 3.0, StartState::steady(1.5),
                              {1.0, 3.0});
}

TEST_CASE("the mean loop crosses zero at the published scaled pumps for any N") {
    for (const auto& [atoms, expected] :
         {std::pair{1'000, 4.520493}, {10'000, 4.520700}, {1'000'000, 4.520722}, {100'000'000, 4.520722}}) {
        const Ramp ramp{DickeLadder(atoms), 16.0, 24.0};
        const auto moments = exact::solve_hierarchy(ramp.ladder, ramp.pump(), ramp.duration(),
                                                    StartState::steady(ramp.ladder.pump(-24.0)));
        CAPTURE(atoms);
        CHECK(std::abs(ramp.scaled_pump(*moments.solution.crossing) - expected) < 1e-6);
        CHECK(moments.moments < 150);
    }
}

TEST_CASE("moments of a steady state are those of p_n ~ w^n, for any N and w") {
    for (const std::int64_t atoms : {1, 5, 60, 1'000})
        for (const double pump : {0.0, 0.3, 0.98, 1.0, 1.0 + 1e-9, 1.7}) {
            const DickeLadder ladder(atoms);
            const auto p = exact::steady_state(ladder, pump);
            const int count = static_cast<int>(std::min<std::int64_t>(atoms + 1, 12));
            const auto moments = exact::start_moments(ladder, StartState::steady(pump), count);
            std::vector<double> sums(static_cast<std::size_t>(count), 0.0);
            for (std::int64_t n = 0; n <= atoms; ++n) {
                const auto level = exact::start_moments(ladder, StartState::dicke(n), count);
                for (std::size_t l = 0; l < sums.size(); ++l)
                    sums[l] += p(n) * level[l];
            }
            for (std::size_t l = 0; l < sums.size(); ++l)
                CHECK(std::abs(moments[l] - sums[l]) < 1e-13);
        }
    // Where no sum can go: coth s - 1/s of the sphere at s = 24.
    const DickeLadder large(2'000'000'000);
    const auto moments = exact::start_moments(large, StartState::steady(large.pump(24.0)), 3);
    CHECK(moments[1] == doctest::Approx(1.0 / std::tanh(24.0) - 1.0 / 24.0).epsilon(1e-6));
}

TEST_CASE("derivatives by theta are differences of shifted runs") {
    const DickeLadder ladder(1'000);
    const Ramp ramp{ladder, 16.0, 20.0};
    const auto start = StartState::steady(ladder.pump(-20.0));
    const auto times = ramp.times(21);
    const double h = 1e-5;
    const auto run = [&](double theta) {
        return exact::solve_hierarchy(
            ladder,
            PumpSchedule::linear(ladder.pump(-20.0) + theta, ladder.pump(20.0) + theta, ramp.duration()),
            ramp.duration(), start, times);
    };
    const auto middle = run(0.0), above = run(h), below = run(-h);
    for (std::size_t i = 1; i < times.size(); ++i) {
        CHECK(middle.jz_mean_slope[i] ==
              doctest::Approx((above.solution.jz_mean[i] - below.solution.jz_mean[i]) / (2.0 * h))
                  .epsilon(1e-3));
        const double scale = std::abs(middle.jz_variance_slope[i]) + 1e4;
        CHECK(std::abs(middle.jz_variance_slope[i] -
                       (above.solution.jz_variance[i] - below.solution.jz_variance[i]) / (2.0 * h)) <
              2e-3 * scale);
    }
    CHECK(*middle.crossing_slope ==
          doctest::Approx((*above.solution.crossing - *below.solution.crossing) / (2.0 * h)).epsilon(1e-3));
}

TEST_CASE("the hierarchy refuses what it cannot run") {
    const DickeLadder ladder(10);
    const auto pump = PumpSchedule::constant(1.0);
    CHECK_THROWS_AS(exact::solve_hierarchy(ladder, pump, 0.0, StartState::dicke(0)), InvalidInput);
    CHECK_THROWS_AS(exact::solve_hierarchy(ladder, pump, 1.0, StartState::dicke(11)), InvalidInput);
    CHECK_THROWS_AS(exact::solve_hierarchy(ladder, pump, 1.0, StartState::steady(-1.0)), InvalidInput);
    CHECK_THROWS_AS(exact::solve_hierarchy(ladder, pump, 1.0, StartState::dicke(0), std::vector{2.0}),
                    InvalidInput);
}

TEST_CASE("moments of no start, or none of them, are refused") {
    const DickeLadder ladder(10);
    for (const int count : {0, -1})
        CHECK_THROWS_AS(exact::start_moments(ladder, StartState::dicke(0), count), InvalidInput);
    CHECK_THROWS_AS(exact::start_moments(ladder, StartState::dicke(11), 3), InvalidInput);
    const double not_a_number = std::nan("");
    CHECK_THROWS_AS(exact::start_moments(ladder, StartState::steady(not_a_number), 3), InvalidInput);
    const auto pump = PumpSchedule::constant(1.0);
    CHECK_THROWS_AS(exact::solve_hierarchy(ladder, pump, not_a_number, StartState::dicke(0)), InvalidInput);
    CHECK_THROWS_AS(exact::solve_hierarchy(ladder, pump, 1.0, StartState::steady(not_a_number)),
                    InvalidInput);
    CHECK_THROWS_AS(
        exact::solve_hierarchy(ladder, pump, 1.0, StartState::dicke(0), std::vector{not_a_number}),
        InvalidInput);
}
