"""Var J_z along the scan."""
import matplotlib.pyplot as plt
import numpy as np
from experiment import DOWN, EXACT, GREEN, INK, ORANGE, S_LABEL, UP, Row, array, number, only, points

TITLE = 'Fluctuations of J_z along the scan: the maximum moves with the crossing of the mean'
COLOURS = {0.1: INK, 1.0: UP, 4.0: GREEN, 16.0: DOWN, 100.0: '#CC79A7'}


def crossing(scan):
    return scan['hysteresis']['up_crossing']['value']


def rows(results):
    table = []
    runs = {s['protocol']['rate']: s['curves'][0] for s in results['scan']}
    for exact in results['exact']:
        rate, curve = exact['protocol']['rate'], exact['curves'][0]
        peak = only(exact['bounds'], direction='up')['max_variance']
        table.append(Row(f'largest Var J_z, r = {rate:g} γ, N = 100, up', '833.3 (N²/12, at w = γ)', peak['value'],
                         verdict=f"not in the paper: at s = {number(peak['scaled_pump'], 3)}; the mean crosses at {number(crossing(exact), 3)}"))
        mid = curve['scaled_pump'].index(0)
        mc = None
        if rate in runs:
            k = runs[rate]['scaled_pump'].index(0)
            mc = runs[rate]['jz_variance'][k], runs[rate]['jz_variance_error'][k]
        table.append(Row(f'Var J_z at w = γ, r = {rate:g} γ, N = 100, up', '833.3 (N²/12)', curve['jz_variance'][mid], mc,
                         f"approximate in the slow limit: {number(833.333 / curve['jz_variance'][mid], 3)} × exact" if rate <= 1 else
                         f"not meant for fast scans: {number(833.333 / curve['jz_variance'][mid], 3)} × exact"))
    return table


def finding(results):
    peaks = {s['protocol']['rate']: (only(s['bounds'], direction='up')['max_variance'], crossing(s),
                                     s['curves'][0]['jz_variance'][s['curves'][0]['scaled_pump'].index(0)]) for s in results['exact']}
    p16, p100 = peaks[16.0], peaks[100.0]
    return f"""At finite rates the fluctuations are largest not at w = γ but at the crossing of the mean, s = {number(p16[0]['scaled_pump'], 3)} at r = 16 γ
(the mean crosses at {number(p16[1], 3)}), {number(p100[0]['scaled_pump'], 3)} at r = 100 γ ({number(p100[1], 3)}), and hardly smaller than in the steady state:
{number(p16[0]['value'], 3)} and {number(p100[0]['value'], 3)} against 850. At w = γ itself little is left of them: {number(p16[2], 3)} and {number(p100[2], 3)}. A protocol
that looks for large fluctuations at w = γ finds them only for r ≲ γ."""


def draw(results):
    fig, ax = plt.subplots(figsize=(6.6, 4.4))
    runs = {s['protocol']['rate']: s['curves'][0] for s in results['scan']}
    for exact in results['exact']:
        rate, curve = exact['protocol']['rate'], exact['curves'][0]
        colour = COLOURS[rate]
        ax.plot(curve['scaled_pump'], array(curve['jz_variance']) / 850, color=colour, label=rf'$r = {rate:g}\,\gamma$', **EXACT)
        if rate in runs:
            c = runs[rate]
            s, every = array(c['scaled_pump']), slice(0, None, 4)
            ax.errorbar(s[every], array(c['jz_variance'])[every] / 850, array(c['jz_variance_error'])[every] / 850,
                        **points(colour, ms=4.5))
        ax.plot([crossing(exact)] * 2, [-0.03, -0.008], color=colour, lw=2, clip_on=False)
    ax.axvline(0, color='#bbbbbb', lw=0.7, zorder=0)
    ax.set(xlabel=S_LABEL, ylabel=r'$\mathrm{Var}\,\hat J_z\,/\,[N(N+2)/12]$', xlim=(-8, 32), ylim=(-0.03, 1.05),
           title=r'$N = 100$, up; ticks at the bottom: where $\langle\hat J_z\rangle = 0$')
    ax.legend(loc='upper right')
    return fig
