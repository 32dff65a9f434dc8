"""Pictures of results that are no scan with estimates: for tools/plot."""
import matplotlib.pyplot as plt
import numpy as np

UP, DOWN, INK, GREY = '#0072B2', '#D55E00', '#000000', '#777777'
COLOUR = {'up': UP, 'down': DOWN, 'both': '#009E73'}
S_LABEL = r'scaled pump  $s = \frac{N}{2}\,(w/\gamma - 1)$'
TEX = {'jz': r'$\langle J_z\rangle$', 'jz2': r'$\langle J_z^2\rangle$', 'jx': r'$\langle J_x\rangle$', 'jy': r'$\langle J_y\rangle$',
       'j2': r'$\langle J^2\rangle$', 'nr': r'$\langle J_{rr}\rangle$', 'g2': r'$g_2(\tau)$', 'czz': r'$C_{zz}(\tau)$'}


def array(values):
    return np.array([np.nan if value is None else value for value in values], dtype=float)


def value_of(quantity):
    """The value of a number, with or without an error; nan if there is none."""
    value = quantity['value'] if isinstance(quantity, dict) else quantity
    return np.nan if value is None else value


def error_of(quantity):
    error = quantity.get('error') if isinstance(quantity, dict) else None
    return 0.0 if error is None else error


def atoms_in(result):
    return rf"$N = {result['model']['atoms']}$" if 'atoms' in result.get('model', {}) else ''


def draw_observables(result):
    """Means against time, a panel each, with a band of one standard error where they are of trajectories."""
    shown = {name: one for name, one in result['observables'].items() if one['mean']}
    fig, axes = plt.subplots(len(shown), 1, figsize=(6.4, 1.7 * len(shown) + 0.6), sharex=True, squeeze=False)
    times = array(result['times'])
    for ax, (name, one) in zip(axes.flat, shown.items()):
        mean = array(one['mean'])
        line, = ax.plot(times, mean, marker='o' if len(times) < 40 else None)
        if 'error' in one:
            error = np.nan_to_num(array(one['error']))
            ax.fill_between(times, mean - error, mean + error, color=line.get_color(), alpha=0.3, lw=0)
        ax.set(ylabel=TEX.get(name, name))
        ax.margins(x=0)
    runs = f", {result['ensemble']['trajectories']:,} runs" if 'ensemble' in result else ', master equation'
    axes[0, 0].set_title(atoms_in(result) + runs)
    axes[-1, 0].set(xlabel=r'time  $[1/\gamma]$')
    return fig


def draw_correlation(result):
    """A correlation of the steady state against the delay."""
    name = 'g2' if 'g2' in result else 'czz'
    fig, ax = plt.subplots(figsize=(6.4, 3.6))
    ax.axhline(1 if name == 'g2' else 0, color=GREY, lw=0.6)
    ax.plot(result['times'], array(result[name]), marker='o')
    ax.set(xlabel=r'delay  $\tau$  $[1/\gamma]$', ylabel=TEX[name])
    ax.margins(x=0)
    return fig


def draw_photocurrents(result):
    """Means of the current against time beside those of the master equation, and its correlation against the delay: without
    delay 0, where the shot noise is."""
    edges = array(result['edges'])
    middles, delayed = (edges[1:] + edges[:-1]) / 2, result['currents'][0]['correlation'] and len(edges) > 2
    fig, axes = plt.subplots(1 + bool(delayed), 1, figsize=(6.4, 5.4 if delayed else 3.2), squeeze=False)
    for entry, colour in zip(result['currents'], (UP, DOWN)):
        current, correlation = entry['current'], entry['correlation']
        axes[0, 0].stairs(array(current['exact']), edges, color=colour, alpha=0.6)
        axes[0, 0].errorbar(middles, array(current['mean']), np.nan_to_num(array(current['error'])), fmt='o', ms=4, color=colour,
                            label=entry['quadrature'])
        if delayed:
            axes[1, 0].errorbar(correlation['delays'][1:], array(correlation['mean'][1:]),
                                np.nan_to_num(array(correlation['error'][1:])), fmt='o', ms=4, color=colour)
    d, runs = result['detection'], result['ensemble']['trajectories']
    axes[0, 0].set(xlabel=r'time  $[1/\gamma]$', ylabel=r'current  $[\sqrt{\gamma}]$',
                   title=f"{atoms_in(result)}, {d['kind']}, efficiency {d['efficiency']:g}, {runs:,} runs")
    axes[0, 0].legend(title='lines: master equation')
    if delayed:
        axes[1, 0].axhline(0, color=GREY, lw=0.6)
        axes[1, 0].set(xlabel=r'delay  $\tau$  $[1/\gamma]$', ylabel=r'correlation  $[\gamma]$')
    return fig


