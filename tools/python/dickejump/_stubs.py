"""Type stubs of what is made while the package is imported.

    python3 -m dickejump._stubs DIR    writes __init__.pyi, exact.pyi and compare.pyi there
"""
import sys
import typing
from pathlib import Path

from ._verbs import CONFIGS, VERBS, documented, function_name, in_parts, sentence, type_of
from ._values import ALIASES
from . import _samples

HEAD = '''\
# Made by python3 -m dickejump._stubs from the keys of the engine.
from dataclasses import dataclass
from typing import Any, Callable, Literal, Optional, Sequence, Union

'''
OWN = '''\
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
'''
GROUP = '''\
from . import {configs}
from ._results import Result
'''


def written(type_):
    """A type as a stub has it."""
    if type_ is type(None):
        return 'None'
    origin, arguments = typing.get_origin(type_), typing.get_args(type_)
    if origin is typing.Literal:
        return f'Literal[{", ".join(map(repr, arguments))}]'
    if origin is typing.Union:
        return f'Union[{", ".join(map(written, arguments))}]'
    if origin is not None:
        return f'Sequence[{", ".join(map(written, arguments))}]'
    return type_.__name__


def config_stub(verb):
    keys = [key for key in VERBS[verb]['keys'] if key['in_config']]
    lines = ['@dataclass(kw_only=True)', f'class {CONFIGS[verb].__name__}:']
    for key in keys:
        type_ = written(type_of(key))
        lines.append(f'    {key["key"]}: {type_}' if key['required'] else f'    {key["key"]}: Optional[{type_}] = ...')
    return '\n'.join(lines)


def function_stub(name, summary, keys, config, returns):
    lines = [f'def {function_name(name)}(', f'    config: Optional[{config}] = ...,', '    /,', '    *,']
    # Whatever is required may come with the configuration.
    lines += [f'    {word}: Optional[{written(type_of(key))}] = ...,'
              for key in keys for word in (key['key'], *(alias for alias, meant in ALIASES.items() if meant == key['key']))]
    if in_parts(keys):
        lines.append('    comm: Any = ...,')
    lines += ['    progress: Union[None, bool, Callable[[int, int, str, str, float, float], Any]] = ...,',
              f') -> {returns}:']
    documentation = '\n'.join(('    ' + line).rstrip() for line in f'{sentence(summary)}\n\n{documented(keys)}'.splitlines())
    return '\n'.join(lines) + f'\n    """{documentation.strip()}\n    """\n'


def stubs():
    """{file name: content}"""
    groups = {'': [], 'exact': [], 'compare': []}
    for name, verb in VERBS.items():
        head, _, tail = name.rpartition(' ')
        groups[head].append(function_stub(tail, verb['summary'], verb['keys'], CONFIGS[name].__name__, 'Result'))
    sample = function_stub('sample', 'The runs of a scan, every tick of each, as tables [tick][lane]', _samples.KEYS,
                           'ScanConfig', 'Samples')
    files = {'__init__.pyi': '\n'.join([HEAD + OWN, *map(config_stub, VERBS), '', *groups[''], sample])}
    for group in ('exact', 'compare'):
        configs = ', '.join(CONFIGS[name].__name__ for name in VERBS if name.startswith(group + ' '))
        files[f'{group}.pyi'] = '\n'.join([HEAD + GROUP.format(configs=configs), *groups[group]])
    return files


def main(folder):
    for name, content in stubs().items():
        (Path(folder) / name).write_text(content, encoding='utf-8')


if __name__ == '__main__':
    main(sys.argv[1])
