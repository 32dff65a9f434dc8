# Made by python3 -m dickejump._stubs from the keys of the engine.
from dataclasses import dataclass
from typing import Any, Callable, Literal, Optional, Sequence, Union

from . import compare as compare, exact as exact
from ._errors import DickejumpWarning as DickejumpWarning, InvalidInput as InvalidInput, OutputError as OutputError
from ._errors import TimeLimit as TimeLimit
from ._estimate import estimate as estimate
from ._loops import Loop as Loop, LoopTick as LoopTick, loop as loop
from ._mcsolve import McResult as McResult, mcsolve as mcsolve
from ._records import Quantity as Quantity, Record as Record, Table as Table
from ._results import Part as Part, Result as Result, load as load, merge as merge
from ._samples import Leg as Leg, Samples as Samples

__version__: str

@dataclass(kw_only=True)
class ScanConfig:
    atoms: int
    model: Optional[Literal['ladder', 'effective', 'local']] = ...
    detuning: Optional[float] = ...
    gamma_r: Optional[float] = ...
    emission: Optional[float] = ...
    pumping: Optional[float] = ...
    dephasing: Optional[float] = ...
    rate: float
    half_width: Optional[float] = ...
    direction: Optional[Literal['up', 'down', 'both']] = ...
    initial: Optional[Literal['steady', 'ground']] = ...
    method: Optional[Literal['exact', 'sphere', 'auto']] = ...
    bias_tolerance: Optional[float] = ...
    ticks: Optional[int] = ...
    trajectories: Optional[int] = ...
    seed: Optional[int] = ...
    time_limit: Optional[float] = ...
    points: Optional[int] = ...
    estimators: Optional[Union[str, Sequence[str]]] = ...
    detector: Optional[Union[str, dict, Sequence[Union[str, dict]]]] = ...
    side_rate: Optional[float] = ...
    smoothing: Optional[str] = ...
    signals: Optional[bool] = ...
    keep_records: Optional[int] = ...
    keep_estimates: Optional[bool] = ...
    unknown: Optional[Union[str, Sequence[str]]] = ...
    target_error: Optional[Union[str, Sequence[str]]] = ...
    steps_per_tick: Optional[int] = ...
@dataclass(kw_only=True)
class SensitivityConfig:
    atoms: Optional[Union[str, int, Sequence[int]]] = ...
    model: Optional[Literal['ladder', 'effective', 'local']] = ...
    detuning: Optional[float] = ...
    gamma_r: Optional[float] = ...
    emission: Optional[float] = ...
    pumping: Optional[float] = ...
    dephasing: Optional[float] = ...
    rates: Optional[Union[str, float, Sequence[float]]] = ...
    half_width: Optional[float] = ...
    direction: Optional[Literal['up', 'down', 'both']] = ...
    initial: Optional[Literal['steady', 'ground']] = ...
    method: Optional[Literal['exact', 'sphere', 'auto']] = ...
    bias_tolerance: Optional[float] = ...
    trajectories: Optional[int] = ...
    seed: Optional[int] = ...
    protocol: Optional[Union[str, Sequence[str]]] = ...
    duration: Optional[float] = ...
    detector: Optional[Union[str, dict, Sequence[Union[str, dict]]]] = ...
    side_rate: Optional[float] = ...
    gain: Optional[float] = ...
    tick: Optional[float] = ...
    memory: Optional[float] = ...
    servo: Optional[Literal['perfect', 'filter', 'counts']] = ...
@dataclass(kw_only=True)
class EnsembleConfig:
    model: Optional[Literal['ladder', 'effective', 'three-level', 'local']] = ...
    atoms: int
    initial: Optional[str] = ...
    pump: Optional[float] = ...
    schedule: Optional[str] = ...
    times: Union[str, float, Sequence[float]]
    detuning: Optional[float] = ...
    drive: Optional[float] = ...
    gamma_r: Optional[float] = ...
    emission: Optional[float] = ...
    pumping: Optional[float] = ...
    dephasing: Optional[float] = ...
    trajectories: Optional[int] = ...
    seed: Optional[int] = ...
    time_limit: Optional[float] = ...
@dataclass(kw_only=True)
class CompareScanConfig:
    atoms: int
    model: Optional[Literal['ladder', 'effective', 'local']] = ...
    detuning: Optional[float] = ...
    gamma_r: Optional[float] = ...
    emission: Optional[float] = ...
    pumping: Optional[float] = ...
    dephasing: Optional[float] = ...
    rate: float
    half_width: Optional[float] = ...
    direction: Optional[Literal['up', 'down', 'both']] = ...
    initial: Optional[Literal['steady', 'ground']] = ...
    method: Optional[Literal['exact', 'sphere', 'auto']] = ...
    bias_tolerance: Optional[float] = ...
    ticks: Optional[int] = ...
    trajectories: Optional[int] = ...
    seed: Optional[int] = ...
    time_limit: Optional[float] = ...
    unknown: Optional[Union[str, Sequence[str]]] = ...
    alpha: Optional[float] = ...
@dataclass(kw_only=True)
class CompareEnsembleConfig:
    model: Optional[Literal['ladder', 'effective', 'three-level', 'local']] = ...
    atoms: int
    initial: Optional[str] = ...
    pump: Optional[float] = ...
    schedule: Optional[str] = ...
    times: Union[str, float, Sequence[float]]
    detuning: Optional[float] = ...
    drive: Optional[float] = ...
    gamma_r: Optional[float] = ...
    emission: Optional[float] = ...
    pumping: Optional[float] = ...
    dephasing: Optional[float] = ...
    trajectories: Optional[int] = ...
    seed: Optional[int] = ...
    time_limit: Optional[float] = ...
    alpha: Optional[float] = ...
@dataclass(kw_only=True)
class ExactScanConfig:
    atoms: int
    model: Optional[Literal['ladder', 'effective', 'local']] = ...
    detuning: Optional[float] = ...
    gamma_r: Optional[float] = ...
    emission: Optional[float] = ...
    pumping: Optional[float] = ...
    dephasing: Optional[float] = ...
    rate: float
    half_width: Optional[float] = ...
    direction: Optional[Literal['up', 'down', 'both']] = ...
    initial: Optional[Literal['steady', 'ground']] = ...
    points: Optional[int] = ...
    method: Optional[Literal['populations', 'hierarchy', 'auto']] = ...
