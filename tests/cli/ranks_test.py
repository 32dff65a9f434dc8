#!/usr/bin/env python3
"""Over the ranks of an MPI job a scan is the same bytes, and what goes wrong is said once. usage: ranks_test.py PROGRAM"""
import os
import shutil
import signal
import subprocess
import sys
import time
import unittest

from command_line import PROGRAM, CommandLine, main, parse, same

SCAN = ['scan', '--atoms', '60', '--rate', '4', '--half-width', '12', '--seed', '9', '--method', 'exact', '--threads', '1']
# The tests may run as root in a container, on fewer cores than ranks.
ENVIRONMENT = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT='1', OMPI_ALLOW_RUN_AS_ROOT_CONFIRM='1',
                   OMPI_MCA_btl_vader_single_copy_mechanism='none')


def has_mpi():
    version = subprocess.run([PROGRAM, '--version'], capture_output=True, text=True).stdout
    return shutil.which('mpirun') and 'MPI: ' in version


class Ranks(CommandLine):
    def over(self, ranks, *arguments):
        return ['mpirun', '--oversubscribe', '--bind-to', 'none', '-n', str(ranks), str(PROGRAM), *map(str, arguments)]

    def run_over(self, ranks, *arguments):
        return subprocess.run(self.over(ranks, *arguments), capture_output=True, text=True, env=ENVIRONMENT,
                              stdin=subprocess.DEVNULL, cwd=self.folder)

    def summary(self, folder):
        return same(parse((self.folder / folder / 'summary.json').read_text()))

    def test_any_number_of_ranks_gives_the_same_result(self):
        # The last block is cut short, and a detector brings calibrations and records.
        scan = [*SCAN, '--trajectories', '1000', '--direction', 'up', '--detector', 'side=1', '--side-rate', '0.1', '--estimators',
                'area,fit', '--keep-records', '2']
        self.fine(*scan, '--out', self.folder / 'whole')
        for ranks in (1, 2, 3):
            p = self.run_over(ranks, *scan, '--out', f'r{ranks}')
            self.assertEqual(p.returncode, 0, p.stderr)
            self.assertEqual(self.summary(f'r{ranks}'), self.summary('whole'), ranks)
            self.assertEqual((self.folder / f'r{ranks}/summary.csv').read_bytes(),
                             (self.folder / 'whole/summary.csv').read_bytes())

    def test_parts_over_ranks_merge_and_studies_run_over_ranks(self):
        self.fine(*SCAN, '--trajectories', '1500', '--out', self.folder / 'whole')
        for k in (1, 2):
            p = self.run_over(2, *SCAN, '--trajectories', '1500', '--part', f'{k}/2', '--out', f'p{k}')
            self.assertEqual(p.returncode, 0, p.stderr)
        self.fine('merge', self.folder / 'p2', self.folder / 'p1', '--out', self.folder / 'merged')
        self.assertEqual(self.summary('merged'), self.summary('whole'))
        study = ['sensitivity', '--atoms', '8,16,32', '--rates', '2', '--trajectories', '600', '--seed', '5', '--threads', '1']
        self.fine(*study, '--out', self.folder / 'study')
        p = self.run_over(2, *study, '--out', 'study2')
        self.assertEqual(p.returncode, 0, p.stderr)
        self.assertEqual(self.summary('study2'), self.summary('study'))

    def test_a_target_error_ends_at_the_same_block_on_any_number_of_ranks(self):
        # With two threads a rank its chunks are two blocks; the second target is not reached before the end.
        for name, target, more in (('a', '0.02', []), ('b', '0.001', []), ('c', '0.02', ['--time-limit', '1e4'])):
            scan = [*SCAN, '--trajectories', '6000', '--target-error', f'area:up:{target}', *more]
            self.fine(*scan, '--out', self.folder / name)
            ensemble = parse((self.folder / name / 'summary.json').read_text())['ensemble']
            self.assertEqual(ensemble['stop_reason'], 'completed' if name == 'b' else 'target_error')
            self.assertTrue(1024 < ensemble['trajectories'] < 6000 or name == 'b', ensemble)
            for ranks, threads in ((2, 1), (3, 2)):
                p = self.run_over(ranks, *scan, '--threads', threads, '--out', f'{name}{ranks}')
                self.assertEqual(p.returncode, 0, p.stderr)
                self.assertEqual(self.summary(f'{name}{ranks}'), self.summary(name), (name, ranks))

    def test_bad_input_is_said_once(self):
        p = self.run_over(3, 'scan', '--atoms', '10', '--rate', '-1', '--half-width', '3', '--out', 'bad')
        self.assertEqual((p.returncode, p.stderr.count('--rate = -1')), (2, 1), p.stderr)
        self.assertFalse((self.folder / 'bad').exists())

    def test_an_interrupted_job_goes_on_to_the_same_bytes(self):
        scan = [*SCAN, '--trajectories', '40000', '--checkpoint-every', '0.05']
        self.fine(*scan, '--out', self.folder / 'whole')
        for k, (how, one_rank) in enumerate(((signal.SIGUSR1, False), (signal.SIGTERM, False), (signal.SIGKILL, True),
                                             (signal.SIGUSR1, True))):
            folder = self.folder / f'k{k}'
            p = subprocess.Popen(self.over(2, *scan, '--out', folder), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                 stdin=subprocess.DEVNULL, env=ENVIRONMENT, text=True, start_new_session=True)
            deadline = time.time() + 60
            while not (folder / 'checkpoint').exists() and p.poll() is None and time.time() < deadline:
                time.sleep(0.01)
            time.sleep(0.2)
            if one_rank:  # lost, it takes the job with it; interrupted, the others too
                ranks = subprocess.run(['pgrep', '-f', f'{PROGRAM} .*--out {folder}'], capture_output=True, text=True).stdout.split()
                for rank in [int(pid) for pid in ranks if int(pid) != p.pid][-1:]:
                    os.kill(rank, how)
            else:
                p.send_signal(how)
            err = p.communicate(timeout=120)[1]
            if p.returncode == 0 and how == signal.SIGUSR1: continue  # it was done already
            self.assertTrue((folder / 'checkpoint').exists() or (folder / 'result.h5').exists(), err)
            done = self.run_over(2, 'resume', folder, '--threads', '1')
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(self.summary(f'k{k}'), self.summary('whole'), how)


if __name__ == '__main__':
    if not has_mpi():
        print('skipped: dickejump was built without MPI, or there is no mpirun')
        sys.exit(77)
    main()
