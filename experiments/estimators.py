"""What the estimators of one run reach against the bounds."""
import matplotlib.pyplot as plt
import numpy as np
from experiment import DOWN, GREEN, INK, PAPER, SKY, UP, Row, array, number, only, pair, percent, points

TITLE = 'What single-run estimates reach from the perfect record, against the bounds'
LABEL = {'first_crossing': 'first crossing', 'last_crossing': 'last crossing', 'mid_crossing': 'mid crossing', 'area': 'area',
         'loop': 'loop', 'fit': 'fit', 'maximum_likelihood': 'max. likelihood', 'bayes': 'Bayes'}


def record_bound(scan, e):
    """The bound of the very record: every jump (3) or the detector's own (4); value, error."""
    b = only(scan['bounds'], direction=e['direction'])
    if e['detector'] is None:
        return b['full_record'], 0.0
    own = only(b['detected_record'], detector=e['detector'])
    return own['value'], own['error']


def shown(scan):
    return [e for e in scan['estimators'] if e['direction'] in ('up', 'both') and e['delta_w']['value'] is not None]


def rows(results):
    table = []
    for scan, law in zip(results['perfect'], results['crossings']):
        rate = scan['protocol']['rate']
        for e in shown(scan):
            exact = None
            if e['name'] in ('first_crossing', 'last_crossing'):
                x = only(law['crossings'], name=e['name'], direction='up')
                exact = x['std'] / x['slope'] * 2 / 100
            bound, _ = record_bound(scan, e)
            heuristic = only(scan['bounds'], direction='up')['paper_heuristic']
            table.append(Row(f'δw/γ by {LABEL[e["name"]]}, r = {rate:g} γ, N = 100', f'{number(heuristic)} (rule)', exact,
                             pair(e['delta_w']),
                             f"{number(e['delta_w']['value'] / bound, 3)} × bound of the record"
                             + (f", {number(e['delta_w']['value'] / only(scan['bounds'], direction='up')['snapshot']['value'], 3)} × bound of J_z once"
                                if e['direction'] == 'up' else ''), digits=4))
    return table


def finding(results):
    slow, fast = results['perfect']
    def reach(scan, name, key='snapshot'):
        e = only(scan['estimators'], name=name, direction='up', detector=None)
        b = only(scan['bounds'], direction='up')
        value = b[key]['value'] if isinstance(b[key], dict) else b[key]
        return e['delta_w']['value'] / value
    return f"""Single crossings do about as well as one measurement of J_z at the best moment would: the first crossing stands at
{number(reach(slow, 'first_crossing'), 3)} times that bound at r = γ and {number(reach(fast, 'first_crossing'), 3)} at r = 16 γ. The area averages the scan and
beats that bound ({number(reach(slow, 'area'), 3)} and {number(reach(fast, 'area'), 3)} times it), which it may, for it uses the whole run; against the
bound of the full record it stands at {number(reach(slow, 'area', 'full_record'), 3)} and {number(reach(fast, 'area', 'full_record'), 3)}.
No estimate beats the bound of the record that it used by more than its error."""


def draw(results):
    scans = [(s, None, rf"$N = 100$, $r = {s['protocol']['rate']:g}\,\gamma$, perfect record") for s in results['perfect']]
    fig, axes = plt.subplots(1, 2, figsize=(9.4, 3.4))
    for ax, (scan, detector, title) in zip(axes.flat, scans):
        found = [e for e in shown(scan) if e['detector'] == detector and e['delta_w']['error'] < e['delta_w']['value']]
        y = np.arange(len(found))[::-1]
        b = only(scan['bounds'], direction='up')
        record, _ = record_bound(scan, next(e for e in found if e['direction'] == 'up'))
        ax.axvline(record, color=INK, lw=1.6, label='bound of this record')
        ax.axvline(b['snapshot']['value'], color=SKY, lw=1.6, label=r'bound, $J_z$ once in the scan')
        ax.axvline(b['steady_state'], color='#CC79A7', lw=1.2, label=r'bound, steady state at $w = \gamma$')
        if detector is None:
            ax.axvline(b['paper_heuristic'], label="paper's rule", **PAPER | {'lw': 1.2})
        for yi, e in zip(y, found):
            ax.errorbar([e['delta_w']['value']], [yi], xerr=[e['delta_w']['error']], **points(GREEN if e['name'] == 'loop' else UP))
            if e['direction'] == 'both':
                own, _ = record_bound(scan, e)
                ax.plot([own] * 2, [yi - 0.3, yi + 0.3], color=INK, lw=1.6)
        ax.set(yticks=y, yticklabels=[LABEL[e['name']] for e in found], xlim=(0, None), title=title, ylim=(-0.6, len(found) - 0.4))
        ax.tick_params(axis='y', length=0)
        ax.set_xlabel(r'$\delta w/\gamma$ of one run')
    handles, labels = axes.flat[0].get_legend_handles_labels()
    fig.legend(handles, labels, loc='upper center', bbox_to_anchor=(0.5, 0.0), ncols=4, fontsize=9)
    return fig
