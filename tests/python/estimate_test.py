"""Clicks as arrays or files: the same estimates as of the scan that made them, and clear words for what is wrong."""
import tempfile
import unittest
import warnings
from pathlib import Path

import dickejump as dj

SETUP = dict(atoms=20, rate=2, half_width=7, direction='up', side_rate=0.1,
             detector=[{'name': 'lab', 'side': {'efficiency': 1.0}, 'cavity': {'efficiency': 0.2}}])


class Estimates(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with warnings.catch_warnings():
            warnings.simplefilter('ignore', dj.DickejumpWarning)
            cls.scan = dj.scan(**SETUP, trajectories=200, keep_records=2, seed=3, points=2, estimators=['maximum_likelihood'])
        cls.clicks = [{channel: record.clicks[channel] for channel in ('cavity', 'side')} for record in cls.scan.records]

    def estimate(self, clicks, setup):
        with warnings.catch_warnings():
            warnings.simplefilter('ignore', dj.DickejumpWarning)
            return dj.estimate(clicks, setup, fit_records=100, seed=5, progress=False)

    def test_arrays_are_the_records_of_the_scan(self):
        found = self.estimate(self.clicks, SETUP)
        self.assertEqual(found.verb, 'estimate')
        for mine, record in zip(found.records, self.scan.records):
            self.assertEqual(mine.clicks.side, len(record.clicks.side))
            # A scan says where the crossing is in s, an estimate by how much w is off: theta = -2 s/N.
            s = record.maximum_likelihood
            self.assertAlmostEqual(mine.maximum_likelihood.value, -0.1 * s.value, delta=1e-4 * s.error)
            self.assertAlmostEqual(mine.critical_pump.value, 1 - mine.maximum_likelihood.value, places=9)
        self.assertLess(found.combined.maximum_likelihood.error, found.records[0].maximum_likelihood.error)

    def test_a_setup_may_be_a_file_and_so_may_clicks(self):
        with tempfile.TemporaryDirectory() as folder:
            setup = Path(folder) / 'setup.toml'
            setup.write_text('atoms = 20\nrate = 2\nhalf_width = 7\ndirection = "up"\nside_rate = 0.1\n'
                             '[[detector]]\nname = "lab"\n[detector.side]\nefficiency = 1.0\n'
                             '[data]\nformat = "csv"\ntime_unit = 1e-6\ngamma = 1.0\nchannels = { side = 3 }\n')
            clicks = Path(folder) / 'a.csv'
            times = self.clicks[0]['side']
            clicks.write_text('channel,time\n' + ''.join(f'3,{round(time * 1e6)}\n' for time in times))
            of_file = self.estimate(clicks, setup)
            of_array = self.estimate({'side': times}, setup)
        self.assertAlmostEqual(of_file.records[0].maximum_likelihood.value, of_array.records[0].maximum_likelihood.value, delta=1e-5)

    def test_unknown_parameters_are_fitted_together(self):
        setup = {**SETUP, 'unknown': ['gamma', 'efficiency:side=1.00(2)']}
        of_setup = self.estimate(self.clicks[0], setup)
        with warnings.catch_warnings():
            warnings.simplefilter('ignore', dj.DickejumpWarning)
            of_keyword = dj.estimate(self.clicks[0], SETUP, unknown=['gamma', 'efficiency:side=1.00(2)'], fit_records=0, progress=False)
        self.assertEqual(list(of_setup.combined.joint.parameters), ['theta', 'gamma', 'efficiency:side'])
        self.assertEqual(list(of_setup.combined.joint.value), list(of_keyword.combined.joint.value))
        self.assertAlmostEqual(of_setup.combined.critical_pump.value, of_setup.combined.joint.value[1] - of_setup.combined.maximum_likelihood.value)

    def test_what_is_wrong_is_said(self):
        for clicks, setup, words in ((['nowhere.csv'], {**SETUP, 'data': {'channels': {'cavity': 0, 'side': 2}}}, 'nowhere.csv'), ({'sides': [1]}, SETUP, 'cavity, pump, side'),
                                     ({'side': ['x']}, SETUP, 'finite'), ({'side': [1.0]}, {**SETUP, 'halfwidth': 3}, 'half_width'),
                                     ({'side': [1.0]}, 'no.toml', 'no.toml')):
            with self.assertRaises(dj.InvalidInput) as bad:
                self.estimate(clicks, setup)
            self.assertIn(words, str(bad.exception))


if __name__ == '__main__':
    unittest.main()