@dataclass(kw_only=True)
class ExactEnsembleConfig:
    model: Optional[Literal['ladder', 'effective', 'three-level', 'local']] = ...
    atoms: int
    initial: Optional[str] = ...
    pump: Optional[float] = ...
    schedule: Optional[str] = ...
    times: Union[str, float, Sequence[float]]
    detuning: Optional[float] = ...
    drive: Optional[float] = ...
    gamma_r: Optional[float] = ...
    emission: Optional[float] = ...
    pumping: Optional[float] = ...
    dephasing: Optional[float] = ...
@dataclass(kw_only=True)
class ExactSteadyConfig:
    atoms: int
    pump: Union[str, float, Sequence[float]]
    model: Optional[Literal['ladder', 'effective', 'local']] = ...
    detuning: Optional[float] = ...
    gamma_r: Optional[float] = ...
    emission: Optional[float] = ...
    pumping: Optional[float] = ...
    dephasing: Optional[float] = ...
@dataclass(kw_only=True)
class ExactSpectrumConfig:
    atoms: int
    pump: Union[str, float, Sequence[float]]
    sector: Optional[int] = ...
    count: Optional[int] = ...
@dataclass(kw_only=True)
class ExactCorrelationConfig:
    atoms: int
    pump: Union[str, float, Sequence[float]]
    model: Optional[Literal['ladder', 'effective', 'local']] = ...
    detuning: Optional[float] = ...
    gamma_r: Optional[float] = ...
    emission: Optional[float] = ...
    pumping: Optional[float] = ...
    dephasing: Optional[float] = ...
    times: Union[str, float, Sequence[float]]
@dataclass(kw_only=True)
class ExactG2Config:
    atoms: int
    pump: Union[str, float, Sequence[float]]
    model: Optional[Literal['ladder', 'effective', 'local']] = ...
    detuning: Optional[float] = ...
    gamma_r: Optional[float] = ...
    emission: Optional[float] = ...
    pumping: Optional[float] = ...
    dephasing: Optional[float] = ...
    channel: Optional[Literal['cavity', 'pump', 'side']] = ...
    times: Union[str, float, Sequence[float]]
@dataclass(kw_only=True)
class ExactCrossingsConfig:
    atoms: int
    model: Optional[Literal['ladder', 'effective', 'local']] = ...
    detuning: Optional[float] = ...
    gamma_r: Optional[float] = ...
    emission: Optional[float] = ...
    pumping: Optional[float] = ...
    dephasing: Optional[float] = ...
    rate: float
    half_width: float
    direction: Optional[Literal['up', 'down', 'both']] = ...
    initial: Optional[Literal['steady', 'ground']] = ...
    points: Optional[int] = ...
@dataclass(kw_only=True)
class SteadyConfig:
    atoms: int
    model: Optional[Literal['ladder', 'effective', 'local']] = ...
    detuning: Optional[float] = ...
    gamma_r: Optional[float] = ...
    emission: Optional[float] = ...
    pumping: Optional[float] = ...
    dephasing: Optional[float] = ...
    pump: Optional[float] = ...
    shots: Optional[int] = ...
    pools: Optional[Union[str, int, Sequence[int]]] = ...
    seed: Optional[int] = ...
@dataclass(kw_only=True)
class ExperimentConfig:
    atoms: int
    rate: Optional[float] = ...
    half_width: Optional[float] = ...
    duration: float
    emission: Optional[float] = ...
    pumping: Optional[float] = ...
    dephasing: Optional[float] = ...
    rest: Optional[float] = ...
    repump: Optional[float] = ...
    optimize: Optional[Union[str, Sequence[str]]] = ...
    estimator: Optional[Literal['area', 'first_crossing', 'last_crossing', 'mid_crossing']] = ...
    detector: Optional[Union[str, dict, Sequence[Union[str, dict]]]] = ...
    initial: Optional[Literal['steady', 'ground']] = ...
    trajectories: Optional[int] = ...
    seed: Optional[int] = ...
    time_limit: Optional[float] = ...
@dataclass(kw_only=True)
class CalibrateConfig:
    atoms: int
    rate: float
    half_width: float
    direction: Optional[Literal['up', 'down', 'both']] = ...
    initial: Optional[Literal['steady', 'ground']] = ...
    method: Optional[Literal['exact', 'sphere', 'auto']] = ...
    bias_tolerance: Optional[float] = ...
    ticks: Optional[int] = ...
    seed: Optional[int] = ...
    time_limit: Optional[float] = ...
    detector: Optional[Union[str, dict, Sequence[Union[str, dict]]]] = ...
    side_rate: Optional[float] = ...
    unknown: Optional[Union[str, Sequence[str]]] = ...
    steps_per_tick: Optional[int] = ...
    records: Optional[int] = ...
    prior_width: Optional[float] = ...
@dataclass(kw_only=True)
class HomodyneConfig:
    atoms: int
    initial: Optional[str] = ...
    pump: Optional[float] = ...
    schedule: Optional[str] = ...
    times: Union[str, float, Sequence[float]]
    detection: Optional[Literal['homodyne', 'heterodyne']] = ...
    phase: Optional[float] = ...
    efficiency: Optional[float] = ...
    longest_step: Optional[float] = ...
    trajectories: Optional[int] = ...
    keep_records: Optional[int] = ...
    seed: Optional[int] = ...
    time_limit: Optional[float] = ...
@dataclass(kw_only=True)
class MeasureConfig:
    atoms: int
    park: Optional[float] = ...
    schedule: Optional[str] = ...
    duration: float
    initial: Optional[str] = ...
    detector: Optional[Union[str, dict, Sequence[Union[str, dict]]]] = ...
    unknown: Optional[Union[str, Sequence[str]]] = ...
    side_rate: Optional[float] = ...
    prior_width: Optional[float] = ...
    trajectories: Optional[int] = ...
    seed: Optional[int] = ...
    time_limit: Optional[float] = ...
