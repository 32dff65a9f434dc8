// A cavity with four photons, driven until t = 3, that leaks: factors of time, and the number of photons that
// left.
#include <cmath>
#include <cstdio>

#include "dickejump/dickejump.hpp"

using namespace dickejump;

int main() {
    const Operator a = destroy(20), photons = num(20), field = a + dag(a);
    const QuantumSystem cavity{.hamiltonian = {{field, [](double t) { return t < 3.0 ? 1.0 : 0.0; }}},
                               .jumps = {{std::sqrt(0.8) * a}},
                               .knots = {3.0}};
    const auto four = basis(20, 4);
    const std::vector<double> times{1.0, 3.0, 6.0};
    const auto simulated = mcsolve(cavity, four, times, {{"inside", photons}}, {.trajectories = 2'000});
    const auto exact = exact::solve_lindblad(cavity, four * four.adjoint(), times);
    for (std::size_t i = 0; i < times.size(); ++i)
        std::printf("t = %.0f  photons inside %.4f +- %.4f  exact %.4f\n", times[i],
                    simulated["inside"].mean[i], simulated["inside"].error[i],
                    exact::expectation(photons, exact[i]).real());
    std::printf("photons that leaked: %.3f +- %.3f a run\n", simulated.jumps[0].value,
                simulated.jumps[0].error);
}
