#!/usr/bin/python3
"""What a detected run costs, as tables in Markdown. usage: records.py PROGRAM [PROGRAM..] [--turns K] [--estimators]

Up scans of N = 100 at r = 1, S = 14 read for their area on one thread: user time of 2048 runs (16384 where
photons are counted at once) less that of 512, in nanoseconds a jump, trajectory included. With --estimators, what each estimator takes of cavity=0.5 and cavity=0.05, in
records a second and, of the likelihoods, microseconds a click. Programs take turns; medians over the turns."""
import argparse
import json
import resource
import statistics
import subprocess

DETECTORS = [('cavity=1,pump=1', []), ('cavity=0.5,pump=0.5', []), ('cavity=0.5', []),
             ('cavity=1,pump=1,side=1', ['--side-rate', '1'])]
SCAN = ['scan', '--atoms', '100', '--rate', '1', '--half-width', '14', '--direction', 'up', '--estimators', 'area', '--points',
        '2', '--threads', '1', '--seed', '3', '--json']


# How many runs tell what one takes.
ESTIMATORS = [('area', 512, 2048), ('mid_crossing', 512, 2048), ('fit', 512, 2048), ('maximum_likelihood', 16, 64),
              ('bayes', 16, 64)]


def user_time(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before, json.loads(out)['ensemble']['jumps']


def a_record(program, detector, estimator, few, many):
    """Seconds a record, and its clicks."""
    scan = [word if word != 'area' else estimator for word in SCAN]
    times = [user_time([program, *scan, '--detector', detector, '--trajectories', str(runs)]) for runs in (few, many)]
    # Every other jump is a photon of the cavity.
    clicks = 0.5 * float(detector.split('=')[1]) * times[1][1] / many
    return (times[1][0] - times[0][0]) / (many - few), clicks


def show_estimators(programs, turns):
    print('| `--detector` | estimator |' + ''.join(f' records a second, {program} | us a click |' for program in programs))
    print('|---|---|' + '---|---|' * len(programs))
    for detector in ('cavity=0.5', 'cavity=0.05'):
        for estimator, few, many in ESTIMATORS:
            times, clicks = [[] for _ in programs], 1.0
            for _ in range(turns):
                for program, found in zip(programs, times):
                    seconds, clicks = a_record(program, detector, estimator, few, many)
                    found.append(seconds)
            shown = ''.join(f' {1 / statistics.median(found):.2g} | {statistics.median(found) / clicks * 1e6:.2g} |' for found in times)
            print(f'| `{detector}` | `{estimator}` |{shown}', flush=True)


def a_jump(program, detector, more):
    few, many = (user_time([program, *SCAN, '--detector', detector, *more, '--trajectories', str(runs)]) for runs in (512, 2048 if 'side' in detector else 16384))
    return (many[0] - few[0]) / (many[1] - few[1]) * 1e9


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('program', nargs='+')
    parser.add_argument('--turns', type=int, default=3)
    parser.add_argument('--estimators', action='store_true', help='what each estimator takes')
    args = parser.parse_args()
    if args.estimators:
        return show_estimators(args.program, args.turns)
    print('| `--estimators area --detector` |' + ''.join(f' ns a jump, {program} |' for program in args.program))
    print('|---|' + '---|' * len(args.program))
    for detector, more in DETECTORS:
        times = [[] for _ in args.program]
        for _ in range(args.turns):
            for program, found in zip(args.program, times):
                found.append(a_jump(program, detector, more))
        shown = ''.join(f' {statistics.median(found):.2g} |' for found in times)
        print(f"| `{' '.join([detector, *more])}` |{shown}", flush=True)


if __name__ == '__main__':
    main()
