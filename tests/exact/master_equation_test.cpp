#include "dickejump/exact/master_equation.hpp"

#include <doctest/doctest.h>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "dickejump/exact/steady_state.hpp"
#include "dickejump/model/invalid_input.hpp"
#include "dickejump/study/scan/exact_scan.hpp"
#include "exact/populations.hpp"
#include "exact/tiny_steps.hpp"

using namespace dickejump;
using doctest::Approx;

namespace {

std::vector<double> even_times(double duration, int intervals) {
    std::vector<double> times;
    for (int i = 0; i <= intervals; ++i)
        times.push_back(duration * i / intervals);
    return times;
}

/// A pump of each kind, with knots in the middle of the run.
std::vector<std::pair<std::string, PumpSchedule>> schedules() {
    const std::vector<double> times{0.0, 0.1, 0.45, 0.5, 1.2}, pumps{0.8, 1.9, 1.9, 0.0, 1.4};
    return {{"constant", PumpSchedule::constant(1.3)},
            {"linear", PumpSchedule::linear(0.2, 1.7, 1.5)},
            {"triangle", PumpSchedule::triangle(0.5, 1.6, 0.3, 2)},
            {"table", PumpSchedule::piecewise_linear(times, pumps)}};
}

}  // namespace

TEST_CASE("a constant pump relaxes as the dense eigenvectors say") {
    // The generator is D S D^-1 with S symmetric and D = w^(n/2), so p(t) = D exp(S t) D^-1 p(0).
    for (const double w : {1.0, 1.05, 0.9}) {
        CAPTURE(w);
        constexpr std::int64_t atoms = 100;
        const DickeLadder ladder(atoms);
        Eigen::MatrixXd symmetric = Eigen::MatrixXd::Zero(atoms + 1, atoms + 1);
        Eigen::VectorXd scale(atoms + 1), m(atoms + 1);
        for (std::int64_t n = 0; n <= atoms; ++n) {
            const auto up = static_cast<double>(ladder.pumping(n));
            symmetric(n, n) = -w * up - static_cast<double>(ladder.emission(n));
            if (n < atoms) symmetric(n, n + 1) = symmetric(n + 1, n) = std::sqrt(w) * up;
            scale(n) = std::pow(w, 0.5 * (static_cast<double>(n) - 50.0));
            m(n) = ladder.jz(static_cast<double>(n));
        }
        const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> modes(symmetric);
        const Eigen::VectorXd start = exact::steady_state(ladder, 0.7);
        const Eigen::VectorXd amplitudes = modes.eigenvectors().transpose() * start.cwiseQuotient(scale);
        const auto times = even_times(1.5, 7);
        const auto solution = exact::solve(ladder, PumpSchedule::constant(w), 1.5, start, times);
        for (std::size_t i = 0; i < times.size(); ++i) {
            const Eigen::VectorXd decayed =
                (amplitudes.array() * (modes.eigenvalues().array() * times[i]).exp()).matrix();
            const Eigen::VectorXd p = scale.cwiseProduct(modes.eigenvectors() * decayed);
            const auto expected = exact::inversion(ladder, p);
            CHECK(std::abs(solution.jz_mean[i] - expected.mean) < 1e-9 * 50.0);
            CHECK(solution.jz_variance[i] == Approx(expected.variance).epsilon(1e-9));
        }
    }
}

TEST_CASE("every schedule is solved as by tiny Runge-Kutta steps, with all its integrals and derivatives") {
    for (const auto& [kind, pump] : schedules())
        for (const std::int64_t atoms : {1, 2, 9}) {
            CAPTURE(kind);
            CAPTURE(atoms);
            const DickeLadder ladder(atoms);
            const double duration = 1.5, half = 0.5 * static_cast<double>(atoms);
            const Eigen::VectorXd start = exact::steady_state(ladder, 0.6);
            const auto times = even_times(duration, 10);
            const auto solution = exact::solve(ladder, pump, duration, start, times);

            const test::TinySteps reference(ladder, pump);
            for (std::size_t i = 1; i < times.size(); ++i) {
                const auto p = reference.run(start, times[i], 2e-4).p;
                CHECK(std::abs(solution.jz_mean[i] - reference.mean(p)) < 1e-9 * half);
                CHECK(solution.jz_variance[i] == Approx(reference.variance(p)).epsilon(1e-9));
            }
            double most_variance = 0.0, most_information = 0.0;
            const auto end = reference.run(start, duration, 1e-4, [&](double, const auto& state) {
                most_variance = std::max(most_variance, reference.variance(state.p));
                most_information = std::max(most_information, (state.dp.square() / state.p).sum());
            });
            CHECK(std::abs(solution.inversion_integral - end.jz_integral) < 1e-9 * half);
            CHECK(solution.inversion_integral_slope == Approx(end.jz_integral_slope).epsilon(1e-9));
            CHECK(solution.up_jumps == Approx(end.up_jumps).epsilon(1e-9));
            CHECK(solution.max_variance.value == Approx(most_variance).epsilon(1e-5));
            CHECK(solution.snapshot_information.value == Approx(most_information).epsilon(1e-4));
            if (kind == "table")
                CHECK_FALSE(solution.record_information.has_value());  // its pump touches zero
            else
                CHECK(*solution.record_information == Approx(end.record_information).epsilon(1e-9));
        }
}

