"""Bounds of detected records with gamma, efficiencies, backgrounds and the begin of the scan unknown."""
import matplotlib.pyplot as plt
from experiment import EXACT, GREY, INK, Row, number, only, pair, points

TITLE = 'What it costs not to know the atoms and the detector'
QUICK_FLAGS = ['--trajectories', '60']
RATES = [0.05, 0.15, 0.5, 1.5, 5.0, 15.0]  # detected, e Gamma
WORDS = {'gamma': 'γ', 'efficiency:cavity': 'efficiency', 'background:cavity': 'background',
         'efficiency:side': 'efficiency', 'background:side': 'background', 'offset': 'begin of the scan'}


def record(scan, direction='up'):
    return only(scan['bounds'], direction=direction)['detected_record'][0]


def known(entry):
    """The bound with all but theta known, from the matrix."""
    f, error = entry['matrix'][0][0], entry['matrix_error'][0][0]
    return f ** -0.5, 0.5 * error * f ** -1.5


def alone(entry, unknown, what='profiled'):
    return pair(only(entry['alone'], unknown=unknown)[what])


def factor(estimate, entry):
    return estimate[0] / known(entry)[0]


def span(entries, estimate):
    """The least and the greatest factor."""
    factors = [factor(estimate(e), e) for e in entries]
    return f'{number(min(factors), 3)} to {number(max(factors), 3)}'


def rows(results):
    table = []

    def add(what, whose, estimate, entry):
        verdict = 'not in the paper' if estimate == known(entry) else f'not in the paper: {number(factor(estimate, entry), 3)} × known'
        table.append(Row(f'δw/γ bound on {what}, {whose}, r = γ, N = 20', '', None, estimate, verdict))

    cavity, two = record(results['cavity']), record(results['cavity_two'])
    whose = 'half of the cavity photons, background 5 γ'
    add('θ, everything else known', whose, known(cavity), cavity)
    for one in cavity['unknown']:
        add(f'θ, {WORDS[one]} unknown', whose, alone(cavity, one), cavity)
    add('θ, γ and efficiency unknown', whose, pair(two['profiled']), two)
    add('θ, γ, efficiency and background unknown', whose, pair(cavity['profiled']), cavity)
    add('γ − θ, γ and efficiency unknown', whose, pair(two['critical_pump']), two)
    add('γ − θ, γ, efficiency and background unknown', whose, pair(cavity['critical_pump']), cavity)
    for rate, scan in zip(RATES, results['side']):
        if rate not in (0.05, 0.5, 5.0):
            continue
        side, whose = record(scan), f'side clicks at eΓ = {rate:g} γ, background γ'
        add('θ, everything else known', whose, known(side), side)
        add('θ, γ unknown', whose, alone(side, 'gamma'), side)
        add('γ − θ, γ unknown', whose, alone(side, 'gamma', 'critical_pump'), side)
        add('θ, efficiency unknown', whose, alone(side, 'efficiency:side'), side)
        add('θ, γ, efficiency and background unknown', whose, pair(side['profiled']), side)
        add('γ − θ, γ, efficiency and background unknown', whose, pair(side['critical_pump']), side)
    loop = record(results['offset'], 'both')
    add('θ, begin of the scan unknown', 'up and down, half of the cavity photons', pair(loop['profiled']), loop)
    exact = only(results['cavity']['bounds'], direction='up')
    table.append(Row('δw/γ bound on θ, every jump seen, r = γ, N = 20', '', exact['full_record'], None, 'not in the paper: γ known or not'))
    table.append(Row('δw/γ bound on γ − θ, every jump seen, γ unknown, r = γ, N = 20', '', exact['full_record_gamma_unknown'], None,
                     f"not in the paper: {number(exact['full_record_gamma_unknown'] / exact['full_record'], 4)} × known (parked: √2)"))
    return table


