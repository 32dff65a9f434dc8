#!/usr/bin/env python3
"""Detectors on the command line and in TOML. usage: detector_test.py PROGRAM [unittest arguments]"""
import json

from command_line import CommandLine, main, of, only, run, same

SMALL = ['scan', '--atoms', 8, '--rate', 4, '--half-width', 3, '--trajectories', 150, '--points', 11]
NAMES = ['first_crossing', 'last_crossing', 'mid_crossing', 'area', 'fit', 'maximum_likelihood', 'bayes']
TOML = 'verb = "scan"\natoms = 8\nrate = 4\nhalf_width = 3\ntrajectories = 150\npoints = 11\n'
TABLES = '''side_rate = 3
[[detector]]
name = "all kinds"
gate_open = 0.1
gate_close = 1.4
[detector.cavity]
efficiency = 0.6
background = 2.5
dead_time = 0.01
[detector.pump]
efficiency = 1
dead_time = 0.005
dead_time_kind = "paralysable"
jitter = 0.002
[[detector]]
name = "coarse \\"counts\\""
bin = 0.1
time_tags = false
side.efficiency = 0.5
'''


class Records(CommandLine):
    def test_bounds_with_unknown_parameters(self):
        r = self.json(*SMALL, '--detector', 'cavity=0.5', '--estimators', 'area', '--unknown',
                      'gamma,efficiency:cavity')
        for b in r['bounds']:
            d = only(b['detected_record'], detector='cavity=0.5')
            self.assertEqual(d['parameters'], ['theta', 'gamma', 'efficiency:cavity'])
            self.assertEqual(d['unknown'], d['parameters'][1:])
            self.assertIn('gamma', d['assumes'])
            f = d['matrix']
            self.assertEqual([len(row) for row in f], [3, 3, 3])
            for i in range(3):
                for j in range(3):
                    self.assertEqual(f[i][j], f[j][i])
                    self.assertGreater(d['matrix_error'][i][j], 0)
            self.assertGreater(d['profiled']['value'], f[0][0] ** -0.5)
            self.assertGreater(d['critical_pump']['value'], 0)
            self.assertEqual(d['singular'], [])
            self.assertEqual([one['unknown'] for one in d['alone']], d['unknown'])
            for one in d['alone']:
                self.assertGreater(one['profiled']['value'], f[0][0] ** -0.5)
                self.assertLess(one['profiled']['value'], d['profiled']['value'])
        for detector, said in ((['--detector', 'pump=1'], 'does not see the cavity'), ([], 'give a --detector')):
            self.refused(*SMALL, *detector, '--unknown', 'efficiency:cavity', messages=[said])

    def test_each_detector_repeats_the_estimators_and_has_its_bound(self):
        names = ['cavity=1,pump=1', 'side=0.5']
        r = self.json(*SMALL, '--side-rate', 2, '--detector', names[0], '--detector', names[1])
        for name in names:
            for leg in ('up', 'down'):
                self.assertEqual([e['name'] for e in of(r['estimators'], detector=name, direction=leg)], NAMES)
            only(r['estimators'], detector=name, direction='both', name='loop')
        for e in of(r['estimators'], detector=None):
            self.assertIsNone(e['ratio_to_bound']['detected_record'])
            self.assertIsNone(e.get('coverage'))
        self.assertEqual({b['direction'] for b in r['bounds']}, {'up', 'down', 'both'})
        for b in r['bounds']:
            self.assertEqual([d['detector'] for d in b['detected_record']], names)
            for d in b['detected_record']:
                self.assertGreater(d['value'], b['full_record'] * 0.9)
                self.assertGreater(d['error'], 0)
        for e in r['estimators']:
            if e['detector'] is None:
                continue
            bound = only(only(r['bounds'], direction=e['direction'])['detected_record'],
                             detector=e['detector'])
            self.assertAlmostEqual(e['ratio_to_bound']['detected_record'], e['delta_w']['value'] / bound['value'],
                                   places=9)
            if e['name'] in ('maximum_likelihood', 'bayes'):
                self.assertEqual(set(e['coverage']), {'68', '95'})
                for level, coverage in e['coverage'].items():
                    # 150 runs: six binomial errors below the claim. So near w = 0 many records have their maximum
                    # at the boundary, and the others hold the truth more often.
                    claim = int(level) / 100
                    self.assertGreater(coverage['value'], claim - 6 * (claim * (1 - claim) / 150) ** 0.5)
                    if coverage['error'] is not None:  # null where all intervals hold it: no spread to tell from
                        self.assertGreaterEqual(coverage['error'], 0)
            else:
                self.assertIsNone(e['coverage'])

    def test_signals_and_kept_records_have_their_keys(self):
        r = self.json(*SMALL, '--side-rate', 2, '--detector', 'side=1', '--detector', 'cavity=0.5', '--signals',
                      '--keep-records', 2)
        self.assertEqual([(d['detector'], d['direction']) for d in r['detectors']],
                         [(d, leg) for leg in ('up', 'down') for d in ('side=1', 'cavity=0.5')])
        for d in r['detectors']:
            signal, correlation = d['signal'], d['correlation']
            bins = len(signal['scaled_pump'])
            self.assertEqual(bins, 10)
            for key in ('jz', 'jz_error', 'fano', 'fano_error'):
                self.assertEqual(len(signal[key]), bins)
            for key in ('g2', 'g2_error', 'czz', 'czz_error'):
                self.assertEqual(len(correlation[key]), len(correlation['lag']))
            self.assertEqual(correlation['lag'][0], 0)
            on_side = d['detector'] == 'side=1'
            self.assertEqual(all(x is None for x in correlation['czz']), not on_side)
        self.assertEqual(len(r['records']), 2 * 2 * 2)
        for record in r['records']:
            self.assertIn(record['trajectory'], (0, 1))
            self.assertEqual(len(record['n']), 10)
            for counts in record['counts'].values():
                self.assertEqual(len(counts), 10)
            self.assertEqual(len(record['filter']['mean']), 10)
        # The truth behind a record is the same whatever looks at it.
        truths = {(r['direction'], r['trajectory']): r['n'] for r in r['records']}
        for record in r['records']:
            self.assertEqual(record['n'], truths[record['direction'], record['trajectory']])
        # A record's time tags are the clicks that were counted.
        for record in r['records']:
            self.assertEqual(set(record['clicks']), set(record['counts']))
            for channel, times in record['clicks'].items():
                self.assertEqual(len(times), sum(record['counts'][channel]))
                self.assertEqual(times, sorted(times))
            maximum = record['maximum_likelihood']
            self.assertEqual(maximum['value'] is None, 'reason' in maximum)
        plain = self.json(*SMALL, '--side-rate', 2, '--detector', 'side=1')
        self.assertNotIn('detectors', plain)
        self.assertNotIn('records', plain)

    def test_records_without_a_maximum_are_counted_with_the_reason(self):
        weak = ['scan', '--atoms', 8, '--rate', 4, '--half-width', 3, '--direction', 'up', '--trajectories', 100,
                '--side-rate', 0.05, '--detector', 'side=1', '--keep-records', 100, '--points', 3]
        r = self.json(*weak)
        likelihood, bayes = (only(r['estimators'], name=n) for n in ('maximum_likelihood', 'bayes'))
        reasons = likelihood['missing_reasons']
        self.assertEqual(sum(reasons.values()), likelihood['missing'])
        self.assertGreater(reasons['no clicks'], 10)
        self.assertEqual(bayes['missing'], 0)
        self.assertNotIn('missing_reasons', bayes)
        said = [m['reason'] for m in (k['maximum_likelihood'] for k in r['records']) if 'reason' in m]
        self.assertEqual({k: said.count(k) for k in reasons}, reasons)
        self.assertEqual(reasons['no clicks'], sum(not k['clicks']['side'] for k in r['records']))
        self.assertRegex(self.fine(*weak).stdout, rf'{likelihood["missing"]} records have no maximum inside')

    def test_while_the_gate_is_closed_signals_are_null_and_what_is_read_from_them_says_so(self):
        toml = self.file('gate.toml', TOML.replace('points = 11', 'points = 31') + '''direction = "up"
signals = true
side_rate = 2
[[detector]]
name = "gated"
gate_open = 0.5
gate_close = 1.0
side.efficiency = 0.5
side.background = 3
''')
        r = self.json('run', toml)
        signal = r['detectors'][0]['signal']
        for key in ('jz', 'jz_error', 'fano', 'jz_variance'):
            half_bin = (signal['scaled_pump'][1] - signal['scaled_pump'][0]) / 2
            for s, value in zip(signal['scaled_pump'], signal[key], strict=True):
                self.assertEqual(value is not None, abs(s) + half_bin < 1.001, (key, s))
        for e in of(r['estimators'], detector='gated'):
            if e['name'] in ('maximum_likelihood', 'bayes'):
                self.assertNotIn('gated', e)
            else:
                a, b = e['gated']['scaled_pump']
                self.assertAlmostEqual(a, -1, places=1)
                self.assertAlmostEqual(b, 1, places=1)
        self.assertIn('gated (up) are read while the gate is open, from s = -0.99 to 0.99', self.fine('run', toml).stdout)

    def test_side_light_without_back_action_is_warned_of_where_it_would_matter(self):
        strong = run(*SMALL, '--side-rate', 1, '--detector', 'side=1')
        self.assertIn('scatters 1.5 photons', strong.stderr)
        self.assertIn('r/(2 S) = 0.67', strong.stderr)
        self.assertNotIn('scatters', run(*SMALL, '--side-rate', 0.05, '--detector', 'side=1').stderr)

    def test_a_detector_more_changes_nothing_of_the_others(self):
        bare = self.json(*SMALL)
        one = self.json(*SMALL, '--side-rate', 2, '--detector', 'side=0.5')
        two = self.json(*SMALL, '--side-rate', 2, '--detector', 'cavity=1,pump=0.3', '--detector', 'side=0.5')
        self.assertEqual(same(bare['curves']), same(one['curves']))
        self.assertEqual(same(bare['curves']), same(two['curves']))
        self.assertEqual(same(bare['ensemble']), same(two['ensemble']))
        self.assertEqual(of(one['estimators'], detector='side=0.5'), of(two['estimators'], detector='side=0.5'))
        drop = ('ratio_to_bound', 'coverage')
        strip = lambda r: [{k: v for k, v in e.items() if k not in drop} for e in of(r['estimators'], detector=None)]
        self.assertEqual(strip(bare), strip(two))
        for a, b in zip(one['bounds'], two['bounds'], strict=True):
            self.assertEqual(a['detected_record'], of(b['detected_record'], detector='side=0.5'))

    def test_threads_change_nothing(self):
        args = [*SMALL, '--side-rate', 2, '--detector', 'side=0.5', '--detector', 'cavity=0.4', '--signals',
                '--keep-records', 1]
        one, two = (self.json(*args, '--threads', threads) for threads in (1, 2))
        self.assertEqual(json.dumps(same(one)), json.dumps(same(two)))

    def test_a_detector_that_sees_nothing_has_null_for_bound_and_estimates(self):
        for extra in (['--detector', 'cavity=0'], ['--side-rate', 1, '--detector', 'side=0', '--signals']):
            r = self.json(*SMALL, *extra)
            for b in r['bounds']:
                self.assertEqual([d['value'] for d in b['detected_record']], [None])
                self.assertEqual([d['error'] for d in b['detected_record']], [None])
            for e in r['estimators']:
                if e['detector'] is not None:
                    self.assertEqual(e['missing'], 150)
                    for key in ('mean', 'std', 'delta_w'):
                        self.assertEqual(e[key], {'value': None, 'error': None})
                    self.assertIsNone(e['ratio_to_bound']['detected_record'])
            self.assertNotIn('nan', self.fine(*SMALL, *extra).stdout)

    def test_where_the_pump_begins_at_none_a_record_that_sees_it_has_no_bound(self):
        args = ['scan', '--atoms', 8, '--rate', 8, '--half-width', 4, '--trajectories', 150]
        r = self.json(*args, '--detector', 'cavity=1,pump=1', '--detector', 'pump=0.2', '--detector', 'cavity=1')
        for b in r['bounds']:
            values = {d['detector']: d['value'] for d in b['detected_record']}
            self.assertIsNone(values['cavity=1,pump=1'])
            self.assertIsNone(values['pump=0.2'])
            self.assertGreater(values['cavity=1'], 0)
        for e in r['estimators']:
            if e['detector'] in ('cavity=1,pump=1', 'pump=0.2'):
                self.assertIsNone(e['ratio_to_bound']['detected_record'])

    def test_the_table_names_each_detector(self):
        out = self.fine(*SMALL, '--detector', 'cavity=1,pump=1').stdout
        self.assertIn('cavity=1,pump=1', out)
        self.assertRegex(out, r'maximum_likelihood +cavity=1,pump=1|maximum likelihood')
        self.assertNotIn('nan', out)