TEST_CASE("a fast scan of a hundred atoms is solved to nine digits") {
    const DickeLadder ladder(100);
    const ScanLeg leg(ladder, {.rate = 100.0, .half_width = 45.0}, Direction::up);
    const auto start = exact::start_populations(leg.ladder(), leg.start());
    const std::vector<double> times{0.45, leg.duration()};
    const auto solution = exact::solve(ladder, leg.pump(), leg.duration(), start, times);
    const test::TinySteps reference(ladder, leg.pump());
    Eigen::ArrayXd middle;
    const auto end = reference.run(start, leg.duration(), 1e-5, [&](double time, const auto& state) {
        if (std::abs(time - times[0]) < 1e-9) middle = state.p;
    });
    REQUIRE(middle.size() == 101);
    CHECK(solution.jz_mean[0] == Approx(reference.mean(middle)).epsilon(1e-9));
    CHECK(solution.jz_variance[0] == Approx(reference.variance(middle)).epsilon(1e-9));
    CHECK(solution.jz_mean[1] == Approx(reference.mean(end.p)).epsilon(1e-9));
    CHECK(solution.jz_variance[1] == Approx(reference.variance(end.p)).epsilon(1e-9));
    CHECK(solution.up_jumps == Approx(end.up_jumps).epsilon(1e-9));
    CHECK(solution.inversion_integral_slope == Approx(end.jz_integral_slope).epsilon(1e-9));
    CHECK(*solution.record_information == Approx(end.record_information).epsilon(1e-9));
}

TEST_CASE("probability is conserved, and its derivative sums to zero, at every node of every step") {
    for (const auto& [kind, pump] : schedules()) {
        CAPTURE(kind);
        const DickeLadder ladder(150);
        auto [up, down] = exact::generator(ladder, {0, 150}, exact::Equation::forward);
        double worst = 0.0, worst_slope = 0.0;
        exact::integrate({.pumping = std::move(up),
                          .emission = std::move(down),
                          .pump = pump,
                          .until = 1.5,
                          .start = exact::steady_state(ladder, 0.6)},
                         [&](const exact::RadauStep& step) {
                             worst = std::max(worst, (step.y.rowwise().sum().array() - 1.0).abs().maxCoeff());
                             const double size = step.sensitivity.cwiseAbs().rowwise().sum().maxCoeff();
                             const double sum = step.sensitivity.rowwise().sum().cwiseAbs().maxCoeff();
                             worst_slope = std::max(worst_slope, sum / std::max(size, 1.0));
                         });
        CHECK(worst < 1e-11);
        CHECK(worst_slope < 1e-10);
    }
}

TEST_CASE("the inversion obeys its equation of motion") {
    // Integrated over the run: <J_z>(T) - <J_z>(0) = jumps up - jumps down; and at a constant pump
    // d<J_z>/dt = (w-1)(j(j+1) - <J_z^2>) - (w+1) <J_z>, of which the steady state is a zero.
    const DickeLadder ladder(64);
    const double w = 1.07, j = 32.0;
    const auto times = even_times(0.8, 8000);
    const auto solution =
        exact::solve(ladder, PumpSchedule::constant(w), 0.8, exact::steady_state(ladder, 0.9), times);
    for (const std::size_t i : {100u, 2000u, 7900u}) {
        const double dt = times[i + 1] - times[i];
        const auto& m = solution.jz_mean;
        const double rate = (8.0 * (m[i + 1] - m[i - 1]) - (m[i + 2] - m[i - 2])) / (12.0 * dt);
        const double square = solution.jz_variance[i] + m[i] * m[i];
        CHECK(rate == Approx((w - 1.0) * (j * (j + 1.0) - square) - (w + 1.0) * m[i]).epsilon(1e-6));
    }
}

TEST_CASE("a steady state stays") {
    const DickeLadder ladder(80);
    const double w = 0.96;
    const auto times = even_times(5.0, 5);
    const auto solution =
        exact::solve(ladder, PumpSchedule::constant(w), 5.0, exact::steady_state(ladder, w), times);
    const auto steady = exact::steady_inversion(ladder, w);
    for (std::size_t i = 0; i < times.size(); ++i) {
        CHECK(solution.jz_mean[i] == Approx(steady.mean).epsilon(1e-10));
        CHECK(solution.jz_variance[i] == Approx(steady.variance).epsilon(1e-10));
    }
}

TEST_CASE("parked at w = gamma, F of the full record is T N(N+2)/6") {
    const DickeLadder ladder(50);
    const auto solution =
        exact::solve(ladder, PumpSchedule::constant(1.0), 3.0, exact::steady_state(ladder, 1.0));
    CHECK(*solution.record_information == Approx(3.0 * 50.0 * 52.0 / 6.0).epsilon(1e-10));
    CHECK(solution.up_jumps == Approx(*solution.record_information).epsilon(1e-12));
}

