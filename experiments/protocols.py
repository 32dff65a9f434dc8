"""Scan, park or lock: what each protocol makes of the same time, and the limit of all."""
import math

import matplotlib.pyplot as plt
import numpy as np
from experiment import DOWN, EXACT, GREEN, GREY, INK, ORANGE, PINK, SKY, UP, Row, number, only, pair, points, with_error

TITLE = 'Scan, park or lock: the same time, and the limit of every protocol'
SCANS = {'area': (GREEN, '^', 'area'), 'last_crossing': (DOWN, 's', 'last crossing'), 'first_crossing': (UP, 'o', 'first crossing')}


def entries(result, protocol):
    return [p for p in result['protocols'] if p['protocol'] == protocol]


def value(entry, name, kind='estimators', detector=None):
    """N delta w sqrt(gamma T)/gamma and its error."""
    return pair(only(entry[kind], name=name, detector=detector)['scaled'])


def series(result, protocol, name, kind='estimators', detector=None):
    return [(p['atoms'], *value(p, name, kind, detector)) for p in entries(result, protocol)]


def exact(results):
    return {r['model']['atoms']: r['scaled'] for r in results['exact']}


def parked(atoms):
    return math.sqrt(6 * atoms / (atoms + 2))


def efficiency(name):
    return float(name.split(',')[0].split('=')[1])


def seen(results, protocol, name, kind):
    """Of detectors: efficiency, value, error (0 where the runs are too few to know it)."""
    found = [(efficiency(v['detector']), v['scaled']['value'], v['scaled']['error'] or 0.0)
             for p in entries(results['seen'], protocol) for v in p[kind] if v['name'] == name and v['detector'] and v['scaled']['value']]
    return sorted(found)


def likely(results, protocol):
    """Maximum likelihood where records have one and its spread is known."""
    return [x for x in seen(results, protocol, 'maximum_likelihood', 'estimators') if 0 < x[2] < 0.2 * x[1]]


def rows(results):
    table = []
    for n, *estimate in series(results['jumps'], 'park', 'every_jump'):
        table.append(Row(f'N δw √(γT)/γ, parked at w = γ, every jump seen, N = {n}', '', parked(n), tuple(estimate),
                         'not in the paper: √(6N/(N+2))', digits=5))
    chain = exact(results)
    for n, *estimate in series(results['jumps'], 'lock', 'every_jump'):
        table.append(Row(f'N δw √(γT)/γ, perfect servo, every jump seen, N = {n}', '', chain[n], tuple(estimate),
                         'not in the paper; no protocol is below 2', digits=5))
    for n, *estimate in series(results['jumps'], 'lock', 'full_record', 'bounds'):
        table.append(Row(f'N δw √(γT)/γ, perfect servo, bound of its own record, N = {n}', '', chain[n], tuple(estimate), 'not in the paper', digits=5))
    for run, name, rate in (('area', 'area', 1.5), ('crossings', 'last_crossing', 3.0), ('crossings', 'first_crossing', 3.0)):
        n, *estimate = series(results[run], 'scan', name)[2 if run == 'area' else 1]
        table.append(Row(f'N δw √(γT)/γ, repeated scans, {name.replace("_", " ")}, r = {rate:g} γ, N = {n}', '', None, tuple(estimate),
                         'not in the paper'))
    for protocol in ('scan', 'park', 'lock'):
        bounds = {e: value for e, value, _ in seen(results, protocol, 'detected_record', 'bounds')}
        for e, *estimate in reversed(likely(results, protocol)):
            table.append(Row(f'N δw √(γT)/γ by maximum likelihood, {protocol}, both channels at efficiency {e:g}, N = 20', '', None,
                             tuple(estimate), f'not in the paper; bound of the record {number(bounds[e], 3)}'))
    return table


