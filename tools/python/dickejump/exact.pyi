# Made by python3 -m dickejump._stubs from the keys of the engine.
from dataclasses import dataclass
from typing import Any, Callable, Literal, Optional, Sequence, Union

from . import ExactScanConfig, ExactEnsembleConfig, ExactSteadyConfig, ExactSpectrumConfig, ExactCorrelationConfig, ExactG2Config, ExactCrossingsConfig, ExactLockConfig, ExactBoundConfig
from ._results import Result

def scan(
    config: Optional[ExactScanConfig] = ...,
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
    points: Optional[int] = ...,
    method: Optional[Literal['populations', 'hierarchy', 'auto']] = ...,
    out: Optional[str] = ...,
    force: Optional[bool] = ...,
    gamma_hz: Optional[float] = ...,
    progress: Union[None, bool, Callable[[int, int, str, str, float, float], Any]] = ...,
) -> Result:
    """The same scan from the master equation: means, variances, crossings, bounds.

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
    points: points of the curves (default 201) (from 2 to 1e+07)
    method: populations (the master equation), or its hierarchy of moments, for any N (default auto)
    out: folder for summary.json, config.toml and, of curves, summary.csv
    force: overwrite the result of another configuration in --out
    gamma_hz: gamma/(2 pi) in Hz: results in Hz too, and values like "10 ms", "50 /s", "150 Hz" (> 0)
    progress: None: a bar in terminals and notebooks; True, False, or a function of done, wanted, unit, phase, seconds, fraction
    """

def ensemble(
    config: Optional[ExactEnsembleConfig] = ...,
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
    out: Optional[str] = ...,
    force: Optional[bool] = ...,
    gamma_hz: Optional[float] = ...,
    progress: Union[None, bool, Callable[[int, int, str, str, float, float], Any]] = ...,
) -> Result:
    """The same means from the master equation.

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
    out: folder for summary.json, config.toml and, of curves, summary.csv
    force: overwrite the result of another configuration in --out
    gamma_hz: gamma/(2 pi) in Hz: results in Hz too, and values like "10 ms", "50 /s", "150 Hz" (> 0)
    progress: None: a bar in terminals and notebooks; True, False, or a function of done, wanted, unit, phase, seconds, fraction
    """

def steady(
    config: Optional[ExactSteadyConfig] = ...,
    /,
    *,
    atoms: Optional[int] = ...,
    pump: Optional[Union[str, float, Sequence[float]]] = ...,
    model: Optional[Literal['ladder', 'effective', 'local']] = ...,
    detuning: Optional[float] = ...,
    gamma_r: Optional[float] = ...,
    emission: Optional[float] = ...,
    pumping: Optional[float] = ...,
    dephasing: Optional[float] = ...,
    out: Optional[str] = ...,
    force: Optional[bool] = ...,
    gamma_hz: Optional[float] = ...,
    progress: Union[None, bool, Callable[[int, int, str, str, float, float], Any]] = ...,
) -> Result:
    """Steady state at a constant pump: <J_z>, Var J_z, slowest relaxation.

    atoms: number of atoms N (from 1 to 2147483647) (required)
    pump: pumping rate w [gamma], or several of them (>= 0) (required)
    model: Eq. (1), App. B at finite detuning, or Eq. (1) with processes of single atoms (default ladder)
    detuning: delta of the pumping transition [gamma], effective (finite)
    gamma_r: decay of the upper level [gamma], effective (>= 0)
    emission: emission of every atom on its own [gamma], local (>= 0)
    pumping: pumping of every atom on its own [gamma], local (>= 0)
    dephasing: dephasing of every atom, D[sigma_z/2] [gamma], local (>= 0)
    out: folder for summary.json, config.toml and, of curves, summary.csv
    force: overwrite the result of another configuration in --out
    gamma_hz: gamma/(2 pi) in Hz: results in Hz too, and values like "10 ms", "50 /s", "150 Hz" (> 0)
    progress: None: a bar in terminals and notebooks; True, False, or a function of done, wanted, unit, phase, seconds, fraction
    """