def draw_exact_loop(result):
    """The mean inversion against the pump, with the spread of single runs, from the master equation."""
    half = result['model']['atoms'] / 2
    fig, ax = plt.subplots(figsize=(6.4, 4.2))
    for curve in result['curves']:
        s, mean, colour = array(curve['scaled_pump']), array(curve['jz_mean']), COLOUR[curve['direction']]
        if 'jz_variance' in curve:
            spread = np.sqrt(array(curve['jz_variance']))
            ax.fill_between(s, np.clip((mean - spread) / half, -1, 1), np.clip((mean + spread) / half, -1, 1), color=colour,
                            alpha=0.15, lw=0)
        ax.plot(s, mean / half, color=colour, label=curve['direction'])
    ax.axhline(0, color=GREY, lw=0.6, zorder=0)
    ax.axvline(0, color=GREY, lw=0.6, zorder=0)
    width = value_of(result['hysteresis']['width']) if 'hysteresis' in result else np.nan
    ax.set(xlabel=S_LABEL, ylabel=r'inversion  $\langle J_z\rangle \,/\, (N/2)$', ylim=(-1.04, 1.04),
           title=f"{atoms_in(result)}, $r = {result['protocol']['rate']:g}\\,\\gamma$"
                 + (f', width of the loop {width:.4g}' if np.isfinite(width) else ''))
    ax.margins(x=0)
    ax.legend(loc='upper left', title='bands: single runs, one sigma')
    return fig


def draw_crossings(result):
    """How many of the runs have crossed J_z = 0 by each s."""
    fig, ax = plt.subplots(figsize=(6.4, 4.2))
    for one in result['crossings']:
        told = one.get('distribution')
        if not told or not told['probability']:
            continue
        # The way down goes from large s to small.
        ax.plot(array(told['scaled_pump']), array(told['probability']), color=COLOUR[one['direction']],
                ls='-' if one['name'].startswith('first') else '--', label=f"{one['name'].replace('_', ' ')}, {one['direction']}")
    ax.set(xlabel=S_LABEL, ylabel='part of the runs that have crossed', ylim=(-0.02, 1.02))
    ax.margins(x=0)
    ax.legend()
    return fig


def draw_pumps(result):
    """What the steady state has at several pumps."""
    pump = array(result['pump'])
    if 'eigenvalues' in result:
        fig, ax = plt.subplots(figsize=(6.4, 4.2))
        for k, rates in enumerate(zip(*result['eigenvalues'])):
            ax.plot(pump, array(rates), marker='o', label=f'{k + 1}. slowest')
        ax.set(xlabel=r'pump  $w/\gamma$', ylabel=r'decay rate  $[\gamma]$')
        ax.legend(loc='upper left', bbox_to_anchor=(1.0, 1.0))
        return fig
    fig, (mean, gap) = plt.subplots(2, 1, figsize=(6.4, 5.4), sharex=True)
    mean.errorbar(pump, array(result['jz']), np.sqrt(array(result['jz_variance'])), marker='o')
    mean.set(ylabel=r'$\langle J_z\rangle \pm \sigma$')
    gap.plot(pump, array(result['relaxation']['gap']), marker='o', label='exact')
    gap.plot(pump, array(result['relaxation']['cumulant']), ls='--', color=GREY, label='Eq. (7)')
    gap.set(xlabel=r'pump  $w/\gamma$', ylabel=r'slowest relaxation  $[\gamma]$')
    gap.legend()
    return fig


def draw_shots(result):
    """The spread of estimates of w from pools of shots, against the number of shots."""
    fig, ax = plt.subplots(figsize=(6.4, 4.2))
    for name, colour in (('locally_unbiased', UP), ('maximum_likelihood', DOWN)):
        rows = [row for row in result['estimators'] if row['name'] == name]
        ax.errorbar([row['shots'] for row in rows], [value_of(row['std']) for row in rows], [error_of(row['std']) for row in rows],
                    fmt='o', color=colour, label=name.replace('_', ' '))
    rows = sorted({(row['shots'], row['bound']) for row in result['estimators'] if row.get('bound')})
    ax.plot(*zip(*rows), color=INK, lw=1, label='bound')
    ax.set(xscale='log', yscale='log', xlabel='shots of one estimate', ylabel=r'std of $w/\gamma$',
           title=f"{atoms_in(result)}, steady state at $w = {result['pump']:g}\\,\\gamma$")
    ax.legend()
    return fig


