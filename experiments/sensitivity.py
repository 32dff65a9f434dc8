"""Eq. (5): the sensitivity of one run scales as 1/N."""
import math

import matplotlib.pyplot as plt
import numpy as np
from experiment import DOWN, GREEN, INK, ORANGE, PAPER, PINK, UP, Row, array, number, only, pair, points

TITLE = 'Sensitivity of one run against the number of atoms, N = 10 to 10⁸ (Eq. 5)'
SHOWN = {'first_crossing': (UP, 'o', 'first crossing'), 'last_crossing': (DOWN, 's', 'last crossing'),
         'area': (GREEN, '^', 'area'), 'loop': (PINK, 'D', 'loop')}


def leg(name):
    return 'both' if name == 'loop' else 'up'


def estimator(point, name):
    return only(point['estimators'], name=name, direction=leg(name))


def rates(r):
    return sorted({int(p['rate']) for p in r['points']})


def atoms_text(n):
    return f'10<sup>{round(math.log10(n))}</sup>' if n >= 10000 else str(n)


def rows(results):
    r = results['.']
    table = []
    for rate in rates(r):
        for name, (_, _, label) in SHOWN.items():
            found = [f for f in r['fits'] if f['estimator'] == name and f['rate'] == rate and f.get('direction', leg(name)) == leg(name)]
            if not found or found[0]['exponent']['value'] is None:
                continue
            value, error = pair(found[0]['exponent'])
            away = (value + 1) / error
            word = 'confirmed' if abs(away) < 4 else 'approximate'
            table.append(Row(f'exponent of δw in N, {label}, r = {rate} γ, N ≥ 100', '−1', None, (value, error),
                             f'{word}: {abs(away):.1f} errors from −1'))
    for rate in rates(r):
        for name in ('first_crossing', 'area'):
            last = max((p for p in r['points'] if p['rate'] == rate), key=lambda p: p['atoms'])
            d, n = estimator(last, name)['delta_w'], last['atoms']
            table.append(Row(f'N δw/γ by {SHOWN[name][2]}, r = {rate} γ, N = {atoms_text(n)}', '3.464 (√12, Eq. 5)' if rate == 1 else f'{9.0414:g} (Δw_H)',
                             None, (d['value'] * n, d['error'] * n), '1/N kept; see estimators for the constant'))
    return table


def finding(results):
    r = results['.']
    worst = max((abs(f['exponent']['value'] + 1) / f['exponent']['error'], f) for f in r['fits'] if f['exponent']['value'] is not None)[0] \
        if r['fits'] else 0
    fits = [pair(f['exponent']) for f in r['fits'] if f['exponent']['value'] is not None]
    mean = sum(v / e ** 2 for v, e in fits) / sum(1 / e ** 2 for _, e in fits)
    return f"""Confirmed, and beyond adiabaticity: from N = 100 to 10<sup>8</sup> every estimate of one run improves as 1/N, slowly (r = γ) and fast
(r = 16 γ). The {len(fits)} fitted exponents average {number(mean, 5)} and none is more than {worst:.1f} of its errors from −1. Fewer than
100 atoms (open points) have no room for the scan and are not in the fits."""


def draw(results):
    r = results['.']
    fig, axes = plt.subplots(1, len(rates(r)), figsize=(10.2, 4.3), sharey=True, squeeze=False)
    axes = axes[0]
    for ax, rate in zip(axes, rates(r)):
        for name, (colour, marker, label) in SHOWN.items():
            found = [(p['atoms'], *pair(estimator(p, name)['delta_w'])) for p in r['points'] if p['rate'] == rate
                     and estimator(p, name)['delta_w']['value'] is not None]
            for keep, face in ((lambda n: n >= 100, colour), (lambda n: n < 100, 'white')):
                part = [(n, v * n, e * n) for n, v, e in found if keep(n)]
                if part:
                    ax.errorbar(*zip(*part), **points(colour, marker, mfc=face, mec='white' if face == colour else colour,
                                                      label=label if face == colour else None))
            level = np.mean([v * n for n, v, _ in found if n >= 1e4] or [v * n for n, v, _ in found])
            ax.axhline(level, color=colour, lw=0.8, zorder=1)
        ax.axhline(math.sqrt(12), label=r'paper, Eq. (5): $\sqrt{12}$', **PAPER | {'lw': 1.2})
        ax.set(xscale='log', ylim=(0, 7.6), xlabel=r'atoms  $N$', title=rf'$r = {rate}\,\gamma$')
    axes[0].set_ylabel(r'$N\,\delta w/\gamma$  of one run')
    axes[0].legend(loc='upper right', fontsize=8.5, ncols=2, framealpha=1)
    return fig
