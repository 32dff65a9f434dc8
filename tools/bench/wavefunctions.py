#!/usr/bin/env python3
"""Wavefunction trajectories: dickejump and QuTiP's mcsolve on the same systems, in turns, on one core.

    python3 tools/bench/wavefunctions.py [PROGRAM [ROUNDS]]

PROGRAM is build/release/tools/bench/dickejump_wavefunctions unless said; ROUNDS (5) are measured, and medians printed
as a table in Markdown. Needs QuTiP 4.7 (Debian 12: apt-get install python3-qutip, then /usr/bin/python3 has it);
without it the comparison is skipped.

Both sides are timed in processor time of their process, everything included, and both are judged: a trajectory's record
(times and channels of its jumps) is gone through once more with matrix exponentials, and the error is the distance of
its last state from what it should be given that record.
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from dataclasses import dataclass
from pathlib import Path

for name in ('OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS'):
    os.environ[name] = '1'
warnings.simplefilter('ignore')
try:
    import numpy as np
    import qutip as qt
    import scipy.integrate
    import scipy.linalg
except ImportError as missing:
    print(f'skipped: {sys.executable} has no {missing.name}. On Debian 12: apt-get install python3-qutip, '
          'and run this with /usr/bin/python3')
    sys.exit(0)

PROGRAM = Path(__file__).resolve().parents[2] / 'build/release/tools/bench/dickejump_wavefunctions'


@dataclass
class System:
    """What tools/bench/wavefunctions.cpp builds under the same name."""
    name: str
    text: str
    hamiltonian: qt.Qobj
    jumps: list
    start: qt.Qobj
    end: float
    observable: qt.Qobj
    goal: float
    tolerance: float = 1e-6  # a step of ours: at least as good as QuTiP's defaults in the end
    modulation: object = None  # of the first jump operator

    @property
    def times(self):
        return np.linspace(0, self.end, 11)

    def c_ops(self):
        if not self.modulation:
            return self.jumps
        # A spline is the fastest form of a factor that QuTiP has without a compiler at hand.
        knots = np.linspace(0, self.end, 501)
        return [[self.jumps[0], qt.interpolate.Cubic_Spline(0, self.end, self.modulation(knots))], *self.jumps[1:]]


def coherent():
    atoms = 100
    down = qt.jmat(atoms / 2, '-')
    return System('coherent', 'coherent spin state on the equator, N = 100, w = 0.7', qt.qzero(atoms + 1),
                  [down, np.sqrt(0.7) * down.dag()], qt.spin_coherent(atoms / 2, np.pi / 2, 0), 1.0,
                  qt.jmat(atoms / 2, 'z'), 100)


def cavity():
    a = qt.destroy(100)
    return System('cavity', 'driven cavity, 100 levels', a.dag() * a + 5 * (a + a.dag()), [a], qt.basis(100, 0), 5.0,
                  a.dag() * a, 20)


def jaynes_cummings():
    a, sm = qt.tensor(qt.destroy(50), qt.qeye(2)), qt.tensor(qt.qeye(50), qt.sigmam())
    hamiltonian = 0.5 * a.dag() * a + 2 * (a.dag() * sm + a * sm.dag()) + 1.5 * (a + a.dag())
    return System('jaynes_cummings', 'driven Jaynes-Cummings, 50 x 2 states', hamiltonian,
                  [np.sqrt(0.5) * a, np.sqrt(0.3) * sm], qt.tensor(qt.basis(50, 0), qt.basis(2, 1)), 5.0,
                  a.dag() * a, 20)


def modulated():
    system = jaynes_cummings()
    system.name, system.text = 'modulated', 'the same, decay of the cavity modulated in time'
    system.modulation = lambda t: 1 + 0.8 * np.sin(3 * t)
    return system


def ours(program, system, trajectories, seed):
    command = [program, system.name, str(trajectories), str(seed), repr(system.tolerance)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def mcsolve(system, trajectories, **options):
    return qt.mcsolve(system.hamiltonian, system.start, system.times, system.c_ops(), ntraj=trajectories,
                      progress_bar=None, options=qt.Options(num_cpus=1, nsteps=1_000_000, **options.pop('options', {})),
                      **options)


def timed_mcsolve(system, trajectories):
    begin = time.process_time()
    result = mcsolve(system, trajectories, e_ops=[system.observable], options={'average_expect': False})
    seconds = (time.process_time() - begin) / trajectories
    values = np.array([run[0][-1] for run in result.expect])
    return seconds, values.mean(), values.std(ddof=1) / np.sqrt(trajectories)


class Replay:
    """The state at the end that a record leads to."""

    def __init__(self, system):
        self.system = system
        self.jumps = [jump.full() for jump in system.jumps]
        self.losses = [-0.5 * jump.conj().T @ jump for jump in self.jumps]
        self.energy = -1j * system.hamiltonian.full()

    def carry(self, psi, begin, end):
        if not self.system.modulation:
            return scipy.linalg.expm((self.energy + sum(self.losses)) * (end - begin)) @ psi
        constant = self.energy + sum(self.losses[1:])

        def slope(t, psi):
            return constant @ psi + self.system.modulation(t) ** 2 * (self.losses[0] @ psi)
        return scipy.integrate.solve_ivp(slope, (begin, end), psi, method='DOP853', rtol=1e-12,
                                         atol=1e-14).y[:, -1]

    def error(self, final, jump_times, channels):
        psi, now = self.system.start.full()[:, 0].astype(complex), 0.0
        for at, channel in zip(jump_times, channels):
            psi = self.jumps[channel] @ self.carry(psi, now, at)
            psi, now = psi / np.linalg.norm(psi), at
        psi = self.carry(psi, now, self.system.end)
        overlap = np.vdot(psi, final)
        return np.linalg.norm(final / np.linalg.norm(final) - psi / np.linalg.norm(psi) * overlap / abs(overlap))


def errors(program, system, runs=5):
    replay = Replay(system)
    made = [ours(program, system, 1, seed) for seed in range(runs)]
    theirs = mcsolve(system, runs, e_ops=[], options={'average_states': False})
    # QuTiP counts the levels of a spin from the top.
    order = slice(None, None, -1) if system.name == 'coherent' else slice(None)
    return (statistics.median(replay.error((np.array(run['re']) + 1j * np.array(run['im']))[order], run['jump_times'],
                                           run['channels']) for run in made),
            statistics.median(replay.error(theirs.states[k][-1].full()[:, 0], theirs.col_times[k],
                                           theirs.col_which[k]) for k in range(runs)))


def row(program, system, rounds):
    theirs, _, _ = timed_mcsolve(system, 2)
    trajectories = max(5, round(1.5 / theirs))
    rates, ratios = [], []
    for seed in range(1, rounds + 1):
        theirs, mean, error = timed_mcsolve(system, trajectories)
        many = ours(program, system, 20 * trajectories, seed)
        z = (mean - many['means'][-1]) / np.hypot(error, many['errors'][-1])
        if not abs(z) < 5.5:
            sys.exit(f"{system.name}: QuTiP's mean is {mean} +- {error}, ours {many['means'][-1]}: not the same system")
        rates.append((theirs, many['seconds'], many['jumps']))
        ratios.append(theirs / many['seconds'])
    our_error, their_error = errors(program, system)
    theirs, mine, jumps = (statistics.median(column) for column in zip(*rates))
    print(f'| {system.text} | {jumps:.0f} | {1e3 * theirs:.3g} | {1e3 * mine:.3g} | {statistics.median(ratios):.0f} '
          f'({min(ratios):.0f}..{max(ratios):.0f}) | {system.goal:.0f} | {their_error:.1e} | {our_error:.1e} |',
          flush=True)


def main(program=PROGRAM, rounds=5):
    program = Path(program).resolve()
    work = tempfile.TemporaryDirectory()
    os.chdir(work.name)  # QuTiP leaves the code that it compiles where it runs
    print(f'QuTiP {qt.__version__}, one core\n')
    print('| system | jumps | QuTiP, ms a trajectory | dickejump | ratio (range) | goal | error, QuTiP | dickejump |')
    print('|---|---|---|---|---|---|---|---|')
    for system in (coherent(), cavity(), jaynes_cummings(), modulated()):
        row(str(program), system, int(rounds))


if __name__ == '__main__':
    if len(sys.argv) > 3 or sys.argv[1:2] in (['-h'], ['--help']):
        sys.exit(__doc__)
    main(*sys.argv[1:])
