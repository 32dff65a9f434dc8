#include "dickejump/exact/up_jumps.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <vector>

#include "dickejump/exact/master_equation.hpp"
#include "dickejump/model/invalid_input.hpp"

using namespace dickejump;

namespace {

const Eigen::VectorXd bent = (Eigen::VectorXd(5) << 0.6, 1.3, 1.0, 0.4, 2.0).finished();

Eigen::VectorXd uniform(std::int64_t atoms) {
    return Eigen::VectorXd::Constant(atoms + 1, 1.0 / (static_cast<double>(atoms) + 1.0));
}

double by_radau(std::int64_t atoms, double duration, const Eigen::VectorXd& pumps, double factor) {
    std::vector<double> times, values;
    for (Eigen::Index k = 0; k < pumps.size(); ++k) {
        times.push_back(duration * static_cast<double>(k) / static_cast<double>(pumps.size() - 1));
        values.push_back(factor * pumps(k));
    }
    return exact::solve(DickeLadder(atoms), PumpSchedule::piecewise_linear(times, values), duration,
                        uniform(atoms))
        .up_jumps;
}

}  // namespace

TEST_CASE("jumps under a bent pump are the master equation's, for every factor") {
    constexpr std::array factors{0.7, 1.0, 1.2, 1.9};
    for (const std::int64_t atoms : {1, 2, 24}) {
        const exact::UpJumpSum coarse(DickeLadder(atoms), uniform(atoms), 3.0, 5, 0.02),
            fine(DickeLadder(atoms), uniform(atoms), 3.0, 5, 0.01);
        const auto rough = coarse(bent, factors), better = fine(bent, factors);
        for (std::size_t i = 0; i < factors.size(); ++i) {
            const double wanted = by_radau(atoms, 3.0, bent, factors[i]);
            CHECK(rough.mean[i] == doctest::Approx(wanted).epsilon(2e-3));
            // Of second order: half the step, a quarter of the error.
            CHECK((4.0 * better.mean[i] - rough.mean[i]) / 3.0 == doctest::Approx(wanted).epsilon(1e-4));
            CHECK(better.mean[i] == fine.means(bent, factors)[i]);
        }
    }
}

TEST_CASE("at rest in the steady state they are N(N+2)/6 a unit of time") {
    const exact::UpJumpSum sum(DickeLadder(20), uniform(20), 2.0, 2, 0.1);
    CHECK(sum.means(Eigen::VectorXd::Ones(2), std::array{1.0}).front() ==
          doctest::Approx(2.0 * 20 * 22 / 6.0).epsilon(1e-12));
}

TEST_CASE("the gradient is that of the sum") {
    constexpr std::array factors{0.8, 1.1};
    const exact::UpJumpSum sum(DickeLadder(10), Eigen::VectorXd::Unit(11, 0), 2.0, 5, 0.05);
    const auto all = sum(bent, factors);
    for (Eigen::Index k = 0; k < bent.size(); ++k) {
        constexpr double h = 1e-4;
        Eigen::VectorXd up = bent, down = bent;
        up(k) += h, down(k) -= h;
        for (std::size_t i = 0; i < factors.size(); ++i) {
            const double slope = (sum.means(up, factors)[i] - sum.means(down, factors)[i]) / (2.0 * h);
            CHECK(all.by_knot(k, static_cast<Eigen::Index>(i)) ==
                  doctest::Approx(slope).epsilon(1e-6).scale(1.0));
        }
    }
}

TEST_CASE("sums that cannot be are refused") {
    CHECK_THROWS_AS(exact::UpJumpSum(DickeLadder(4), uniform(5), 1.0, 3, 0.1), InvalidInput);
    CHECK_THROWS_AS(exact::UpJumpSum(DickeLadder(4), uniform(4), -1.0, 3, 0.1), InvalidInput);
    CHECK_THROWS_AS(exact::UpJumpSum(DickeLadder(4), uniform(4), 1.0, 1, 0.1), InvalidInput);
    CHECK_THROWS_AS(exact::UpJumpSum(DickeLadder(4), uniform(4), 1.0, 3, 0.0), InvalidInput);
}
