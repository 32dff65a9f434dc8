"""Runs themselves: those of a scan, of a user's system, under a user's controller."""
import unittest

import dickejump as dj
import numpy as np
from scipy import sparse

SIGMA_MINUS = sparse.csr_matrix([[0, 0], [1, 0]], dtype=complex)  # |1><0|, |0> excited
EXCITED = sparse.csr_matrix([[1, 0], [0, 0]], dtype=complex)


class Samples(unittest.TestCase):
    KEYWORDS = dict(atoms=20, rate=4, half_width=9, trajectories=200, seed=5)

    def test_they_are_the_runs_of_the_scan(self):
        samples, scan = dj.sample(**self.KEYWORDS), dj.scan(**self.KEYWORDS, points=11)
        for direction, leg in samples.items():
            self.assertEqual(leg.n.shape, (len(leg.time), 200))
            curve = scan.curves[direction]
            rows = np.searchsorted(leg.time, np.abs(curve.scaled_pump - leg.scaled_pump[0]) / 4 - 1e-9)
            np.testing.assert_allclose(leg.scaled_pump[rows], curve.scaled_pump, atol=1e-9)
            np.testing.assert_allclose(leg.jz.mean(axis=1)[rows], curve.jz_mean, rtol=1e-12, atol=1e-12)

    def test_levels_are_what_jumps_make_of_them(self):
        leg = dj.sample(**self.KEYWORDS, direction='up')['up']
        np.testing.assert_array_equal(np.diff(leg.n.astype(np.int64), axis=0), leg.jumps_up - leg.jumps_down)
        self.assertTrue(((leg.n >= 0) & (leg.n <= 20)).all())
        # Over a tick n hardly changes: 80000 ticks, whose int n dt is within a jump of that of a straight line.
        straight = 0.5 * (leg.n[:-1] + leg.n[1:]) * np.diff(leg.time)[:, None]
        self.assertLess(abs((leg.n_dt - straight).mean()), 0.01 * np.diff(leg.time)[0])
        crossed = ~np.isnan(leg.first_crossing)
        self.assertGreater(crossed.sum(), 150)
        self.assertTrue((leg.first_crossing[crossed] <= leg.last_crossing[crossed]).all())

    def test_arrays_are_the_engine_s_own(self):
        leg = dj.sample(**self.KEYWORDS, direction='up')['up']
        self.assertTrue(leg.n.flags.c_contiguous and leg.n.flags.owndata)
        self.assertEqual((leg.n.dtype, leg.jumps_up.dtype, leg.n_dt.dtype), (np.int32, np.int64, np.float64))

    def test_more_runs_leave_the_first_as_they_were(self):
        some = dj.sample(**self.KEYWORDS, direction='down', threads=1)['down']
        more = dj.sample(**{**self.KEYWORDS, 'trajectories': 300}, direction='down')['down']
        np.testing.assert_array_equal(some.n, more.n[:, :200])

    def test_atoms_that_emit_on_their_own(self):
        leg = dj.sample(**self.KEYWORDS, direction='up', model='local', emission=0.2)['up']
        self.assertEqual(leg.twice_j.shape, leg.jumps_up.shape)
        self.assertLess(leg.twice_j[-1].mean(), 20)
        # A million of them, on the sphere: j falls as of a few.
        many = dj.sample(atoms=10**6, rate=4, half_width=8, direction='up', model='local', emission=0.2, method='sphere',
                         trajectories=256)['up']
        few = dj.sample(atoms=300, rate=4, half_width=8, direction='up', model='local', emission=0.2, trajectories=256)['up']
        left = [leg.twice_j[-1] / atoms for leg, atoms in ((many, 10**6), (few, 300))]
        # 5 standard errors.
        self.assertLess(abs(left[0].mean() - left[1].mean()), 5 * np.hypot(left[0].std(), left[1].std()) / 16)
        self.assertLess(left[0].mean(), 0.9)
        with self.assertRaises(dj.InvalidInput):
            dj.sample(atoms=10**9, rate=4, half_width=8, model='local', emission=0.2, method='sphere')
        self.assertIsNone(dj.sample(**self.KEYWORDS, direction='up')['up'].twice_j)

    def test_mistakes_are_said(self):
        with self.assertRaises(dj.InvalidInput) as raised:
            dj.sample(atoms=20, rate=-1, half_width=9, ntraj=0, points=5)
        self.assertEqual(len(raised.exception.problems), 3, raised.exception.problems)