@dataclass(kw_only=True)
class LockConfig:
    atoms: int
    model: Optional[Literal['ladder', 'effective', 'local']] = ...
    detuning: Optional[float] = ...
    gamma_r: Optional[float] = ...
    emission: Optional[float] = ...
    pumping: Optional[float] = ...
    dephasing: Optional[float] = ...
    duration: float
    gain: Optional[float] = ...
    tick: Optional[float] = ...
    servo: Optional[Literal['perfect', 'filter', 'counts']] = ...
    detector: Optional[Union[str, dict, Sequence[Union[str, dict]]]] = ...
    side_rate: Optional[float] = ...
    memory: Optional[float] = ...
    dither: Optional[float] = ...
    initial: Optional[str] = ...
    estimators: Optional[Union[str, Sequence[str]]] = ...
    trajectories: Optional[int] = ...
    seed: Optional[int] = ...
    time_limit: Optional[float] = ...
@dataclass(kw_only=True)
class ExactLockConfig:
    atoms: int
    model: Optional[Literal['ladder', 'effective', 'local']] = ...
    detuning: Optional[float] = ...
    gamma_r: Optional[float] = ...
    emission: Optional[float] = ...
    pumping: Optional[float] = ...
    dephasing: Optional[float] = ...
    duration: float
    gain: Optional[float] = ...
    tick: Optional[float] = ...
    servo: Optional[Literal['perfect', 'filter', 'counts']] = ...
    detector: Optional[Union[str, dict, Sequence[Union[str, dict]]]] = ...
    side_rate: Optional[float] = ...
    memory: Optional[float] = ...
    dither: Optional[float] = ...
    initial: Optional[str] = ...
    estimators: Optional[Union[str, Sequence[str]]] = ...
    trajectories: Optional[int] = ...
    seed: Optional[int] = ...
    time_limit: Optional[float] = ...
@dataclass(kw_only=True)
class ExactBoundConfig:
    atoms: int
    model: Optional[Literal['ladder', 'effective', 'local']] = ...
    detuning: Optional[float] = ...
    gamma_r: Optional[float] = ...
    emission: Optional[float] = ...
    pumping: Optional[float] = ...
    dephasing: Optional[float] = ...
    pump: Optional[float] = ...
    duration: float
    access: Optional[str] = ...
@dataclass(kw_only=True)
class OptimizeScheduleConfig:
    atoms: int
    duration: float
    prior_width: Optional[float] = ...
    pump_min: Optional[float] = ...
    pump_max: Optional[float] = ...
    knots: Optional[int] = ...
    half_width: Optional[float] = ...
    initial: Optional[str] = ...
    time_limit: Optional[float] = ...

def scan(
    config: Optional[ScanConfig] = ...,
    /,
    *,
    atoms: Optional[int] = ...,
    model: Optional[Literal['ladder', 'effective', 'local']] = ...,
    detuning: Optional[float] = ...,
    gamma_r: Optional[float] = ...,
    emission: Optional[float] = ...,
    pumping: Optional[float] = ...,
    dephasing: Optional[float] = ...,
    rate: Optional[float] = ...,
    half_width: Optional[float] = ...,
    direction: Optional[Literal['up', 'down', 'both']] = ...,
    initial: Optional[Literal['steady', 'ground']] = ...,
    method: Optional[Literal['exact', 'sphere', 'auto']] = ...,
    bias_tolerance: Optional[float] = ...,
    ticks: Optional[int] = ...,
    trajectories: Optional[int] = ...,
    ntraj: Optional[int] = ...,
    seed: Optional[int] = ...,
    seeds: Optional[int] = ...,
    time_limit: Optional[float] = ...,
    points: Optional[int] = ...,
    estimators: Optional[Union[str, Sequence[str]]] = ...,
    detector: Optional[Union[str, dict, Sequence[Union[str, dict]]]] = ...,
    side_rate: Optional[float] = ...,
    smoothing: Optional[str] = ...,
    signals: Optional[bool] = ...,
    keep_records: Optional[int] = ...,
    keep_estimates: Optional[bool] = ...,
    unknown: Optional[Union[str, Sequence[str]]] = ...,
    target_error: Optional[Union[str, Sequence[str]]] = ...,
    target_tol: Optional[Union[str, Sequence[str]]] = ...,
    steps_per_tick: Optional[int] = ...,
    threads: Optional[int] = ...,
    checkpoint_every: Optional[float] = ...,
    part: Optional[str] = ...,
    blocks: Optional[str] = ...,
    goal: Optional[float] = ...,
    what_pays: Optional[bool] = ...,
    out: Optional[str] = ...,
    force: Optional[bool] = ...,
    gamma_hz: Optional[float] = ...,
    comm: Any = ...,
    progress: Union[None, bool, Callable[[int, int, str, str, float, float], Any]] = ...,
) -> Result:
    """Scan the pump through the transition: trajectories, single-run estimates, bounds.

    atoms: number of atoms N (from 1 to 2147483647) (required)
    model: Eq. (1), App. B at finite detuning, or Eq. (1) with processes of single atoms (default ladder)
    detuning: delta of the pumping transition [gamma], effective (finite)
    gamma_r: decay of the upper level [gamma], effective (>= 0)
    emission: emission of every atom on its own [gamma], local (>= 0)
    pumping: pumping of every atom on its own [gamma], local (>= 0)
    dephasing: dephasing of every atom, D[sigma_z/2] [gamma], local (>= 0)
    rate: scan rate r, transition widths per 1/gamma (> 0) (required)
    half_width: the scan runs between s = -S and S, S <= N/2 (default 6 + 6 sqrt(r), at most 0.98 N/2) (> 0)
    direction: legs to run (default both)
    initial: start of each leg: its steady state, or n = 0 (up) and n = N (down); default steady
    method: trajectories: every jump, or the sphere of many atoms (default auto)
    bias_tolerance: sphere: largest error of 2<J_z>/(N+1) by its finite steps (default 2e-4) (> 0)
    ticks: ticks of each leg, even (default: at most 0.02/gamma each) (from 0 to 1e+08)
    trajectories: number of runs M (default 10000; with a target error, the most) (>= 1)
    seed: seed of all random streams (default 1)
    time_limit: stop after so many seconds (> 0)
    points: points of the curves (default 201) (from 2 to 1e+07)
    estimators: only these single-run estimators, such as area,maximum_likelihood (default all)
    detector: what a detector sees, with efficiencies; may be repeated. More in TOML: [[detector]]
    side_rate: Gamma, emission to the side per excited atom [gamma] (default 0) (>= 0)
    smoothing: of a record before its crossings are read (default from rate and counts)
    signals: also J_z, Fano factor, g2 and C_zz from the counts
    keep_records: store the first K records for pictures (>= 0)
    keep_estimates: also keep the estimates of every run, which result.h5 then lists
    unknown: bounds of detected records also with these parameters unknown, such as gamma,efficiency:cavity,background:cavity,side_rate
    target_error: stop when the error of an estimator's mean is this small; may be repeated
    steps_per_tick: sphere: steps of each tick (default: as many as bias_tolerance asks for) (from 0 to 1e+06)
    threads: threads, 0 for all (default); does not change results (>= 0)
    checkpoint_every: with --out: store what is done every so many seconds (default 60), for `resume` (> 0)
    part: only the K-th of M parts, to be merged
    blocks: only blocks A to B - 1 of 128 trajectories each, to be merged
    goal: say how many repetitions know the critical pump so well, in transition widths (default 0.01) (> 0)
    what_pays: also try every detector with twice the efficiency, without background, .., and say how many times fewer runs each would take
    out: folder for summary.json, config.toml and, of curves, summary.csv
    force: overwrite the result of another configuration in --out
    gamma_hz: gamma/(2 pi) in Hz: results in Hz too, and values like "10 ms", "50 /s", "150 Hz" (> 0)
    comm: an mpi4py communicator: every rank runs its part on its own threads, and all of them have the whole
    progress: None: a bar in terminals and notebooks; True, False, or a function of done, wanted, unit, phase, seconds, fraction
    """

