"""The bound of one measurement of J_z along the scan, against the paper's rule."""
import math

import matplotlib.pyplot as plt
import numpy as np
from experiment import DOWN, EXACT, GREEN, INK, PAPER, R_LABEL, SKY, UP, Row, array, number, only, percent

TITLE = "One measurement of J_z during a scan, against the paper's rule max{√12 γ/N, Δw_H}"


def curves(scans):
    b = [only(s['bounds'], direction='up') for s in scans]
    atoms = scans[0]['model']['atoms']
    return (array([s['protocol']['rate'] for s in scans]), array([x['snapshot']['value'] for x in b]) * atoms,
            array([x['paper_heuristic'] for x in b]) * atoms, array([x['full_record'] for x in b]) * atoms,
            array([x['snapshot']['scaled_pump'] for x in b]))


def judge_rule(ratio):
    """The paper writes its rule with ~, and gives no bound: it is a guess at what a scan reaches."""
    word = 'confirmed' if abs(ratio - 1) < 0.025 else 'approximate' if 0.5 < ratio < 2 else 'pessimistic'
    return f'{word}: {number(ratio, 3)} times the bound of J_z once'


def rows(results):
    table = []
    r, snapshot, rule, full, at = curves(results['hundred'])
    for i, rate in enumerate(r):
        table.append(Row(f'best snapshot bound δw/γ at r = {rate:g} γ, N = 100', f'{number(rule[i] / 100)} (max{{√12/N, Δw_H}})',
                         snapshot[i] / 100, digits=4,
                         verdict=judge_rule(rule[i] / snapshot[i]) + f'; best at s = {number(at[i], 3)}'))
    r, snapshot, rule, full, at = curves(results['exact'])
    for rate in (0.01, 1, 10, 100, 1000):
        i = np.argmin(np.abs(np.log(r / rate)))
        table.append(Row(f'N times the bound, r = {rate:g} γ, N = 1000', number(rule[i]), snapshot[i], digits=4,
                         verdict=judge_rule(rule[i] / snapshot[i])))
    return table


def finding(results):
    r, snapshot, rule, full, at = curves(results['exact'])
    ratio = rule / snapshot
    i = {rate: np.argmin(np.abs(np.log(r / rate))) for rate in (1, 16, 100, 1000)}
    return f"""The paper's rule, written with ~, is an estimate from the mean loop; the bound says how much better one scan can do. At slow rates it is the bound (ratio {number(ratio[0], 4)} at r = 0.01 γ), at r = 100 γ it is
{number(ratio[i[100]], 3)} times and at r = 1000 γ {number(ratio[i[1000]], 3)} times too pessimistic: N δw/γ = {number(snapshot[i[1000]], 3)} is allowed
where the rule says {number(rule[i[1000]], 4)}. The loop is wide because the atoms leave late, but they leave with a spread that is smaller
than the delay by a logarithm, and the delay is known: it is not an uncertainty. The best moment is not w = γ but after it,
s = {number(at[i[100]], 3)} at r = 100 γ."""


def draw(results):
    fig, (top, low) = plt.subplots(2, 1, figsize=(6.2, 5.4), sharex=True, height_ratios=(2, 1))
    r, snapshot, rule, full, at = curves(results['exact'])
    top.plot(r, rule, label=r'paper, $\max\{\sqrt{12}\,\gamma/N,\ \Delta w_H\}$', **PAPER | {'lw': 1.3})
    top.plot(r, snapshot, color=UP, label=r'bound, $J_z$ once at the best moment', **EXACT)
    top.plot(r, full, color=INK, label='bound, every jump seen', **EXACT)
    top.axhline(math.sqrt(12), color='#bbbbbb', lw=0.7, zorder=0)
    top.text(0.011, 2.6, r'$\sqrt{12}$', color='#777777', va='top')
    top.set(xscale='log', yscale='log', ylabel=r'$N\,\delta w/\gamma$  of one scan', title=r'$N = 1000$')
    top.legend(loc='upper left')
    low.plot(r, rule / snapshot, color=DOWN, lw=1.6)
    low.axhline(1, color=INK, lw=0.8)
    low.set(xscale='log', xlabel=R_LABEL, ylabel="paper's rule / bound", ylim=(0, None))
    return fig
