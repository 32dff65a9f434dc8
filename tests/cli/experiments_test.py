#!/usr/bin/env python3
"""Files of several runs, the verbs that experiments need, and the machinery of tools/experiments.
usage: experiments_test.py PROGRAM [unittest arguments]"""
import json
import math
import subprocess
import sys
import tomllib
import unittest
from pathlib import Path

from command_line import CommandLine, main, parse, same

ROOT = Path(__file__).resolve().parents[2]
SEVERAL = '''
atoms = 20
trajectories = 200
[[run]]
name = "scan"
verb = "scan"
rate = [1.0, 4.0]
half_width = [6.0, 8.0]
seed = 3
[[run]]
name = "exact"
verb = "exact scan"
rate = 4.0
half_width = 8.0
[[run]]
name = "steady"
verb = "exact steady"
pump = [1.0, "0.9:1.1:3"]
'''


def summary(folder):
    return parse((folder / 'summary.json').read_text())


class Case(CommandLine):
    def study(self, text):
        return self.file('study.toml', text)


class SeveralRuns(Case):
    def test_each_run_has_its_folder_and_is_what_it_would_be_alone(self):
        out = self.folder / 'out'
        self.fine('run', self.study(SEVERAL), '--out', out)
        self.assertEqual(sorted(str(p.relative_to(out)) for p in out.rglob('summary.json')),
                         ['exact/summary.json', 'scan/001/summary.json', 'scan/002/summary.json', 'steady/summary.json'])
        alone = self.json('scan', '--atoms', 20, '--rate', 4, '--half-width', 8, '--trajectories', 200, '--seed', 3)
        self.assertEqual(same(summary(out / 'scan' / '002')), same(alone))
        self.assertEqual(summary(out / 'steady')['pump'], [1.0, 0.9, 1.0, 1.1])
        again = self.folder / 'again'
        self.fine('run', out / 'scan' / '002' / 'config.toml', '--out', again)
        self.assertEqual(same(summary(again)), same(alone))

    def test_flags_go_to_the_runs_that_have_them(self):
        out = self.folder / 'out'
        self.fine('run', self.study('out = "nowhere"\n' + SEVERAL), '--out', out, '--trajectories', 150)
        self.assertEqual(summary(out / 'scan' / '001')['ensemble']['trajectories'], 150)
        self.assertFalse((self.folder / 'nowhere').exists())

    def test_nothing_runs_unless_all_can(self):
        out = self.folder / 'out'
        wrong = SEVERAL.replace('half_width = 8.0', 'half_width = 80.0').replace('half_width = [6.0, 8.0]', 'half_width = [6.0]')
        self.refused('run', self.study(wrong), '--out', out, messages=[r'(rate|half_width) \(a list of [12], beside one of [12]\)'])
        wrong = SEVERAL.replace('half_width = 8.0', 'half_width = 80.0').replace('atoms = 20', 'atoms = 20\nhalfwidth = 3')
        self.refused('run', self.study(wrong), '--out', out, messages=['key halfwidth'])
        wrong = SEVERAL.replace('half_width = 8.0', 'half_width = 80.0')
        self.refused('run', self.study(wrong), '--out', out, messages=['run exact: half_width = 80'])
        self.assertFalse(out.exists())
        self.refused('run', self.study(SEVERAL), messages=[r'out \(not given'])
        self.refused('run', self.study(SEVERAL.replace('name = "exact"', 'name = "scan"')), '--out', out, messages=['another run has it'])
        self.refused('run', self.study(SEVERAL.replace('pump = [1.0, ', 'pumps = [1.0, ')), '--out', out,
                     messages=['key pumps', r'pump \(not given'])


