"""Keywords are the keys of the command line; what is wrong with them is said all at once."""
import dataclasses
import inspect
import logging
import tempfile
import unittest
import warnings

import dickejump as dj
import numpy as np
from support import command_line, without_clock


class Mistakes(unittest.TestCase):
    def problems(self, function, *arguments, **keywords):
        with self.assertRaises(dj.InvalidInput) as raised:
            function(*arguments, **keywords)
        self.assertIsInstance(raised.exception, ValueError)
        return raised.exception.problems

    def test_all_come_at_once(self):
        problems = self.problems(dj.scan, atoms=-3, rate=float('nan'), half_width=5)
        self.assertEqual(len(problems), 2)
        self.assertIn('atoms = -3', problems[0])
        self.assertIn('rate = nan', problems[1])

    def test_an_unknown_keyword_names_the_nearest(self):
        problems = self.problems(dj.scan, atoms=10, rate=1, halfwidth=3)
        self.assertTrue(any('halfwidth' in problem and 'half_width?' in problem for problem in problems), problems)
        self.assertIn('leave it out', self.problems(dj.exact.steady, atoms=10, pump=1, json=True)[0])

    def test_values_of_no_use(self):
        self.assertIn('one is meant', self.problems(dj.scan, atoms=[10, 20], rate=1, half_width=3)[0])
        self.assertIn('a dict', self.problems(dj.scan, atoms={'n': 10}, rate=1, half_width=3)[0])
        self.assertIn('object', self.problems(dj.scan, atoms=object(), rate=1, half_width=3)[0])
        self.assertIn('no configuration', self.problems(dj.scan, 100)[0])
        self.assertIn('both', self.problems(dj.scan, atoms=10, rate=1, half_width=3, direction='left')[0])
        self.assertIn('says it too', self.problems(dj.scan, atoms=10, rate=1, half_width=3, ntraj=5, trajectories=5)[0])

    def test_a_detector_key_that_is_not_one(self):
        detector = {'name': 'lab', 'cavity': {'efficency': 0.5}}
        self.assertIn('did you mean efficiency', self.problems(dj.scan, atoms=10, rate=1, half_width=3, detector=detector)[0])

    def test_a_folder_that_cannot_be(self):
        with tempfile.NamedTemporaryFile() as file, self.assertRaises(dj.OutputError):
            dj.exact.steady(atoms=10, pump=1, out=f'{file.name}/under')


class Values(unittest.TestCase):
    SCAN = dict(atoms=10, rate=2, half_width=4, trajectories=150)

    def test_numbers_of_every_kind(self):
        plain = without_clock(dj.scan(**self.SCAN).to_json())
        other = dj.scan(atoms=np.int32(10), rate=np.float64(2), half_width=4.0, trajectories=1.5e2)
        self.assertEqual(without_clock(other.to_json()), plain)

    def test_lists_of_every_kind(self):
        times = [0.0, 0.25, 0.5, 1.0]
        wanted = without_clock(command_line('exact ensemble', atoms=4, pump=0.7, times='0,0.25,0.5,1'))
        for given in (times, tuple(times), np.array(times), '0,0.25,0.5,1'):
            self.assertEqual(without_clock(dj.exact.ensemble(atoms=4, pump=0.7, times=given).to_json()), wanted)

    def test_a_detector_as_in_toml(self):
        lab = {'name': 'lab', 'time_tags': False, 'cavity': {'efficiency': 0.5, 'background': 0.1}}
        result = dj.scan(**self.SCAN, detector=[lab, 'pump=1'], estimators=['area'])
        self.assertEqual({row.detector for row in result.estimators}, {None, 'lab', 'pump=1'})
        again = dj.scan(result.config)
        self.assertEqual(without_clock(again.to_json()), without_clock(result.to_json()))

    def test_words_of_qutip(self):
        ours = dj.ensemble(atoms=4, pump=0.7, times=[0, 1], trajectories=50, seed=3)
        theirs = dj.ensemble(atoms=4, pump=0.7, tlist=[0, 1], ntraj=50, seeds=3)
        self.assertEqual(without_clock(ours.to_json()), without_clock(theirs.to_json()))
        self.assertIn('ntraj', str(self._unknown()))

    def _unknown(self):
        with self.assertRaises(dj.InvalidInput) as raised:
            dj.exact.steady(atoms=4, pump=1, ntraj=5)
        return raised.exception

    def test_a_configuration_object(self):
        config = dj.ScanConfig(**self.SCAN)
        self.assertTrue(dataclasses.is_dataclass(config))
        self.assertEqual(without_clock(dj.scan(config).to_json()), without_clock(dj.scan(**self.SCAN).to_json()))
        self.assertEqual(dj.scan(config, trajectories=10).ensemble.trajectories, 10)
        # What another function has no key for is not for it.
        self.assertEqual(dj.exact.scan(config).model.atoms, 10)
        with self.assertRaises(TypeError):
            dj.ScanConfig(atoms=10)

    def test_help_lists_the_keys(self):
        parameters = inspect.signature(dj.scan).parameters
        self.assertLess({'atoms', 'rate', 'half_width', 'trajectories', 'seed', 'part', 'out', 'threads'}, set(parameters))
        self.assertIn('half_width:', dj.scan.__doc__)
        self.assertEqual(dj.exact.scan.__qualname__, 'exact.scan')

    def test_what_is_said_becomes_warnings_and_log(self):
        with self.assertWarnsRegex(dj.DickejumpWarning, 'scatters .* take side_rate well below'):
            dj.scan(**self.SCAN, side_rate=1)
        with tempfile.TemporaryDirectory() as folder, self.assertLogs('dickejump', logging.INFO) as log:
            dj.exact.steady(atoms=10, pump=1, out=folder)
        self.assertIn('wrote', log.output[0])
        with warnings.catch_warnings():
            warnings.simplefilter('error')
            dj.scan(**self.SCAN)


if __name__ == '__main__':
    unittest.main()
