#include "dickejump/exact/density_matrix.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "dickejump/exact/lindblad.hpp"
#include "dickejump/exact/steady_state.hpp"
#include "dickejump/model/invalid_input.hpp"

using namespace dickejump;

namespace {

/// A ladder model as a general system with a pump that depends on time.
QuantumSystem as_system(const LadderChannels& channels, const PumpSchedule& pump) {
    const auto levels = static_cast<Eigen::Index>(channels.pumping.size());
    Operator up(levels, levels), down(levels, levels), energy(levels, levels);
    for (Eigen::Index n = 0; n < levels; ++n) {
        const auto i = static_cast<std::size_t>(n);
        if (n + 1 < levels) up.insert(n + 1, n) = channels.pumping[i];
        if (n > 0) down.insert(n - 1, n) = channels.emission[i];
        energy.insert(n, n) = channels.energy[i];
    }
    QuantumSystem system{
        .hamiltonian = {{energy, [pump](double t) { return pump.at(t); }}},
        .jumps = {{up, [pump](double t) { return std::sqrt(pump.at(t)); }, "pump"}, {down, {}, "cavity"}}};
    for (const auto& piece : pump.pieces())
        system.knots.push_back(piece.begin);
    return system;
}

const std::vector<double> times{0.0, 0.05, 0.3, 0.31, 0.8};

}  // namespace

TEST_CASE("the sectors together are the Lindblad equation") {
    const auto pump = PumpSchedule::triangle(0.4, 1.7, 0.25, 2);
    const DickeLadder ladder(5);
    for (const auto& channels : {collective_channels(ladder), effective_channels({5, 40.0, 1.0, 12.0})}) {
        const auto psi = DickeState::coherent(ladder, 1.1, 0.7).amplitudes();
        const Eigen::MatrixXcd start = psi * psi.adjoint();
        const auto sectors = exact::solve_density_matrix(channels, pump, start, times);
        const auto whole = exact::solve_lindblad(as_system(channels, pump), start, times);
        for (std::size_t i = 0; i < times.size(); ++i)
            CHECK((sectors[i] - whole[i]).cwiseAbs().maxCoeff() < 2e-8);
    }
}

TEST_CASE("means of coherent states are those of an independent solution") {
    const auto spin = [](std::int64_t atoms, double theta, double phi, double pump, double time) {
        const auto state = DickeState::coherent(DickeLadder(atoms), theta, phi);
        return exact::solve_spin(collective_channels(DickeLadder(atoms)), PumpSchedule::constant(pump),
                                 exact::sector_of(state, 0), exact::sector_of(state, 1),
                                 std::vector{0.0, time});
    };
    const double half_pi = 0.5 * std::acos(-1.0);
    const auto a = spin(20, half_pi, 0.0, 0.7, 1.0);
    CHECK(a.jx[0] == doctest::Approx(10.0).epsilon(1e-12));
    CHECK(a.jx[1] == doctest::Approx(1.232402005199511).epsilon(1e-7));
    CHECK(a.jz[1] == doctest::Approx(-7.562612428258316).epsilon(1e-7));
    CHECK(a.jz2[1] == doctest::Approx(65.5832284822783).epsilon(1e-7));
    const auto b = spin(11, 2.0, 0.5, 1.1, 1.0);
    CHECK(b.jx[1] == doctest::Approx(1.5497583448280152).epsilon(1e-7));
    CHECK(b.jy[1] == doctest::Approx(0.8466368424357364).epsilon(1e-7));
    CHECK(b.jz2[1] == doctest::Approx(12.146290379344372).epsilon(1e-7));
}

TEST_CASE("at w = gamma the coherences of sector q fade at the rate q, whatever N") {
    // App. C: eigenvalues l(l+1) - q^2, the slowest with l = q.
    for (const std::int64_t atoms : {6, 2000})
        for (const std::int64_t q : {1, 3}) {
            const auto state = DickeState::coherent(DickeLadder(atoms), 1.3, 0.0);
            const auto curve =
                exact::solve_sector(collective_channels(DickeLadder(atoms)), PumpSchedule::constant(1.0),
                                    exact::sector_of(state, q), q, std::vector{4.0, 4.5});
            const double ratio = curve.col(1).norm() / curve.col(0).norm();
            CHECK(-std::log(ratio) / 0.5 == doctest::Approx(static_cast<double>(q)).epsilon(1e-6));
        }
}

