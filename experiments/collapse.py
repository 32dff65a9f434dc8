"""Fig. 4b: the widths at different N, in units of 2 gamma/N, are one curve."""
import matplotlib.pyplot as plt
import numpy as np
from experiment import R_LABEL, INK, PAPER, Row, array, number, pair, percent, points

TITLE = 'The widths of N = 50 to 10⁶ collapse (Fig. 4b)'
ATOMS = (50, 100, 200, 400, 1000, 10000, 1000000)


def widths(results):
    return {n: {s['protocol']['rate']: s['hysteresis']['width']['value'] for s in results[str(n)]} for n in ATOMS}


def spread(results, rate):
    """(largest - smallest)/mean over the N that the rate allows, and how many those are."""
    values = [w[rate] for w in widths(results).values() if rate in w]
    return (max(values) - min(values)) / np.mean(values), len(values)


def rows(results):
    table = []
    for rate in (0.1, 1.0, 10.0, 100.0):
        value, count = spread(results, rate)
        table.append(Row(f'spread of (N/2γ) Δw_H over {count} N ≤ 10<sup>6</sup> at r = {rate:g} γ, relative', '0', value,
                         verdict=f'confirmed: within {percent(value)}', digits=2, tolerance=1e-4))
    for run, exact in zip(results['runs'], results['runs_exact']):
        n = run['model']['atoms']
        table.append(Row(f'(N/2γ) Δw_H at r = 16 γ, N = {number(n, 1) if n < 1e5 else "10<sup>6</sup> (sphere)"}', '5.657 (Eq. 8)',
                         exact['hysteresis']['width']['value'], pair(run['hysteresis']['width']),
                         'confirmed: independent of N (its value: see width)', digits=6))
    return table


def finding(results):
    every = sorted({rate for w in widths(results).values() for rate in w})
    worst = max(every, key=lambda rate: spread(results, rate)[0])
    return f"""Confirmed, and better than the figure shows: from N = 50 to 10<sup>6</sup> the scaled widths differ by at most
{percent(spread(results, worst)[0])} (at r = {number(worst, 3)} γ), at all rates where the scan can hold the loop (N/2 > 1.5 s_up).
In the variable 2m/(N+1) the exact moment equations know N only through 1 − l²/(N+1)², a correction of order 1/N²; what
is seen is larger, (1 − η)/N with the local exponent η, because s and r are counted in N/2 where the equations have (N+1)/2."""


def draw(results):
    fig, (top, low) = plt.subplots(2, 1, figsize=(6.2, 5.6), sharex=True, height_ratios=(2.2, 1))
    w = widths(results)
    limit = w[ATOMS[-1]]
    markers = 'osD^v<>'
    colours = plt.get_cmap('viridis')(np.linspace(0, 0.9, len(ATOMS)))
    x = sorted(limit)
    top.plot(x, [limit[r] for r in x], color=INK, lw=1.0, zorder=1)
    for n, marker, colour in zip(ATOMS, markers, colours):
        x = sorted(w[n])
        label = f'$N = {n}$' if n < 1e4 else f'$N = 10^{len(str(n)) - 1}$'
        top.plot(x, [w[n][r] for r in x], marker, ms=4.5, color=colour, mec='white', mew=0.4, label=label, zorder=3)
        if n != ATOMS[-1]:
            gap = np.array([abs(w[n][r] / limit[r] - 1) for r in x])
            low.plot(x, gap, marker + '-', ms=4, color=colour, mec='white', mew=0.4, lw=0.8)
    r = np.array([1.4, 1000])
    top.plot([0.01, 1.4], [0.01, 1.4], label='paper, Eq. (8)', **PAPER)
    top.plot(r, np.sqrt(2 * r), **PAPER)
    for run in results['runs']:
        width = run['hysteresis']['width']
        top.errorbar([16], [width['value']], [width['error']],
                     **points('#D55E00', 'o', ms=7, mfc='none', mec='#D55E00', mew=1.2, zorder=6))
    top.plot([], [], 'o', ms=7, mfc='none', mec='#D55E00', mew=1.2, label='trajectories, $N = 50$ and $10^6$')
    top.set(xscale='log', yscale='log', ylabel=r'width  $\frac{N}{2\gamma}\,\Delta w_H$')
    top.legend(loc='upper left', fontsize=8)
    low.set(xscale='log', yscale='log', xlabel=R_LABEL, ylabel=r'distance from $N = 10^6$', ylim=(1e-9, 0.1))
    return fig