class Configuration(CommandLine):
    def again(self, first_args):
        a, b = self.folder / 'a', self.folder / 'b'
        first = self.json(*first_args, '--out', a)
        again = self.json('run', a / 'config.toml', '--out', b)
        self.assertEqual(json.dumps(same(first)), json.dumps(same(again)))
        for name in ('config.toml', 'summary.csv'):
            self.assertEqual((a / name).read_bytes(), (b / name).read_bytes())
        return first, (a / 'config.toml').read_text()

    def test_detectors_of_the_command_line_are_run_again_from_the_folder(self):
        first, text = self.again([*SMALL, '--side-rate', 2, '--detector', 'cavity=1,pump=0.25', '--detector', 'side=0.5',
                                  '--smoothing', 'exponential:0.1', '--signals', '--keep-records', 1])
        self.assertEqual(text.count('[[detector]]'), 2)
        self.assertIn('efficiency = 0.25', text)

    def test_tables_are_run_again_from_the_folder(self):
        first, text = self.again(['run', self.file('c.toml', TOML + TABLES)])
        self.assertEqual({e['detector'] for e in first['estimators']}, {None, 'all kinds', 'coarse "counts"'})
        for part in ('gate_open = 0.1', 'gate_close = 1.4', 'background = 2.5', 'dead_time = 0.01',
                     'dead_time_kind = "paralysable"', 'jitter = 0.002', 'bin = 0.1', 'time_tags = false'):
            self.assertIn(part, text)

    def test_a_dumped_configuration_is_its_own_dump(self):
        dumped = self.fine('run', self.file('c.toml', TOML + TABLES), '--dump-config').stdout
        self.assertEqual(self.fine('run', self.file('d.toml', dumped), '--dump-config').stdout, dumped)

    def test_a_list_within_a_detector_is_named(self):
        wrong = self.file('w.toml', TOML + '[[detector]]\nname = "x"\n[detector.cavity]\nefficiency = [0.5, 1]\n')
        self.refused('run', wrong, messages=[r'detector\.cavity\.efficiency \(a list, where it takes one value\)'])

    def test_lists_tables_and_options_mean_the_same(self):
        by_option = self.json(*SMALL, '--detector', 'cavity=1,pump=0.5', '--detector', 'cavity=0.25')
        by_list = self.json('run', self.file('c.toml', TOML + 'detector = ["cavity=1,pump=0.5", "cavity=0.25"]\n'))
        by_table = self.json('run', self.file('c.toml', 
            TOML + '[[detector]]\nname = "cavity=1,pump=0.5"\ncavity.efficiency = 1\npump.efficiency = 0.5\n'
            '[[detector]]\nname = "cavity=0.25"\n[detector.cavity]\nefficiency = 0.25\n'))
        self.assertEqual(same(by_option), same(by_list))
        self.assertEqual(same(by_option), same(by_table))

    def test_what_is_approximate_is_said_to_be(self):
        r = self.json('run', self.file('c.toml', TOML + TABLES))
        said = json.dumps([b['detected_record'] for b in r['bounds']])
        self.assertIn('approximate', said)
        exact = self.json(*SMALL, '--detector', 'cavity=1')
        self.assertNotIn('"approximate"', json.dumps([b['detected_record'] for b in exact['bounds']]))


