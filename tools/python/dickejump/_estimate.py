"""From a laboratory's own clicks to the critical pump."""
import os
import tempfile
import tomllib

import numpy as np

from . import _engine
from ._errors import InvalidInput
from ._progress import Watching
from ._results import Result, result_of

CHANNELS = ('cavity', 'pump', 'side')
TICK = 1e-9  # files count time in whole ticks [1/gamma]


def estimate(clicks, config, *, progress=None, **keywords) -> Result:
    """The critical pump, with intervals, from clicks: what `dickejump estimate` prints.

    clicks: files in the format that the setup says, or records as dicts of arrays, {'cavity': times, 'side': times},
        in 1/gamma from the start of the run; one, or a list of them
    config: the setup, a TOML file or a dict like one: atoms, rate, half_width, direction (or schedule), detector, side_rate,
        unknown (["gamma", "efficiency:cavity=0.50(2)"], fitted jointly with the shift of the pump), and data = {format, time_unit, gamma, channels, ..} of files
    keywords: seed, threads, time_limit, fit_records, or keys of the setup that take other values
    progress: None: a bar in terminals and notebooks; True, False, or a function

    Returns a Result with `records` (clicks, maximum_likelihood, critical_pump, interval, log_likelihood, fit_p_value, with
    unknown parameters joint) and `combined`. Raises InvalidInput with all that is wrong with setup or files."""
    with tempfile.TemporaryDirectory() as folder:
        files, data = files_of(clicks, folder)
        setup = config
        if data is not None or isinstance(config, dict):
            setup = os.path.join(folder, 'setup.toml')
            with open(setup, 'w', encoding='utf-8') as file:
                file.write(toml_of({**table_of(config), **({'data': data} if data else {})}))
        arguments = [*files, '--config', os.fspath(setup)]
        for key, value in keywords.items():
            if value is not None:
                said = ','.join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
                arguments += [f'--{key.replace("_", "-")}', said]
        with Watching(progress) as watch:
            return result_of(_engine.estimate(arguments, watch))


def files_of(clicks, folder):
    """Paths, and the table [data] of records that are written here; None of files that are there."""
    many = clicks if isinstance(clicks, (list, tuple)) else [clicks]
    if not any(isinstance(one, dict) for one in many):
        return [os.fspath(one) for one in many], None
    paths = []
    for k, one in enumerate(many):
        if not isinstance(one, dict) or not set(one) <= set(CHANNELS):
            raise InvalidInput(f'clicks[{k}] (not times of {", ".join(CHANNELS)}) give a dict of arrays for every record')
        try:
            rows = sorted((round(float(time) / TICK), channel) for channel, times in one.items() for time in np.atleast_1d(times))
        except (TypeError, ValueError, OverflowError) as error:
            raise InvalidInput(f'clicks[{k}] ({error}) give times as finite numbers') from None
        paths.append(os.path.join(folder, f'record-{k + 1}.csv'))
        with open(paths[-1], 'w', encoding='utf-8') as file:
            file.write('channel,time\n' + ''.join(f'{CHANNELS.index(channel)},{time}\n' for time, channel in rows))
    seen = sorted({channel for one in many for channel in one}, key=CHANNELS.index)
    return paths, {'format': 'csv', 'time_unit': TICK, 'gamma': 1.0,
                   'channels': {channel: CHANNELS.index(channel) for channel in seen}}


def table_of(config):
    if isinstance(config, dict):
        return config
    try:
        with open(config, 'rb') as file:
            return tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise InvalidInput(f'config = {config} ({error}) give a TOML file') from None


def toml_of(table):
    """A table as TOML, tables in it on one line."""
    return ''.join(f'{key} = {value_of(value)}\n' for key, value in table.items())


def value_of(value):
    if isinstance(value, bool):
        return 'true' if value else 'false'
    if isinstance(value, dict):
        return '{' + ', '.join(f'{key} = {value_of(one)}' for key, one in value.items()) + '}'
    if isinstance(value, (list, tuple)):
        return '[' + ', '.join(map(value_of, value)) + ']'
    if isinstance(value, str):
        return '"' + value.replace('\\', '\\\\').replace('"', '\\"').replace('\n', '\\n') + '"'
    return repr(value.item() if hasattr(value, 'item') else value)
