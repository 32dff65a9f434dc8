#!/usr/bin/env python3
"""The command line as its users meet it. usage: cli_test.py PROGRAM [unittest arguments]"""
import json
import os
import signal
import subprocess
import time

from command_line import PROGRAM, CommandLine, main, only, parse, run, same

SMALL = ['scan', '--atoms', 20, '--rate', 2, '--half-width', 6, '--trajectories', 300]


class Contract(CommandLine):
    def test_a_scan_prints_the_documented_keys(self):
        r = self.json(*SMALL, '--seed', 3)
        self.assertEqual(r['model'], {'atoms': 20})
        for key, value in (('rate', 2), ('half_width', 6), ('direction', 'both')):
            self.assertEqual(r['protocol'][key], value)
        ensemble = r['ensemble']
        self.assertEqual((ensemble['trajectories'], ensemble['seed'], ensemble['method'], ensemble['stop_reason']),
                         (300, 3, 'exact', 'completed'))
        self.assertGreater(ensemble['jumps'], 0)
        self.assertGreater(ensemble['seconds'], 0)
        self.assertEqual([c['direction'] for c in r['curves']], ['up', 'down'])
        for curve in r['curves']:
            for key in ('scaled_pump', 'time', 'jz_mean', 'jz_mean_error', 'jz_variance', 'jz_variance_error'):
                self.assertEqual(len(curve[key]), 201)
            self.assertEqual(curve['time'][0], 0)
        self.assertEqual(r['curves'][1]['scaled_pump'][0], 6)
        for key in ('up_crossing', 'down_crossing', 'width'):
            self.assertEqual(set(r['hysteresis'][key]), {'value', 'error'})
        singles = ['first_crossing', 'last_crossing', 'mid_crossing', 'area']
        self.assertEqual([(e['name'], e['direction']) for e in r['estimators']],
                         [(n, d) for d in ('up', 'down') for n in singles] + [('loop', 'both')])
        for e in r['estimators']:
            self.assertIsNone(e['detector'])
            for key in ('mean', 'std', 'rmse', 'delta_w'):
                self.assertEqual(set(e[key]), {'value', 'error'})
            self.assertEqual(set(e['calibration']), {'offset', 'slope', 'slope_error', 'slope_at_spread', 'source'})
            self.assertEqual(set(e['ratio_to_bound']), {'steady_state', 'snapshot', 'full_record', 'detected_record'})
            self.assertIsInstance(e['missing'], int)
        area = only(r['estimators'], name='area', direction='up')
        self.assertAlmostEqual(area['delta_w']['value'],
                               2 / 20 * area['std']['value'] / area['calibration']['slope'], places=12)
        bound = only(r['bounds'], direction='up')
        self.assertAlmostEqual(area['ratio_to_bound']['full_record'],
                               area['delta_w']['value'] / bound['full_record'], places=12)
        for b in r['bounds']:
            self.assertEqual(set(b), {'direction', 'steady_state', 'snapshot', 'full_record', 'paper_heuristic',
                                      'mean_up_jumps', 'max_variance', 'detected_record', 'full_record_gamma_unknown', 'assumes'})
            self.assertEqual(b['assumes'], ['gamma', 'offset'])
            self.assertGreater(b['full_record_gamma_unknown'], b['full_record'])
        both = only(r['bounds'], direction='both')
        self.assertGreater(both['full_record'], 0)
        self.assertIsNone(both['steady_state'])
        self.assertIsNone(both['snapshot']['value'])
        self.assertEqual(set(r['provenance']), {'version', 'git', 'compiler', 'flags', 'host', 'started', 'config_hash'})
        self.assertEqual((r['config']['atoms'], r['config']['seed'], r['config']['method']), (20, 3, 'exact'))

    def test_one_leg_has_no_loop(self):
        for way in ('up', 'down'):
            r = self.json(*SMALL, '--direction', way)
            self.assertEqual([c['direction'] for c in r['curves']], [way])
            self.assertEqual({b['direction'] for b in r['bounds']}, {way})
            self.assertEqual({e['direction'] for e in r['estimators']}, {way})
            self.assertEqual(r['hysteresis']['width'], {'value': None, 'error': None})

    def test_the_exact_scan_has_the_same_keys_without_errors(self):
        scan = self.json(*SMALL)
        exact = self.json('exact', 'scan', '--atoms', 20, '--rate', 2, '--half-width', 6)
        for curve in exact['curves']:
            self.assertEqual(set(curve), {'direction', 'scaled_pump', 'time', 'jz_mean', 'jz_variance'})
        self.assertEqual({tuple(v) for v in exact['hysteresis'].values()}, {('value',)})
        self.assertEqual(exact['bounds'], scan['bounds'])
        self.assertNotIn('error', json.dumps(exact))
        self.assertEqual(len(self.json('exact', 'scan', '--atoms', 20, '--rate', 2, '--half-width', 6, '--points',
                                       38)['curves'][0]['jz_mean']), 38)

    def test_the_other_exact_verbs_print_their_keys(self):
        steady = self.json('exact', 'steady', '--atoms', 100, '--pump', 1)
        self.assertEqual(steady['jz'], 0)
        self.assertAlmostEqual(steady['jz_variance'], 850)
        self.assertAlmostEqual(steady['relaxation']['gap'], 2)
        self.assertAlmostEqual(steady['relaxation']['cumulant'], 2)
        rates = self.json('exact', 'spectrum', '--atoms', 100, '--pump', 1, '--sector', 1, '--count', 4)['eigenvalues']
        for got, wanted in zip(rates, (1, 5, 11, 19), strict=True):
            self.assertAlmostEqual(got, wanted)
        r = self.json('exact', 'correlation', '--atoms', 100, '--pump', 1, '--times', '0,.25,.5,1')
        self.assertEqual(r['times'], [0, 0.25, 0.5, 1])
        for got, wanted in zip(r['czz'], (850, 515.55106076, 312.697525, 115.03499075), strict=True):
            self.assertAlmostEqual(got, wanted, places=7)

    def test_compare_prints_a_p_value_and_its_verdict_is_the_exit_code(self):
        args = ['compare', 'scan', '--atoms', 10, '--rate', 8, '--half-width', 4, '--trajectories', 3000]
        r = self.json(*args)
        self.assertTrue(r['agrees'])
        self.assertGreater(r['p_value'], 1e-6)
        self.assertEqual(set(r['z']), {'up', 'down'})
        # An alpha that no honest comparison passes: the largest p below 1 is not enough.
        done = run(*args, '--alpha', 0.999999999, '--json')
        self.assertEqual(done.returncode, 1)
        self.assertFalse(parse(done.stdout)['agrees'])

    def test_stdout_is_data_and_stderr_is_quiet_off_a_terminal(self):
        done = self.fine(*SMALL, '--json')
        self.assertEqual(done.stderr, '')
        done = self.fine(*SMALL, '--out', self.folder / 'r', '--json')
        parse(done.stdout)
        self.assertIn('wrote', done.stderr)

    def test_tables_are_for_people(self):
        done = self.fine(*SMALL)
        self.assertRegex(done.stdout, r'area +every jump +up +-?\d\.\d+ ± 0\.\d+')
        self.assertIn('every jump seen', done.stdout)
        self.assertNotIn('nan', done.stdout)

    def test_help_and_version_are_on_stdout(self):
        self.assertRegex(self.fine('--version').stdout, r'^dickejump \d+\.\d+\.\d+ ')
        self.assertIn('exact spectrum', self.fine('--help').stdout)
        for verb in (['scan'], ['exact', 'scan'], ['compare', 'scan'], ['exact', 'steady']):
            self.assertIn('--atoms', self.fine(*verb, '--help').stdout)
        nothing = run()
        self.assertEqual(nothing.returncode, 2)


