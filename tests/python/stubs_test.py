"""The stubs that lie in the package are those of its keys.

After a change of keys: PYTHONPATH=build/release/python /usr/bin/python3 -m dickejump._stubs tools/python/dickejump"""
import ast
import unittest
from pathlib import Path

import dickejump as dj
from dickejump._stubs import stubs


class Stubs(unittest.TestCase):
    def test_they_are_fresh(self):
        for name, content in stubs().items():
            with self.subTest(name):
                self.assertEqual((Path(dj.__file__).parent / name).read_text(encoding='utf-8'), content)

    def test_they_have_every_public_name(self):
        modules = {'__init__.pyi': dj, 'exact.pyi': dj.exact, 'compare.pyi': dj.compare}
        for name, content in stubs().items():
            tree = ast.parse(content)
            found = {node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
            found |= {alias.asname for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names}
            self.assertLessEqual(set(modules[name].__all__), found)

    def test_the_package_says_that_it_has_types(self):
        self.assertTrue((Path(dj.__file__).parent / 'py.typed').exists())


if __name__ == '__main__':
    unittest.main()
