"""Every public name says what it is, and every Python block of the documentation runs."""
import contextlib
import dataclasses
import inspect
import io
import os
import re
import tempfile
import unittest
from pathlib import Path

import dickejump as dj

DOCS = Path(__file__).resolve().parents[2] / 'tools' / 'docs'


def undocumented(module):
    """Public names of a module, and of its classes, without a word of their own."""
    for name in module.__all__:
        value = getattr(module, name)
        if not inspect.getdoc(value) or value.__doc__ == getattr(type(value), '__doc__', None):
            yield name
        if inspect.isclass(value) and not dataclasses.is_dataclass(value):
            for member, of_class in vars(value).items():
                of_class = of_class.fget if isinstance(of_class, property) else of_class
                if not member.startswith('_') and inspect.isfunction(of_class) and not of_class.__doc__:
                    yield f'{name}.{member}'


def unexplained(function):
    """Keywords that its text does not speak of."""
    return [name for name, parameter in inspect.signature(function).parameters.items()
            if parameter.kind is parameter.KEYWORD_ONLY and not re.search(rf'\b{name}\b', function.__doc__)]


class Documented(unittest.TestCase):
    def test_every_public_name_says_what_it_is(self):
        for module in (dj, dj.exact, dj.compare):
            self.assertTrue(module.__doc__)
            self.assertEqual(list(undocumented(module)), [], module.__name__)

    def test_a_name_without_a_word_is_found(self):
        class Module:
            __all__ = ['silent', 'Half']

            def silent():
                pass

            class Half:
                """Said."""
                def quiet(self):
                    pass
        self.assertEqual(list(undocumented(Module)), ['silent', 'Half.quiet'])

    def test_every_keyword_of_a_verb_is_explained(self):
        for module in (dj, dj.exact, dj.compare):
            for name in module.__all__:
                with self.subTest(name):
                    self.assertFalse(inspect.isfunction(getattr(module, name)) and unexplained(getattr(module, name)))

    def test_python_blocks_of_the_documentation_run(self):
        os.environ['MPLBACKEND'] = 'Agg'
        blocks, before = 0, os.getcwd()
        for page in sorted(DOCS.rglob('*.md')):
            names = {}
            with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
                os.chdir(folder)
                try:
                    for block in re.findall(r'^```python\n(.*?)^```', page.read_text(encoding='utf-8'), re.M | re.S):
                        exec(compile(block, page.name, 'exec'), names)
                        blocks += 1
                finally:
                    os.chdir(before)
        self.assertGreater(blocks, 5)


if __name__ == '__main__':
    unittest.main()