class SmallAndExtreme(CommandLine):
    def test_what_the_memory_does_not_hold_is_refused_before_any_work(self):
        curve = ['exact', 'ensemble', '--initial', 'ground', '--pump', 1, '--times', '0:1:3']
        self.refused(*curve, '--atoms', '2e9', messages=[r'1201 GB, and this machine has'])
        self.refused(*curve, '--model', 'local', '--emission', 0.1, '--atoms', '1e6', messages=[r'GB, and this machine has'])

    def test_no_number_that_is_none_is_printed(self):
        table = self.fine('steady', '--atoms', 100, '--pump', '1e-300', '--pools', 100).stdout
        self.assertNotRegex(table, r'\b(nan|inf)\b')
        jumps = self.json('scan', '--atoms', '1e8', '--rate', '1e300', '--half-width', 10, '--trajectories', 100)['ensemble']['jumps']
        self.assertGreaterEqual(jumps, 0)

    def test_scans_down_to_zero_pump_have_no_full_record_bound_and_no_nan(self):
        for atoms in (1, 2, 7, 30):
            r = self.json('scan', '--atoms', atoms, '--rate', 1, '--half-width', atoms / 2, '--trajectories', 200)
            for bound in r['bounds']:
                self.assertIsNone(bound['full_record'])
            for e in r['estimators']:
                self.assertIsNone(e['ratio_to_bound']['full_record'])
                self.assertLessEqual(e['missing'], 200)
            up = only(r['bounds'], direction='up')
            self.assertAlmostEqual(up['snapshot']['value'], 1 / atoms, places=6)
            self.assertAlmostEqual(up['snapshot']['scaled_pump'], -atoms / 2, places=6)

    def test_one_atom_has_no_mean_crossing_but_a_result(self):
        r = self.json('scan', '--atoms', 1, '--rate', 1, '--half-width', 0.5, '--trajectories', 200)
        self.assertEqual(r['hysteresis']['up_crossing'], {'value': None, 'error': None})
        self.assertGreater(only(r['estimators'], name='first_crossing', direction='up')['missing'], 0)
        self.fine('scan', '--atoms', 1, '--rate', 1, '--half-width', 0.5, '--trajectories', 200)

    def test_one_run_has_no_spread(self):
        r = self.json('scan', '--atoms', 20, '--rate', 2, '--half-width', 6, '--trajectories', 1)
        for e in r['estimators']:
            self.assertEqual(e['std'], {'value': None, 'error': None})
            self.assertEqual(e['delta_w'], {'value': None, 'error': None})
        self.fine('scan', '--atoms', 20, '--rate', 2, '--half-width', 6, '--trajectories', 1)

    def test_integers_may_be_written_with_an_exponent(self):
        written = self.json('scan', '--atoms', '2e1', '--rate', 2, '--half-width', 6, '--trajectories', '3e2')
        self.assertEqual(same(written), same(self.json(*SMALL)))


