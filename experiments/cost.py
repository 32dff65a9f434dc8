#!/usr/bin/python3
"""What a trajectory costs against the number of atoms, from experiments/cost.csv.

usage: experiments/cost.py [TABLE.csv]      writes experiments/figures/cost.{png,pdf}; the table is made by
       build/release/tools/bench/dickejump_compare --cost experiments/cost.csv
"""
import csv
import logging
import sys
from pathlib import Path

import matplotlib

matplotlib.use('Agg')
logging.getLogger('fontTools').setLevel(logging.ERROR)
import matplotlib.pyplot as plt
import numpy as np

HERE = Path(__file__).resolve().parent
SHOWN = {'hand': ('#000000', 's', 'loop by hand (C++)'), 'direct': ('C0', 'o', 'exact, every jump: DirectKernel'),
         'thinning': ('C3', '^', 'exact, thinned in 16 bits: UniformisationKernel'),
         'crossings': ('C2', 'D', 'sphere, with crossings: SphereKernel')}
TIMES = {'1 ms': 1e3, '1 s': 1e6, '1 h': 3.6e9, '1 year': 3.156e13}


def main():
    table = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / 'cost.csv'
    with open(table) as file:
        rows = list(csv.DictReader(file))
    plt.style.use(HERE.parent / 'tools' / 'python' / 'dickejump' / 'dickejump.mplstyle')
    fig, ax = plt.subplots(figsize=(6.8, 4.6))
    for name, us in TIMES.items():
        ax.axhline(us, color='#777777', lw=0.5, ls=(0, (2, 3)), zorder=0)
        ax.text(1.75e8, us, name, va='center', ha='left', size=8.5, color='#777777')
    for what, (colour, marker, label) in SHOWN.items():
        for kind in ('measured', 'estimated'):
            points = np.array([(float(r['atoms']), float(r['us_a_trajectory'])) for r in rows
                               if (r['what'], r['kind']) == (what, kind)])
            if not len(points):
                continue
            known = kind == 'measured'
            if known:
                last_known = points[-1:]
            else:
                points = np.concatenate([last_known, points])
            ax.plot(*points.T, color=colour, marker=marker, ms=5.5, lw=1.2 if known else 0.9,
                    ls='-' if known else (0, (4, 3)), mfc=colour if known else 'white', mec='white' if known else colour,
                    mew=0.5 if known else 1.0, zorder=3 if known else 2.5, label=label if known else label + ', jumps × time a jump (estimate)')
    last = {what: float(r['us_a_trajectory']) for r in rows for what in SHOWN if r['what'] == what}
    ax.set(xscale='log', yscale='log', xlim=(6, 1.6e8), xlabel=r'number of atoms  $N$',
           ylabel=r'one trajectory, one core  [$\mu$s]')
    ax.set_title(r'An up scan at $r = 16\,\gamma$, $S = \min(30,\, 0.49\,N)$: ' +
                 rf"at $N = 10^8$ the sphere takes {last['crossings']:.1f} $\mu$s")
    ax.legend(loc='upper left', frameon=True, framealpha=1, edgecolor='none')
    for kind in ('png', 'pdf'):
        fig.savefig(HERE / 'figures' / f'cost.{kind}')


if __name__ == '__main__':
    main()