def sensitivity(
    config: Optional[SensitivityConfig] = ...,
    /,
    *,
    atoms: Optional[Union[str, int, Sequence[int]]] = ...,
    model: Optional[Literal['ladder', 'effective', 'local']] = ...,
    detuning: Optional[float] = ...,
    gamma_r: Optional[float] = ...,
    emission: Optional[float] = ...,
    pumping: Optional[float] = ...,
    dephasing: Optional[float] = ...,
    rates: Optional[Union[str, float, Sequence[float]]] = ...,
    half_width: Optional[float] = ...,
    direction: Optional[Literal['up', 'down', 'both']] = ...,
    initial: Optional[Literal['steady', 'ground']] = ...,
    method: Optional[Literal['exact', 'sphere', 'auto']] = ...,
    bias_tolerance: Optional[float] = ...,
    trajectories: Optional[int] = ...,
    ntraj: Optional[int] = ...,
    seed: Optional[int] = ...,
    seeds: Optional[int] = ...,
    protocol: Optional[Union[str, Sequence[str]]] = ...,
    duration: Optional[float] = ...,
    detector: Optional[Union[str, dict, Sequence[Union[str, dict]]]] = ...,
    side_rate: Optional[float] = ...,
    gain: Optional[float] = ...,
    tick: Optional[float] = ...,
    memory: Optional[float] = ...,
    servo: Optional[Literal['perfect', 'filter', 'counts']] = ...,
    threads: Optional[int] = ...,
    part: Optional[str] = ...,
    out: Optional[str] = ...,
    force: Optional[bool] = ...,
    gamma_hz: Optional[float] = ...,
    comm: Any = ...,
    progress: Union[None, bool, Callable[[int, int, str, str, float, float], Any]] = ...,
) -> Result:
    """Scan many numbers of atoms at several rates: how the sensitivity of a run scales; or compare protocols.

    atoms: numbers of atoms N, such as 10,100,1e6 (from 1 to 2147483647)
    model: Eq. (1), App. B at finite detuning, or Eq. (1) with processes of single atoms (default ladder)
    detuning: delta of the pumping transition [gamma], effective (finite)
    gamma_r: decay of the upper level [gamma], effective (>= 0)
    emission: emission of every atom on its own [gamma], local (>= 0)
    pumping: pumping of every atom on its own [gamma], local (>= 0)
    dephasing: dephasing of every atom, D[sigma_z/2] [gamma], local (>= 0)
    rates: scan rates r, transition widths per 1/gamma, such as 1,16 (> 0)
    half_width: scans run between s = -S and S (default: 6 + 6 sqrt(r), at most 0.98 N/2) (> 0)
    direction: legs to run (default both)
    initial: start of each leg: its steady state, or n = 0 (up) and n = N (down); default steady
    method: trajectories: every jump, or the sphere of many atoms; auto (default) chooses by N and S
    bias_tolerance: sphere: largest error of 2<J_z>/(N+1) by its finite steps (default 2e-4) (> 0)
    trajectories: number of runs M of every scan (default 10000) (>= 2)
    seed: seed of the study, from which every scan has its own (default 1)
    protocol: compare scan, park and lock, for the same duration and detectors
    duration: protocol: T that each of them gets [1/gamma] (> 0)
    detector: protocol: what looks at all of them, with efficiencies; may be repeated. More in TOML: [[detector]]
    side_rate: protocol: Gamma, emission to the side per excited atom [gamma] (default 0) (>= 0)
    gain: lock: w = gamma max(0, 1 - gain x) (default 0.5) (>= 0)
    tick: lock: how often the pump is set [1/gamma] (default 0.2/N) (>= 0)
    memory: lock: of the average of side clicks [1/gamma] (default 0.05) (> 0)
    servo: lock: what it acts on (default perfect, with a detector filter)
    threads: threads, 0 for all (default); does not change results (>= 0)
    part: only the scans of the K-th of M parts, to be merged
    out: folder for summary.json, config.toml and, of curves, summary.csv
    force: overwrite the result of another configuration in --out
    gamma_hz: gamma/(2 pi) in Hz: results in Hz too, and values like "10 ms", "50 /s", "150 Hz" (> 0)
    comm: an mpi4py communicator: every rank runs its part on its own threads, and all of them have the whole
    progress: None: a bar in terminals and notebooks; True, False, or a function of done, wanted, unit, phase, seconds, fraction
    """

