"""The functions of the package and their configurations, made from the engine's own description of its keys."""
import dataclasses
import inspect
import keyword
import re
from typing import Literal, Optional, Sequence, Union

from . import _engine
from ._errors import InvalidInput
from ._progress import Watching
from ._results import Result, merge, result_of
from ._values import engine_values

VERBS = {verb['name']: verb for verb in _engine.verbs()}
# What is said of how a run is done, beside the keys of its configuration.
PROGRESS = 'None: a bar in terminals and notebooks; True, False, or a function of done, wanted, unit, phase, seconds, fraction'


COMM = 'an mpi4py communicator: every rank runs its part on its own threads, and all of them have the whole'


def type_of(key):
    """The type of a keyword, from what the engine says of its key."""
    hint, kind = key['hint'], key['kind']
    if kind == 'flag':
        return bool
    if kind == 'tables':
        return Union[str, dict, Sequence[Union[str, dict]]]
    if kind == 'list':
        element = int if hint.startswith(('N1,', 'K1,')) else float if hint.startswith(('X1,', 'W1,', 'r1,', 'a:b')) else str
        return Union[str, element, Sequence[element]]
    if re.fullmatch(r'[a-z][a-z_-]*(\|[a-z][a-z_-]*)+', hint):
        return Literal[tuple(hint.split('|'))]
    if hint == 'INT':
        return int
    return float if hint == 'REAL' or key['range'] else str


def class_name(verb):
    return ''.join(word.capitalize() for word in re.split('[ -]', verb)) + 'Config'


def field_of(key):
    type_ = type_of(key)
    if key['required']:
        return key['key'], type_
    return key['key'], Optional[type_], dataclasses.field(default=None)


def make_config(name, keys):
    """A dataclass of keys; None is what is not given."""
    made = dataclasses.make_dataclass(name, [field_of(key) for key in keys], kw_only=True)
    made.__module__ = 'dickejump'
    made.__doc__ = f'{name}: every key of the configuration; None is what is not given.\n\n' + described(keys)
    return made


def described(keys):
    lines = []
    for key in keys:
        range_ = f' ({key["range"]})' if key['range'] else ''
        lines.append(f'{key["key"]}: {key["help"]}{range_}{" (required)" if key["required"] else ""}')
    return '\n'.join(lines)


def sentence(summary):
    return summary if summary.endswith('?') else summary + '.'


def documented(keys):
    """What a function takes, a line each."""
    return described(keys) + (f'\ncomm: {COMM}' if in_parts(keys) else '') + f'\nprogress: {PROGRESS}'


CONFIGS = {name: make_config(class_name(name), [key for key in verb['keys'] if key['in_config']])
           for name, verb in VERBS.items()}


def config_of(verb, table):
    """The configuration that a TOML table says; a plain dict if the verb is not known here."""
    table = {key: value for key, value in table.items() if key != 'verb'}
    return CONFIGS[verb](**table) if verb in CONFIGS else table


def given(config, keywords, names):
    """A configuration's values, of those that are known, under keywords. @raises InvalidInput if it is none"""
    if config is None:
        return keywords
    if not dataclasses.is_dataclass(config) or isinstance(config, type):
        raise InvalidInput(f'{config!r} (no configuration) give keywords: {", ".join(names)}')
    values = {field.name: getattr(config, field.name) for field in dataclasses.fields(config) if field.name in names}
    return {**values, **keywords}


def signature_of(name, keys, returns):
    """What help() shows."""
    parameters = [inspect.Parameter('config', inspect.Parameter.POSITIONAL_ONLY, default=None,
                                    annotation=Optional[CONFIGS[name]] if name in CONFIGS else inspect.Parameter.empty)]
    for key in keys:
        parameters.append(inspect.Parameter(key['key'], inspect.Parameter.KEYWORD_ONLY, default=None,
                                            annotation=type_of(key)))
    if in_parts(keys):
        parameters.append(inspect.Parameter('comm', inspect.Parameter.KEYWORD_ONLY, default=None))
    parameters.append(inspect.Parameter('progress', inspect.Parameter.KEYWORD_ONLY, default=None))
    return inspect.Signature(parameters, return_annotation=returns)


def in_parts(keys):
    """Whether a verb runs in parts that can be put together."""
    return any(key['key'] == 'part' for key in keys)


def share_of(comm, keywords):
    """The keywords of a rank's part. @raises InvalidInput if they ask for a part already"""
    if any(keywords.get(key) is not None for key in ('part', 'blocks', 'out')):
        raise InvalidInput('comm (part, blocks or out is given too, and every rank has a part of its own) leave them out')
    return {**keywords, 'part': f'{comm.Get_rank() + 1}/{comm.Get_size()}'}


def make_function(name):
    verb = VERBS[name]
    names = [key['key'] for key in verb['keys']]

    def run(config, progress, keywords):
        values = engine_values(given(config, keywords, names), names)
        with Watching(progress) as watch:
            return result_of(_engine.run(name, values, watch))

    def alone(config=None, /, *, progress=None, **keywords):
        return run(config, progress, keywords)

    def shared(config=None, /, *, comm=None, progress=None, **keywords):
        if comm is None or comm.Get_size() == 1:
            return run(config, progress, keywords)
        return merge(comm.allgather(run(config, progress, share_of(comm, keywords))))

    function = shared if in_parts(verb['keys']) else alone

    words = name.split(' ')
    function.__name__ = function_name(words[-1])
    function.__qualname__ = '.'.join(map(function_name, words))
    function.__module__ = 'dickejump' + ''.join('.' + word for word in words[:-1])
    function.__signature__ = signature_of(name, verb['keys'], Result)
    function.__doc__ = f'{sentence(verb["summary"])}\n\n{documented(verb["keys"])}'
    return function


def function_name(word):
    word = word.replace('-', '_')
    return word + '_' if keyword.iskeyword(word) else word


def functions_of(group=''):
    """The functions of a group of verbs ("exact"), or those of no group, by name."""
    made = {}
    for name in VERBS:
        head, _, tail = name.rpartition(' ')
        if head == group:
            made[function_name(tail)] = make_function(name)
    return made
