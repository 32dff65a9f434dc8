// A two-level atom driven on resonance: Monte Carlo against the master equation.
#include <cmath>
#include <cstdio>

#include "dickejump/exact/lindblad.hpp"
#include "dickejump/wavefunction/propagator_sampler.hpp"

using namespace dickejump;

int main() {
    const QuantumSystem atom{.hamiltonian = {{1.5 * sigmax()}},
                             .jumps = {{sigmam()}}};  // Omega = 3, gamma = 1
    const Operator excited = sigmap() * sigmam();
    const std::vector<double> times{0.5, 1.0, 2.0, 4.0};
    const PropagatorSampler sample(atom);
    std::vector<double> sums(times.size());
    constexpr int trajectories = 20'000;
    for (std::uint64_t k = 0; k < trajectories; ++k) {
        Stream random(1, k, Purpose::wavefunction);
        sample(random, basis(2, 1), times,
               [&](std::size_t i, const Eigen::VectorXcd& psi) { sums[i] += psi.dot(excited * psi).real(); });
    }
    const auto exact = exact::solve_lindblad(atom, basis(2, 1) * basis(2, 1).adjoint(), times);
    for (std::size_t i = 0; i < times.size(); ++i)
        std::printf("t = %.1f  excited %.4f  exact %.4f\n", times[i], sums[i] / trajectories,
                    exact::expectation(excited, exact[i]).real());
}
