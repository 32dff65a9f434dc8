"""Keyword arguments as the texts that a flag or a TOML file would have, which the engine reads and judges."""
import operator
import os

import numpy as np

from ._errors import InvalidInput

# QuTiP's words for keys.
ALIASES = {'ntraj': 'trajectories', 'seeds': 'seed', 'tlist': 'times', 'target_tol': 'target_error'}
CHANNELS = ('cavity', 'pump', 'side')


def text(value):
    """One value as text; None if it is nothing that can be written as one."""
    if isinstance(value, (bool, np.bool_)):
        return 'true' if value else 'false'
    if isinstance(value, str):
        return value
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    try:
        return str(operator.index(value))
    except TypeError:
        pass
    if isinstance(value, (float, np.floating)) or (isinstance(value, np.ndarray) and value.ndim == 0):
        number = float(value)
        return str(int(number)) if number.is_integer() and abs(number) < 2**53 else repr(number)
    return None


def pairs(value, prefix=''):
    """A dict of values and dicts of them as pairs of dotted key and text. @raises InvalidInput"""
    said = []
    for key, inner in value.items():
        if isinstance(inner, dict):
            said += pairs(inner, f'{prefix}{key}.')
        elif (word := text(inner)) is not None:
            said.append((prefix + str(key), word))
        else:
            raise InvalidInput(f'{prefix}{key} (a {type(inner).__name__}, where a value is meant) give a number or a text')
    return said


def table(value):
    """A dict as the engine takes tables; one of channels and their efficiencies in its short form."""
    said = pairs(value)
    if said and all(key in CHANNELS for key, _ in said):
        return ','.join(f'{key}={word}' for key, word in said)
    return said


def items(key, value):
    """The elements of a keyword's value."""
    if isinstance(value, dict):
        return [table(value)]
    said = text(value)
    if said is not None:
        return [said]
    if isinstance(value, (list, tuple, range, np.ndarray)) or hasattr(value, '__iter__'):
        return [one for element in value for one in items(key, element)]
    raise InvalidInput(f'{key} (a {type(value).__name__}) give numbers, texts, lists or dicts of them')


def engine_values(keywords, known):
    """Keywords as the engine takes them, QuTiP's among them. @raises InvalidInput"""
    values, problems = {}, []
    for key, value in keywords.items():
        if value is None:
            continue
        meant = ALIASES.get(key, key) if key not in known and ALIASES.get(key) in known else key
        if meant in values:
            problems.append(f'{key} ({meant} says it too) give one of them')
            continue
        try:
            values[meant] = items(meant, value)
        except InvalidInput as error:
            problems += error.problems
    if problems:
        raise InvalidInput(problems)
    return list(values.items())
