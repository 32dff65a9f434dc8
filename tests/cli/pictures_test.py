#!/usr/bin/env python3
"""Pictures of results. usage: pictures_test.py PROGRAM"""
import shutil
import subprocess
import sys
from pathlib import Path

from command_line import CommandLine, main

PLOT = Path(__file__).resolve().parents[2] / 'tools' / 'plot'
SMALL = ['scan', '--atoms', 20, '--rate', 2, '--half-width', 6, '--trajectories', 300]


class Pictures(CommandLine):
    def plot(self, *args):
        return subprocess.run([str(PLOT), *map(str, args)], capture_output=True, text=True, timeout=120,
                              stdin=subprocess.DEVNULL)

    def test_a_result_makes_png_and_pdf(self):
        for extra in ([], ['--direction', 'up'], ['--trajectories', 1]):
            out = self.folder / 'r'
            self.fine(*SMALL, *extra, '--out', out)
            done = self.plot(out)
            self.assertEqual(done.returncode, 0, done.stderr)
            names = ['loop'] if '--trajectories' in extra else ['loop', 'estimates']
            for name in names:
                self.assertEqual((out / f'{name}.png').read_bytes()[:8], b'\x89PNG\r\n\x1a\n')
                self.assertEqual((out / f'{name}.pdf').read_bytes()[:5], b'%PDF-')
            shutil.rmtree(out)

    def test_the_smallest_ladders_can_be_drawn(self):
        for atoms in (1, 2):
            out = self.folder / f'r{atoms}'
            self.fine('scan', '--atoms', atoms, '--rate', 1, '--half-width', atoms / 2, '--trajectories', 200, '--out',
                      out)
            done = self.plot(out, '--out', self.folder / 'pictures')
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertTrue((self.folder / 'pictures' / 'loop.png').exists())

    def test_other_results_have_pictures_of_their_own(self):
        import matplotlib
        matplotlib.use('Agg')
        sys.path.insert(0, str(PLOT.parent / 'python'))
        from other_pictures import other_pictures
        atoms, times = ['--atoms', 6], ['--times', '0:1:4']
        for picture, *verb in (('observables', 'ensemble', *atoms, *times, '--pump', 0.7, '--trajectories', 100),
                               ('observables', 'exact', 'ensemble', *atoms, *times, '--pump', 0.7),
                               ('photocurrents', 'homodyne', *atoms, *times, '--pump', 0.7, '--trajectories', 20),
                               ('correlation', 'exact', 'g2', *atoms, *times, '--pump', 1),
                               ('correlation', 'exact', 'correlation', *atoms, *times, '--pump', 1),
                               ('crossings', 'exact', 'crossings', *atoms, '--rate', 2, '--half-width', 3),
                               ('pumps', 'exact', 'steady', *atoms, '--pump', '0.9,1.1'),
                               ('pumps', 'exact', 'steady', *atoms, '--model', 'local', '--emission', 0.1, '--pump', '0.9,1.1'),
                               ('pumps', 'exact', 'spectrum', *atoms, '--pump', '0.9,1.1'),
                               ('loop', 'exact', 'scan', *atoms, '--rate', 2, '--half-width', 3),
                               ('deviations', 'compare', 'ensemble', *atoms, *times, '--pump', 0.7, '--trajectories', 4000),
                               ('shots', 'steady', *atoms, '--shots', 1000, '--pools', '1,10'),
                               ('sensitivities', 'lock', *atoms, '--duration', 1, '--trajectories', 50),
                               ('sensitivities', 'measure', *atoms, '--park', 1, '--duration', 1, '--detector', 'pump=1',
                                '--trajectories', 20)):
            with self.subTest(verb=verb):
                drawn = list(other_pictures(self.json(*verb)))
                self.assertEqual([name for name, _ in drawn], [picture])
                axes = drawn[0][1].axes
                self.assertTrue(any(ax.lines or ax.containers for ax in axes))
                drawn[0][1].canvas.draw()
        drawn = list(other_pictures(self.json('lock', *atoms, '--duration', 5, '--trajectories', 50)))
        self.assertEqual([name for name, _ in drawn], ['sensitivities', 'pump_spectrum'])
        drawn[1][1].canvas.draw()
        self.assertEqual(list(other_pictures(self.json('exact', 'bound', *atoms, '--pump', 1, '--duration', 1))), [])

    def test_a_folder_without_a_scan_is_refused_clearly(self):
        done = self.plot(self.folder)
        self.assertNotEqual(done.returncode, 0)
        self.assertRegex(done.stderr, r'summary\.json .*dickejump scan --out')
        (self.folder / 'summary.json').write_text('{"no": "scan"}')
        done = self.plot(self.folder)
        self.assertNotEqual(done.returncode, 0)
        self.assertRegex(done.stderr, 'nothing to draw')
        self.assertEqual([p.name for p in self.folder.iterdir()], ['summary.json'])
        self.assertNotIn('Traceback', done.stderr)


if __name__ == '__main__':
    main()
