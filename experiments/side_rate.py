"""Single-run sensitivity against the detected rate of fluorescence to the side."""
import matplotlib.pyplot as plt
import numpy as np
from experiment import EXACT, GREY, INK, PAPER, Row, array, number, only, pair, points

TITLE = 'How much off-axis fluorescence is enough, and what other detectors tell'
QUICK = False  # nothing to compare with an exact value, and the likelihood takes its time
SHOWN = [('maximum_likelihood', 'maximum likelihood', 'o'), ('fit', 'fit of the mean curve', 's'), ('area', 'area', '^'),
         ('mid_crossing', 'mid crossing', 'D')]


LABEL = {'area': 'area', 'fit': 'fit', 'maximum_likelihood': 'maximum likelihood', 'bayes': 'Bayes'}


def series(results):
    """Per rate: scan, bound of its record (value, error), estimators of the detector by name."""
    for scan in results['scan']:
        b = only(scan['bounds'], direction='up')
        yield scan, pair(b['detected_record'][0]), {e['name']: e for e in scan['estimators'] if e['detector']}


RATES = [0.01, 0.0316, 0.1, 0.316, 1.0, 3.16, 10.0]


def rows(results):
    table = []
    for g, (scan, bound, e) in zip(RATES, series(results)):
        if g not in (0.01, 0.1, 1.0, 10.0):
            continue
        ml = e['maximum_likelihood']
        cover = ml['coverage']['68']
        table.append(Row(f'δw/γ by maximum likelihood, detected rate eΓ = {g:g} γ per atom, r = γ, N = 30', '', None, pair(ml['delta_w']),
                         f"not in the paper: {number(ml['delta_w']['value'] / bound[0], 3)} × bound of the record; "
                         f"its 68 % interval covers {100 * cover['value']:.1f} ± {100 * cover['error']:.1f} %"
                         + (f", {ml['missing']} records have no maximum" if ml['missing'] else '')))
    scan = results['detected']
    for e in scan['estimators']:
        if e['detector'] and e['name'] in LABEL and e['delta_w']['value'] is not None:
            bound = only(only(scan['bounds'], direction='up')['detected_record'], detector=e['detector'])['value']
            table.append(Row(f"δw/γ by {LABEL[e['name']]}, detector {e['detector']}, r = γ, N = 30", '', None, pair(e['delta_w']),
                             f"not in the paper: {number(e['delta_w']['value'] / bound, 3)} × bound of the record ({number(bound, 3)})"))
    return table


def finding(results):
    found = {g: (bound, e) for g, (_, bound, e) in zip(RATES, series(results))}
    b = only(results['scan'][0]['bounds'], direction='up')
    near = next((g for g in RATES if found[g][0][0] < 1.05 * b['snapshot']['value']), None)
    text = f', and reaches the bound of one perfect measurement of J_z (within 5 %) from eΓ = {near:g} γ on' if near else ''
    return f"""The paper reads the transition off the off-axis fluorescence. Over three decades of the detected rate eΓ per excited atom the
bound of that record falls from {number(found[0.01][0][0], 3)} to {number(found[10.0][0][0], 3)}{text}. Maximum likelihood follows its bound; crossings of the
filtered signal waste most of it. At the rates of the table's detectors half of the cavity photons tell more than the side does, because there
are more of them: per click the side, whose rate is n itself, tells {number(per_click(results), 2)} times as much."""


def per_click(results):
    """Information per click of the detector side=1, over that of cavity=0.5."""
    scan = results['detected']
    b, p, n = only(scan['bounds'], direction='up'), scan['protocol'], scan['model']['atoms']
    area = only(scan['estimators'], name='area', detector=None)['calibration']['offset']
    excited = n * p['half_width'] / p['rate'] - n * area / p['rate']  # int n dt
    clicks = {'side=1': scan['config']['side_rate'] * excited, 'cavity=0.5': 0.5 * b['mean_up_jumps']}
    told = {name: only(b['detected_record'], detector=name)['value'] ** -2 / count for name, count in clicks.items()}
    return told['side=1'] / told['cavity=0.5']


def draw(results):
    fig, ax = plt.subplots(figsize=(6.4, 4.4))
    data = list(series(results))
    b = only(results['scan'][0]['bounds'], direction='up')
    ax.plot(RATES, [bound[0] for _, bound, _ in data], color=INK, label='bound of this record', **EXACT)
    ax.axhline(b['full_record'], color=INK, ls=':', lw=1, label='bound, every jump seen')
    ax.axhline(b['snapshot']['value'], color=GREY, ls='--', lw=1, label=r'bound, $J_z$ once at the best moment')
    for i, (name, label, marker) in enumerate(SHOWN):
        found = [(g, *pair(e[name]['delta_w'])) for g, (_, _, e) in zip(RATES, data) if name in e and e[name]['delta_w']['value'] is not None]
        found = [p for p in found if p[2] is not None and p[2] < 0.3 * p[1]]
        if found:
            ax.errorbar(*zip(*found), **points(f'C{i}', marker, label=label))
    ax.set(xscale='log', yscale='log', xlabel=r'detected fluorescence rate per excited atom  $e\Gamma/\gamma$',
           ylabel=r'single-run sensitivity  $\delta w/\gamma$', title=r'$N = 30$, $r = \gamma$, up scan')
    ax.legend(loc='upper right')
    return fig
