#!/usr/bin/env python3
"""dickejump sensitivity as its users meet it. usage: sensitivity_test.py PROGRAM [unittest arguments]"""
import json
import math
import os
import signal
import subprocess
import time
from pathlib import Path

from command_line import PROGRAM, CommandLine, main, parse, run, same

PLOT = Path(__file__).resolve().parents[2] / 'tools' / 'plot'
SMALL = ['sensitivity', '--atoms', '10,100,200,1e5,1e6', '--rates', '16', '--trajectories', 300]
FILES = ['config.toml', 'points', 'summary.csv', 'summary.json']


class Sensitivity(CommandLine):
    def test_a_sweep_prints_the_documented_keys(self):
        r = self.json(*SMALL)
        self.assertEqual([p['atoms'] for p in r['points']], [10, 100, 200, 100000, 1000000])
        self.assertEqual([p['method'] for p in r['points']], ['exact'] * 3 + ['sphere'] * 2)
        self.assertEqual([p['half_width'] for p in r['points']], [4.9, 30, 30, 30, 30])
        kinds = [(n, d) for d in ('up', 'down') for n in ('first_crossing', 'last_crossing', 'mid_crossing', 'area')]
        kinds.append(('loop', 'both'))
        for p in r['points']:
            self.assertEqual(p['rate'], 16)
            self.assertEqual([(e['name'], e['direction']) for e in p['estimators']], kinds)
            self.assertEqual([b['direction'] for b in p['bounds']], ['up', 'down', 'both'])
        self.assertGreater(r['points'][0]['estimators'][0]['missing'], 0)  # ten atoms have no room for r = 16
        self.assertEqual([(f['estimator'], f['direction'], f['rate']) for f in r['fits']], [(*k, 16) for k in kinds])
        for f in r['fits']:
            self.assertEqual((f['points'], f['degrees']), (4, 2))
            self.assertEqual(set(f['exponent']), {'value', 'error'})
            # Each of nine misses by five errors less than once in 10^6; with 300 runs an error is about 0.006.
            self.assertLess(abs(f['exponent']['value'] + 1), 5 * f['exponent']['error'])
            self.assertLess(f['exponent']['error'], 0.05)
            self.assertTrue(0 <= f['p_value'] <= 1)
            self.assertEqual(f['corrected']['points'], 4)
        self.assertEqual(r['ensemble']['stop_reason'], 'completed')

    def test_fits_are_the_least_squares_of_the_points(self):
        r = self.json(*SMALL, '--direction', 'up')
        for i, f in enumerate(r['fits']):
            rows = [(math.log(p['atoms']), e['value'], e['error']) for p in r['points'] if p['atoms'] >= 100
                    for e in [p['estimators'][i]['delta_w']]]
            w = [(v / s) ** 2 for _, v, s in rows]
            mean = [sum(wi * q for wi, q in zip(w, column)) / sum(w)
                    for column in ([x for x, _, _ in rows], [math.log(v) for _, v, _ in rows])]
            sxx = sum(wi * (x - mean[0]) ** 2 for wi, (x, _, _) in zip(w, rows))
            slope = sum(wi * (x - mean[0]) * (math.log(v) - mean[1]) for wi, (x, v, _) in zip(w, rows)) / sxx
            self.assertAlmostEqual(f['exponent']['value'], slope, places=10)
            self.assertAlmostEqual(f['statistical_error'], sxx ** -0.5, places=10)
            scatter = max(1, f['chi2'] / f['degrees']) ** 0.5 * f['statistical_error']
            self.assertAlmostEqual(f['exponent']['error'], math.hypot(scatter, f['finite_size_error']), places=10)

    def test_a_point_is_the_scan_of_its_seed(self):
        point = self.json(*SMALL)['points'][1]
        scan = self.json('scan', '--atoms', 100, '--rate', 16, '--half-width', 30, '--trajectories', 300, '--seed',
                         point['seed'])
        self.assertEqual(scan['estimators'], point['estimators'])
        self.assertEqual(scan['bounds'], point['bounds'])
        self.assertEqual(scan['ensemble']['jumps'], point['jumps'])

    def test_threads_change_nothing(self):
        one, two = (self.json(*SMALL, '--threads', threads) for threads in (1, 2))
        self.assertEqual(json.dumps(same(one)), json.dumps(same(two)))

    def test_a_sweep_goes_on_where_it_was(self):
        out = self.folder / 'r'
        printed = self.fine(*SMALL, '--json', '--out', out).stdout
        whole = parse(printed)
        self.assertEqual(sorted(p.name for p in out.iterdir()), FILES)
        self.assertEqual((out / 'summary.json').read_text(), printed)
        files = sorted((out / 'points').iterdir())
        self.assertEqual(len(files), 5)
        kept = {p: p.read_bytes() for p in files}
        csv = (out / 'summary.csv').read_bytes()
        self.assertEqual(len(csv.splitlines()), 1 + 5 * 9)
        for file in files[::2]:
            file.unlink()
        os.utime(files[1], (0, 0))
        again = self.fine('run', out / 'config.toml', '--json', '--out', out)
        self.assertIn('2 of 5 scans', again.stderr)
        self.assertEqual(json.dumps(same(parse(again.stdout))), json.dumps(same(whole)))
        self.assertEqual({p: p.read_bytes() for p in sorted((out / 'points').iterdir())}, kept)
        self.assertEqual(files[1].stat().st_mtime, 0)  # taken up, not made again
        self.assertEqual((out / 'summary.csv').read_bytes(), csv)
        # And elsewhere from its own configuration.
        self.fine('run', out / 'config.toml', '--out', self.folder / 's', '--threads', 1)
        for name in ('config.toml', 'summary.csv'):
            self.assertEqual((self.folder / 's' / name).read_bytes(), (out / name).read_bytes())

    def test_another_sweep_in_the_folder_is_refused_with_what_differs(self):
        out = self.folder / 'r'
        self.fine(*SMALL, '--out', out)
        self.refused(*SMALL, '--seed', 3, '--trajectories', 200, '--out', out,
                     messages=[r'run with trajectories = 300, now it is trajectories = 200\) .*dickejump run .*config',
                               r'run with seed = 1, now it is seed = 3'])
        self.refused(*SMALL, '--half-width', 4, '--out', out, messages=[r'no half_width, now it is half_width = 4\.0'])
        scan = self.folder / 'scan'
        self.fine('scan', '--atoms', 20, '--rate', 2, '--half-width', 6, '--trajectories', 100, '--out', scan)
        done = run(*SMALL, '--out', scan)
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r'verb = "scan", now it is verb = "sensitivity"')

    def test_scans_of_a_study_that_is_not_known_are_not_gone_on_with(self):
        out = self.folder / 'r'
        self.fine(*SMALL, '--out', out)
        (out / 'config.toml').unlink()
        self.refused(*SMALL, '--out', out, messages=[r'no config\.toml says of which study'])

    def test_a_spoilt_point_is_named(self):
        out = self.folder / 'r'
        self.fine(*SMALL, '--out', out)
        file = out / 'points' / 'atoms-100-rate-16.json'
        text = file.read_text()
        file.write_text(text[:100])
        self.refused(*SMALL, '--out', out, messages=[r'atoms-100-rate-16\.json cannot be read.*remove that file'])
        file.write_text(text.replace('"atoms":100', '"atoms":101'))
        self.refused(*SMALL, '--out', out, messages=[r'atoms-100-rate-16\.json is of another sweep'])
        file.write_text(json.dumps(dict(json.loads(text), build='another')))
        self.assertIn('4 of 5 scans', self.fine(*SMALL, '--out', out).stderr)
        self.assertEqual(file.read_text(), text)

    def test_parts_of_a_sweep_are_the_whole(self):
        whole, merged = self.folder / 'whole', self.folder / 'merged'
        self.fine(*SMALL, '--out', whole)
        parts = [self.folder / f'p{k}' for k in (1, 2, 3)]
        for k, part in enumerate(parts, 1):
            done = self.fine(*SMALL, '--part', f'{k}/3', '--out', part)
            self.assertIn('a finished part', done.stderr)
            self.assertFalse((part / 'summary.json').exists())
        seen = [p.name for part in parts for p in (part / 'points').iterdir()]
        self.assertEqual(sorted(seen), sorted(p.name for p in (whole / 'points').iterdir()))
        # One that was lost is made again, as that part.
        lost = next((parts[1] / 'points').iterdir())
        lost.unlink()
        left = parse(self.fine('inspect', parts[1], '--json').stdout)
        self.assertEqual((left['points']['total'], left['complete']), (5, False))
        self.assertIn(lost.name, left['points']['missing'])
        self.assertIn('complete', self.fine('inspect', whole).stdout)
        self.refused('merge', parts[2], parts[0], parts[1], '--out', merged, messages=[lost.name + '.*in none'])
        self.assertIn('a finished part', self.fine('resume', parts[1]).stderr)
        self.assertTrue(lost.exists())
        self.fine('merge', parts[2], parts[0], parts[1], '--out', merged)
        for name in ('config.toml', 'summary.csv'):
            self.assertEqual((merged / name).read_bytes(), (whole / name).read_bytes())
        self.assertEqual(same(parse((merged / 'summary.json').read_text())), same(parse((whole / 'summary.json').read_text())))
        self.assertEqual(sorted(p.name for p in merged.iterdir()), FILES)
        self.refused('merge', parts[0], parts[0], parts[1], parts[2], '--out', self.folder / 'm',
                     messages=['would count twice'] * len(list((parts[0] / 'points').iterdir())))
        other = self.folder / 'other'
        self.fine(*SMALL, '--seed', 5, '--part', '2/3', '--out', other)
        self.refused('merge', parts[0], other, parts[2], '--out', self.folder / 'm', messages=['not of the study .*seed'])
        for part in ('0/3', '4/3', 'x'):
            self.refused(*SMALL, '--part', part, '--out', self.folder / 'n', messages=[r'--part = ' + part])
        self.refused(*SMALL, '--part', '1/3', messages=['--out .*give a folder'])

    def test_parts_of_a_study_are_the_whole(self):
        study = self.file('study.toml', '''trajectories = 400
seed = 3
[[run]]
name = "loop"
verb = "scan"
atoms = 20
rate = [2, 4]
half_width = 6
[[run]]
name = "sweep"
verb = "sensitivity"
atoms = [10, 100, 200]
rates = [16]
[[run]]
name = "exact"
verb = "exact steady"
atoms = 20
pump = [1.0]
''')
        self.fine('run', study, '--out', self.folder / 'whole')
        for k in (1, 2):
            self.fine('run', study, '--part', f'{k}/2', '--out', self.folder / f'p{k}')
        self.fine('merge', self.folder / 'p2', self.folder / 'p1', '--out', self.folder / 'merged')
        whole, merged = self.folder / 'whole', self.folder / 'merged'
        for folder, complete in ((whole, [True] * 4), (self.folder / 'p1', [False] * 3 + [True])):
            told = parse(self.fine('inspect', folder, '--json').stdout)
            self.assertEqual([run['complete'] for run in told['runs']], complete)
            self.assertEqual(told['complete'], all(complete))
        self.assertIn('a finished part', self.fine('inspect', self.folder / 'p1').stdout)
        self.assertEqual((merged / 'index.csv').read_text(), (whole / 'index.csv').read_text())
        runs = ['loop/001', 'loop/002', 'sweep', 'exact']
        self.assertEqual([line.split(',')[0] for line in (whole / 'index.csv').read_text().splitlines()[1:]], runs)
        for name in runs:
            a, b = (same(parse((at / name / 'summary.json').read_text())) for at in (whole, merged))
            self.assertEqual(a, b, name)
        self.refused('merge', self.folder / 'p1', '--out', self.folder / 'm', messages=['blocks .*in none of the folders'])

    def test_ctrl_c_keeps_the_finished_points(self):
        out = self.folder / 'r'
        args = ['sensitivity', '--atoms', '10,20,1e5,2000', '--rates', '16', '--trajectories', 2000, '--direction', 'up',
                '--threads', 2, '--json', '--out', str(out)]
        process = subprocess.Popen([PROGRAM, *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(600):
            if len(list(out.glob('points/atoms*'))) >= 2:
                break
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 130, stderr)
        self.assertRegex(stderr, r'interrupted: \d of 4 scans are done; the same command goes on')
        r = parse(stdout)
        self.assertEqual(r['ensemble']['stop_reason'], 'interrupted')
        self.assertTrue(2 <= len(r['points']) < 4)
        self.assertEqual((out / 'summary.json').read_text(), stdout)
        self.assertEqual(len(list((out / 'points').iterdir())), len(r['points']))

    def test_mistakes_come_at_once_each_with_its_fix(self):
        self.refused('sensitivity', messages=['--atoms', '--rates'])
        self.refused('sensitivity', '--atoms', '10,100,x', '--rates', '1,,2', messages=['--atoms = x', '--rates = 1,,2'])
        self.refused('sensitivity', '--atoms', '10,0,10', '--rates', '0,1', '--half-width', 6, '--trajectories', 1,
                     '--out', self.folder / 'r',
                     messages=['atoms = 0', 'rates = 0 .*--rates > 0', 'trajectories = 1 .*--trajectories >= 2',
                               'atoms = 10 .*twice', 'half-width = 6 .*10 atoms.*--half-width <= 5'])
        self.refused('sensitivity', '--atoms', '3e9', '--rates', 1, messages=['atoms = 3000000000'])
        self.refused('sensitivity', '--atoms', 100, '--rates', 1, '--method', 'sphere', messages=['sphere with --half-width = 12'])
        self.refused('sensitivity', '--atoms', 100, '--rates', 1, '--rate', 1, messages=[r'did you mean --rates\?'])
        (self.folder / 'file').write_text('')
        self.refused(*SMALL, '--out', self.folder / 'file', messages=['out = '])

    def test_a_flag_replaces_the_list_of_a_file(self):
        config = self.folder / 'c.toml'
        config.write_text('verb = "sensitivity"\natoms = [10, 1e5]\nrates = [16]\ntrajectories = 100\n')
        dumped = self.fine('run', config, '--atoms', '20,3e1', '--rates', '1', '--rates', '2', '--dump-config').stdout
        self.assertIn('atoms = [20, 30]\n', dumped)
        self.assertIn('rates = [1.0, 2.0]\n', dumped)
        config.write_text(dumped)
        self.assertEqual(self.fine('run', config, '--dump-config').stdout, dumped)

    def test_a_sweep_can_be_drawn(self):
        for args in (SMALL, ['sensitivity', '--atoms', '10,20', '--rates', 4, '--direction', 'down', '--trajectories', 100]):
            out = self.folder / args[2]
            self.fine(*args, '--out', out)
            done = subprocess.run([str(PLOT), str(out)], capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual((out / 'sensitivity.png').read_bytes()[:8], b'\x89PNG\r\n\x1a\n')
            self.assertEqual((out / 'sensitivity.pdf').read_bytes()[:5], b'%PDF-')

    def test_tables_for_people(self):
        text = self.fine(*SMALL).stdout
        for words in ('N = 1000000', 'missing]', 'exponent', 'first_crossing, up', 'scans of N >= 100'):
            self.assertIn(words, text)


if __name__ == '__main__':
    main()