TEST_CASE("the derivative by a shift of the pump is that of finite differences") {
    constexpr double h = 1e-4;
    const std::vector<double> times{0.0, 0.1, 0.45, 0.5, 1.2};
    const auto shifted = [&](double theta) {
        std::vector<double> pumps{0.8, 1.9, 1.9, 0.3, 1.4};
        for (double& pump : pumps)
            pump += theta;
        const DickeLadder ladder(60);
        return exact::solve(ladder, PumpSchedule::piecewise_linear(times, pumps), 1.5,
                            exact::steady_state(ladder, 0.8))
            .inversion_integral;
    };
    const DickeLadder ladder(60);
    const std::vector<double> pumps{0.8, 1.9, 1.9, 0.3, 1.4};
    const auto solution = exact::solve(ladder, PumpSchedule::piecewise_linear(times, pumps), 1.5,
                                       exact::steady_state(ladder, 0.8));
    const double slope =
        (8.0 * (shifted(h) - shifted(-h)) - (shifted(2.0 * h) - shifted(-2.0 * h))) / (12.0 * h);
    CHECK(solution.inversion_integral_slope == Approx(slope).epsilon(1e-7));
}

TEST_CASE("the crossing is the first zero, with the rate of the mean there") {
    const DickeLadder ladder(100);
    const auto pump = PumpSchedule::triangle(0.7, 1.3, 2.0);
    const auto solution = exact::solve(ladder, pump, 4.0, exact::steady_state(ladder, 0.7));
    REQUIRE(solution.crossing.has_value());
    const double t = *solution.crossing, dt = 1e-4;
    const std::vector<double> around{t - dt, t, t + dt, 0.5 * t};
    const auto near = exact::solve(ladder, pump, 4.0, exact::steady_state(ladder, 0.7), around);
    CHECK(std::abs(near.jz_mean[1]) < 1e-8);
    CHECK((near.jz_mean[2] - near.jz_mean[0]) / (2.0 * dt) == Approx(solution.rise).epsilon(1e-5));
    CHECK(near.jz_mean[3] < 0.0);

    const auto never =
        exact::solve(ladder, PumpSchedule::constant(0.7), 4.0, exact::steady_state(ladder, 0.7));
    CHECK_FALSE(never.crossing.has_value());
}

TEST_CASE("sizes and times that do not fit are refused") {
    const DickeLadder ladder(5);
    const auto pump = PumpSchedule::constant(1.0);
    const auto start = exact::steady_state(ladder, 1.0);
    const std::vector<double> late{0.0, 2.5}, early{-0.1}, none{std::numeric_limits<double>::quiet_NaN()};
    CHECK_THROWS_AS(exact::solve(ladder, pump, 2.0, start.head(5)), InvalidInput);
    CHECK_THROWS_AS(exact::solve(ladder, pump, 0.0, start), InvalidInput);
    for (const auto& times : {late, early, none})
        CHECK_THROWS_AS(exact::solve(ladder, pump, 2.0, start, times), InvalidInput);
}

TEST_CASE("the master equation refuses what is no distribution, and times that are none") {
    const DickeLadder ladder(4);
    const auto pump = PumpSchedule::constant(1.0);
    const double not_a_number = std::numeric_limits<double>::quiet_NaN();
    const Eigen::VectorXd start = exact::steady_state(ladder, 1.0);
    CHECK_NOTHROW(exact::solve(ladder, pump, 1.0, start));
    Eigen::VectorXd spoilt = start;
    spoilt(2) = not_a_number;
    for (const Eigen::VectorXd& bad : {spoilt, Eigen::VectorXd(2.0 * start), Eigen::VectorXd(-start),
                                       Eigen::VectorXd(start.head(4)), Eigen::VectorXd()})
        CHECK_THROWS_AS(exact::solve(ladder, pump, 1.0, bad), InvalidInput);
    for (const double bad : {0.0, -1.0, not_a_number, std::numeric_limits<double>::infinity()})
        CHECK_THROWS_AS(exact::solve(ladder, pump, bad, start), InvalidInput);
    for (const double bad : {-0.1, 1.1, not_a_number})
        CHECK_THROWS_AS(exact::solve(ladder, pump, 1.0, start, std::vector{bad}), InvalidInput);
}

TEST_CASE("a weak pump from the ground state is known as well as its few photons tell") {
    // One atom: the information of a snapshot, (1 - exp(-t))/w, is largest at the end.
    const DickeLadder one(1);
    const Eigen::VectorXd ground = Eigen::VectorXd::Unit(2, 0);
    for (const double w : {1e-6, 1e-13, 1e-15}) {
        CAPTURE(w);
        const auto best = exact::solve(one, PumpSchedule::constant(w), 1.5, ground).snapshot_information;
        CHECK(best.value == Approx(-std::expm1(-1.5) / w).epsilon(1e-5));
        CHECK(best.time == Approx(1.5).epsilon(1e-6));
    }
    CHECK(std::isinf(exact::solve(one, PumpSchedule::constant(0.0), 1.5, ground).snapshot_information.value));
}
