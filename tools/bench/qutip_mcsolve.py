#!/usr/bin/python3
"""The same scan by QuTiP's mcsolve, on one processor: prints user seconds, seconds, jumps, final <J_z>, peak MiB.

usage: qutip_mcsolve.py ATOMS RATE HALF_WIDTH TRAJECTORIES SEED      (python3-qutip 4.7; exit 3 without it)
"""
import os
import resource
import sys
import time

os.environ['OPENBLAS_NUM_THREADS'] = os.environ['OMP_NUM_THREADS'] = '1'
try:
    import numpy as np
    import qutip
except ImportError:
    sys.exit(3)


def scan(atoms, rate, half_width, trajectories, seed):
    """J- at rate gamma = 1 and J+ at rate w(t), the pump ramped through the transition; <J_z> at 101 times."""
    times = np.linspace(0, 2 * half_width / rate, 101)  # also of the spline that QuTiP makes of sqrt(w)
    pump = 1 + 2 * (rate * times - half_width) / atoms
    spin = atoms / 2
    raising = qutip.QobjEvo([[qutip.jmat(spin, '+'), np.sqrt(np.maximum(pump, 0))]], tlist=times)
    options = qutip.Options(num_cpus=1, nsteps=10 ** 8, seeds=list(range(1000 * seed, 1000 * seed + trajectories)))
    return qutip.mcsolve(0 * qutip.jmat(spin, 'z'), qutip.basis(atoms + 1, atoms), times, [qutip.jmat(spin, '-'), raising],
                         [qutip.jmat(spin, 'z')], ntraj=trajectories, options=options, progress_bar=None,
                         map_func=qutip.serial_map)


def main():
    atoms, rate, half_width, trajectories, seed = (f(a) for f, a in zip((int, float, float, int, int), sys.argv[1:]))
    begin = resource.getrusage(resource.RUSAGE_SELF).ru_utime, time.monotonic()
    result = scan(atoms, rate, half_width, trajectories, seed)
    user, wall = resource.getrusage(resource.RUSAGE_SELF).ru_utime - begin[0], time.monotonic() - begin[1]
    jumps = sum(len(t) for t in result.col_times)
    print(user, wall, jumps, result.expect[0][-1], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == '__main__':
    main()
