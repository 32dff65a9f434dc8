#include "dickejump/model/operators.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "dickejump/model/invalid_input.hpp"

using namespace dickejump;

TEST_CASE("operators carry QuTiP's conventions") {
    CHECK((sigmap() * sigmam() * basis(2, 0) - basis(2, 0)).norm() == 0.0);
    CHECK(Operator(destroy(4).adjoint() * destroy(4)).coeff(3, 3).real() == doctest::Approx(3.0));
    CHECK((tensor(destroy(3), sigmam()) * tensor(basis(3, 1), basis(2, 0)) - tensor(basis(3, 0), basis(2, 1)))
              .norm() == 0.0);
    CHECK_THROWS_AS(basis(2, 2), InvalidInput);
}

TEST_CASE("spaces without states, or with more than can be numbered, are refused") {
    for (const Eigen::Index dimension : {0, -1}) {
        CHECK_THROWS_AS(qeye(dimension), InvalidInput);
        CHECK_THROWS_AS(destroy(dimension), InvalidInput);
        CHECK_THROWS_AS(basis(dimension, 0), InvalidInput);
    }
    const Operator large = qeye(100'000);
    CHECK_THROWS_AS(tensor(large, large), InvalidInput);
}