class Mistakes(CommandLine):
    SCAN = ['scan', '--atoms', 100, '--rate', 1, '--half-width', 10]

    def test_values_that_cannot_be_are_refused(self):
        out = ['--out', self.folder / 'bad']
        for flag, value, message in (('--rate', -1, r'rate = -1 .*--rate'), ('--rate', 'nan', r'rate = nan'),
                                     ('--rate', 'inf', r'rate = inf'), ('--rate', 0, r'rate = 0'),
                                     ('--rate', 'fast', r'rate = fast \(not a number\)'),
                                     ('--half-width', 80, r'--half-width = 80 .*negative.* give --half-width <= 50'),
                                     ('--half-width', -3, r'half-width = -3'),
                                     ('--trajectories', 0, r'trajectories = 0 .*--trajectories'),
                                     ('--trajectories', -5, r'trajectories = -5'),
                                     ('--trajectories', 2.5, r'trajectories = 2.5'),
                                     ('--trajectories', '1e30', r'trajectories = 1e30'),
                                     ('--atoms', 0, r'atoms = 0'), ('--atoms', '3e9', r'atoms = 3000000000'),
                                     ('--seed', -1, r'seed = -1'), ('--threads', -1, r'threads = -1'),
                                     ('--points', 1, r'points = 1'), ('--ticks', 7, r'ticks = 7'),
                                     ('--time-limit', 0, r'time-limit = 0'), ('--direction', 'left', r'direction = left .*up, down, both'),
                                     ('--initial', 'hot', r'initial = hot .*steady, ground'), ('--bias-tolerance', 0, r'bias-tolerance = 0'),
                                     ('--target-error', 'aera:0.1', r'aera'),
                                     ('--target-error', 'area:left:0.1', r'left'),
                                     ('--target-error', 'area:-1', r'-1'), ('--target-error', 'area', r'area')):
            with self.subTest(flag=flag, value=value):
                self.refused(*self.SCAN, flag, value, *out, messages=[message])

    def test_verbs_of_the_exact_side_refuse_too(self):
        for args, message in ((['steady', '--pump', -1], 'pump = -1'), (['steady', '--pump', 'nan'], 'pump = nan'),
                              (['spectrum', '--pump', 1, '--sector', 9], 'sector = 9'),
                              (['spectrum', '--pump', 1, '--count', 99], 'count = 99'),
                              (['correlation', '--pump', 1, '--times', '0,-1'], 'times = -1'),
                              (['correlation', '--pump', 1, '--times', '0,x'], 'times = 0,x'),
                              (['scan', '--rate', 1, '--half-width', 9], 'half-width = 9')):
            with self.subTest(args=args):
                self.refused('exact', args[0], '--atoms', 8, *args[1:], messages=[message])
        self.refused('compare', 'scan', '--atoms', 8, '--rate', 1, '--half-width', 2, '--trajectories', 100,
                     messages=['trajectories = 100 .*needs'])

    def test_all_mistakes_come_at_once_each_with_its_fix(self):
        self.refused('scan', '--atoms', 100, '--rate', -1, '--half-width', 80, '--trajectories', 0, '--threads', -2,
                     messages=[r'--trajectories = 0 .* give --trajectories', r'--rate = -1 .* give --rate',
                               r'--half-width = 80 .* give --half-width', r'--threads = -2 .* give --threads'])

    def test_what_is_missing_is_named(self):
        self.refused('scan', messages=['--atoms', '--rate'])
        self.refused('exact', 'crossings', messages=['--atoms', '--rate', '--half-width'])

    def test_unknown_flags_and_verbs_are_refused_with_the_nearest_one(self):
        self.refused(*self.SCAN, '--trajectory', 5, messages=[r'--trajectory .*did you mean --trajectories\?'])
        self.refused(*self.SCAN, '--treads=2', messages=[r'did you mean --threads\?'])
        self.refused('scam', '--atoms', 3, messages=[r'did you mean scan\?'])
        self.refused('exact', '--atoms', 3, messages=['exact steady'])
        self.refused(*self.SCAN, 'extra', messages=['extra'])

    def test_unknown_keys_are_refused_with_line_and_nearest_one(self):
        config = self.folder / 'c.toml'
        config.write_text('verb = "scan"\natoms = 20\nrate = 2\nhalf_width = 6\ntrajectorys = 10\nsead = 1\n')
        self.refused('run', config, messages=[r'c\.toml:(5|6): .*did you mean (trajectories|seed)\?'] * 2)
        config.write_text('verb = "scan"\natoms = 20\nrate = -2\nhalf_width = 60\n')
        self.refused('run', config, messages=['rate = -2', 'half_width = 60'])
        config.write_text('verb = "scan"\natoms = [20]\nrate = "quick"\nhalf_width = 6\n')
        done = run('run', config)
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r'c\.toml:2: atoms .*single value')
        self.assertRegex(done.stderr, r'c\.toml:3: rate = quick')

    def test_unreadable_toml_is_refused_with_line_and_column(self):
        config = self.folder / 'c.toml'
        config.write_text('verb = "scan"\natoms = = 20\n')
        self.refused('run', config, messages=[r'c\.toml:2:9: '])
        config.write_text('atoms = 20\n')
        self.refused('run', config, messages=['does not say what to run'])
        config.write_text('verb = "scna"\n')
        self.refused('run', config, messages=[r'did you mean scan\?'])
        self.refused('run', self.folder / 'none.toml', messages=['cannot be read'])
        self.refused('run', messages=['needs a file'])

    def test_an_unwritable_folder_is_refused_before_the_run(self):
        (self.folder / 'file').write_text('here first\n')
        begin = time.monotonic()
        for out in (self.folder / 'file', self.folder / 'file' / 'below', '/proc/none/below'):
            self.refused('scan', '--atoms', 100, '--rate', 0.1, '--half-width', 10, '--out', out, messages=['out = '])
        self.assertLess(time.monotonic() - begin, 60)  # the run itself would take minutes
        self.assertEqual((self.folder / 'file').read_text(), 'here first\n')
        if os.geteuid() != 0:
            locked = self.folder / 'locked'
            locked.mkdir(mode=0o500)
            self.refused(*SMALL, '--out', locked / 'r', messages=['out = '])


