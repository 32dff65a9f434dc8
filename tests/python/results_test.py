"""Results are those of the command line, with attributes, arrays, files and pictures."""
import pickle
import tempfile
import unittest
from pathlib import Path

import dickejump as dj
import numpy as np
from support import command_line, without_clock

SCAN = dict(atoms=20, rate=4, half_width=9, trajectories=300, seed=7)


class AgreesWithTheCommandLine(unittest.TestCase):
    CASES = {
        'scan': dict(SCAN, side_rate=0.5, detector='side=0.5,pump=0.3', estimators='area,fit', signals=True, keep_records=2),
        'exact scan': dict(atoms=20, rate=4, half_width=9, points=21),
        'exact steady': dict(atoms=10, pump='0.5,1.25'),
        'exact spectrum': dict(atoms=10, pump=1.1, count=3),
        'exact correlation': dict(atoms=10, pump=1.1, times='0:1:5'),
        'exact crossings': dict(atoms=20, rate=4, half_width=9, points=11),
        'exact bound': dict(atoms=10, pump=1.5, duration=2),
        'exact lock': dict(atoms=10, duration=1, gain=0.4),
        'exact ensemble': dict(atoms=5, initial='coherent:1.57,0', pump=0.7, times='0:1:4'),
        'ensemble': dict(atoms=5, initial='coherent:1.57,0', pump=0.7, times='0:1:4', trajectories=200),
        'steady': dict(atoms=10, pools='1,10', shots=300),
        'lock': dict(atoms=10, duration=1, gain=0.4, trajectories=100),
        'measure': dict(atoms=10, park=1, duration=2, detector='cavity=1,pump=1', trajectories=20),
        'experiment': dict(atoms=10, rate=2, half_width=4.5, duration=9, emission=0.05, trajectories=100),
        'sensitivity': dict(atoms='10,20', rates='1', trajectories=200),
        'compare scan': dict(SCAN, trajectories=3000),
    }

    def test_every_verb_gives_the_same_json(self):
        for verb, keywords in self.CASES.items():
            with self.subTest(verb):
                group, _, name = verb.rpartition(' ')
                function = getattr(getattr(dj, group) if group else dj, name)
                said = {key: 'true' if value is True else value for key, value in keywords.items()}
                self.assertEqual(without_clock(function(**keywords).to_json()), without_clock(command_line(verb, **said)))