def bounds_in(result):
    """[(label, value)] of what may be drawn beside estimates of theta."""
    bounds = result['bounds']
    labels = {'full_record': 'every jump seen', 'snapshot': '$J_z$ once', 'parked_full_record': 'parked at $w = \\gamma$',
              'limit': 'limit of all protocols'}
    found = [(label, value_of(bounds[key])) for key, label in labels.items() if bounds.get(key) is not None]
    return found + [(f"seen by {one['detector']}", value_of(one)) for one in bounds.get('detected_record', [])]


def draw_sensitivities(result):
    """delta w of every estimate beside the bounds: of a pump at rest, a loop, or an experiment of several legs."""
    rows = [row for row in result.get('combined') or result['estimators'] if np.isfinite(value_of(row['delta_w'] or np.nan))]
    bounds = bounds_in(result)
    fig, ax = plt.subplots(figsize=(6.4, 0.4 * len(rows) + 0.25 * len(bounds) + 1.6))
    for i, row in enumerate(rows):
        ax.errorbar([value_of(row['delta_w'])], [i], xerr=[[error_of(row['delta_w'])]] * 2, fmt='o', ms=6, color=UP)
    for (label, value), style in zip(bounds, 5 * ('-', '--', ':', '-.', (0, (1, 3)))):
        ax.axvline(value, color=INK, lw=1, ls=style, label=label)
    ax.set_yticks(range(len(rows)), [row['name'].replace('_', ' ') + (f"\n{row['detector']}" if row['detector'] else '') for row in rows])
    ax.set(xscale='log', xlabel=r'$\delta w/\gamma$ of one run, and lower bounds', ylim=(len(rows) - 0.4, -0.6),
           title=f"{atoms_in(result)}, {result['protocol']['duration']:g}/$\\gamma$")
    low, high = ax.get_xlim()
    ax.xaxis.set_major_formatter('{x:g}')
    ax.xaxis.set_minor_formatter('{x:g}' if high < 8 * low else lambda x, place: '')
    ax.tick_params(axis='x', which='minor', labelsize=7)
    ax.legend(loc='upper center', bbox_to_anchor=(0.5, -0.3 if len(rows) < 4 else -0.18), ncols=2)
    return fig


def draw_deviations(result):
    """How far the mean of the runs is from the master equation at every point that was compared, in errors."""
    fig, ax = plt.subplots(figsize=(6.4, 3.8))
    ax.axhspan(-1, 1, color=GREY, alpha=0.15, lw=0)
    for name, one in (result['z'].items() if isinstance(result['z'], dict) else [(row['direction'], row) for row in result['z']]):
        at = 'times' if 'times' in one else 'scaled_pump'
        ax.plot(array(one[at]), array(one['z']), 'o', label=TEX.get(name, name))
    p = result['p_value']
    ax.set(xlabel=r'time  $[1/\gamma]$' if at == 'times' else S_LABEL, ylabel='mean of runs less exact, in errors',
           title='not enough to judge by' if p is None else f'$p = {p:.2g}$')
    ax.legend()
    return fig


def draw_pump_spectrum(result):
    """How much of each frequency is in what the servo sets."""
    spectrum, p = result['pump_spectrum'], result['protocol']
    fig, ax = plt.subplots(figsize=(6.4, 3.8))
    ax.errorbar(spectrum['frequency'], array(spectrum['power']), array(spectrum['power_error']), marker='o', ms=3.5, lw=1)
    ax.set(xscale='log', yscale='log', xlabel=r'frequency  $[\gamma]$', ylabel=r'power of $w_\mathrm{set}$  $[\gamma]$',
           title=f"{atoms_in(result)}, servo {p['servo']}, gain {p['gain']:g}")
    ax.grid(alpha=0.3)
    return fig


def other_pictures(result):
    """(name, figure) of a result that has one; nothing of single numbers."""
    if 'observables' in result and 'times' in result:
        yield 'observables', draw_observables(result)
    elif 'g2' in result or 'czz' in result:
        yield 'correlation', draw_correlation(result)
    elif 'currents' in result and 'edges' in result:
        yield 'photocurrents', draw_photocurrents(result)
    elif 'crossings' in result:
        yield 'crossings', draw_crossings(result)
    elif isinstance(result.get('pump'), list):
        yield 'pumps', draw_pumps(result)
    elif 'z' in result:
        yield 'deviations', draw_deviations(result)
    elif 'pump' in result and 'estimators' in result:
        yield 'shots', draw_shots(result)
    elif 'curves' in result:
        yield 'loop', draw_exact_loop(result)
    elif 'bounds' in result and 'duration' in result.get('protocol', {}) and (result.get('combined') or result.get('estimators')):
        yield 'sensitivities', draw_sensitivities(result)
    if result.get('pump_spectrum', {}).get('frequency'):
        yield 'pump_spectrum', draw_pump_spectrum(result)
