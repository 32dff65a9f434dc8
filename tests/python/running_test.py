"""While the engine runs: the interpreter is free, Ctrl-C is heard, progress is told, folders are written."""
import json
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

import dickejump as dj
from support import without_clock

# Hours of work, in runs and in an exact solution.
LONG = dict(atoms=1000, rate=0.5, half_width=20, trajectories=10**7, method='exact')
LONG_EXACT = dict(atoms=100_000, rate=0.01, half_width=40, method='populations')


class Interrupted(unittest.TestCase):
    def interrupts(self, function, **keywords):
        """Seconds from the signal to the exception."""
        sent = []

        def send():
            sent.append(time.monotonic())
            os.kill(os.getpid(), signal.SIGINT)

        timer = threading.Timer(0.3, send)
        timer.start()
        with self.assertRaises(KeyboardInterrupt):
            function(**keywords)
        return time.monotonic() - sent[0]

    def test_ctrl_c_ends_a_run_at_once(self):
        # Stated as 0.2 s; a machine that is busy with other things gets ten times that.
        self.assertLess(self.interrupts(dj.scan, **LONG), 2)
        # And the next one works.
        self.assertEqual(dj.scan(atoms=4, rate=1, half_width=2, trajectories=10).ensemble.trajectories, 10)

    def test_and_an_exact_solution(self):
        self.assertLess(self.interrupts(dj.exact.scan, **LONG_EXACT), 2)

    def test_and_raw_runs_and_controllers(self):
        self.assertLess(self.interrupts(dj.sample, atoms=1000, rate=0.1, half_width=20, trajectories=2000, ticks=200,
                                        direction='up'), 2)
        self.assertLess(self.interrupts(dj.loop, controller=lambda tick: 1.0, atoms=10, duration=1000, trajectories=1000), 2)

    def test_a_folder_can_be_gone_on_with(self):
        program = '''
import dickejump as dj, os, signal, sys, threading
threading.Timer(1.0, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
try: dj.scan(atoms=100, rate=4, half_width=20, trajectories=10**7, out=sys.argv[1])
except KeyboardInterrupt: print("interrupted")
'''
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([sys.executable, '-c', program, folder], capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stdout), (0, 'interrupted\n'), done.stderr)
            part = dj.load(folder)
            self.assertIsInstance(part, dj.Part)
            self.assertFalse(part.complete)
            self.assertGreater(part.trajectories, 0)


class Free(unittest.TestCase):
    def test_other_threads_go_on(self):
        busy = threading.Thread(target=lambda: dj.scan(atoms=300, rate=1, half_width=14, trajectories=500, method='exact'))
        busy.start()
        turns = 0
        while busy.is_alive():
            turns += 1
            time.sleep(0.001)
        self.assertGreater(turns, 20)

    def test_runs_side_by_side_are_those_one_by_one(self):
        keywords = dict(atoms=20, rate=4, half_width=9, trajectories=300)
        alone = [dj.scan(**keywords, seed=seed).to_json() for seed in (1, 2)]
        together = {}
        threads = [threading.Thread(target=lambda seed=seed: together.update({seed: dj.scan(**keywords, seed=seed).to_json()}))
                   for seed in (1, 2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([without_clock(json_) for json_ in alone], [without_clock(together[seed]) for seed in (1, 2)])


class Communicator:
    """Ranks that are threads of this process, as mpi4py's ranks are processes."""

    def __init__(self, rank, ranks, barrier, slots):
        self.rank, self.ranks, self.barrier, self.slots = rank, ranks, barrier, slots

    def Get_rank(self):
        return self.rank

    def Get_size(self):
        return self.ranks

    def allgather(self, value):
        self.slots[self.rank] = pickle.dumps(value)
        self.barrier.wait()
        return [pickle.loads(slot) for slot in self.slots]


class OverRanks(unittest.TestCase):
    KEYWORDS = dict(atoms=20, rate=4, half_width=9, trajectories=300, seed=7)

    def test_ranks_share_a_run(self):
        ranks, found = 3, {}
        barrier, slots = threading.Barrier(ranks), [None] * ranks

        def work(rank):
            found[rank] = dj.scan(**self.KEYWORDS, comm=Communicator(rank, ranks, barrier, slots))

        threads = [threading.Thread(target=work, args=(rank,)) for rank in range(ranks)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        alone = without_clock(dj.scan(**self.KEYWORDS).to_json())
        self.assertEqual([without_clock(found[rank].to_json()) for rank in range(ranks)], [alone] * ranks)

    def test_a_part_of_a_part_is_none(self):
        with self.assertRaisesRegex(dj.InvalidInput, 'part of its own'):
            dj.scan(**self.KEYWORDS, part='1/2', comm=Communicator(0, 2, None, None))


class Told(unittest.TestCase):
    def test_progress_is_told_to_a_function(self):
        told = []
        dj.scan(atoms=200, rate=1, half_width=14, trajectories=2000, method='exact', progress=lambda *now: told.append(now))
        self.assertTrue(told)
        for done, wanted, unit, phase, seconds, fraction in told:
            self.assertLessEqual(done, wanted)
            self.assertTrue(0 <= fraction <= 1)
        self.assertEqual(told[-1][2], 'runs')

    def test_what_it_raises_ends_the_run(self):
        def refuse(*now):
            raise RuntimeError('no more')

        with self.assertRaisesRegex(RuntimeError, 'no more'):
            dj.scan(**LONG, progress=refuse)

    def test_a_time_limit_is_heard(self):
        start = time.monotonic()
        result = dj.scan(atoms=4, rate=1, half_width=2, trajectories=10**10, time_limit=2)
        self.assertEqual(result.ensemble.stop_reason, 'time_limit')
        self.assertLess(time.monotonic() - start, 60)
        with tempfile.TemporaryDirectory() as folder:
            result.save(Path(folder) / 'a.h5')
            self.assertEqual(dj.load(Path(folder) / 'a.h5').ensemble.trajectories, result.ensemble.trajectories)

    def test_nothing_is_printed(self):
        program = 'import dickejump as dj; dj.scan(atoms=20, rate=4, half_width=9, trajectories=300)'
        done = subprocess.run([sys.executable, '-c', program], capture_output=True, text=True, check=True)
        self.assertEqual((done.stdout, done.stderr), ('', ''))

    def test_out_writes_the_folder_of_the_command_line(self):
        with tempfile.TemporaryDirectory() as folder:
            result = dj.scan(atoms=20, rate=4, half_width=9, trajectories=300, out=folder)
            names = {path.name for path in Path(folder).iterdir()}
            self.assertLessEqual({'config.toml', 'summary.json', 'summary.csv', 'result.h5'}, names)
            self.assertEqual(json.loads((Path(folder) / 'summary.json').read_text()), json.loads(result.to_json()))


if __name__ == '__main__':
    unittest.main()