class ManyAtoms(CommandLine):
    """Counts per tick of the sphere method."""
    MANY = ['scan', '--atoms', 20000, '--rate', 50, '--half-width', 10, '--ticks', 20, '--trajectories', 64,
            '--points', 11, '--side-rate', 0.1]

    def test_every_detector_has_its_estimates_and_its_approximate_bound(self):
        r = self.json(*self.MANY, '--detector', 'cavity=0.5', '--detector', 'side=1', '--signals',
                      '--keep-records', 1)
        self.assertEqual(r['ensemble']['method'], 'sphere')
        for direction in ('up', 'down'):
            for detector in ('cavity=0.5', 'side=1'):
                entries = of(r['estimators'], direction=direction, detector=detector)
                self.assertEqual([e['name'] for e in entries], NAMES)
                for e in entries:
                    self.assertIsNotNone(e['delta_w']['value'])
                for e in entries[-2:]:
                    # 64 runs: the claim within five of its errors. So short a scan leaves estimates with tails
                    # far above the bound; none is below it.
                    self.assertLess(abs(e['coverage']['68']['value'] - 0.68), 0.3)
                    self.assertGreater(e['ratio_to_bound']['detected_record'], 0.6)
                bound = [b for b in of(r['bounds'], direction=direction)[0]['detected_record']
                         if b['detector'] == detector]
                self.assertEqual([b['likelihood'] for b in bound], ['approximate'])
                self.assertGreater(bound[0]['value'], 0)
        self.assertEqual(len(r['detectors']), 4)
        self.assertEqual(len(r['records']), 4)
        for record in r['records']:
            counts = sum(sum(c) for c in record['counts'].values())
            self.assertGreater(counts, 100)

    def test_detectors_change_nothing_of_the_runs_nor_of_each_other(self):
        none = self.json(*self.MANY)
        one = self.json(*self.MANY, '--detector', 'side=1')
        two = self.json(*self.MANY, '--detector', 'cavity=0.5', '--detector', 'side=1', '--threads', 2)
        self.assertEqual(none['curves'], two['curves'])
        self.assertEqual(of(none['estimators'], detector=None),
                         [{**e, 'ratio_to_bound': f['ratio_to_bound']} for e, f in
                          zip(of(two['estimators'], detector=None), of(none['estimators'], detector=None))])
        self.assertEqual(of(one['estimators'], detector='side=1'), of(two['estimators'], detector='side=1'))

    def test_bins_are_whole_ticks_and_run_again_from_the_folder(self):
        toml = ('verb = "scan"\natoms = 20000\nrate = 50\nhalf_width = 10\nticks = 20\ntrajectories = 40\n'
                'direction = "up"\npoints = 11\n[[detector]]\nname = "bins"\ncavity.efficiency = 0.1\nbin = ')
        # A tick is 0.02: these are two ticks both.
        a, b = (self.json('run', self.file('c.toml', toml + width)) for width in ('0.035', '0.045'))
        self.assertEqual(a['estimators'], b['estimators'])
        self.assertNotEqual(a['estimators'], self.json('run', self.file('c.toml', toml + '0.06'))['estimators'])

    def test_what_counts_cannot_give_is_refused(self):
        toml = ('verb = "scan"\nmethod = "sphere"\natoms = 20000\nrate = 50\nhalf_width = 10\nticks = 20\n[[detector]]\n'
                'name = "d"\n')
        for lines, message in (('cavity.efficiency = 1\ncavity.jitter = 0.01', 'cavity jitter = 0.01 .*method = exact'),
                               ('cavity.efficiency = 1\ncavity.dead_time = 1e-3',
                                'dead_time = 0.001 .*shorten it to .*method = exact'),
                               ('cavity.efficiency = 1\nbin = 0.001', 'shorter than a tick.*more ticks')):
            with self.subTest(lines=lines):
                self.refused('run', self.file('c.toml', toml + lines + '\n'), messages=[message])


