#!/usr/bin/env python3
"""Ensembles on the command line: all models, states and schedules. usage: ensemble_test.py PROGRAM [unittest arguments]"""
import json
import math
import signal
import subprocess
import time

from command_line import PROGRAM, CommandLine, main, parse, run, same

LADDER = ['--model', 'ladder', '--atoms', 4, '--pump', 0.8]
DRIVEN = ['--detuning', 300, '--drive', 40, '--gamma-r', 30]  # w = 30 (40/300)^2
EFFECTIVE = ['--model', 'effective', '--atoms', 4, *DRIVEN]
THREE = ['--model', 'three-level', '--atoms', 2, *DRIVEN]
MODELS = {'ladder': LADDER, 'effective': EFFECTIVE, 'three-level': THREE}
TIMES = ['--times', '0:1:3']
SOME = [*TIMES, '--trajectories', 300]
NAMES = {'ladder': ['jz', 'jz2', 'jx', 'jy'], 'effective': ['jz', 'jz2', 'jx', 'jy'],
         'three-level': ['jz', 'jz2', 'jx', 'jy', 'nr']}
STATES = ['ground', 'steady', 'dicke:1', 'coherent:1.1,0.4', 'ghz']


class Ensembles(CommandLine):
    def state(self, amplitudes, name='state.csv'):
        return self.file(name, 're,im\n' + ''.join(f'{c.real!r},{c.imag!r}\n' for c in amplitudes))


