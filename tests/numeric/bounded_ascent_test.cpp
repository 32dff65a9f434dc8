#include "numeric/bounded_ascent.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace dickejump;
using numeric::Climbed;

namespace {

/// Rosenbrock's curved valley turned over: its top is at (1, 1).
Climbed ridge(const Eigen::VectorXd& x) {
    const double a = 1.0 - x(0), b = x(1) - x(0) * x(0);
    Eigen::VectorXd gradient(2);
    gradient << 2.0 * a + 400.0 * x(0) * b, -200.0 * b;
    return {.value = 3.0 - a * a - 100.0 * b * b, .gradient = gradient};
}

}  // namespace

TEST_CASE("an ascent finds the top of a curved ridge") {
    const auto summit = numeric::bounded_ascent(ridge, Eigen::Vector2d(-1.2, 1.0),
                                                {.low = -2.0, .high = 2.0, .tolerance = 1e-14});
    CHECK(summit.converged);
    CHECK(summit.value == doctest::Approx(3.0).epsilon(1e-9));
    CHECK((summit.point - Eigen::Vector2d(1.0, 1.0)).norm() < 1e-4);
}

TEST_CASE("a top outside the box is taken on its wall") {
    // At x = 0.5 the best y is x^2; the gradient presses against the wall there.
    const auto summit = numeric::bounded_ascent(ridge, Eigen::Vector2d(-0.4, 0.4),
                                                {.low = -0.5, .high = 0.5, .tolerance = 1e-14});
    CHECK(summit.point(0) == 0.5);
    CHECK(summit.point(1) == doctest::Approx(0.25).epsilon(1e-5));
}

TEST_CASE("no step goes down, and a start outside is put on the wall") {
    double most = -1e300;
    const auto watched = [&](const Eigen::VectorXd& x) {
        CHECK(x.cwiseAbs().maxCoeff() <= 2.0);
        return ridge(x);
    };
    for (const int steps : {0, 1, 2, 5, 20}) {
        const auto summit = numeric::bounded_ascent(watched, Eigen::Vector2d(-3.0, 1.0),
                                                    {.low = -2.0, .high = 2.0, .most_steps = steps});
        CHECK(summit.value >= most);
        CHECK(summit.steps <= steps);
        most = summit.value;
    }
    CHECK(most > ridge(Eigen::Vector2d(-2.0, 1.0)).value);
}
