#!/usr/bin/env python3
"""Closed loops, as users meet them. usage: lock_test.py PROGRAM [unittest arguments]"""
import math

from command_line import CommandLine, main, run


class Lock(CommandLine):
    LOOP = ['--atoms', 20, '--duration', 5, '--gain', 0.4, '--tick', 0.01]

    def test_runs_and_the_chain_say_the_same(self):
        exact = self.json('exact', 'lock', *self.LOOP)
        runs = self.json('lock', *self.LOOP, '--trajectories', 2000)
        for found, wanted in ((runs['up_jumps'], exact['up_jumps']), (runs['x2'], exact['x2']),
                              (runs['scaled'], exact['scaled']), (runs['jz']['variance'], exact['jz']['variance'])):
            self.assertLess(abs(found['value'] - wanted), 5.5 * found['error'])
        self.assertIn('lower bound', self.fine('lock', *self.LOOP, '--trajectories', 20).stdout)

    def test_the_bound_of_a_parked_pump(self):
        bound = self.json('exact', 'bound', '--atoms', 50, '--pump', 1, '--duration', 4)
        self.assertAlmostEqual(bound['information']['shift'], 50 * 52 * 4 / 6, delta=1e-8)
        self.assertAlmostEqual(bound['limit'], (4 * 51**2 / 4 + 50)**-0.5, delta=1e-12)

    def test_a_loop_is_done_again_from_its_file(self):
        folder = self.folder / 'r'
        first = self.json('lock', *self.LOOP, '--trajectories', 50, '--out', folder)
        again = self.json('run', folder / 'config.toml')
        for result in (first, again):
            for key in ('ensemble', 'provenance'):
                result.pop(key)
        self.assertEqual(first, again)

    def test_a_pump_at_rest_is_measured_at_its_bound(self):
        said = self.json('measure', '--atoms', 20, '--park', 1, '--duration', 2, '--detector', 'cavity=1,pump=1',
                         '--trajectories', 300)
        self.assertAlmostEqual(said['bounds']['full_record'], (6 / (20 * 22 * 2))**0.5, delta=1e-6)
        likelihood = said['estimators'][0]
        self.assertEqual(likelihood['name'], 'maximum_likelihood')
        bound = said['bounds']['detected_record'][0]
        self.assertLess(abs(likelihood['delta_w']['value'] / bound['value'] - 1), 0.3)
        self.assertLess(abs(likelihood['coverage']['68']['value'] - 0.68), 0.15)
        for words, complaint in ((['--park', 1], '--detector'), (['--detector', 'cavity=1'], '--park'),
                                 (['--park', 1, '--detector', 'side=1'], 'side')):
            done = run('measure', '--atoms', 20, '--duration', 2, *words)
            self.assertEqual(done.returncode, 2, words)
            self.assertIn(complaint, done.stderr)

    def test_what_cannot_be_is_refused(self):
        for words, complaint in ((['--gain', -1], '--gain = -1'), (['--tick', 20], '--tick = 20'),
                                 (['--servo', 'counts'], '--detector'), (['--servo', 'oracle'], '--servo = oracle'),
                                 (['--initial', 'dicke:21'], '--initial = dicke:21'),
                                 (['--servo', 'counts', '--detector', 'cavity=1'], 'cavity=1')):
            done = run('lock', '--atoms', 20, '--duration', 5, *words)
            self.assertEqual(done.returncode, 2, words)
            self.assertIn(complaint, done.stderr)
        done = run('exact', 'lock', '--atoms', 20, '--duration', 5, '--servo', 'filter', '--detector', 'pump=1')
        self.assertEqual(done.returncode, 2)
        self.assertTrue(math.isfinite(self.json('exact', 'lock', *self.LOOP)['scaled']))


if __name__ == '__main__':
    main()
