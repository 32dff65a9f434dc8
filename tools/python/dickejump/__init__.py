"""dickejump: quantum-jump Monte Carlo of collectively pumped superradiance.

    import dickejump as dj
    r = dj.scan(atoms=100, rate=16, half_width=30, trajectories=1000, seed=1)
    r.estimators["area", "up"].delta_w.value

Keywords are the keys of the command line's TOML files; `help(dj.scan)` lists them. Rates in gamma, times in 1/gamma.
"""
from . import _engine
from ._errors import DickejumpWarning, InvalidInput, OutputError, TimeLimit
from ._estimate import estimate
from ._loops import Loop, LoopTick, loop
from ._mcsolve import McResult, mcsolve
from ._records import Quantity, Record, Table
from ._results import Part, Result, load, merge
from ._samples import Leg, Samples, sample
from ._verbs import CONFIGS, functions_of
from . import compare, exact

__version__ = _engine.version

globals().update(functions_of())
globals().update({config.__name__: config for config in CONFIGS.values()})

__all__ = sorted([
    'DickejumpWarning', 'InvalidInput', 'Leg', 'Loop', 'LoopTick', 'McResult', 'OutputError', 'Part', 'Quantity', 'Record',
    'Result', 'Samples', 'Table', 'TimeLimit', 'compare', 'estimate', 'exact', 'load', 'loop', 'mcsolve', 'merge', 'sample',
    *functions_of(), *(config.__name__ for config in CONFIGS.values())])