def finding(results):
    cavity, two = record(results['cavity']), record(results['cavity_two'])
    sides = [record(scan) for scan in results['side']]
    both = [record(scan) for scan in results['both']]
    up, loop = record(results['offset']), record(results['offset'], 'both')
    hidden = up['profiled']['value'] is None
    assert hidden and up['singular'], 'a scan one way should not tell theta from its begin'
    return f"""Bounds take γ, the efficiency and the background as known, which a laboratory does not know to 1/N. A record of
the cavity alone (N = 20, half of the photons, a background of 5 γ) loses {number(factor(alone(cavity, 'gamma'), cavity), 3)} × in δw to not knowing γ, {number(factor(alone(cavity, 'efficiency:cavity'), cavity), 3)} ×
to the efficiency, {number(factor(alone(cavity, 'background:cavity'), cavity), 3)} × to the background, but {number(factor(pair(two['profiled']), two), 3)} × to γ and efficiency together and {number(factor(pair(cavity['profiled']), cavity), 3)} × to all three: more
atoms' light, a better detector and a faster decay look alike. What an experiment wants, though, is the nominal pump where w = γ, and that is
γ − θ: there the same ignorance costs {number(factor(pair(two['critical_pump']), two), 3)} and {number(factor(pair(cavity['critical_pump']), cavity), 3)} ×, because what γ and θ share drops out. A record of the side, whose
rate is n itself, knows where the levels are balanced but hardly how fast they move: not knowing γ costs θ {span(sides, lambda e: alone(e, 'gamma'))} × over
eΓ = {RATES[0]:g} to {RATES[-1]:g} γ, and γ − θ {span(sides, lambda e: alone(e, 'gamma', 'critical_pump'))} ×; the efficiency costs {span(sides, lambda e: alone(e, 'efficiency:side'))} ×, the background {span(sides, lambda e: alone(e, 'background:side'))} ×, and all three cost
γ − θ {span(sides, lambda e: pair(e['critical_pump']))} ×, the less the more light there is. Side light beside the cavity's helps both: with five parameters unknown the two together
lose {number(factor(pair(both[0]['profiled']), both[0]), 3)} × for θ and {number(factor(pair(both[0]['critical_pump']), both[0]), 3)} × for γ − θ at eΓ = {RATES[0]:g} γ, {number(factor(pair(both[-1]['profiled']), both[-1]), 3)} × and {number(factor(pair(both[-1]['critical_pump']), both[-1]), 3)} × at {RATES[-1]:g} γ. When the scan began is another matter: on a ramp it is exactly a shift of the pump, so that
one scan tells nothing of θ then; up and down together, under one clock, lose {number(factor(pair(loop['profiled']), loop), 4)} ×. With every jump seen θ does not care whether γ is known, and
γ − θ loses about √2."""


SHOWN = [('everything known', INK, '-', None), ('γ unknown', 'C0', '-', 'gamma'), ('efficiency unknown', 'C1', '-', 'efficiency'),
         ('background unknown', 'C2', '-', 'background')]


def draw(results):
    fig, axes = plt.subplots(1, 2, figsize=(9.2, 4.4), sharey=True, layout='constrained')
    for ax, name, channel, title in ((axes[0], 'side', 'side', 'fluorescence to the side'),
                                     (axes[1], 'both', 'cavity', 'half of the cavity photons beside it (its detector unknown)')):
        entries = [record(scan) for scan in results[name]]
        for label, color, style, what in SHOWN:
            found = [known(e) if what is None else alone(e, what if what == 'gamma' else f'{what}:{channel}') for e in entries]
            ax.plot(RATES, [f[0] for f in found], color=color, ls=style, label=label, **{**EXACT, 'lw': 1.4})
        for label, color, key in (('all of them unknown', 'C3', 'profiled'), (r'the same, of $\gamma-\theta$', 'C4', 'critical_pump')):
            found = [pair(e[key]) for e in entries]
            ax.errorbar(RATES, [f[0] for f in found], [f[1] for f in found], **points(color, 'o' if key == 'profiled' else 's', label=label))
        ax.set(xscale='log', yscale='log', xlabel=r'detected fluorescence rate per excited atom  $e\Gamma/\gamma$', title=title)
    cavity = record(results['cavity'])
    for value, label, place in ((known(cavity)[0], 'the cavity alone, all known', {'y': 0.9 * known(cavity)[0], 'va': 'top'}),
                                (cavity['profiled']['value'], 'the cavity alone, all unknown', {'y': 1.05 * cavity['profiled']['value'], 'va': 'bottom'})):
        axes[1].axhline(value, color=GREY, lw=1, ls=':', zorder=1)
        axes[1].text(RATES[0], s=label, color=GREY, fontsize='small', **place)
    axes[0].set_ylim(0.03, None)
    axes[0].set_ylabel(r'bound on one run  $\delta w/\gamma$')
    axes[0].legend(loc='upper right')
    fig.suptitle(r'$N = 20$, $r = \gamma$, up scan')
    return fig
