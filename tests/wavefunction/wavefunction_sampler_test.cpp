#include "dickejump/wavefunction/wavefunction_sampler.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <stdexcept>

#include "dickejump/model/invalid_input.hpp"
#include "dickejump/wavefunction/diagonal_sampler.hpp"
#include "support/qutip_systems.hpp"
#include "wavefunction/trajectories.hpp"

using namespace dickejump;
using namespace dickejump::test;

namespace {

const std::vector<double> times{0.0, 0.4, 1.1, 1.10001, 3.0};

}  // namespace

TEST_CASE("the general sampler follows the ladder under a scanned pump") {
    // Same words, same order of channels: the diagonal sampler, which is exact, is the judge. N = 20 is where
    // an absolute tolerance on collapse times fails.
    const DickeLadder ladder(20);
    const auto pump = PumpSchedule::triangle(0.2, 1.8, 0.15, 1);
    const auto channels = collective_channels(ladder);
    Operator up(21, 21), down(21, 21);
    for (int n = 0; n < 20; ++n) {
        up.insert(n + 1, n) = channels.pumping[static_cast<std::size_t>(n)];
        down.insert(n, n + 1) = channels.emission[static_cast<std::size_t>(n) + 1];
    }
    const QuantumSystem system{
        .hamiltonian = {},
        .jumps = {{up, [pump](double t) { return std::sqrt(pump.at(t)); }, "pump"}, {down, {}, "cavity"}},
        .knots = {0.15}};
    const auto start = DickeState::coherent(ladder, 1.5, 0.8);
    const DiagonalSampler exact(channels, pump, start);
    const WavefunctionSampler general(system, {.tolerance = 1e-10});
    for (std::uint64_t k = 0; k < 4; ++k) {
        std::vector<Jump> record;
        Stream random(11, k, Purpose::test);
        exact(
            random, std::vector{0.3}, [](std::size_t, const LadderView&) {}, &record);
        const auto other = told(general, start.amplitudes(), std::vector{0.3}, k);
        REQUIRE(other.jumps.size() == record.size());
        CHECK(record.size() > 20);
        for (std::size_t i = 0; i < record.size(); ++i) {
            CHECK(other.jumps[i].time == doctest::Approx(record[i].time).epsilon(1e-7));
            CHECK(other.jumps[i].channel == (record[i].dn() > 0 ? 0 : 1));
        }
    }
}

TEST_CASE("a jump time is as good at any scale of rates") {
    for (const double scale : {1e-9, 1.0, 1e9}) {
        CAPTURE(scale);
        auto made = driven_atom(scale);
        made.system.hamiltonian.front().matrix *= scale;
        const auto unscaled = told(WavefunctionSampler(driven_atom().system), basis(2, 1), times, 5);
        std::vector<double> scaled_times;
        for (const double time : times)
            scaled_times.push_back(time / scale);
        const auto scaled = told(WavefunctionSampler(made.system), basis(2, 1), scaled_times, 5);
        REQUIRE(scaled.jumps.size() == unscaled.jumps.size());
        for (std::size_t i = 0; i < scaled.jumps.size(); ++i)
            CHECK(scaled.jumps[i].time * scale == doctest::Approx(unscaled.jumps[i].time).epsilon(1e-6));
    }
}

TEST_CASE("samplers say what does not fit") {
    const auto made = driven_atom();
    const WavefunctionSampler sample(made.system);
    const auto run = [&](const auto& sampler, const Eigen::VectorXcd& start, std::vector<double> when) {
        Stream random(1, 1, Purpose::test);
        sampler(
            random, start, when, [](std::size_t, const Eigen::VectorXcd&) {}, nullptr);
    };
    CHECK_THROWS_WITH_AS(run(sample, basis(3, 0), {1.0}), doctest::Contains("3 amplitudes"), InvalidInput);
    CHECK_THROWS_WITH_AS(run(sample, 1.1 * basis(2, 0), {1.0}), doctest::Contains("|psi|^2 = 1.21"),
                         InvalidInput);
    CHECK_THROWS_WITH_AS(run(sample, basis(2, 0), {-1.0}), doctest::Contains("time = -1"), InvalidInput);
    CHECK_THROWS_WITH_AS(WavefunctionSampler(made.system, {.tolerance = 0.0}), doctest::Contains("tolerance"),
                         InvalidInput);
    for (const double bad : {-1.0, std::nan(""), HUGE_VAL})
        CHECK_THROWS_AS(WavefunctionSampler(made.system, {.tolerance = bad}), InvalidInput);
    for (const double bad : {-1.0, std::nan("")})
        CHECK_THROWS_AS(WavefunctionSampler(made.system, {.longest_step = bad}), InvalidInput);
    CHECK_THROWS_AS(run(sample, basis(2, 0), {std::nan("")}), InvalidInput);
    QuantumSystem skew{.hamiltonian = {{sigmam()}}, .jumps = {}};
    CHECK_THROWS_WITH_AS(WavefunctionSampler{skew}, doctest::Contains("2 x 2 is not Hermitian"),
                         InvalidInput);
    QuantumSystem uneven{.hamiltonian = {{sigmax()}}, .jumps = {{destroy(5)}}};
    CHECK_THROWS_WITH_AS(WavefunctionSampler{uneven}, doctest::Contains("5 x 5"), InvalidInput);
}

TEST_CASE("a factor that is not finite ends the trajectory with an error") {
    const QuantumSystem system{.hamiltonian = {{sigmax()}},
                               .jumps = {{sigmam(), [](double t) { return t > 0.4 ? std::nan("") : 1.0; }}}};
    CHECK_THROWS_AS(told(WavefunctionSampler(system), basis(2, 1), std::vector{2.0}, 1), std::runtime_error);
}