class Contract(Ensembles):
    def test_an_ensemble_prints_the_documented_keys(self):
        for model, args in MODELS.items():
            with self.subTest(model=model):
                r = self.json('ensemble', *args, *SOME, '--seed', 7)
                self.assertEqual(r['times'], [0, 0.5, 1])
                self.assertEqual(list(r['observables']), NAMES[model])
                for curve in r['observables'].values():
                    self.assertEqual(set(curve), {'mean', 'error'})
                    self.assertEqual((len(curve['mean']), len(curve['error'])), (3, 3))
                    for error in curve['error']:
                        self.assertGreaterEqual(error, 0)
                self.assertGreater(r['observables']['jz']['error'][2], 0)
                self.assertEqual(r['model']['name'], model)
                ensemble = r['ensemble']
                self.assertEqual((ensemble['trajectories'], ensemble['seed'], ensemble['stop_reason']),
                                 (300, 7, 'completed'))
                self.assertGreater(ensemble['jumps'], 300)
                self.assertGreater(ensemble['seconds'], 0)
                self.assertEqual(set(r['provenance']), {'version', 'git', 'compiler', 'flags', 'host', 'started',
                                                        'config_hash'})

    def test_the_exact_side_has_the_same_keys_without_errors(self):
        for model, args in MODELS.items():
            r = self.json('exact', 'ensemble', *args, *TIMES)
            self.assertEqual(list(r['observables']), NAMES[model])
            for curve in r['observables'].values():
                self.assertEqual(set(curve), {'mean'})
            self.assertNotIn('ensemble', r)

    def test_every_start_state_of_every_model_agrees_with_the_exact_side(self):
        for model, args in MODELS.items():
            atoms = args[3]
            states = [*STATES, f'file:{self.state([0.6, 0.8j] + [0] * (atoms - 1))}']
            for state in states:
                with self.subTest(model=model, state=state):
                    exact = self.json('exact', 'ensemble', *args, *TIMES, '--initial', state)
                    r = self.json('ensemble', *args, *TIMES, '--initial', state, '--trajectories', 2000, '--seed', 3)
                    for name, curve in r['observables'].items():
                        wanted = exact['observables'][name]['mean']
                        for got, error, want in zip(curve['mean'], curve['error'], wanted):
                            # 270 numbers: one beyond 6 standard errors in 2 million such tests. An error of 0 is that
                            # of a sharp number.
                            if error is not None:  # too few events for one
                                self.assertLessEqual(abs(got - want), 6 * error + 1e-9, name)
                                self.assertLess(error, 3 * atoms**2 / 2000**0.5)

    def test_states_at_the_start_are_what_they_are_called(self):
        def start(state):
            r = self.json('exact', 'ensemble', *LADDER, '--times', '0:0:1', '--initial', state)
            return [curve['mean'][0] for curve in r['observables'].values()]
        theta, phi = 1.1, 0.4
        for state, wanted in (('ground', [-2, 4, 0, 0]), ('dicke:3', [1, 1, 0, 0]), ('ghz', [0, 4, 0, 0]),
                              (f'coherent:{theta},{phi}',
                               [2 * math.cos(theta), 4 * math.cos(theta)**2 + math.sin(theta)**2,
                                2 * math.sin(theta) * math.cos(phi), 2 * math.sin(theta) * math.sin(phi)]),
                              ('coherent:0,0', [2, 4, 0, 0]),
                              # <J_+> = conj(c_1) c_0 sqrt(4)
                              (f'file:{self.state([0.6, 0.8j, 0, 0, 0])}',
                               [-2 * 0.36 - 0.64, 4 * 0.36 + 0.64, 0, -2 * 0.48])):
            with self.subTest(state=state):
                for got, want in zip(start(state), wanted):
                    self.assertAlmostEqual(got, want, places=12)
        weights = [0.8**n for n in range(5)]
        self.assertAlmostEqual(start('steady')[0], sum((n - 2) * p for n, p in enumerate(weights)) / sum(weights),
                               places=12)

    def test_a_steady_state_stays(self):
        for args in MODELS.values():
            r = self.json('exact', 'ensemble', *args, '--times', '0:3:4', '--initial', 'steady')
            jz = r['observables']['jz']['mean']
            for value in jz:
                self.assertAlmostEqual(value, jz[0], places=9)

    def test_a_constant_schedule_is_a_pump(self):
        schedule = self.file('w.csv', 'time,pump\n0,0.8\n2,0.8\n')
        for verb in (['ensemble'], ['exact', 'ensemble']):
            extra = ['--trajectories', 300] if len(verb) == 1 else []
            constant = self.json(*verb, *LADDER, *TIMES, *extra)
            scheduled = self.json(*verb, '--model', 'ladder', '--atoms', 4, '--schedule', schedule, *TIMES, *extra)
            for name in NAMES['ladder']:
                for a, b in zip(constant['observables'][name]['mean'], scheduled['observables'][name]['mean']):
                    self.assertAlmostEqual(a, b, places=9)

    def test_schedules_drive_every_model(self):
        schedule = self.file('w.csv', '# up, then down\n0, 0.2\n0.5, 1.9\n1, 0.4\n')
        for model, args in MODELS.items():
            bare = args[:4] + ([] if model == 'ladder' else ['--detuning', 300, '--gamma-r', 30])
            r = self.json('compare', 'ensemble', *bare, '--schedule', schedule, '--times', '0:1:6', '--initial',
                          'coherent:1.3,0.2', '--trajectories', 4000)
            self.assertTrue(r['agrees'], (model, r['p_value']))
            self.assertGreater(r['p_value'], 1e-6)

    def test_a_comparison_says_p_and_fails_where_it_must(self):
        r = self.json('compare', 'ensemble', *LADDER, '--times', '0:1:6', '--initial', 'coherent:1.57,0')
        self.assertEqual(set(r), {'p_value', 'z', 'agrees', 'reason', 'alpha', 'trajectories', 'stop_reason'})
        self.assertTrue(0 < r['p_value'] <= 1 and r['agrees'])
        for points in r['z'].values():
            self.assertEqual(len(points['times']), len(points['z']))
        # No ensemble passes a test whose p-value must be nearly 1.
        done = run('compare', 'ensemble', *LADDER, '--times', '0:1:6', '--alpha', 0.9999999, '--json')
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertFalse(parse(done.stdout)['agrees'])

    def test_three_levels_far_detuned_are_the_effective_model(self):
        for args in (THREE, ['--model', 'effective', *THREE[2:]]):
            r = self.json('exact', 'ensemble', *args, '--times', '0:2:5')
            jz = r['observables']['jz']['mean']
            self.assertAlmostEqual(jz[-1], -0.43, delta=0.05)
            self.assertEqual(jz[0], -1)

    def test_a_table_without_json(self):
        lines = self.fine('ensemble', *LADDER, *SOME).stdout.splitlines()
        self.assertEqual(len(lines), 4)
        self.assertEqual(lines[0].split()[2:], NAMES['ladder'])
        self.assertEqual(len(self.fine('exact', 'ensemble', *THREE, *TIMES).stdout.splitlines()), 4)


