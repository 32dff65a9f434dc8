#!/usr/bin/env python3
"""A laboratory's own clicks, as users meet them. usage: estimate_test.py PROGRAM [unittest arguments]"""
import json
import random

from command_line import CommandLine, main, run

SETUP = '''atoms = 20
rate = 2
half_width = 6
direction = "{direction}"
side_rate = 1.0
[[detector]]
name = "lab"
bin = 0.01
[detector.cavity]
efficiency = 0.1
dead_time = 0.01
[detector.side]
efficiency = 0.5
background = 0.2
[data]
format = "{format}"
gamma = 2000.0
time_unit = 1e-9
{more}
'''
NUMBERS = 'channels = { cavity = 1, side = 3 }'
MORE = {'csv': NUMBERS, 'npy': NUMBERS + '\ncycle = 4000000\nstart = 1000', 'ptu': NUMBERS, 'photon-hdf5': NUMBERS,
        'text': 'channels = { cavity = "c.txt", side = "s.txt" }\ncycle = 4000000', 'counts': ''}


class Estimate(CommandLine):
    def setup_file(self, format, name='setup.toml', direction='up', **changes):
        text = SETUP.format(format=format, direction=direction, more=MORE[format])
        for old, new in changes.items():
            text = text.replace(old, new)
        return self.file(name, text)

    def clicks(self, format, *more, **changes):
        folder = self.folder / format
        said = self.json('simulate-clicks', '--config', self.setup_file(format, **changes), '--out', folder, '--seed', 5, *more)
        return [folder / name for name in said['files']], folder / 'setup.toml', said

    def test_every_format_tells_the_same(self):
        answers = {}
        for format in MORE:
            files, setup, said = self.clicks(format, '--records', 2, '--theta', 0.05)
            found = self.json('estimate', *files, '--config', setup, '--fit-records', 0)
            self.assertEqual([r['clicks'] for r in found['records']], [r['clicks'] for r in said['records']], format)
            self.assertEqual(found['likelihood'], 'approximate' if format == 'counts' else 'exact')
            answers[format] = found
        for format, found in answers.items():
            for mine, other in zip((*found['records'], found['combined']),
                                   (*answers['csv']['records'], answers['csv']['combined'])):
                value, error = mine['maximum_likelihood']['value'], other['maximum_likelihood']['error']
                # Bins of 0.01/gamma lose a little.
                self.assertLess(abs(value - other['maximum_likelihood']['value']) / error, 0.2 if format == 'counts' else 0.01)
                self.assertEqual(mine['critical_pump']['value'], 1 - value)
                self.assertAlmostEqual(mine['critical_pump_per_second']['value'], 2000 * (1 - value))
                self.assertLess(mine['interval']['95'][0], mine['interval']['68'][0])
                # Fixed seed; the truth within four errors.
                self.assertLess(abs(value - 0.05), 4 * mine['maximum_likelihood']['error'])

    def test_a_setup_that_does_not_fit_is_told_so_in_words(self):
        files, setup, _ = self.clicks('csv', direction='down')
        good = self.fine('estimate', *files, '--config', setup).stdout
        self.assertIn('fits', good)
        self.assertNotIn('does NOT fit', good)
        wrong = self.file('wrong.toml', setup.read_text().replace('side_rate = 1.0', 'side_rate = 0.2'))
        said = self.fine('estimate', *files, '--config', wrong).stdout
        self.assertIn('does NOT fit', said)
        self.assertIn('expected', said)
        self.assertLess(self.json('estimate', *files, '--config', wrong)['records'][0]['fit_p_value'], 2e-3)

    def test_results_are_the_same_bytes_whatever_the_threads_and_go_to_a_folder(self):
        files, setup, _ = self.clicks('csv', '--records', 2)
        results = []
        for threads in (1, 3):
            found = self.json('estimate', *files, '--config', setup, '--threads', threads, '--fit-records', 100,
                              '--out', self.folder / 'out')
            results.append(json.dumps({k: v for k, v in found.items() if k not in ('threads', 'seconds', 'provenance')}))
        self.assertEqual(*results)
        lines = (self.folder / 'out/summary.csv').read_text().splitlines()
        self.assertEqual(len(lines), 4)
        again = self.json('estimate', *files, '--config', self.folder / 'out/config.toml')
        self.assertEqual(again['combined']['maximum_likelihood'], json.loads(results[0])['combined']['maximum_likelihood'])

    def test_what_else_is_unknown_is_fitted_with_it(self):
        files, setup, _ = self.clicks('csv', '--records', 3)
        text = setup.read_text()
        told = self.file('told.toml', 'unknown = ["gamma", "efficiency:cavity=0.10(1)"]\n' + text)
        alone, found = (self.json('estimate', *files, '--config', one, '--fit-records', 0) for one in (setup, told))
        self.assertEqual((alone['intervals'], found['intervals']), ('posterior', 'profile likelihood'))
        self.assertIn('efficiency:cavity', alone['assumes'])
        self.assertNotIn('efficiency:cavity', found['assumes'])
        self.assertIn('offset', found['assumes'])
        self.assertNotIn('joint', alone['combined'])
        joint = found['combined']['joint']
        self.assertEqual(joint['parameters'], ['theta', 'gamma', 'efficiency:cavity'])
        self.assertEqual(joint['priors'][:2], [None, None])
        self.assertAlmostEqual(joint['priors'][2]['error'], 0.01)
        self.assertTrue(joint['converged'])
        self.assertEqual((joint['singular'], joint['at_end']), ([], []))
        theta, c = found['combined']['maximum_likelihood'], joint['covariance']
        self.assertEqual(theta['value'], joint['value'][0])
        self.assertAlmostEqual(theta['error'], c[0][0] ** 0.5)
        self.assertGreater(theta['error'], 1.2 * alone['combined']['maximum_likelihood']['error'])
        critical = found['combined']['critical_pump']
        self.assertAlmostEqual(critical['value'], joint['value'][1] - theta['value'])
        self.assertAlmostEqual(critical['error'], (c[0][0] + c[1][1] - 2 * c[0][1]) ** 0.5)
        self.assertEqual(joint['profile']['theta'], found['combined']['interval'])
        low, high = joint['profile']['critical_pump']['95']
        self.assertTrue(low < critical['value'] < high)
        # The same from the command line, and in words.
        said = self.fine('estimate', *files, '--config', setup, '--fit-records', 0, '--unknown', 'gamma,efficiency:cavity=0.10(1)').stdout
        self.assertIn('fitted together', said)
        self.assertIn('taken as known: side_rate', said)
        done = run('estimate', *files, '--config', setup, '--unknown', 'gamma=1')
        self.assertEqual(done.returncode, 2)
        self.assertIn('gamma=0.50(2)', done.stderr)

    def test_a_schedule_beside_the_setup(self):
        self.file('ramp.csv', 'time,pump\n0,0.6\n4,1.4\n6,1.4\n')
        setup = self.setup_file('csv', **{'rate = 2\nhalf_width = 6\ndirection = "up"': 'schedule = "ramp.csv"'})
        said = self.json('simulate-clicks', '--config', setup, '--out', self.folder / 'c', '--theta', 0.1)
        found = self.json('estimate', self.folder / 'c' / said['files'][0], '--config', setup, '--fit-records', 0)
        self.assertEqual(found['protocol']['duration'], 6)
        estimate = found['records'][0]['maximum_likelihood']
        self.assertLess(abs(estimate['value'] - 0.1), 4 * estimate['error'])

    def test_what_cannot_be_is_refused(self):
        files, setup, _ = self.clicks('csv')
        text = setup.read_text()

        def refused(complaint, *arguments):
            done = run(*arguments)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(complaint, done.stderr)
            self.assertEqual(done.stdout, '')

        for old, new, complaint in (('atoms', 'atomz', 'did you mean atoms?'),
                                    ('data.gamma', 'data.gama', 'did you mean data.gamma?'),
                                    ('data.format = "csv"', 'data.format = "xls"', 'csv'),
                                    ('data.channels.side = "3"', '', 'data.channels.side'),
                                    ('efficiency = 0.5', 'efficency = 0.5', 'did you mean efficiency?'),
                                    ('rate = 2', 'rate = -2', 'rate = -2'),
                                    ('data.time_unit = 1e-09', 'data.time_unit = 0.0', 'data.time_unit'),
                                    ('atoms = 20', 'atoms = ', ':')):
            self.assertIn(old, text)
            refused(complaint, 'estimate', files[0], '--config', self.file('bad.toml', text.replace(old, new)))
        refused('--config', 'estimate', files[0])
        refused('files', 'estimate', '--config', setup)
        refused('no such file', 'estimate', self.folder / 'no such file', '--config', setup)
        refused('did you mean --threads', 'estimate', files[0], '--config', setup, '--thraeds', 1)
        refused('--out', 'simulate-clicks', '--config', setup)
        refused('theta', 'simulate-clicks', '--config', setup, '--out', self.folder / 'x', '--theta', -3)
        self.fine('estimate', '--help')

    def test_estimates_survive_the_end_of_the_time_for_their_fit(self):
        files, setup, _ = self.clicks('csv')
        found = self.json('estimate', *files, '--config', setup, '--fit-records', 1e6, '--time-limit', 5)
        self.assertEqual(found['stop_reason'], 'time_limit')
        self.assertIsNone(found['records'][0]['fit_p_value'])
        self.assertIsNotNone(found['records'][0]['maximum_likelihood']['value'])

    def test_damaged_files_end_with_a_message(self):
        chance = random.Random(1)
        for format in MORE:
            files, setup, _ = self.clicks(format)
            whole = files[0].read_bytes()
            for k in range(4):
                data = bytearray(whole)
                if k % 2:
                    del data[chance.randrange(1, len(data)):]
                else:
                    data[chance.randrange(min(len(data), 300))] = chance.randrange(256)
                files[0].write_bytes(data)
                done = run('estimate', *files, '--config', setup, '--fit-records', 0, '--json', timeout=60)
                self.assertIn(done.returncode, (0, 2), done.stderr)
                self.assertTrue(done.returncode == 0 or len(done.stderr) > 20)


if __name__ == '__main__':
    main()
