#!/usr/bin/env python3
"""Draws FOLDER/errors.csv and FOLDER/curves.csv, as adiabatic_elimination wrote them; prints the fitted powers.

usage: plot.py [FOLDER]     (default: where this file is; the picture goes into ../figures, as .png and .pdf)
"""
import csv
import logging
import sys
from pathlib import Path

import matplotlib

matplotlib.use('Agg')
logging.getLogger('fontTools').setLevel(logging.ERROR)  # it remarks on the dates inside the fonts
import matplotlib.pyplot as plt
import numpy as np

HERE = Path(__file__).resolve().parent
ATOMS = (2, 4, 6, 8, 10)
EMISSION, DETUNING = 'gamma_r_over_n', 'delta_over_n_gamma_r'
EMISSION_LABEL, DETUNING_LABEL = r'$\gamma_r \,/\, N\gamma$', r'$\delta \,/\, N\gamma_r$'


def table(path):
    with open(path) as file:
        return [{key: float(value) for key, value in row.items()} for row in csv.DictReader(file)]


def power(rows, x, y, groups):
    """Exponent of y ~ x^p with a prefactor of its own for each group, and its error from the scatter about the fit."""
    keys = sorted({tuple(row[g] for g in groups) for row in rows})
    design = np.zeros((len(rows), len(keys) + 1))
    for i, row in enumerate(rows):
        design[i, keys.index(tuple(row[g] for g in groups))] = 1
        design[i, -1] = np.log(row[x])
    values = np.log([row[y] for row in rows])
    fit, *_ = np.linalg.lstsq(design, values, rcond=None)
    rest = values - design @ fit
    variance = rest @ rest / (len(rows) - len(fit))
    return fit[-1], np.sqrt(variance * np.linalg.inv(design.T @ design)[-1, -1])


def title(ax, letter, text):
    ax.set_title(rf'$\bf{{{letter}}}$  {text}', loc='left')


def draw_curves(ax, rows):
    time = [row['time'] for row in rows]
    def off(key):
        return np.array([1e2 * (row[key] - row['lindblad']) for row in rows])
    ax.axhline(0, color='black', lw=1, label='Lindblad equation, Eq. (2)')
    ax.errorbar(time, off('ensemble'), [1e2 * row['ensemble_error'] for row in rows], fmt='o', color='C2', mec='white',
                mew=0.5, ms=5.5, label='three-level ensemble, 20 000 runs')
    ax.plot(time, off('app_b'), color='C0', label='App. B')
    ax.plot(time, off('eq_1'), color='C1', label='Eq. (1)')
    ax.set(ylim=(-0.7, 6.6), xlabel=r'time  $[1/\gamma]$', ylabel=r'$10^2\,\times$ distance of $\langle J_z\rangle/N$')
    ax.legend()
    title(ax, 'a', r'$N = 10$, $\gamma_r = 200\,N\gamma$, $\delta = N\gamma_r$')


def draw_app_b(ax, rows, fit):
    for i, atoms in enumerate(ATOMS):
        for detuning, marker in ((1, 'v'), (3, 'o'), (30, '^')):
            chosen = [r for r in rows if r['atoms'] == atoms and r[DETUNING] == detuning]
            ax.plot([r[EMISSION] for r in chosen], [r['app_b_error'] for r in chosen], marker, color=f'C{i}', mec='white',
                    mew=0.5, ms=6, label=f'$N = {atoms}$' if detuning == 3 else None)
    x = np.array([15, 8000])
    ax.plot(x, 0.165 / x, color='black', lw=0.8, zorder=0)
    ax.annotate(r'predicted: power $-1$', (400, 0.165 / 400), (12, 14), textcoords='offset points')
    ax.text(0.04, 0.22, rf'fitted: ${fit[0]:.4f} \pm {fit[1]:.4f}$', transform=ax.transAxes)
    ax.text(0.04, 0.06, r'$\blacktriangledown$, $\bullet$, $\blacktriangle$:  ' + DETUNING_LABEL + r'$ = 1, 3, 30$',
            transform=ax.transAxes, fontsize=9)
    ax.set(xscale='log', yscale='log', xlabel=EMISSION_LABEL, ylabel=r'error of $\langle J_z\rangle/N$')
    ax.legend(loc='upper right')
    title(ax, 'b', r'App. B: only $N\gamma/\gamma_r$ counts')


def draw_eq_1(ax, rows, fit):
    for i, atoms in enumerate(ATOMS):
        for emission, style in ((6000, dict(mec='white', mew=0.5)), (20, dict(mfc='none', mew=1))):
            chosen = [r for r in rows if r['atoms'] == atoms and r[EMISSION] == emission]
            ax.plot([r[DETUNING] for r in chosen], [r['eq_1_error'] for r in chosen], 'o', color=f'C{i}', ms=6, **style)
    x = np.array([0.9, 35])
    ax.plot(x, 0.052 / x ** 2, color='black', lw=0.8, zorder=0)
    ax.annotate(r'predicted: power $-2$', (4.2, 0.052 / 4.2 ** 2), (10, 4), textcoords='offset points')
    ax.text(0.04, 0.22, rf'fitted, on top: ${fit[0]:.3f} \pm {fit[1]:.3f}$', transform=ax.transAxes)
    ax.text(0.04, 0.06, r'$\bullet$, $\circ$:  ' + EMISSION_LABEL + r'$ = 6000, 20$', transform=ax.transAxes, fontsize=9)
    ax.set(xscale='log', yscale='log', xlabel=DETUNING_LABEL, ylabel=r'error of $\langle J_z\rangle/N$')
    title(ax, 'c', r'Eq. (1): $(N\gamma_r/\delta)^2$ on top')


