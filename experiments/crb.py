"""App. D: shots of J_z in the steady state at w = gamma against the Cramer-Rao bound."""
import math

import matplotlib.pyplot as plt
import numpy as np
from experiment import DOWN, EXACT, GREEN, INK, ORANGE, PAPER, PINK, SKY, UP, Row, array, judge, number, only, pair, percent, points

TITLE = 'The Cramér–Rao bound of the steady state and its saturation at w = γ (Eq. 5, App. D)'
COLOURS = {10: UP, 100: DOWN, 1000: GREEN, 10000: PINK}
#: From so many pooled shots on the law of the estimate has light enough tails for its error bars.
LIGHT = 5


def results_by_atoms(results):
    return {r['model']['atoms']: r for r in results["few"] + results["many"]}


def rows(results):
    table = []
    for n, r in results_by_atoms(results).items():
        linear = only(r['estimators'], name='locally_unbiased', shots=1)
        bound = math.sqrt(12 / (n * (n + 2)))
        table.append(Row(f'δw/γ of 1 + 12 J_z/(N(N+2)), one shot, N = {n}', f'{number(math.sqrt(12) / n)} (√12/N, Eq. 5, D6)', bound,
                         pair(linear['std']), judge(math.sqrt(12) / n, bound) + '; saturated'))
        table.append(Row(f'its mean, N = {n}', '1', 1.0, pair(linear['mean']), 'confirmed: unbiased'))
    for n, r in results_by_atoms(results).items():
        single = only(r['estimators'], name='maximum_likelihood', shots=1)
        p = 1 / (n + 1)
        share = single['unbounded'] / single['pools']
        table.append(Row(f'share of shots with no finite maximum likelihood (n = N), N = {n}', '', p,
                         (share, math.sqrt(p * (1 - p) / single['pools'])), 'not in the paper: 1/(N+1)', digits=4))
        table.append(Row(f'spread/bound of its finite estimates, one shot, N = {n}', '', single['exact']['std'] / single['bound'],
                         (single['std']['value'] / single['bound'], single['std']['error'] / single['bound']),
                         'not in the paper: not saturated shot by shot', judged=False))
    for n in (10, 100):
        for nu in (10, 100, 1000):
            e = only(results_by_atoms(results)[n]['estimators'], name='maximum_likelihood', shots=nu)
            table.append(Row(f'maximum likelihood of ν = {nu} shots, √ν spread/bound, N = {n}', '1 as ν → ∞', e['exact']['std'] / e['bound'],
                             (e['std']['value'] / e['bound'], e['std']['error'] / e['bound']),
                             f"confirmed: {percent(e['exact']['std'] / e['bound'] - 1)} above"))
        e = only(results_by_atoms(results)[n]['estimators'], name='maximum_likelihood', shots=10)
        table.append(Row(f'its bias at ν = 10, in 10<sup>−4</sup> γ, N = {n}', '', (e['exact']['mean'] - 1) * 1e4,
                         ((e['mean']['value'] - 1) * 1e4, e['mean']['error'] * 1e4),
                         f'not in the paper: about 6/(ν N(N+2)) = {number(6e4 / (10 * n * (n + 2)), 3)}', digits=4))
    return table


def finding(results):
    r = results_by_atoms(results)
    ten = only(r[100]['estimators'], name='maximum_likelihood', shots=10)['exact']['std'] / only(
        r[100]['estimators'], name='maximum_likelihood', shots=10)['bound']
    hundred = only(r[100]['estimators'], name='maximum_likelihood', shots=100)
    ratio = {n: only(v['estimators'], name='maximum_likelihood', shots=1) for n, v in r.items()}
    return f"""Confirmed, with the right variance: δw/γ = √(12/(N(N+2))) is reached shot by shot by the locally unbiased estimate
1 + 12 J_z/(N(N+2)), at every N from 10 to 10<sup>4</sup>; the paper's √12/N is its limit, {percent(math.sqrt(120) / 10 - 1)} too large at N = 10.
The maximum-likelihood estimate of *one* shot does not reach it: it is infinite whenever n = N, and its finite values spread
{number(ratio[100]['exact']['std'] / ratio[100]['bound'], 3)} times the bound at N = 100 and {number(ratio[10000]['exact']['std'] / ratio[10000]['bound'], 3)}
times at 10<sup>4</sup>. Pooled over ν shots it tends to the bound over √ν: {percent(ten - 1)} above at ν = 10, {percent(hundred['exact']['std'] / hundred['bound'] - 1)}
at ν = 100 (N = 100), with a bias of 6/(ν N(N+2)) because ln w, not w, is estimated evenly."""


def draw(results):
    fig, (left, right) = plt.subplots(1, 2, figsize=(10.2, 4.2))
    by = results_by_atoms(results)
    n = np.logspace(0.9, 4.1, 50)
    left.plot(n, np.sqrt(12 / (n * (n + 2))), color=INK, label=r'bound $\sqrt{12/(N(N+2))}$, exact', **EXACT)
    left.plot(n, np.sqrt(12) / n, label=r'paper, $\sqrt{12}/N$', **PAPER)
    std = [pair(only(r['estimators'], name='locally_unbiased', shots=1)['std']) for r in by.values()]
    left.errorbar(list(by), *zip(*std), label=r'$1 + 12\,J_z/(N(N+2))$, one shot', **points())
    ml = [pair(only(r['estimators'], name='maximum_likelihood', shots=1)['std']) for r in by.values()]
    left.errorbar(list(by), *zip(*ml), label='maximum likelihood, one shot (finite ones)', **points(DOWN, 's'))
    left.set(xscale='log', yscale='log', xlabel=r'atoms  $N$', ylabel=r'sensitivity of one shot  $\delta w/\gamma$', title='(a)')
    left.legend(loc='lower left', fontsize=8.5)
    for i, (atoms, r) in enumerate(by.items()):
        chosen = [e for e in r['estimators'] if e['name'] == 'maximum_likelihood' and e['shots'] >= 2]
        nu = array([e['shots'] for e in chosen])
        bound = array([e['bound'] for e in chosen])
        colour = COLOURS[atoms]
        right.plot(nu, array([e['exact']['std'] for e in chosen]) / bound, color=colour, lw=1.2)
        shown = [e for e in chosen if e['shots'] >= LIGHT]
        right.errorbar([e['shots'] * 1.04 ** (i - 1.5) for e in shown], [e['std']['value'] / e['bound'] for e in shown],
                       [e['std']['error'] / e['bound'] for e in shown],
                       **points(colour, label=f'$N = {atoms}$' if atoms < 1e4 else '$N = 10^4$'))
    right.axhline(1, **PAPER)
    right.set(xscale='log', xlabel=r'shots pooled  $\nu$', ylabel=r'spread $\times\sqrt{\nu}$ / bound', ylim=(0.9, 1.6),
              title='(b)  maximum likelihood of $\\nu$ shots')
    right.legend(loc='upper right')
    return fig
