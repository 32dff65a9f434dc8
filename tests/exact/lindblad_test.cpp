#include "dickejump/exact/lindblad.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "dickejump/model/invalid_input.hpp"
#include "dickejump/model/three_level.hpp"
#include "support/qutip_systems.hpp"

using namespace dickejump;
using namespace dickejump::test;

namespace {

std::string message_of(const auto& attempt) {
    try {
        attempt();
    } catch (const InvalidInput& error) {
        return error.what();
    }
    return "no complaint";
}

bool mentions(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the Lindblad equation of small systems is QuTiP's") {
    const auto reference = qutip_reference();
    for (const auto& made : {driven_atom(), jaynes_cummings(), time_dependent_rate()}) {
        CAPTURE(made.name);
        const auto& expected = reference[made.name];
        const auto times = expected["times"].get<std::vector<double>>();
        const auto states = exact::solve_lindblad(made.system, made.start * made.start.adjoint(), times);
        for (const auto& [name, op] : made.observables) {
            CAPTURE(name);
            const auto values = expected["observables"][name].get<std::vector<double>>();
            for (std::size_t i = 0; i < times.size(); ++i)
                CHECK(exact::expectation(op, states[i]).real() == doctest::Approx(values[i]).epsilon(1e-7));
        }
        CHECK(std::abs(states.back().trace() - 1.0) < 1e-10);
    }
    const auto atom = driven_atom();
    CHECK(exact::expectation(atom.observables[0].second, exact::steady_density_matrix(atom.system)).real() ==
          doctest::Approx(reference["driven_atom"]["steady_excited"].get<double>()).epsilon(1e-10));
}

TEST_CASE("a factor of 1 that claims to depend on time changes nothing") {
    auto made = jaynes_cummings();
    const std::vector<double> times{0.0, 0.3, 1.7};
    const Eigen::MatrixXcd start = made.start * made.start.adjoint();
    const auto constant = exact::solve_lindblad(made.system, start, times);
    for (auto& jump : made.system.jumps)
        jump.factor = [](double) { return 1.0; };
    made.system.hamiltonian.front().factor = [](double) { return 1.0; };
    made.system.knots = {0.5, 1.0};
    const auto factored = exact::solve_lindblad(made.system, start, times);
    for (std::size_t i = 0; i < times.size(); ++i)
        CHECK((constant[i] - factored[i]).cwiseAbs().maxCoeff() < 1e-9);
}

TEST_CASE("one long step by squaring is many short ones by series") {
    // Coherences, and a phase that turns 2500 times: uneven times leave nothing to square.
    const ThreeLevelAtoms atoms{3, 4000.0, 500.0, 60.0};
    const ThreeLevelBasis basis(3);
    const auto system = three_level_system(atoms, basis);
    const Eigen::VectorXcd psi = basis.embed(DickeState::coherent(DickeLadder(3), 2.0, 0.3));
    std::vector<double> uneven;
    for (int k = 0; k <= 1000; ++k)
        uneven.push_back(4.0 * std::pow(k / 1000.0, 2));
    const auto series = exact::solve_lindblad(system, psi * psi.adjoint(), uneven);
    const auto squared = exact::solve_lindblad(system, psi * psi.adjoint(), std::vector{2.0, 4.0});
    CHECK((squared[1] - series[1000]).cwiseAbs().maxCoeff() < 1e-10);
    CHECK(std::abs(squared[1].trace() - 1.0) < 1e-10);
    CHECK((squared[1] - squared[1].adjoint()).cwiseAbs().maxCoeff() < 1e-14);
    // Another time, another state.
    CHECK((squared[0] - squared[1]).cwiseAbs().maxCoeff() > 1e-3);
}

TEST_CASE("three-level atoms reach the values of an independent solution") {
    // N = 2 and 4 from the ground state, by a dense integration in another program.
    const std::vector<double> times{1.75, 2.0};
    const auto check = [&](const ThreeLevelAtoms& atoms, std::vector<double> jz, std::vector<double> nr) {
        const ThreeLevelBasis states(atoms.atoms);
        const auto system = three_level_system(atoms, states);
        using Level = ThreeLevelBasis::Level;
        const Operator inversion =
            0.5 * (states.transfer(Level::e, Level::e) - states.transfer(Level::g, Level::g));
        const Operator third = states.transfer(Level::r, Level::r);
        const Eigen::VectorXcd psi = states.embed(DickeState::dicke(DickeLadder(atoms.atoms), 0));
        const auto rho = exact::solve_lindblad(system, psi * psi.adjoint(), times);
        for (std::size_t i = 0; i < 2; ++i) {
            CHECK(std::abs(exact::expectation(inversion, rho[i]).real() - jz[i]) < 1e-8);
            CHECK(std::abs(exact::expectation(third, rho[i]).real() - nr[i]) < 1e-8);
        }
        // The steady state stands still.
        const auto steady = exact::steady_density_matrix(system);
        const auto later = exact::solve_lindblad(system, steady, std::vector{0.3});
        CHECK((later[0] - steady).cwiseAbs().maxCoeff() < 1e-9);
    };
    check({2, 600.0, 109.54451150103321, 30.0}, {-0.060145430302948166, -0.04789948954362},
          {0.033240088872402346, 0.03286969222408681});
    check({4, 1000.0, 154.91933384829667, 50.0}, {0.2260445341674298, 0.248353638399323},
          {0.040432211971330546, 0.039928877094449866});
}

TEST_CASE("the Lindblad equation says what does not fit") {
    const auto made = driven_atom();
    const Eigen::MatrixXcd start = made.start * made.start.adjoint();
    const std::vector<double> times{0.0, 1.0};

    QuantumSystem skew = made.system;
    skew.hamiltonian.push_back({sigmam()});
    CHECK(mentions(message_of([&] { exact::solve_lindblad(skew, start, times); }), "not Hermitian"));

    QuantumSystem mixed = made.system;
    mixed.jumps.push_back({destroy(3)});
    CHECK(mentions(message_of([&] { exact::solve_lindblad(mixed, start, times); }), "3 x 3"));
    CHECK(mentions(message_of([&] { exact::solve_lindblad(mixed, start, times); }), "2 x 2"));

    CHECK(mentions(message_of([&] {
                       exact::solve_lindblad(made.system, Eigen::MatrixXcd::Identity(3, 3) / 3.0, times);
                   }),
                   "3 x 3"));
    CHECK(mentions(message_of([&] { exact::solve_lindblad(made.system, 2.0 * start, times); }), "trace"));
    CHECK(mentions(message_of([&] {
                       exact::solve_lindblad(made.system, start, std::vector{1.0, 0.5});
                   }),
                   "ascend"));
    QuantumSystem still{.hamiltonian = {{sigmaz()}}, .jumps = {}};
    CHECK(mentions(message_of([&] { exact::steady_density_matrix(still); }), "more than one"));
    CHECK(mentions(message_of([&] { exact::solve_lindblad({}, start, times); }), "without operators"));
}

TEST_CASE("the Lindblad equation refuses numbers that are not") {
    const auto made = driven_atom();
    const Eigen::MatrixXcd start = made.start * made.start.adjoint();
    const std::vector<double> times{0.0, 1.0};
    const double not_a_number = std::nan("");
    auto system = made.system;
    system.hamiltonian.front().matrix.coeffRef(0, 0) = not_a_number;
    CHECK(mentions(message_of([&] { exact::solve_lindblad(system, start, times); }), "not finite"));
    CHECK(mentions(message_of([&] { exact::steady_density_matrix(system); }), "not finite"));
    system = made.system;
    system.jumps.front().matrix.coeffRef(0, 1) = not_a_number;
    CHECK(mentions(message_of([&] { exact::solve_lindblad(system, start, times); }), "not finite"));
    auto spoilt = start;
    spoilt(0, 1) = spoilt(1, 0) = not_a_number;
    CHECK(mentions(message_of([&] { exact::solve_lindblad(made.system, spoilt, times); }), "not finite"));
    CHECK(mentions(message_of([&] { exact::solve_lindblad(made.system, start, std::vector{not_a_number}); }),
                   "times"));
    system = made.system;
    system.jumps.front().factor = [](double t) { return t > 0.4 ? std::nan("") : 1.0; };
    CHECK(mentions(message_of([&] { exact::solve_lindblad(system, start, times); }), "a factor of nan"));
}

TEST_CASE("an operator of another shape has no expectation") {
    const Eigen::MatrixXcd rho = Eigen::MatrixXcd::Identity(2, 2) / 2.0;
    CHECK(exact::expectation(sigmaz(), rho) == 0.0);
    CHECK(mentions(message_of([&] { exact::expectation(destroy(3), rho); }), "3 x 3"));
}
