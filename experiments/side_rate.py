#!/usr/bin/python3
"""Spread of single-run estimates against the detected fluorescence rate e Gamma, from 0.01 to 100 gamma.

usage: experiments/side_rate.py [--trajectories M]     writes experiments/side_rate.csv and figures/side_rate.{png,pdf}
"""
import argparse
import csv
import json
import logging
import math
import subprocess
import sys
from pathlib import Path

import matplotlib

matplotlib.use('Agg')
logging.getLogger('fontTools').setLevel(logging.ERROR)
import matplotlib.pyplot as plt

HERE = Path(__file__).resolve().parent
PROGRAM = HERE.parent / 'build' / 'release' / 'dickejump'
RATES = [10 ** (k / 2) for k in range(-4, 5)]
SHOWN = [('maximum_likelihood', 'maximum likelihood', 'o'), ('fit', 'fit of the mean curve', 's'), ('area', 'area', '^'),
         ('mid_crossing', 'mid crossing', 'D')]


def run(rate, trajectories):
    command = [PROGRAM, 'run', HERE / 'side_rate.toml', '--side-rate', repr(rate), '--json']
    if trajectories:
        command += ['--trajectories', str(trajectories)]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--trajectories', type=int, help='runs at each rate (default: as in side_rate.toml)')
    args = parser.parse_args()
    rows = []
    for rate in RATES:
        result = run(rate, args.trajectories)
        bound = result['bounds'][0]
        row = {'side_rate': rate, 'bound': bound['detected_record'][0]['value'],
               'bound_error': bound['detected_record'][0]['error'], 'full_record': bound['full_record'],
               'snapshot': bound['snapshot']['value']}
        for e in result['estimators']:
            if e['detector'] is None:
                continue
            row[e['name']], row[e['name'] + '_error'] = e['delta_w']['value'], e['delta_w']['error']
            if e['coverage'] and e['name'] == 'maximum_likelihood':
                for level in ('68', '95'):
                    row['coverage_' + level] = e['coverage'][level]['value']
                    row['coverage_' + level + '_error'] = e['coverage'][level]['error']
        rows.append(row)
        print(f"e Gamma = {rate:8.4g}: bound {row['bound']:.5f}, maximum likelihood {row['maximum_likelihood']:.5f} "
              f"+- {row['maximum_likelihood_error']:.5f}, coverage {row['coverage_68']:.3f} and {row['coverage_95']:.3f}",
              flush=True)
    with open(HERE / 'side_rate.csv', 'w', newline='') as out:
        writer = csv.DictWriter(out, fieldnames=list(rows[0]))
        writer.writeheader()
        for row in rows:
            writer.writerow({k: '' if v is None else f'{v:.6g}' for k, v in row.items()})

    plt.style.use(HERE.parent / 'tools' / 'python' / 'dickejump.mplstyle')
    fig, ax = plt.subplots(figsize=(6.2, 4.2))
    ax.plot(RATES, [r['bound'] for r in rows], color='black', label='bound of this record')
    ax.axhline(rows[0]['full_record'], color='black', ls=':', lw=1, label='bound, every jump seen')
    ax.axhline(rows[0]['snapshot'], color='#777777', ls='--', lw=1, label=r'bound, $J_z$ once at the best moment')
    for i, (name, label, marker) in enumerate(SHOWN):
        points = [(r['side_rate'], r[name], r[name + '_error']) for r in rows if r.get(name) is not None and
                  r[name + '_error'] < 0.3 * r[name]]
        ax.errorbar(*zip(*points), fmt=marker, color=f'C{i}', mec='white', mew=0.5, ms=6, label=label)
    ax.set(xscale='log', yscale='log', xlabel=r'detected fluorescence rate per excited atom  $e\Gamma/\gamma$',
           ylabel=r'single-run sensitivity  $\delta w/\gamma$', title=r'$N = 30$, $r = 1\,\gamma$, up scan')
    ax.legend(ncols=1, loc='upper right')
    for kind in ('png', 'pdf'):
        fig.savefig(HERE / 'figures' / f'side_rate.{kind}')


if __name__ == '__main__':
    main()
