# Made by python3 -m dickejump._stubs from the keys of the engine.
from dataclasses import dataclass
from typing import Any, Callable, Literal, Optional, Sequence, Union

from . import CompareScanConfig, CompareEnsembleConfig
from ._results import Result

def scan(
    config: Optional[CompareScanConfig] = ...,
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
    unknown: Optional[Union[str, Sequence[str]]] = ...,
    alpha: Optional[float] = ...,
    threads: Optional[int] = ...,
    out: Optional[str] = ...,
    force: Optional[bool] = ...,
    gamma_hz: Optional[float] = ...,
    progress: Union[None, bool, Callable[[int, int, str, str, float, float], Any]] = ...,
) -> Result:
    """Test a scan's trajectories against the master equation; exit 1 if they disagree.

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
    unknown: bounds of detected records also with these parameters unknown, such as gamma,efficiency:cavity,background:cavity,side_rate
    alpha: smallest p-value that passes (default 1e-6) (from 0 to 1)
    threads: threads, 0 for all (default); does not change results (>= 0)
    out: folder for summary.json, config.toml and, of curves, summary.csv
    force: overwrite the result of another configuration in --out
    gamma_hz: gamma/(2 pi) in Hz: results in Hz too, and values like "10 ms", "50 /s", "150 Hz" (> 0)
    progress: None: a bar in terminals and notebooks; True, False, or a function of done, wanted, unit, phase, seconds, fraction
    """

def ensemble(
    config: Optional[CompareEnsembleConfig] = ...,
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
    alpha: Optional[float] = ...,
    threads: Optional[int] = ...,
    out: Optional[str] = ...,
    force: Optional[bool] = ...,
    gamma_hz: Optional[float] = ...,
    progress: Union[None, bool, Callable[[int, int, str, str, float, float], Any]] = ...,
) -> Result:
    """Test an ensemble against the master equation; exit 1 if they disagree.

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
    alpha: smallest p-value that passes (default 1e-6) (from 0 to 1)
    threads: threads, 0 for all (default); does not change results (>= 0)
    out: folder for summary.json, config.toml and, of curves, summary.csv
    force: overwrite the result of another configuration in --out
    gamma_hz: gamma/(2 pi) in Hz: results in Hz too, and values like "10 ms", "50 /s", "150 Hz" (> 0)
    progress: None: a bar in terminals and notebooks; True, False, or a function of done, wanted, unit, phase, seconds, fraction
    """
