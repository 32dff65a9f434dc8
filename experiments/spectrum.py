"""Fig. 6, App. C: the spectrum of the Liouvillian."""
import math

import matplotlib.pyplot as plt
import numpy as np
from experiment import DOWN, EXACT, INK, PAPER, UP, Row, array, judge, number, points

TITLE = 'The spectrum of the Liouvillian (Fig. 6, App. C)'


def decay(results):
    """-ln(<J_x>(t)/<J_x>(0))/t at t = 1 from trajectories of a superposition at the equator, N = 20."""
    jx = results['runs']['observables']['jx']
    return -math.log(jx['mean'][-1] / jx['mean'][0]), jx['error'][-1] / abs(jx['mean'][-1])


def rows(results):
    table = []
    for q, spectrum in zip((0, 1, 2), results['transition']):
        for l, rate in list(enumerate(spectrum['eigenvalues'], q))[:4]:
            if q == 0 and l == 0:
                table.append(Row('zero mode, sector 0, w = γ', '0, one', verdict='confirmed: the steady state is unique'
                                 if abs(rate) < 1e-9 and spectrum['eigenvalues'][1] > 1 else 'refuted'))
                continue
            paper = {(0, 1): '2 (gap, Fig. 6)', (1, 1): '1 (App. C)'}.get((q, l), '')
            table.append(Row(f'eigenvalue l = {l} of sector {q}, w = γ, in γ: l(l+1) − q²', paper, rate,
                             decay(results) if (q, l) == (1, 1) else None,
                             ('confirmed: ' if paper else 'not in the paper: ') + f'{l * (l + 1) - q * q} to rounding'
                             if abs(rate - (l * (l + 1) - q * q)) < 1e-8 else 'refuted', digits=6))
    return table


def finding(results):
    return """Confirmed. One zero mode, a gap of 2γ among the populations at w = γ and of γ among the neighbouring coherences. More
is true: at w = γ the whole spectrum is l(l+1) − q² (l ≥ |q|), for every N, because the master equation is then
isotropic depolarisation less its part about z: γ(D[J₋] + D[J₊]) = 2γ(D[J_x] + D[J_y]), and on the operator
T<sub>lq</sub> of rank l the sum over x, y, z gives l(l+1), the part of z q². The decay of ⟨J_x⟩ of a superposition, unravelled, shows
the γ."""


def draw(results):
    curve, off = results['populations'], results['coherences']
    fig, (left, right) = plt.subplots(1, 2, figsize=(10.0, 4.2), width_ratios=(1.3, 1))
    w = array(curve['pump'])
    rates = np.array(curve['eigenvalues'])
    for k in range(rates.shape[1]):
        colour, lw = {0: (UP, 2.0), 1: (DOWN, 2.0)}.get(k, (INK, 0.9))
        left.plot(w, rates[:, k], color=colour, lw=lw, label={0: 'zero mode', 1: 'gap', 2: 'higher modes'}.get(k))
    left.set(xlabel=r'pump  $w/\gamma$', ylabel=r'decay rate $[\gamma]$', xlim=(0.9, 1.1), ylim=(-1, 92),
             title=r'(a)  populations, Diag$^{(0)}$, $N = 100$')
    left.legend(loc='upper center', facecolor='white', frameon=True, framealpha=0.85, edgecolor='none')
    near = np.abs(w - 1) <= 0.031
    right.plot(w[near], rates[near, 1], color=DOWN, lw=2, label=r'Diag$^{(0)}$')
    right.plot(w[near], np.array(off['eigenvalues'])[near, 0], color='#009E73', lw=2, label=r'Diag$^{(\pm 1)}$')
    for y in (1, 2):
        right.axhline(y, **PAPER)
    value, error = decay(results)
    right.errorbar([1], [value], [error], label=r'decay of $\langle\hat J_x\rangle$, trajectories, $N = 20$', **points())
    right.set(xlabel=r'pump  $w/\gamma$', ylabel=r'gap $[\gamma]$', xlim=(0.97, 1.03), ylim=(0.01, 4), title='(b)  the gaps of two sectors')
    right.legend(loc='lower right', fontsize=8.5)
    return fig
