#!/usr/bin/env python3
"""The effective model of App. B at finite detuning, as users meet it. usage: effective_test.py PROGRAM"""
import math

from command_line import CommandLine, main, run


def steady(atoms, linewidth, pump):
    """<J_z> and Var J_z from p_{n+1}/p_n = w/(1 + (linewidth (n+1))^2), summed as logarithms."""
    logs = [0.0]
    for n in range(atoms):
        logs.append(logs[-1] + math.log(pump / (1 + (linewidth * (n + 1))**2)))
    weights = [math.exp(x - max(logs)) for x in logs]
    mean = sum(n * p for n, p in enumerate(weights)) / sum(weights)
    variance = sum((n - mean)**2 * p for n, p in enumerate(weights)) / sum(weights)
    return mean - atoms / 2, variance


class Effective(CommandLine):
    MODEL = ['--model', 'effective', '--detuning', 600, '--gamma-r', 4]
    SCAN = ['--atoms', 60, '--rate', 4, '--half-width', 20]

    def test_the_steady_state(self):
        for atoms, detuning, gamma_r, pump in ((100, 1e4, 10, 1.1), (1000, 1e5, 10, 1.02), (40, -300, 6, 0.9)):
            found = self.json('exact', 'steady', '--model', 'effective', '--atoms', atoms, '--detuning', detuning,
                              '--gamma-r', gamma_r, '--pump', pump)
            mean, variance = steady(atoms, abs(gamma_r / (2 * detuning)), pump)
            self.assertAlmostEqual(found['jz'], mean, delta=1e-9 * atoms)
            self.assertAlmostEqual(found['jz_variance'], variance, delta=1e-9 * atoms**2)
            self.assertIsNone(found['relaxation']['cumulant'])

    def test_where_the_transition_is_the_steady_state_has_no_inversion(self):
        for verb in (['exact', 'scan', *self.SCAN], ['scan', *self.SCAN, '--trajectories', 2],
                     ['steady', '--atoms', 60, '--shots', 10]):
            transition = self.json(*verb, *self.MODEL)['model']['transition']
            mean, _ = steady(60, 4 / 1200, 1 + transition['scaled_pump'] / 30)
            self.assertAlmostEqual(mean, 0, delta=1e-8)
            self.assertGreater(transition['width'], 1)
        self.assertEqual(self.json('exact', 'scan', *self.SCAN)['model'], {'atoms': 60})

    def test_runs_agree_with_the_master_equation(self):
        self.fine('compare', 'scan', *self.SCAN, *self.MODEL, '--trajectories', 3000)

    def test_a_study_of_several_atoms(self):
        study = self.json('sensitivity', '--atoms', '10,20', '--rates', 1, *self.MODEL, '--trajectories', 20)
        self.assertEqual([p['atoms'] for p in study['points']], [10, 20])
        ideal = self.json('sensitivity', '--atoms', '10,20', '--rates', 1, '--trajectories', 20)
        self.assertNotEqual(study['points'][1]['bounds'], ideal['points'][1]['bounds'])

    def test_what_it_does_not_go_with_is_refused(self):
        wrong = {
            '--method sphere --half-width 5': '--method = sphere',
            '--detector cavity=0.5': '--detector',
            '--detuning 0': '--detuning = 0',
            '--gamma-r 0': '--gamma-r = 0',
            '--gamma-r nan': '--gamma-r = nan',
            '--model ladder': '--detuning = 600',
            '--atoms 3000000': '--atoms = 3000000',
        }
        for more, complaint in wrong.items():
            right, instead = [*self.SCAN, *self.MODEL], more.split()
            words = dict(zip(right[::2], right[1::2])) | dict(zip(instead[::2], instead[1::2]))
            done = run('scan', *(x for pair in words.items() for x in pair))
            self.assertEqual(done.returncode, 2, more)
            self.assertIn(complaint, done.stderr)
        done = run('exact', 'scan', *self.SCAN, *self.MODEL, '--method', 'hierarchy')
        self.assertEqual(done.returncode, 2)
        self.assertIn('--method = hierarchy', done.stderr)


if __name__ == '__main__':
    main()
