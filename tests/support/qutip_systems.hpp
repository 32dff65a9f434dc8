#pragma once

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "dickejump/model/quantum_system.hpp"

/// The systems of tools/python/qutip_reference.py, built again, with what QuTiP made of them.
namespace dickejump::test {

inline nlohmann::json qutip_reference() {
    std::ifstream file(DICKEJUMP_TEST_DATA "/qutip_reference.json");
    return nlohmann::json::parse(file);
}

struct ReferenceSystem {
    std::string name;
    QuantumSystem system;
    Eigen::VectorXcd start;
    std::vector<std::pair<std::string, Operator>> observables;
};

/// `rate` multiplies the decay rates: for tests that must fail.
inline ReferenceSystem driven_atom(double rate = 1.0) {
    const double drive = 3.0, detuning = 0.5;
    const Operator excited = sigmap() * sigmam();
    const Operator sigmay = std::complex<double>(0.0, -1.0) * (sigmap() - sigmam());
    return {.name = "driven_atom",
            .system = {.hamiltonian = {{0.5 * drive * sigmax() + 0.5 * detuning * sigmaz()}},
                       .jumps = {{std::sqrt(rate) * sigmam()}}},
            .start = basis(2, 1),
            .observables = {{"excited", excited}, {"sigmax", sigmax()}, {"sigmay", sigmay}}};
}

inline ReferenceSystem jaynes_cummings(double rate = 1.0) {
    const double delta = 0.7, g = 2.0, kappa = 0.4 * rate, gamma = 0.3 * rate;
    const Operator a = tensor(destroy(8), qeye(2)), sm = tensor(qeye(8), sigmam());
    const Operator photons = a.adjoint() * a, excited = sm.adjoint() * sm, swap = a.adjoint() * sm;
    return {.name = "jaynes_cummings",
            .system = {.hamiltonian = {{delta * photons + g * (swap + Operator(swap.adjoint()))}},
                       .jumps = {{std::sqrt(kappa) * a}, {std::sqrt(gamma) * sm}}},
            .start = tensor(basis(8, 1), basis(2, 0)),
            .observables = {{"photons", photons}, {"excited", excited}}};
}

inline ReferenceSystem time_dependent_rate(double rate = 1.0) {
    const double drive = 2.0, gamma = 0.6 * rate, nu = 3.0;
    const Operator excited = sigmap() * sigmam();
    const Operator sigmay = std::complex<double>(0.0, -1.0) * (sigmap() - sigmam());
    return {
        .name = "time_dependent_rate",
        .system = {.hamiltonian = {{0.5 * drive * sigmax()}},
                   .jumps = {{sigmam(),
                              [=](double t) { return std::sqrt(gamma) * (1.0 + 0.8 * std::sin(nu * t)); }}}},
        .start = basis(2, 0),
        .observables = {{"excited", excited}, {"sigmay", sigmay}}};
}

}  // namespace dickejump::test