class OwnSystems(unittest.TestCase):
    TIMES = [0.0, 0.5, 1.0, 2.0]

    def decays(self, result, rate=1.0):
        # False alarms: 3 points at 5.3 standard errors, 4e-7.
        expected = np.exp(-rate * np.array(self.TIMES))
        mean, error = result.mean['excited'], result.error['excited']
        self.assertEqual(mean[0], 1)
        self.assertTrue((np.abs(mean - expected)[1:] < 5.3 * error[1:]).all(), (mean, expected, error))

    def test_an_atom_decays(self):
        for jump in (SIGMA_MINUS, SIGMA_MINUS.toarray(), SIGMA_MINUS.tocsc()):
            result = dj.mcsolve(0 * EXCITED, [1, 0], self.TIMES, [jump], {'excited': EXCITED}, ntraj=40_000, seeds=3,
                                keep_records=5)
            self.decays(result)
            # The law is tested where it is made; here conventions are, and a rate a tenth off is seen.
            with self.assertRaises(AssertionError):
                self.decays(result, 1.1)
            self.assertEqual(len(result.records), 5)
            self.assertTrue(all((which == 0).all() for _, which in result.records))
            self.assertEqual(result.trajectories, 40_000)
            self.assertIs(result.expect[0], result.mean['excited'])

    def test_a_rate_may_be_a_function_of_time(self):
        result = dj.mcsolve(0 * EXCITED, [1, 0], self.TIMES, [[SIGMA_MINUS, lambda t: 1.0]], {'excited': EXCITED}, ntraj=2000)
        self.decays(result)

    def test_an_operator_may_be_a_qobj(self):
        class Qobj:  # as QuTiP 4 has them
            isoper = True

            def __init__(self, data):
                self.data = data

        plain = dj.mcsolve(0 * EXCITED, [1, 0], self.TIMES, [SIGMA_MINUS], [EXCITED], ntraj=100)
        other = dj.mcsolve(Qobj(0 * EXCITED), Qobj(sparse.csr_matrix([[1], [0]])), self.TIMES, Qobj(SIGMA_MINUS),
                           [Qobj(EXCITED)], ntraj=100)
        np.testing.assert_array_equal(plain.expect[0], other.expect[0])

    def test_mistakes_are_said(self):
        with self.assertRaisesRegex(dj.InvalidInput, 'no matrix'):
            dj.mcsolve('H', [1, 0], self.TIMES)
        with self.assertRaises(dj.InvalidInput):
            dj.mcsolve(EXCITED, [1, 0, 0], self.TIMES, [SIGMA_MINUS], [EXCITED])

        def refuse(time):
            raise KeyError('no rate')

        with self.assertRaisesRegex(KeyError, 'no rate'):
            dj.mcsolve(EXCITED, [1, 0], self.TIMES, [[SIGMA_MINUS, refuse]], [EXCITED], ntraj=10)


class OwnControllers(unittest.TestCase):
    KEYWORDS = dict(atoms=10, duration=2, tick=0.02, trajectories=400, seed=2)

    def test_the_servo_of_lock_in_python_is_that_of_lock(self):
        result = dj.loop(lambda tick: max(0.0, 1 - 0.5 * (2 * tick.n / 10 - 1)), **self.KEYWORDS)
        lock = dj.lock(**self.KEYWORDS, gain=0.5)
        self.assertEqual(result.pump.shape, (400, 100))
        self.assertAlmostEqual(result.jz[:, -1].mean(), lock.jz.mean.value, places=12)
        self.assertAlmostEqual(result.jumps_up.sum(axis=1).mean(), lock.up_jumps.value, places=12)
        # The score has mean 0: 400 runs, 5 standard errors, false alarms 6e-7.
        self.assertLess(abs(result.score.mean()), 5 * result.score.std() / 20)

    def test_it_sees_the_clicks(self):
        seen = []

        def watch(tick):
            seen.extend(tick.click_times)
            self.assertTrue(set(tick.click_channels) <= {'cavity'})
            return 1.0

        result = dj.loop(watch, **{**self.KEYWORDS, 'trajectories': 3}, detector='cavity=0.5')
        clicks = np.concatenate([times for times, _ in result.clicks])
        # Those of a run's last tick come after the last question.
        self.assertEqual(sorted(seen), sorted(time for times, _ in result.clicks for time in times if time < 1.98))
        self.assertGreater(len(clicks), 20)

    def test_what_it_raises_comes_out(self):
        def refuse(tick):
            raise KeyError('no pump')

        with self.assertRaisesRegex(KeyError, 'no pump'):
            dj.loop(refuse, **self.KEYWORDS)
        with self.assertRaises(dj.InvalidInput):
            dj.loop(lambda tick: -1.0, **self.KEYWORDS)
        with self.assertRaises(dj.InvalidInput):
            dj.loop(lambda tick: 1.0, atoms=0, duration=1)


if __name__ == '__main__':
    unittest.main()