def finding(results):
    def at(run, protocol, name, atoms=100):
        return next(v for n, v, _ in series(results[run], protocol, name) if n == atoms)
    area, crossing = at('area', 'scan', 'area'), at('crossings', 'scan', 'last_crossing')
    chain = exact(results)
    bounds = {p: {e: x for e, *x in seen(results, p, 'detected_record', 'bounds')} for p in ('scan', 'park', 'lock')}

    def told(e):
        return ', '.join(f'{with_error(*bounds[p][e])} ({p})' for p in ('scan', 'park', 'lock'))
    held = entries(results['counts'], 'lock')[-1]
    side = only(held['bounds'], name='detected_record')['scaled']['value']
    return f"""Scanning is not the best protocol of who sees every jump, and the best of who sees few. All get the same time. The score of the
pump is a sum over pumping jumps, so the information on ln w is E N_up; and E N_up = E N_down + E(n_T − n_0) ≤ γT(N+1)²/4 + N, since J₋ photons
come at n(N−n+1) ≤ (N+1)²/4, for every schedule and every feedback: N δw √(γT)/γ ≥ 2 for many atoms. Every jump seen and N = 100, T = 20/γ, the
best estimate of repeated scans has {number(area, 3)} (area; last crossing {number(crossing, 3)}), a pump that rests at w = γ
{number(parked(100), 3)}, for there n is uniform and n(N−n+1) is N²/6 on average, and a servo that sets w = γ(1 − x/2), x = 2J_z/N, at every
tick {number(chain[100], 4)}: it holds n at N/2, where both rates are greatest. All keep 1/N. With both channels at efficiency e and N = 20 the
bounds of the records are {told(1.0)} at e = 1, {told(0.5)} at 0.5, {told(0.2)} at 0.2 and {told(0.05)} at 0.05: the order turns round. At the
transition the mean rates of both channels are stationary in the pump, but for corrections of order 1/N, and a record tells of it by how
clicks follow each other, which needs most of them; a scan passes pumps where the mean rates change to first order. It also finds a critical pump
that is not known beforehand. A servo on counts of side light (5γ per atom, all seen) holds J_z as well; its record is that light alone, and
tells {number(side, 3)} at N = {held['atoms']}."""


def draw(results):
    fig, (left, right) = plt.subplots(1, 2, figsize=(11.4, 4.6), layout='constrained')
    for name, (colour, marker, label) in SCANS.items():
        data = series(results['area' if name == 'area' else 'crossings'], 'scan', name)
        left.errorbar(*zip(*data), **points(colour, marker, label=f'repeated scans, {label}'))
    n = np.geomspace(15, 500, 200)
    left.plot(n, np.sqrt(6 * n / (n + 2)), color=SKY, label=r'parked: $\sqrt{6N/(N+2)}$', **EXACT)
    left.errorbar(*zip(*series(results['jumps'], 'park', 'every_jump')), **points(SKY, 'o', label='parked, trajectories'))
    left.plot(*zip(*exact(results).items()), color=ORANGE, label='perfect servo, exact chain', **EXACT)
    left.errorbar(*zip(*series(results['jumps'], 'lock', 'every_jump')), **points(ORANGE, 'D', label='perfect servo, trajectories'))
    duration = results['jumps']['duration']
    left.plot(n, n * np.sqrt(duration) / np.sqrt(duration * (n + 1) ** 2 / 4 + n), color=INK, ls='--', lw=1.2, label='no protocol is below')
    counts = [(p['atoms'], only(p['bounds'], name='detected_record')['scaled']['value']) for p in entries(results['counts'], 'lock')]
    left.errorbar(*zip(*counts), **points(PINK, 'v', label='servo on side counts, bound of its record'))
    left.set(xscale='log', yscale='log', xlabel=r'number of atoms  $N$', ylabel=r'$N\,\delta w\sqrt{\gamma T}/\gamma$', ylim=(1.6, 40),
             title=r'every jump seen, $T = 20/\gamma$')
    left.set_xticks([20, 50, 100, 200, 400], ['20', '50', '100', '200', '400'])
    left.set_yticks([2, 3, 5, 10, 20], ['2', '3', '5', '10', '20'])
    left.minorticks_off()
    left.legend(fontsize=7.5, ncols=2, loc='upper center')
    for protocol, colour, marker in (('scan', GREEN, '^'), ('park', SKY, 'o'), ('lock', ORANGE, 'D')):
        bound = seen(results, protocol, 'detected_record', 'bounds')
        right.errorbar(*zip(*bound), color=colour, lw=1.4, label=f'{protocol}, bound of its record')
        right.errorbar(*zip(*likely(results, protocol)),
                       **points(colour, marker, label=f'{protocol}, maximum likelihood'))
    limit = results['seen']['limits'][0]['scaled']
    right.axhline(limit, color=INK, ls='--', lw=1.2)
    right.text(0.052, 1.03 * limit, 'no protocol is below', color=GREY, fontsize=8)
    right.set(xscale='log', yscale='log', xlabel='efficiency of both channels', ylabel=r'$N\,\delta w\sqrt{\gamma T}/\gamma$',
              ylim=(1.6, 40), title=r'through a detector, $N = 20$, $T = 10/\gamma$, lock by the filter')
    right.set_xticks([0.05, 0.1, 0.2, 0.5, 1], ['0.05', '0.1', '0.2', '0.5', '1'])
    right.set_yticks([2, 3, 5, 10, 20], ['2', '3', '5', '10', '20'])
    right.minorticks_off()
    right.legend(fontsize=8)
    return fig
