"""Eq. (9): many scans in a fixed time, by estimator."""
import math

import matplotlib.pyplot as plt
import numpy as np
from experiment import DOWN, EXACT, GREEN, INK, ORANGE, PAPER, PINK, R_LABEL, SKY, UP, Row, array, number, only, percent, points, power_law

TITLE = 'The scan rate that is best for a fixed total time, by estimator (Eq. 9)'
SHOWN = {'first_crossing': (UP, 'o', 'first crossing'), 'last_crossing': (DOWN, 's', 'last crossing'),
         'mid_crossing': (ORANGE, 'D', 'mid crossing'), 'area': (GREEN, '^', 'area')}


def cost(protocol):
    """1/sqrt(N_s) at gamma T = 1: a scan takes 2S/r."""
    return math.sqrt(2 * protocol['half_width'] / protocol['rate'])


def total(scan, name):
    """N delta w_total sqrt(gamma T)/gamma of an estimator, with its error; None where there is none."""
    e = only(scan['estimators'], name=name, direction='up')['delta_w']
    if e['value'] is None:
        return None
    factor = cost(scan['protocol']) * scan['model']['atoms']
    return e['value'] * factor, e['error'] * factor


def exact_total(law, protocol, atoms):
    crossing = law['std'] / law['slope'] * 2
    return crossing * cost(protocol)


def scans(results):
    return results['hundred'] + results['many']


def bound_curve(results, key):
    r, value = [], []
    for s in results['exact']:
        b = only(s['bounds'], direction='up')
        v = b[key]['value'] if isinstance(b[key], dict) else b[key]
        if v is not None:
            r.append(s['protocol']['rate'])
            value.append(v * cost(s['protocol']) * s['model']['atoms'])
    return array(r), array(value)


def crossing_curve(results, name, run='crossings', scans_of='exact'):
    r, value = [], []
    for s, c in zip(results[scans_of], results[run]):
        law = only(c['crossings'], name=name, direction='up')
        r.append(s['protocol']['rate'])
        value.append(exact_total(law, s['protocol'], s['model']['atoms']))
    return array(r), array(value)


def slopes(results, name):
    """Exponents below and above the optimum."""
    r, value = crossing_curve(results, name) if name in ('first_crossing', 'last_crossing') else bound_curve(results, name)
    slow, fast = r <= 0.31, r >= 99
    return power_law(r[slow], value[slow])[:2], power_law(r[fast], value[fast])[:2]


def area_points(results):
    found = {s['protocol']['rate']: total(s, 'area') for s in scans(results)}
    return array(list(found)), array([v[0] for v in found.values()]), array([v[1] for v in found.values()])


def rows(results):
    table = []
    for name in ('first_crossing', 'last_crossing'):
        exact = {s['protocol']['rate']: (s, only(c['crossings'], name=name, direction='up'))
                 for s, c in zip(results['hundred'], results['crossings_hundred'])}
        for s in results['hundred']:
            rate = s['protocol']['rate']
            if rate in (0.1, 1.0, 10.0):
                law = exact[rate][1]
                table.append(Row(f'N δw_total √(γT)/γ, {name.replace("_", " ")}, r = {rate:g} γ, N = 100', '',
                                 exact_total(law, s['protocol'], 100), total(s, name), 'not in the paper', digits=4))
    for name in ('first_crossing', 'last_crossing'):
        lines = dict(zip(*crossing_curve(results, name)))
        for s in results['many']:
            rate = s['protocol']['rate']
            if rate in (30.0, 1000.0):
                table.append(Row(f'N δw_total √(γT)/γ, {name.replace("_", " ")}, r = {rate:g} γ, N = 1000', '', lines[rate], total(s, name),
                                 'not in the paper', digits=4))
    for name, label in (('first_crossing', 'first crossing'), ('last_crossing', 'last crossing'), ('paper_heuristic', "the paper's rule"),
                        ('snapshot', 'bound, J_z once'), ('full_record', 'bound, every jump')):
        (slow, slow_error), (fast, fast_error) = slopes(results, name)
        its_own = name == 'paper_heuristic'  # Eq. (9) is of the paper's rule; of the others it says nothing

        def verdict(paper, value):
            if not its_own:
                return f'another quantity: {value:+.2f}'.replace('-', '−')
            word = 'confirmed' if abs(value - paper) < 0.05 else 'approximate' if abs(value - paper) < 0.15 else 'refuted'
            return f'{word}: {value:+.2f} instead of {paper:+.2f}'.replace('-', '−')
        table.append(Row(f'exponent of δw_total in r, {label}, r ≤ 0.3 γ', '−1/2' if its_own else '', slow, verdict=verdict(-0.5, slow),
                         digits=2, tolerance=1e-4))
        table.append(Row(f'exponent of δw_total in r, {label}, r ≥ 100 γ', '(3η − 1)/2 = 0.41' if its_own else '', fast,
                         verdict=verdict(0.415, fast), digits=2, tolerance=1e-4))
    for s in results['hundred']:
        rate = s['protocol']['rate']
        if rate <= 3.0:
            table.append(Row(f'N δw_total √(γT)/γ, area, r = {rate:g} γ, N = 100', '', None, total(s, 'area'), 'not in the paper'))
    return table


