"""Closed loops whose controller is a Python function."""
from collections import namedtuple

import numpy as np

from . import _engine
from ._progress import Watching
from ._verbs import PROGRESS, described
from ._values import engine_values

KEYS = _engine.loop_keys()

LoopTick = namedtuple('LoopTick', 'index time n click_times click_channels')
LoopTick.__doc__ = """What is known at the start of a tick: index (0 begins a run), time [1/gamma], the true level n, and the
detector's clicks of the tick before, in order of time, with their channels."""


class Loop:
    """Runs of a closed loop, as tables that the engine wrote.

    time: [tick + 1]; pump, as the controller set it, pumping (int A_n dt), jumps_up, jumps_down: [run][tick];
    n: [run][tick + 1], where each tick begins and where the run ends; clicks: of each run (times, channels)."""

    def __init__(self, answer):
        self.atoms, self.time = answer['atoms'], answer['time']
        self.pump, self.pumping, self.n = answer['pump'], answer['pumping'], answer['n']
        self.jumps_up, self.jumps_down, self.clicks = answer['jumps_up'], answer['jumps_down'], answer['clicks']

    @property
    def jz(self):
        """J_z = n - N/2, a new array."""
        return self.n - 0.5 * self.atoms

    @property
    def score(self):
        """d ln L/d theta of each run, at theta = 0, of all its jumps: their sum over 1/w less int A_n dt. Its mean is 0
        where the true pump is what the controller set, and its variance the information on theta."""
        with np.errstate(divide='ignore', invalid='ignore'):
            return np.where(self.jumps_up > 0, self.jumps_up / self.pump, 0.0).sum(axis=1) - self.pumping.sum(axis=1)

    def __repr__(self):
        return f'Loop({self.pump.shape[0]} runs of {self.pump.shape[1]} ticks)'


def loop(controller, *, theta=0.0, progress=None, **keywords):
    """Runs of a closed loop: at the start of every tick `controller(tick)` says the pump w >= 0 [gamma], from a
    `LoopTick`. Runs follow each other, tick by tick, on one thread; what a controller remembers it forgets at index 0.
    The true pump is that plus theta, which nobody knows of.

    Raises InvalidInput with everything that is wrong, and what the controller raises."""
    def ask(index, time, n, clicks):
        return float(controller(LoopTick(index, time, n, *clicks)))

    with Watching(progress) as watch:
        return Loop(_engine.loop(engine_values(keywords, [key['key'] for key in KEYS]), ask, float(theta), watch))


loop.__doc__ += f'\n\n{described(KEYS)}\nprogress: {PROGRESS}'
