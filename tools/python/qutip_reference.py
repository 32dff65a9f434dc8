#!/usr/bin/env python3
"""Writes tests/data/qutip_reference.json: means that QuTiP's master equation gives for three small systems.

    python3 tools/python/qutip_reference.py tests/data/qutip_reference.json

Needs QuTiP 4.7 (python3-qutip of Debian 12). The tests read the numbers from the file and do not need QuTiP. The
systems are built again, number by number, in tests/exact/lindblad_test.cpp.
"""
import json
import sys

import numpy as np
import qutip as qt

OPTIONS = qt.Options(atol=1e-12, rtol=1e-10, nsteps=1_000_000)


def solve(hamiltonian, start, times, jumps, observables):
    result = qt.mesolve(hamiltonian, start, times, jumps, list(observables.values()), options=OPTIONS)
    return {
        "times": [float(t) for t in times],
        "observables": {name: [float(x) for x in np.real(values)]
                        for name, values in zip(observables, result.expect)},
    }


def driven_atom():
    """H = (drive/2) sigma_x + (detuning/2) sigma_z, decay sqrt(gamma) sigma_-, from the ground state."""
    drive, detuning, gamma = 3.0, 0.5, 1.0
    sm = qt.sigmam()
    data = solve(0.5 * drive * qt.sigmax() + 0.5 * detuning * qt.sigmaz(), qt.basis(2, 1), np.linspace(0, 5, 11),
                 [np.sqrt(gamma) * sm], {"excited": sm.dag() * sm, "sigmax": qt.sigmax(), "sigmay": qt.sigmay()})
    steady = qt.steadystate(0.5 * drive * qt.sigmax() + 0.5 * detuning * qt.sigmaz(), [np.sqrt(gamma) * sm])
    data["steady_excited"] = float(np.real(qt.expect(sm.dag() * sm, steady)))
    return data


def jaynes_cummings():
    """H = delta a'a + g (a' sigma_- + a sigma_+), decay sqrt(kappa) a and sqrt(gamma) sigma_-, atom excited, one
    photon; cavity (8 levels) times atom."""
    delta, g, kappa, gamma, levels = 0.7, 2.0, 0.4, 0.3, 8
    a, sm = qt.tensor(qt.destroy(levels), qt.qeye(2)), qt.tensor(qt.qeye(levels), qt.sigmam())
    hamiltonian = delta * a.dag() * a + g * (a.dag() * sm + a * sm.dag())
    return solve(hamiltonian, qt.tensor(qt.basis(levels, 1), qt.basis(2, 0)), np.linspace(0, 6, 13),
                 [np.sqrt(kappa) * a, np.sqrt(gamma) * sm], {"photons": a.dag() * a, "excited": sm.dag() * sm})


def time_dependent_rate():
    """H = (drive/2) sigma_x, decay f(t) sigma_- with f = sqrt(gamma) (1 + 0.8 sin(nu t)): a rate f^2."""
    drive, gamma, nu = 2.0, 0.6, 3.0
    sm = qt.sigmam()
    return solve(0.5 * drive * qt.sigmax(), qt.basis(2, 0), np.linspace(0, 4, 9),
                 [[sm, lambda t, args: np.sqrt(gamma) * (1 + 0.8 * np.sin(nu * t))]],
                 {"excited": sm.dag() * sm, "sigmay": qt.sigmay()})


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    reference = {
        "made_with": f"tools/python/qutip_reference.py, QuTiP {qt.__version__}",
        "driven_atom": driven_atom(),
        "jaynes_cummings": jaynes_cummings(),
        "time_dependent_rate": time_dependent_rate(),
    }
    with open(sys.argv[1], "w") as out:
        json.dump(reference, out, indent=1)
        out.write("\n")
