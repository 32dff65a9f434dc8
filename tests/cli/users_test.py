#!/usr/bin/env python3
"""What users meet around a result: units, pages, indexes, what is not overwritten. usage: users_test.py PROGRAM"""
import csv
import math
import re
import subprocess
from html.parser import HTMLParser

from command_line import PROGRAM, CommandLine, main, only, parse, run

SMALL = ['scan', '--atoms', 20, '--rate', 2, '--half-width', 6, '--trajectories', 200]
EXACT = ['exact', 'scan', '--atoms', 10, '--rate', 4, '--half-width', 4, '--points', 11]


class Page(HTMLParser):
    """The tags of a page, which are closed in the order in which they were opened."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.text = [], [], ''
        self.feed(text)
        assert not self.open, self.open

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in ('meta', 'path', 'circle', 'rect', 'br'):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag

    def handle_data(self, data):
        self.text += data


class Units(CommandLine):
    def test_results_in_hertz_are_those_in_gamma_times_gamma(self):
        plain, hertz = self.json(*SMALL), self.json(*SMALL, '--gamma-hz', 200)
        self.assertAlmostEqual(hertz['units']['gamma_per_second'], 400 * math.pi)
        for a, b in zip(plain['estimators'], hertz['estimators']):
            for part in ('value', 'error'):
                self.assertAlmostEqual(b['delta_w_hz'].pop(part), 200 * a['delta_w'][part], places=9)
            self.assertEqual(b.pop('delta_w_hz'), {})
            self.assertEqual(a, b)
        self.assertEqual(plain['curves'], hertz['curves'])
        self.assertEqual(plain['provenance']['config_hash'], hertz['provenance']['config_hash'])
        self.assertIn('γ/2π = 200 Hz', self.fine(*SMALL, '--gamma-hz', 200).stdout)

    def test_quantities_with_units_are_numbers_in_gamma(self):
        gamma = 2 * math.pi * 200
        for said, meant in ((['--times', '0:10 ms:3'], ['--times', f'0:{0.01 * gamma!r}:3']),
                            (['--times', '0,1', '--pump', '150 Hz'], ['--times', '0,1', '--pump', '0.75'])):
            pump = [] if '--pump' in said else ['--pump', 1]
            a = self.json('exact', 'ensemble', '--atoms', 3, *pump, *said, '--gamma-hz', 200)
            b = self.json('exact', 'ensemble', '--atoms', 3, *pump, *meant)
            self.assertEqual(a['observables'], b['observables'])
        self.refused('exact', 'g2', '--atoms', 3, '--pump', 1, '--times', '10 ms', messages=['--times = 10 ms .*--gamma-hz'])
        self.refused(*SMALL, '--gamma-hz', -1, messages=['--gamma-hz = -1'])

    def test_a_file_has_units_and_keeps_them(self):
        toml = self.file('c.toml', '''verb = "scan"
atoms = 20
rate = 2
half_width = 6
trajectories = 100
side_rate = "1000 /s"
[units]
gamma_hz = 200
[[detector]]
name = "lab"
[detector.side]
efficiency = "50 %"
background = "20 /s"
dead_time = "50 ns"
''')
        r = self.json('run', toml, '--out', self.folder / 'r')
        gamma = 2 * math.pi * 200
        self.assertAlmostEqual(r['config']['side_rate'], 1000 / gamma)
        side = r['config']['detector'][0]['side']
        self.assertEqual(side['efficiency'], 0.5)
        self.assertAlmostEqual(side['background'], 20 / gamma)
        self.assertAlmostEqual(side['dead_time'], 50e-9 * gamma)
        again = self.json('run', self.folder / 'r')
        self.assertEqual(r['estimators'], again['estimators'])
        self.assertEqual(r['units'], again['units'])
        self.refused('run', self.file('d.toml', 'verb = "exact g2"\natoms = 3\npump = 1.0\ntimes = ["1 s"]\n[units]\nkappa = 3\n'),
                     messages=['units.kappa', 'times = 1 s'])

    def test_g2_of_the_steady_state(self):
        r = self.json('exact', 'g2', '--atoms', 20, '--pump', 1, '--times', '0:1:3')
        for got, wanted in zip(r['g2'], (1.1918181818181819, 1.007381253299632, 0.99956962975121)):
            self.assertAlmostEqual(got, wanted, places=9)
        self.assertEqual(r['times'], [0, 0.5, 1])
        self.refused('exact', 'g2', '--atoms', 5, '--pump', 0, '--times', 0, messages=['--pump = 0'])


class Folders(CommandLine):
    def test_another_configuration_is_not_overwritten(self):
        out = self.folder / 'r'
        self.fine(*SMALL, '--out', out)
        self.refused(*SMALL, '--seed', 2, '--out', out, messages=['seed = 1, seed = 2.*--force'])
        self.refused(*EXACT, '--out', out, messages=['verb = .*atoms = 20, atoms = 10.*--force'])
        self.fine(*SMALL, '--out', out)
        self.fine(*SMALL, '--points', 11, '--trajectories', 250, '--out', out)
        self.fine('report', out)
        self.fine(*EXACT, '--out', out, '--force')
        self.assertEqual({p.name for p in out.iterdir()}, {'config.toml', 'summary.csv', 'summary.json'})
        sweep = ['sensitivity', '--atoms', '4,8', '--rates', 4, '--half-width', 1, '--trajectories', 20]
        done = run(*sweep, '--out', out)
        self.assertEqual(done.returncode, 2)
        self.fine(*sweep, '--out', out, '--force')
        self.fine(*sweep, '--seed', 3, '--out', out, '--force')

    def test_a_study_has_an_index(self):
        study = self.file('s.toml', '''out = "%s"
atoms = 10
[[run]]
name = "exact"
verb = "exact scan"
rate = [2.0, 4.0]
half_width = [4.0, 5.0]
[[run]]
name = "steady"
verb = "exact steady"
pump = 1.0
[[run]]
name = "runs"
verb = "scan"
rate = 2.0
half_width = 4.0
trajectories = 50
''' % (self.folder / 'study'))
        self.fine('run', study)
        with open(self.folder / 'study' / 'index.csv', newline='') as f:
            rows = list(csv.DictReader(f))
        self.assertEqual([r['run'] for r in rows], ['exact/001', 'exact/002', 'steady', 'runs'])
        self.assertEqual([r['verb'] for r in rows], ['exact scan', 'exact scan', 'exact steady', 'scan'])
        self.assertEqual([r['rate'] for r in rows[:2]], ['2.0', '4.0'])
        self.assertGreater(float(rows[1]['width']), float(rows[0]['width']))
        self.assertEqual(float(rows[2]['jz']), 0)
        self.assertGreater(float(rows[3]['delta_w:area:up']), 0)
        self.assertEqual(rows[0]['delta_w:area:up'], '')
        self.fine('report', self.folder / 'study')
        page = Page((self.folder / 'study' / 'report.html').read_text())
        for name in ('exact/001', 'exact/002', 'steady', 'runs'):
            self.assertIn(('a', {'href': f'{name}/report.html'}), page.tags)
            self.assertTrue((self.folder / 'study' / name / 'report.html').is_file())


class Reports(CommandLine):
    def page(self, *args):
        out = self.folder / f'r{len(list(self.folder.iterdir()))}'
        self.fine(*args, '--out', out)
        self.fine('report', out)
        text = (out / 'report.html').read_text()
        self.assertIsNone(re.search(r'(src|srcset)\s*=|<link|<script|@import|url\(|https?:', text))
        return Page(text), text

    def test_a_scan_has_pictures_tables_and_its_configuration(self):
        named = self.file('c.toml', '''verb = "scan"
atoms = 20
rate = 2
half_width = 6
trajectories = 200
side_rate = 1
keep_records = 1
estimators = ["area", "loop"]
[[detector]]
name = '<b>"&'
side.efficiency = 0.5
''')
        page, text = self.page('run', named, '--gamma-hz', 100)
        self.assertGreaterEqual(sum(tag == 'svg' for tag, _ in page.tags), 6)
        for said in ('best estimate', 'loop', 'δw [Hz]', 'every jump seen', 'verb = "scan"', 'dickejump run config.toml',
                     'config_hash', '<b>"&'):
            self.assertIn(said, page.text)
        self.assertNotIn('<b>', text)
        self.assertNotIn('nan', text)
        self.assertIn('prefers-color-scheme: dark', text)

    def test_every_verb_that_writes_a_folder_has_a_page(self):
        for args in (EXACT, ['exact', 'g2', '--atoms', 5, '--pump', 1, '--times', '0:1:5'],
                     ['exact', 'crossings', '--atoms', 10, '--rate', 4, '--half-width', 3, '--points', 5],
                     ['exact', 'steady', '--atoms', 5, '--pump', '0.5,1,2'],
                     ['ensemble', '--atoms', 4, '--pump', 1, '--times', '0:1:5', '--trajectories', 50],
                     ['steady', '--atoms', 10, '--pools', '1,10', '--shots', 50],
                     ['sensitivity', '--atoms', '8,16', '--rates', 4, '--half-width', 2, '--trajectories', 50],
                     ['lock', '--atoms', 10, '--duration', 1, '--trajectories', 50],
                     ['compare', 'scan', '--atoms', 5, '--rate', 4, '--half-width', 2, '--trajectories', 3000]):
            with self.subTest(args=args):
                page, text = self.page(*args)
                self.assertIn(args[0], page.text)
                self.assertNotIn('nan', text)
                if args[0] in ('exact', 'ensemble', 'sensitivity'):
                    self.assertIn('svg', [tag for tag, _ in page.tags])

    def test_what_is_no_result_is_refused(self):
        self.refused('report', self.folder / 'none', messages=['none .no folder'])
        empty = self.folder / 'empty'
        empty.mkdir()
        self.refused('report', empty, messages=['no summary.json'])
        for content in ('{', '[]', '{"curves": 3, "hysteresis": {}}', '{"curves": [{}], "hysteresis": {}, "model": {}}'):
            (empty / 'summary.json').write_text(content)
            self.refused('report', empty, messages=['summary.json'])


class Help(CommandLine):
    def test_words_that_people_try(self):
        self.assertEqual(self.fine('help', 'exact', 'g2').stdout, self.fine('exact', 'g2', '--help').stdout)
        self.assertEqual(self.fine('help').stdout, self.fine('--help').stdout)
        for flag in ('-N', '--N'):
            self.assertEqual(self.json('exact', 'steady', flag, 4, '--pump', 1)['jz'], 0)
        self.assertIn('report DIR', run('plot', 'x').stderr)

    def test_a_scan_begins_with_its_conclusion(self):
        first = self.fine(*SMALL).stdout.splitlines()[0]
        self.assertRegex(first, r'^Every jump seen: best estimate [a-z_ ]+, δw/γ = 0\.\d+ ± 0\.\d+')
        runs = [int(re.search(r'width: (\d+)\s+repetitions', ' '.join(self.fine(*SMALL, '--goal', goal).stdout.split()))[1])
                for goal in (0.01, 0.02)]
        self.assertAlmostEqual(runs[0] / runs[1], 4, delta=0.01)
        self.assertNotIn('best estimate', self.fine(*SMALL, '--json').stdout)

    def test_what_pays_most_is_said_of_every_detector(self):
        said = self.fine(*SMALL, '--side-rate', 0.5, '--detector', 'side=0.2', '--what-pays', '--out', self.folder / 'tried').stdout
        text = ' '.join(said.split('\n\n')[0].split())
        self.assertNotIn('Detector side=0.2, twice', text)
        gains = [float(gain) for gain in re.findall(r' ([\d.]+) ± ', text.split('in times fewer runs: ')[1])]
        self.assertEqual(gains, sorted(gains, reverse=True))
        # Twice the light tells more, and at most twice as much: 2 % for the chance of 200 runs.
        double = float(re.search(r'twice the efficiency ([\d.]+) ±', text)[1])
        self.assertTrue(1.1 < double < 2.04, double)
        # What was tried is in the configuration, which makes the same again without the flag.
        again = self.json('run', self.folder / 'tried', '--out', self.folder / 'again')
        self.assertEqual({e['detector'] for e in again['estimators']}, {None, 'side=0.2', 'side=0.2, twice the efficiency'})
        bounds = {b['detector']: b['value'] for b in only(again['bounds'], direction='both')['detected_record']}
        self.assertAlmostEqual(double, (bounds['side=0.2'] / bounds['side=0.2, twice the efficiency']) ** 2, delta=0.01)
        self.refused(*SMALL, '--what-pays', messages=['--what-pays .*give a --detector'])

    def test_a_scan_without_a_half_width_is_wide_enough(self):
        for verb in (['scan', '--trajectories', 20], ['exact', 'scan']):
            protocol = self.json(*verb, '--atoms', 100, '--rate', 4)['protocol']
            self.assertEqual(protocol['half_width'], 18)
        self.assertEqual(self.json('exact', 'scan', '--atoms', 10, '--rate', 4)['protocol']['half_width'], 4.9)
        self.refused('scan', '--atoms', 0, '--rate', 4, messages=['atoms = 0'])

    def test_what_is_out_of_proportion_is_warned_of(self):
        def warned(*args):
            return self.fine(*args).stderr
        lab = ['--side-rate', 0.1, '--estimators', 'area', '--detector', 'cavity=1,side=0.5']
        self.assertNotIn('background', warned(*SMALL, *lab))
        loud = self.file('loud.toml', 'verb = "scan"\natoms = 20\nrate = 2\nhalf_width = 6\ntrajectories = 20\nside_rate = 0.1\n'
                         'estimators = ["area"]\n[[detector]]\nname = "lab"\ncavity = {efficiency = 1.0, background = 50.0}\n'
                         'side = {efficiency = 0.5, background = 50.0}\n')
        self.assertRegex(warned('run', loud), r'detector lab: its background of channel side, 50 in gamma, is more')
        self.assertNotIn('channel cavity', warned('run', loud))
        for verb in (['exact', 'ensemble', '--times', '0,1'], ['ensemble', '--times', '0,1', '--trajectories', 10]):
            self.assertRegex(warned(*verb, '--atoms', 20, '--pump', 150), 'far above the transition')
            self.assertNotIn('far above', warned(*verb, '--atoms', 20, '--pump', 1.5))

    def test_a_target_that_is_not_reached_is_said(self):
        short = self.fine(*SMALL, '--target-error', 'area:up:0.001')
        self.assertRegex(short.stderr, r'target error area:up:0.001 is not reached after 200 runs: that of area up is 0.0\d+, and some')
        runs = float(re.search(r'some ([\d.e+]+) runs', short.stderr)[1])
        self.assertTrue(1e5 < runs < 1e7, runs)
        self.assertNotIn('not reached', self.fine(*SMALL, '--trajectories', 5000, '--target-error', 'area:up:0.1').stderr)

    def test_manual_and_completion_know_every_verb_and_option(self):
        man, bash, zsh, page = (self.fine(*args).stdout for args in
                                (['--man'], ['--completion', 'bash'], ['--completion', 'zsh'], ['--reference']))
        for verb in ('scan', 'exact g2', 'lock', 'sensitivity'):
            flags = set(re.findall(r'^  (?:-N,--N,)?(--[a-z-]+)', self.fine(*verb.split(), '--help').stdout, re.M))
            self.assertGreater(len(flags), 4)
            for flag in flags:
                self.assertIn(flag.replace('-', r'\-'), man)
                for text in (bash, zsh, page):
                    self.assertIn(flag, text)
        for verb in ('run', 'resume', 'merge', 'inspect', 'report'):
            flags = set(re.findall(r'^  (?:-\w,)?(--[a-z-]+)', self.fine(verb, '--help').stdout, re.M)) - {'--help'}
            line = only([{'line': x} for x in page.splitlines() if x.startswith(f'| `{verb} ')])['line']
            for flag in flags:
                self.assertIn(flag, line)
        self.assertEqual(subprocess.run(['bash', '-n'], input=bash, text=True).returncode, 0)
        done = subprocess.run(['bash', '-c', bash + 'COMP_WORDS=(dickejump exact s); COMP_CWORD=2; _dickejump; '
                               'echo "${COMPREPLY[@]}"'], capture_output=True, text=True, cwd=self.folder)
        self.assertEqual(set(done.stdout.split()), {'scan', 'steady', 'spectrum'})


if __name__ == '__main__':
    main()
