#include "dickejump/exact/lock.hpp"

#include <doctest/doctest.h>

#include <Eigen/Dense>
#include <cmath>
#include <unsupported/Eigen/MatrixFunctions>
#include <vector>

#include "dickejump/exact/master_equation.hpp"
#include "dickejump/exact/steady_state.hpp"
#include "dickejump/model/invalid_input.hpp"

using namespace dickejump;
using doctest::Approx;

namespace {

Eigen::VectorXd uniform(std::int64_t atoms) {
    return Eigen::VectorXd::Constant(atoms + 1, 1.0 / static_cast<double>(atoms + 1));
}

/// Generator of populations at a constant pump.
Eigen::MatrixXd generator(const DickeLadder& ladder, double pump) {
    const auto size = ladder.atoms() + 1;
    Eigen::MatrixXd g = Eigen::MatrixXd::Zero(size, size);
    for (Eigen::Index n = 0; n + 1 < size; ++n) {
        const double up = pump * ladder.pumping_rate(n), down = static_cast<double>(ladder.emission(n + 1));
        g(n + 1, n) += up, g(n, n) -= up;
        g(n, n + 1) += down, g(n + 1, n + 1) -= down;
    }
    return g;
}

}  // namespace

TEST_CASE("a perfect servo: the published table") {
    struct Case {
        std::int64_t atoms;
        double gain, tick, duration, up_jumps, information, variance, square;
    };
    for (const Case& c : {Case{20, 0.0, 0.01, 10.0, 733.3333, 733.3333, 36.66667, 0.366667},
                          Case{20, 0.5, 0.01, 10.0, 920.3247, 947.2752, 17.87302, 0.181080},
                          Case{60, 0.2, 0.005, 5.0, 3942.683, 3958.560, 137.9133, 0.157423},
                          Case{100, 0.5, 0.002, 10.0, 24449.32, 24688.24, 102.5034, 0.042073}}) {
        const DickeLadder ladder(c.atoms);
        const auto ticks = std::llround(c.duration / c.tick);
        const auto law = exact::solve_lock(ladder, {c.gain}, c.tick, ticks, uniform(c.atoms));
        CHECK(law.up_jumps == Approx(c.up_jumps).epsilon(2e-7));
        CHECK(law.shift_information.value() == Approx(c.information).epsilon(2e-7));
        CHECK(law.jz_variance == Approx(c.variance).epsilon(1e-6));
        CHECK(law.mean_square_error == Approx(c.square).epsilon(2e-5));
    }
}

TEST_CASE("two and three atoms by brute force: matrix exponentials of every tick") {
    for (const std::int64_t atoms : {2, 3})
        for (const double linewidth : {0.0, 0.2}) {
            const DickeLadder ladder(atoms, linewidth);
            const ProportionalServo servo{0.7};
            const double tick = 0.3;
            const int ticks = 5;
            const auto size = atoms + 1;
            Eigen::VectorXd p = Eigen::VectorXd::Unit(size, 1);
            double ups = 0.0, information = 0.0;
            for (int k = 0; k < ticks; ++k) {
                Eigen::VectorXd next = Eigen::VectorXd::Zero(size);
                for (Eigen::Index n = 0; n < size; ++n) {
                    const double w =
                        servo.pump(ProportionalServo::error_signal(ladder, static_cast<double>(n)));
                    const auto g = generator(ladder, w);
                    // int exp(g t) dt beside exp(g tick), from one exponential twice the size.
                    Eigen::MatrixXd both = Eigen::MatrixXd::Zero(2 * size, 2 * size);
                    both.topLeftCorner(size, size) = g;
                    both.topRightCorner(size, size).setIdentity();
                    const Eigen::MatrixXd exponential = (tick * both).exp();
                    double pumping = 0.0;
                    for (Eigen::Index m = 0; m < size; ++m)
                        pumping += ladder.pumping_rate(m) * exponential(m, size + n);
                    ups += p(n) * w * pumping, information += p(n) * pumping / w;
                    next += p(n) * exponential.topLeftCorner(size, size).col(n);
                }
                p = next;
            }
            const auto law = exact::solve_lock(ladder, servo, tick, ticks, Eigen::VectorXd::Unit(size, 1));
            const auto end = exact::inversion(ladder, p);
            CHECK(law.up_jumps == Approx(ups).epsilon(1e-11));
            CHECK(law.shift_information.value() == Approx(information).epsilon(1e-11));
            CHECK(law.jz_mean == Approx(end.mean).epsilon(1e-11));
            CHECK(law.jz_variance == Approx(end.variance).epsilon(1e-11));
        }
}

TEST_CASE("without gain the loop is parked: the master equation at a constant pump") {
    const DickeLadder ladder(30);
    const Eigen::VectorXd start = Eigen::VectorXd::Unit(31, 4);
    const auto law = exact::solve_lock(ladder, {0.0}, 0.02, 50, start);
    const auto parked = exact::solve(ladder, PumpSchedule::constant(1.0), 1.0, start, std::vector{1.0});
    CHECK(law.up_jumps == Approx(parked.up_jumps).epsilon(1e-8));
    CHECK(law.shift_information.value() == Approx(parked.record_information.value()).epsilon(1e-8));
    CHECK(law.jz_mean == Approx(parked.jz_mean[0]).epsilon(1e-8));
    CHECK(law.jz_variance == Approx(parked.jz_variance[0]).epsilon(1e-8));
    // No protocol has fewer.
    CHECK(1.0 / std::sqrt(law.up_jumps) > exact::protocol_limit(ladder, 1.0));
    CHECK(exact::protocol_limit(ladder, 1.0) == Approx(1.0 / std::sqrt(0.25 * 31 * 31 + 30)));
}

TEST_CASE(
    "a servo that can stop the pump leaves the shift's information open, and what is wrong is refused") {
    const DickeLadder ladder(10);
    CHECK_FALSE(exact::solve_lock(ladder, {1.0}, 0.02, 10, uniform(10)).shift_information.has_value());
    CHECK(exact::solve_lock(ladder, {0.0}, 0.02, 10, Eigen::VectorXd::Unit(11, 0)).lost > 0.1);
    CHECK_THROWS_AS(exact::solve_lock(ladder, {0.5}, 0.0, 10, uniform(10)), InvalidInput);
    CHECK_THROWS_AS(exact::solve_lock(ladder, {0.5}, 0.1, 0, uniform(10)), InvalidInput);
    CHECK_THROWS_AS(exact::solve_lock(ladder, {0.5}, 0.1, 10, uniform(9)), InvalidInput);
    CHECK_THROWS_AS(exact::solve_lock(DickeLadder(100'000), {0.5}, 0.1, 10, uniform(100'000)), InvalidInput);
}