class Mistakes(CommandLine):
    def test_detectors_that_cannot_be_are_refused(self):
        out = ['--out', self.folder / 'bad']
        for text, message in (('cavity=1.5', 'cavity efficiency = 1.5 .*between 0 and 1'),
                              ('cavity=-0.1', 'cavity efficiency = -0.1'), ('cavity=nan', 'efficiency = nan'),
                              ('cavity=much', 'much is not a number'), ('laser=1', 'no channel laser'),
                              ('cavity', 'not CHANNEL=EFFICIENCY'), ('cavity=1,cavity=1', 'cavity twice'),
                              ('side=1', '--side-rate')):
            with self.subTest(text=text):
                self.refused(*SMALL, '--detector', text, *out, messages=[message])
        self.refused(*SMALL, '--detector', 'cavity=1', '--detector', 'cavity=1', *out,
                     messages=['given more than once'])
        self.refused(*SMALL, '--detector', 'cavity=1', '--side-rate', -1, *out, messages=['side-rate = -1'])
        self.refused(*SMALL, '--signals', *out, messages=['signals .*--detector'])
        self.refused(*SMALL, '--keep-records', 3, *out, messages=['keep-records .*--detector'])
        self.refused(*SMALL, '--detector', 'cavity=1', '--keep-records', -3, *out, messages=['keep-records = -3'])
        for smoothing in ('boxcar', 'boxcar:0', 'boxcar:-1', 'triangle:1', 'exponential:x', 'boxcar:inf'):
            with self.subTest(smoothing=smoothing):
                self.refused(*SMALL, '--detector', 'cavity=1', '--smoothing', smoothing, *out,
                             messages=[f'smoothing = {smoothing}'])

    def test_tables_that_cannot_be_are_refused(self):
        table = '[[detector]]\nname = "d"\n'
        for lines, message in (('cavity.efficiency = 2', 'cavity efficiency = 2'),
                               ('cavity.background = -1', 'cavity background = -1'),
                               ('cavity.dead_time = -0.1', 'cavity dead_time = -0.1 .*negative'),
                               ('cavity.jitter = -1', 'cavity jitter = -1'),
                               ('cavity.efficiency = 1\nbin = 9', 'bin = 9 .*longer than the scan, 1.5'),
                               ('cavity.efficiency = 1\nbin = 0.001', 'bin = 0.001 .*shorter than a tick.*more ticks'),
                               ('cavity.efficiency = 1\nbin = -1', 'bin = -1'),
                               ('cavity.efficiency = 1\ngate_open = 1\ngate_close = 0.5', 'gate'),
                               ('side.efficiency = 1', 'side_rate'), ('bin = 0.1', 'no channel'),
                               ('cavity.dead_time_kind = "long"', 'long .*non_paralysable, paralysable'),
                               ('cavity.efficiencie = 1', 'did you mean efficiency'),
                               ('cavity.efficiency = 1\nbins = 3', 'did you mean bin'),
                               ('cavity.efficiency = "x"', 'not a number')):
            with self.subTest(lines=lines):
                self.refused('run', self.file('c.toml', TOML + table + lines + '\n'), '--out', self.folder / 'bad',
                             messages=[message])
        self.refused('run', self.file('c.toml', TOML + '[[detector]]\ncavity.efficiency = 1\n'), messages=['name'])

    def test_all_mistakes_come_at_once(self):
        self.refused(*SMALL, '--detector', 'cavity=2,pump=-1', '--detector', 'side=1',
                     messages=['cavity efficiency = 2', 'pump efficiency = -1', '--side-rate'])


if __name__ == '__main__':
    main()
