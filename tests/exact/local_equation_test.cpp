#include "dickejump/exact/local_equation.hpp"

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <fstream>
#include <nlohmann/json.hpp>

#include "dickejump/exact/correlation.hpp"
#include "dickejump/exact/lindblad.hpp"
#include "dickejump/exact/local_steady.hpp"
#include "dickejump/exact/steady_state.hpp"
#include "dickejump/model/quantum_system.hpp"

using namespace dickejump;

namespace {

Eigen::VectorXd ground(const LocalSpins& spins) {
    return Eigen::VectorXd::Unit(static_cast<Eigen::Index>(spins.states()), 0);
}

/// <J_z>, Var J_z, <J^2> at a time.
struct Row {
    double time, jz, variance, j2;
};

void check_rows(const exact::LocalSolution& found, std::span<const Row> rows, double tolerance) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        CAPTURE(rows[i].time);
        CHECK(std::abs(found.solution.jz_mean[i] - rows[i].jz) < tolerance);
        CHECK(std::abs(found.solution.jz_variance[i] - rows[i].variance) < tolerance);
        CHECK(std::abs(found.j2_mean[i] - rows[i].j2) < tolerance);
    }
}

}  // namespace

TEST_CASE("|j, m> under local processes at constant pump: values computed elsewhere") {
    const std::array times{0.5, 2.0, 10.0};
    const auto at = [&](LocalRates rates, double pump) {
        const LocalSpins spins(20, rates);
        return exact::solve_local(spins, PumpSchedule::constant(pump), 10.0, ground(spins), times);
    };
    check_rows(at({.emission = 0.1}, 1.0),
               std::array<Row, 3>{{{0.5, -3.808931, 25.307111, 108.728271},
                                   {2.0, -0.619005, 31.269953, 95.417889},
                                   {10.0, -0.476190, 15.490280, 47.211984}}},
               6e-7);
    check_rows(at({.emission = 0.1, .pumping = 0.05, .dephasing = 0.2}, 1.1),
               std::array<Row, 3>{{{0.5, -1.632385, 28.976385, 97.973774},
                                   {2.0, 1.732291, 19.706878, 64.007083},
                                   {10.0, 0.296372, 5.684270, 17.102019}}},
               6e-7);
}

TEST_CASE("|j, m> under a schedule: values computed elsewhere") {
    const LocalSpins spins(16, {.emission = 0.05});
    const auto pump =
        PumpSchedule::piecewise_linear(std::array{0.0, 4.0, 8.0, 12.0}, std::array{0.2, 1.8, 0.2, 1.8});
    check_rows(exact::solve_local(spins, pump, 12.0, ground(spins), std::array{2.0, 4.0, 8.0, 12.0}),
               std::array<Row, 4>{{{2.0, -3.254010, 16.385570, 71.325716},
                                   {4.0, 5.801535, 3.936396, 59.042464},
                                   {8.0, -5.753345, 2.354615, 45.188816},
                                   {12.0, 4.240757, 4.938080, 39.004783}}},
               6e-7);
}

TEST_CASE("the chain of |j, m> is the Lindblad equation of single atoms") {
    // Four atoms, each with operators of its own on 2^4 states: nothing of the chain is in it.
    constexpr int atoms = 4, dimension = 1 << atoms;
    const double w = 1.3;
    const LocalRates rates{.emission = 0.2, .pumping = 0.15, .dephasing = 0.4};
    const auto lowering = [&](int atom) {
        Operator op(dimension, dimension);
        for (int s = 0; s < dimension; ++s)
            if (s >> atom & 1) op.coeffRef(s ^ (1 << atom), s) = 1.0;
        return op;
    };
    Operator all(dimension, dimension);
    QuantumSystem system;
    for (int atom = 0; atom < atoms; ++atom) {
        const Operator minus = lowering(atom), plus = minus.adjoint();
        all += minus;
        Operator z = plus * minus - minus * plus;
        system.jumps.push_back({.matrix = std::sqrt(rates.emission) * minus});
        system.jumps.push_back({.matrix = std::sqrt(rates.pumping) * plus});
        system.jumps.push_back({.matrix = 0.5 * std::sqrt(rates.dephasing) * z});
    }
    const Operator raised = all.adjoint();
    system.jumps.push_back({.matrix = all});
    system.jumps.push_back({.matrix = std::sqrt(w) * raised});
    system.hamiltonian = {{.matrix = Operator(dimension, dimension)}};
    const Operator jz = 0.5 * (raised * all - all * raised);
    const Operator j2 = 0.5 * (raised * all + all * raised) + jz * jz, jz2 = jz * jz;

    const std::array times{0.3, 1.0, 4.0};
    Eigen::MatrixXcd start = Eigen::MatrixXcd::Zero(dimension, dimension);
    start(0, 0) = 1.0;
    const auto whole = exact::solve_lindblad(system, start, times);
    const LocalSpins spins(atoms, rates);
    const auto chain = exact::solve_local(spins, PumpSchedule::constant(w), 4.0, ground(spins), times);
    for (std::size_t i = 0; i < times.size(); ++i) {
        const double mean = exact::expectation(jz, whole[i]).real();
        CHECK(chain.solution.jz_mean[i] == doctest::Approx(mean).epsilon(1e-8));
        CHECK(chain.solution.jz_variance[i] ==
              doctest::Approx(exact::expectation(jz2, whole[i]).real() - mean * mean).epsilon(1e-8));
        CHECK(chain.j2_mean[i] == doctest::Approx(exact::expectation(j2, whole[i]).real()).epsilon(1e-8));
    }
}