def best(results, name):
    r, value = crossing_curve(results, name)
    return r[value.argmin()], value.min()


def finding(results):
    (first_slow, _), (first_fast, _) = slopes(results, 'first_crossing')
    (rule_slow, _), (rule_fast, _) = slopes(results, 'paper_heuristic')
    r, value, error = area_points(results)
    slow_area, best_area, fast_area = (value[np.argmin(np.abs(r - rate))] for rate in (0.1, 1.5, 3.0))
    _, full = bound_curve(results, 'full_record')
    rate, reached = best(results, 'last_crossing')
    return f"""Confirmed for the quantity that Eq. (9) is about; single estimates follow other powers. With S = 4 max(√3, width), the paper's rule for one scan
gives the exponents of Eq. (9) ({rule_slow:+.2f} and {rule_fast:+.2f}, the latter with the logarithm that stands for η), with its optimum near r = γ.
The crossings improve as r<sup>{first_slow:.2f}</sup> at slow rates and lose only as
r<sup>{first_fast:+.2f}</sup> at fast ones, because their spread is √(r/ln r), less than the width; the best of the rates tried is
r = {rate:g} γ (last crossing, N δw_total √(γT)/γ = {number(reached, 3)}). The area has a shallow optimum: {number(slow_area, 3)} at r = 0.1 γ,
{number(best_area, 3)} at 1.5 γ and {number(fast_area, 3)} at 3 γ, so that the paper's r ~ γ is right for it too; a slow scan that is averaged loses
little against many fast ones, and the bound of the full record is flat at slow rates. N_s counts scans of one leg: the way back is
left out, as in the paper. Everything keeps 1/N.""".replace('-', '−')


def draw(results):
    fig, ax = plt.subplots(figsize=(6.6, 4.8))
    for name, (colour, marker, label) in SHOWN.items():
        if name in ('first_crossing', 'last_crossing'):
            ax.plot(*crossing_curve(results, name), color=colour, lw=1.4, zorder=3)
        found = [(s['protocol']['rate'], total(s, name), s['model']['atoms']) for s in scans(results)]
        found = [(r * (1.0 if n == 100 else 1.06), *v) for r, v, n in found if v and v[1] < 0.25 * v[0]]
        ax.errorbar(*zip(*found), **points(colour, marker, label=label + ', trajectories'))
    for key, style, label in (('full_record', {'color': INK, 'lw': 1.6}, 'bound, every jump seen'),
                              ('snapshot', {'color': SKY, 'lw': 1.6}, r'bound, $J_z$ once'),
                              ('paper_heuristic', PAPER | {'color': '#777777', 'lw': 1.3}, r'paper, $\max\{\sqrt{12}/N,\ \Delta w_H\}$')):
        ax.plot(*bound_curve(results, key), label=label, **style)
    r = np.array([0.03, 1])
    anchor = bound_curve(results, 'paper_heuristic')
    level = float(np.interp(0.1, *anchor))
    ax.plot(r, 2.2 * level * (r / 0.1) ** -0.5, **PAPER | {'color': '#AAAAAA'})
    ax.text(0.16, 2.4 * level * 1.6 ** -0.5, r'$r^{-1/2}$', color='#777777')
    fast = np.array([20, 1000])
    level = float(np.interp(100, *anchor))
    ax.plot(fast, 1.8 * level * (fast / 100) ** 0.415, **PAPER | {'color': '#AAAAAA'})
    ax.text(60, 2.4 * level * 0.6 ** 0.4, r'$r^{(3\eta-1)/2}$', color='#777777', ha='right')
    ax.set(xscale='log', yscale='log', xlabel=R_LABEL, ylabel=r'$N\,\delta w_{\rm total}\sqrt{\gamma T}/\gamma$', ylim=(0.8, 900),
           title=r'total time $T$ split into scans, $S = 4\max(\sqrt{3},$ width$)$; lines exact, $N = 1000$')
    ax.legend(fontsize=8, loc='upper center', ncols=2)
    return fig