def spectrum(
    config: Optional[ExactSpectrumConfig] = ...,
    /,
    *,
    atoms: Optional[int] = ...,
    pump: Optional[Union[str, float, Sequence[float]]] = ...,
    sector: Optional[int] = ...,
    count: Optional[int] = ...,
    out: Optional[str] = ...,
    force: Optional[bool] = ...,
    gamma_hz: Optional[float] = ...,
    progress: Union[None, bool, Callable[[int, int, str, str, float, float], Any]] = ...,
) -> Result:
    """Decay rates of one sector of the Liouvillian, slowest first.

    atoms: number of atoms N (from 1 to 2147483647) (required)
    pump: pumping rate w [gamma], or several of them (>= 0) (required)
    sector: sector q, the coherences rho_{n,n+q} (default 0, the populations) (>= 0)
    count: how many rates (default 5) (>= 1)
    out: folder for summary.json, config.toml and, of curves, summary.csv
    force: overwrite the result of another configuration in --out
    gamma_hz: gamma/(2 pi) in Hz: results in Hz too, and values like "10 ms", "50 /s", "150 Hz" (> 0)
    progress: None: a bar in terminals and notebooks; True, False, or a function of done, wanted, unit, phase, seconds, fraction
    """

def correlation(
    config: Optional[ExactCorrelationConfig] = ...,
    /,
    *,
    atoms: Optional[int] = ...,
    pump: Optional[Union[str, float, Sequence[float]]] = ...,
    model: Optional[Literal['ladder', 'effective', 'local']] = ...,
    detuning: Optional[float] = ...,
    gamma_r: Optional[float] = ...,
    emission: Optional[float] = ...,
    pumping: Optional[float] = ...,
    dephasing: Optional[float] = ...,
    times: Optional[Union[str, float, Sequence[float]]] = ...,
    tlist: Optional[Union[str, float, Sequence[float]]] = ...,
    out: Optional[str] = ...,
    force: Optional[bool] = ...,
    gamma_hz: Optional[float] = ...,
    progress: Union[None, bool, Callable[[int, int, str, str, float, float], Any]] = ...,
) -> Result:
    """Steady-state correlation C_zz(tau) of J_z.

    atoms: number of atoms N (from 1 to 2147483647) (required)
    pump: pumping rate w [gamma] (>= 0) (required)
    model: Eq. (1), App. B at finite detuning, or Eq. (1) with processes of single atoms (default ladder)
    detuning: delta of the pumping transition [gamma], effective (finite)
    gamma_r: decay of the upper level [gamma], effective (>= 0)
    emission: emission of every atom on its own [gamma], local (>= 0)
    pumping: pumping of every atom on its own [gamma], local (>= 0)
    dephasing: dephasing of every atom, D[sigma_z/2] [gamma], local (>= 0)
    times: delays tau [1/gamma], separated by commas (>= 0) (required)
    out: folder for summary.json, config.toml and, of curves, summary.csv
    force: overwrite the result of another configuration in --out
    gamma_hz: gamma/(2 pi) in Hz: results in Hz too, and values like "10 ms", "50 /s", "150 Hz" (> 0)
    progress: None: a bar in terminals and notebooks; True, False, or a function of done, wanted, unit, phase, seconds, fraction
    """

def g2(
    config: Optional[ExactG2Config] = ...,
    /,
    *,
    atoms: Optional[int] = ...,
    pump: Optional[Union[str, float, Sequence[float]]] = ...,
    model: Optional[Literal['ladder', 'effective', 'local']] = ...,
    detuning: Optional[float] = ...,
    gamma_r: Optional[float] = ...,
    emission: Optional[float] = ...,
    pumping: Optional[float] = ...,
    dephasing: Optional[float] = ...,
    channel: Optional[Literal['cavity', 'pump', 'side']] = ...,
    times: Optional[Union[str, float, Sequence[float]]] = ...,
    tlist: Optional[Union[str, float, Sequence[float]]] = ...,
    out: Optional[str] = ...,
    force: Optional[bool] = ...,
    gamma_hz: Optional[float] = ...,
    progress: Union[None, bool, Callable[[int, int, str, str, float, float], Any]] = ...,
) -> Result:
    """Steady-state correlation g2(tau) of the clicks of a channel.

    atoms: number of atoms N (from 1 to 2147483647) (required)
    pump: pumping rate w [gamma] (>= 0) (required)
    model: Eq. (1), App. B at finite detuning, or Eq. (1) with processes of single atoms (default ladder)
    detuning: delta of the pumping transition [gamma], effective (finite)
    gamma_r: decay of the upper level [gamma], effective (>= 0)
    emission: emission of every atom on its own [gamma], local (>= 0)
    pumping: pumping of every atom on its own [gamma], local (>= 0)
    dephasing: dephasing of every atom, D[sigma_z/2] [gamma], local (>= 0)
    channel: which clicks (default cavity)
    times: delays tau [1/gamma], separated by commas, or as a:b:n (>= 0) (required)
    out: folder for summary.json, config.toml and, of curves, summary.csv
    force: overwrite the result of another configuration in --out
    gamma_hz: gamma/(2 pi) in Hz: results in Hz too, and values like "10 ms", "50 /s", "150 Hz" (> 0)
    progress: None: a bar in terminals and notebooks; True, False, or a function of done, wanted, unit, phase, seconds, fraction
    """