def ensemble(
    config: Optional[EnsembleConfig] = ...,
    /,
    *,
    model: Optional[Literal['ladder', 'effective', 'three-level', 'local']] = ...,
    atoms: Optional[int] = ...,
    initial: Optional[str] = ...,
    pump: Optional[float] = ...,
    schedule: Optional[str] = ...,
    times: Optional[Union[str, float, Sequence[float]]] = ...,
    tlist: Optional[Union[str, float, Sequence[float]]] = ...,
    detuning: Optional[float] = ...,
    drive: Optional[float] = ...,
    gamma_r: Optional[float] = ...,
    emission: Optional[float] = ...,
    pumping: Optional[float] = ...,
    dephasing: Optional[float] = ...,
    trajectories: Optional[int] = ...,
    ntraj: Optional[int] = ...,
    seed: Optional[int] = ...,
    seeds: Optional[int] = ...,
    time_limit: Optional[float] = ...,
    threads: Optional[int] = ...,
    out: Optional[str] = ...,
    force: Optional[bool] = ...,
    gamma_hz: Optional[float] = ...,
    progress: Union[None, bool, Callable[[int, int, str, str, float, float], Any]] = ...,
) -> Result:
    """Trajectories of a model from any initial state: <J_z>, <J_z^2>, <J_x>, <J_y> against time.

    model: Eq. (1), App. B at finite detuning, the three-level atoms of Eq. (2), or Eq. (1) with processes of single atoms (default ladder)
    atoms: number of atoms N (from 1 to 2147483647) (required)
    initial: state at t = 0 (default ground)
    pump: constant pumping rate w [gamma] (>= 0)
    schedule: w(t) from a file with the columns time,pump
    times: observe at these times [1/gamma] (>= 0) (required)
    detuning: delta of the pumping transition [gamma], effective and three-level (finite)
    drive: Omega of the pumping transition [gamma], effective and three-level (finite)
    gamma_r: decay of the upper level [gamma], effective and three-level (finite)
    emission: emission of every atom on its own [gamma], local (>= 0)
    pumping: pumping of every atom on its own [gamma], local (>= 0)
    dephasing: dephasing of every atom, D[sigma_z/2] [gamma], local (>= 0)
    trajectories: number of runs M (default 10000) (>= 1)
    seed: seed of all random streams (default 1)
    time_limit: stop after so many seconds (> 0)
    threads: threads, 0 for all (default); does not change results (>= 0)
    out: folder for summary.json, config.toml and, of curves, summary.csv
    force: overwrite the result of another configuration in --out
    gamma_hz: gamma/(2 pi) in Hz: results in Hz too, and values like "10 ms", "50 /s", "150 Hz" (> 0)
    progress: None: a bar in terminals and notebooks; True, False, or a function of done, wanted, unit, phase, seconds, fraction
    """

def steady(
    config: Optional[SteadyConfig] = ...,
    /,
    *,
    atoms: Optional[int] = ...,
    model: Optional[Literal['ladder', 'effective', 'local']] = ...,
    detuning: Optional[float] = ...,
    gamma_r: Optional[float] = ...,
    emission: Optional[float] = ...,
    pumping: Optional[float] = ...,
    dephasing: Optional[float] = ...,
    pump: Optional[float] = ...,
    shots: Optional[int] = ...,
    pools: Optional[Union[str, int, Sequence[int]]] = ...,
    seed: Optional[int] = ...,
    seeds: Optional[int] = ...,
    threads: Optional[int] = ...,
    out: Optional[str] = ...,
    force: Optional[bool] = ...,
    gamma_hz: Optional[float] = ...,
    progress: Union[None, bool, Callable[[int, int, str, str, float, float], Any]] = ...,
) -> Result:
    """Shots of J_z in the steady state, and how well they tell the pump (App. D).

    atoms: number of atoms N (from 1 to 2147483647) (required)
    model: Eq. (1), App. B at finite detuning, or Eq. (1) with processes of single atoms (default ladder)
    detuning: delta of the pumping transition [gamma], effective (finite)
    gamma_r: decay of the upper level [gamma], effective (>= 0)
    emission: emission of every atom on its own [gamma], local (>= 0)
    pumping: pumping of every atom on its own [gamma], local (>= 0)
    dephasing: dephasing of every atom, D[sigma_z/2] [gamma], local (>= 0)
    pump: pumping rate w [gamma] (default 1, the transition) (> 0)
    shots: measurements of J_z (default 100000) (>= 1)
    pools: how many shots one estimate is made from (default 1) (>= 1)
    seed: seed of all random streams (default 1)
    threads: threads, 0 for all (default); does not change results (>= 0)
    out: folder for summary.json, config.toml and, of curves, summary.csv
    force: overwrite the result of another configuration in --out
    gamma_hz: gamma/(2 pi) in Hz: results in Hz too, and values like "10 ms", "50 /s", "150 Hz" (> 0)
    progress: None: a bar in terminals and notebooks; True, False, or a function of done, wanted, unit, phase, seconds, fraction
    """