def draw_map(fig, ax, rows):
    chosen = [r for r in rows if r['atoms'] == 10]
    x, y = (sorted({r[key] for r in chosen}) for key in (EMISSION, DETUNING))
    ratio = {(r[EMISSION], r[DETUNING]): r['eq_1_error'] / r['app_b_error'] for r in chosen}
    z = np.array([[ratio[a, b] for a in x] for b in y])
    norm = matplotlib.colors.LogNorm(0.5, 1000)
    image = ax.pcolormesh(range(len(x)), range(len(y)), z, norm=norm, cmap='viridis', shading='nearest')
    for i, row in enumerate(z):
        for j, value in enumerate(row):
            ax.text(j, i, f'{value:.3g}' if value < 100 else f'{value:.0f}', ha='center', va='center', fontsize=9,
                    color='black' if value > 60 else 'white')
    # Below the line what Eq. (1) drops, c (N gamma_r/delta)^2, is more than what both have, b N gamma/gamma_r.
    b, c = (np.median([r[key] * scale(r) for r in chosen if r[EMISSION] >= 2000 and 5 <= r[DETUNING] <= 10]) for key, scale
            in (('app_b_error', lambda r: r[EMISSION]), ('app_b_to_eq_1', lambda r: r[DETUNING] ** 2)))
    fine = np.geomspace(x[0], x[-1], 200)
    ax.plot(np.interp(np.log(fine), np.log(x), range(len(x))),
            np.interp(0.5 * np.log(c / b * fine), np.log(y), range(len(y)), right=np.nan), color='#BBBBBB', lw=1)
    ax.set(xlabel=EMISSION_LABEL, ylabel=DETUNING_LABEL, xticks=range(len(x)), xticklabels=[f'{v:g}' for v in x],
           yticks=range(len(y)), yticklabels=[f'{v:g}' for v in y])
    fig.colorbar(image, ax=ax, label='error of Eq. (1) over that of App. B')
    title(ax, 'd', r'App. B beats Eq. (1), $N = 10$ (line: predicted 2)')


def main(folder=HERE):
    rows, curves = table(Path(folder) / 'errors.csv'), table(Path(folder) / 'curves.csv')
    inside = [r for r in rows if r[EMISSION] >= 200]
    app_b = power(inside, EMISSION, 'app_b_error', ('atoms', DETUNING))
    # On top of what App. B has too. (At N = 2 the two have opposite signs.)
    clear = [r | {'excess': r['eq_1_error'] - r['app_b_error']} for r in rows
             if r['atoms'] > 2 and r[DETUNING] >= 5 and r[EMISSION] == 6000]
    eq_1 = power(clear, DETUNING, 'excess', ('atoms',))
    between = power([r for r in rows if r[DETUNING] >= 5], DETUNING, 'app_b_to_eq_1', ('atoms', EMISSION))
    z = [r['monte_carlo_z'] for r in rows]
    print(f'App. B:   (gamma_r/N gamma)^({app_b[0]:.4f} +- {app_b[1]:.4f}) from {len(inside)} points, predicted -1')
    print(f'Eq. (1), on top: (delta/N gamma_r)^({eq_1[0]:.4f} +- {eq_1[1]:.4f}) from {len(clear)} points, predicted -2')
    print(f'App. B to Eq. (1): power {between[0]:.4f} +- {between[1]:.4f}')
    print(f'ensemble: mean z^2 = {np.mean(np.square(z)):.2f} +- {np.sqrt(2 / len(z)):.2f}, largest |z| = '
          f'{np.max(np.abs(z)):.1f} of {len(z)}')

    plt.style.use(HERE.parents[1] / 'tools' / 'python' / 'dickejump' / 'dickejump.mplstyle')
    fig, axes = plt.subplots(2, 2, figsize=(9.6, 7.4))
    draw_curves(axes[0, 0], curves)
    draw_app_b(axes[0, 1], rows, app_b)
    draw_eq_1(axes[1, 0], rows, eq_1)
    draw_map(fig, axes[1, 1], rows)
    for kind in ('png', 'pdf'):
        fig.savefig(HERE.parent / 'figures' / f'adiabatic_elimination.{kind}')


if __name__ == '__main__':
    if len(sys.argv) > 2 or sys.argv[1:] in (['-h'], ['--help']):
        sys.exit(__doc__)
    main(*sys.argv[1:])
