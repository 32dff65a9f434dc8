#include "exact/radau.hpp"

#include <doctest/doctest.h>

#include <Eigen/LU>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

using namespace dickejump;
using namespace dickejump::exact;
using doctest::Approx;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

Tridiagonal diagonal(const std::vector<double>& values) {
    Tridiagonal m;
    const auto size = static_cast<Eigen::Index>(values.size());
    m.below = m.above = Eigen::ArrayXd::Zero(size);
    m.diagonal = Eigen::Map<const Eigen::ArrayXd>(values.data(), size);
    return m;
}

/// y' = w(t) y, a single number: y = exp(int w dt).
LinearSystem growing(const PumpSchedule& pump, double until, double tolerance) {
    return {.pumping = diagonal({1.0}),
            .emission = diagonal({0.0}),
            .pump = pump,
            .until = until,
            .start = Eigen::VectorXd::Ones(1),
            .tolerance = tolerance};
}

/// y0' = -a y0 + b y1, y1' = a y0 - b y1 - c y1: some rates, fast and slow, in `emission`.
LinearSystem coupled(double a, double b, double c) {
    auto m = diagonal({-a, -b - c});
    m.above(0) = b;
    m.below(1) = a;
    return {.pumping = diagonal({0.0, 0.0}),
            .emission = m,
            .pump = PumpSchedule::constant(0.0),
            .until = 1.0,
            .start = Eigen::Vector2d(1.0, 0.0),
            .with_sensitivity = false};
}

/// One step of the collocation method for y' = lambda y, from 1: its stage equations, solved densely.
double one_step(double z) {
    const auto& scheme = Radau::scheme();
    // scheme.inverse (Y - 1) = z Y, with scheme.inverse the inverse Runge-Kutta matrix.
    const Radau::StageMatrix left = scheme.inverse - z * Radau::StageMatrix::Identity();
    const Radau::StageVector stages = left.partialPivLu().solve(scheme.inverse * Radau::StageVector::Ones());
    return stages(Radau::stages - 1);
}

}  // namespace

TEST_CASE("the scheme's nodes and weights are a rule of degree 8, the last node at the end") {
    const auto& scheme = Radau::scheme();
    CHECK(scheme.node(0) == 0.0);
    CHECK(scheme.node(Radau::nodes - 1) == 1.0);
    for (int degree = 0; degree <= 9; ++degree) {
        double sum = 0.0;
        for (int i = 0; i < Radau::stages; ++i)
            sum += scheme.weights(i) * std::pow(scheme.node(i + 1), degree);
        const double exact = 1.0 / (degree + 1.0);
        if (degree <= 8)
            CHECK(sum == Approx(exact).epsilon(1e-14));
        else
            CHECK(std::abs(sum - exact) > 1e-8);
    }
}

TEST_CASE("a step is of order nine, and damps without bound what decays without bound") {
    // R(z) = e^z + C z^10 (1 + c z + ..): twice z makes 2^10 of the error, on average over both signs.
    const auto error = [](double z) { return std::abs(one_step(z) - std::exp(z)); };
    const double growth = std::sqrt(error(2.0) / error(1.0) * error(-2.0) / error(-1.0));
    CHECK(std::log2(growth) == Approx(10.0).epsilon(0.02));
    CHECK(std::abs(one_step(-1e4)) < 1e-3);
    CHECK(std::abs(one_step(-1e8)) < 1e-7);
}

TEST_CASE("integration under a ramp is right to its tolerance, tighter ones included") {
    const auto pump = PumpSchedule::piecewise_linear(std::vector{0.0, 0.5, 2.0}, std::vector{1.0, 3.0, 0.0});
    const double exact = std::exp(1.0 + 2.25 + 0.0);  // areas of the two trapezia
    double last = 1.0;
    for (const double tolerance : {1e-5, 1e-8, 1e-11}) {
        double y = 0.0;
        integrate(growing(pump, 2.5, tolerance),
                  [&](const RadauStep& step) { y = step.y(Radau::nodes - 1, 0); });
        const double error = std::abs(y / exact - 1.0);
        CHECK(error < 100.0 * tolerance);
        CHECK(error <= last);
        last = error + 1e-14;
    }
}

TEST_CASE("the solution between the nodes is dense, to its own order") {
    DenseCurve curve;
    integrate(growing(PumpSchedule::constant(1.5), 2.0, 1e-11),
              [&](const RadauStep& step) { curve.append(step.begin, step.length, step.y.col(0)); });
    CHECK(curve.end() == Approx(2.0));
    for (int i = 0; i <= 200; ++i) {
        const double t = 0.01 * i;
        CHECK(curve(t) == Approx(std::exp(1.5 * t)).epsilon(1e-9));
    }
}

