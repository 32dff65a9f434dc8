"""Experiments of finite duration by atoms that emit on their own: against T, N and the scan rate."""
import math

import matplotlib.pyplot as plt
import numpy as np
from experiment import DOWN, EXACT, GREEN, GREY, INK, PAPER, SKY, UP, Row, number, only, pair, points, with_error

TITLE = 'Scans for a time T by atoms that emit on their own'
QUICK = False  # every leg is calibrated, which takes its time
COLOUR = {10: SKY, 20: GREEN, 40: DOWN}
EMISSION = 0.05


def series(results, run, name='area'):
    """By N: T, N delta w sqrt(gamma T)/gamma of all legs together and its error, J^2 at the end over its greatest, bounds."""
    found = {}
    for r in results[run]:
        n, t = r['model']['atoms'], r['protocol']['duration']
        unit = n * math.sqrt(t)
        value, error = pair(only(r['combined'], name=name)['delta_w'])
        found.setdefault(n, []).append({
            'T': t, 'value': value * unit if value else math.nan, 'error': error * unit if value else math.nan,
            'j2': r['legs'][-1]['j2_end']['value'] / (n / 2 * (n / 2 + 1)),
            'full_record': r['bounds']['full_record'] * unit, 'parked': r['bounds']['parked_full_record'] * unit})
    return found


def exponent(results, run, duration):
    """Of delta w in N at one T, by weighted least squares of the logarithms, and its error."""
    rows = [(n, p['value'], p['error']) for n, all_ in series(results, run).items() for p in all_ if p['T'] == duration]
    x = np.log([n for n, _, _ in rows])
    # delta w is `value` over N.
    y = np.array([math.log(v) for _, v, _ in rows]) - x
    w = np.array([(v / e) ** 2 for _, v, e in rows])
    mean_x, mean_y = (w * x).sum() / w.sum(), (w * y).sum() / w.sum()
    sxx = (w * (x - mean_x) ** 2).sum()
    return (w * (x - mean_x) * (y - mean_y)).sum() / sxx, sxx ** -0.5


def at(results, run, n, duration):
    return next(p for p in series(results, run)[n] if p['T'] == duration)


def rows(results):
    table = []
    for n in (20, 40):
        for p in series(results, 'emitting')[n]:
            table.append(Row(f'N δw_total √(γT)/γ, area of all legs, T = {p["T"]:g}/γ, single atoms emit at 0.05 γ, N = {n}', '', None,
                             (p['value'], p['error']), f'not in the paper; ⟨J²⟩ ends at {number(p["j2"], 2)} of its greatest'))
    for run, label in (('collective', 'without emission'), ('emitting', 'with emission at 0.05 γ')):
        for n, t in ((20, 24.0), (40, 96.0)):
            p = at(results, run, n, t)
            table.append(Row(f'N δw_total √(γT)/γ, bound of every jump, T = {t:g}/γ, N = {n}, {label}', '', p['full_record'],
                             verdict='not in the paper', tolerance=1e-5))
    for run, label in (('collective', 'no emission'), ('emitting', 'emission at 0.05 γ')):
        for t in (6.0, 24.0, 96.0):
            table.append(Row(f'exponent of δw_total in N, area, T = {t:g}/γ, {label}', '−1' if run == 'collective' or t < 20 else '', None,
                             exponent(results, run, t), 'not in the paper' if t > 20 and run == 'emitting' else
                             f'{exponent(results, run, t)[0]:+.2f} instead of −1, N = 10 to 40'.replace('-', '−')))
    for run, label in (('wide', 'S = 7'), ('free', 'S free')):
        for r in results[run]:
            best = r['optimum']
            table.append(Row(f'best scan rate r/γ for the area, {label}, T = 24/γ, emission {r["model"]["emission"]:g} γ, N = 20', '~ 1 (Eq. 9)', None,
                             pair(best['rate']), f'{best["legs"]} legs, S = {with_error(*pair(best["half_width"]))}, '
                             f'N δw_total √(γT)/γ = {number(best["delta_w"]["value"] * 20 * 24 ** 0.5, 3)}'))
    return table


