#include "exact/populations.hpp"

#include <doctest/doctest.h>

#include <Eigen/Dense>

#include "dickejump/exact/steady_state.hpp"

using namespace dickejump;
using namespace dickejump::exact;

namespace {

Eigen::MatrixXd dense(const Tridiagonal& m) {
    const auto size = m.diagonal.size();
    Eigen::MatrixXd result = Eigen::MatrixXd::Zero(size, size);
    for (Eigen::Index i = 0; i < size; ++i) {
        result(i, i) = m.diagonal(i);
        if (i > 0) result(i, i - 1) = m.below(i);
        if (i + 1 < size) result(i, i + 1) = m.above(i);
    }
    return result;
}

Eigen::MatrixXd dense(const DickeLadder& ladder, Levels levels, Equation equation, double w) {
    const auto parts = generator(ladder, levels, equation);
    return w * dense(parts.pumping) + dense(parts.emission);
}

}  // namespace

TEST_CASE("the forward generator of the whole ladder keeps probability, and the steady state") {
    for (const std::int64_t atoms : {1, 2, 15}) {
        const DickeLadder ladder(atoms);
        const auto g = dense(ladder, {0, atoms}, Equation::forward, 0.8);
        CHECK(g.colwise().sum().cwiseAbs().maxCoeff() == doctest::Approx(0.0).scale(1.0));
        CHECK((g * steady_state(ladder, 0.8)).cwiseAbs().maxCoeff() <
              1e-13 * static_cast<double>(atoms * atoms));
        for (Eigen::Index n = 0; n <= atoms; ++n)
            CHECK(g(n, n) == doctest::Approx(-0.8 * static_cast<double>(ladder.pumping(n)) -
                                             static_cast<double>(ladder.emission(n))));
    }
}

TEST_CASE("the generator with a linewidth pumps less the higher the level, and keeps its steady state") {
    const DickeLadder ladder(15, 0.03);
    const auto g = dense(ladder, {0, 15}, Equation::forward, 1.2);
    CHECK(g.colwise().sum().cwiseAbs().maxCoeff() == doctest::Approx(0.0).scale(1.0));
    CHECK((g * steady_state(ladder, 1.2)).cwiseAbs().maxCoeff() < 1e-12);
    for (Eigen::Index n = 0; n < 15; ++n) {
        const double relative = 0.03 * static_cast<double>(n + 1);
        CHECK(g(n + 1, n) ==
              doctest::Approx(1.2 * static_cast<double>((15 - n) * (n + 1)) / (1.0 + relative * relative)));
    }
}

TEST_CASE("the backward generator is the transpose of the forward one, and leaves a constant alone") {
    const DickeLadder ladder(12);
    for (const Levels levels : {Levels{0, 12}, Levels{0, 5}, Levels{7, 12}, Levels{3, 3}}) {
        const auto forward = dense(ladder, levels, Equation::forward, 1.3),
                   backward = dense(ladder, levels, Equation::backward, 1.3);
        CHECK((forward.transpose() - backward).cwiseAbs().maxCoeff() == 0.0);
    }
    const auto whole = dense(ladder, {0, 12}, Equation::backward, 1.3);
    CHECK((whole * Eigen::VectorXd::Ones(13)).cwiseAbs().maxCoeff() < 1e-12);
}

TEST_CASE("on some levels only, what jumps out of them is lost") {
    const DickeLadder ladder(9);
    const auto g = dense(ladder, {0, 4}, Equation::forward, 0.7);
    const Eigen::RowVectorXd kept = g.colwise().sum();
    for (Eigen::Index n = 0; n < 4; ++n)
        CHECK(std::abs(kept(n)) < 1e-13);
    CHECK(kept(4) == doctest::Approx(-0.7 * static_cast<double>(ladder.pumping(4))));
}

TEST_CASE("a schedule turned round is the same pump, backwards") {
    const auto pump =
        PumpSchedule::piecewise_linear(std::vector{0.0, 0.4, 1.0, 3.0}, std::vector{1.0, 2.0, 0.5, 0.7});
    for (const double duration : {0.9, 2.0, 5.0}) {
        const auto back = reversed(pump, duration);
        for (int i = 0; i <= 50; ++i) {
            const double t = duration * i / 50.0;
            CHECK(back.at(t) == doctest::Approx(pump.at(duration - t)).epsilon(1e-12));
        }
    }
}