class AScan(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.result = dj.scan(**SCAN)

    def test_curves_are_arrays_of_doubles(self):
        curve = self.result.curves['up']
        for column in (curve.scaled_pump, curve.jz_mean, curve.jz_mean_error):
            self.assertIsInstance(column, np.ndarray)
            self.assertEqual(column.dtype, np.float64)
            self.assertEqual(column.shape, curve.scaled_pump.shape)
        self.assertEqual((curve.scaled_pump[0], curve.scaled_pump[-1]), (-9, 9))
        self.assertEqual(self.result.curves['down'].scaled_pump[0], 9)

    def test_estimators_are_found_by_name_and_leg(self):
        area = self.result.estimators['area', 'up']
        self.assertGreater(area.delta_w.value, 0)
        self.assertGreater(area.delta_w.value, 5 * area.delta_w.error)
        self.assertIs(self.result.estimators['loop'], self.result.estimators.select('loop')[0])
        with self.assertRaisesRegex(KeyError, 'several rows.*area, down'):
            self.result.estimators['area']
        with self.assertRaisesRegex(KeyError, 'no row'):
            self.result.estimators['nothing', 'up']
        with self.assertRaisesRegex(AttributeError, 'has no nothing: it has .*delta_w'):
            area.nothing

    def test_the_row_without_a_detector_is_the_perfect_record(self):
        seen = dj.scan(**SCAN, detector={'cavity': 0.5, 'pump': 0.5}, estimators=['area'])
        self.assertIsNone(seen.estimators['area', 'up'].detector)
        self.assertEqual(seen.estimators['area', 'up', 'cavity=0.5,pump=0.5'].detector, 'cavity=0.5,pump=0.5')

    def test_the_configuration_runs_again(self):
        self.assertEqual((self.result.config.atoms, self.result.config.seed), (20, 7))
        again, other = dj.scan(self.result.config), dj.scan(self.result.config, seed=8)
        self.assertEqual(without_clock(again.to_json()), without_clock(self.result.to_json()))
        self.assertNotEqual(other.estimators['area', 'up'].mean.value, again.estimators['area', 'up'].mean.value)

    def test_a_saved_result_is_loaded(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ('a.h5', 'a.json'):
                path = Path(folder) / name
                self.result.save(path)
                loaded = dj.load(path)
                self.assertEqual(without_clock(loaded.to_json()), without_clock(self.result.to_json()))
                self.assertEqual(loaded.estimators['area', 'up'].delta_w.value,
                                 self.result.estimators['area', 'up'].delta_w.value)
            bytes_ = bytearray((Path(folder) / 'a.h5').read_bytes())
            bytes_[len(bytes_) // 2] ^= 1
            (Path(folder) / 'b.h5').write_bytes(bytes_)
            with self.assertRaises(dj.InvalidInput):
                dj.load(Path(folder) / 'b.h5')
            with self.assertRaises(dj.OutputError):
                self.result.save(Path(folder) / 'nowhere' / 'a.h5')
            self.assertEqual(sorted(path.name for path in Path(folder).iterdir()), ['a.h5', 'a.json', 'b.h5'])
        with self.assertRaises(dj.InvalidInput):
            dj.load('nowhere.h5')

    def test_a_folder_of_the_command_line_is_loaded(self):
        with tempfile.TemporaryDirectory() as folder:
            command_line('scan', **SCAN, out=folder)
            self.assertEqual(without_clock(dj.load(folder).to_json()), without_clock(self.result.to_json()))
            command_line('exact steady', atoms=10, pump=1.5, out=f'{folder}/steady')
            steady = dj.load(f'{folder}/steady')
            self.assertEqual(steady.jz, dj.exact.steady(atoms=10, pump=1.5).jz)
            self.assertEqual(steady.config.atoms, 10)

    def test_parts_add_up_to_the_bytes_of_one_run(self):
        thirds = [dj.scan(**SCAN, part=f'{k}/3') for k in (1, 2, 3)]
        first_two = thirds[2] + thirds[0]
        self.assertIsInstance(first_two, dj.Part)
        with tempfile.TemporaryDirectory() as folder:
            first_two.save(f'{folder}/part')
            whole = dj.load(f'{folder}/part') + thirds[1]
        self.assertEqual(without_clock(whole.to_json()), without_clock(self.result.to_json()))
        self.assertEqual(without_clock(dj.merge(thirds).to_json()), without_clock(self.result.to_json()))
        with self.assertRaisesRegex(dj.InvalidInput, 'would count twice'):
            thirds[0] + thirds[0]
        with self.assertRaisesRegex(dj.InvalidInput, 'seed'):
            thirds[0] + dj.scan(**{**SCAN, 'seed': 8}, part='2/3')

    def test_the_estimates_of_every_run_are_arrays(self):
        result = dj.scan(**SCAN, detector='cavity=1', estimators='area,first_crossing', keep_estimates=True)
        runs = result.run_estimates()
        area = runs['area', 'up', '']
        self.assertEqual(area.shape, (result.ensemble.trajectories,))
        self.assertAlmostEqual(area.mean(), result.estimators['area', 'up'].mean.value)
        self.assertIn(('area', 'down', 'cavity=1'), runs)
        with self.assertRaisesRegex(dj.InvalidInput, 'keep_estimates'):
            self.result.run_estimates()

    def test_xarray_has_a_dataset(self):
        data = self.result.to_xarray()
        self.assertEqual(set(data['jz_mean'].dims), {'direction', 'scaled_pump'})
        curve = self.result.curves['down']
        np.testing.assert_array_equal(data['jz_mean'].sel(direction='down').sel(scaled_pump=curve.scaled_pump, method='nearest'),
                                      curve.jz_mean)
        self.assertIn('exact_jz_mean', data)
        ensemble = dj.ensemble(atoms=5, pump=0.7, times=[0, 0.5, 1], trajectories=100)
        self.assertEqual(ensemble.to_xarray()['jz'].dims, ('time',))
        with self.assertRaisesRegex(TypeError, 'no curves'):
            dj.exact.steady(atoms=5, pump=1).to_xarray()

    def test_it_can_be_looked_at(self):
        self.assertIn('<table>', self.result._repr_html_())
        self.assertIn('area', str(self.result))
        self.assertIn('direction,', self.result.to_csv())
        import matplotlib
        matplotlib.use('Agg')
        import matplotlib.pyplot as plt
        results = [self.result, dj.exact.scan(atoms=20, rate=4, half_width=9),
                   dj.ensemble(atoms=5, pump=0.7, times=[0, 0.5, 1], trajectories=100),
                   dj.sensitivity(atoms=[10, 20], rates=1, trajectories=200)]
        for result in results:
            self.assertGreater(len(result.plot().axes[0].lines), 0)
        figure, axis = plt.subplots()
        self.assertIs(results[1].plot(axis), figure)
        plt.close('all')
        with self.assertRaisesRegex(TypeError, 'no picture'):
            dj.exact.steady(atoms=5, pump=1).plot()

    def test_it_survives_pickling(self):
        self.assertEqual(pickle.loads(pickle.dumps(self.result)).to_json(), self.result.to_json())


if __name__ == '__main__':
    unittest.main()