TEST_CASE("the steady state of a ladder model") {
    const DickeLadder ladder(12);
    const auto general = exact::steady_state(collective_channels(ladder), 1.2);
    CHECK((general - exact::steady_state(ladder, 1.2)).cwiseAbs().maxCoeff() < 1e-15);
    CHECK(exact::steady_state(collective_channels(ladder), 0.0)(0) == 1.0);
    const auto channels = effective_channels({12, 100.0, 1.0, 20.0});
    const Eigen::VectorXcd p = exact::steady_state(channels, 1.4).cast<std::complex<double>>();
    const auto later = exact::solve_sector(channels, PumpSchedule::constant(1.4), p, 0, std::vector{2.0});
    CHECK((later.col(0) - p).cwiseAbs().maxCoeff() < 1e-10);
}

TEST_CASE("the density matrix says what does not fit") {
    const auto channels = collective_channels(DickeLadder(3));
    const auto pump = PumpSchedule::constant(1.0);
    CHECK_THROWS_WITH_AS(exact::solve_sector(channels, pump, Eigen::VectorXcd::Zero(4), 1, times),
                         doctest::Contains("has N + 1 - q = 3"), InvalidInput);
    CHECK_THROWS_WITH_AS(exact::solve_sector(channels, pump, Eigen::VectorXcd::Zero(4), 7, times),
                         doctest::Contains("0..3"), InvalidInput);
    CHECK_THROWS_WITH_AS(
        exact::solve_density_matrix(channels, pump, Eigen::MatrixXcd::Identity(3, 3) / 3.0, times),
        doctest::Contains("4 x 4"), InvalidInput);
    CHECK_THROWS_WITH_AS(exact::solve_density_matrix(channels, pump, Eigen::MatrixXcd::Identity(4, 4), times),
                         doctest::Contains("trace"), InvalidInput);
    Eigen::MatrixXcd skew = Eigen::MatrixXcd::Identity(4, 4) / 4.0;
    skew(0, 1) = 0.1;
    CHECK_THROWS_WITH_AS(exact::solve_density_matrix(channels, pump, skew, times),
                         doctest::Contains("not Hermitian"), InvalidInput);
}

TEST_CASE("there are N + 1 sectors, counted from 0") {
    const auto state = DickeState::ghz(DickeLadder(3));
    const auto c = state.amplitudes();
    for (const std::int64_t q : {0, 3}) {
        CHECK(exact::sector_of(state, q).size() == 4 - q);
        CHECK(exact::sector_of(c * c.adjoint(), q) == exact::sector_of(state, q));
    }
    for (const std::int64_t q : {-1, 4}) {
        CHECK_THROWS_AS(exact::sector_of(state, q), InvalidInput);
        CHECK_THROWS_AS(exact::sector_of(c * c.adjoint(), q), InvalidInput);
    }
}

TEST_CASE("the density matrix refuses numbers that are not") {
    const auto channels = collective_channels(DickeLadder(3));
    const auto pump = PumpSchedule::constant(1.0);
    Eigen::MatrixXcd rho = Eigen::MatrixXcd::Identity(4, 4) / 4.0;
    rho(0, 2) = rho(2, 0) = std::nan("");
    CHECK_THROWS_AS(exact::solve_density_matrix(channels, pump, rho, times), InvalidInput);
    const Eigen::VectorXcd populations = Eigen::VectorXcd::Unit(4, 0), coherences = Eigen::VectorXcd::Zero(3);
    CHECK_NOTHROW(exact::solve_spin(channels, pump, populations, coherences, times));
    for (const Eigen::Index size : {0, 3})
        CHECK_THROWS_AS(exact::solve_spin(channels, pump, Eigen::VectorXcd::Zero(size), coherences, times),
                        InvalidInput);
    for (const Eigen::Index size : {0, 4})
        CHECK_THROWS_AS(exact::solve_spin(channels, pump, populations, Eigen::VectorXcd::Zero(size), times),
                        InvalidInput);
    CHECK_THROWS_AS(exact::solve_sector(channels, pump, populations, 0, std::vector{0.0, std::nan("")}),
                    InvalidInput);
}

TEST_CASE("a ladder whose levels never empty, or whose rates overflow, has no steady state") {
    auto channels = collective_channels(DickeLadder(3));
    for (const double pump : {-1.0, std::nan(""), 1.7e308})
        CHECK_THROWS_AS(exact::steady_state(channels, pump), InvalidInput);
    channels.emission[2] = 0.0;
    CHECK_THROWS_WITH_AS(exact::steady_state(channels, 1.0), doctest::Contains("n = 2"), InvalidInput);
}
