"""Fig. 3: freezing, thawing and the hysteresis loop at r = 16, N = 100."""
import math

import matplotlib.pyplot as plt
import numpy as np
from experiment import DOWN, EXACT, INK, PAPER, S_LABEL, UP, Row, array, judge, number, off, only, pair, percent, points

TITLE = 'Freezing, thawing and the hysteresis loop at r = 16 γ, N = 100 (Fig. 3)'
N, R = 100, 16.0
FROZEN = math.sqrt(R / 2)  # r/|s| = 2 s coth s up to e^(-2s)


def boundary():
    """The s > 0 at which the paper's two rates agree: r/s = lambda = 2 s coth s."""
    s = FROZEN
    for _ in range(50):
        s = math.sqrt(R / 2 * math.tanh(s))
    return s


def langevin(s):
    return 1 / math.tanh(s) - 1 / s


def at(curve, s, key='jz_mean'):
    """By the cubic through the four nearest points."""
    x, y = array(curve['scaled_pump']), array(curve[key])
    near = np.argsort(np.abs(x - s))[:4]
    return float(np.polyval(np.polyfit(x[near] - s, y[near], 3), 0))


def steady(s):
    """<J_z> of the steady state, Eq. (3)."""
    n = np.arange(N + 1)
    weights = np.exp(n * math.log1p(2 * s / N) - N / 2 * math.log1p(2 * s / N))
    return float((weights * (n - N / 2)).sum() / weights.sum())


def rows(results):
    scan, exact = results['scan'], results['exact']
    s = boundary()
    up, up_mc = only(exact['curves'], direction='up'), only(scan['curves'], direction='up')
    h, h_mc = exact['hysteresis'], scan['hysteresis']
    frozen = steady(-s)
    k = up_mc['scaled_pump'].index(0)
    mid = up['scaled_pump'].index(0)
    table = [
        Row('s where ⟨J_z⟩ = 0 on the way up', f'{number(s)} (thawing, w⁺)', h['up_crossing']['value'],
            pair(h_mc['up_crossing']), judge(s, h['up_crossing']['value'])),
        Row('s where ⟨J_z⟩ = 0 on the way down', f'{number(-s)}', h['down_crossing']['value'], pair(h_mc['down_crossing']),
            judge(s, -h['down_crossing']['value'])),
        Row('width of the loop (N/2γ) Δw_H', f'{number(math.sqrt(2 * R))} (Eq. 8)', h['width']['value'], pair(h_mc['width']),
            'without the logarithm: ' + off(math.sqrt(2 * R), h['width']['value'])),
        Row('⟨J_z⟩ at s = 0 on the way up', f'{number(frozen)} (frozen since w⁻)', up['jz_mean'][mid],
            (up_mc['jz_mean'][k], up_mc['jz_mean_error'][k]), judge(frozen, up['jz_mean'][mid], confirmed=0.05)),
        Row('⟨J_z⟩ at the thawing point w⁺, up', f'{number(frozen)} (frozen since w⁻)', at(up, s), None,
            'half of it is gone by then: frozen and adiabatic are a picture, not values', tolerance=1e-5),
    ]
    return table


def finding(results):
    up = only(results['exact']['curves'], direction='up')
    s, h = boundary(), results['exact']['hysteresis']
    return f"""Approximate. The rates of Fig. 3a agree at s = ±{number(s, 3)}; the inversion that the steady state has there,
{number(steady(-s), 5)} (Eq. 3; {number(-N / 2 * langevin(s), 4)} by Eq. 4), is indeed the inversion at w = γ within {percent(steady(-s) / at(up, 0) - 1)}. Up
to the thawing point about half of it goes, {number(at(up, s), 6)} is left there, and yet the mean crosses zero only at
s = {number(h['up_crossing']['value'], 4)}, beyond thawing. The width that Eq. (8) takes from these points, √32 = 5.66, is
{percent(math.sqrt(2 * R) / h['width']['value'] - 1)} less than the true one, {number(h['width']['value'], 4)}."""


def draw(results):
    scan, exact, steady = results['scan'], results['exact'], results['steady']
    fig, (left, right) = plt.subplots(1, 2, figsize=(10.2, 4.2))
    s = (array(steady['pump']) - 1) * N / 2
    near = np.abs(s) < 12
    left.plot(s[near], array(steady['relaxation']['gap'])[near], color=INK, label=r'gap $\lambda$, exact', **EXACT)
    left.plot(s[near], array(steady['relaxation']['cumulant'])[near], label=r'$\lambda$, Eq. (E5)', **PAPER | {'color': DOWN})
    with np.errstate(all='ignore'):
        left.plot(s[near], R / np.abs(s[near]), color=UP, lw=1.2, label=r'$\dot w/|w-\gamma| = r/|s|$')
    b = boundary()
    for x in (-b, b):
        for ax in (left, right):
            ax.axvline(x, **PAPER | {'lw': 0.8})
    left.text(-b - 0.2, 24.5, '$w^-$', ha='right', color='#777777')
    left.text(b + 0.2, 24.5, '$w^+$', ha='left', color='#777777')
    left.set(xlabel=S_LABEL, ylabel=r'rates $[\gamma]$', xlim=(-12, 12), ylim=(0, 31), title='(a)')
    left.legend(loc='upper right', fontsize=8.5)
    for way, colour in (('up', UP), ('down', DOWN)):
        curve, mc = only(exact['curves'], direction=way), only(scan['curves'], direction=way)
        right.plot(curve['scaled_pump'], array(curve['jz_mean']) / 50, color=colour, label=f'exact, {way}', **EXACT)
        every = slice(0, None, 3)
        right.errorbar(mc['scaled_pump'][every], (array(mc['jz_mean']) / 50)[every], (array(mc['jz_mean_error']) / 50)[every],
                       **points(colour, label=None if way == 'down' else f"{scan['ensemble']['trajectories']} trajectories"))
    with np.errstate(all='ignore'):
        right.plot(s, np.where(s == 0, 0, 1 / np.tanh(s) - 1 / s), label='paper, Eq. (4)', **PAPER)
    for sign in (-1, 1):
        right.plot([-b, b], [sign * langevin(b)] * 2, **PAPER | {'lw': 0.8})
    right.axhline(0, color='#bbbbbb', lw=0.7, zorder=0)
    right.set(xlabel=S_LABEL, ylabel=r'inversion  $\langle \hat J_z\rangle/(N/2)$', xlim=(-20, 20), ylim=(-1.04, 1.04),
              title=rf"(b)  $r = 16\,\gamma$, width {results['exact']['hysteresis']['width']['value']:.2f}")
    right.legend(loc='upper left', fontsize=8.5)
    return fig
