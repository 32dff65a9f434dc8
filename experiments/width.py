"""Eq. (8), Fig. 4a: the width of the mean loop against the scan rate, and the law that replaces the power 0.61."""
import math

import matplotlib.pyplot as plt
import numpy as np
from experiment import DOWN, EXACT, GREEN, INK, PAPER, R_LABEL, SKY, UP, Row, array, judge, number, off, pair, percent, points, power_law

TITLE = 'Width of the hysteresis loop against the scan rate (Eq. 8, Fig. 4a, App. F)'
A2_PI = 0.8552797  # A^2/pi with A = 1/x, x e^x E_1(x) = 1/2
ETA = 0.61


def law(r):
    r = np.asarray(r, float)
    return np.sqrt(2 * r * np.log(np.maximum(A2_PI * r, 1)))


def curve(scans):
    return array([s['protocol']['rate'] for s in scans]), array([s['hysteresis']['width']['value'] for s in scans])


def window(scans, low, high):
    r, width = curve(scans)
    inside = (r >= low * 0.999) & (r <= high * 1.001)
    return power_law(r[inside], width[inside])


def local_slopes(scans):
    r, width = curve(scans)
    return np.sqrt(r[1:] * r[:-1]), np.diff(np.log(width)) / np.diff(np.log(r))


def law_slope(r):
    return 0.5 + 0.5 / np.log(A2_PI * np.asarray(r))


def judge_eq8(rate, exact):
    """Eq. (8) is of slow and of fast scans; of the fast ones the paper itself fits another exponent than its 1/2."""
    paper = rate if rate <= 1 else math.sqrt(2 * rate)
    if rate <= 0.3:
        return judge(paper, exact)
    return ('between its regimes: ' if rate < 10 else 'without the logarithm: ') + off(paper, exact)


def rows(results):
    table = []
    runs = {s['protocol']['rate']: (s['hysteresis']['width'], e['hysteresis']['width']['value'])
            for s, e in zip(results['runs'], results['runs_exact'])}
    r, width = curve(results['table'])
    for rate, exact in zip(r, width):
        paper = rate if rate <= 1 else math.sqrt(2 * rate)
        table.append(Row(f'(N/2γ) Δw_H at r = {rate:g} γ, N = 10<sup>5</sup>', f'{number(paper)} (Eq. 8)', exact,
                         verdict=judge_eq8(rate, exact), digits=6))
    for rate, (run, exact) in runs.items():
        paper = rate if rate <= 1 else math.sqrt(2 * rate)
        table.append(Row(f'(N/2γ) Δw_H at r = {rate:g} γ, N = 100', f'{number(paper)} (Eq. 8)', exact, pair(run), judge_eq8(rate, exact)))
    slope, error, _ = window(results['hundred'], 0.01, 0.1)
    table.append(Row('exponent, 0.01 ≤ r/γ ≤ 0.1, N = 100', '1', slope,
                     verdict=judge(1, slope, 0.01) + f' (± {error:.1g} by curvature)', tolerance=1e-5))
    for low, high in ((10, 100), (10, 316), (30, 100), (100, 316)):
        slope, error, _ = window(results['hundred'], low, high)
        table.append(Row(f'apparent exponent, {low} ≤ r/γ ≤ {high}, N = 100', 'η ≈ 0.61', slope,
                         verdict=f'confirmed as a fit: {slope:.3f} ± {error:.3f} by curvature' if abs(slope - ETA) < 0.02
                         else f'approximate: {slope:.3f} ± {error:.3f} by curvature', digits=4, tolerance=1e-5))
    for low, high in ((100, 1000), (1000, 1e4), (1e4, 1e5)):
        slope, error, _ = window(results['large'], low, high)
        table.append(Row(f'apparent exponent, {low:g} ≤ r/γ ≤ {high:g}, N = 10<sup>8</sup>'.replace('1e+05', '10<sup>5</sup>'),
                         'η ≈ 0.61', slope, verdict=f'beyond the rates of the fit: {slope:.3f} and falling to 1/2', digits=4,
                         tolerance=1e-5))
    r, width = curve(results['large'])
    for rate in (10, 100, 1000, 1e4, 1e5):
        exact = width[np.argmin(np.abs(np.log(r / rate)))]
        table.append(Row(f'(N/2γ) Δw_H at r = {number(rate, 1)} γ, N = 10<sup>8</sup>', f'{number(math.sqrt(2 * rate))} (Eq. 8)', exact,
                         verdict=judge_eq8(rate, exact) + f'; √(2r ln 0.8553r) is {percent(law(rate) / exact - 1)} off',
                         digits=7))
    return table


