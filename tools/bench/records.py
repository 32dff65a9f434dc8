#!/usr/bin/python3
"""What a detected run costs, as a table in Markdown. usage: records.py PROGRAM [PROGRAM..] [--turns K]

Up scans of N = 100 at r = 1, S = 14 read for their area on one thread: user time of 2048 runs less that of 512, in
nanoseconds a jump, trajectory included. Programs take turns; medians over the turns."""
import argparse
import json
import resource
import statistics
import subprocess

DETECTORS = [('cavity=1,pump=1', []), ('cavity=0.5,pump=0.5', []), ('cavity=0.5', []),
             ('cavity=1,pump=1,side=1', ['--side-rate', '1'])]
SCAN = ['scan', '--atoms', '100', '--rate', '1', '--half-width', '14', '--direction', 'up', '--estimators', 'area', '--points',
        '2', '--threads', '1', '--seed', '3', '--json']


def user_time(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before, json.loads(out)['ensemble']['jumps']


def a_jump(program, detector, more):
    few, many = (user_time([program, *SCAN, '--detector', detector, *more, '--trajectories', str(runs)]) for runs in (512, 2048))
    return (many[0] - few[0]) / (many[1] - few[1]) * 1e9


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('program', nargs='+')
    parser.add_argument('--turns', type=int, default=3)
    args = parser.parse_args()
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
