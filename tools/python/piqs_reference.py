#!/usr/bin/env python3
"""Writes tests/data/piqs_reference.json: what QuTiP's PIQS says of atoms with collective and local processes.

    python3 tools/python/piqs_reference.py tests/data/piqs_reference.json

Needs QuTiP 4.7 (python3-qutip of Debian 12). The tests read the numbers from the file and do not need QuTiP. PIQS keeps
its coefficients in single precision, so its numbers are good to some 1e-6 of the largest.
"""
import json
import sys

import numpy as np
import qutip as qt
from qutip.piqs import Dicke, dicke, jspin

OPTIONS = qt.Options(atol=1e-12, rtol=1e-10, nsteps=1_000_000)
TIMES = [0.0, 0.2, 1.0, 5.0]

# atoms; 2j, 2m of the start; w; emission, pumping, dephasing of single atoms
CASES = [(2, 2, -2, 1.0, 0.3, 0.0, 0.0),
         (3, 3, -3, 1.4, 0.2, 0.1, 0.4),
         (5, 5, 5, 0.7, 0.0, 0.3, 0.0),
         (6, 2, 0, 1.1, 0.1, 0.05, 0.2),
         (7, 5, -1, 0.9, 0.0, 0.0, 1.5),
         (8, 8, -8, 1.2, 0.05, 0.02, 0.0)]


def solve(atoms, twice_j, twice_m, pump, emission, pumping, dephasing):
    """J- at rate 1 and J+ at rate `pump`, from |j, m>: means at TIMES and in the steady state, and C_zz from there."""
    system = Dicke(N=atoms, emission=emission, pumping=pumping, dephasing=dephasing, collective_emission=1.0,
                   collective_pumping=pump)
    liouvillian = system.liouvillian()
    jx, jy, jz = jspin(atoms)
    watched = {"jz": jz, "jz2": jz * jz, "j2": jx * jx + jy * jy + jz * jz}
    result = qt.mesolve(liouvillian, dicke(atoms, twice_j / 2, twice_m / 2), TIMES, [], list(watched.values()), options=OPTIONS)
    # The slowest case relaxes at some 0.1: its Liouvillian is singular beyond the steady state, between blocks of j.
    steady = qt.mesolve(liouvillian, dicke(atoms, twice_j / 2, twice_m / 2), [0, 400], [], [], options=OPTIONS).states[-1]
    steady /= steady.tr()  # rounded coefficients let it drift
    correlation = qt.mesolve(liouvillian, jz * steady, TIMES, [], [jz], options=OPTIONS).expect[0]
    mean = qt.expect(jz, steady)
    return {
        "atoms": atoms, "twice_j": twice_j, "twice_m": twice_m, "pump": pump, "emission": emission, "pumping": pumping,
        "dephasing": dephasing, "times": TIMES,
        "observables": {name: [float(x) for x in np.real(values)] for name, values in zip(watched, result.expect)},
        "steady": {name: float(np.real(qt.expect(op, steady))) for name, op in watched.items()},
        "czz": [float(x) for x in np.real(correlation) - mean**2],
    }


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    reference = {"made_with": f"tools/python/piqs_reference.py, QuTiP {qt.__version__}", "cases": [solve(*case) for case in CASES]}
    with open(sys.argv[1], "w") as out:
        json.dump(reference, out, indent=1)
        out.write("\n")