class Verbs(Case):
    def test_shots_of_the_steady_state(self):
        r = self.json('steady', '--atoms', 40, '--shots', 20000, '--pools', '1,10')
        self.assertAlmostEqual(r['bound'], math.sqrt(12 / (40 * 42)), places=14)
        self.assertEqual([(e['name'], e['shots'], e['pools']) for e in r['estimators']],
                         [('locally_unbiased', 1, 20000), ('maximum_likelihood', 1, 20000),
                          ('locally_unbiased', 10, 2000), ('maximum_likelihood', 10, 2000)])
        for e in r['estimators']:
            self.assertAlmostEqual(e['bound'], r['bound'] / math.sqrt(e['shots']), places=14)
            self.assertGreater(e['exact']['std'], 0.999999 * e['bound'])
        self.refused('steady', '--atoms', 40, '--pump', 0, '--shots', 5, '--pools', 6, messages=['pump = 0', 'pools = 6'])

    def test_crossings_agree_with_the_calibration_of_a_scan(self):
        common = ['--atoms', 30, '--rate', 2, '--half-width', 8]
        exact = self.json('exact', 'crossings', *common, '--points', 11)['crossings']
        scan = self.json('scan', *common, '--trajectories', 200)['estimators']
        self.assertEqual([(c['name'], c['direction']) for c in exact],
                         [(n, d) for d in ('up', 'down') for n in ('first_crossing', 'last_crossing')])
        for c in exact:
            e = [e for e in scan if (e['name'], e['direction']) == (c['name'], c['direction'])][0]
            self.assertAlmostEqual(c['mean'], e['calibration']['offset'], places=7)
            self.assertAlmostEqual(c['slope'], e['calibration']['slope'], places=6)
            p = c['distribution']['probability']
            self.assertEqual(len(p), 11)
            self.assertEqual(p, sorted(p))
            self.assertAlmostEqual(p[-1], 1.0, places=9)

    def test_one_pump_gives_numbers_several_give_lists(self):
        one = self.json('exact', 'steady', '--atoms', 20, '--pump', 1.05)
        many = self.json('exact', 'steady', '--atoms', 20, '--pump', '1,1.05')
        self.assertEqual(one['jz'], many['jz'][1])
        self.assertEqual(one['relaxation']['gap'], many['relaxation']['gap'][1])
        self.assertEqual(self.json('exact', 'spectrum', '--atoms', 20, '--pump', '1,1.05', '--count', 3)['eigenvalues'][1],
                         self.json('exact', 'spectrum', '--atoms', 20, '--pump', 1.05, '--count', 3)['eigenvalues'])
        self.refused('exact', 'correlation', '--atoms', 20, '--pump', '1,2', '--times', '0,1', messages=['pump'])


class Experiments(unittest.TestCase):
    """Without pictures, which need matplotlib: tools/experiments --quick draws them."""

    def test_every_experiment_can_be_read_and_its_exact_values_have_references(self):
        reference = json.loads((ROOT / 'experiments' / 'reference.json').read_text())
        files = sorted((ROOT / 'experiments').glob('*.toml'))
        self.assertGreaterEqual(len(files), 10)
        readme = (ROOT / 'experiments' / 'README.md').read_text()
        for file in files:
            content = tomllib.loads(file.read_text())
            self.assertIn('out', content, file)
            self.assertIn(file.stem, list(reference))
            self.assertTrue(file.with_suffix('.py').exists(), file)
            self.assertIn(f'| [{file.stem}](#{file.stem}) |', readme)
            self.assertIn(f'### {file.stem}\n', readme)
            self.assertTrue((ROOT / 'experiments' / 'figures' / f'{file.stem}.png').exists())

    def test_what_differs_fails(self):
        code = '''
import sys, types
for name in ('matplotlib', 'matplotlib.pyplot', 'numpy'):  # not needed here
    sys.modules[name] = types.ModuleType(name)
sys.modules['matplotlib'].use = lambda backend: None
sys.modules['matplotlib'].pyplot = sys.modules['matplotlib.pyplot']
sys.path.insert(0, sys.argv[1])
import experiments
from experiment import Row, judge, number, with_error
good = Row('q', exact=2.0, monte_carlo=(2.3, 0.1))
def wrong(row, stored=2.0):
    return len(list(experiments.failures('e', [row], {'e': {'q': stored}})))
assert wrong(good) == 0
assert wrong(Row('q', exact=2.0, monte_carlo=(2.51, 0.1))) == 1   # beyond 5 sigma
assert wrong(Row('q', exact=2.0, monte_carlo=(1.49, 0.1))) == 1
assert wrong(Row('q', exact=2.0, monte_carlo=(float('nan'), 0.1))) == 1
assert wrong(Row('q', exact=2.0, verdict='refuted: 90 % too small')) == 0
assert wrong(good, 2.00001) == 1                                  # off the reference
assert wrong(good, 2.000001) == 0
assert len(list(experiments.failures('e', [good], {}))) == 1      # no reference
assert experiments.between('a<!-- t: begin -->\\nb<!-- t: end -->c', 't', 'd\\n') == 'a<!-- t: begin -->\\nd\\n<!-- t: end -->c'
assert with_error(9.0222, 0.0271) == '9.022 ± 0.027' and with_error(-0.5, 0.2) == '−0.50 ± 0.20'
assert number(0.00001234, 3) == '1.23·10<sup>−5</sup>' and number(116.0185, 7) == '116.0185' and number(-0.5, 2) == '−0.50'
assert judge(0.995, 1).startswith('confirmed') and judge(5.66, 9.01) == 'approximate: 37 % too small' and judge(1, 3).startswith('refuted')
'''
        done = subprocess.run([sys.executable, '-c', code, ROOT / 'tools' / 'python'], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == '__main__':
    main()
