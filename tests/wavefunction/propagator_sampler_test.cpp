#include "dickejump/wavefunction/propagator_sampler.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "dickejump/model/invalid_input.hpp"
#include "dickejump/model/three_level.hpp"
#include "support/qutip_systems.hpp"
#include "wavefunction/trajectories.hpp"

using namespace dickejump;
using namespace dickejump::test;

namespace {

const std::vector<double> times{0.0, 0.4, 1.1, 1.10001, 3.0};

}  // namespace

TEST_CASE("Runge-Kutta, eigenvectors and Krylov spaces make the same trajectories") {
    const ThreeLevelAtoms atoms{3, 150.0, 40.0, 20.0};
    const ThreeLevelBasis three(3);
    const ReferenceSystem three_level{.name = "three levels",
                                      .system = three_level_system(atoms, three),
                                      .start = three.embed(DickeState::coherent(DickeLadder(3), 2.0, 0.3)),
                                      .observables = {}};
    for (const auto& made : {driven_atom(), jaynes_cummings(), three_level}) {
        CAPTURE(made.name);
        const WavefunctionSampler runge_kutta(made.system, {.tolerance = 1e-10});
        const PropagatorSampler eigen(made.system, PropagatorSampler::Method::eigen);
        const PropagatorSampler krylov(made.system, PropagatorSampler::Method::krylov);
        std::size_t jumps = 0;
        for (std::uint64_t k = 0; k < 8; ++k) {
            const auto one = told(eigen, made.start, times, k);
            check_same(one, told(krylov, made.start, times, k), 1e-8);
            check_same(one, told(runge_kutta, made.start, times, k), 1e-6);
            jumps += one.jumps.size();
        }
        CHECK(jumps > 4);
    }
}

TEST_CASE("a defective generator goes through Krylov spaces by itself") {
    // Critical damping: -iH - L+L/2 of a driven atom has one eigenvector where drive = gamma/2.
    const QuantumSystem system{.hamiltonian = {{0.25 * sigmax()}}, .jumps = {{sigmam()}}};
    CHECK(PropagatorSampler(system).method() == PropagatorSampler::Method::krylov);
    CHECK_THROWS_WITH_AS(PropagatorSampler(system, PropagatorSampler::Method::eigen),
                         doctest::Contains("defective"), InvalidInput);
    check_same(told(PropagatorSampler(system), basis(2, 0), times, 3),
               told(WavefunctionSampler(system, {.tolerance = 1e-11}), basis(2, 0), times, 3), 1e-7);
}

TEST_CASE("the propagator says what does not fit") {
    const auto made = driven_atom();
    for (const auto method : {PropagatorSampler::Method::eigen, PropagatorSampler::Method::krylov}) {
        const PropagatorSampler sample(made.system, method);
        CHECK(sample.method() == method);
        const auto run = [&](const Eigen::VectorXcd& start, const std::vector<double>& when) {
            told(sample, start, when, 1);
        };
        CHECK_NOTHROW(run(basis(2, 0), {}));
        CHECK_THROWS_WITH_AS(run(basis(3, 0), {1.0}), doctest::Contains("2 x 2"), InvalidInput);
        CHECK_THROWS_AS(run(std::nan("") * basis(2, 0), {1.0}), InvalidInput);
        for (const auto& when : {std::vector{std::nan("")}, std::vector{-1.0}, std::vector{1.0, 0.5},
                                 std::vector{std::numeric_limits<double>::infinity()}})
            CHECK_THROWS_AS(run(basis(2, 0), when), InvalidInput);
    }
    CHECK_THROWS_WITH_AS(PropagatorSampler(time_dependent_rate().system),
                         doctest::Contains("WavefunctionSampler"), InvalidInput);
    auto spoilt = made.system;
    spoilt.hamiltonian.front().matrix.coeffRef(0, 0) = std::nan("");
    CHECK_THROWS_WITH_AS(PropagatorSampler{spoilt}, doctest::Contains("not finite"), InvalidInput);
    spoilt = made.system;
    spoilt.jumps.front().matrix.coeffRef(1, 0) = std::nan("");
    CHECK_THROWS_WITH_AS(PropagatorSampler{spoilt}, doctest::Contains("not finite"), InvalidInput);
}