class Results(CommandLine):
    def test_the_folder_holds_summary_curves_and_configuration(self):
        out = self.folder / 'a' / 'b'
        printed = self.fine(*SMALL, '--json', '--out', out).stdout
        self.assertEqual(sorted(p.name for p in out.iterdir()), ['config.toml', 'result.h5', 'summary.csv', 'summary.json'])
        self.assertEqual((out / 'summary.json').read_text(), printed)
        rows = (out / 'summary.csv').read_text().splitlines()
        self.assertEqual(rows[0].split(',')[:4], ['direction', 'scaled_pump', 'time', 'jz_mean'])
        self.assertEqual(len(rows), 1 + 2 * 201)
        self.assertNotRegex('\n'.join(rows), 'nan|inf')
        # A second result replaces the first.
        again = self.fine(*SMALL, '--seed', 2, '--force', '--json', '--out', out).stdout
        self.assertEqual((out / 'summary.json').read_text(), again)

    def test_the_configuration_run_again_gives_the_same_bytes(self):
        args = ['scan', '--atoms', 21, '--rate', '2.30000000000000001', '--half-width', 6.7, '--trajectories', 300,
                '--seed', '9223372036854775807', '--points', 40, '--initial', 'ground', '--threads', 2]
        first = self.json(*args, '--out', self.folder / 'a')
        again = self.json('run', self.folder / 'a' / 'config.toml', '--out', self.folder / 'b')
        self.assertEqual(json.dumps(same(first)), json.dumps(same(again)))
        for name in ('config.toml', 'summary.csv'):
            self.assertEqual((self.folder / 'a' / name).read_bytes(), (self.folder / 'b' / name).read_bytes())
        text = (self.folder / 'a' / 'config.toml').read_text()
        for key in ('verb', 'ticks', 'method = "exact"', 'seed = 9223372036854775807'):
            self.assertIn(key, text)
        self.assertNotIn('threads', text)

    def test_the_largest_seed_can_be_run_again(self):
        args = SMALL + ['--seed', 2**64 - 1]  # TOML's own integers end at 2^63 - 1
        config = self.folder / 'c.toml'
        config.write_text(self.fine(*args, '--dump-config').stdout)
        self.assertEqual(same(self.json('run', config)), same(self.json(*args)))

    def test_dump_config_round_trips_and_runs_nothing(self):
        for args in (SMALL + ['--target-error', 'area:up:0.01', '--time-limit', 3.5],
                     ['exact', 'scan', '--atoms', 20, '--rate', 2, '--half-width', 6],
                     ['compare', 'scan', '--atoms', 20, '--rate', 2, '--half-width', 6],
                     ['exact', 'spectrum', '--atoms', 9, '--pump', 1.5, '--sector', 2],
                     ['exact', 'correlation', '--atoms', 9, '--pump', 1.5, '--times', '0,1']):
            with self.subTest(args=args):
                dumped = self.fine(*args, '--dump-config', '--out', self.folder / 'r').stdout if args[0] == 'scan' \
                    else self.fine(*args, '--dump-config').stdout
                self.assertFalse((self.folder / 'r').exists())
                config = self.folder / 'c.toml'
                config.write_text(dumped)
                self.assertEqual(self.fine('run', config, '--dump-config').stdout, dumped)

    def test_a_flag_overrides_a_key(self):
        config = self.folder / 'c.toml'
        config.write_text('verb = "scan"\natoms = 20\nrate = 2\nhalf_width = 6\ntrajectories = 300\nseed = 9\n')
        self.assertEqual(same(self.json('run', config, '--seed', 1)), same(self.json(*SMALL)))

    def test_threads_change_nothing(self):
        one, two = (self.json(*SMALL, '--threads', threads) for threads in (1, 2))
        self.assertEqual(json.dumps(same(one)), json.dumps(same(two)))

    def test_a_target_error_and_a_time_limit_stop_the_run_and_say_so(self):
        many = ['scan', '--atoms', 20, '--rate', 2, '--half-width', 6, '--trajectories', '1e7']
        r = self.json(*many, '--target-error', 'area:up:0.02')
        self.assertEqual(r['ensemble']['stop_reason'], 'target_error')
        self.assertLessEqual(only(r['estimators'], name='area', direction='up')['mean']['error'], 0.02)
        self.assertLess(r['ensemble']['trajectories'], 1e5)
        r = self.json(*many, '--time-limit', 0.3)
        self.assertEqual(r['ensemble']['stop_reason'], 'time_limit')
        self.assertGreater(r['ensemble']['seconds'], 0)  # preparing counts towards the limit
        self.assertGreater(r['ensemble']['trajectories'], 0)

    def test_ctrl_c_finishes_the_block_writes_and_says_so(self):
        out = self.folder / 'r'
        args = ['scan', '--atoms', 20, '--rate', 2, '--half-width', 6, '--json']
        process = subprocess.Popen([PROGRAM, *map(str, args), '--trajectories', '1e8', '--out', str(out)],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        time.sleep(1.5)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, stderr)
        self.assertIn('interrupted', stderr)
        r = parse(stdout)
        self.assertEqual(r['ensemble']['stop_reason'], 'interrupted')
        done = r['ensemble']['trajectories']
        self.assertGreater(done, 0)
        self.assertEqual(done % 128, 0)
        self.assertEqual((out / 'summary.json').read_text(), stdout)
        self.assertEqual(sorted(p.name for p in out.iterdir()), ['checkpoint', 'config.toml', 'result.h5', 'summary.csv', 'summary.json'])
        # What is there is what a shorter run gives.
        short = self.json(*args[:-1], '--trajectories', done)
        r['ensemble']['stop_reason'] = 'completed'
        r['config']['trajectories'] = done
        self.assertEqual(json.dumps(same(r)), json.dumps(same(short)))


if __name__ == '__main__':
    main()
