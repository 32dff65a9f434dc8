"""Where 1/N ends: the effective model of App. B at finite detuning, in its steady state and in a scan."""
import matplotlib.pyplot as plt
import numpy as np
from experiment import EXACT, GREY, Row, array, number, only, pair, points

TITLE = 'Where 1/N ends: the pump at finite detuning (App. B)'
SERIES = [('shots_10', r'$\delta = 10\,N\gamma_r$', 'C0'), ('shots_100', r'$\delta = 100\,N\gamma_r$', 'C1'),
          ('shots_half', r'$\delta = \frac{1}{2}N^{3/2}\gamma_r$', 'C2'), ('shots_5', r'$\delta = 5\,N^{3/2}\gamma_r$', 'C3')]


def bounds(results, name):
    """N and the least N delta w/gamma of one shot."""
    atoms = array([run['model']['atoms'] for run in results[name]])
    return atoms, atoms * array([run['bound'] for run in results[name]])


def exponent(results, name):
    """Of delta w ~ N^exponent at the largest N of a series."""
    atoms, scaled = bounds(results, name)
    return np.log(scaled[-1] / scaled[-2]) / np.log(atoms[-1] / atoms[-2]) - 1


def rows(results):
    table = []
    for name, label in (('shots_10', 'δ = 10 Nγ_r'), ('shots_half', 'δ = N<sup>3/2</sup>γ_r/2')):
        for n, scaled in zip(*bounds(results, name)):
            if n in (1e2, 1e4, 1e6):
                loss = scaled / np.sqrt(12) - 1
                table.append(Row(f'least N δw/γ of one shot of J_z, {label}, N = 10<sup>{int(np.log10(n))}</sup>', '3.464 (1/N, δ ≫ Nγ_r)', scaled, None,
                                 f'{"confirmed" if abs(loss) < 0.03 else "refuted"}: {number(100 * abs(loss), 3)} % {"more" if loss > 0 else "less"}'))
    for exact, scan in zip(results['exact'], results['scan']):
        n = scan['model']['atoms']
        table.append(Row(f's where ⟨J_z⟩ = 0 on the way up, δ = 2 Nγ_r, r = γ, N = {n}', '', exact['hysteresis']['up_crossing']['value'],
                         pair(scan['hysteresis']['up_crossing']),
                         f"not in the paper: the steady state has it at s = {number(scan['model']['transition']['scaled_pump'], 3)}"))
    return table


def finding(results):
    n, ten = bounds(results, 'shots_10')
    _, half = bounds(results, 'shots_half')
    scan = results['scan'][-1]
    area = only(scan['estimators'], name='area')
    return f"""(B14), δ ≫ Nγ_r, is not enough for 1/N. Level n is pumped at w A_n/(1 + (c(n+1))²) with c = γ_r/2δ, so ln p_n = n ln w − Σ ln(1 + c²k²)
≈ n ln w − c²n³/3: a straight line, and the flat distribution of the transition, only if the cubic bends it by less than 1 over the whole
ladder, c²N³ ≪ 1, which is **δ ≫ N<sup>3/2</sup>γ_r/2**. Otherwise the best pump leaves a hill at the lower end that is as wide as it is high
up, c²n³ ~ 1: Var J_z ~ c<sup>−4/3</sup>, and at δ ∝ N the error falls as N<sup>−2/3</sup>, not N<sup>−1</sup>. At δ = 10 Nγ_r the least N δw/γ of one
shot is {number(ten[0], 3)} at N = 100 and {number(ten[-1], 3)} at N = 10<sup>6</sup>, where the exponent is {number(exponent(results, 'shots_10'), 3)}; at
δ = N<sup>3/2</sup>γ_r/2 it stays at {number(half[-1], 4)}, {number(100 * (half[-1] / np.sqrt(12) - 1), 2)} % above the ideal {number(np.sqrt(12), 4)}, and the exponent is
{number(exponent(results, 'shots_half'), 3)}. A scan sees the same: at N = {scan['model']['atoms']}, δ = 2 Nγ_r the transition is at
s = {number(scan['model']['transition']['scaled_pump'], 3)}, {number(scan['model']['transition']['width'], 3)} times as wide, and the area of one run (r = γ) has N δw/γ = {number(scan['model']['atoms'] * area['delta_w']['value'], 3)}."""


def draw(results):
    fig, (left, right) = plt.subplots(1, 2, figsize=(10.2, 4.2))
    for name, label, color in SERIES:
        left.plot(*bounds(results, name), 'o-', color=color, ms=4, label=label, **EXACT)
    left.axhline(np.sqrt(12), color=GREY, lw=0.9, ls=(0, (5, 2)), label=r'Eq. (1), $\sqrt{12}$')
    n, ten = bounds(results, 'shots_10')
    left.plot(n[-5:], ten[-1] * (n[-5:] / n[-1]) ** (1 / 3) * 1.15, color=GREY, lw=1, ls=':', label=r'$N^{1/3}$, so $\delta w\sim N^{-2/3}$')
    left.set(xscale='log', yscale='log', xlabel=r'number of atoms  $N$', ylabel=r'least $N\,\delta w/\gamma$ of one shot of $J_z$',
             title='(a)  steady state, at the best pump')
    left.legend(loc='upper left')
    for color, exact, scan in zip(('C0', 'C1', 'C2'), results['exact'], results['scan']):
        n = scan['model']['atoms']
        curve, run = exact['curves'][0], scan['curves'][0]
        right.plot(curve['scaled_pump'], array(curve['jz_mean']) / n, color=color, label=f'$N = {n}$', **EXACT)
        some = slice(None, None, 10)
        right.errorbar(run['scaled_pump'][some], array(run['jz_mean'])[some] / n, array(run['jz_mean_error'])[some] / n, **points(color, ms=3))
        right.axvline(scan['model']['transition']['scaled_pump'], color=color, lw=0.8, ls=':')
    right.set(xlabel=r'scaled pump  $s$', ylabel=r'$\langle\hat J_z\rangle/N$',
              title=r'(b)  scan up at $r = \gamma$, $\delta = 2\,N\gamma_r$ (dotted: the transition)')
    right.legend(loc='upper left')
    return fig
