// A two-level atom driven on resonance: Monte Carlo against the master equation.
#include <cstdio>

#include "dickejump/dickejump.hpp"

using namespace dickejump;

int main() {
    const QuantumSystem atom{.hamiltonian = {{1.5 * sigmax()}},
                             .jumps = {{sigmam()}}};  // Omega = 3, gamma = 1
    const Operator excited = sigmap() * sigmam();
    const std::vector<double> times{0.5, 1.0, 2.0, 4.0};
    const auto ground = basis(2, 1);
    const auto simulated = mcsolve(atom, ground, times, {{"excited", excited}}, {.trajectories = 20'000});
    const auto exact = exact::solve_lindblad(atom, ground * ground.adjoint(), times);
    for (std::size_t i = 0; i < times.size(); ++i)
        std::printf("t = %.1f  excited %.4f +- %.4f  exact %.4f\n", times[i], simulated["excited"].mean[i],
                    simulated["excited"].error[i], exact::expectation(excited, exact[i]).real());
}