def finding(results):
    short, long = at(results, 'emitting', 40, 6.0), at(results, 'emitting', 40, 96.0)
    pure_short, pure_long = at(results, 'collective', 40, 6.0), at(results, 'collective', 40, 96.0)
    ten, ten_long = at(results, 'emitting', 10, 6.0), at(results, 'emitting', 10, 96.0)
    kept, lost = exponent(results, 'emitting', 6.0), exponent(results, 'emitting', 96.0)
    pure = exponent(results, 'collective', 96.0)
    (alone, emitting), free = [r['optimum'] for r in results['wide']], results['free'][0]['optimum']
    unit = 20 * math.sqrt(24.0)
    return f"""The collective estimate holds for T < 1/G, as the paper expects, and degrades past it, slowly. Without emission of single atoms
N δw √(γT)/γ of all legs together stays where it is ({number(pure_short['value'], 3)} after one leg and {number(pure_long['value'], 3)} after 16,
N = 40). With it, at G = 0.05 γ, it is {number(short['value'], 3)} at T = 0.3/G and {number(long['value'], 3)} at 4.8/G, where ⟨J²⟩ has fallen
to {number(long['j2'], 2)} of its greatest; at N = 10 the numbers are {number(ten['value'], 3)} and {number(ten_long['value'], 3)}. What is lost
grows with N, so that the exponent of δw_total in N goes from {with_error(*kept)} at T = 0.3/G to {with_error(*lost)} at 4.8/G (N = 10 to 40;
{with_error(*pure)} without emission, for ten atoms have hardly room for S = 4.5). The rate is not where Eq. (9) has its optimum, r ~ γ. That is for
scans which each begin in their own steady state; of legs in turns on the same atoms, combined with their covariance, the faster tell more: at
S = 7, T = 24/γ and N = 20 the search, which goes up to 200 legs, ends at r = {with_error(*pair(alone['rate']))} γ without and
{with_error(*pair(emitting['rate']))} γ with emission, N δw √(γT)/γ = {number(alone['delta_w']['value'] * unit, 3)} and
{number(emitting['delta_w']['value'] * unit, 3)}. The atoms follow less and less, and what is left is the mean of J_z of a pump at rest: its variance is
Var J_z/(γT), for correlations go as e<sup>−2γt</sup>, its slope with w is Var J_z/γ, so that N δw √(γT)/γ = √(12N/(N+2)), which is
{number(math.sqrt(240 / 22), 3)}. With S free too the search ends at its narrowest scan, S = {number(free['half_width']['value'], 2)}, which is the same
said otherwise. What emission changes is how much there is to learn, not how to scan."""\
        .replace('-', '−')


def draw(results):
    fig, (left, right) = plt.subplots(1, 2, figsize=(11.4, 4.6), layout='constrained')
    for run, filled in (('emitting', True), ('collective', False)):
        for n, all_ in series(results, run).items():
            t = np.array([p['T'] for p in all_]) * (1.0 if filled else 1.05)
            style = points(COLOUR[n], 'o' if filled else 's', label=f'$N = {n}$' + (', $G = 0.05\\,\\gamma$' if filled else ', no emission'))
            if not filled:
                style |= {'mfc': 'white', 'mec': COLOUR[n], 'mew': 1.2}
            left.errorbar(t, [p['value'] for p in all_], [p['error'] for p in all_], **style)
            left.plot(t, [p['full_record'] for p in all_], color=COLOUR[n], lw=1.3, ls='-' if filled else ':')
    left.axvline(1 / EMISSION, color=GREY, lw=0.8)
    left.text(1.04 / EMISSION, left.get_ylim()[1] * 0.97, '$1/G$', color=GREY, va='top')
    left.set(xscale='log', xlabel=r'duration  $\gamma T$', ylabel=r'$N\,\delta w_{\rm total}\sqrt{\gamma T}/\gamma$',
             title=r'area of all legs; lines: bound of every jump; $r = 1.5\,\gamma$, $S = 4.5$')
    left.set_xticks([6, 12, 24, 48, 96], ['6', '12', '24', '48', '96'])
    left.minorticks_off()
    left.set_ylim(0, None)
    left.legend(fontsize=7.5, ncols=2, loc='lower right')
    n = np.array(sorted(COLOUR))
    for t, marker, colour in ((6.0, 'o', UP), (24.0, '^', GREEN), (96.0, 's', DOWN)):
        value, error = np.array([[at(results, 'emitting', k, t)[key] / k / math.sqrt(t) for key in ('value', 'error')] for k in n]).T
        slope, slope_error = exponent(results, 'emitting', t)
        right.errorbar(n, value, error, **points(colour, marker, label=rf'$\gamma T = {t:g}$:  $N^{{{slope:.2f} \pm {slope_error:.2f}}}$'))
        right.plot(n, value[1] * (n / n[1]) ** -1.0, **PAPER)
    right.text(n[0], 0.5 * value[0], 'dashed: $1/N$', color=GREY, fontsize=8)
    right.set(xscale='log', yscale='log', xlabel=r'number of atoms  $N$', ylabel=r'$\delta w_{\rm total}/\gamma$', title=r'$G = 0.05\,\gamma$')
    right.set_xticks([10, 20, 40], ['10', '20', '40'])
    right.set_yticks([0.02, 0.05, 0.1, 0.15], ['0.02', '0.05', '0.1', '0.15'])
    right.minorticks_off()
    right.legend()
    return fig
