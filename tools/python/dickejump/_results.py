"""Results: what the command line prints as JSON, with attributes, arrays, pictures and files."""
import io
import json
import os
import tempfile
import tomllib
import warnings
from logging import getLogger

from . import _engine
from ._errors import DickejumpWarning, InvalidInput, OutputError
from ._progress import Watching
from ._records import Record


class Result(Record):
    """The result of a run. Attributes are the keys of its JSON: arrays for lists of numbers, `.value` and `.error`
    of what has an error, tables that are asked for a row by its name, direction, detector (`r.curves["up"]`,
    `r.estimators["area", "up"]`)."""

    def __init__(self, answer):
        self._answer = answer
        super().__init__(json.loads(answer['json']))

    @property
    def verb(self):
        """What made it: "scan", "exact scan", .."""
        return self._answer['verb']

    @property
    def config(self):
        """The resolved configuration: `dj.scan(r.config)` gives the same result again, and
        `dj.scan(r.config, seed=2)` another one of its kind."""
        from ._verbs import config_of
        return config_of(self.verb, tomllib.loads(self._answer['config']))

    def to_json(self):
        """One JSON object on one line, what the command line prints with --json."""
        return self._answer['json']

    def to_toml(self):
        """The configuration as a file that `dickejump run` takes."""
        return self._answer['config']

    def to_csv(self):
        """The curves as a table. Raises TypeError if there are none."""
        if not self._answer['csv']:
            raise TypeError(f'a result of {self.verb} has no curves: see to_json()')
        return self._answer['csv']

    def to_xarray(self):
        """The curves as an xarray.Dataset; of a scan with the dimensions direction and scaled_pump, else time."""
        from ._datasets import dataset
        return dataset(self)

    def run_estimates(self):
        """The estimates of every run [s], of a scan with keep_estimates=True: a dict of arrays over trajectories, NaN
        where a run has none, with keys like ("area", "up", "") and ("bayes", "down", "cavity=0.5"). Needs h5py."""
        if 'result.h5' in self._answer['files']:
            import h5py
            with h5py.File(io.BytesIO(self._answer['files']['result.h5']), 'r') as file:
                if 'runs' in file:
                    return {tuple(column.attrs[key] for key in ('name', 'direction', 'detector')): column[()]
                            for name, column in file['runs'].items() if name != 'trajectory'}
        raise InvalidInput(f'keep_estimates (not given, or no scan: {self.verb} has no estimates of single runs) give '
                           'keep_estimates=True to dj.scan')

    def plot(self, ax=None):
        """Draws the result with matplotlib, in the project's style; returns the figure."""
        from ._pictures import draw
        return draw(self, ax)

    def save(self, path):
        """Writes a file, all of it or nothing: result.h5 of a scan (which `load` reads, and other parts can be added
        to), or what its ending asks for: .json, .csv, .toml."""
        ending = os.path.splitext(os.fspath(path))[1]
        texts = {'.json': lambda: self.to_json() + '\n', '.csv': self.to_csv, '.toml': self.to_toml}
        if ending in texts:
            write(path, texts[ending]().encode())
        elif self._stored() is not None:
            write(path, self._stored())
        else:
            raise InvalidInput(f'path = {path} (a result of {self.verb} is kept as text) let it end in .json, .csv or .toml')

    def _stored(self):
        """What merging needs."""
        files = self._answer['files']
        return files.get('result.h5', files.get('checkpoint'))

    def __add__(self, other):
        """Puts parts of one run together; the whole is the same to the last bit as the run in one piece."""
        if not isinstance(other, Result):
            return NotImplemented
        return merge([self, other])

    def __str__(self):
        return self._answer['table'].rstrip('\n')

    def __repr__(self):
        return str(self)

    def _repr_html_(self):
        from ._html import page
        return page(self)


class Part(Result):
    """Some blocks of a run (`part="1/2"`), to be added to the others: `a + b` is the result once all are there."""


def result_of(answer):
    """The result of what the engine answers; what it has to say becomes warnings and log records."""
    for kind, text in answer['said']:
        text = in_keywords(text)
        if kind == 'warning':
            warnings.warn(text, DickejumpWarning, stacklevel=4)
        else:
            getLogger('dickejump').info(text)
    return (Part if 'checkpoint' in answer['files'] else Result)(answer)


def in_keywords(text):
    """Flags that the engine names, as keywords."""
    return ' '.join(word[2:].replace('-', '_') if word.startswith('--') else word for word in text.split(' '))


def merge(parts, progress=None):
    """Puts parts of one run together, in any order; a `Part` as long as some are missing.

    Raises InvalidInput if they are of different runs, or have runs in common."""
    parts = list(parts)
    stored = [(f'part {i + 1}', part._stored()) for i, part in enumerate(parts)]
    if not stored or any(bytes is None for _, bytes in stored):
        raise InvalidInput('parts (scans are what can be put together) give results of scan(.., part="K/M")')
    with Watching(progress) as watch:
        return result_of(_engine.join(stored, watch))


def load(path, progress=None):
    """The result in a result.h5, a .json, or the --out folder of a run. Of a run that is not finished a `Part`.

    Raises InvalidInput if the file is damaged, foreign, or not there."""
    path = os.fspath(path)
    if os.path.isdir(path) and not any(os.path.exists(os.path.join(path, name)) for name in ('checkpoint', 'result.h5')):
        path = os.path.join(path, 'summary.json')
    if path.endswith('.json'):
        return from_json(path)
    with Watching(progress) as watch:
        return result_of(_engine.join([(path, _engine.bytes_at(path))], watch))


def from_json(path):
    try:
        with open(path, encoding='utf-8') as file:
            text = file.read().rstrip('\n')
        is_object = isinstance(json.loads(text), dict)
    except (OSError, ValueError) as error:
        raise InvalidInput(f'{path} ({error}) give the JSON of a result') from None
    if not is_object:
        raise InvalidInput(f'{path} (no JSON object) give the JSON of a result')
    toml = os.path.join(os.path.dirname(path), 'config.toml')
    config = ''
    if os.path.exists(toml):
        with open(toml, encoding='utf-8') as file:
            config = file.read()
    verb = tomllib.loads(config).get('verb', 'unknown')
    return Result({'verb': verb, 'json': text, 'config': config, 'csv': '', 'table': text, 'files': {}})


def write(path, content):
    """Writes a file under a temporary name and renames it."""
    path = os.path.abspath(os.fspath(path))
    try:
        handle, temporary = tempfile.mkstemp(dir=os.path.dirname(path), prefix='.' + os.path.basename(path))
        try:
            with os.fdopen(handle, 'wb') as file:
                file.write(content)
            umask = os.umask(0)
            os.umask(umask)
            os.chmod(temporary, 0o666 & ~umask)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise OutputError(f'{path} (cannot be written: {error.strerror}) choose another place') from None
