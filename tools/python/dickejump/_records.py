"""What a result is made of: its JSON with attributes for keys, arrays for lists of numbers, and tables."""
import numpy as np

# Lists that are tables, also when nothing is in them.
TABLES = {'curves', 'estimators', 'bounds', 'detectors', 'records', 'legs', 'combined', 'points', 'fits', 'bias',
          'detected_record', 'crossings'}
# What tells the rows of a table apart.
IDENTITY = ('name', 'estimator', 'direction', 'detector', 'channel', 'atoms', 'rate', 'index', 'pool')


class Record:
    """An object of a result: `record.key` and `record['key']` are the same."""

    def __init__(self, fields):
        self._fields = {key: converted(value, key) for key, value in fields.items()}

    def __getattr__(self, key):
        if not key.startswith('_') and key in self._fields:
            return self._fields[key]
        raise AttributeError(f'{type(self).__name__} has no {key}: it has {", ".join(self.__dict__.get("_fields", ()))}')

    def __getitem__(self, key):
        return self._fields[key]

    def __contains__(self, key):
        return key in self._fields

    def __iter__(self):
        return iter(self._fields)

    def __len__(self):
        return len(self._fields)

    def keys(self):
        """The keys of its JSON object, in their order."""
        return self._fields.keys()

    def values(self):
        """What the keys stand for, as attributes give it."""
        return self._fields.values()

    def items(self):
        """Keys with what they stand for."""
        return self._fields.items()

    def __dir__(self):
        return [*super().__dir__(), *(key for key in self._fields if key.isidentifier())]

    def __getstate__(self):
        return self.__dict__.copy()

    def __setstate__(self, state):
        self.__dict__.update(state)

    def __repr__(self):
        return f'{type(self).__name__}({", ".join(f"{key}={shown(value)}" for key, value in self._fields.items())})'


class Quantity(Record):
    """A number with its standard error: `.value` and `.error`, each None where it is not known."""

    def __float__(self):
        return np.nan if self.value is None else float(self.value)

    def __str__(self):
        if self.value is None:
            return '-'
        return f'{self.value:.6g}' if not self.error else f'{self.value:.6g} ± {self.error:.2g}'


class Table(list):
    """Rows of a table. `table['area', 'up']` is the row of that name, direction, detector, ..; where several are,
    the one that has no more to tell it by (the perfect record, say). `select` gives all of them."""

    def __getitem__(self, wanted):
        if isinstance(wanted, (int, slice)):
            return super().__getitem__(wanted)
        words = wanted if isinstance(wanted, tuple) else (wanted,)
        rows = self.select(*words)
        if len(rows) > 1:
            rows = [row for row in rows if len(identity(row)) == len(words)]
        if len(rows) != 1:
            has = '; '.join(', '.join(str(word) for word in identity(row)) for row in self)
            raise KeyError(f'{", ".join(map(str, words))} ({"no row" if not self.select(*words) else "several rows"}): '
                           f'there are {has}')
        return rows[0]

    def select(self, *words):
        """The rows that have all of these names, directions, detectors, .."""
        return [row for row in self if all(word in identity(row) for word in words)]

    def keys(self):
        """What tells the rows apart, of each."""
        return [identity(row) for row in self]


def identity(row):
    return tuple(row[key] for key in IDENTITY if key in row and isinstance(row[key], (str, int, float)))


def shown(value):
    if isinstance(value, np.ndarray):
        return f'array{value.shape}' if value.size > 6 else np.array2string(value, separator=', ')
    if isinstance(value, Table):
        return f'Table of {len(value)}'
    return repr(value)


def numbers(values):
    """Numbers, nan for null, as an array that nobody can change by mistake; None if they are something else."""
    if not all(value is None or (isinstance(value, (int, float)) and not isinstance(value, bool)) for value in values):
        return None
    whole = bool(values) and all(isinstance(value, int) for value in values)
    try:
        array = np.array([np.nan if value is None else value for value in values], dtype=np.int64 if whole else np.float64)
    except OverflowError:
        return None
    array.setflags(write=False)
    return array


def converted(value, key=''):
    if isinstance(value, dict):
        return Quantity(value) if {'value', 'error'} <= value.keys() else Record(value)
    if not isinstance(value, list):
        return value
    if key in TABLES and not value or value and all(isinstance(one, dict) for one in value):
        return Table(converted(one) for one in value)
    array = numbers(value)
    if array is not None:
        return array
    inner = [converted(one) for one in value]
    if all(isinstance(one, np.ndarray) for one in inner) and len({one.shape for one in inner}) == 1:
        array = np.stack(inner)
        array.setflags(write=False)
        return array
    return inner
