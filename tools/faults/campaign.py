#!/usr/bin/env python3
"""Faults on purpose: wrong arguments and files, disks that fail, processes that are killed.

usage: campaign.py PROGRAM [--size ci|night] [--seed K] [--only NAME]

Prints a table of what was tried and what failed, and exits with 1 if anything did. What fails is printed as a command
that can be given again. The library's own misuse is tests/misuse, its readers of files tools/fuzz; both do most under the sanitizers.
"""
import argparse
import errno
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
SIZES = {'ci': {'arguments': 120, 'toml': 60, 'csv': 80, 'clicks': 30, 'stored': 20},
         'night': {'arguments': 6000, 'toml': 3000, 'csv': 3000, 'clicks': 1500, 'stored': 1000}}
LONGEST = 20  # [s] that a refusal or a small run may take on a busy machine
MEMORY = 4 << 30

# Small commands that are right; each number of them is replaced in turn.
COMMANDS = [
    'scan --atoms 10 --rate 4 --half-width 3 --trajectories 20 --threads 1 --time-limit 1',
    'scan --atoms 10 --rate 4 --half-width 3 --trajectories 5 --side-rate 1 --detector side=0.5 --threads 1 --time-limit 1',
    'scan --atoms 4000 --rate 16 --half-width 12 --trajectories 10 --ticks 100 --threads 1 --time-limit 1',
    'ensemble --atoms 4 --pump 1 --times 0:1:3 --trajectories 20 --seed 1 --threads 1 --time-limit 1',
    'ensemble --atoms 2 --model three-level --detuning 100 --gamma-r 50 --drive 10 --times 0:1:3 --trajectories 5 --time-limit 1',
    'ensemble --atoms 4 --pump 0.5 --initial coherent:1.57,0 --times 0:1:3 --trajectories 10 --time-limit 1',
    'exact ensemble --atoms 4 --pump 1 --times 0:1:3', 'exact scan --atoms 10 --rate 4 --half-width 3 --points 11',
    'exact crossings --atoms 10 --rate 4 --half-width 3 --points 5', 'exact steady --atoms 10 --pump 1',
    'exact spectrum --atoms 10 --pump 1 --sector 0 --count 3', 'exact correlation --atoms 10 --pump 1 --times 0:1:3',
    'exact g2 --atoms 10 --pump 1 --channel pump --times 0:1:3',
    'steady --atoms 10 --pump 1 --shots 100 --pools 1,10 --seed 1',
    'compare scan --atoms 10 --rate 4 --half-width 3 --trajectories 3000 --time-limit 1',
    'sensitivity --atoms 4,8 --rates 4 --half-width 1 --trajectories 20 --threads 1',
    'lock --atoms 8 --duration 0.5 --gain 0.5 --tick 0.02 --trajectories 20 --threads 1 --time-limit 1',
    'lock --atoms 6 --duration 0.3 --tick 0.02 --servo filter --side-rate 2 --detector side=0.5 --trajectories 5 --time-limit 1',
    'exact lock --atoms 8 --duration 0.5 --gain 0.5', 'exact bound --atoms 8 --pump 1 --duration 4',
    'measure --atoms 8 --park 1 --duration 1 --detector cavity=0.5 --trajectories 5 --threads 1 --time-limit 1',
    'experiment --atoms 4 --rate 2 --half-width 2 --duration 5 --emission 0.05 --trajectories 20 --threads 1 --time-limit 1',
    'calibrate --atoms 5 --rate 4 --half-width 2 --direction up --detector cavity=0.5 --records 4 --threads 1 --time-limit 1',
    'homodyne --atoms 4 --pump 0.7 --times 0:1:4 --trajectories 5 --threads 1 --time-limit 1',
    'scan --atoms 5 --rate 4 --half-width 2 --model local --emission 0.1 --detector side=0.5,cavity=0.5 --estimators bayes '
    '--trajectories 3 --threads 1 --time-limit 1',
    'experiment --atoms 4 --rate 2 --half-width 2 --duration 4 --emission 0.05 --detector cavity=0.5 --trajectories 5 --threads 1 '
    '--time-limit 1',
    'lock --atoms 6 --duration 0.5 --model local --emission 0.2 --tick 0.02 --trajectories 10 --threads 1 --time-limit 1',
    'exact steady --atoms 6 --model local --emission 0.1 --dephasing 0.2 --pump 0.8,1.2',
    'exact g2 --atoms 6 --model local --emission 0.1 --channel side --pump 1 --times 0:1:3',
    'exact correlation --atoms 6 --model local --pumping 0.1 --pump 1 --times 0:1:3',
    'steady --atoms 6 --model local --emission 0.1 --shots 100 --pools 1,10 --seed 1',
    'ensemble --atoms 4 --model local --emission 0.1 --initial dephased:1.57 --pump 0.5 --times 0:1:3 --trajectories 10 --time-limit 1',
]
# The same of verbs that read files, which are made before.
WITH_FILES = [
    'estimate clicks/clicks-0.csv --config setup.toml --fit-records 4 --threads 1 --time-limit 1',
    'simulate-clicks --config setup.toml --records 2 --theta 0.05 --seed 3 --out more --force', 'inspect part', 'inspect whole/result.h5',
    'inspect whole', 'resume whole --trajectories 300 --threads 1 --time-limit 1', 'merge part rest --out merged --threads 1 --force',
    'report whole', 'run whole --trajectories 130 --time-limit 1 --out again --force',
]
SETUP = '''atoms = 5
rate = 2
half_width = 2
direction = "up"
[[detector]]
name = "lab"
[detector.cavity]
efficiency = 0.5
[data]
format = "FORMAT"
gamma = 1e3
time_unit = 1e-6
channels = { cavity = CAVITY }
'''
FORMATS = ('csv', 'text', 'counts', 'npy', 'ptu', 'photon-hdf5')
VALUES = ['nan', 'inf', '-inf', '-1', '0', '-0', '1e300', '1e-300', '1e400', '9223372036854775807', '9223372036854775808',
          '-9223372036854775808', '18446744073709551616', '', ' ', '1,', ',', '1,nan', '0:1', '0:1:1e12', '1:0:5', '0:1:-3', 'x',
          'ghz', 'dicke:-1', 'dicke:99', 'coherent:nan,0', 'file:/', 'file:', 'cavity=2', 'cavity=nan', 'pump=', 'both', '1e2',
          '\u03b1', '\udcff', '1\n2', '0x10', '1e', '--', '[]', '{}', 'true', '3.5', '1e8', '2147483648']