TEST_CASE("the chain, its steady state and its correlation are those of PIQS") {
    // tools/python/piqs_reference.py; PIQS keeps its coefficients in single precision.
    std::ifstream file(DICKEJUMP_TEST_DATA "/piqs_reference.json");
    const auto reference = nlohmann::json::parse(file);
    CHECK(reference["cases"].size() == 6);
    for (const auto& expected : reference["cases"]) {
        const LocalSpins spins(expected["atoms"].get<std::int64_t>(),
                               {.emission = expected["emission"].get<double>(),
                                .pumping = expected["pumping"].get<double>(),
                                .dephasing = expected["dephasing"].get<double>()});
        const SpinState start{expected["twice_j"].get<std::int64_t>(),
                              expected["twice_m"].get<std::int64_t>()};
        const double w = expected["pump"].get<double>(), tolerance = 2e-6 * spins.symmetric(0).j2();
        CAPTURE(spins.atoms());
        const auto times = expected["times"].get<std::vector<double>>();
        const auto found =
            exact::solve_local(spins, PumpSchedule::constant(w), times.back(),
                               Eigen::VectorXd::Unit(static_cast<Eigen::Index>(spins.states()),
                                                     static_cast<Eigen::Index>(spins.index(start))),
                               times);
        const auto value = [&](const char* name, std::size_t i) {
            return expected["observables"][name][i].get<double>();
        };
        for (std::size_t i = 0; i < times.size(); ++i) {
            const double mean = found.solution.jz_mean[i];
            CHECK(std::abs(mean - value("jz", i)) < tolerance);
            CHECK(std::abs(found.solution.jz_variance[i] + mean * mean - value("jz2", i)) < tolerance);
            CHECK(std::abs(found.j2_mean[i] - value("j2", i)) < tolerance);
        }
        const auto steady = exact::local_steady_state(spins, w);
        CHECK(std::abs(steady.inversion.mean - expected["steady"]["jz"].get<double>()) < tolerance);
        CHECK(std::abs(steady.j2 - expected["steady"]["j2"].get<double>()) < tolerance);
        const auto czz = exact::inversion_correlation(spins, w, times);
        for (std::size_t i = 0; i < times.size(); ++i)
            CHECK(std::abs(czz[i] - expected["czz"][i].get<double>()) < tolerance);
    }
}

TEST_CASE("many atoms under a strong pump follow the mean field") {
    // The collective pump keeps them at m = j, where dephasing does nothing and the mean field is
    // dj/dt = -(G + W) j + (W - G) N/2. What it leaves out is of the order of one atom.
    const LocalRates rates{.emission = 0.1, .pumping = 0.3, .dephasing = 0.5};
    const std::array times{0.5, 2.0, 6.0};
    const auto error = [&](std::int64_t atoms) {
        const LocalSpins spins(atoms, rates);
        const auto start = Eigen::VectorXd::Unit(static_cast<Eigen::Index>(spins.states()), atoms);
        const auto found = exact::solve_local(spins, PumpSchedule::constant(3.0), 6.0, start, times,
                                              exact::Sensitivity::left_out);
        double worst = 0.0;
        for (std::size_t i = 0; i < times.size(); ++i) {
            const double left = std::exp(-(rates.emission + rates.pumping) * times[i]);
            worst = std::max(worst, std::abs(found.solution.jz_mean[i] / (0.5 * static_cast<double>(atoms)) -
                                             (left + 0.5 * (1.0 - left))));
        }
        return worst;
    };
    const double few = error(60), many = error(240);
    CHECK(few < 3.0 / 60.0);
    CHECK(few / many == doctest::Approx(4.0).epsilon(0.1));
}

