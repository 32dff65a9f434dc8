#include "dickejump/estimate/fisher_matrix.hpp"

#include <doctest/doctest.h>

#include <Eigen/Core>
#include <Eigen/LU>
#include <cmath>
#include <vector>

#include "dickejump/model/invalid_input.hpp"

using namespace dickejump;

namespace {

/// Records whose matrices lie `spread` about a mean, along one direction.
Covariance records_of(const Eigen::MatrixXd& mean, double spread, int count = 4) {
    Covariance all(mean.rows() * (mean.rows() + 1) / 2);
    for (int k = 0; k < count; ++k)
        all.add(upper_triangle(mean * (1.0 + (k % 2 == 0 ? spread : -spread))));
    return all;
}

}  // namespace

TEST_CASE("bounds with unknown parameters are those of the inverse matrix") {
    Eigen::Matrix3d f;
    f << 260, -130, 120, -130, 210, 140, 120, 140, 420;
    const auto records = records_of(f, 0.1);
    const auto fisher = FisherMatrix::of({&records}, {Parameter::gamma, Parameter::efficiency_cavity});
    const Eigen::Matrix3d c = f.inverse();
    CHECK((fisher.matrix - f).cwiseAbs().maxCoeff() < 1e-10);
    CHECK(fisher.parameters == std::vector<std::string>{"theta", "gamma", "efficiency:cavity"});
    CHECK(fisher.profiled->value == doctest::Approx(std::sqrt(c(0, 0))).epsilon(1e-9));
    CHECK(fisher.critical_pump->value ==
          doctest::Approx(std::sqrt(c(0, 0) - 2.0 * c(0, 1) + c(1, 1))).epsilon(1e-9));
    CHECK(fisher.singular.empty());
    // All entries err together by a part e of themselves: so does the variance, and the bound by e/2.
    const double part = 0.1 * std::sqrt(4.0 / 3.0) / 2.0;
    CHECK(fisher.error(0, 1) == doctest::Approx(130.0 * part));
    CHECK(fisher.profiled->error == doctest::Approx(0.5 * part * fisher.profiled->value));

    REQUIRE(fisher.alone.size() == 2);
    for (Eigen::Index i = 1; i < 3; ++i) {
        const auto& alone = fisher.alone[static_cast<std::size_t>(i - 1)];
        CHECK(alone.profiled->value ==
              doctest::Approx(1.0 / std::sqrt(f(0, 0) - f(0, i) * f(0, i) / f(i, i))).epsilon(1e-9));
        CHECK(alone.profiled->error == doctest::Approx(0.5 * part * alone.profiled->value));
    }
    CHECK(fisher.alone[1].unknown == Parameter::efficiency_cavity);
    CHECK(fisher.alone[1].critical_pump->value == doctest::Approx(fisher.alone[1].profiled->value));
    CHECK(fisher.alone[0].critical_pump->value > 0.0);

    const auto twice =
        FisherMatrix::of({&records, &records}, {Parameter::gamma, Parameter::efficiency_cavity});
    CHECK(twice.profiled->value == doctest::Approx(fisher.profiled->value / std::sqrt(2.0)));
}

TEST_CASE("what no record can tell apart is named, and what it hides has no bound") {
    // Efficiency and rate of the side light enter as their product only.
    Eigen::Matrix3d f;
    f << 100, 30, 15, 30, 40, 20, 15, 20, 10;
    const auto records = records_of(f, 0.1);
    const auto fisher = FisherMatrix::of({&records}, {Parameter::efficiency_side, Parameter::side_rate});
    REQUIRE(fisher.singular.size() == 1);
    CHECK(fisher.singular[0].find("theta") == std::string::npos);
    CHECK(fisher.singular[0].find("side_rate") != std::string::npos);
    const double alone = 1.0 / std::sqrt(100.0 - 30.0 * 30.0 / 40.0);
    CHECK(fisher.profiled->value == doctest::Approx(alone).epsilon(1e-6));

    Eigen::Matrix2d g;
    g << 4, 6, 6, 9;
    const auto hidden = records_of(g, 0.1);
    const auto none = FisherMatrix::of({&hidden}, {Parameter::background_cavity});
    CHECK(none.singular.size() == 1);
    CHECK(!none.profiled);
}

TEST_CASE("a Fisher matrix is of records of its parameters") {
    const auto records = records_of(Eigen::Matrix2d::Identity(), 0.1);
    CHECK_THROWS_AS(FisherMatrix::of({}, {Parameter::gamma}), InvalidInput);
    CHECK_THROWS_AS(FisherMatrix::of({&records}, {}), InvalidInput);
}
