// A cavity with four photons, driven until t = 3, that leaks: factors of time, and the record of photons.
#include <cmath>
#include <cstdio>

#include "dickejump/exact/lindblad.hpp"
#include "dickejump/wavefunction/wavefunction_sampler.hpp"

using namespace dickejump;

int main() {
    const Operator a = destroy(20), photons = a.adjoint() * a, field = a + Operator(a.adjoint());
    const QuantumSystem cavity{.hamiltonian = {{field, [](double t) { return t < 3.0 ? 1.0 : 0.0; }}},
                               .jumps = {{std::sqrt(0.8) * a}},
                               .knots = {3.0}};
    const std::vector<double> times{1.0, 3.0, 6.0};
    const WavefunctionSampler sample(cavity);
    std::vector<double> sums(times.size());
    std::vector<ChannelJump> clicks;
    constexpr int trajectories = 2'000;
    for (std::uint64_t k = 0; k < trajectories; ++k) {
        Stream random(1, k, Purpose::wavefunction);
        sample(
            random, basis(20, 4), times,
            [&](std::size_t i, const Eigen::VectorXcd& psi) { sums[i] += psi.dot(photons * psi).real(); },
            &clicks);
    }
    const auto exact = exact::solve_lindblad(cavity, basis(20, 4) * basis(20, 4).adjoint(), times);
    for (std::size_t i = 0; i < times.size(); ++i)
        std::printf("t = %.0f  photons inside %.4f  exact %.4f\n", times[i], sums[i] / trajectories,
                    exact::expectation(photons, exact[i]).real());
    std::printf("photons that leaked: %.3f a run\n", static_cast<double>(clicks.size()) / trajectories);
}