def experiment(
    config: Optional[ExperimentConfig] = ...,
    /,
    *,
    atoms: Optional[int] = ...,
    rate: Optional[float] = ...,
    half_width: Optional[float] = ...,
    duration: Optional[float] = ...,
    emission: Optional[float] = ...,
    pumping: Optional[float] = ...,
    dephasing: Optional[float] = ...,
    rest: Optional[float] = ...,
    repump: Optional[float] = ...,
    optimize: Optional[Union[str, Sequence[str]]] = ...,
    estimator: Optional[Literal['area', 'first_crossing', 'last_crossing', 'mid_crossing']] = ...,
    detector: Optional[Union[str, dict, Sequence[Union[str, dict]]]] = ...,
    initial: Optional[Literal['steady', 'ground']] = ...,
    trajectories: Optional[int] = ...,
    ntraj: Optional[int] = ...,
    seed: Optional[int] = ...,
    seeds: Optional[int] = ...,
    time_limit: Optional[float] = ...,
    threads: Optional[int] = ...,
    out: Optional[str] = ...,
    force: Optional[bool] = ...,
    gamma_hz: Optional[float] = ...,
    progress: Union[None, bool, Callable[[int, int, str, str, float, float], Any]] = ...,
) -> Result:
    """Scans up and down in turns for a time T, by atoms that also emit on their own: what all legs together tell of the pump.

    atoms: number of atoms N (from 1 to 400) (required)
    rate: scan rate r, transition widths per 1/gamma (> 0)
    half_width: legs run between s = -S and S, S <= N/2 (> 0)
    duration: T, the time for all legs and rests [1/gamma] (> 0) (required)
    emission: emission of every atom on its own [gamma] (>= 0)
    pumping: pumping of every atom on its own [gamma] (>= 0)
    dephasing: dephasing of every atom, D[sigma_z/2] [gamma] (>= 0)
    rest: D, the pump rests so long between legs [1/gamma] (>= 0)
    repump: R, in rests single atoms emit (after down) or are pumped (after up) at this rate [gamma] (>= 0)
    optimize: look for the best rate, half_width or both (rate,half-width) and run the experiment there
    estimator: whose delta w is to be least (default area)
    detector: what a record of the whole experiment is estimated from by its likelihood, as of scan: takes most of the time. Backgrounds and dead times in TOML: [[detector]]
    initial: start of the first leg: the collective steady state, or n = 0; default steady
    trajectories: number of runs M (default 10000) (>= 1)
    seed: seed of all random streams (default 1)
    time_limit: stop after so many seconds (> 0)
    threads: threads, 0 for all (default); does not change results (>= 0)
    out: folder for summary.json, config.toml and, of curves, summary.csv
    force: overwrite the result of another configuration in --out
    gamma_hz: gamma/(2 pi) in Hz: results in Hz too, and values like "10 ms", "50 /s", "150 Hz" (> 0)
    progress: None: a bar in terminals and notebooks; True, False, or a function of done, wanted, unit, phase, seconds, fraction
    """

def calibrate(
    config: Optional[CalibrateConfig] = ...,
    /,
    *,
    atoms: Optional[int] = ...,
    rate: Optional[float] = ...,
    half_width: Optional[float] = ...,
    direction: Optional[Literal['up', 'down', 'both']] = ...,
    initial: Optional[Literal['steady', 'ground']] = ...,
    method: Optional[Literal['exact', 'sphere', 'auto']] = ...,
    bias_tolerance: Optional[float] = ...,
    ticks: Optional[int] = ...,
    seed: Optional[int] = ...,
    seeds: Optional[int] = ...,
    time_limit: Optional[float] = ...,
    detector: Optional[Union[str, dict, Sequence[Union[str, dict]]]] = ...,
    side_rate: Optional[float] = ...,
    unknown: Optional[Union[str, Sequence[str]]] = ...,
    steps_per_tick: Optional[int] = ...,
    records: Optional[int] = ...,
    prior_width: Optional[float] = ...,
    threads: Optional[int] = ...,
    out: Optional[str] = ...,
    force: Optional[bool] = ...,
    gamma_hz: Optional[float] = ...,
    progress: Union[None, bool, Callable[[int, int, str, str, float, float], Any]] = ...,
) -> Result:
    """Ranks of the true pump in the posteriors of many records: is the likelihood right?

    atoms: number of atoms N (from 1 to 2147483647) (required)
    rate: scan rate r, transition widths per 1/gamma (> 0) (required)
    half_width: the scan runs between s = -S and S, S <= N/2 (> 0) (required)
    direction: legs to run (default both)
    initial: start of each leg: its steady state, or n = 0 (up) and n = N (down); default steady
    method: trajectories: every jump, or the sphere of many atoms (default auto)
    bias_tolerance: sphere: largest error of 2<J_z>/(N+1) by its finite steps (default 2e-4) (> 0)
    ticks: ticks of each leg, even (default: at most 0.02/gamma each) (from 0 to 1e+08)
    seed: seed of all random streams (default 1)
    time_limit: stop after so many seconds (> 0)
    detector: what a detector sees, with efficiencies; may be repeated. More in TOML: [[detector]]
    side_rate: Gamma, emission to the side per excited atom [gamma] (default 0) (>= 0)
    unknown: bounds of detected records also with these parameters unknown, such as gamma,efficiency:cavity,background:cavity,side_rate
    steps_per_tick: sphere: steps of each tick (default: as many as bias_tolerance asks for) (from 0 to 1e+06)
    records: records M, each of a pump of its own (default 1000) (>= 1)
    prior_width: W: the critical pump is drawn between s = -W and W, S + W <= N/2 (default 1) (> 0)
    threads: threads, 0 for all (default); does not change results (>= 0)
    out: folder for summary.json, config.toml and, of curves, summary.csv
    force: overwrite the result of another configuration in --out
    gamma_hz: gamma/(2 pi) in Hz: results in Hz too, and values like "10 ms", "50 /s", "150 Hz" (> 0)
    progress: None: a bar in terminals and notebooks; True, False, or a function of done, wanted, unit, phase, seconds, fraction
    """

