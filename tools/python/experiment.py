"""What the analyses of experiments/*.py share: results, rows of the table, rounding, verdicts, colours."""
import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

UP, DOWN, GREEN, PINK, ORANGE, SKY, INK = '#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#000000'
GREY = '#777777'
S_LABEL = r'scaled pump  $s = \frac{N}{2}\,(w/\gamma - 1)$'
R_LABEL = r'scan rate  $r/\gamma$'
#: How the pictures tell the paper's claims, exact results and trajectories apart.
PAPER = {'color': GREY, 'lw': 0.9, 'ls': (0, (5, 2)), 'zorder': 1}
EXACT = {'lw': 1.6, 'zorder': 3}


def points(color=UP, marker='o', **more):
    return {'fmt': marker, 'ms': 5.5, 'color': color, 'mec': 'white', 'mew': 0.6, 'lw': 1.2, 'zorder': 5, **more}


class Results:
    """The result folder of one experiment."""

    def __init__(self, folder):
        self.folder = Path(folder)

    def __getitem__(self, name):
        """The result of a run; of a run with lists, one for each element."""
        folder = self.folder / name
        if (folder / 'summary.json').exists():
            return json.loads((folder / 'summary.json').read_text())
        return [json.loads((part / 'summary.json').read_text()) for part in sorted(folder.iterdir()) if part.is_dir()]


@dataclass
class Row:
    """A line of the table. Texts may hold Markdown; numbers are rounded here."""
    quantity: str
    paper: str = ''
    exact: float | None = None
    monte_carlo: tuple | None = None  # value, standard error
    verdict: str = ''
    digits: int = 5            # significant ones of `exact`
    tolerance: float = 1e-6    # relative, of `exact` against the reference
    #: False where the error bar is not that of a normal law, so that sigmas would mean nothing.
    judged: bool = True

    @property
    def sigmas(self):
        if self.exact is None or self.monte_carlo is None or not self.judged:
            return None
        value, error = self.monte_carlo
        return (value - self.exact) / error

    def cells(self):
        sigmas = '' if self.sigmas is None else f'{self.sigmas:+.1f}'.replace('-', '−')
        return [self.quantity, self.paper or '–', '–' if self.exact is None else number(self.exact, self.digits),
                '–' if self.monte_carlo is None else with_error(*self.monte_carlo), sigmas or '–', self.verdict]


def array(values):
    return np.array([np.nan if v is None else v for v in values], float)


def pair(estimate):
    return estimate['value'], estimate['error']


def only(items, **wanted):
    found = [item for item in items if all(item[key] == value for key, value in wanted.items())]
    assert len(found) == 1, f'{len(found)} entries with {wanted}'
    return found[0]


def number(x, digits=4):
    """Significant digits, without exponents where they can be avoided; a proper minus sign."""
    if x == 0:
        return '0'
    power = math.floor(math.log10(abs(x)))
    if -4 <= power < 7:
        text = f'{x:.{max(0, digits - 1 - power)}f}'
    else:
        mantissa = f'{x / 10 ** power:.{digits - 1}f}'
        text = f'{mantissa}·10<sup>{power}</sup>'.replace('<sup>-', '<sup>−')
    return text.replace('-', '−')


def with_error(value, error):
    """value ± error, the error to two digits and the value to its places."""
    if not error > 0:
        return number(value)
    places = max(0, 1 - math.floor(math.log10(error)))
    return f'{value:.{places}f} ± {error:.{places}f}'.replace('-', '−')


def percent(x):
    """|x| in per cent, two digits."""
    x = 100 * abs(x)
    return '< 0.001 %' if x < 1e-3 else f'{x:.0f} %' if x >= 10 else f'{float(f"{x:.2g}"):g} %'


def off(paper, exact):
    """How far the paper is off: `12 % too small`, in magnitude."""
    change = paper / exact - 1
    return 'exact' if abs(change) < 1e-9 else f'{percent(change)} too {"large" if change > 0 else "small"}'


def judge(paper, exact, confirmed=0.01, approximate=0.5, beyond='refuted'):
    """The verdict on a number of the paper: which of the three words, and by how much. `beyond`: what to say where the
    number is far off, but the paper does not state it so (an order of magnitude, a limit, another quantity)."""
    change = abs(paper / exact - 1)
    word = 'confirmed' if change <= confirmed else 'approximate' if change <= approximate else beyond
    return f'{word}: {off(paper, exact)}' if change >= 1e-9 else 'confirmed: exact'


def power_law(x, y):
    """Exponent of y ~ x^k by least squares of the logarithms, its standard error, and the prefactor. The values are
    exact, so the error is what the curvature of the data over the window leaves."""
    lx, ly = np.log(np.asarray(x)), np.log(np.asarray(y))
    (slope, level), residuals = np.polyfit(lx, ly, 1), None
    residuals = ly - (slope * lx + level)
    variance = (residuals ** 2).sum() / max(1, len(lx) - 2)
    return slope, math.sqrt(variance / ((lx - lx.mean()) ** 2).sum()), math.exp(level)
