"""Pictures of results, in the project's style."""
from pathlib import Path

import numpy as np

COLOUR = {'up': '#0072B2', 'down': '#D55E00'}
STYLE = Path(__file__).with_name('dickejump.mplstyle')


def draw_curves(result, ax):
    """Mean inversion against the pump: trajectories with errors, and the master equation."""
    half = result.model.atoms / 2
    for curve in result.curves:
        colour = COLOUR[curve.direction]
        if 'jz_mean_error' in curve:
            every = slice(None, None, max(1, len(curve.scaled_pump) // 40))
            ax.errorbar(curve.scaled_pump[every], curve.jz_mean[every] / half, curve.jz_mean_error[every] / half, fmt='o',
                        ms=4, color=colour, label=f'mean of runs ({curve.direction})')
        else:
            ax.plot(curve.scaled_pump, curve.jz_mean / half, color=colour, label=curve.direction)
    if 'exact' in result and 'curves' in result.exact:
        for i, curve in enumerate(result.exact.curves):
            ax.plot(curve.scaled_pump, curve.jz_mean / half, color='black', lw=1, zorder=4,
                    label=None if i else 'master equation')
    ax.set(xlabel=r'scaled pump  $s = \frac{N}{2}\,(w/\gamma - 1)$',
           ylabel=r'inversion  $\langle J_z\rangle \,/\, (N/2)$', ylim=(-1.04, 1.04))
    ax.legend()


def draw_observables(result, ax):
    """Means against time, with a band of one standard error."""
    for name, observable in result.observables.items():
        if not isinstance(observable.mean, np.ndarray) or not observable.mean.size:
            continue
        line, = ax.plot(result.times, observable.mean, label=name)
        if isinstance(observable['error'] if 'error' in observable else None, np.ndarray):
            low, high = observable.mean - observable.error, observable.mean + observable.error
            ax.fill_between(result.times, low, high, color=line.get_color(), alpha=0.25, lw=0)
    ax.set(xlabel=r'time  [$1/\gamma$]', ylabel='mean')
    ax.legend()


def draw_ranks(result, ax):
    """How often the truth has each rank in its posterior: flat, if the likelihood is right."""
    ranks = result.ranks
    edges = np.linspace(0, 1, len(ranks) + 1)
    ax.stairs(ranks, edges, fill=True, alpha=0.4)
    ax.axhline(ranks.sum() / len(ranks), color='black', lw=1)
    ax.set(xlabel='rank of the truth in its posterior', ylabel='records', xlim=(0, 1))


def draw_scaling(result, ax):
    """The sensitivity of one run against the number of atoms."""
    lines = {}
    for point in result.points:
        for row in point.estimators:
            perfect = 'detector' not in row or row.detector is None
            if perfect and row.delta_w.value is not None:
                lines.setdefault((row.name, row['direction'], point.rate), []).append((point.atoms, *row.delta_w.values()))
    for (name, direction, rate), rows in lines.items():
        atoms, value, error = np.array([row[:3] for row in rows], dtype=float).T
        ax.errorbar(atoms, value, error, fmt='o-', ms=3, label=f'{name}, {direction or "both"}, r = {rate:g}')
    ax.set(xscale='log', yscale='log', xlabel='atoms $N$', ylabel=r'$\delta w/\gamma$ of one run')
    ax.legend(fontsize='x-small', loc='upper left', bbox_to_anchor=(1.02, 1))


def drawing_of(result):
    if 'curves' in result and 'scaled_pump' in result.curves[0]:
        return draw_curves
    if 'observables' in result and 'times' in result:
        return draw_observables
    if 'ranks' in result:
        return draw_ranks
    if 'points' in result and result.verb == 'sensitivity':
        return draw_scaling
    raise TypeError(f'there is no picture of a result of {result.verb}: its keys are {", ".join(result)}')


def draw(result, ax=None):
    drawing = drawing_of(result)
    import matplotlib.pyplot as plt
    with plt.style.context(STYLE):
        if ax is None:
            _, ax = plt.subplots()
        drawing(result, ax)
        return ax.figure
