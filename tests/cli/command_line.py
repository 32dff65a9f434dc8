"""What the tests of the command line share: the program that they run, how they read it, and when it refuses."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAM = os.path.abspath(sys.argv.pop(1) if len(sys.argv) > 1 else os.environ.get('DICKEJUMP', ''))


def run(*args, timeout=300):
    return subprocess.run([PROGRAM, *map(str, args)], capture_output=True, text=True, timeout=timeout,
                          stdin=subprocess.DEVNULL)


def parse(text):
    """JSON as the standard has it: Python's parser would take NaN and Infinity."""
    def refuse(word):
        raise ValueError(f'{word} in the JSON')
    return json.loads(text, parse_constant=refuse)


def same(result):
    """What must not depend on where, when and with how many threads."""
    if isinstance(result, dict):
        return {k: same(v) for k, v in result.items() if k not in ('seconds', 'threads', 'provenance')}
    return [same(v) for v in result] if isinstance(result, list) else result


def of(items, **wanted):
    return [item for item in items if all(item[key] == value for key, value in wanted.items())]


def only(items, **wanted):
    found = of(items, **wanted)
    assert len(found) == 1, f'{len(found)} entries with {wanted}'
    return found[0]


class CommandLine(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def files(self):
        return {path: path.read_bytes() if path.is_file() else None for path in self.folder.rglob('*')}

    def fine(self, *args):
        done = run(*args)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def json(self, *args):
        done = self.fine(*args, '--json')
        self.assertEqual(done.stdout.count('\n'), 1)
        return parse(done.stdout)

    def refused(self, *args, messages):
        """Exit 2, one line for each mistake (a regular expression), nothing on stdout and nothing changed on disk."""
        before = self.files()
        done = run(*args)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stdout, '')
        lines = done.stderr.splitlines()
        self.assertEqual(len(lines), len(messages), done.stderr)
        for line, message in zip(lines, messages):
            self.assertRegex(line, message)
        self.assertEqual(self.files(), before)


def main():
    if not Path(PROGRAM).is_file():
        sys.exit(f'usage: {Path(sys.argv[0]).name} PROGRAM (there is no file {PROGRAM!r})')
    unittest.main()