class Determinism(Ensembles):
    def test_threads_change_nothing(self):
        for model, args in MODELS.items():
            one, three = (self.json('ensemble', *args, *TIMES, '--trajectories', 700, '--initial', 'coherent:1,0.3',
                                    '--threads', threads) for threads in (1, 3))
            self.assertEqual(json.dumps(same(one)), json.dumps(same(three)), model)

    def test_seeds_change_everything_and_more_times_nothing(self):
        first, second = (self.json('ensemble', *LADDER, *SOME, '--seed', seed) for seed in (1, 2))
        self.assertNotEqual(first['observables']['jz']['mean'][2], second['observables']['jz']['mean'][2])
        finer = self.json('ensemble', *LADDER, '--times', '0:1:5', '--trajectories', 300)
        self.assertEqual(finer['observables']['jz']['mean'][::2], first['observables']['jz']['mean'])

    def test_the_folder_holds_the_result_and_what_makes_it_again(self):
        state = self.state([0.6, 0, 0, 0, 0.8])
        schedule = self.file('w.csv', '0,0.5\n1,1.5\n')
        for number, (verb, args) in enumerate((
                (['ensemble'], [*LADDER, *SOME, '--initial', f'file:{state}', '--seed', 2**63]),
                (['ensemble'], ['--atoms', 4, '--schedule', schedule, *SOME]),
                (['ensemble'], [*THREE, *SOME]), (['exact', 'ensemble'], [*EFFECTIVE, *TIMES]))):
            with self.subTest(args=args):
                a, b = self.folder / f'a{number}', self.folder / f'b{number}'
                printed = self.fine(*verb, *args, '--json', '--out', a).stdout
                self.assertEqual(sorted(p.name for p in a.iterdir()), ['config.toml', 'summary.csv', 'summary.json'])
                self.assertEqual((a / 'summary.json').read_text(), printed)
                self.assertNotIn('threads', (a / 'config.toml').read_text())
                again = self.json('run', a / 'config.toml', '--out', b)
                self.assertEqual(json.dumps(same(parse(printed))), json.dumps(same(again)))
                for name in ('config.toml', 'summary.csv'):
                    self.assertEqual((a / name).read_bytes(), (b / name).read_bytes())
                rows = (a / 'summary.csv').read_text().splitlines()
                self.assertEqual(len(rows), 4)
                self.assertEqual(rows[0].split(',')[:2], ['time', 'jz_mean'])
                self.assertEqual({len(row.split(',')) for row in rows}, {len(rows[0].split(','))})

    def test_relative_paths_run_again_from_elsewhere(self):
        self.file('w.csv', '0,0.5\n1,1.5\n')
        args = [PROGRAM, 'ensemble', '--atoms', '3', '--schedule', 'w.csv', '--times', '0:1:2', '--trajectories', '100',
                '--out', 'r', '--json']
        done = subprocess.run(args, cwd=self.folder, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(same(self.json('run', self.folder / 'r' / 'config.toml')), same(parse(done.stdout)))

    def test_dump_config_round_trips_and_runs_nothing(self):
        for verb, extra in ((['ensemble'], ['--trajectories', 7]), (['exact', 'ensemble'], []),
                            (['compare', 'ensemble'], ['--alpha', 0.001])):
            dumped = self.fine(*verb, *EFFECTIVE, *TIMES, *extra, '--initial', 'coherent:1,2', '--dump-config').stdout
            config = self.file('c.toml', dumped)
            self.assertEqual(self.fine('run', config, '--dump-config').stdout, dumped)

    def test_ctrl_c_writes_what_is_done(self):
        out = self.folder / 'r'
        args = ['ensemble', *LADDER, '--times', '0:50:2', '--trajectories', '1e8', '--json', '--out', out]
        process = subprocess.Popen([PROGRAM, *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, stderr)
        r = parse(stdout)
        self.assertEqual(r['ensemble']['stop_reason'], 'interrupted')
        self.assertGreater(r['ensemble']['trajectories'], 0)
        self.assertEqual((out / 'summary.json').read_text(), stdout)


class Mistakes(Ensembles):
    def test_values_that_cannot_be_are_refused(self):
        out = ['--out', self.folder / 'bad']
        for args, message in (
                ([*EFFECTIVE, '--detuning', 0], r'detuning = 0 .*--detuning'),
                ([*THREE, '--detuning', 0], r'detuning = 0'), ([*THREE, '--gamma-r', 0], r'gamma_r = 0 .*--gamma-r'),
                ([*THREE, '--gamma-r', -2], r'gamma_r = -2'), ([*THREE, '--drive', -1], r'drive = -1 .*--drive'),
                ([*THREE, '--drive', 'nan'], r'drive = nan'), ([*EFFECTIVE, '--drive', 0], r'drive = 0 .*--pump'),
                ([*LADDER, '--drive', 5], r'--drive = 5 .*another --model'),
                ([*LADDER, '--initial', 'dicke:5'], r'dicke:5 .*0\.\.4'),
                ([*LADDER, '--initial', 'dicke:-1'], r'dicke:-1'), ([*LADDER, '--initial', 'dicke:x'], r'dicke:x .*dicke:n'),
                ([*LADDER, '--initial', 'coherent:1'], r'coherent:1 .*coherent:theta,phi'),
                ([*LADDER, '--initial', 'coherent:nan,0'], r'coherent:nan.*finite'),
                ([*LADDER, '--initial', 'warm'], r'warm .*ground'), ([*LADDER, '--initial', 'file:'], r'file: '),
                ([*LADDER, '--pump', -1], r'pump = -1'), ([*LADDER, '--pump', 'inf'], r'pump'),
                ([*LADDER, '--atoms', 0], r'atoms = 0 .*--atoms'), ([*LADDER, '--atoms', 2.5], r'atoms = 2.5'),
                ([*LADDER, '--model', 'exact'], r'model = exact .*three-level'),
                ([*LADDER, '--times', '1:0:5'], r'--times with 0.75 after 1 .*ascend'), ([*LADDER, '--times', '-1:1:5'], r'--times = -1 .*from 0 on'),
                ([*LADDER, '--times', '0:1:1'], r'--times = 0:1:1 '), ([*LADDER, '--times', '0:1'], r'--times = 0:1 '),
                ([*LADDER, '--times', 'a:b:c'], r'--times = a:b:c '), ([*LADDER, '--times', '0:inf:3'], r'--times = 0:inf:3 '),
                ([*LADDER, '--trajectories', 0], r'trajectories = 0 .*--trajectories'),
                ([*LADDER, '--trajectories', -3], r'trajectories = -3'), ([*LADDER, '--threads', -1], r'threads = -1'),
                ([*LADDER, '--time-limit', 0], r'time-limit = 0'), ([*LADDER, '--seed', -1], r'seed = -1')):
            with self.subTest(args=args):
                args = args if '--times' in args else [*args, *TIMES]
                self.refused('ensemble', *args, *out, messages=[message])

    def test_all_mistakes_come_at_once_each_with_its_fix(self):
        messages = [r'--initial = warm .* give ground', r'--atoms = 0 .* give --atoms', r'--pump = -1 .* give --pump >= 0',
                    r'--times = -2 .* give --times', r'--trajectories = 0 .* give --trajectories', r'--threads = -1 .* give']
        self.refused('ensemble', '--atoms', 0, '--pump', -1, '--initial', 'warm', '--times', '-2:1:5', '--trajectories', 0,
                     '--threads', -1, '--out', self.folder / 'bad', messages=messages)
        self.refused('compare', 'ensemble', '--model', 'three-level', '--atoms', 2, '--gamma-r', 0, '--drive', -1,
                     '--initial', 'dicke:3', *TIMES, '--trajectories', 0, '--alpha', 2,
                     messages=[r'trajectories = 0', r'detuning = 0', r'drive = -1', r'gamma.r = 0', r'dicke:3', r'alpha = 2'])
        self.refused('exact', 'ensemble', '--model', 'effective', '--atoms', 2, '--drive', 1, *TIMES,
                     messages=[r'detuning = 0', r'gamma_r = 0'])

    def test_what_is_missing_is_named(self):
        self.refused('ensemble', '--pump', 1, messages=['--atoms', '--times'])
        self.refused('ensemble', '--atoms', 3, messages=['--times'])
        self.refused('ensemble', '--atoms', 3, *TIMES, messages=['--pump'])
        self.refused('ensemble', '--atoms', 3, *TIMES, '--pump', 1, '--schedule', self.folder / 'w.csv',
                     messages=['both', r'w\.csv .*cannot be read'])

    def test_states_that_are_none_are_refused(self):
        cases = (('1,0\n1,0\n0,0\n0,0\n0,0\n', r'state\.csv: .* = 2 .*add up to 1.* root'),
                 ('1,0\n0,0\n', r'state\.csv: a state of 2 amplitudes .*N \+ 1 = 5'),
                 ('1\n0\n0\n0\n0\n', r'state\.csv:1: "1" .*re,im'), ('1,0\n0,zero\n', r'state\.csv:2: "0,zero"'),
                 ('1,0\nnan,0\n0,0\n0,0\n0,0\n', r'state\.csv'), ('', r'state\.csv \(has no rows\)'))
        for text, message in cases:
            state = self.file('state.csv', text)
            for verb in (['ensemble'], ['exact', 'ensemble']):
                for args in (LADDER, ['--model', 'three-level', '--atoms', 4, *DRIVEN]):
                    with self.subTest(text=text, verb=verb):
                        self.refused(*verb, *args, *TIMES, '--initial', f'file:{state}', '--out', self.folder / 'bad',
                                     messages=[message])
        self.refused('ensemble', *LADDER, *TIMES, '--initial', f'file:{self.folder / "none.csv"}',
                     messages=[r'none\.csv .*cannot be read'])

    def test_schedules_that_are_none_are_refused(self):
        for text, message in (('time,pump\n0,1\n1,-0.5\n', r'w\.csv:3: "1,-0\.5" .*not negative'),
                              ('0,1\n2,1\n1,1\n', r'w\.csv:3: "1,1" .*ascend.* sort'),
                              ('0,1\n1,1\n1,2\n', r'w\.csv:3: "1,2"'), ('1,1\n2,1\n', r'w\.csv:1: .*starts at time 0'),
                              ('0,1\n1\n', r'w\.csv:2: "1" .*time,pump'), ('0,1\n1,fast\n', r'w\.csv:2: "1,fast"'),
                              ('0,nan\n', r'w\.csv:1'), ('0,1\ninf,1\n', r'w\.csv:2'), ('', r'w\.csv .*no rows'),
                              ('time,pump\n', r'w\.csv .*no rows')):
            schedule = self.file('w.csv', text)
            for model, args in MODELS.items():
                bare = args[:4] + ([] if model == 'ladder' else ['--detuning', 300, '--gamma-r', 30])
                with self.subTest(text=text, model=model):
                    self.refused('ensemble', *bare, '--schedule', schedule, *TIMES, '--out', self.folder / 'bad',
                                 messages=[message])

    def test_an_unwritable_folder_is_refused_before_the_run(self):
        taken = self.file('taken', 'here first\n')
        begin = time.monotonic()
        for out in (taken, taken / 'below', '/proc/none/below'):
            self.refused('ensemble', *LADDER, '--times', '0:100:2', '--trajectories', '1e8', '--out', out,
                         messages=['out = '])
        self.assertLess(time.monotonic() - begin, 60)
        self.assertEqual(taken.read_text(), 'here first\n')

    def test_flags_and_keys_that_do_not_exist(self):
        self.refused('ensemble', *LADDER, *TIMES, '--schedul', 'x', messages=[r'did you mean --schedule\?'])
        self.refused('run', self.file('c.toml', 'verb = "ensemble"\natoms = 4\npumb = 1\ntimes = "0:1:3"\n'),
                     messages=[r'c\.toml:3: .*did you mean pump\?'])


if __name__ == '__main__':
    main()
