#!/usr/bin/env python3
"""Atoms with processes of their own, as users meet them. usage: local_test.py PROGRAM"""
from command_line import CommandLine, main, only


class Local(CommandLine):
    SCAN = ['--atoms', 30, '--rate', 1, '--half-width', 8, '--model', 'local']

    def test_exact_scans_with_the_back_action_of_side_light(self):
        """Final j and the area's calibration, computed elsewhere."""
        for emission, offset, j_end in ((0.01, 0.74, 13.4), (0.03, 1.10, 10.5), (0.1, 2.00, 4.6), (1, 3.60, 5.2)):
            found = self.json('exact', 'scan', *self.SCAN, '--emission', emission, '--direction', 'up', '--points', 3)
            curve = found['curves'][0]
            self.assertEqual(len(curve['j2_mean']), 3)
            self.assertAlmostEqual(curve['j2_mean'][0], 15 * 16, places=6)
            # j(j+1) of the mean j is below <J^2> by the spread of j.
            self.assertLess(abs(curve['j2_mean'][-1]**0.5 - j_end - 0.5), 0.5, emission)
            self.assertEqual(found['model']['name'], 'local')

    def test_a_scan_has_the_area_of_the_rate_equation(self):
        """5.5 standard errors of 4000 runs: a false alarm in 10^7."""
        found = self.json('scan', *self.SCAN, '--emission', 0.1, '--direction', 'up', '--trajectories', 4000,
                          '--points', 5, '--detector', 'side=1', '--keep-records', 200)
        area = only(found['estimators'], name='area', detector=None)
        self.assertAlmostEqual(area['calibration']['offset'], 2.001113, delta=1e-5)
        self.assertAlmostEqual(area['calibration']['slope'], 0.55991, delta=1e-4)
        self.assertLess(abs(area['mean']['value'] - 2.001113), 5.5 * area['mean']['error'])
        curve = found['curves'][0]
        self.assertLess(abs(curve['j2_mean'][-1] - 29.4456), 5.5 * curve['j2_mean_error'][-1])
        self.assertEqual(curve['j2_mean'][0], 240)
        photons = [len(record['clicks']['side']) for record in found['records']]
        mean = sum(photons) / len(photons)
        error = (sum((n - mean)**2 for n in photons))**0.5 / len(photons)
        self.assertLess(abs(mean - 17.9812), 5.5 * error)
        self.assertEqual({e['name'] for e in found['estimators'] if e['detector']},
                         {'first_crossing', 'last_crossing', 'mid_crossing', 'area', 'fit'})
        self.assertIsNone(only(found['bounds'], direction='up')['detected_record'][0]['value'])

    def test_an_experiment(self):
        """Offsets and slopes of legs, computed elsewhere."""
        found = self.json('experiment', '--atoms', 20, '--rate', 2, '--half-width', 7, '--duration', 28,
                          '--emission', 0.05, '--trajectories', 3000)
        offsets, slopes = [1.22983, -0.36674, 0.82478, -0.11939], [0.80266, 0.55396, 0.56961, 0.32082]
        self.assertEqual([leg['direction'] for leg in found['legs']], ['up', 'down'] * 2)
        for leg, offset, slope in zip(found['legs'], offsets, slopes):
            area = only(leg['estimators'], name='area')
            self.assertAlmostEqual(area['calibration']['slope'], slope, delta=0.015)
            self.assertLess(abs(area['mean']['value'] - area['calibration']['offset']), 5.5 * area['mean']['error'])
            self.assertLess(abs(area['calibration']['offset'] - offset), 0.03)
        area = only(found['combined'], name='area')
        self.assertAlmostEqual(sum(area['weights']), 1, places=12)
        self.assertLess(abs(area['delta_w']['value'] / 0.059481 - 1), 0.08)
        self.assertAlmostEqual(found['bounds']['full_record'], 0.032835, delta=3e-4)
        self.assertEqual(set(found['bounds']), {'full_record', 'detected_record', 'parked_full_record', 'paper'})

    def test_clicks_of_single_atoms_have_a_likelihood(self):
        found = self.json('scan', '--atoms', 8, '--rate', 1, '--half-width', 3.5, '--model', 'local', '--emission', 0.1,
                          '--direction', 'up', '--detector', 'cavity=0.7,side=0.5', '--estimators', 'maximum_likelihood,bayes',
                          '--trajectories', 200, '--keep-records', 1)
        bound, = found['bounds'][0]['detected_record']
        self.assertEqual(bound['likelihood'], 'exact')
        bayes = only(found['estimators'], name='bayes')
        self.assertLess(bayes['ratio_to_bound']['detected_record'], 1.4)
        self.assertGreater(bayes['coverage']['68']['value'], 0.5)
        self.assertGreater(only(found['estimators'], name='maximum_likelihood')['coverage']['95']['value'], 0.8)
        self.assertGreater(len(found['records'][0]['filter']['mean']), 10)

    def test_an_experiment_is_seen_by_a_detector(self):
        words = ['--atoms', 8, '--rate', 2, '--half-width', 3.5, '--duration', 7, '--emission', 0.05, '--trajectories', 200]
        found = self.json('experiment', *words, '--detector', 'cavity=0.7,side=0.5')
        bound, = found['bounds']['detected_record']
        self.assertEqual(bound['likelihood'], 'exact')
        self.assertGreater(bound['value'], found['bounds']['full_record'])
        bayes = only(found['combined'], name='bayes')
        self.assertEqual(bayes['detector'], 'cavity=0.7,side=0.5')
        self.assertLess(abs(bayes['delta_w']['value'] / bound['value'] - 1), 0.4)
        self.assertIn('what cavity=0.7,side=0.5 sees', self.fine('experiment', *words, '--detector', 'cavity=0.7,side=0.5').stdout)
        self.refused('experiment', *words, '--rest', 0.1, '--repump', 1, '--detector', 'cavity=1', messages=['repump'])

    def test_where_atoms_come_to_rest(self):
        # At T = 10 the run of PHYSICS has nearly come there.
        local = ['--atoms', 20, '--model', 'local', '--emission', 0.1]
        steady = self.json('exact', 'steady', *local, '--pump', 1)
        late = self.json('exact', 'ensemble', *local, '--pump', 1, '--times', '0:200:2', '--initial', 'ground')
        for name in ('jz', 'j2'):
            self.assertAlmostEqual(steady[name], late['observables'][name]['mean'][-1], places=5)
        several = self.json('exact', 'steady', *local, '--pump', '0.5,1')
        self.assertEqual(several['jz'][1], steady['jz'])
        g2 = self.json('exact', 'g2', *local, '--pump', 1, '--channel', 'side', '--times', '0,50')['g2']
        self.assertAlmostEqual(g2[1], 1, places=3)
        czz = self.json('exact', 'correlation', *local, '--pump', 1, '--times', '0,1')['czz']
        self.assertAlmostEqual(czz[0], steady['jz_variance'], places=8)
        self.assertLess(czz[1], czz[0])

    def test_shots_in_the_steady_state(self):
        said = self.json('steady', '--atoms', 20, '--model', 'local', '--emission', 0.1, '--shots', 40000)
        only = said['estimators']
        self.assertEqual([e['name'] for e in only], ['locally_unbiased'])
        self.assertLess(abs(only[0]['mean']['value'] - 1), 5.5 * only[0]['mean']['error'])
        self.assertLess(abs(only[0]['std']['value'] - said['bound']), 5.5 * only[0]['std']['error'])

    def test_a_lock_of_atoms_that_emit_on_their_own(self):
        said = self.json('lock', '--atoms', 20, '--duration', 5, '--model', 'local', '--emission', 0.1,
                         '--trajectories', 500)
        self.assertLess(said['j2']['mean']['value'], 110)
        self.assertGreater(len(said['pump_spectrum']['frequency']), 8)
        alone = self.json('lock', '--atoms', 20, '--duration', 5, '--trajectories', 500)
        self.assertIsNone(alone['j2'])
        self.assertLess(said['bounds']['limit'], alone['bounds']['limit'])
        self.assertGreater(said['scaled']['value'], alone['scaled']['value'])

    def test_what_has_no_meaning_is_refused(self):
        self.refused('scan', *self.SCAN, '--emission', -1, '--dephasing', 'nan',
                     messages=['emission = -1', 'dephasing = nan'])
        self.refused('scan', *self.SCAN, '--side-rate', 1, messages=['side-rate'])
        self.refused('scan', *self.SCAN, '--method', 'sphere', messages=['sphere', 'sphere'])
        self.refused('scan', '--atoms', 101, '--rate', 1, '--half-width', 8, '--model', 'local', '--emission', 1, '--detector',
                     'side=1', '--estimators', 'bayes', messages=['101'])
        self.refused('scan', '--atoms', 30, '--rate', 1, '--half-width', 8, '--emission', 1, messages=['local'])
        self.refused('exact', 'crossings', '--atoms', 5, '--rate', 1, '--half-width', 2, '--model', 'local',
                     messages=['local'])
        self.refused('exact', 'g2', '--atoms', 5, '--pump', 1, '--model', 'local', '--channel', 'side', '--times', 1,
                     messages=['emission'])
        self.refused('lock', '--atoms', 5, '--duration', 1, '--model', 'local', '--side-rate', 1, messages=['side-rate'])
        self.refused('lock', '--atoms', 5, '--duration', 1, '--model', 'local', '--servo', 'filter', '--detector',
                     'side=1', messages=['filter'])
        self.refused('experiment', '--atoms', 20, '--rate', 2, '--half-width', 7, '--duration', 3,
                     messages=['duration'])


if __name__ == '__main__':
    main()