def finding(results):
    slope, error, _ = window(results['hundred'], 10, 100)
    wide, wide_error, _ = window(results['hundred'], 10, 316)
    last, _, _ = window(results['large'], 1e4, 1e5)
    r, width = curve(results['large'])
    gone = {rate: percent(law(rate) / width[np.argmin(np.abs(np.log(r / rate)))] - 1) for rate in (10, 1000, 1e5)}
    return f"""The slow limit is confirmed: the width is r to {percent(window(results['hundred'], 0.01, 0.1)[0] - 1)} in its exponent, and to
first order in r by linear response (the loop lags by 1/(2γ) each way). For fast scans the paper finds by numbers that
Eq. (8)'s 1/2 does not hold and fits η ≈ 0.61, and as a fit that is right. Over the rates that N = 100 allows the widths do look like one: η = {slope:.3f} ± {error:.3f} over 10 ≤ r/γ ≤ 100,
{wide:.3f} ± {wide_error:.3f} over 10 ≤ r/γ ≤ 316 (the errors are what the curvature of the exact points leaves), close to the
paper's 0.61, which is the local exponent near r = 110 γ. But the local slope never stops falling: {last:.3f} over 10<sup>4</sup>..10<sup>5</sup>. The law is

(N/2γ) Δw_H → √(2r ln(A²r/π)), A²/π = 0.8553,

{gone[10]} off at r = 10, {gone[1000]} at 1000 and {gone[1e5]} at 10<sup>5</sup>, derived [below](#the-law-of-fast-scans). Eq. (8)'s √(2r)
lacks the logarithm. App. F is right that one rate λ(w) does not suffice: a single rate gives the widths 16.72, 52.83 and 166.7 at
r = 100, 1000 and 10<sup>4</sup> γ, with exponent 1/2 and no logarithm. What is missing is the escape from the pole, where the
amplification grows with the distance from w = γ; one escape time describes it, no spectrum of rates is needed."""


def draw(results):
    fig, (left, right) = plt.subplots(1, 2, figsize=(10.4, 4.4))
    r, width = curve(results['hundred'])
    left.plot(r, width, color=INK, label=r'exact, $N = 100$', **EXACT)
    rl, wl = curve(results['large'])
    left.plot(rl, wl, color=SKY, lw=1.6, zorder=2, label=r'exact, $N = 10^8$')
    slow, fast = np.array([0.01, 3]), np.array([0.7, 1e5])
    left.plot(slow, slow, label=r'paper, Eq. (8): $r$, $\sqrt{2r}$', **PAPER)
    left.plot(fast, np.sqrt(2 * fast), **PAPER)
    eta, _, level = window(results['hundred'], 10, 100)
    fit = np.array([2, 3e3])
    left.plot(fit, level * 10 ** (eta - ETA) * fit ** ETA, label=r'paper, $\eta = 0.61$', **PAPER | {'color': DOWN})
    rate = array([s['protocol']['rate'] for s in results['runs']])
    mean = array([s['hysteresis']['width']['value'] for s in results['runs']])
    error = array([s['hysteresis']['width']['error'] for s in results['runs']])
    left.errorbar(rate, mean, error, label='trajectories', **points())
    left.set(xscale='log', yscale='log', xlabel=R_LABEL, ylabel=r'width  $\frac{N}{2\gamma}\,\Delta w_H$', xlim=(0.008, 1.3e5),
             ylim=(0.007, 3e3), title='(a)')
    left.legend(loc='upper left')
    x, slope = local_slopes(results['hundred'])
    right.plot(x, slope, color=INK, label=r'$N = 100$', **EXACT)
    x, slope = local_slopes(results['large'])
    right.plot(x, slope, color=SKY, lw=1.6, label=r'$N = 10^8$', zorder=2)
    big = np.logspace(math.log10(4), 5, 60)
    right.plot(big, law_slope(big), color=GREEN, lw=1.4, ls=(0, (1, 1)), zorder=4, label=r'$\sqrt{2r\,\ln(0.855\,r)}$')
    for eta, text in ((1, '1'), (0.5, r'\frac{1}{2}'), (ETA, '0.61')):
        right.axhline(eta, **PAPER | {'color': DOWN if eta == ETA else PAPER['color']})
    right.text(0.012, ETA + 0.008, r'paper, $\eta = 0.61$', color=DOWN, size=9)
    right.text(0.012, 0.508, r'paper, $\eta = 1/2$', color='#777777', size=9)
    right.set(xscale='log', xlabel=R_LABEL, ylabel=r'local exponent  $\mathrm{d}\ln\Delta w_H/\mathrm{d}\ln r$', ylim=(0.46, 1.05),
              xlim=(0.01, 1e5), title='(b)')
    right.legend(loc='upper right', bbox_to_anchor=(1, 0.93))
    return fig
