#include "dickejump/model/quantum_system.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <vector>

#include "dickejump/model/invalid_input.hpp"

using namespace dickejump;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

QuantumSystem atom() {
    return {.hamiltonian = {{sigmax()}}, .jumps = {{sigmam()}}};
}

/// With one entry set to a value.
Operator with_entry(Operator matrix, int row, int column, std::complex<double> value) {
    matrix.coeffRef(row, column) = value;
    return matrix;
}

}  // namespace

TEST_CASE("a system has the dimension of its operators, and is constant without factors") {
    CHECK(QuantumSystem{}.dimension() == 0);
    auto system = atom();
    CHECK(system.dimension() == 2);
    CHECK(system.constant());
    CHECK(QuantumSystem{.hamiltonian = {}, .jumps = {{destroy(5)}}}.dimension() == 5);
    system.jumps[0].factor = [](double) { return 1.0; };
    CHECK_FALSE(system.constant());
}

TEST_CASE("operators of other shapes, and a Hamiltonian that is not Hermitian, are refused") {
    CHECK_NOTHROW(check(atom()));
    CHECK_THROWS_WITH_AS(check(QuantumSystem{}), doctest::Contains("without operators"), InvalidInput);
    auto system = atom();
    system.jumps.push_back({destroy(3)});
    system.hamiltonian.push_back({sigmam()});
    try {
        check(system);
        FAIL("accepted");
    } catch (const InvalidInput& refused) {
        CHECK(refused.problems().size() == 2);
    }
}

TEST_CASE("an entry that is not finite is refused, wherever it stands") {
    for (const double bad : {not_a_number, infinity}) {
        CAPTURE(bad);
        auto system = atom();
        system.hamiltonian[0].matrix = with_entry(sigmax(), 0, 0, bad);
        CHECK_THROWS_WITH_AS(check(system), doctest::Contains("Hamiltonian term 0"), InvalidInput);
        system = atom();
        system.hamiltonian[0].matrix = with_entry(sigmax(), 0, 1, {0.0, bad});
        CHECK_THROWS_AS(check(system), InvalidInput);
        system = atom();
        system.jumps[0].matrix = with_entry(sigmam(), 0, 1, bad);
        CHECK_THROWS_WITH_AS(check(system), doctest::Contains("jump operator 0"), InvalidInput);
        system = atom();
        system.knots = {0.0, bad};
        CHECK_THROWS_WITH_AS(check(system), doctest::Contains("knot"), InvalidInput);
    }
}

TEST_CASE("states are normalised and of the system's dimension") {
    CHECK_NOTHROW(check_state(atom(), basis(2, 0)));
    CHECK_THROWS_AS(check_state(atom(), basis(3, 0)), InvalidInput);
    CHECK_THROWS_AS(check_state(atom(), 1.1 * basis(2, 0)), InvalidInput);
    CHECK_THROWS_AS(check_state(atom(), not_a_number * basis(2, 0)), InvalidInput);
}

TEST_CASE("density matrices are finite, Hermitian and of trace one") {
    const Eigen::MatrixXcd mixed = Eigen::MatrixXcd::Identity(2, 2) / 2.0;
    CHECK_NOTHROW(check_density_matrix(atom(), mixed));
    CHECK_THROWS_AS(check_density_matrix(atom(), Eigen::MatrixXcd::Identity(3, 3) / 3.0), InvalidInput);
    CHECK_THROWS_AS(check_density_matrix(atom(), 2.0 * mixed), InvalidInput);
    auto skew = mixed;
    skew(0, 1) = 0.1;
    CHECK_THROWS_AS(check_density_matrix(atom(), skew), InvalidInput);
    // Off the diagonal, where no trace shows it.
    for (const double bad : {not_a_number, infinity}) {
        auto spoilt = mixed;
        spoilt(0, 1) = spoilt(1, 0) = bad;
        CHECK_THROWS_AS(check_density_matrix(atom(), spoilt), InvalidInput);
    }
}

TEST_CASE("times ascend from 0 on") {
    CHECK_NOTHROW(check_times(std::vector{0.0, 0.5, 0.5, 2.0}));
    CHECK_NOTHROW(check_times({}));
    for (const auto& bad : {std::vector{-0.1}, std::vector{1.0, 0.5}, std::vector{0.0, not_a_number},
                            std::vector{0.0, infinity}})
        CHECK_THROWS_AS(check_times(bad), InvalidInput);
}