def crossings(
    config: Optional[ExactCrossingsConfig] = ...,
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
    points: Optional[int] = ...,
    out: Optional[str] = ...,
    force: Optional[bool] = ...,
    gamma_hz: Optional[float] = ...,
    progress: Union[None, bool, Callable[[int, int, str, str, float, float], Any]] = ...,
) -> Result:
    """Where single runs of a scan first and last cross J_z = 0: mean, spread, distribution.

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
    points: points of the distributions (default 201) (from 2 to 1e+07)
    out: folder for summary.json, config.toml and, of curves, summary.csv
    force: overwrite the result of another configuration in --out
    gamma_hz: gamma/(2 pi) in Hz: results in Hz too, and values like "10 ms", "50 /s", "150 Hz" (> 0)
    progress: None: a bar in terminals and notebooks; True, False, or a function of done, wanted, unit, phase, seconds, fraction
    """

def lock(
    config: Optional[ExactLockConfig] = ...,
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
    out: Optional[str] = ...,
    force: Optional[bool] = ...,
    gamma_hz: Optional[float] = ...,
    progress: Union[None, bool, Callable[[int, int, str, str, float, float], Any]] = ...,
) -> Result:
    """The same by an exact chain, for a perfect servo.

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
    out: folder for summary.json, config.toml and, of curves, summary.csv
    force: overwrite the result of another configuration in --out
    gamma_hz: gamma/(2 pi) in Hz: results in Hz too, and values like "10 ms", "50 /s", "150 Hz" (> 0)
    progress: None: a bar in terminals and notebooks; True, False, or a function of done, wanted, unit, phase, seconds, fraction
    """

def bound(
    config: Optional[ExactBoundConfig] = ...,
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
    duration: Optional[float] = ...,
    access: Optional[str] = ...,
    out: Optional[str] = ...,
    force: Optional[bool] = ...,
    gamma_hz: Optional[float] = ...,
    progress: Union[None, bool, Callable[[int, int, str, str, float, float], Any]] = ...,
) -> Result:
    """What all light and the atoms together tell of the pump in the steady state.

    atoms: number of atoms N (from 1 to 2147483647) (required)
    model: Eq. (1), App. B at finite detuning, or Eq. (1) with processes of single atoms (default ladder)
    detuning: delta of the pumping transition [gamma], effective (finite)
    gamma_r: decay of the upper level [gamma], effective (>= 0)
    emission: emission of every atom on its own [gamma], local (>= 0)
    pumping: pumping of every atom on its own [gamma], local (>= 0)
    dephasing: dephasing of every atom, D[sigma_z/2] [gamma], local (>= 0)
    pump: w [gamma], constant (default 1) (> 0)
    duration: T [1/gamma] (> 0) (required)
    access: what is seen: all light and the atoms (default all)
    out: folder for summary.json, config.toml and, of curves, summary.csv
    force: overwrite the result of another configuration in --out
    gamma_hz: gamma/(2 pi) in Hz: results in Hz too, and values like "10 ms", "50 /s", "150 Hz" (> 0)
    progress: None: a bar in terminals and notebooks; True, False, or a function of done, wanted, unit, phase, seconds, fraction
    """
