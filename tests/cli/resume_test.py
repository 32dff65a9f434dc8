#!/usr/bin/env python3
"""Nothing is lost: interrupted runs, parts and extended runs end in the bytes of one run. usage: resume_test.py PROGRAM"""
import importlib.util
import os
import random
import signal
import subprocess
import time
import unittest
from pathlib import Path

from command_line import PROGRAM, CommandLine, main, parse, same

SCAN = ['scan', '--atoms', 60, '--rate', 4, '--half-width', 12, '--seed', 9, '--method', 'exact', '--threads', 1]


class Resume(CommandLine):
    def scan(self, name, trajectories, *more):
        self.fine(*SCAN, '--trajectories', trajectories, '--out', self.folder / name, *more)
        return self.folder / name

    def summary(self, folder):
        return same(parse((self.folder / folder / 'summary.json').read_text()))

    def inspected(self, folder):
        return parse(self.fine('inspect', self.folder / folder, '--json').stdout)

    def test_a_run_killed_at_any_moment_ends_in_the_same_bytes(self):
        start = time.time()
        self.scan('whole', 30000)
        span = time.time() - start
        draw = random.Random(4)
        for k, how in enumerate([signal.SIGKILL, signal.SIGINT, signal.SIGKILL, signal.SIGTERM, signal.SIGUSR1]):
            folder = self.folder / f'k{k}'
            command = [PROGRAM, *map(str, SCAN), '--trajectories', '30000', '--checkpoint-every', '0.05', '--out', folder]
            for _ in range(2):
                p = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                deadline = time.time() + 60
                while not (folder / 'checkpoint').exists() and p.poll() is None and time.time() < deadline:
                    time.sleep(0.005)
                time.sleep(span * draw.uniform(0, 0.6))
                p.send_signal(how)
                code = p.wait(timeout=60)
                self.assertIn(code, (0, -signal.SIGKILL if how == signal.SIGKILL else 130))
                command = [PROGRAM, 'resume', str(folder), '--threads', '1', '--checkpoint-every', '0.05']
            self.assertTrue((folder / 'config.toml').exists())
            self.fine('resume', folder)
            self.assertEqual(self.summary(folder), self.summary('whole'), how)
            self.assertTrue(self.inspected(folder)['complete'])

    @unittest.skipUnless(importlib.util.find_spec('h5py'), 'python3-h5py is not there')
    def test_estimates_of_runs_are_kept_in_parts_too(self):
        import h5py
        kept = ['--keep-estimates', '--estimators', 'area,first_crossing,loop,mid_crossing', '--detector', 'cavity=1']
        self.scan('whole', 700, *kept)
        for k in (2, 1):
            self.scan(f'p{k}', 700, '--part', f'{k}/2', *kept)
        self.fine('merge', self.folder / 'p2', self.folder / 'p1', '--out', self.folder / 'merged')
        self.assertEqual(self.summary('merged'), self.summary('whole'))
        entries = self.summary('whole')['estimators']
        with h5py.File(self.folder / 'whole/result.h5') as whole, h5py.File(self.folder / 'merged/result.h5') as merged:
            self.assertEqual(len(whole['runs']), len(entries) + 1)
            for i, entry in enumerate(entries):
                column = whole[f'runs/{i}']
                self.assertEqual((column.attrs['name'], column.attrs['direction']), (entry['name'], entry['direction']))
                self.assertTrue((column[()] == merged[f'runs/{i}'][()]).sum() + (column[()] != column[()]).sum() == 700)
                self.assertEqual(int((column[()] != column[()]).sum()), entry['missing'])
            bounds = {(row['name'].decode(), row['direction'].decode()): row['value'] for row in whole['bounds'][()]}
            self.assertEqual(bounds['full_record', 'up'], self.summary('whole')['bounds'][0]['full_record'])
        self.refused('scan', '--atoms', 5, '--rate', 4, '--half-width', 2, '--keep-estimates', messages=['--keep-estimates .*give --out'])

    def test_parts_in_any_order_are_the_whole(self):
        self.scan('whole', 3000)
        for k in (2, 3, 1):
            self.scan(f'p{k}', 3000, '--part', f'{k}/3')
        seen = []
        for k in (1, 2, 3):
            i = self.inspected(f'p{k}')
            self.assertEqual((i['format'], i['version'], i['complete'], i['blocks']['total']),
                             ('dickejump checkpoint', 1, False, 24))
            seen += [b for first, end in i['blocks']['done'] for b in range(first, end)]
            self.assertFalse((self.folder / f'p{k}' / 'summary.json').exists())
        self.assertEqual(sorted(seen), list(range(24)))
        self.assertEqual(self.inspected('p3')['trajectories'], 3000 - 16 * 128)
        self.scan('cut', 3000, '--blocks', '5:9')
        self.assertEqual(self.inspected('cut')['blocks']['missing'], [[0, 5], [9, 24]])
        parts = [self.folder / f'p{k}' for k in (3, 1, 2)]
        self.fine('merge', *parts, '--out', self.folder / 'm')
        self.assertEqual(self.summary('m'), self.summary('whole'))
        self.assertTrue(self.inspected('m')['complete'])
        # With a gap, and what is missing filled in later.
        done = self.fine('merge', parts[0], parts[1], '-o', self.folder / 'gap', '--allow-gaps')
        self.assertIn('8:16', done.stderr)
        self.assertEqual(self.summary('gap')['ensemble']['trajectories'], 3000 - 8 * 128)
        self.fine('resume', self.folder / 'gap')
        self.assertEqual(self.summary('gap'), self.summary('whole'))

    def test_the_script_of_a_job_array_runs_and_resumes_its_parts(self):
        self.scan('whole', 1000)
        file = self.file('scan.toml', self.fine(*SCAN[:-2], '--trajectories', 1000, '--dump-config').stdout)
        script = Path(__file__).resolve().parents[2] / 'tools' / 'slurm' / 'array.sbatch'
        for task in (2, 1, 3, 1):  # the last as if it were requeued
            environment = dict(os.environ, DICKEJUMP=PROGRAM, SLURM_ARRAY_TASK_ID=str(task), SLURM_ARRAY_TASK_COUNT='3')
            done = subprocess.run(['bash', script, file, self.folder / 'job'], env=environment, capture_output=True,
                                  text=True, timeout=60, stdin=subprocess.DEVNULL)
            self.assertEqual(done.returncode, 0, done.stderr)
        self.fine('merge', *sorted((self.folder / 'job').iterdir()), '--out', self.folder / 'm')
        self.assertEqual(self.summary('m'), self.summary('whole'))

    def test_what_does_not_belong_together_is_refused_by_name(self):
        for k in (1, 2, 3):
            self.scan(f'p{k}', 600, '--part', f'{k}/3')
        a, b, c = (self.folder / f'p{k}' for k in (1, 2, 3))
        out = self.folder / 'bad'
        self.refused('merge', a, a, '-o', out, messages=[r'p1 \(blocks 0:2 are in .*p1 too'])
        self.refused('merge', a, c, '-o', out, messages=[r'blocks 2:4 of 0:5 \(in none'])
        self.fine(*SCAN, '--trajectories', 600, '--seed', 10, '--part', '2/3', '--out', self.folder / 'other')
        self.refused('merge', a, self.folder / 'other', c, '-o', out,
                     messages=[r'other \(not of the run that .*p1 is of: seed = 9, seed = 10\)'])
        self.refused('merge', a, self.folder, '-o', out, messages=['neither a checkpoint nor a result'])
        self.refused('resume', self.folder, messages=['no run was begun there'])
        self.refused('resume', a, '--trajectories', 900, messages=['a part cannot be extended'])
        self.refused(*SCAN, '--part', '4/3', '--out', out, messages=['--part = 4/3'])
        self.refused(*SCAN, '--blocks', '70:90', '--out', out, messages=['--blocks = 70:90'])
        self.refused(*SCAN, '--part', '1/3', messages=['--out'])
        self.refused(*SCAN, '--part', '1/3', '--target-error', 'area:0.01', '--out', out, messages=['--target-error'])
        config = a / 'config.toml'
        config.write_text(config.read_text().replace('seed = 9', 'seed = 8'))
        self.refused('resume', a, messages=['seed = 9, seed = 8'])

    def test_a_run_extended_is_the_longer_one(self):
        whole = self.scan('whole', 1500)
        for short in (200, 384, 1400):
            folder = self.scan(f'short{short}', short)
            self.fine('resume', folder, '--trajectories', 1500)
            self.assertEqual(self.summary(folder), self.summary(whole), short)
        before = self.files()
        self.fine('resume', whole)
        self.fine('resume', whole, '--trajectories', 1500)
        self.assertEqual(self.files(), before)
        self.refused('resume', whole, '--trajectories', 1000, messages=['--trajectories = 1000'])

    def test_calibrations_are_kept(self):
        detector = ['--side-rate', 1, '--detector', 'side=0.5']
        self.scan('whole', 300, *detector)
        self.scan('p2', 300, *detector, '--blocks', '1:3')
        self.scan('p1', 300, *detector, '--blocks', '0:1')
        self.fine('merge', self.folder / 'p1', self.folder / 'p2', '-o', self.folder / 'm')
        self.assertEqual(self.summary('m'), self.summary('whole'))

    def test_a_run_killed_among_its_calibrations_keeps_those_that_are_done(self):
        scan = [*SCAN, '--trajectories', 300, '--direction', 'up', '--estimators', 'area,maximum_likelihood', '--side-rate', 0.3,
                '--detector', 'side=0.5', '--detector', 'side=0.4', '--detector', 'side=0.3']
        self.fine(*scan, '--out', self.folder / 'whole')
        folder = self.folder / 'k'
        p = subprocess.Popen([PROGRAM, *map(str, scan), '--out', folder], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.time() + 120
        kept = 0
        while kept == 0 and p.poll() is None and time.time() < deadline:
            time.sleep(0.005)
            if (folder / 'checkpoint').exists():
                kept = self.inspected('k')['calibrations']
        p.kill()
        self.assertEqual(p.wait(), -signal.SIGKILL)
        self.assertGreater(kept, 0)
        self.fine('resume', folder)
        self.assertEqual(self.summary('k'), self.summary('whole'))
        self.assertGreater(self.inspected('k')['calibrations'], kept)

    @unittest.skipUnless(all(map(importlib.util.find_spec, ('h5py', 'xarray', 'h5netcdf'))),
                         'this Python has not h5py, xarray and h5netcdf (tools/setup installs them for /usr/bin/python3)')
    def test_others_can_read_the_result_file(self):
        import h5py
        import xarray
        folder = self.scan('r', 400, '--direction', 'up')
        [curve] = parse((folder / 'summary.json').read_text())['curves']
        with h5py.File(folder / 'result.h5') as file:
            self.assertEqual(file.attrs['format_version'], 1)
            self.assertEqual(file.attrs['config'], (folder / 'config.toml').read_text())
            mean = file['curves/up/jz_mean']
            self.assertEqual(mean[()].tolist(), curve['jz_mean'])
            self.assertEqual(mean.dims[0][0].name, '/curves/up/scaled_pump')
            self.assertEqual(file['estimators']['name'][0], b'first_crossing')
            self.assertEqual(file['estimators']['runs'][0] + file['estimators']['missing'][0], 400)
        with xarray.open_dataset(folder / 'result.h5', group='curves/up', engine='h5netcdf') as data:
            self.assertEqual(data['jz_mean'].dims, ('scaled_pump',))
            self.assertEqual(data['scaled_pump'].values.tolist(), curve['scaled_pump'])
            self.assertEqual(data['time'].attrs['units'], '1/gamma')

    def test_a_damaged_file_is_refused(self):
        self.damage(self.scan('r', 300) / 'result.h5')
        self.damage(self.scan('p', 300, '--part', '1/2') / 'checkpoint')

    def damage(self, file):
        folder = file.parent
        data = file.read_bytes()
        draw = random.Random(7)
        for k in range(60):
            bad = bytearray(data)
            if k % 3 == 0:
                bad = bad[:draw.randrange(len(bad))]
            else:
                bad[draw.randrange(len(bad) if k % 3 == 1 else 40)] ^= 1 << draw.randrange(8)
            file.write_bytes(bad)
            self.refused('inspect', file, messages=[file.name])
            if k < 4:
                self.refused('resume', folder, messages=[file.name])
        file.write_bytes(data + b'x')
        self.refused('inspect', folder, messages=[file.name])


if __name__ == '__main__':
    main()
