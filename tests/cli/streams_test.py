#!/usr/bin/env python3
"""What becomes of a result when nobody reads stdout, and of flags and words that are not expected.
usage: streams_test.py PROGRAM [unittest arguments]"""
import shlex
import subprocess

from command_line import PROGRAM, CommandLine, main, run


class Streams(CommandLine):
    SCAN = ['scan', '--atoms', 10, '--rate', 4, '--half-width', 3, '--trajectories', 50]

    def shell(self, command):
        return subprocess.run(['bash', '-c', command], capture_output=True, text=True, stdin=subprocess.DEVNULL)

    def test_files_are_there_whatever_becomes_of_stdout(self):
        scan = shlex.join([PROGRAM, *map(str, self.SCAN)])
        for k, tail in enumerate(('| true', '| head -c 10', '> /dev/full', '>&-')):
            self.shell(f'{scan} --json --out {self.folder}/r{k} {tail}')
            for name in ('summary.json', 'summary.csv', 'config.toml'):
                self.assertTrue((self.folder / f'r{k}' / name).exists(), (tail, name))

    def test_a_full_stdout_is_a_failure_that_is_said(self):
        done = self.shell(f'{shlex.quote(PROGRAM)} exact steady --atoms 100 --pump 1 > /dev/full')
        self.assertEqual(done.returncode, 1)
        self.assertIn('No space left on device', done.stderr)

    def test_a_sweep_is_in_its_folder_whatever_becomes_of_stdout(self):
        sweep = f'{shlex.quote(PROGRAM)} sensitivity --atoms 10,20 --rates 4 --trajectories 50 --out {self.folder}/s'
        done = self.shell(f'{sweep} > /dev/full')
        self.assertEqual(done.returncode, 1)
        for name in ('summary.json', 'summary.csv'):
            self.assertTrue((self.folder / 's' / name).exists(), name)

    def test_help_for_a_reader_who_goes_away_is_no_failure(self):
        done = self.shell(f'set -o pipefail; for i in 1 2 3; do {shlex.quote(PROGRAM)} scan --help | true || exit 1; done')
        self.assertEqual((done.returncode, done.stderr), (0, ''))

    def test_a_folder_holds_the_files_of_one_result(self):
        self.fine(*self.SCAN, '--side-rate', 0.01, '--detector', 'side=1', '--keep-records', 2, '--out',
                  self.folder / 'r')
        self.assertTrue((self.folder / 'r' / 'record-4.csv').exists())
        self.fine('exact', 'steady', '--atoms', 5, '--pump', 1, '--out', self.folder / 'r', '--force')
        self.assertEqual({p.name for p in (self.folder / 'r').iterdir()}, {'summary.json', 'config.toml'})

    def test_flags_take_true_or_false(self):
        steady = ['exact', 'steady', '--atoms', 4, '--pump', 1]
        self.assertTrue(self.fine(*steady, '--json=true').stdout.startswith('{'))
        self.assertFalse(self.fine(*steady, '--json=false').stdout.startswith('{'))
        wrong = run(*steady, '--json=banana')
        self.assertEqual(wrong.returncode, 2)
        self.assertIn('--json = banana', wrong.stderr)

    def test_a_second_value_of_an_option_is_refused(self):
        done = run('exact', 'steady', '--atoms', 16, 20, '--pump', 1)
        self.assertEqual(done.returncode, 2)
        self.assertIn('argument 20', done.stderr)

    def test_every_verb_and_group_has_help(self):
        for words in ([], ['run'], ['exact'], ['compare'], ['scan'], ['exact', 'steady']):
            self.assertIn('Usage: dickejump', self.fine(*words, '--help').stdout)

    def test_one_run_table_is_not_taken_for_a_list_of_runs(self):
        path = self.file('r.toml', 'out = "x"\nverb = "exact steady"\natoms = 4\npump = 1.0\n[run]\nname = "a"\n')
        done = run('run', path)
        self.assertEqual(done.returncode, 2)
        self.assertIn('write [[run]]', done.stderr)


if __name__ == '__main__':
    main()
