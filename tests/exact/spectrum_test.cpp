#include "dickejump/exact/spectrum.hpp"

#include <doctest/doctest.h>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>

#include "dickejump/exact/steady_state.hpp"
#include "dickejump/model/invalid_input.hpp"

using namespace dickejump;
using doctest::Approx;

namespace {

/// Decay rates of Diag^(q) from a dense symmetric eigensolver: rho_{n,n+q} decays with the mean of the rates
/// out of n and n+q, is fed from below by w sqrt(A_n A_{n+q}) and from above by sqrt(B_{n+1} B_{n+1+q}). As
/// B_{n+1} = A_n, the two differ by the factor w, which a scaling by w^(n/2) makes symmetric.
Eigen::VectorXd dense_rates(const DickeLadder& ladder, double w, std::int64_t q) {
    const auto size = ladder.atoms() + 1 - q;
    Eigen::MatrixXd generator = Eigen::MatrixXd::Zero(size, size);
    const auto a = [&](std::int64_t n) { return static_cast<double>(ladder.pumping(n)); };
    const auto b = [&](std::int64_t n) { return static_cast<double>(ladder.emission(n)); };
    for (std::int64_t n = 0; n < size; ++n) {
        generator(n, n) = 0.5 * (w * a(n) + b(n) + w * a(n + q) + b(n + q));
        if (n + 1 < size) generator(n, n + 1) = generator(n + 1, n) = -std::sqrt(w * a(n) * a(n + q));
    }
    return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(generator, Eigen::EigenvaluesOnly).eigenvalues();
}

}  // namespace

TEST_CASE("at w = gamma the rates of sector q are l(l+1) - q^2") {
    for (const std::int64_t q : {0, 1, 2, 7, 50, 99, 100}) {
        CAPTURE(q);
        const std::int64_t count = std::min<std::int64_t>(40, 101 - q);
        const auto rates = exact::decay_rates(DickeLadder(100), 1.0, q, count);
        REQUIRE(rates.size() == static_cast<std::size_t>(count));
        for (std::int64_t i = 0; i < count; ++i) {
            const auto l = q + i;
            CHECK(rates[static_cast<std::size_t>(i)] ==
                  Approx(static_cast<double>(l * (l + 1) - q * q)).epsilon(1e-9));
        }
    }
}

TEST_CASE("the gap at w = gamma is 2 gamma to nine digits at a million atoms") {
    const auto rates = exact::decay_rates(DickeLadder(1'000'000), 1.0, 0, 3);
    CHECK(rates[0] == 0.0);
    CHECK(rates[1] == Approx(2.0).epsilon(1e-9));
    CHECK(rates[2] == Approx(6.0).epsilon(1e-9));
}

TEST_CASE("rates are those of a dense symmetric eigensolver") {
    for (const std::int64_t atoms : {1, 2, 9, 30})
        for (const double w : {0.05, 0.8, 1.0, 1.3, 12.0})
            for (const std::int64_t q : {std::int64_t{0}, std::int64_t{1}, atoms / 2, atoms}) {
                CAPTURE(atoms);
                CAPTURE(w);
                CAPTURE(q);
                const DickeLadder ladder(atoms);
                const auto dense = dense_rates(ladder, w, q);
                const auto rates = exact::decay_rates(ladder, w, q, atoms + 1 - q);
                REQUIRE(static_cast<Eigen::Index>(rates.size()) == dense.size());
                const double largest = dense(dense.size() - 1);  // the dense solver is good to its rounding
                for (Eigen::Index i = 0; i < dense.size(); ++i)
                    CHECK(std::abs(rates[static_cast<std::size_t>(i)] - dense(i)) < 1e-13 * largest);
            }
}

TEST_CASE("the relaxation is the gap, and the cumulant estimate is near it at the transition") {
    for (const double w : {0.4, 1.0, 1.02, 2.5}) {
        const DickeLadder ladder(60);
        const auto relaxation = exact::relaxation(ladder, w);
        CHECK(relaxation.gap == Approx(dense_rates(ladder, w, 0)(1)).epsilon(1e-10));
        CHECK(relaxation.cumulant.value() ==
              Approx(w + 1.0 + 2.0 * (w - 1.0) * exact::steady_inversion(ladder, w).mean).epsilon(1e-14));
    }
    const auto critical = exact::relaxation(DickeLadder(60), 1.0);
    CHECK(critical.gap == Approx(critical.cumulant.value()).epsilon(1e-12));
}

TEST_CASE("with a linewidth the gap is that of the dense generator, and coherences are refused") {
    for (const double w : {0.5, 1.0, 1.3}) {
        const DickeLadder ladder(20, 0.02);
        Eigen::MatrixXd g = Eigen::MatrixXd::Zero(21, 21);
        for (Eigen::Index n = 0; n < 20; ++n) {
            const double up = w * ladder.pumping_rate(n), down = static_cast<double>(ladder.emission(n + 1));
            g(n + 1, n) += up, g(n, n) -= up;
            g(n, n + 1) += down, g(n + 1, n + 1) -= down;
        }
        Eigen::VectorXd rates = -g.eigenvalues().real();
        std::sort(rates.begin(), rates.end());
        const auto found = exact::decay_rates(ladder, w, 0, 21);
        for (Eigen::Index i = 1; i < 21; ++i)
            CHECK(found[static_cast<std::size_t>(i)] == Approx(rates(i)).epsilon(1e-9));
        CHECK(exact::relaxation(ladder, w).gap == found[1]);
        CHECK_FALSE(exact::relaxation(ladder, w).cumulant.has_value());
        CHECK_THROWS_AS(exact::decay_rates(ladder, w, 1, 1), InvalidInput);
    }
    // A linewidth of next to nothing is none.
    CHECK(exact::relaxation(DickeLadder(60, 1e-12), 1.01).gap ==
          Approx(exact::relaxation(DickeLadder(60), 1.01).gap).epsilon(1e-12));
}

TEST_CASE("without pump the ladder empties at rate N gamma at least") {
    CHECK(exact::relaxation(DickeLadder(12), 0.0).gap == 12.0);
    CHECK(exact::relaxation(DickeLadder(12), 1e-9).gap == Approx(12.0).epsilon(1e-6));
}

TEST_CASE("sectors and counts beyond the ladder are refused") {
    const DickeLadder ladder(10);
    CHECK_THROWS_AS(exact::decay_rates(ladder, 1.0, -1, 1), InvalidInput);
    CHECK_THROWS_AS(exact::decay_rates(ladder, 1.0, 11, 1), InvalidInput);
    CHECK_THROWS_AS(exact::decay_rates(ladder, 1.0, 3, 9), InvalidInput);
    CHECK_THROWS_AS(exact::decay_rates(ladder, 1.0, 3, 0), InvalidInput);
    CHECK_THROWS_AS(exact::decay_rates(ladder, 0.0, 0, 1), InvalidInput);
    CHECK_THROWS_AS(exact::decay_rates(ladder, std::numeric_limits<double>::quiet_NaN(), 0, 1), InvalidInput);
}

TEST_CASE("rates that overflow are refused, and those short of it are found") {
    const DickeLadder ladder(5);
    CHECK_THROWS_AS(exact::relaxation(ladder, 1.7e308), InvalidInput);
    CHECK_THROWS_AS(exact::decay_rates(ladder, 1e307, 1, 2), InvalidInput);
    CHECK(exact::relaxation(ladder, 1e300).gap == doctest::Approx(5e300).epsilon(1e-12));
}
