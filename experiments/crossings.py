"""Distributions of first and last crossings against the law of an exponentially seeded escape."""
import math

import matplotlib.pyplot as plt
import numpy as np
from experiment import DOWN, EXACT, INK, PAPER, S_LABEL, UP, Row, array, number, only, pair, percent

TITLE = 'Where single runs cross J_z = 0 at fast scans: an escape seeded by one exponential number'


def law(s, r):
    """P(crossed by s): the amplitude sqrt(pi/r) e^(s^2/r) E passes 1, E ~ Exp(1)."""
    s = np.asarray(s, float)
    return np.where(s > 0, np.exp(-math.sqrt(r / math.pi) * np.exp(-s ** 2 / r)), 0.0)


def law_moments(r):
    s = np.linspace(0, 12 * math.sqrt(r), 200001)
    p = law(s, r)
    mean = np.trapz(1 - p, s)
    return mean, math.sqrt(2 * np.trapz(s * (1 - p), s) - mean ** 2)


def rows(results):
    table = []
    for exact, scan in zip(results['exact'], results['scan']):
        r = scan['protocol']['rate']
        mean, std = law_moments(r)
        for name in ('first_crossing', 'last_crossing'):
            x, e = only(exact['crossings'], name=name), only(scan['estimators'], name=name, direction='up')
            label = f"{name.replace('_', ' ')}, r = {r:g} γ, N = 1000"
            table.append(Row(f'mean s of the {label}', f'law: {number(mean)}', x['mean'], pair(e['mean']),
                             f'not in the paper: the law is {percent(mean / x["mean"] - 1)} off'))
            table.append(Row(f'spread of the {label}', f'law: {number(std)}', x['std'], pair(e['std']),
                             f'not in the paper: the law is {percent(std / x["std"] - 1)} off'))
    return table


def distance(exact, name, r):
    """Kolmogorov's: the largest difference of the exact distribution and the law."""
    x = only(exact['crossings'], name=name)['distribution']
    return np.abs(array(x['probability']) - law(array(x['scaled_pump']), r)).max()


def finding(results):
    d = {s['protocol']['rate']: (distance(e, 'first_crossing', s['protocol']['rate']), distance(e, 'last_crossing', s['protocol']['rate']))
         for e, s in zip(results['exact'], results['scan'])}
    return f"""At fast scans a run leaves the empty state by amplifying one exponentially distributed seed: P(crossed by s) =
exp(−√(r/π) e<sup>−s²/r</sup>), a Gumbel law in s². The largest distance of this law from the exact distribution of the first
crossing falls from {number(d[16.0][0], 2)} at r = 16 γ to {number(d[100.0][0], 2)} at 100 γ and {number(d[1000.0][0], 2)} at 1000 γ (last crossing:
{number(d[16.0][1], 2)}, {number(d[100.0][1], 2)}, {number(d[1000.0][1], 2)}): first and last crossing become one. The spread, (π/√6) r/(2 s_up) ≈ √(r/ln r) up to a constant, is less than
the width of the loop by a factor 1/ln r. The histograms of the trajectories are those of the exact absorbing chain."""


def draw(results):
    fig, axes = plt.subplots(1, 3, figsize=(11.4, 3.9))
    for ax, exact, scan in zip(axes, results['exact'], results['scan']):
        r = scan['protocol']['rate']
        for name, colour, label in (('first_crossing', UP, 'first'), ('last_crossing', DOWN, 'last')):
            e, x = only(scan['estimators'], name=name, direction='up'), only(exact['crossings'], name=name)['distribution']
            edges, counts = array(e['histogram']['edges']), array(e['histogram']['counts'])
            total = counts.sum()
            group = max(1, len(counts) // 28)
            edges, counts = edges[::group], np.add.reduceat(counts, np.arange(0, len(counts), group))
            if len(edges) == len(counts):
                edges = np.append(edges, array(e['histogram']['edges'])[-1])
            width = np.diff(edges)
            centre = (edges[1:] + edges[:-1]) / 2
            shown = counts > 0
            ax.errorbar(centre[shown], (counts / total / width)[shown], (np.sqrt(counts) / total / width)[shown], fmt='o', ms=4, color=colour,
                        mec='white', mew=0.5, lw=1, label=f'{label} crossing, trajectories', zorder=5)
            s, p = array(x['scaled_pump']), array(x['probability'])
            ax.plot((s[1:] + s[:-1]) / 2, np.diff(p) / np.diff(s), color=colour, label=f'{label} crossing, exact', **EXACT)
        s = np.linspace(0.01, s[-1], 2000)
        density = 2 * s / math.sqrt(math.pi * r) * np.exp(-s ** 2 / r) * law(s, r)
        ax.plot(s, density, color=INK, lw=1.2, ls=(0, (5, 2)), label='seeded escape', zorder=4)
        mean, std = law_moments(r)
        ax.set(xlabel='crossing  $s$', xlim=(mean - 4.5 * std, mean + 4 * std), ylim=(0, None), title=rf'$r = {r:g}\,\gamma$')
    axes[0].set_ylabel('probability density')
    fig.legend(*axes[0].get_legend_handles_labels(), loc='upper center', bbox_to_anchor=(0.5, 0.0), ncols=5, fontsize=9)
    fig.suptitle('$N = 1000$, up', size=11)
    return fig