def homodyne(
    config: Optional[HomodyneConfig] = ...,
    /,
    *,
    atoms: Optional[int] = ...,
    initial: Optional[str] = ...,
    pump: Optional[float] = ...,
    schedule: Optional[str] = ...,
    times: Optional[Union[str, float, Sequence[float]]] = ...,
    tlist: Optional[Union[str, float, Sequence[float]]] = ...,
    detection: Optional[Literal['homodyne', 'heterodyne']] = ...,
    phase: Optional[float] = ...,
    efficiency: Optional[float] = ...,
    longest_step: Optional[float] = ...,
    trajectories: Optional[int] = ...,
    ntraj: Optional[int] = ...,
    keep_records: Optional[int] = ...,
    seed: Optional[int] = ...,
    seeds: Optional[int] = ...,
    time_limit: Optional[float] = ...,
    threads: Optional[int] = ...,
    out: Optional[str] = ...,
    force: Optional[bool] = ...,
    gamma_hz: Optional[float] = ...,
    progress: Union[None, bool, Callable[[int, int, str, str, float, float], Any]] = ...,
) -> Result:
    """The cavity's light beside a local oscillator: photocurrents and their correlations.

    atoms: number of atoms N (from 1 to 1000) (required)
    initial: state at t = 0 (default ground)
    pump: constant pumping rate w [gamma] (>= 0)
    schedule: w(t) from a file with the columns time,pump
    times: average the current over intervals that end at these times [1/gamma]; the first begins at 0 (>= 0) (required)
    detection: one quadrature, or both with half of the light each (default homodyne)
    phase: phase of the local oscillator [rad] (default 0: J_x) (finite)
    efficiency: part of the light that is detected (default 1) (from 0 to 1)
    longest_step: longest step of the integration [1/gamma] (default a fiftieth of the shortest mean life of a level) (>= 0)
    trajectories: number of runs M (default 1000) (>= 1)
    keep_records: keep the currents of the first K runs (default 0) (>= 0)
    seed: seed of all random streams (default 1)
    time_limit: stop after so many seconds (> 0)
    threads: threads, 0 for all (default); does not change results (>= 0)
    out: folder for summary.json, config.toml and, of curves, summary.csv
    force: overwrite the result of another configuration in --out
    gamma_hz: gamma/(2 pi) in Hz: results in Hz too, and values like "10 ms", "50 /s", "150 Hz" (> 0)
    progress: None: a bar in terminals and notebooks; True, False, or a function of done, wanted, unit, phase, seconds, fraction
    """

def measure(
    config: Optional[MeasureConfig] = ...,
    /,
    *,
    atoms: Optional[int] = ...,
    park: Optional[float] = ...,
    schedule: Optional[str] = ...,
    duration: Optional[float] = ...,
    initial: Optional[str] = ...,
    detector: Optional[Union[str, dict, Sequence[Union[str, dict]]]] = ...,
    unknown: Optional[Union[str, Sequence[str]]] = ...,
    side_rate: Optional[float] = ...,
    prior_width: Optional[float] = ...,
    trajectories: Optional[int] = ...,
    ntraj: Optional[int] = ...,
    seed: Optional[int] = ...,
    seeds: Optional[int] = ...,
    time_limit: Optional[float] = ...,
    threads: Optional[int] = ...,
    out: Optional[str] = ...,
    force: Optional[bool] = ...,
    gamma_hz: Optional[float] = ...,
    progress: Union[None, bool, Callable[[int, int, str, str, float, float], Any]] = ...,
) -> Result:
    """How well records under a pump at rest, or of any schedule, tell the pump.

    atoms: number of atoms N (from 1 to 65534) (required)
    park: constant pump w [gamma] (> 0)
    schedule: w(t) from a file with the columns time,pump
    duration: T [1/gamma] (> 0) (required)
    initial: state at t = 0 (default steady, at w(0))
    detector: what a detector sees, with efficiencies; may be repeated. More in TOML: [[detector]]
    unknown: bounds of detected records also with these parameters unknown, such as gamma,efficiency:cavity
    side_rate: Gamma, emission to the side per excited atom [gamma] (default 0) (>= 0)
    prior_width: W: theta lies between -2W/N and 2W/N beforehand (default 20) (> 0)
    trajectories: number of runs M (default 1000) (>= 1)
    seed: seed of all random streams (default 1)
    time_limit: stop after so many seconds (> 0)
    threads: threads, 0 for all (default); does not change results (>= 0)
    out: folder for summary.json, config.toml and, of curves, summary.csv
    force: overwrite the result of another configuration in --out
    gamma_hz: gamma/(2 pi) in Hz: results in Hz too, and values like "10 ms", "50 /s", "150 Hz" (> 0)
    progress: None: a bar in terminals and notebooks; True, False, or a function of done, wanted, unit, phase, seconds, fraction
    """

def lock(
    config: Optional[LockConfig] = ...,
    /,
    *,
    atoms: Optional[int] = ...,
    model: Optional[Literal['ladder', 'effective', 'local']] = ...,
    detuning: Optional[float] = ...,
    gamma_r: Optional[float] = ...,
    emission: Optional[float] = ...,
    pumping: Optional[float] = ...,
    dephasing: Optional[float] = ...,
    duration: Optional[float] = ...,
    gain: Optional[float] = ...,
    tick: Optional[float] = ...,
    servo: Optional[Literal['perfect', 'filter', 'counts']] = ...,
    detector: Optional[Union[str, dict, Sequence[Union[str, dict]]]] = ...,
    side_rate: Optional[float] = ...,
    memory: Optional[float] = ...,
    dither: Optional[float] = ...,
    initial: Optional[str] = ...,
    estimators: Optional[Union[str, Sequence[str]]] = ...,
    trajectories: Optional[int] = ...,
    ntraj: Optional[int] = ...,
    seed: Optional[int] = ...,
    seeds: Optional[int] = ...,
    time_limit: Optional[float] = ...,
    threads: Optional[int] = ...,
    out: Optional[str] = ...,
    force: Optional[bool] = ...,
    gamma_hz: Optional[float] = ...,
    progress: Union[None, bool, Callable[[int, int, str, str, float, float], Any]] = ...,
) -> Result:
    """A servo that holds J_z = 0, and how well such a run tells the pump.

    atoms: number of atoms N (from 1 to 2147483647) (required)
    model: Eq. (1), App. B at finite detuning, or Eq. (1) with processes of single atoms (default ladder)
    detuning: delta of the pumping transition [gamma], effective (finite)
    gamma_r: decay of the upper level [gamma], effective (>= 0)
    emission: emission of every atom on its own [gamma], local (>= 0)
    pumping: pumping of every atom on its own [gamma], local (>= 0)
    dephasing: dephasing of every atom, D[sigma_z/2] [gamma], local (>= 0)
    duration: T [1/gamma] (> 0) (required)
    gain: w = gamma max(0, 1 - gain x), x = 2 J_z/N (default 0.5; 0: parked) (>= 0)
    tick: how often the pump is set [1/gamma] (default 0.2/N) (>= 0)
    servo: what it acts on: the true n, the filter's mean, or clicks (default perfect)
    detector: what the servo looks through, with efficiencies. Background in TOML: [[detector]]
    side_rate: Gamma, emission to the side per excited atom [gamma] (default 0) (>= 0)
    memory: of the average of side clicks [1/gamma] (default 0.05) (> 0)
    dither: a: w times 1 + a cos(2 pi t/(20 tick)) (default 0) (from 0 to 1)
    initial: n at t = 0, which is known (default uniform on 0..N)
    estimators: only these estimates of a run, such as every_jump,mean_pump (default all: the likelihood of clicks takes most of the time)
    trajectories: number of runs M (default 1000) (>= 1)
    seed: seed of all random streams (default 1)
    time_limit: stop after so many seconds (> 0)
    threads: threads, 0 for all (default); does not change results (>= 0)
    out: folder for summary.json, config.toml and, of curves, summary.csv
    force: overwrite the result of another configuration in --out
    gamma_hz: gamma/(2 pi) in Hz: results in Hz too, and values like "10 ms", "50 /s", "150 Hz" (> 0)
    progress: None: a bar in terminals and notebooks; True, False, or a function of done, wanted, unit, phase, seconds, fraction
    """