def limited():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class Campaign:
    def __init__(self, program, size, seed, scratch):
        self.program, self.size, self.random, self.scratch = str(program), SIZES[size], random.Random(seed), Path(scratch)
        self.tried, self.failures = {}, []

    def run(self, command, limit=LONGEST, before=limited, **environment):
        try:
            return subprocess.run([self.program, *command], capture_output=True, timeout=limit, stdin=subprocess.DEVNULL,
                                  cwd=self.scratch, preexec_fn=before, env={**os.environ, **environment})
        except subprocess.TimeoutExpired:
            return None
        except ValueError:  # a zero byte cannot be given
            return False

    def count(self, what, bad, command):
        self.tried[what] = self.tried.get(what, 0) + 1
        if bad:
            self.failures.append((what, bad, command))

    def judged(self, p):
        """What is wrong with how an ordinary run ended."""
        if p is False:
            return ''
        if p is None:
            return f'no end in {LONGEST} s'
        text = p.stderr.decode(errors='replace')
        if p.returncode not in (0, 1, 2):
            return f'exit {p.returncode}: {text[-200:]}'
        if p.returncode and len(text) < 10:
            return f'exit {p.returncode} without a word'
        if any(raw in text for raw in ('stoll', 'stod', 'std::', 'basic_string', 'vector::', 'terminate')):
            return f'a raw message: {text[-200:]}'
        if p.returncode == 0 and p.stdout.startswith(b'{'):
            def no_number(x):
                raise ValueError(x)
            try:
                json.loads(p.stdout, parse_constant=no_number)
            except ValueError as why:
                return f'not JSON: {why}'
        return ''

    # Arguments

    def files(self):
        """Setups, clicks, and results whole and in parts, for the verbs that read them."""
        scan = 'scan --atoms 6 --rate 4 --half-width 2 --trajectories 256 --threads 1 --force'.split()
        right = [[*scan, '--out', 'whole'], [*scan, '--part', '1/2', '--out', 'part'], [*scan, '--part', '2/2', '--out', 'rest']]
        for form in FORMATS:
            name = 'setup.toml' if form == 'csv' else f'{form}.toml'
            text = SETUP.replace('FORMAT', form).replace('CAVITY', '"cavity.txt"' if form == 'text' else '1')
            (self.scratch / name).write_text(text.replace('name =', 'bin = 0.2\nname =') if form == 'counts' else text)
            right.append(['simulate-clicks', '--config', name, '--seed', '1', '--force', '--out', 'clicks' if form == 'csv' else form])
        for command in right:
            p = self.run(command)
            assert p and p.returncode == 0, (command, p and p.stderr)

    def arguments(self):
        r = self.random
        self.files()
        for _ in range(self.size['arguments']):
            words = r.choice(COMMANDS + WITH_FILES).split()
            for _ in range(r.choice((1, 1, 2, 3))):
                flags = [i for i, word in enumerate(words) if word.startswith('--')]
                if not flags:
                    break
                at = r.choice(flags)
                match r.randrange(8):
                    case 0:
                        del words[at:at + 2]
                    case 1:
                        words += words[at:at + 2]
                    case 2:
                        words[at] += r.choice(('x', '=', '=1', '-y'))
                    case 3:
                        words.insert(r.randrange(len(words)), r.choice(VALUES))
                    case _:
                        if at + 1 < len(words) and words[at] not in ('--time-limit', '--threads', '--out'):
                            words[at + 1] = r.choice(VALUES)
            words = [w for w in words if '\0' not in w]
            if words and words[0] == 'sensitivity' and '--half-width' not in words:
                continue
            self.count('arguments', self.judged(self.run([*words, '--json'])), words)

    # Files

    def mangled(self, text):
        r, data = self.random, bytearray(text)
        for _ in range(r.choice((1, 1, 2, 4, 8))):
            at = r.randrange(len(data) + 1)
            match r.randrange(5):
                case 0:
                    del data[at:at + r.randrange(1, 8)]
                case 1:
                    data[at:at] = r.choice(VALUES).encode(errors='surrogateescape')
                case 2:
                    data[at:at + 1] = bytes([r.randrange(256)])
                case 3:
                    data[at:at] = data[r.randrange(len(data) + 1):][:r.randrange(20)]
                case 4:
                    data[at:at] = r.choice((b'\n', b'"', b'[', b']', b'=', b',', b'#', b'\xef\xbb\xbf', b'\r'))
        return bytes(data)

    def toml(self):
        plain = [self.run([*c.split(), '--dump-config']).stdout for c in COMMANDS[:13]]
        for i in range(self.size['toml']):
            path = self.scratch / 'mangled.toml'
            path.write_bytes(self.mangled(self.random.choice(plain)))
            bad = self.judged(self.run(['run', str(path), '--json']))
            self.count('TOML', bad, path.read_bytes())

    def csv(self):
        for i in range(self.size['csv']):
            path = self.scratch / 'mangled.csv'
            if self.random.random() < 0.5:
                path.write_bytes(self.mangled(self.random.choice((b'time,pump\n0,1\n1,2\n', b'pump,time\n1,0\n2,0.5\n0,1\n', b'0,0.5\n2,3\n'))))
                command = ['exact', 'ensemble', '--atoms', '3', '--schedule', str(path), '--times', '0:1:3', '--json']
            else:
                path.write_bytes(self.mangled(self.random.choice((b're,im\n0.6,0\n0,0.8\n', b'im,re\n0,1\n0,0\n', b'0,0\n1,0\n'))))
                command = ['exact', 'ensemble', '--atoms', '1', '--pump', '1', '--initial', f'file:{path}', '--times', '0:1:3', '--json']
            self.count('CSV', self.judged(self.run(command)), path.read_bytes())

    def clicks(self):
        self.files()
        made = {form: max((self.scratch / ('clicks' if form == 'csv' else form)).glob('c*'), key=lambda p: p.suffix != '.json')
                for form in FORMATS}
        right = {form: path.read_bytes() for form, path in made.items()}
        for _ in range(self.size['clicks']):
            form = self.random.choice(FORMATS)
            made[form].write_bytes(self.mangled(right[form]))
            setup = 'setup.toml' if form == 'csv' else f'{form}.toml'
            command = ['estimate', str(made[form]), '--config', setup, '--fit-records', '2', '--threads', '1', '--time-limit', '1', '--json']
            self.count('clicks', self.judged(self.run(command)), (form, made[form].read_bytes()))
            made[form].write_bytes(right[form])

    def stored(self):
        """Checkpoints and results with bytes changed are refused: nothing else may be told of them."""
        self.files()
        for _ in range(self.size['stored']):
            files = (self.scratch / 'part/checkpoint', self.scratch / 'whole/result.h5')
            path = self.random.choice(files)
            right = path.read_bytes()
            path.write_bytes(self.mangled(right))
            same = path.read_bytes() == right
            folder = path.parent.name
            command = self.random.choice((['inspect', folder], ['inspect', str(path)], ['resume', folder, '--time-limit', '1'],
                                          ['merge', folder, *(['rest'] if folder == 'part' else []), '--out', 'merged', '--force']))
            p = self.run([*command, '--json'])
            bad = self.judged(p)
            if not bad and not same and p.returncode == 0 and command[0] in ('inspect', 'merge'):
                bad = 'it was believed'
            self.count('stored sums', bad, (command, path.name, path.read_bytes()[:200]))
            path.write_bytes(right)

    # Disks and deaths

    RESULT = 'scan --atoms 10 --rate 4 --half-width 3 --trajectories 128 --threads 1'.split()

    def outcome(self, folder):
        """The set of files in a folder, without what differs between equal runs; None where it says it is not whole."""
        if not (folder / 'summary.json').exists():
            return None
        summary = json.loads((folder / 'summary.json').read_text())
        for key in ('seconds', 'threads', 'provenance'):
            summary.pop(key, None)
            summary.get('ensemble', {}).pop(key, None)
        return summary, *((folder / name).read_bytes() if (folder / name).exists() else None for name in ('config.toml', 'summary.csv'))

    def hook(self, folder):
        """The environment in which calls that change a folder are counted, and may fail."""
        library = self.scratch / 'fail_io.so'
        if not library.exists():
            subprocess.run(['cc', '-O1', '-shared', '-fPIC', '-o', library, HERE / 'fail_io.c', '-ldl'], check=True)
        return {'LD_PRELOAD': str(library), 'FAULTS_UNDER': str(folder)}

    def resumed(self):
        """A run that checkpoints after every block is killed at each call, and its resumption at some call, before a last one."""
        folder, counted = self.scratch / 'resumed', self.scratch / 'calls'
        hook = self.hook(folder)
        scan = ['scan', *'--atoms 10 --rate 4 --half-width 3 --trajectories 600 --threads 1 --checkpoint-every 1e-9 --out'.split(), str(folder)]
        resume = ['resume', str(folder), '--threads', '1', '--checkpoint-every', '1e-9']

        def anew():
            subprocess.run(['rm', '-rf', folder], check=True)

        self.run(scan, FAULTS_COUNT=str(counted), **hook)
        whole, calls = self.outcome(folder), int(counted.read_text())
        assert whole and calls > 20
        for at in range(1, calls + 1):
            anew()
            p, bad, where = self.run(scan, FAULTS_AT=str(at), FAULTS_HOW='-1', **hook), '', [at]
            if p is None or p.returncode != -signal.SIGKILL:
                bad = 'not killed'
            elif (folder / 'checkpoint').exists():
                for _ in range(2):
                    where.append(self.random.randrange(1, calls + 1))
                    self.run(resume, FAULTS_AT=str(where[-1]), FAULTS_HOW='-1', **hook)
                p = self.run(resume)
                if p is None or p.returncode or self.outcome(folder) != whole:
                    bad = f'resumed to something else: {p and p.stderr[-200:]}'
            elif (p := self.run([*scan, '--force'])) is None or p.returncode or self.outcome(folder) != whole:
                bad = 'a rerun differs'  # it had not begun
            self.count('kills of resumed runs', bad, f'calls {where}')

    def disk(self):
        folder, counted = self.scratch / 'result', self.scratch / 'calls'
        old, new = ([*self.RESULT, '--seed', k, '--force', '--out', str(folder)] for k in '12')

        def prepare():
            subprocess.run(['rm', '-rf', folder], check=True)
            self.run(old)
            return self.outcome(folder)

        before = prepare()
        hook = self.hook(folder)
        self.run(new, FAULTS_COUNT=str(counted), **hook)
        after, calls = self.outcome(folder), int(counted.read_text())
        assert before and after and before != after and calls > 10
        for how in (-1, errno.ENOSPC, errno.EIO, errno.EINTR):
            for at in range(1, calls + 1):
                prepare()
                p = self.run(new, FAULTS_AT=str(at), FAULTS_HOW=str(how), **hook)
                found, bad = self.outcome(folder), ''
                if p is None:
                    bad = 'no end'
                elif found not in (before, after, None):  # none: what is there is a checkpoint, and says so
                    bad = 'files of two results'
                elif how == -1 and p.returncode != -signal.SIGKILL:
                    bad = f'exit {p.returncode}, not killed'
                elif how != -1 and (p.returncode < 0 or p.returncode and len(p.stderr) < 10 or p.returncode == 0 and found != after):
                    bad = f'exit {p.returncode}: {p.stderr[-200:]}'
                if not bad:
                    p = self.run(new)
                    if p.returncode or self.outcome(folder) != after:
                        bad = 'a rerun differs'
                    elif left := [name for name in os.listdir(folder) if name.startswith('.')]:
                        bad = f'a rerun leaves {left}'
                self.count('kills at a system call' if how == -1 else 'failing system calls', bad, f'call {at}, {how}')

        for room in (0, 1024, 65536, 1 << 20):  # a file may not be longer
            prepare()
            p = self.run(new, before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)))
            bad = '' if p.returncode in (0, 2) and self.outcome(folder) in (before, after) else f'exit {p.returncode}'
            self.count('files that may not grow', bad, room)

    def signals(self):
        """An answer within two seconds (four on a busy machine), whatever the program is at."""
        for command in ('scan --atoms 60 --rate 1 --half-width 12 --detector cavity=0.5 --trajectories 100000',
                        'exact scan --atoms 60000 --rate 1 --half-width 20000', 'exact crossings --atoms 20000 --rate 1 --half-width 5000',
                        'ensemble --atoms 60 --pump 1 --times 0:1000:3 --trajectories 1000000',
                        'steady --atoms 1000 --pump 1 --shots 100000000 --pools 1000000'):
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                delay = 0.2 + 0.6 * self.random.random()
                p = subprocess.Popen([self.program, *command.split(), '--force', '--out', str(self.scratch / f'signal{number}')],
                                     cwd=self.scratch,
                                     stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL))
                time.sleep(delay)
                p.send_signal(number)
                begin = time.time()
                try:
                    p.communicate(timeout=30)
                    took = time.time() - begin
                    bad = '' if p.returncode == 130 and took < 4 else f'exit {p.returncode} after {took:.1f} s'
                except subprocess.TimeoutExpired:
                    p.kill()
                    p.communicate()
                    bad = 'no answer in 30 s'
                self.count('signals', bad, f'{command} after {delay:.2f} s')


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('program', type=Path)
    parser.add_argument('--size', choices=SIZES, default='ci')
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--only')
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        campaign = Campaign(asked.program.resolve(), asked.size, asked.seed, scratch)
        for name in ('arguments', 'toml', 'csv', 'clicks', 'stored', 'disk', 'resumed', 'signals'):
            if asked.only in (None, name):
                getattr(campaign, name)()
    for what, bad, command in campaign.failures:
        print(f'{what}: {bad}\n    {command!r}')
    for what, count in campaign.tried.items():
        print(f'{what:<24} {count:>6} tried {sum(f[0] == what for f in campaign.failures):>4} failed')
    return 1 if campaign.failures else 0


if __name__ == '__main__':
    sys.exit(main())
