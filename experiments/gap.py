"""Eq. (7), Fig. 2b: the slowest relaxation rate against the pump."""
import math

import matplotlib.pyplot as plt
import numpy as np
from experiment import EXACT, INK, PAPER, UP, Row, array, judge, number, points

TITLE = 'The relaxation rate against the pump (Eq. 7, Fig. 2b, App. E)'
N = 100


def eq7(w):
    d = np.asarray(w) - 1
    with np.errstate(all='ignore'):
        value = N * d / np.tanh(N * d / 2)
    return np.where(np.abs(d) < 1e-12, 2.0, value)


def measured(results):
    """-ln(<J_z>(t)/<J_z>(0))/t of the run from the empty state at w = gamma, where the decay is one exponential."""
    runs = results['runs']
    k = runs['times'].index(0.5)
    mean, error = runs['observables']['jz']['mean'][k], runs['observables']['jz']['error'][k]
    return -math.log(mean / (-N / 2)) / 0.5, error / abs(mean) / 0.5


def rows(results):
    exact = results['exact']
    table = []
    for w, gap, cumulant in zip(exact['pump'], exact['relaxation']['gap'], exact['relaxation']['cumulant']):
        paper = float(eq7(w))
        table.append(Row(f'gap λ/γ at w = {w:g} γ, N = 100', f'{number(paper)} (Eq. 7)', gap,
                         measured(results) if w == 1 else None,
                         judge(paper, gap, confirmed=1e-6) + ('' if w == 1 else f' ({paper - gap:+.2f} γ)'.replace('-', '−'))))
    return table


def finding(results):
    curve = results['curve']
    w, gap = array(curve['pump']), array(curve['relaxation']['gap'])
    away = np.abs(w - 1) > 0.05
    difference = (eq7(w) - gap)[away]
    return f"""Confirmed at the transition, approximate elsewhere. The gap at w = γ is 2γ exactly, and trajectories decay at
that rate. Away from it Eq. (7) misses the true gap by an amount of order γ, as App. E says: between
{number(difference.min(), 3)} γ and {number(difference.max(), 3)} γ for 0.05 < |w/γ − 1| ≤ 0.2 at N = 100, always too high. The
difference does not shrink with N, but the gap itself grows as N|w − γ|."""


def draw(results):
    curve = results['curve']
    w, gap = array(curve['pump']), array(curve['relaxation']['gap'])
    fig, (top, low) = plt.subplots(2, 1, figsize=(6.2, 5.0), sharex=True, height_ratios=(3, 1.2))
    top.plot(w, gap, color=INK, label='gap of the Liouvillian, exact', **EXACT)
    top.plot(w, eq7(w), label='paper, Eq. (7)', **PAPER | {'color': '#D55E00', 'zorder': 4})
    value, error = measured(results)
    top.errorbar([1], [value], [error], label=f"{results['runs']['ensemble']['trajectories']} trajectories", **points())
    top.axhline(2, color='#bbbbbb', lw=0.7, zorder=0)
    top.text(0.802, 2.25, r'$\lambda_{\min} = 2\gamma$', color='#777777', size=9)
    top.set(ylabel=r'relaxation rate  $\lambda/\gamma$', ylim=(0, 22))
    top.legend(loc='upper center')
    low.plot(w, eq7(w) - gap, color='#D55E00', lw=1.2)
    low.axhline(0, color=INK, lw=1.0)
    low.set(xlabel=r'pump  $w/\gamma$', ylabel=r'Eq. (7) $-$ gap  $[\gamma]$', xlim=(0.8, 1.2))
    top.set_title(r'$N = 100$')
    return fig
