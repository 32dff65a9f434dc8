"""Eq. (3), (4), Fig. 2a: the steady inversion against the pump."""
import matplotlib.pyplot as plt
import numpy as np
from experiment import EXACT, INK, PAPER, UP, Row, array, judge, number, percent, points

TITLE = 'The transition: inversion of the steady state against the pump (Eq. 3, 4, Fig. 2a)'
N = 100
SHOWN = (0.9, 0.97, 1.0, 1.015, 1.1, 1.2)


def eq3(n, w):
    """-d ln Z/d beta with Z = sinh((N+1) beta/2)/sinh(beta/2), beta = -ln(w/gamma)."""
    beta = -np.log(w)
    with np.errstate(all='ignore'):
        value = -0.5 * ((n + 1) / np.tanh((n + 1) * beta / 2) - 1 / np.tanh(beta / 2))
    return np.where(np.abs(beta) < 1e-12, 0.0, value)


def eq4(n, w):
    d = np.asarray(w) - 1
    with np.errstate(all='ignore'):
        value = n / 2 / np.tanh(n * d / 2) - 1 / d
    return np.where(np.abs(d) < 1e-12, 0.0, value)


def finite(results):
    """Largest error of Eq. (4) over |s| <= 4, in units of N/2."""
    errors = {}
    for n in (10, 100, 1000):
        curve = results[f'finite{n}']
        errors[n] = np.abs(eq4(n, array(curve['pump'])) - array(curve['jz'])).max() / (n / 2)
    return errors


def rows(results):
    exact, runs = results['exact'], results['runs']
    table = []
    for w, jz, run in zip(exact['pump'], exact['jz'], runs):
        if w not in SHOWN:
            continue
        jz_run = run['observables']['jz']
        paper = float(eq4(N, w))
        verdict = 'confirmed: 0 by symmetry' if w == 1 else judge(paper, jz)
        table.append(Row(f'⟨J_z⟩ at w = {w:g} γ, N = 100', f'{number(paper)} (Eq. 4)', jz,
                         (jz_run['mean'][-1], jz_run['error'][-1]), verdict))
    curve = results['curve']
    w, jz = array(curve['pump']), array(curve['jz'])
    apart = np.abs(eq3(N, w) - jz).max()
    table.append(Row('⟨J_z⟩ of Eq. 3 at 161 pumps, N = 100', 'Eq. 3',
                     verdict=f'confirmed: to rounding ({"< 10<sup>−9</sup>" if apart < 1e-9 else number(apart, 1)})'))
    table.append(Row('slope d⟨J_z⟩/d(w/γ) at w = γ, N = 100', f'{number(N * N / 12)} (N²/12)', N * (N + 2) / 12,
                     verdict=judge(N * N / 12, N * (N + 2) / 12) + '; N(N+2)/12'))
    for n, error in finite(results).items():
        table.append(Row(f'largest error of Eq. 4 in −4 ≤ s ≤ 4, N = {n}, in N/2', '0 as N → ∞', error,
                         verdict=f'approximate: {percent(error)} of N/2, falls as 1/N', digits=3))
    return table


def finding(results):
    errors = finite(results)
    return f"""Confirmed. Eq. (3) is exact: it agrees with the stationary solution of the rate equation to rounding, and
trajectories that start empty relax to it. Eq. (4) is its limit of many atoms near w = γ and is off by {percent(errors[10])} of N/2
at N = 10, {percent(errors[100])} at N = 100 and {percent(errors[1000])} at N = 1000 (|s| ≤ 4): an error of order 1/N."""


def draw(results):
    curve, runs, exact = results['curve'], results['runs'], results['exact']
    w, jz = array(curve['pump']), array(curve['jz'])
    fig, (top, low) = plt.subplots(2, 1, figsize=(6.2, 5.0), sharex=True, height_ratios=(3, 1))
    top.plot(w, jz / 50, color=INK, label='exact (Eq. 3)', **EXACT)
    top.plot(w, eq4(N, w) / 50, label='paper, Eq. (4)', **PAPER | {'color': '#D55E00', 'zorder': 4})
    mean = array([r['observables']['jz']['mean'][-1] for r in runs])
    error = array([r['observables']['jz']['error'][-1] for r in runs])
    top.errorbar(exact['pump'], mean / 50, error / 50, label=f"{runs[0]['ensemble']['trajectories']} trajectories", **points())
    top.axvline(1, color='#bbbbbb', lw=0.7, zorder=0)
    top.set(ylabel=r'inversion  $\langle \hat J_z\rangle/(N/2)$', ylim=(-1.05, 1.05))
    top.legend(loc='upper left')
    low.axhline(0, color=INK, lw=1.0)
    low.plot(w, (eq4(N, w) - jz) / 50, **PAPER | {'color': '#D55E00'})
    low.errorbar(exact['pump'], (mean - array(exact['jz'])) / 50, error / 50, **points())
    low.set(xlabel=r'pump  $w/\gamma$', ylabel='minus exact', xlim=(0.79, 1.21))
    top.set_title(r'$N = 100$')
    return fig