def optimize_schedule(
    config: Optional[OptimizeScheduleConfig] = ...,
    /,
    *,
    atoms: Optional[int] = ...,
    duration: Optional[float] = ...,
    prior_width: Optional[float] = ...,
    pump_min: Optional[float] = ...,
    pump_max: Optional[float] = ...,
    knots: Optional[int] = ...,
    half_width: Optional[float] = ...,
    initial: Optional[str] = ...,
    time_limit: Optional[float] = ...,
    threads: Optional[int] = ...,
    out: Optional[str] = ...,
    force: Optional[bool] = ...,
    gamma_hz: Optional[float] = ...,
    progress: Union[None, bool, Callable[[int, int, str, str, float, float], Any]] = ...,
) -> Result:
    """The pump w(t) whose jumps tell most of a critical pump that is partly known.

    atoms: number of atoms N (from 1 to 400) (required)
    duration: T [1/gamma] (> 0) (required)
    prior_width: W: the critical pump is known to so many transition widths beforehand, normal (default 0) (>= 0)
    pump_min: w(t) is at least this [gamma] (default 0.1) (> 0)
    pump_max: w(t) is at most this [gamma] (default 10) (> 0)
    knots: of w(t), equally spaced (default 41) (from 2 to 400)
    half_width: S of the linear scan that it is compared with and starts from (default: the best S) (> 0)
    initial: n at t = 0 (default uniform on 0..N)
    time_limit: stop the search after so many seconds (> 0)
    threads: threads, 0 for all (default); does not change results (>= 0)
    out: folder for summary.json, config.toml and, of curves, summary.csv
    force: overwrite the result of another configuration in --out
    gamma_hz: gamma/(2 pi) in Hz: results in Hz too, and values like "10 ms", "50 /s", "150 Hz" (> 0)
    progress: None: a bar in terminals and notebooks; True, False, or a function of done, wanted, unit, phase, seconds, fraction
    """

def sample(
    config: Optional[ScanConfig] = ...,
    /,
    *,
    atoms: Optional[int] = ...,
    model: Optional[Literal['ladder', 'effective', 'local']] = ...,
    detuning: Optional[float] = ...,
    gamma_r: Optional[float] = ...,
    emission: Optional[float] = ...,
    pumping: Optional[float] = ...,
    dephasing: Optional[float] = ...,
    rate: Optional[float] = ...,
    half_width: Optional[float] = ...,
    direction: Optional[Literal['up', 'down', 'both']] = ...,
    initial: Optional[Literal['steady', 'ground']] = ...,
    method: Optional[Literal['exact', 'sphere', 'auto']] = ...,
    ticks: Optional[int] = ...,
    trajectories: Optional[int] = ...,
    ntraj: Optional[int] = ...,
    seed: Optional[int] = ...,
    seeds: Optional[int] = ...,
    unknown: Optional[Union[str, Sequence[str]]] = ...,
    steps_per_tick: Optional[int] = ...,
    threads: Optional[int] = ...,
    progress: Union[None, bool, Callable[[int, int, str, str, float, float], Any]] = ...,
) -> Samples:
    """The runs of a scan, every tick of each, as tables [tick][lane].

    atoms: number of atoms N (from 1 to 2147483647) (required)
    model: Eq. (1), App. B at finite detuning, or Eq. (1) with processes of single atoms (default ladder)
    detuning: delta of the pumping transition [gamma], effective (finite)
    gamma_r: decay of the upper level [gamma], effective (>= 0)
    emission: emission of every atom on its own [gamma], local (>= 0)
    pumping: pumping of every atom on its own [gamma], local (>= 0)
    dephasing: dephasing of every atom, D[sigma_z/2] [gamma], local (>= 0)
    rate: scan rate r, transition widths per 1/gamma (> 0) (required)
    half_width: the scan runs between s = -S and S, S <= N/2 (> 0) (required)
    direction: legs to run (default both)
    initial: start of each leg: its steady state, or n = 0 (up) and n = N (down); default steady
    method: trajectories: every jump, or the sphere of many atoms (default auto)
    ticks: ticks of each leg, even (default: at most 0.02/gamma each) (from 0 to 1e+08)
    trajectories: number of runs M (default 10000; with a target error, the most) (>= 1)
    seed: seed of all random streams (default 1)
    unknown: bounds of detected records also with these parameters unknown, such as gamma,efficiency:cavity,background:cavity,side_rate
    steps_per_tick: sphere: steps of each tick (default: as many as bias_tolerance asks for) (from 0 to 1e+06)
    threads: threads, 0 for all (default); does not change results (>= 0)
    progress: None: a bar in terminals and notebooks; True, False, or a function of done, wanted, unit, phase, seconds, fraction
    """