TEST_CASE("without local rates the chain is the ladder") {
    const DickeLadder ladder(24);
    const LocalSpins spins(24, {});
    const auto pump = PumpSchedule::linear(0.5, 1.5, 3.0);
    const auto levels = exact::steady_state(ladder, 0.5);
    const std::array times{0.0, 0.7, 3.0};
    const auto ladder_says = exact::solve(ladder, pump, 3.0, levels, times);
    const auto chain =
        exact::solve_local(spins, pump, 3.0, exact::symmetric_populations(spins, levels), times);
    for (std::size_t i = 0; i < times.size(); ++i) {
        CHECK(chain.solution.jz_mean[i] == doctest::Approx(ladder_says.jz_mean[i]).epsilon(1e-8));
        CHECK(chain.solution.jz_variance[i] == doctest::Approx(ladder_says.jz_variance[i]).epsilon(1e-8));
        CHECK(chain.j2_mean[i] == doctest::Approx(12.0 * 13.0).epsilon(1e-9));
    }
    CHECK(chain.solution.inversion_integral_slope ==
          doctest::Approx(ladder_says.inversion_integral_slope).epsilon(1e-7));
    CHECK(chain.solution.snapshot_information.value ==
          doctest::Approx(ladder_says.snapshot_information.value).epsilon(1e-6));
    CHECK(*chain.solution.record_information ==
          doctest::Approx(*ladder_says.record_information).epsilon(1e-8));
    CHECK(*chain.solution.crossing == doctest::Approx(*ladder_says.crossing).epsilon(1e-8));
    CHECK(chain.side_photons == 0.0);
}

TEST_CASE("the sensitivity is the difference of two pumps, and integrals join") {
    const LocalSpins spins(12, {.emission = 0.1, .pumping = 0.02, .dephasing = 0.05});
    const auto pump = PumpSchedule::linear(0.4, 1.6, 5.0);
    const std::array times{1.0, 2.3, 5.0};
    const auto at = [&](double theta) {
        return exact::solve_local(spins, pump.affine(1.0, theta), 5.0, ground(spins), times);
    };
    const double h = 1e-4;
    const auto below = at(-h), here = at(0.0), above = at(h);
    for (std::size_t i = 0; i < times.size(); ++i)
        CHECK(here.inversion_integral_slope[i] ==
              doctest::Approx((above.inversion_integral[i] - below.inversion_integral[i]) / (2.0 * h))
                  .epsilon(1e-5));
    CHECK(here.inversion_integral[2] == doctest::Approx(here.solution.inversion_integral).epsilon(1e-12));
    CHECK(here.inversion_integral_slope[2] ==
          doctest::Approx(here.solution.inversion_integral_slope).epsilon(1e-12));
    // Photons to the side are what the atoms had excited: Ge int (N/2 + <J_z>) dt.
    CHECK(here.side_photons ==
          doctest::Approx(0.1 * (30.0 + here.solution.inversion_integral)).epsilon(1e-10));
    // Of a part of the run the integral is the same as of the run that ends there.
    const auto half = exact::solve_local(spins, pump, 2.3, ground(spins), std::array{2.3});
    CHECK(here.inversion_integral[1] == doctest::Approx(half.solution.inversion_integral).epsilon(1e-8));
}

TEST_CASE("starts that do not fit are refused") {
    const LocalSpins spins(4, {.emission = 1.0});
    const auto pump = PumpSchedule::constant(1.0);
    CHECK_THROWS_AS(exact::solve_local(spins, pump, 1.0, Eigen::VectorXd::Ones(5), std::array{1.0}),
                    InvalidInput);
    CHECK_THROWS_AS(exact::solve_local(spins, pump, 1.0, Eigen::VectorXd::Ones(9), std::array{1.0}),
                    InvalidInput);
    CHECK_THROWS_AS(exact::solve_local(spins, pump, 1.0, ground(spins), std::array{1.5}), InvalidInput);
    CHECK_THROWS_AS(exact::symmetric_populations(spins, Eigen::VectorXd::Ones(4)), InvalidInput);
}

TEST_CASE("a solution of |j, m> that is asked to stop does") {
    const std::atomic<bool> stop = true;
    const LocalSpins spins(8, {.emission = 0.1});
    CHECK_THROWS_AS(exact::solve_local(spins, PumpSchedule::constant(1.0), 1.0, ground(spins), {},
                                       exact::Sensitivity::left_out, StopRequest(&stop)),
                    Stopped);
}
