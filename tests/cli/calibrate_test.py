#!/usr/bin/env python3
"""Ranks of the truth on the command line. usage: calibrate_test.py PROGRAM [unittest arguments]"""
import json

from command_line import CommandLine, main, run, same

SMALL = ['calibrate', '--atoms', 10, '--rate', 4, '--half-width', 3, '--direction', 'up', '--side-rate', 0.5,
         '--detector', 'side=1', '--records', 300, '--prior-width', 1.5]


class Calibrate(CommandLine):
    def test_every_record_has_a_rank(self):
        r = self.json(*SMALL)
        self.assertEqual(r['records'], 300)
        self.assertEqual(len(r['ranks']), 20)
        self.assertEqual(sum(r['ranks']), 300)
        # A new seed fails with probability 1e-6.
        self.assertGreater(r['p_value'], 1e-6)
        for level in ('68', '95'):
            claim = int(level) / 100
            self.assertLess(abs(r['coverage'][level]['value'] - claim), 6 * (claim * (1 - claim) / 300) ** 0.5)
        self.assertEqual(r['ranks'], r['detectors'][0]['ranks'])
        self.assertEqual(r['detectors'][0]['likelihood'], 'exact')

    def test_a_folder_is_run_again_to_the_same_bytes(self):
        a, b = self.folder / 'a', self.folder / 'b'
        first = self.json(*SMALL, '--threads', 1, '--out', a)
        again = self.json('run', a / 'config.toml', '--threads', 2, '--out', b)
        self.assertEqual(json.dumps(same(first)), json.dumps(same(again)))
        self.assertEqual((a / 'config.toml').read_bytes(), (b / 'config.toml').read_bytes())

    def test_the_table_says_p_value_and_coverage(self):
        out = self.fine(*SMALL).stdout
        self.assertRegex(out, r'up +side=1 +exact +0\.\d+')

    def test_what_cannot_be_calibrated_is_refused(self):
        done = run(*SMALL, '--prior-width', 2.5)
        self.assertEqual(done.returncode, 2)
        self.assertIn('--prior-width = 2.5', done.stderr)
        none = run('calibrate', '--atoms', 10, '--rate', 4, '--half-width', 3)
        self.assertEqual(none.returncode, 2)
        self.assertIn('--detector', none.stderr)


if __name__ == '__main__':
    main()
