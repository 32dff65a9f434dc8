"""Trajectories themselves, as tables [tick][lane]."""
import inspect
from typing import Optional

from . import _engine
from ._progress import Watching
from ._verbs import CONFIGS, PROGRESS, described, given, type_of
from ._values import engine_values

KEYS = _engine.sample_keys()


class Leg:
    """All runs of one leg. Columns are arrays that the engine wrote, without a copy: [tick][lane] or [lane].

    time [1/gamma], scaled_pump: [ticks + 1], where `n` is; n: the level there, n = J_z + N/2; jumps_up, jumps_down,
    n_dt: of each tick, int n dt as drawn with its mean and variance given the jumps, so that single ones may leave
    0..N dt by a little; first_crossing, last_crossing: when a run arrives at J_z = 0 and when it leaves it
    for good, nan if never. Of the local model also twice_j: 2j at the end of each tick, and local_jumps: of single atoms
    in it (None of other models).
    """

    def __init__(self, atoms, columns):
        self.atoms = atoms
        self.time = columns['time']
        self.scaled_pump = columns['scaled_pump']
        self.n = columns['n']
        self.jumps_up = columns['jumps_up']
        self.jumps_down = columns['jumps_down']
        self.n_dt = columns['n_dt']
        self.first_crossing = columns['first_crossing']
        self.last_crossing = columns['last_crossing']
        self.twice_j = columns.get('twice_j')
        self.local_jumps = columns.get('local_jumps')

    @property
    def jz(self):
        """J_z = n - N/2, a new array."""
        return self.n - 0.5 * self.atoms

    def __repr__(self):
        return f'Leg({self.n.shape[0] - 1} ticks, {self.n.shape[1]} runs)'


class Samples(dict):
    """The legs of `sample` by direction: `samples["up"].n`."""


def sample(config=None, /, *, progress=None, **keywords):
    """The runs of a scan, every tick of each: `sample(atoms=100, rate=16, half_width=30)["up"].n` [tick][lane].

    They are those of `scan` with the same keywords and seed (of the sphere, if `steps_per_tick` says how many steps). With
    `model="local"` there may be more atoms than a scan is solved for: `method="sphere"` takes a millionth of a second a
    step, whatever their number.
    """
    names = [key['key'] for key in KEYS]
    with Watching(progress) as watch:
        answer = _engine.sample(engine_values(given(config, keywords, names), names), watch)
    return Samples({direction: Leg(answer['atoms'], leg) for direction, leg in answer['legs'].items()})


sample.__doc__ += f'\n{described(KEYS)}\nprogress: {PROGRESS}'
sample.__signature__ = inspect.Signature(
    [inspect.Parameter('config', inspect.Parameter.POSITIONAL_ONLY, default=None, annotation=Optional[CONFIGS['scan']])]
    + [inspect.Parameter(key['key'], inspect.Parameter.KEYWORD_ONLY, default=None, annotation=type_of(key)) for key in KEYS]
    + [inspect.Parameter('progress', inspect.Parameter.KEYWORD_ONLY, default=None)], return_annotation=Samples)