TEST_CASE("rates a million times apart decay as they should, in few steps") {
    const double a = 1e6, b = 2e6, c = 1.0;
    const auto system = coupled(a, b, c);
    // The fast mode is gone at once; the slow one decays at the small root of x^2 - (a + b + c) x + a c.
    const double sum = a + b + c, slow = 2.0 * a * c / (sum + std::sqrt(sum * sum - 4.0 * a * c));
    Eigen::Vector2d end;
    int steps = 0;
    integrate(system, [&](const RadauStep& step) {
        end = step.y.row(Radau::nodes - 1).transpose();
        ++steps;
    });
    CHECK(end.sum() == Approx(std::exp(-slow)).epsilon(1e-7));
    CHECK(end(0) / end(1) == Approx(b / a).epsilon(1e-6));
    CHECK(steps < 200);
}

TEST_CASE("the sensitivity is the difference of shifted pumps, and of closed forms") {
    // y = exp(int (w + theta)): d ln y/d theta = t.
    double y = 0.0, dy = 0.0;
    const auto pump = PumpSchedule::linear(0.5, 1.5, 2.0);
    integrate(growing(pump, 2.0, 1e-11), [&](const RadauStep& step) {
        y = step.y(Radau::nodes - 1, 0);
        dy = step.sensitivity(Radau::nodes - 1, 0);
    });
    CHECK(dy / y == Approx(2.0).epsilon(1e-9));

    const auto end_of = [](double shift, Eigen::Vector2d* sensitivity) {
        auto system = coupled(2.0, 3.0, 0.5);
        system.pumping = diagonal({-1.0, 0.0});
        system.pumping.below(1) = 1.0;
        system.pump = PumpSchedule::linear(0.3 + shift, 1.3 + shift, 1.0);
        system.with_sensitivity = sensitivity != nullptr;
        Eigen::Vector2d end;
        integrate(system, [&](const RadauStep& step) {
            end = step.y.row(Radau::nodes - 1).transpose();
            if (sensitivity) *sensitivity = step.sensitivity.row(Radau::nodes - 1).transpose();
        });
        return end;
    };
    Eigen::Vector2d sensitivity;
    end_of(0.0, &sensitivity);
    constexpr double h = 1e-3;
    const Eigen::Vector2d difference = (8.0 * (end_of(h, nullptr) - end_of(-h, nullptr)) -
                                        (end_of(2.0 * h, nullptr) - end_of(-2.0 * h, nullptr))) /
                                       (12.0 * h);
    CHECK((sensitivity - difference).cwiseAbs().maxCoeff() < 1e-8);
}

TEST_CASE("a complex system turns as it should") {
    ComplexTridiagonal still, turning;
    still.below = still.above = still.diagonal = Eigen::ArrayXcd::Zero(1);
    turning = still;
    turning.diagonal(0) = std::complex(-0.5, 40.0);
    std::complex<double> end;
    integrate(ComplexLinearSystem{.pumping = still,
                                  .emission = turning,
                                  .pump = PumpSchedule::constant(1.0),
                                  .until = 3.0,
                                  .start = Eigen::VectorXcd::Ones(1)},
              [&](const ComplexRadauStep& step) { end = step.y(Radau::nodes - 1, 0); });
    CHECK(std::abs(end - std::exp(std::complex(-1.5, 120.0))) < 1e-7);
}

TEST_CASE("a curve is zero first where it first changes sides") {
    DenseCurve curve;
    const auto& scheme = Radau::scheme();
    // cos(3 t) in four steps: zeros at pi/6 and pi/2.
    for (int i = 0; i < 4; ++i) {
        Radau::NodeVector values;
        for (int k = 0; k < Radau::nodes; ++k)
            values(k) = std::cos(3.0 * 0.4 * (i + scheme.node(k)));
        curve.append(0.4 * i, 0.4, values);
    }
    CHECK(curve.first_zero() == Approx(std::acos(-1.0) / 6.0).epsilon(1e-5));
    DenseCurve high;
    high.append(0.0, 1.0, Radau::NodeVector::Ones());
    CHECK(std::isnan(high.first_zero()));
    CHECK(std::isnan(DenseCurve().first_zero()));
}

TEST_CASE("a start of nothing stays nothing, and one that is not finite ends with an error") {
    auto system = coupled(2.0, 3.0, 0.5);
    system.start.setZero();
    double largest = 0.0, reached = 0.0;
    integrate(system, [&](const RadauStep& step) {
        largest = std::max(largest, step.y.cwiseAbs().maxCoeff());
        reached = step.begin + step.length;
    });
    CHECK(largest == 0.0);
    CHECK(reached == 1.0);
    for (const double bad : {not_a_number, HUGE_VAL}) {
        system.start = Eigen::Vector2d(bad, 0.0);
        CHECK_THROWS_AS(integrate(system, [](const RadauStep&) {}), std::runtime_error);
    }
}
